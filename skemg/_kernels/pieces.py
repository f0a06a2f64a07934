"""Pieces of a signal between its samples: find, compare, cut, add.

Starts are counted in steps of ``1 / PHASES`` of a sample.
"""

import math

import numba
import numpy as np

PHASES = 8
N_TAPS = 8  # of the interpolation between samples
OPTIONS = {"nogil": True, "cache": True, "fastmath": {"reassoc", "contract"}}


@numba.njit(**OPTIONS)
def find_peaks(x, threshold, distance):
    """Return where a magnitude reaches its threshold and is the largest around.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        The signal.
    threshold : ndarray of shape (n_times,)
        Lowest magnitude of a peak.
    distance : int
        Samples to each side in which no magnitude is larger.

    Returns
    -------
    peaks : ndarray of int of shape (n_peaks,)
    """
    peaks = np.empty(x.size, np.int64)
    n_peaks = 0
    for t in range(1, x.size - 1):
        level = abs(x[t])
        if level < threshold[t] or level < abs(x[t - 1]) or level <= abs(x[t + 1]):
            continue
        largest = True
        for u in range(max(0, t - distance), min(x.size, t + distance + 1)):
            if abs(x[u]) > level or (abs(x[u]) == level and u < t):
                largest = False
                break
        if largest:
            peaks[n_peaks] = t
            n_peaks += 1
    return peaks[:n_peaks].copy()


@numba.njit(**OPTIONS)
def cut_pieces(x, taps, starts, n_times):
    """Cut pieces out of a signal, between its samples; zeros where it ends.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The signal.
    taps : ndarray of shape (PHASES, N_TAPS)
        Interpolation by each phase.
    starts : ndarray of int of shape (n_pieces,)
        Starts in steps of ``1 / PHASES``.
    n_times : int
        Samples of a piece.

    Returns
    -------
    pieces : ndarray of shape (n_pieces, n_times)
    """
    pieces = np.zeros((starts.size, n_times), x.dtype)
    for i in range(starts.size):
        start, phase = starts[i] // PHASES, starts[i] % PHASES
        for tap in range(N_TAPS):
            weight = taps[phase, tap]
            if weight == 0:
                continue
            first = start + tap - N_TAPS // 2 + 1
            low, high = max(0, -first), max(0, min(n_times, x.size - first))
            piece, here = pieces[i, low:high], x[first + low : first + high]
            for j in range(piece.size):
                piece[j] += weight * here[j]
    return pieces


@numba.njit(**OPTIONS)
def add_pieces(x, taps, pieces, which, starts, sign):
    """Add pieces to a signal in place, delayed by parts of a sample.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The signal.
    taps : ndarray of shape (PHASES, N_TAPS)
        Interpolation by each phase.
    pieces : ndarray of shape (n_pieces, n_times)
        What is added.
    which, starts : ndarray of int of shape (n_events,)
        Which piece starts where, in steps of ``1 / PHASES``.
    sign : float
        Factor, 1 or -1.
    """
    n_times = pieces.shape[1]
    for i in range(starts.size):
        start, phase = starts[i] // PHASES, starts[i] % PHASES
        piece = pieces[which[i]]
        for tap in range(N_TAPS):
            weight = x.dtype.type(taps[phase, tap] * sign)
            if weight == 0:
                continue
            first = start + tap - N_TAPS // 2 + 1
            low, high = max(0, -first), max(0, min(n_times, x.size - first))
            here, part = x[first + low : first + high], piece[low:high]
            for j in range(part.size):
                here[j] += weight * part[j]


@numba.njit(**OPTIONS)
def count_neighbours(pieces, energy, share, floor):
    """Count for each piece those that differ from it by noise only.

    Parameters
    ----------
    pieces : ndarray of shape (n_pieces, n_times)
        Sorted by energy.
    energy : ndarray of shape (n_pieces,)
        Sums of squares, ascending.
    share, floor : float
        Squared distance that counts as near: `share` of the smaller energy and `floor`.

    Returns
    -------
    counts : ndarray of int of shape (n_pieces,)
    """
    counts = np.zeros(len(pieces), np.int64)
    for i in range(len(pieces)):
        limit = share * energy[i] + floor
        for j in range(i + 1, len(pieces)):
            if (math.sqrt(energy[j]) - math.sqrt(energy[i])) ** 2 > limit:
                break
            distance = pieces.dtype.type(0)
            for t in range(pieces.shape[1]):
                step = pieces[i, t] - pieces[j, t]
                distance += step * step
            if distance < limit:
                counts[i] += 1
                counts[j] += 1
    return counts
