"""Loops that follow the rhythm of one source through the potentials of many."""

import numba
import numpy as np

SLACK = 3  # samples that a potential may be shifted to fit
LEARNING = 0.5  # weight of the newest potential
TRIES = 12  # second potentials that are tried for each first one
PASSES = 2  # over all potentials: less is passed over when other trains are known
PASSED = 0.75  # price of a like potential that is passed over; of a missed one it is 1
UNEQUAL = 2.5  # ratio of two peaks that need no comparison
HOPELESS = -3  # balance of a train at which it is given up
FREE, CUT = -1, -2  # potentials of no train, and those at the ends of the signal
OPTIONS = {"nogil": True, "cache": True, "fastmath": {"reassoc", "contract"}}


@numba.njit(**OPTIONS)
def find_rhythms(x, peaks, before, after, bounds, tolerance, share, floor, fewest):
    """Sort potentials into trains of like potentials at steady intervals.

    A train starts at the earliest potential that is left, with the second one that
    makes it longest, and goes on where the last interval says. One discharge in a row
    may be missed.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        The signal.
    peaks : ndarray of int of shape (n_peaks,)
        Where its potentials are, ascending.
    before, after : int
        Samples around a peak that are compared.
    bounds : tuple of int
        Shortest and longest interval, in samples.
    tolerance : float
        Share by which an interval may differ from the one before.
    share, floor : float
        Squared distance that counts as alike: `share` of the larger energy, and
        `floor`.
    fewest : int
        Discharges of a train, at least.

    Returns
    -------
    train : ndarray of int of shape (n_peaks,)
        The train of each potential; negative without one.
    beats : ndarray of int of shape (n_peaks,)
        Intervals since the last discharge of the train: 2 where one was missed.
    """
    train = np.full(peaks.size, FREE, np.int64)
    energies = np.empty(peaks.size)
    beats = np.ones(peaks.size, np.int64)
    members, best = np.empty((2, peaks.size), np.int64), np.empty_like(train)
    best_beats = np.empty_like(train)
    template = np.empty(before + after, x.dtype)
    for i in range(peaks.size):
        start = peaks[i] - before
        if start < SLACK or start + template.size + SLACK > x.size:
            train[i] = CUT
        else:
            energies[i] = _energy(x[start : start + template.size])
    n_trains = 0
    for start in range(PASSES * peaks.size):
        i = start % peaks.size
        if train[i] != FREE:
            continue
        n_best, best_score, tries = 0, 0.0, 0
        for j in range(i + 1, peaks.size):
            interval = peaks[j] - peaks[i]
            if interval > bounds[1] or tries == TRIES:
                break
            if interval < bounds[0] or train[j] != FREE:
                continue
            if _differ(x[peaks[i]], x[peaks[j]]):
                continue
            template[:] = x[peaks[i] - before : peaks[i] + after]
            limit = share * max(energies[i], energies[j]) + floor
            if _compare(x, peaks[j] - before, template)[0] > limit:
                continue
            tries += 1
            members[0, 0], members[0, 1] = i, j
            members[1, :2] = 1
            n, misses, passed = _follow(
                x,
                peaks,
                energies,
                train,
                before,
                template,
                tolerance,
                share,
                floor,
                members,
            )
            score = n - misses - PASSED * passed
            if score > best_score:
                best_score, n_best = score, n
                best[:n], best_beats[:n] = members[0, :n], members[1, :n]
        if n_best >= fewest:
            train[best[:n_best]] = n_trains
            beats[best[:n_best]] = best_beats[:n_best]
            n_trains += 1
    return train, beats


@numba.njit(**OPTIONS)
def _follow(
    x, peaks, energies, train, before, template, tolerance, share, floor, members
):
    """Go on from the first two members.

    Return how many there are, how many were missed, and how many like ones lie between.
    """
    n, misses, passed, last = 2, 0, 0, members[0, 1]
    interval = float(peaks[last] - peaks[members[0, 0]])
    while True:
        _learn(x, peaks[last] - before, template)
        energy = _energy(template)
        found, skipped = -1, 0
        for skipped in range(2):
            expected = peaks[last] + interval * (1 + skipped)
            width = tolerance * interval
            lowest = 2.0
            for k in range(last + 1, peaks.size):
                late = peaks[k] - expected
                if late > width:
                    break
                if late < -width or train[k] != FREE:
                    continue
                if _differ(x[peaks[last]], x[peaks[k]]):
                    continue
                limit = share * max(energy, energies[k]) + floor
                cost = _compare(x, peaks[k] - before, template)[0] / limit
                if cost <= 1 and cost + abs(late) / width < lowest:
                    lowest, found = cost + abs(late) / width, k
            if found >= 0:
                break
        if found < 0:
            return n, misses, passed
        interval = (peaks[found] - peaks[last]) / (1 + skipped)
        misses += skipped
        members[0, n], members[1, n] = found, 1 + skipped
        n += 1
        for k in range(last + 1, found):
            if train[k] != FREE or _differ(x[peaks[last]], x[peaks[k]]):
                continue
            limit = share * max(energy, energies[k]) + floor
            if _compare(x, peaks[k] - before, template)[0] <= limit:
                passed += 1
                if n - misses - PASSED * passed < HOPELESS:
                    return n, misses, passed
        last = found


@numba.njit(**OPTIONS)
def _differ(one, other):
    """Whether two peaks are too unequal for like potentials."""
    ratio = other / one
    return ratio < 1 / UNEQUAL or ratio > UNEQUAL


@numba.njit(**OPTIONS)
def _energy(x):
    energy = 0.0
    for t in range(x.size):
        energy += x[t] * x[t]
    return energy


@numba.njit(**OPTIONS)
def _learn(x, start, template):
    start += _compare(x, start, template)[1]
    for t in range(template.size):
        template[t] += LEARNING * (x[start + t] - template[t])


@numba.njit(**OPTIONS)
def _compare(x, start, template):
    """Return the least squared distance of a potential to a template, and its shift."""
    best, best_shift = np.inf, 0
    for shift in range(-SLACK, SLACK + 1):
        piece = x[start + shift : start + shift + template.size]
        distance = 0.0
        for t in range(template.size):
            step = piece[t] - template[t]
            distance += step * step
        if distance < best:
            best, best_shift = distance, shift
    return best, best_shift
