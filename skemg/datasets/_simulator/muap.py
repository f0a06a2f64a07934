"""Motor unit action potentials: the potentials of a unit's fibres, shifted and summed.

Fibres of one unit do not fire at the same instant. The delays of a discharge and their
jitter (variation from one discharge to the next) are phase factors on the fibres'
spectra, so that no shift is rounded to a sample.
"""

import numpy as np
from scipy import fft

from .fibre import fibre_spectra

WINDOW = 1024 / 24000  # s, length of a template
# The farther a fibre from the nearest point of the electrode, the smoother its
# potential: from which distance (mm) on how many samples of it are computed. They are
# 48, 24 and 3 kHz, and keep templates within 1 % of what they are without decimation.
N_TIMES = {0.0: 2048, 0.2: 1024, 1.2: 128}
N_FINE = 32  # phase factors are an outer product of coarse and fine ones


def render_muaps(sources, unit, n_units, shifts, fires, *, sfreq):
    """Render the potentials of motor units in several variants.

    Parameters
    ----------
    sources : Sources
        The fibres, sorted by unit.
    unit : ndarray of shape (n_fibres,)
        Unit of each fibre, from 0 to ``n_units - 1`` in ascending order.
    n_units : int
        Number of units.
    shifts : ndarray of shape (n_fibres, n_variants)
        Delay of each fibre in each variant, in ms.
    fires : ndarray of shape (n_fibres, n_variants), bool
        Whether the fibre takes part in the variant.
    sfreq : float
        Sampling frequency of the result, in Hz.

    Returns
    -------
    muaps : ndarray of shape (n_units, n_variants, n_times), float32
        Potentials in µV, from the discharge at the endplate on.
    """
    n_times = int(WINDOW * sfreq)
    span = 1e3 * n_times / sfreq
    n_bins = (n_times + 1) // 2
    muaps = np.zeros((n_units, shifts.shape[1], n_times // 2 + 1), np.complex64)
    distance = np.sqrt(sources.electrode_distance2().min(axis=1))
    ring = np.searchsorted(list(N_TIMES), distance, side="right") - 1
    for number, n_computed in enumerate(N_TIMES.values()):
        group = ring == number
        if not group.any():
            continue
        spectra = fibre_spectra(sources.take(group), span=span, n_times=n_computed)
        coarse, fine = _phase_factors(
            shifts[group], fires[group], 2 * np.pi / span, spectra.shape[1]
        )
        bounds = np.searchsorted(unit[group], np.arange(n_units + 1))
        for index in range(n_units):
            members = slice(*bounds[index : index + 2])
            summed = _shift_and_sum(spectra[members], coarse[members], fine[members])
            summed = summed[:, :n_bins]
            muaps[index, :, : summed.shape[1]] += summed
    return fft.irfft(muaps, n_times, norm="forward")


def _phase_factors(shifts, fires, step, n_bins):
    """Return factors whose outer product delays `n_bins` bins, `step` rad/ms apart."""
    angle = (-step * shifts[..., np.newaxis]).astype(np.float32)
    coarse = _turn(angle * np.arange(0, n_bins, N_FINE, dtype=np.float32))
    coarse *= fires[..., np.newaxis]
    return coarse, _turn(angle * np.arange(N_FINE, dtype=np.float32))


def _turn(angle):
    """Return exp(1j * angle) in single precision, faster than `numpy.exp` does."""
    phase = np.empty(angle.shape, np.complex64)
    phase.real = np.cos(angle)
    phase.imag = np.sin(angle)
    return phase


def _shift_and_sum(spectra, coarse, fine):
    """Return the sum of the shifted fibres, of shape (n_variants, n_bins)."""
    n_fibres, n_variants, n_coarse = coarse.shape
    spectra = spectra.reshape(n_fibres, 1, n_coarse, N_FINE)
    shifted = spectra * coarse[..., np.newaxis]
    shifted *= fine[:, :, np.newaxis]
    return shifted.sum(axis=0).reshape(n_variants, -1)
