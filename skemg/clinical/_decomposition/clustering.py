"""Groups of alike potentials among those that stand out of a signal."""

import numpy as np

from .templates import interpolation

APART = 0.0015  # s, two potentials are at least so far apart
COMPARED = 0.003  # s around the peak
ALIKE = 0.05  # squared distance in energies that noise and jitter explain


def find_peaks(x, threshold, *, rate):
    """Find what stands out of a signal, between its samples.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The signal.
    threshold : ndarray of shape (n_samples,)
        Lowest magnitude of a peak.
    rate : float
        Sampling frequency in Hz.

    Returns
    -------
    peaks : ndarray of int of shape (n_peaks,)
        In steps of ``1 / PHASES`` of a sample.
    """
    from skemg._kernels import pieces as kernels

    peaks = kernels.find_peaks(x, threshold, max(1, round(APART * rate)))
    before, peak, after = (np.abs(x[peaks + step]) for step in (-1, 0, 1))
    bend = np.maximum(2 * peak - before - after, np.finfo(np.float32).tiny)
    part = np.clip(0.5 * (after - before) / bend, -0.5, 0.5)
    return peaks * kernels.PHASES + np.round(part * kernels.PHASES).astype(int)


def cluster(x, peaks, noise, *, rate, alike=None, n_least):
    """Group potentials that differ by noise only, the densest group first.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The signal.
    peaks : ndarray of int of shape (n_peaks,)
        Where potentials are, in steps of ``1 / PHASES`` of a sample.
    noise : float
        Standard deviation of the noise.
    rate : float
        Sampling frequency in Hz.
    alike : float, default=ALIKE
        Squared distance within a group, as a share of its energy.
    n_least : int
        Potentials of a group.

    Returns
    -------
    groups : list of ndarray of int
        Indices of the peaks of each group; most peaks are in none.
    """
    from skemg._kernels.pieces import PHASES, count_neighbours, cut_pieces

    alike = ALIKE if alike is None else alike
    n_times = max(2, round(COMPARED * rate))
    starts = peaks - n_times // 2 * PHASES
    pieces = cut_pieces(x, interpolation(), starts, n_times)
    energy = np.einsum("ij,ij->i", pieces, pieces)
    order = np.argsort(energy, kind="stable")
    pieces, energy = pieces[order], energy[order]
    floor = n_times * noise**2
    counts = count_neighbours(pieces, energy, alike, floor)
    free = np.ones(len(pieces), bool)
    groups = []
    for i in np.argsort(-counts, kind="stable"):
        if counts[i] < n_least - 1:
            break
        if not free[i]:
            continue
        members, centre = _grow(pieces, energy, i, free, alike, floor, n_least)
        if members is None:
            continue
        groups.append(order[members])
        limit = 1.5 * (alike * centre @ centre + floor)
        near = _near(pieces, energy, centre, limit)
        free[near] = False
    return groups


def _grow(pieces, energy, i, free, alike, floor, n_least):
    """Return the potentials around a first one and their median, or None."""
    centre = pieces[i]
    for _ in range(3):
        near = _near(pieces, energy, centre, alike * (centre @ centre) + floor)
        members = near[free[near]]
        if len(members) < n_least:
            return None, centre
        centre = np.median(pieces[members], axis=0)
    return members, centre


def _near(pieces, energy, centre, limit):
    """Return the indices of pieces, sorted by energy, nearer than a squared limit."""
    size, width = np.sqrt(centre @ centre), np.sqrt(limit)
    low, high = np.searchsorted(
        energy, [max(0, size - width) ** 2, (size + width) ** 2]
    )
    distance = ((pieces[low:high] - centre) ** 2).sum(axis=1)
    return low + np.flatnonzero(distance < limit)
