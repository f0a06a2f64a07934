"""What the loops of a pursuit do with scores.

`score[j, t]` is the correlation of what is not yet explained of a signal with a
template that starts at sample `t`. A template is `n_template` samples long. Starts are
counted in steps of ``1 / PHASES`` of a sample.

Numba caches the loops that use these by their own files: after a change here, delete
``__pycache__``.
"""

import math

import numba

from .pieces import OPTIONS, PHASES

NEVER = -1e30
# A maximum is vectorised only where no NaN is to be minded; scores have none.
NO_NAN = OPTIONS | {"fastmath": {"reassoc", "contract", "nnan", "nsz"}}


@numba.njit(**NO_NAN)
def top_of(row, price):
    """Return the largest difference of a row and the prices."""
    top = row.dtype.type(NEVER)
    for t in range(row.size):
        top = max(top, row[t] - price[t])
    return top


@numba.njit(**NO_NAN)
def largest(values):
    """Return the index of the largest value, the first of equals."""
    top = values[0]
    for value in values:
        top = max(top, value)
    i = 0
    while values[i] < top:
        i += 1
    return i


@numba.njit(**OPTIONS)
def add(score, low, gram, k, start, sign):
    """Put template `k` back into a score that begins at `low`, or take it out.

    Returns the range of samples that changed.
    """
    n_template = (gram.shape[3] + 1) // 2
    t = sample(start)
    correlation = gram[k, start - t * PHASES + PHASES // 2]
    first = max(low, t - n_template + 1)
    last = min(low + score.shape[1], t + n_template)
    shift = n_template - 1 - t
    factor = score.dtype.type(sign)
    for j in range(score.shape[0]):
        row = score[j, first - low : last - low]
        change = correlation[j, first + shift : last + shift]
        for u in range(row.size):
            row[u] += factor * change[u]
    return first, last


@numba.njit(**OPTIONS)
def close(closed, k, start, rest, step):
    """Keep unit `k` from discharging around a start, or let it again."""
    t = sample(start)
    for u in range(max(0, t - rest), min(closed.shape[1], t + rest + 1)):
        closed[k, u] += step


@numba.njit(**OPTIONS)
def sample(start):
    """Return the sample nearest to a start."""
    return (start + PHASES // 2) // PHASES


@numba.njit(**OPTIONS)
def to_phase(score, k, t):
    """Return where between samples the score peaks, in steps of ``1 / PHASES``."""
    if t < 1 or t > score.shape[1] - 2:
        return t * PHASES
    before, peak, after = score[k, t - 1], score[k, t], score[k, t + 1]
    bend = before - 2 * peak + after
    if bend >= 0 or min(before, after) < NEVER / 2:
        return t * PHASES
    part = min(0.5, max(-0.5, 0.5 * (before - after) / bend))
    return t * PHASES + math.floor(part * PHASES + 0.5)


@numba.njit(**OPTIONS)
def value(score, k, position):
    """Return the score between samples, by a parabola."""
    t = math.floor(position + 0.5)
    if t < 1 or t > score.shape[1] - 2:
        return float(score[k, min(max(t, 0), score.shape[1] - 1)])
    before, peak, after = score[k, t - 1], score[k, t], score[k, t + 1]
    if min(before, after) < NEVER / 2:
        return float(peak)
    part = position - t
    slope, bend = 0.5 * (after - before), 0.5 * (before + after) - peak
    return peak + part * (slope + part * bend)
