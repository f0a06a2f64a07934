"""Empirical mode decomposition: sifting with cubic splines through the extrema.

Extrema lie on samples, so that each segment of a spline begins on one. Segments are
short: each is evaluated in whole vectors of `LANES` samples, and the next one
overwrites what was too much. Elimination runs from both ends of a spline to its middle,
because a division has to wait for the one before.
"""

import math

import numba
import numpy as np

FIXED, RATIO, S_NUMBER = 0, 1, 2  # rules that end the sifting of an IMF
MAX_SIFTS = 100  # of the two rules that may never be met
ROUNDING = 1e-12  # a residual that varies by no more, relative to the signal, is none
ROOM = 2  # extrema mirrored at each end
LANES = 8
OPTIONS = {"nogil": True, "cache": True, "fastmath": {"reassoc", "contract"}}


@numba.njit(**OPTIONS)
def _find_extrema(h, highs, lows):
    """Write the positions from index `ROOM` on; of a plateau, its middle sample.

    Both candidates are written always and counted where they hold: no branch is there
    to be mispredicted.
    """
    n_highs, n_lows, last = 0, 0, 0
    rising, falling = False, False
    for i in range(h.size - 1):
        up, down = h[i + 1] > h[i], h[i + 1] < h[i]
        middle = (last + i) >> 1
        highs[ROOM + n_highs] = middle
        lows[ROOM + n_lows] = middle
        n_highs += rising & down
        n_lows += falling & up
        level = not (up | down)
        rising = (rising & level) | up
        falling = (falling & level) | down
        last = last if level else i + 1
    return n_highs, n_lows


@numba.njit(**OPTIONS)
def _count_crossings(h):
    """Count the changes of sign over the samples that are not zero."""
    count, sign = 0, 0.0
    for i in range(h.size):
        if h[i] * sign < 0:
            count += 1
        if h[i] != 0:
            sign = math.copysign(1.0, h[i])
    return count


@numba.njit(**OPTIONS)
def _mirror(t, v, first, step, n_extrema, axis, skip):
    """Write up to two extrema, mirrored at `axis`, outside of the first one."""
    n_mirrored = min(ROOM, n_extrema - skip)
    for j in range(n_mirrored):
        source, target = first + step * (j + skip), first - step * (j + 1)
        t[target] = 2 * axis - t[source]
        v[target] = v[source]
    return n_mirrored


@numba.njit(**OPTIONS)
def _extend(t, v, edges, counts, step, end, value):
    """Mirror the extrema at one end, after Rilling et al. (2003).

    The mirror is the outermost extremum. It is the end of the signal where the end
    reaches beyond the nearest extremum of the other kind, and then counts as one of
    that kind, or where the mirrored extrema would not reach the end.

    Parameters
    ----------
    t, v : ndarray of shape (2, n)
        Positions and values of the maxima and of the minima.
    edges, counts : tuple of int
        Index of the outermost maximum and minimum; how many there are.
    step : int
        From the outermost to the next one, 1 at the left end and -1 at the right.
    end, value : int, float
        Position and value of the last sample.

    Returns
    -------
    added : tuple of int
        Number of maxima and of minima outside of the outermost ones.
    """
    near = 0 if step * (t[0, edges[0]] - t[1, edges[1]]) < 0 else 1
    far = 1 - near
    a, b = edges[near], edges[far]
    if (value - v[far, b]) * (1 - 2 * near) <= 0:
        t[far, b - step], v[far, b - step] = end, value
        t[far, b - 2 * step], v[far, b - 2 * step] = 2 * end - t[far, b], v[far, b]
        n_near = _mirror(t[near], v[near], a, step, counts[near], end, 0)
        n_far = ROOM
    else:
        axis, skip = t[near, a], 1
        inner_near = t[near, a + step * min(ROOM, counts[near] - 1)]
        inner_far = t[far, b + step * (min(ROOM, counts[far]) - 1)]
        if step * (2 * axis - end) > min(step * inner_near, step * inner_far):
            axis, skip = end, 0
        n_near = _mirror(t[near], v[near], a, step, counts[near], axis, skip)
        n_far = _mirror(t[far], v[far], b, step, counts[far], axis, 0)
    return (n_near, n_far) if near == 0 else (n_far, n_near)


