"""Slopes of features over the neighbouring windows of a recording."""

import numpy as np

_ROWS = 64  # of a block, which stays in the cache


def fill_slopes(values, out, windows, width):
    """Write the slope of a regression over `width` windows on either side.

    The first and last window of a recording are repeated.

    Parameters
    ----------
    values : ndarray of shape (n_windows, ...)
        Features of the windows.
    out : ndarray of shape (n_windows, ...)
        What is filled.
    windows : Windows
        Says which rows belong to one recording.
    width : int
        Windows on either side.
    """
    earliest = windows.repeat(windows.offsets[:-1])
    latest = windows.repeat(windows.offsets[1:] - 1)
    shifts = range(1, width + 1)
    norm = 2 * sum(shift**2 for shift in shifts)
    for first in range(0, len(values), _ROWS):
        row = np.arange(first, min(first + _ROWS, len(values)))
        total = 0
        for shift in shifts:
            ahead = np.minimum(row + shift, latest[row])
            behind = np.maximum(row - shift, earliest[row])
            total += shift / norm * (values[ahead] - values[behind])
        out[row] = total
