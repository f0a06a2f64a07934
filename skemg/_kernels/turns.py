"""Where a signal turns."""

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
def find_turns(signal, level):
    """Find the peaks that the signal leaves on both sides by the threshold.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        The signal.
    level : float
        The threshold, in the unit of the signal.

    Returns
    -------
    turns : ndarray of int64 of shape (n_turns,)
        Samples of the turns, peaks and troughs in turn.
    """
    turns = np.empty(signal.size, np.int64)
    n_turns, direction, top, bottom = 0, 0, 0, 0
    for i in range(1, signal.size):
        value = np.float64(signal[i])
        if value > signal[top]:
            top = i
        if value < signal[bottom]:
            bottom = i
        if direction >= 0 and signal[top] - value >= level and signal[top] > value:
            turn, turned = top, -1
        elif (
            direction <= 0
            and value - signal[bottom] >= level
            and value > signal[bottom]
        ):
            turn, turned = bottom, 1
        else:
            continue
        if direction:  # where the first slope began is no turn
            turns[n_turns] = turn
            n_turns += 1
        direction = turned
        top = bottom = i
    return turns[:n_turns].copy()