@numba.njit(**OPTIONS)
def _bend(t, v, work):
    """Return the second derivatives of the not-a-knot spline at its knots.

    With three knots it is the parabola through them. The slopes from knot to knot are
    returned too.
    """
    n = t.size
    bend, lower, upper = work[0, :n], work[1, :n], work[2, :n]
    pivot, right, slope = work[3, :n], work[4, :n], work[5, :n]
    for i in range(n - 1):
        width = np.float64(t[i + 1] - t[i])
        lower[i + 1] = width
        upper[i] = width
        slope[i] = (v[i + 1] - v[i]) / width
    for i in range(1, n - 1):
        pivot[i] = 2 * (lower[i] + upper[i])
        right[i] = 6 * (slope[i] - slope[i - 1])
    if n == 3:
        for i in range(n):
            bend[i] = right[1] / (1.5 * pivot[1])
        return bend, slope
    first, last = upper[0] / upper[1], lower[n - 1] / lower[n - 2]
    pivot[1] += upper[0] * (1 + first)
    upper[1] -= upper[0] * first
    pivot[n - 2] += lower[n - 1] * (1 + last)
    lower[n - 2] -= lower[n - 1] * last
    middle = (n - 1) // 2
    for i in range(2, n - 1 - middle):
        j = n - 1 - i
        down, up = lower[i] / pivot[i - 1], upper[j] / pivot[j + 1]
        pivot[i] -= down * upper[i - 1]
        pivot[j] -= up * lower[j + 1]
        right[i] -= down * right[i - 1]
        right[j] -= up * right[j + 1]
    if n % 2:
        down = lower[middle] / pivot[middle - 1]
        pivot[middle] -= down * upper[middle - 1]
        right[middle] -= down * right[middle - 1]
    i, j = middle, middle + 1
    determinant = pivot[i] * pivot[j] - upper[i] * lower[j]
    bend[i] = (right[i] * pivot[j] - upper[i] * right[j]) / determinant
    bend[j] = (right[j] * pivot[i] - lower[j] * right[i]) / determinant
    for i in range(1, n - 1):
        inverse = 1 / pivot[i]
        right[i] *= inverse
        upper[i] *= inverse
        lower[i] *= inverse
    for i in range(middle - 1, 0, -1):
        bend[i] = right[i] - upper[i] * bend[i + 1]
    for j in range(middle + 2, n - 1):
        bend[j] = right[j] - lower[j] * bend[j - 1]
    bend[0] = (1 + first) * bend[1] - first * bend[2]
    bend[n - 1] = (1 + last) * bend[n - 2] - last * bend[n - 3]
    return bend, slope


@numba.njit(**OPTIONS)
def _draw(t, v, work, n_times, curve):
    """Write the spline through the knots at the samples 0, ..., `n_times - 1`."""
    bend, slope = _bend(t, v, work)
    for j in range(t.size - 1):
        width = np.float64(t[j + 1] - t[j])
        cubic = (bend[j + 1] - bend[j]) / (6 * width)
        square = bend[j] / 2
        value = v[j]
        linear = slope[j] - width * (2 * bend[j] + bend[j + 1]) * (1 / 6)
        stop = min(t[j + 1], n_times) if j < t.size - 2 else n_times
        start = max(t[j], 0)
        before = np.float64(start - t[j])
        n = (max(stop - start, 0) + LANES - 1) & -LANES
        part = curve[start : start + n]
        for i in range(part.size):
            x = before + i
            part[i] = ((cubic * x + square) * x + linear) * x + value


@numba.njit(**OPTIONS)
def _subtract_mean(h, upper, lower):
    """Subtract the mean of both curves; return its energy over that of `h`."""
    of_mean, of_h = 0.0, 0.0
    for i in range(h.size):
        mean = (upper[i] + lower[i]) / 2
        of_mean += mean * mean
        of_h += h[i] * h[i]
        h[i] -= mean
    return of_mean / of_h if of_h > 0 else 0.0  # squares can be too small for a float


@numba.njit(**OPTIONS)
def _sift(h, counts, t, v, work, curves):
    """Subtract the mean of both envelopes; return its energy over that of `h`."""
    n_times = h.size
    for kind in range(2):
        for i in range(ROOM, ROOM + counts[kind]):
            v[kind, i] = h[t[kind, i]]
    left, right = (ROOM, ROOM), (ROOM + counts[0] - 1, ROOM + counts[1] - 1)
    before = _extend(t, v, left, counts, 1, 0, h[0])
    after = _extend(t, v, right, counts, -1, n_times - 1, h[n_times - 1])
    for kind in range(2):
        start, stop = left[kind] - before[kind], right[kind] + after[kind] + 1
        _draw(t[kind, start:stop], v[kind, start:stop], work, n_times, curves[kind])
    return _subtract_mean(h, curves[0], curves[1])


