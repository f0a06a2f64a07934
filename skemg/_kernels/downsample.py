"""Of each run of samples the one where the signal bends most."""

import numba
import numpy as np

CHUNK = 4096  # samples whose second differences stay in the L1 cache

OPTIONS = {"nogil": True, "cache": True}


@numba.njit(**OPTIONS)
def _bend(before, here, after):
    """Return the second difference in float64, whatever the type of the samples."""
    return (np.float64(before) - 2 * np.float64(here)) + np.float64(after)


@numba.njit(**OPTIONS)
def _bends(x, first, bends):
    """Write the second differences from sample `first` on; the ends are repeated."""
    stop, last = first + bends.size, x.size - 1
    for i in range(max(first, 1), min(stop, last)):
        bends[i - first] = _bend(x[i - 1], x[i], x[i + 1])
    if first == 0:
        bends[0] = _bend(x[0], x[0], x[min(1, last)])
    if stop > last:
        bends[last - first] = _bend(x[max(last - 1, 0)], x[last], x[last])


@numba.njit(**OPTIONS)
def keep_bends(x, factor, magnitude):
    """Keep one sample of each `factor`: where the second difference is extreme.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        One channel, float32 or float64, at least `factor` samples.
    factor : int
        Samples of a run.
    magnitude : bool
        Take the largest magnitude; else the lowest value. The first of equal ones.

    Returns
    -------
    kept : ndarray of shape (n_times // factor,)
        The kept samples.
    """
    kept = np.empty(x.size // factor, x.dtype)
    n_runs = max(CHUNK // factor, 1)
    buffer = np.empty(min(n_runs, kept.size) * factor)
    for first in range(0, kept.size, n_runs):
        n = min(n_runs, kept.size - first)
        start, bends = first * factor, buffer[: n * factor]
        _bends(x, start, bends)
        for i in range(bends.size):
            bends[i] = abs(bends[i]) if magnitude else -bends[i]
        for run in range(n):
            at, most = run * factor, bends[run * factor]
            for i in range(run * factor + 1, (run + 1) * factor):
                at = i if bends[i] > most else at
                most = bends[i] if bends[i] > most else most
            kept[first + run] = x[start + at]
    return kept
