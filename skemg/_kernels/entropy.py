"""Entropies of each row: sums over all pairs of its templates, without a matrix.

The loops walk the lags, not the rows: the pairs at one lag stand side by side in
memory, so LLVM vectorises them.
"""

import math

import numba
import numpy as np

OPTIONS = {"nogil": True, "cache": True}
FAST = {**OPTIONS, "fastmath": {"reassoc", "contract", "nnan", "nsz"}}
LARGEST = 80.0  # exp(-80) is the least similarity, a normal number in float32 too
LOG2_E = 1 / math.log(2)
TERMS = 14  # of 2**f for |f| <= 1/2: an error of 4e-18, of 5e-9 with the last 8
EXP2 = np.array([math.log(2) ** k / math.factorial(k) for k in range(TERMS)][::-1])


@numba.njit(**OPTIONS)
def _find_ranges(signal, order, tolerance, rank, first, width):
    """Translate "within the tolerance" to ranks, which 16 bits hold exactly.

    The samples within the tolerance of sample i are those of the ranks `first[i]` to
    `first[i] + width[i]`.
    """
    low = high = 0
    for position in range(signal.size):
        value = signal[order[position]]
        while value - signal[order[low]] > tolerance:
            low += 1
        while high + 1 < signal.size and signal[order[high + 1]] - value <= tolerance:
            high += 1
        rank[order[position]] = position
        first[order[position]] = low
        width[order[position]] = high - low


@numba.njit(**OPTIONS)
def _match(rank, first, width, lag, m, near, match):
    """Flag the samples, and the templates of m samples, that match those a lag later."""
    one, zero = np.uint16(1), np.uint16(0)
    n_near = rank.size - lag
    later = rank[lag:]
    for i in range(n_near):
        near[i] = one if np.uint16(later[i] - first[i]) <= width[i] else zero
    for i in range(n_near):
        match[i] = near[i]
    for k in range(1, m):
        following = near[k:]
        for i in range(n_near - k):
            match[i] &= following[i]


@numba.njit(**OPTIONS)
def sample_entropy(x, order, tolerance, m):
    """Return the sample entropy of each row.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals, of m + 2 to 65535 samples.
    order : ndarray of shape (n_rows, n_times)
        Where the smallest sample of each row stands, the next one, and so on.
    tolerance : ndarray of shape (n_rows,)
        Largest distance of templates that match.
    m : int
        Samples of a template.

    Returns
    -------
    entropy : ndarray of shape (n_rows,)
    """
    n_rows, n_times = x.shape
    n_templates = n_times - m
    entropy = np.zeros(n_rows)
    rank, first = np.empty(n_times, np.uint16), np.empty(n_times, np.uint16)
    width, near, match = np.empty_like(rank), np.empty_like(rank), np.empty_like(rank)
    short, long = np.empty_like(rank), np.empty_like(rank)
    for row in range(n_rows):
        _find_ranges(x[row], order[row], tolerance[row], rank, first, width)
        short[:] = 0
        long[:] = 0
        last = near[m:]
        for lag in range(1, n_templates):
            _match(rank, first, width, lag, m, near, match)
            for i in range(n_templates - lag):
                short[i] += match[i]
                long[i] += match[i] & last[i]
        n_short, n_long = short.sum(), long.sum()
        if n_short == 0:
            entropy[row] = math.log(n_templates * (n_templates - 1) / 2)
        elif n_long == 0:
            entropy[row] = math.log(n_short)
        else:
            entropy[row] = math.log(n_short / n_long)
    return entropy


@numba.njit(**OPTIONS)
def approximate_entropy(x, order, tolerance, m):
    """Return the approximate entropy of each row.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals, of m + 1 to 65535 samples.
    order : ndarray of shape (n_rows, n_times)
        Where the smallest sample of each row stands, the next one, and so on.
    tolerance : ndarray of shape (n_rows,)
        Largest distance of templates that match.
    m : int
        Samples of a template.

    Returns
    -------
    entropy : ndarray of shape (n_rows,)
    """
    n_rows, n_times = x.shape
    n_templates = n_times - m
    entropy = np.zeros(n_rows)
    rank, first = np.empty(n_times, np.uint16), np.empty(n_times, np.uint16)
    width, near, match = np.empty_like(rank), np.empty_like(rank), np.empty_like(rank)
    for row in range(n_rows):
        _find_ranges(x[row], order[row], tolerance[row], rank, first, width)
        short = np.ones(n_templates + 1, np.uint16)  # a template matches itself
        long = np.ones(n_templates, np.uint16)
        last = near[m:]
        for lag in range(1, n_templates + 1):
            _match(rank, first, width, lag, m, near, match)
            n_pairs = n_templates - lag
            _add_both(match, n_pairs + 1, short, short[lag:])
            for i in range(n_pairs):
                match[i] &= last[i]
            _add_both(match, n_pairs, long, long[lag:])
        entropy[row] = _mean_log_share(short) - _mean_log_share(long)
    return entropy


