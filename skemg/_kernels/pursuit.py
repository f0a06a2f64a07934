"""Which template starts when: loops that place, revise and search events.

A template is `n_template` samples long and lies where it starts. Starts are counted in
steps of ``1 / PHASES`` of a sample. `score[k, t]` is the correlation of what is not
yet explained with template `k` at sample `t`; placing a template takes its correlation
with all others, `gram`, out of the score, so that no signal is touched in the loops.
"""

import math

import numba
import numpy as np

from .pieces import OPTIONS, PHASES

BLOCK = 64  # samples whose best candidate is remembered
NEVER = -1e30
CROWD = 8  # most events that are searched for together
# A maximum is vectorised only where no NaN is to be minded; scores have none.
NO_NAN = OPTIONS | {"fastmath": {"reassoc", "contract", "nnan", "nsz"}}


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
    best_gain = np.empty(n_blocks)
    best_unit, best_time = np.empty(n_blocks, np.int64), np.empty(n_blocks, np.int64)
    low, high = 0, n_times
    while True:
        for b in range(low // BLOCK, (high - 1) // BLOCK + 1):
            best_gain[b], best_unit[b], best_time[b] = _best(
                score, closed, half, price, b * BLOCK, min(n_times, b * BLOCK + BLOCK)
            )
        b = _largest(best_gain)
        if best_gain[b] <= 0 or n_events == unit.size:
            return n_events
        k, t = best_unit[b], best_time[b]
        unit[n_events], start[n_events] = k, _to_phase(score, k, t)
        low, high = _add(score, 0, gram, k, start[n_events], -1)
        _close(closed, k, start[n_events], rest, 1)
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
        k, t = unit[i], _sample(start[i])
        _add(score, 0, gram, k, start[i], 1)
        _close(closed, k, start[i], rest, -1)
        low, high = max(0, t - reach), min(n_times, t + reach + 1)
        gain, k, t = _best(score, closed, half, price, low, high)
        if gain <= 0:
            continue
        unit[kept], start[kept] = k, _to_phase(score, k, t)
        _add(score, 0, gram, k, start[kept], -1)
        _close(closed, k, start[kept], rest, 1)
        kept += 1
    return kept


@numba.njit(**OPTIONS)
def resolve(
    score, closed, gram, half, price, rest, unit, start, n_events, doubtful, reach, beam
):
    """Take out each doubtful event with its neighbours and search them again, in place.

    The search keeps the `beam` best sets of events while it adds one event after the
    other, and so finds superpositions in which no single template fits well.

    Parameters are those of `place_all`, and:

    doubtful : ndarray of bool of shape (n_times,)
        Where events are searched again.
    reach : int
        Samples to each side in which neighbours are taken out; new events may lie half
        as far again.
    beam : int
        Number of sets.

    Returns the number of events.
    """
    n_units, n_times = score.shape
    margin = reach // 2
    width = min(n_times, 2 * (reach + margin) + 1)
    order = np.argsort(start[:n_events])
    unit[:n_events], start[:n_events] = unit[:n_events][order], start[:n_events][order]

    local = np.empty((n_units, width), score.dtype)
    new_unit, new_start = np.empty(CROWD, np.int64), np.empty(CROWD, np.int64)
    old_unit, old_start = np.empty(CROWD, np.int64), np.empty(CROWD, np.int64)
    i = 0
    while i < n_events:
        here, centre = start[i], _sample(start[i])
        if not doubtful[centre]:
            i += 1
            continue
        first, last = _neighbours(start, n_events, i, reach)
        n_old = last - first
        old_unit[:n_old], old_start[:n_old] = unit[first:last], start[first:last]
        for j in range(n_old):
            _add(score, 0, gram, old_unit[j], old_start[j], 1)
            _close(closed, old_unit[j], old_start[j], rest, -1)
        low = max(0, min(n_times - width, centre - reach - margin))
        for k in range(n_units):
            for t in range(width):
                local[k, t] = NEVER if closed[k, low + t] else score[k, low + t]
        old_gain = _gain_of(local, gram, half, price, low, old_unit, old_start, n_old)
        n_new = _search(
            local, gram, half, price, low, beam, n_old + 1, new_unit, new_start
        )
        new_gain = _gain_of(local, gram, half, price, low, new_unit, new_start, n_new)
        is_full = n_events + n_new - n_old > unit.size
        if is_full or new_gain <= old_gain + 1e-3 * abs(old_gain):
            n_new = n_old
            new_unit[:n_old], new_start[:n_old] = old_unit[:n_old], old_start[:n_old]
        for j in range(n_new):
            _add(score, 0, gram, new_unit[j], new_start[j], -1)
            _close(closed, new_unit[j], new_start[j], rest, 1)
        n_events = _replace(
            unit, start, n_events, first, last, new_unit, new_start, n_new
        )
        i = first
        while i < n_events and start[i] <= here:
            i += 1
    return n_events


@numba.njit(**OPTIONS)
def _neighbours(start, n_events, i, reach):
    """Return the range of events within reach of event `i`, fewer than `CROWD`."""
    first, last = i, i + 1
    while first > 0 and start[i] - start[first - 1] <= reach * PHASES:
        first -= 1
    while last < n_events and start[last] - start[i] <= reach * PHASES:
        last += 1
    while last - first > CROWD - 2:
        if start[i] - start[first] > start[last - 1] - start[i]:
            first += 1
        else:
            last -= 1
    return first, last


@numba.njit(**OPTIONS)
def _replace(unit, start, n_events, first, last, new_unit, new_start, n_new):
    """Put new events in the place of those from `first` to `last`, sorted by time."""
    shift = n_new - (last - first)
    if shift:
        tail_unit, tail_start = unit[last:n_events].copy(), start[last:n_events].copy()
        unit[last + shift : n_events + shift] = tail_unit
        start[last + shift : n_events + shift] = tail_start
    unit[first : first + n_new] = new_unit[:n_new]
    start[first : first + n_new] = new_start[:n_new]
    n_events += shift
    for j in range(max(1, first), min(n_events, first + n_new + 1)):
        at = j
        while at > 0 and start[at] < start[at - 1]:
            start[at], start[at - 1] = start[at - 1], start[at]
            unit[at], unit[at - 1] = unit[at - 1], unit[at]
            at -= 1
    return n_events


@numba.njit(**OPTIONS)
def _search(local, gram, half, price, low, beam, n_most, best_unit, best_start):
    """Search the set of events that explains most of a stretch; return its size."""
    n_units, width = local.shape
    n_most = min(n_most, CROWD)
    scores = np.empty((2, beam, n_units, width), local.dtype)
    gains = np.zeros((2, beam))
    units = np.empty((2, beam, CROWD), np.int64)
    starts = np.empty((2, beam, CROWD), np.int64)
    set_of = np.empty(beam * n_units, np.int64)
    unit_of, time_of = np.empty_like(set_of), np.empty_like(set_of)
    gain_of = np.empty(beam * n_units)
    scores[0, 0] = local
    now, n_sets, best, n_best = 0, 1, 0.0, 0
    for size in range(n_most):
        n_found = 0
        for s in range(n_sets):
            for k in range(n_units):
                gain, t = _best_of_row(scores[now, s, k], half[k], price, low)
                if gain > 0:
                    set_of[n_found], unit_of[n_found], time_of[n_found] = s, k, t
                    gain_of[n_found] = gains[now, s] + gain
                    n_found += 1
        then, n_next = 1 - now, 0
        # No event follows the last one, of which only the best set counts.
        while n_next < (beam if size + 1 < n_most else 1) and n_found:
            c = _largest(gain_of[:n_found])
            if gain_of[c] < NEVER / 2:
                break
            gain, s, k = gain_of[c], set_of[c], unit_of[c]
            gain_of[c] = NEVER
            start = _to_phase(scores[now, s], k, time_of[c]) + low * PHASES
            units[then, n_next, :size] = units[now, s, :size]
            starts[then, n_next, :size] = starts[now, s, :size]
            units[then, n_next, size], starts[then, n_next, size] = k, start
            if _is_known(units[then], starts[then], n_next, size + 1):
                continue
            scores[then, n_next] = scores[now, s]
            _add(scores[then, n_next], low, gram, k, start, -1)
            scores[then, n_next, k] = NEVER  # a unit discharges once in so short a time
            gains[then, n_next] = gain
            if gain > best:
                best, n_best = gain, size + 1
                best_unit[:n_best] = units[then, n_next, :n_best]
                best_start[:n_best] = starts[then, n_next, :n_best]
            n_next += 1
        now, n_sets = then, n_next
    _settle(local, gram, low, best_unit, best_start, n_best)
    return n_best


@numba.njit(**OPTIONS)
def _settle(local, gram, low, unit, start, n_events):
    """Move each event to where it fits best given the others."""
    score = local.copy()
    for j in range(n_events):
        _add(score, low, gram, unit[j], start[j], -1)
    for j in range(n_events):
        _add(score, low, gram, unit[j], start[j], 1)
        k, t = unit[j], _sample(start[j]) - low
        first = max(0, t - 2)
        best = first + _largest(score[k, first : t + 3])
        start[j] = _to_phase(score, k, best) + low * PHASES
        _add(score, low, gram, k, start[j], -1)


@numba.njit(**OPTIONS)
def _is_known(units, starts, n_sets, size):
    """Whether the last set equals an earlier one, in any order."""
    for s in range(n_sets):
        same = 0
        for a in range(size):
            for b in range(size):
                near = abs(starts[s, b] - starts[n_sets, a]) <= 2 * PHASES
                if units[s, b] == units[n_sets, a] and near:
                    same += 1
                    break
        if same == size:
            return True
    return False


@numba.njit(**OPTIONS)
def _gain_of(local, gram, half, price, low, unit, start, n_events):
    """Return what a set of events explains, less its price."""
    score = local.copy()
    gain = 0.0
    for j in range(n_events):
        k, t = unit[j], _sample(start[j]) - low
        if not 0 <= t < score.shape[1]:
            return NEVER
        gain += _value(score, k, start[j] / PHASES - low) - half[k] - price[low + t]
        _add(score, low, gram, k, start[j], -1)
    return gain


@numba.njit(**OPTIONS)
def _best(score, closed, half, price, low, high):
    """Return gain, unit and time of the best candidate from `low` to `high`.

    The gain is 0 where no candidate explains more than its price.
    """
    gain, unit, time = 0.0, 0, low
    for k in range(score.shape[0]):
        if _top(score[k, low:high], price[low:high]) - half[k] <= gain:
            continue
        for t in range(low, high):
            value = score[k, t] - half[k] - price[t]
            if value > gain and closed[k, t] == 0:
                gain, unit, time = value, k, t
    return gain, unit, time


@numba.njit(**OPTIONS)
def _best_of_row(row, half, price, low):
    """Return gain and time of the best candidate of one template, or a gain of 0."""
    top = _top(row, price[low : low + row.size])
    if top <= half:
        return 0.0, 0
    for t in range(row.size):
        if row[t] - price[low + t] == top:
            return top - half, t
    return 0.0, 0


@numba.njit(**NO_NAN)
def _top(row, price):
    """Return the largest difference of a row and the prices."""
    top = row.dtype.type(NEVER)
    for t in range(row.size):
        top = max(top, row[t] - price[t])
    return top


@numba.njit(**NO_NAN)
def _largest(values):
    """Return the index of the largest value, the first of equals."""
    top = values[0]
    for value in values:
        top = max(top, value)
    i = 0
    while values[i] < top:
        i += 1
    return i


@numba.njit(**OPTIONS)
def _add(score, low, gram, k, start, sign):
    """Put template `k` back into a score that begins at `low`, or take it out."""
    n_template = (gram.shape[3] + 1) // 2
    t = _sample(start)
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
def _close(closed, k, start, rest, step):
    t = _sample(start)
    for u in range(max(0, t - rest), min(closed.shape[1], t + rest + 1)):
        closed[k, u] += step


@numba.njit(**OPTIONS)
def _sample(start):
    """Return the sample nearest to a start."""
    return (start + PHASES // 2) // PHASES


@numba.njit(**OPTIONS)
def _to_phase(score, k, t):
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
def _value(score, k, position):
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
