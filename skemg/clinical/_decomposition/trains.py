"""What discharge times say: one unit in two groups, a part of another unit, or none.

Thresholds are our choice.
"""

import numpy as np
from scipy import fft, ndimage

N_LEAST = 6  # discharges of a unit
SLOWEST = 2.0  # Hz, of a unit
SAME_SHAPE = 0.35  # squared distance in energies below which two groups may be one
NEARLY_EQUAL = 0.1  # with few discharges, only groups as alike as this are one
TOO_CLOSE = 0.0015, 0.03  # s, intervals that one unit hardly has and two units do
FEW_MEETINGS = 0.3  # of the number expected of two independent units
LOCKED = 0.5, 0.012, 0.0006  # share of discharges, s of delay at most, s of its spread
TEMPO = 1.78  # longest interval over the shortest that count as regular
LOCAL = 51  # intervals around one that tell what is usual there


def fewest_discharges(seconds):
    """Return the number of discharges below which there is no unit."""
    return max(N_LEAST, int(np.ceil(SLOWEST * seconds)))


def merge(templates, times, *, rate, seconds, rest):
    """Find groups that are one unit: alike, and not discharging as two.

    Two units discharge close together at times. Parts of one hardly do, and together
    they are more regular than each.

    Parameters
    ----------
    templates : ndarray of shape (n_groups, n_times)
        Their potentials.
    times : list of ndarray
        Discharge times of each group, in samples, ascending.
    rate : float
        Sampling frequency in Hz.
    seconds : float
        Length of the recording.
    rest : float
        Shortest interval of a unit in seconds.

    Returns
    -------
    unit : ndarray of int of shape (n_groups,)
        The first group of the unit that each group belongs to.
    delay : ndarray of int of shape (n_groups,)
        Samples to add to the times of a group to make them those of its unit.
    """
    n_groups = len(templates)
    distance, lag = _distances(templates)
    unit, delay = np.arange(n_groups), np.zeros(n_groups, int)
    trains = list(times)
    low, high = (limit * rate for limit in TOO_CLOSE)
    pairs = [(distance[a, b], b, a) for a in range(n_groups) for b in range(a)]
    for apart, a, b in sorted(pairs):
        if apart > SAME_SHAPE:
            break
        one, other = unit[a], unit[b]
        if one == other:
            continue
        shift = delay[a] - delay[b] - lag[a, b]
        moved = trains[other] + shift
        together = np.sort(np.concatenate([trains[one], moved]))
        expected = 2 * len(trains[one]) * len(moved) * (high - low) / (seconds * rate)
        n_meetings = _count_meetings(trains[one], moved, low, high)
        if expected < 1.5:
            is_one = apart < NEARLY_EQUAL and n_meetings == 0
        else:
            regular, *parts = (
                excess_regularity(train, rate=rate, rest=rest)
                for train in (together, trains[one], moved)
            )
            is_one = n_meetings <= FEW_MEETINGS * expected or regular > max(parts)
        if is_one:
            trains[one] = together
            joined = unit == other
            unit[joined] = one
            delay[joined] += shift
    return unit, delay


def _distances(templates):
    """Return squared distances in the larger energy at the best lag, and that lag."""
    n_times = templates.shape[1]
    energy = np.einsum("ij,ij->i", templates, templates)
    n_fft = fft.next_fast_len(2 * n_times, real=True)
    spectra = fft.rfft(templates, n_fft, axis=1)
    correlation = fft.irfft(spectra[:, np.newaxis] * spectra.conj(), n_fft, axis=2)
    lags = np.arange(-(n_times // 3), n_times // 3 + 1)
    correlation = correlation[:, :, lags]
    larger = np.maximum.outer(energy, energy)
    distance = np.add.outer(energy, energy) - 2 * correlation.max(axis=2)
    larger = np.maximum(larger, np.finfo(larger.dtype).tiny)
    return distance / larger, lags[correlation.argmax(axis=2)]


def _count_meetings(one, other, low, high):
    """Count pairs of discharges that are `low` to `high` samples apart."""

    def count(first, last):
        return np.sum(np.searchsorted(other, last) - np.searchsorted(other, first))

    return count(one + low, one + high) + count(one - high, one - low)


def find_locked(templates, times, *, rate):
    """Find units that follow a larger one at a fixed delay: parts of its potential.

    Parameters
    ----------
    templates : ndarray of shape (n_units, n_times)
        Their potentials.
    times : list of ndarray
        Discharge times of each unit, in samples, ascending.
    rate : float
        Sampling frequency in Hz.

    Returns
    -------
    locked : ndarray of bool of shape (n_units,)
    """
    share, longest, spread = LOCKED
    order = np.argsort(-np.einsum("ij,ij->i", templates, templates), kind="stable")
    locked = np.zeros(len(templates), bool)
    for place, k in enumerate(order):
        for larger in order[:place]:
            if locked[larger] or not len(times[k]):
                continue
            delays = _delays(times[larger], times[k], longest * rate)
            if _densest(delays, 2 * spread * rate) > share * len(times[k]):
                locked[k] = True
                break
    return locked


def _delays(one, other, longest):
    """Return the differences between two trains up to `longest`, ascending."""
    first = np.searchsorted(other, one - longest)
    n_near = np.searchsorted(other, one + longest, "right") - first
    index = np.repeat(first - np.cumsum(n_near) + n_near, n_near)
    near = other[index + np.arange(n_near.sum())]
    return np.sort(near - np.repeat(one, n_near))


def _densest(values, width):
    """Return the largest number of sorted values within `width`."""
    if len(values) == 0:
        return 0
    last = np.searchsorted(values, values + width, "right")
    return int((last - np.arange(len(values))).max())


def excess_regularity(times, *, rate, rest):
    """Return by how much the intervals of a train are more alike than by chance.

    Parameters
    ----------
    times : ndarray of shape (n_discharges,)
        In samples, ascending.
    rate : float
        Sampling frequency in Hz.
    rest : float
        Shortest interval in seconds that chance could give.

    Returns
    -------
    excess : float
        The share of intervals within one range of ratio 1.78, less the share that
        random discharges of the same rate, `rest` or more apart, have in their best
        range: 0.22 and more of them, near 1 for a unit in a steady contraction.
    """
    intervals = np.sort(np.diff(times)) / rate
    if len(intervals) == 0:
        return 0.0
    share = _densest(np.log(intervals[intervals > rest]), np.log(TEMPO))
    mean = max(intervals.mean() - rest, np.finfo(float).tiny)
    best = max(rest, mean * np.log(TEMPO) / (TEMPO - 1))
    by_chance = np.exp((rest - best) / mean) - np.exp((rest - TEMPO * best) / mean)
    return share / len(intervals) - by_chance


def at_one_rate(times):
    """Return the times of a train without the slow changes of its rate.

    Trains of few discharges stay as they are.
    """
    intervals = np.diff(times)
    if len(intervals) < LOCAL:
        return times
    usual = ndimage.median_filter(intervals, LOCAL, mode="nearest")
    return np.cumsum(np.append(0, intervals * np.median(intervals) / usual))


def share_of_short_intervals(times):
    """Return the share of intervals below half of their median."""
    intervals = np.diff(times)
    return float(np.mean(intervals < 0.5 * np.median(intervals)))
