"""The form of a potential: what a clinician sees of it."""

from dataclasses import dataclass

import numpy as np

AROUND = 0.025  # s to each side of a discharge
ONSET = 0.05  # of the largest deflection, at the ends of a potential; our choice
PHASE = 0.1  # of the largest deflection: smaller ones are no phases; our choice
NOISES = 3.0  # and standard deviations of the noise


@dataclass(frozen=True)
class Shape:
    """Measures of the median potential of a train, positive voltages upward."""

    amplitude: float  # from peak to peak
    largest: int  # samples from the discharge to the largest deflection
    first: int  # samples from the discharge to the start
    last: int  # and to the end
    duration: float  # s, between them
    positive_first: bool
    n_phases: int
    sharpness: float  # positive peak over negative peak
    step: float  # from the level before to the level after


def measure_shape(spikes, samples):
    """Measure the median of the potentials of a train.

    Parameters
    ----------
    spikes : Spikes
        The signal.
    samples : ndarray of int of shape (n_discharges,)
        Where the discharges are.

    Returns
    -------
    shape : Shape
        Its measures.
    """
    around = round(AROUND * spikes.rate)
    if len(samples) > 1:
        around = min(around, int(0.6 * np.median(np.diff(samples))))
    template, step = _median_potential(spikes.smooth, samples, around)
    size = np.abs(template)
    onset = min(size.max(), max(ONSET * size.max(), spikes.level))
    (beyond,) = np.nonzero(size >= onset)
    noise = NOISES * spikes.noise / np.sqrt(len(samples))
    phase = min(size.max(), max(PHASE * size.max(), noise))
    signs = np.sign(template[size >= phase])
    return Shape(
        amplitude=float(np.ptp(template)),
        largest=int(size.argmax()) - around,
        first=int(beyond[0]) - around,
        last=int(beyond[-1]) - around,
        duration=(beyond[-1] - beyond[0]) / spikes.rate,
        positive_first=bool(signs[0] > 0),
        n_phases=1 + int(np.count_nonzero(np.diff(signs))),
        sharpness=float(template.max() / max(-template.min(), 1e-12)),
        step=step,
    )


def cut(x, samples, before, after):
    """Return pieces of a signal, (n, before + after); its ends are repeated."""
    index = samples[:, np.newaxis] + np.arange(-before, after)
    return x[np.clip(index, 0, len(x) - 1)]


def _median_potential(x, samples, around):
    """Return the median of the signal around the discharges, its ends at zero.

    And the difference between the ends.
    """
    inside = (samples >= around) & (samples < len(x) - around)
    samples = samples[inside] if inside.any() else samples
    template = np.median(cut(x, samples, around, around), axis=0)
    n_ends = max(1, around // 10)
    start, end = template[:n_ends], template[-n_ends:]
    level = np.median(np.concatenate([start, end]))
    return template - level, float(abs(np.median(end) - np.median(start)))
