"""Which template starts when: loops that place events and revise them.

Placing a template takes its correlation with all others, `gram`, out of the score, so
that no signal is touched in the loops.
"""

import numba
import numpy as np

from .pieces import OPTIONS
from .scores import add, close, largest, sample, to_phase, top_of

BLOCK = 64  # samples whose best candidate is remembered, and blocks whose best one is


@numba.njit(**OPTIONS)
def place_known(score, closed, gram, rest, unit, start, n_events):
    """Place events that are known, in place; parameters are those of `place_all`."""
    for i in range(n_events):
        add(score, 0, gram, unit[i], start[i], -1)
        close(closed, unit[i], start[i], rest, 1)


@numba.njit(**OPTIONS)
def place_all(score, closed, gram, half, price, rest, unit, start, n_events):
    """Place templates where they explain most, one after the other, in place.

    Parameters
    ----------
    score : ndarray of shape (n_units, n_times)
        Correlations with what is unexplained.
    closed : ndarray of int8 of shape (n_units, n_times)
        Above 0 where the unit cannot discharge.
    gram : ndarray of shape (n_units, PHASES, n_units, 2 * n_template - 1)
        Correlations of delayed templates with templates.
    half : ndarray of shape (n_units,)
        Half of the energy of each template.
    price : ndarray of shape (n_times,)
        Half of the energy that an event at this place must explain.
    rest : int
        Samples around a discharge without another one of its unit.
    unit, start : ndarray of int of shape (n_most,)
        The events, of which `n_events` are there already.
    n_events : int
        Number of events so far.

    Returns
    -------
    n_events : int
    """
    n_times = score.shape[1]
    n_blocks = (n_times + BLOCK - 1) // BLOCK
    best_gain = np.empty(n_blocks, score.dtype)
    best_unit, best_time = np.empty(n_blocks, np.int64), np.empty(n_blocks, np.int64)
    best_of_many = np.empty((n_blocks + BLOCK - 1) // BLOCK, score.dtype)
    low, high = 0, n_times
    while True:
        first, last = low // BLOCK, (high - 1) // BLOCK
        for b in range(first, last + 1):
            best_gain[b], best_unit[b], best_time[b] = _best(
                score, closed, half, price, b * BLOCK, min(n_times, b * BLOCK + BLOCK)
            )
        for m in range(first // BLOCK, last // BLOCK + 1):
            best_of_many[m] = best_gain[m * BLOCK : (m + 1) * BLOCK].max()
        m = largest(best_of_many)
        b = m * BLOCK + largest(best_gain[m * BLOCK : (m + 1) * BLOCK])
        if best_gain[b] <= 0 or n_events == unit.size:
            return n_events
        k, t = best_unit[b], best_time[b]
        unit[n_events], start[n_events] = k, to_phase(score, k, t)
        low, high = add(score, 0, gram, k, start[n_events], -1)
        close(closed, k, start[n_events], rest, 1)
        low = min(low, max(0, t - rest - 1))
        high = max(high, min(n_times, t + rest + 2))
        n_events += 1


@numba.njit(**OPTIONS)
def revise_each(score, closed, gram, half, price, rest, unit, start, n_events, reach):
    """Take each event out once and place the best one within `reach`, in place.

    Parameters are those of `place_all`; `reach` is in samples. Events that explain less
    than their price are left out. Returns the number of events.
    """
    n_times = score.shape[1]
    kept = 0
    for i in range(n_events):
        k, t = unit[i], sample(start[i])
        add(score, 0, gram, k, start[i], 1)
        close(closed, k, start[i], rest, -1)
        low, high = max(0, t - reach), min(n_times, t + reach + 1)
        gain, k, t = _best(score, closed, half, price, low, high)
        if gain <= 0:
            continue
        unit[kept], start[kept] = k, to_phase(score, k, t)
        add(score, 0, gram, k, start[kept], -1)
        close(closed, k, start[kept], rest, 1)
        kept += 1
    return kept


@numba.njit(**OPTIONS)
def _best(score, closed, half, price, low, high):
    """Return gain, unit and time of the best candidate from `low` to `high`.

    The gain is 0 where no candidate explains more than its price.
    """
    gain, unit, time = 0.0, 0, low
    for k in range(score.shape[0]):
        if top_of(score[k, low:high], price[low:high]) - half[k] <= gain:
            continue
        for t in range(low, high):
            value = score[k, t] - half[k] - price[t]
            if value > gain and closed[k, t] == 0:
                gain, unit, time = value, k, t
    return gain, unit, time
