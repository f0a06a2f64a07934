"""Events that overlap: loops that search several of them together."""

import numba
import numpy as np

from .pieces import OPTIONS, PHASES
from .scores import NEVER, NO_NAN, add, close, largest, sample, to_phase, top_of, value

CROWD = 8  # most events that are searched for together


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
    n_template = (gram.shape[3] + 1) // 2
    width = min(n_times, 2 * (reach + reach // 2) + 1, n_template)
    order = np.argsort(start[:n_events])
    unit[:n_events], start[:n_events] = unit[:n_events][order], start[:n_events][order]

    local = np.empty((n_units, width), score.dtype)
    scores = np.empty((2, beam, n_units, width), score.dtype)
    tops = np.empty((2, beam, n_units), score.dtype)
    new_unit, new_start = np.empty(CROWD, np.int64), np.empty(CROWD, np.int64)
    old_unit, old_start = np.empty(CROWD, np.int64), np.empty(CROWD, np.int64)
    i = searched_first = searched_last = 0
    while i < n_events:
        here, centre = start[i], sample(start[i])
        if not doubtful[centre]:
            i += 1
            continue
        first, last = _neighbours(start, n_events, i, reach)
        if first >= searched_first and last <= searched_last:
            i += 1
            continue
        n_old = last - first
        for j in range(first, last):
            add(score, 0, gram, unit[j], start[j], 1)
            close(closed, unit[j], start[j], rest, -1)
        low = max(0, min(n_times - width, centre - width // 2))
        for k in range(n_units):
            for t in range(width):
                local[k, t] = NEVER if closed[k, low + t] else score[k, low + t]
        old_unit[:n_old], old_start[:n_old] = unit[first:last], start[first:last]
        problem = local, gram, half, price, low
        old_gain = _gain_of(problem, old_unit, old_start, n_old)
        n_new = _search(problem, scores, tops, beam, n_old + 1, new_unit, new_start)
        new_gain = _gain_of(problem, new_unit, new_start, n_new)
        is_full = n_events + n_new - n_old > unit.size
        if is_full or new_gain <= old_gain + 1e-3 * abs(old_gain):
            n_new = n_old
            new_unit[:n_old], new_start[:n_old] = old_unit[:n_old], old_start[:n_old]
        for j in range(n_new):
            add(score, 0, gram, new_unit[j], new_start[j], -1)
            close(closed, new_unit[j], new_start[j], rest, 1)
        n_events = _replace(
            unit, start, n_events, first, last, new_unit, new_start, n_new
        )
        searched_first, searched_last = first, first + n_new
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
def _search(problem, scores, tops, beam, n_most, best_unit, best_start):
    """Search the set of events that explains most of a stretch; return its size."""
    local, gram, half, price, low = problem
    n_units, width = local.shape
    n_most = min(n_most, CROWD)
    gains = np.zeros((2, beam))
    members = np.empty((2, beam, CROWD), np.int64)
    starts = np.empty((2, beam, CROWD), np.int64)
    gain_of = np.empty((beam, n_units))
    here = price[low : low + width]
    for j in range(n_units):
        scores[0, 0, j] = local[j]
        tops[0, 0, j] = top_of(local[j], here)
    now, n_sets, best, n_best = 0, 1, 0.0, 0
    for size in range(n_most):
        for s in range(n_sets):
            for j in range(n_units):
                gain = tops[now, s, j] - half[j]
                gain_of[s, j] = gains[now, s] + gain if gain > 0 else NEVER
        then, n_next = 1 - now, 0
        # No event follows the last one, of which only the best set counts.
        is_last = size + 1 == n_most
        while n_next < (1 if is_last else beam):
            c = largest(gain_of[:n_sets].ravel())
            s, j = c // n_units, c % n_units
            gain = gain_of[s, j]
            if gain < NEVER / 2:
                break
            gain_of[s, j] = NEVER
            t = _where(scores[now, s, j], here, tops[now, s, j])
            start = to_phase(scores[now, s], j, t) + low * PHASES
            members[then, n_next, :size] = members[now, s, :size]
            starts[then, n_next, :size] = starts[now, s, :size]
            members[then, n_next, size], starts[then, n_next, size] = j, start
            if _is_known(members[then], starts[then], n_next, size + 1):
                continue
            if not is_last:
                _take_out(
                    scores[now, s],
                    scores[then, n_next],
                    tops[then, n_next],
                    low,
                    gram,
                    j,
                    start,
                    here,
                )
            gains[then, n_next] = gain
            if gain > best:
                best, n_best = gain, size + 1
                best_unit[:n_best] = members[then, n_next, :n_best]
                best_start[:n_best] = starts[then, n_next, :n_best]
            n_next += 1
        if n_next == 0:
            break
        now, n_sets = then, n_next
    _settle(problem, best_unit, best_start, n_best)
    return n_best


@numba.njit(**NO_NAN)
def _take_out(score, left, tops, low, gram, k, start, price):
    """Write a score without the template `k`, and its best values less price."""
    t = sample(start)
    correlation = gram[k, start - t * PHASES + PHASES // 2]
    shift = (gram.shape[3] + 1) // 2 - 1 - t + low
    width = score.shape[1]
    for j in range(score.shape[0]):
        change = correlation[j, shift : shift + width]
        source, target = score[j], left[j]
        top = source.dtype.type(NEVER)
        for u in range(width):
            value = source[u] - change[u]
            target[u] = value
            top = max(top, value - price[u])
        tops[j] = top
    left[k] = NEVER  # a unit discharges once in so short a time
    tops[k] = NEVER


@numba.njit(**OPTIONS)
def _where(row, price, top):
    """Return where a row less its price is as large as it gets."""
    for t in range(row.size):
        if row[t] - price[t] >= top:
            return t
    return 0


@numba.njit(**OPTIONS)
def _settle(problem, unit, start, n_events):
    """Move each event to where it fits best given the others."""
    local, gram, _, _, low = problem
    score = local.copy()
    for j in range(n_events):
        add(score, low, gram, unit[j], start[j], -1)
    for j in range(n_events):
        add(score, low, gram, unit[j], start[j], 1)
        k, t = unit[j], sample(start[j]) - low
        first = max(0, t - 2)
        best = first + largest(score[k, first : t + 3])
        start[j] = to_phase(score, k, best) + low * PHASES
        add(score, low, gram, k, start[j], -1)


@numba.njit(**OPTIONS)
def _is_known(members, starts, n_sets, size):
    """Whether the last set equals an earlier one, in any order."""
    for s in range(n_sets):
        same = 0
        for a in range(size):
            for b in range(size):
                near = abs(starts[s, b] - starts[n_sets, a]) <= 2 * PHASES
                if members[s, b] == members[n_sets, a] and near:
                    same += 1
                    break
        if same == size:
            return True
    return False


@numba.njit(**OPTIONS)
def _gain_of(problem, unit, start, n_events):
    """Return what a set of events explains, less its price."""
    local, gram, half, price, low = problem
    score = local.copy()
    gain = 0.0
    for j in range(n_events):
        k, t = unit[j], sample(start[j]) - low
        if not 0 <= t < score.shape[1]:
            return NEVER
        gain += value(score, k, start[j] / PHASES - low) - half[k] - price[low + t]
        add(score, low, gram, k, start[j], -1)
    return gain
