"""Trains that are one, and what they explain."""

import numpy as np
from scipy import ndimage

from .shape import cut, measure_shape
from .trains import ALIKE, REGULAR, TOLERANCE, WINDOW, variation_of

LOCKED_WITHIN = 0.0015  # s, spread of the lag between peaks of one potential
LOCKED_SHARE = 0.7  # of the discharges
LONGEST_POTENTIAL = 0.025  # s
APART = 0.5  # of an interval, between two discharges of a train
PART = 0.6  # share of discharges within potentials of another train that is too much
MARGIN = 0.005  # s, before and after a potential, for what a filter smears
LARGER = 2.0  # times the peaks of a train is another source; our choice
EXPECTED = 0.15  # of an interval, around where a discharge is missed
NEAR = 5  # gaps whose median is the period of a rhythm that may change
MOST_BEATS = 3  # between neighbours of joined trains


def join_trains(trains, spikes):
    """Join trains of one source, and measure the form of their potentials.

    Peaks that keep one lag are one polyphasic potential. Like potentials on one rhythm
    are one train that was lost and found again. What lies within the potentials of
    another train is a part of them.

    Parameters
    ----------
    trains : list of Rhythm
        Regular trains.
    spikes : Spikes
        The signal.

    Returns
    -------
    trains : list of Rhythm
        Those of different sources.
    """
    trains = _join_fragments(_join_locked(trains, spikes), spikes)
    for train in trains:
        train.shape = measure_shape(spikes, train.samples)
    kept = []
    for train in sorted(trains, key=lambda train: -len(train.samples)):
        if explained_by(kept, train.samples, spikes).mean() < PART:
            kept.append(train)
    return kept


def explained_by(trains, samples, spikes):
    """Whether each sample lies within a potential of a train, and is not too large."""
    explained = np.zeros(len(samples), bool)
    margin = round(MARGIN * spikes.rate)
    size = np.abs(spikes.fast[samples])
    for train in trains:
        start = train.samples + train.shape.first - margin
        stop = train.samples + train.shape.last + margin
        index = np.searchsorted(start, samples, side="right") - 1
        inside = (index >= 0) & (samples <= stop[index])
        explained |= inside & (size <= LARGER * _largest(train, spikes))
    return explained


def fill_gaps(trains, left, spikes):
    """Give potentials that are left to the trains that miss a discharge there.

    Two potentials at once are like neither; the rhythm says that there is one.

    Parameters
    ----------
    trains : list of Rhythm
        Their `samples` are extended in place.
    left : ndarray of int
        Potentials that no train explains.
    spikes : Spikes
        The signal.

    Returns
    -------
    left : ndarray of int
        What is still left.
    """
    for train in trains:
        fits = np.abs(spikes.fast[left]) <= LARGER * _largest(train, spikes)
        taken = np.zeros(len(left), bool)
        gaps = np.diff(train.samples)
        beats = np.round(gaps / np.median(train.intervals) / spikes.rate).astype(int)
        for i in np.flatnonzero((beats == 2) | (beats == 3)):
            interval = gaps[i] / beats[i]
            for beat in range(1, beats[i]):
                far = np.abs(left - (train.samples[i] + beat * interval))
                far[~fits] = np.inf
                if far.min(initial=np.inf) <= EXPECTED * interval:
                    taken[far.argmin()] = True
        train.samples = _merge(train.samples, left[taken])
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


def _largest(train, spikes):
    """Return the height of the larger peaks of a train."""
    return np.quantile(np.abs(spikes.fast[train.samples]), 0.9)


def _join_locked(trains, spikes):
    """Join trains that keep one lag to a train of larger potentials."""
    size = [np.median(np.abs(spikes.fast[train.samples])) for train in trains]
    joined = []
    for i in np.argsort(size, kind="stable")[::-1]:
        train = trains[i]
        for other in joined:
            lag = _lag(train.samples, other.samples, spikes.rate)
            if lag is not None:
                other.samples = _merge(other.samples, train.samples - lag)
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


def _merge(samples, others):
    """Return all times, those of one discharge once."""
    gap = np.abs(others[:, np.newaxis] - samples).min(axis=1)
    apart = gap > APART * np.median(np.diff(samples))
    return np.sort(np.concatenate([samples, others[apart]]))


def _join_fragments(trains, spikes):
    """Join trains of like potentials that lie on one rhythm, the longest first."""
    joined = []
    for train in sorted(trains, key=lambda train: -len(train.samples)):
        for other in joined:
            samples = np.union1d(train.samples, other.samples)
            intervals = _intervals_on_one_rhythm(samples, spikes.rate)
            if intervals is not None and _are_alike(train, other, spikes):
                other.samples, other.intervals = samples, intervals
                break
        else:
            joined.append(train)
    return joined


def _intervals_on_one_rhythm(samples, rate):
    """Return the intervals in seconds, or None where there is more than one rhythm."""
    gaps = np.diff(samples) / rate
    period = ndimage.median_filter(gaps, NEAR, mode="nearest")
    beats = np.maximum(1, np.round(gaps / period))
    intervals = gaps / beats
    is_short = np.min(gaps / period) < 1 - TOLERANCE
    if is_short or np.quantile(beats, 0.9) > MOST_BEATS:
        return None
    off = np.median(np.abs(intervals / period - 1))
    # Two trains of one rate are off by nothing: short and long intervals alternate.
    is_one = off <= REGULAR and variation_of(intervals) <= TOLERANCE
    return intervals if is_one else None


def _are_alike(train, other, spikes):
    one, two = (_fast_potential(each, spikes) for each in (train, other))
    return _distance(one, two) <= ALIKE * max(np.sum(one**2), np.sum(two**2))


def _fast_potential(train, spikes):
    before, after = (round(seconds * spikes.rate) for seconds in WINDOW)
    return np.median(cut(spikes.fast, train.samples, before, after), axis=0)


def _distance(one, pieces):
    return np.sum((pieces - one) ** 2, axis=-1)