@numba.njit(**OPTIONS)
def _add_both(match, n_pairs, earlier, later):
    for i in range(n_pairs):
        earlier[i] += match[i]
    for i in range(n_pairs):
        later[i] += match[i]


@numba.njit(**OPTIONS)
def _mean_log_share(counts):
    total = 0.0
    for count in counts:
        total += math.log(count / counts.size)
    return total / counts.size


@numba.njit(**FAST)
def fuzzy_entropy(x, m, power):
    """Return the fuzzy entropy of each row.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals, of m + 2 samples at least, in units of the tolerance.
    m : int
        Samples of a template.
    power : float
        Exponent of the distance between templates.

    Returns
    -------
    entropy : ndarray of shape (n_rows,)
    """
    n_rows, n_times = x.shape
    n_templates = n_times - m
    entropy = np.empty(n_rows)
    step, high = np.empty(n_times, x.dtype), np.empty(n_times, x.dtype)
    low, total, exponent = np.empty_like(step), np.empty_like(step), np.empty_like(step)
    terms = EXP2.astype(x.dtype)
    for row in range(n_rows):
        short = long = 0.0
        for lag in range(1, n_templates):
            n_pairs = n_templates - lag
            later = x[row, lag:]
            for i in range(n_pairs + m):
                step[i] = later[i] - x[row, i]
                high[i] = low[i] = total[i] = step[i]
            for k in range(1, m):
                _extend(step[k:], n_pairs, high, low, total)
            _measure(high, low, total, n_pairs, m, power, exponent)
            short += _similarity(exponent, n_pairs, terms)
            _extend(step[m:], n_pairs, high, low, total)
            _measure(high, low, total, n_pairs, m + 1, power, exponent)
            long += _similarity(exponent, n_pairs, terms)
        entropy[row] = math.log(short / long)
    return entropy


@numba.njit(**FAST)
def _extend(step, n_pairs, high, low, total):
    """Take one more sample of each template into the extremes and the sum."""
    for i in range(n_pairs):
        high[i] = step[i] if step[i] > high[i] else high[i]
        low[i] = step[i] if step[i] < low[i] else low[i]
        total[i] += step[i]


@numba.njit(**FAST)
def _measure(high, low, total, n_pairs, m, power, exponent):
    """Write d**power, d the largest difference of templates without their means."""
    share = total.dtype.type(1 / m)
    for i in range(n_pairs):
        mean = total[i] * share
        above, below = high[i] - mean, mean - low[i]
        exponent[i] = above if above > below else below
    if power == 2:
        for i in range(n_pairs):
            exponent[i] *= exponent[i]
    elif power != 1:
        for i in range(n_pairs):
            exponent[i] = abs(exponent[i]) ** power


@numba.njit(**FAST)
def _similarity(exponent, n_pairs, terms):
    """Return the sum of exp(-exponent), as 2**whole times a series in the rest."""
    dtype = exponent.dtype.type
    largest, log2_e, half = dtype(LARGEST), dtype(LOG2_E), dtype(0.5)
    n_terms = TERMS if np.finfo(exponent.dtype).eps < 1e-10 else 8
    similarity = dtype(0)
    for i in range(n_pairs):
        octaves = -log2_e * (exponent[i] if exponent[i] < largest else largest)
        whole = np.floor(octaves + half)
        rest = octaves - whole
        value = terms[TERMS - n_terms]
        for k in range(TERMS - n_terms + 1, TERMS):
            value = value * rest + terms[k]
        similarity += value * _exp2(whole)
    return similarity


def _exp2(whole):
    """Return 2**whole, built from its bits."""


@numba.extending.overload(_exp2, jit_options=FAST)
def _exp2_of_type(whole):
    if whole == numba.float32:

        def exp2(whole):
            return np.int32(np.int32(np.int32(whole) + 127) << 23).view(np.float32)

    else:

        def exp2(whole):
            return np.int64((np.int64(np.int32(whole)) + 1023) << 52).view(np.float64)

    return exp2


@numba.njit(**OPTIONS)
def permutation_entropy(x, order):
    """Return the permutation entropy of each row, as a share of the largest one.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals, of `order` samples at least.
    order : int
        Samples of a pattern.

    Returns
    -------
    entropy : ndarray of shape (n_rows,)
    """
    n_patterns = 1
    for k in range(2, order + 1):
        n_patterns *= k
    entropy = np.zeros(len(x))
    for row in range(len(x)):
        signal = x[row]
        counts = np.zeros(n_patterns, np.int64)
        for i in range(signal.size - order + 1):
            pattern = 0
            for early in range(order - 1):
                below = 0
                for late in range(early + 1, order):
                    below += signal[i + late] < signal[i + early]
                pattern = pattern * (order - early) + below
            counts[pattern] += 1
        for count in counts[counts > 0]:
            share = count / (signal.size - order + 1)
            entropy[row] += share * math.log(1 / share)
    return entropy / math.log(n_patterns)
