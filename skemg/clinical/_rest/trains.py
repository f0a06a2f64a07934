"""Discharges at steady intervals, and which of their peaks are one potential."""

from dataclasses import dataclass

import numpy as np

from .shape import Shape, cut, measure_shape

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
LOCKED_WITHIN = 0.0015  # s, spread of the lag between peaks of one potential
LOCKED_SHARE = 0.7  # of the discharges
LONGEST_POTENTIAL = 0.025  # s
APART = 0.004  # s, between two discharges of a train
PART = 0.6  # share of discharges within potentials of another train that is too much
MARGIN = 0.005  # s, before and after a potential, for what a filter smears
EXPECTED = 0.15  # of an interval, around where a discharge is missed
QUANTILE = 0.8, 1.2816  # of the steps between intervals, and of a standard normal


@dataclass
class Rhythm:
    """Discharges of one source."""

    samples: np.ndarray  # of the discharges
    intervals: np.ndarray  # s; halved where one discharge was missed
    members: np.ndarray  # indices of all peaks that it explains
    shape: Shape | None = None

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
        Those whose intervals vary by at most `REGULAR`, the longest first. Peaks of one
        polyphasic potential are one train.
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
        train = Rhythm(samples, np.diff(samples) / skipped / rate, members)
        if (
            len(members) >= (FEWEST_FAST if train.rate > FAST else FEWEST)
            and np.ptp(samples) >= LASTING * rate
            and np.mean(skipped - 1) <= MISSED
            and train.variation <= REGULAR
        ):
            found.append(train)
    found = _join_fragments(_join_locked(found, spikes), spikes)
    for train in found:
        train.shape = measure_shape(spikes, train.samples)
    return _leave_out_parts(found, rate)


def explained_by(trains, samples, rate):
    """Whether each sample lies within a potential of one of the trains."""
    explained = np.zeros(len(samples), bool)
    margin = round(MARGIN * rate)
    for train in trains:
        start = train.samples + train.shape.first - margin
        stop = train.samples + train.shape.last + margin
        index = np.searchsorted(start, samples, side="right") - 1
        explained |= (index >= 0) & (samples <= stop[index])
    return explained


def fill_gaps(trains, left, rate):
    """Give potentials that are left to the trains that miss a discharge there.

    Two potentials at once are like neither; the rhythm says that there is one.

    Parameters
    ----------
    trains : list of Rhythm
        Their `samples` are extended in place.
    left : ndarray of int
        Potentials that no train explains.
    rate : float
        Sampling rate in Hz.

    Returns
    -------
    left : ndarray of int
        What is still left.
    """
    for train in trains:
        taken = np.zeros(len(left), bool)
        gaps = np.diff(train.samples)
        beats = np.round(gaps / np.median(train.intervals) / rate).astype(int)
        for i in np.flatnonzero((beats == 2) | (beats == 3)):
            interval = gaps[i] / beats[i]
            for beat in range(1, beats[i]):
                far = np.abs(left - (train.samples[i] + beat * interval))
                if far.min(initial=np.inf) <= EXPECTED * interval:
                    taken[far.argmin()] = True
        train.samples = _merge(train.samples, left[taken], rate)
        left = left[~taken]
    return left


def strangers(trains, samples, spikes):
    """Return the potentials that are unlike those of all trains."""
    before, after = (round(seconds * spikes.rate) for seconds in WINDOW)
    pieces = cut(spikes.fast, samples, before, after)
    energy = np.sum(pieces**2, axis=1)
    known = np.zeros(len(samples), bool)
    for train in trains:
        template = _fast_potential(train, spikes)
        limit = ALIKE * np.maximum(energy, np.sum(template**2))
        known |= _distance(template, pieces) <= limit
    return samples[~known]


def _join_locked(trains, spikes):
    """Join trains that keep one lag: peaks of one polyphasic potential."""
    size = [np.median(np.abs(spikes.fast[train.samples])) for train in trains]
    joined = []
    for i in np.argsort(size, kind="stable")[::-1]:
        train = trains[i]
        for other in joined:
            lag = _lag(train.samples, other.samples, spikes.rate)
            if lag is not None:
                other.members = np.concatenate([other.members, train.members])
                other.samples = _merge(other.samples, train.samples - lag, spikes.rate)
                break
        else:
            joined.append(train)
    return joined


def _lag(samples, others, rate):
    """Return by how much `samples` follow `others`, or None where they do not."""
    after = np.clip(np.searchsorted(others, samples), 1, len(others) - 1)
    lags = samples[:, np.newaxis] - others[after[:, np.newaxis] + [-1, 0]]
    for nearest in (lags[:, 0], lags[:, 1]):
        lag = int(np.median(nearest))
        close = np.abs(lags - lag).min(axis=1) <= LOCKED_WITHIN * rate
        if abs(lag) <= LONGEST_POTENTIAL * rate and close.mean() >= LOCKED_SHARE:
            return lag
    return None


def _merge(samples, others, rate):
    """Return all times, those of one discharge once."""
    gap = np.abs(others[:, np.newaxis] - samples).min(axis=1)
    return np.sort(np.concatenate([samples, others[gap > APART * rate]]))


def _join_fragments(trains, spikes):
    """Join trains of like potentials that lie on one rhythm."""
    joined = []
    for train in sorted(trains, key=lambda train: -len(train.samples)):
        for other in joined:
            if _on_one_rhythm(train, other, spikes.rate) and _alike(
                train, other, spikes
            ):
                other.members = np.concatenate([other.members, train.members])
                other.samples = np.union1d(other.samples, train.samples)
                other.intervals = np.concatenate([other.intervals, train.intervals])
                break
        else:
            joined.append(train)
    return joined


def _on_one_rhythm(train, other, rate):
    period = np.median(other.intervals)
    gaps = np.diff(np.union1d(train.samples, other.samples)) / rate / period
    beats = np.round(gaps)
    if gaps.min() < 1 - TOLERANCE or np.quantile(beats, 0.9) > 3:
        return False
    return np.median(np.abs(gaps - beats) / beats) <= REGULAR


def _alike(train, other, spikes):
    one, two = (_fast_potential(each, spikes) for each in (train, other))
    return _distance(one, two) <= ALIKE * max(np.sum(one**2), np.sum(two**2))


def _fast_potential(train, spikes):
    before, after = (round(seconds * spikes.rate) for seconds in WINDOW)
    return np.median(cut(spikes.fast, train.samples, before, after), axis=0)


def _distance(one, pieces):
    return np.sum((pieces - one) ** 2, axis=-1)


def _leave_out_parts(trains, rate):
    """Leave out trains that lie within the potentials of larger ones."""
    kept = []
    for train in sorted(trains, key=lambda train: -len(train.samples)):
        inside = explained_by(kept, train.samples, rate)
        if inside.mean() < PART:
            kept.append(train)
    return kept
