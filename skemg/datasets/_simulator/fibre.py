"""Potential of a single muscle fibre at a concentric needle.

Two waves of the intracellular action potential of Rosenfalck (1969) start at the
endplate and travel to the tendons. The needle sees the second derivative of that wave
as a line of current sources in an anisotropic medium (Nandedkar & Stålberg, 1983), with
the conductivities of Andreassen & Rosenfalck (1980). Sources that have not left the
endplate yet, or have been absorbed at a tendon, sit at that point, so that the net
charge is always zero (Farina & Merletti, 2001).

The potential is a convolution over time of the kernel V'' with the pick-up G of the
needle at the place of the wave front. G is sampled; the kernel is exact, since its
Laplace transform has a closed form::

    V''(v t)  <->  576 a³ / v * s² / (a + s)⁴,        a = λ v

References
----------
Rosenfalck, P. (1969). "Intra- and extracellular potential fields of active nerve and
muscle fibres." Acta Physiologica Scandinavica, Supplementum 321.

Nandedkar, S. D. & Stålberg, E. (1983). "Simulation of single muscle fibre action
potentials." Medical & Biological Engineering & Computing, 21, 158-165.

Andreassen, S. & Rosenfalck, A. (1980). "Recording from a single motor unit during
strong effort." IEEE Transactions on Biomedical Engineering, 27(9).

Farina, D. & Merletti, R. (2001). "A novel approach for precise simulation of the EMG
signal detected by surface electrodes." IEEE Transactions on Biomedical Engineering,
48(6), 637-646. doi:10.1109/10.923782
"""

from dataclasses import dataclass

import numpy as np
from scipy import fft

HALF_LENGTH = 60.0  # mm, from the endplate to each tendon
SHARPNESS = 1.2  # λ in 1/mm; our choice (Rosenfalck 1, Nandedkar & Stålberg 2)
CURRENT = 0.42  # factor of the source current; our choice
CONDUCTIVITY_INSIDE = 1.01  # S/m
CONDUCTIVITY_ACROSS = 0.063
CONDUCTIVITY_ALONG = 0.33
NEAREST = 0.03  # mm, a fibre cannot come closer to the electrode

# The core is an ellipse of 0.58 by 0.15 mm; the shaft behind it is the reference.
ELECTRODE_X = np.concatenate([np.linspace(-0.24, 0.24, 5), np.linspace(-0.6, -10.6, 6)])
ELECTRODE_Y = np.repeat([0.0, 0.2], [5, 6])
ELECTRODE_WEIGHT = np.repeat([1 / 5, -1 / 6], [5, 6])


@dataclass(frozen=True)
class Sources:
    """Muscle fibres as generators of a potential."""

    x: np.ndarray  # mm, from the core of the needle
    y: np.ndarray
    weight: np.ndarray  # number of fibres that this one stands for
    diameter: np.ndarray  # µm
    endplate: np.ndarray  # mm along the fibre from the needle
    half_length: np.ndarray | None = None  # mm that the wave travels, HALF_LENGTH
    sharpness: np.ndarray | None = None  # 1/mm, of the action potential, SHARPNESS

    def take(self, index):
        """Return the fibres at `index`."""
        fields = vars(self).values()
        return Sources(*(None if part is None else part[index] for part in fields))

    def electrode_distance2(self):
        """Return the squared distances to the points of the electrode, in mm²."""
        return (self.x[:, np.newaxis] - ELECTRODE_X) ** 2 + (
            self.y[:, np.newaxis] - ELECTRODE_Y
        ) ** 2


def conduction_speed(diameter):
    """Return the speed of the action potential in mm/ms, for diameters in µm."""
    return 2.2 + 0.05 * (diameter - 25)


def fibre_spectra(sources, *, span, n_times):
    """Compute the potentials of muscle fibres as Fourier coefficients.

    Parameters
    ----------
    sources : Sources
        The fibres; all start at time 0.
    span : float
        Length of the potentials, in ms.
    n_times : int
        Number of samples in `span` at which the pick-up is evaluated.

    Returns
    -------
    spectra : ndarray of shape (n_fibres, n_times // 2), complex64
        Coefficients in µV below the Nyquist frequency, for any inverse transform with
        ``norm="forward"``.
    """
    rate = n_times / span
    speed = conduction_speed(sources.diameter)
    pickup = _pickup(sources, speed, rate, n_times)
    n_bins = n_times // 2
    spectra = fft.rfft(np.diff(pickup), n_times, norm="forward")[:, :n_bins]

    s = 2j * np.pi / span * np.arange(n_bins)
    summation = np.zeros(n_bins, np.complex64)  # of the steps of the pick-up, times s²
    summation[1:] = s[1:] ** 2 / np.expm1(s[1:] / rate)
    corner = (SHARPNESS if sources.sharpness is None else sources.sharpness) * speed
    amplitude = (
        1e3  # mV to µV
        * CURRENT
        * (CONDUCTIVITY_INSIDE / CONDUCTIVITY_ACROSS)
        * (sources.diameter * 1e-3) ** 2
        / 16
        * 576
        * corner**3
        / speed
        * sources.weight
    )
    pole = np.add.outer(corner, s).astype(np.complex64)
    pole *= pole
    pole *= pole
    spectra *= summation
    spectra *= amplitude.astype(np.float32)[:, np.newaxis]
    spectra /= pole
    return spectra


def _pickup(sources, speed, rate, n_times):
    """Return the pick-up of the needle over time, both waves together, in 1/mm.

    Only the time until the slowest wave has reached its tendon is computed.
    """
    end = sources.half_length
    if end is None:
        end = np.full_like(speed, HALF_LENGTH)
    n_travel = min(n_times, int((end / speed).max() * rate) + 2)
    travel = np.outer(speed, np.arange(n_travel) / rate).astype(np.float32)
    np.minimum(travel, end.astype(np.float32)[:, np.newaxis], out=travel)
    anisotropy = CONDUCTIVITY_ALONG / CONDUCTIVITY_ACROSS
    radius2 = anisotropy * np.maximum(sources.electrode_distance2(), NEAREST**2)
    radius2 = radius2.astype(np.float32)
    endplate = sources.endplate.astype(np.float32)[:, np.newaxis]
    pickup = np.zeros_like(travel)
    distance = np.empty_like(travel)
    for front2 in ((endplate + travel) ** 2, (endplate - travel) ** 2):
        for point, weight in enumerate(ELECTRODE_WEIGHT.astype(np.float32)):
            np.add(front2, radius2[:, point, np.newaxis], out=distance)
            np.sqrt(distance, out=distance)
            pickup += np.divide(weight, distance, out=distance)
    return pickup
