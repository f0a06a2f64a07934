"""Like potentials at steady intervals."""

from dataclasses import dataclass

import numpy as np

from .shape import Shape

REGULAR = 0.08  # CV of the intervals, at most; textbooks say 5 to 8 %
FEWEST = 5  # discharges of a train; our choice
FEWEST_FAST = 10  # above `FAST`, where chance finds five in a burst; our choice
FAST = 20.0  # Hz
LASTING = 0.5  # s, of a train; what is shorter may be the needle's doing; our choice
MISSED = 0.25  # share of the discharges that may be missed; our choice
INTERVALS = (0.005, 2.5)  # s, a little beyond 0.5 to 150 Hz
TOLERANCE = 0.3  # of an interval; voluntary discharges are followed, then refused
WINDOW = (0.0015, 0.0025)  # s, of a potential that is compared
ALIKE = 0.25  # of the energy: the squared distance of like potentials; our choice
QUANTILE = 0.8, 1.2816  # of the steps between intervals, and of a standard normal


@dataclass
class Rhythm:
    """Discharges of one source."""

    samples: np.ndarray  # of the discharges
    intervals: np.ndarray  # s; halved where one discharge was missed
    shape: Shape | None = None  # once all of its discharges are known

    @property
    def rate(self):
        return 1 / np.median(self.intervals)

    @property
    def variation(self):
        return variation_of(self.intervals)


def variation_of(intervals):
    """Return the CV of intervals, from their steps: a trend does not count."""
    steps = np.quantile(np.abs(np.diff(intervals)), QUANTILE[0])
    return float(steps / QUANTILE[1] / np.sqrt(2) / np.median(intervals))


def find_rhythms(spikes):
    """Find trains of like potentials at steady intervals.

    Parameters
    ----------
    spikes : Spikes
        The peaks.

    Returns
    -------
    trains : list of Rhythm
        Those whose intervals vary by at most `REGULAR`.
    """
    from skemg._kernels import rhythm

    peaks, rate = spikes.peaks, spikes.rate
    before, after = (round(seconds * rate) for seconds in WINDOW)
    labels, beats = rhythm.find_rhythms(
        spikes.fast,
        peaks,
        before,
        after,
        tuple(round(seconds * rate) for seconds in INTERVALS),
        TOLERANCE,
        ALIKE,
        3.0 * (before + after) * spikes.noise**2,  # two noises, and some more
        FEWEST,
    )
    found = []
    for label in range(labels.max(initial=-1) + 1):
        members = np.flatnonzero(labels == label)
        skipped = beats[members[1:]]
        samples = peaks[members]
        train = Rhythm(samples, np.diff(samples) / skipped / rate)
        if (
            len(members) >= (FEWEST_FAST if train.rate > FAST else FEWEST)
            and np.ptp(samples) >= LASTING * rate
            and np.mean(skipped - 1) <= MISSED
            and train.variation <= REGULAR
        ):
            found.append(train)
    return found