@numba.njit(**OPTIONS)
def _scratch(n_times):
    """Return what the sifting of a signal of this length writes to."""
    n_knots = n_times // 2 + 2 * ROOM + 2
    return (
        np.empty((2, n_knots), np.int64),
        np.empty((2, n_knots)),
        np.empty((6, n_knots)),
        np.empty((2, n_times + LANES)),
    )


@numba.njit(**OPTIONS)
def _extract(h, rule, limit, scratch):
    """Sift `h` until it is an IMF; return how often, 0 where it has too few extrema."""
    t, v, work, curves = scratch
    n_sifts, n_steady, previous = 0, 0, (0, 0)
    most = limit if rule == FIXED else MAX_SIFTS
    while n_sifts < most:
        counts = _find_extrema(h, t[0], t[1])
        n_extrema = counts[0] + counts[1]
        if n_extrema < 3:
            break
        if rule == S_NUMBER:
            n_crossings = _count_crossings(h)
            steady = previous == (n_extrema, n_crossings)
            steady &= abs(n_extrema - n_crossings) <= 1
            n_steady = n_steady + 1 if steady else 0
            if n_steady >= limit:
                break
            previous = (n_extrema, n_crossings)
        ratio = _sift(h, counts, t, v, work, curves)
        n_sifts += 1
        if rule == RATIO and ratio < limit:
            break
    return n_sifts


@numba.njit(**OPTIONS)
def _varies(x, level):
    low, high = x[0], x[0]
    for i in range(x.size):
        low, high = min(low, x[i]), max(high, x[i])
    return high - low > level


@numba.njit(**OPTIONS)
def take_imf(residual, level, rule, limit, imf):
    """Take the next IMF out of a signal.

    Parameters
    ----------
    residual : ndarray of shape (n_times,)
        What is left of the signal, in float64; the IMF is subtracted from it.
    level : float
        A residual that varies by no more than this has no IMF.
    rule : {FIXED, RATIO, S_NUMBER}
        What ends the sifting.
    limit : float
        `FIXED`: number of siftings. `RATIO`: the energy of the mean envelope over that
        of the signal. `S_NUMBER`: siftings in a row that leave the numbers of extrema
        and of zero crossings as they are, and these differ by one at most.
    imf : ndarray of shape (n_times,)
        Where the IMF is written.

    Returns
    -------
    n_sifts : int
        Number of siftings, 0 where the residual has no IMF; then nothing is changed.
    """
    return _take(residual, level, rule, limit, imf, _scratch(residual.size))


@numba.njit(**OPTIONS)
def _take(residual, level, rule, limit, imf, scratch):
    if not _varies(residual, level):
        return 0
    imf[:] = residual
    n_sifts = _extract(imf, rule, limit, scratch)
    if n_sifts > 0:
        for i in range(imf.size):
            residual[i] -= imf[i]
    return n_sifts


@numba.njit(**OPTIONS)
def emd(x, n_imfs, rule, limit):
    """Decompose each row into intrinsic mode functions and a residual.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals.
    n_imfs : int
        Number of IMFs at most.
    rule, limit : int, float
        What ends the sifting of an IMF, as in `take_imf`.

    Returns
    -------
    parts : ndarray of shape (n_rows, n_imfs + 1, n_times)
        The IMFs, zeros where there are fewer, and last the residual, in float64.
    n_found : ndarray of shape (n_rows,)
        Number of IMFs.
    """
    n_rows, n_times = x.shape
    parts = np.zeros((n_rows, n_imfs + 1, n_times))
    n_found = np.zeros(n_rows, np.int64)
    scratch = _scratch(n_times)
    for row in range(n_rows):
        residual = parts[row, n_imfs]
        largest = 0.0
        for i in range(n_times):
            residual[i] = x[row, i]
            largest = max(largest, abs(residual[i]))
        for k in range(n_imfs):
            imf = parts[row, k]
            if _take(residual, ROUNDING * largest, rule, limit, imf, scratch) == 0:
                imf[:] = 0
                break
            n_found[row] += 1
    return parts, n_found
