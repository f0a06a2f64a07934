"""Entropies of each row: sums over the pairs of its templates, without a matrix.

The loops walk what stands side by side in memory, so that it is compared by vectors:
the pairs at one lag, or templates in the order of their first samples.
"""

import math

import numba
import numpy as np
from llvmlite import ir

OPTIONS = {"nogil": True, "cache": True}
FAST = {**OPTIONS, "fastmath": {"reassoc", "contract", "nnan", "nsz"}}
BLOCK = 32  # templates that are compared at once
ALL = np.uint32(0xFFFFFFFF)  # a bit for each of them
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
def _flag_near(rank, first, width, lag, near):
    """Flag the samples that are near the one a lag later."""
    one, zero = np.uint16(1), np.uint16(0)
    later = rank[lag:]
    for i in range(later.size):
        near[i] = one if np.uint16(later[i] - first[i]) <= width[i] else zero


@numba.njit(**OPTIONS)
def _flag_runs(near, n_times, n_runs, runs):
    """Flag where `n_runs` samples in a row are near."""
    for i in range(n_times):
        runs[i] = near[i]
    for k in range(1, n_runs):
        following = near[k:]
        for i in range(n_times - k):
            runs[i] &= following[i]


@numba.extending.intrinsic
def _near(typing_context, x, start, value, tolerance):
    """Return a bit for each sample of a block: is it within the tolerance of a value?

    In plain Python this is a loop over `x[start : start + BLOCK]`. LLVM has one vector
    instruction for it, which it does not find in such a loop.
    """
    signature = numba.uint32(x, numba.int64, x.dtype, x.dtype)

    def generate(context, builder, signature, args):
        samples_type = signature.args[0]
        data = context.make_array(samples_type)(context, builder, args[0]).data
        block = ir.VectorType(context.get_value_type(samples_type.dtype), BLOCK)
        pointer = builder.bitcast(builder.gep(data, [args[1]]), block.as_pointer())
        samples = builder.load(pointer, align=samples_type.dtype.bitwidth // 8)
        value, tolerance = (_repeat(builder, block, number) for number in args[2:])
        distance = builder.fsub(samples, value)
        near = builder.and_(
            builder.fcmp_ordered("<=", distance, tolerance),
            builder.fcmp_ordered(">=", distance, builder.fneg(tolerance)),
        )
        return builder.bitcast(near, ir.IntType(BLOCK))

    return signature, generate


def _repeat(builder, block, number):
    nothing, index = ir.Constant(block, ir.Undefined), ir.IntType(32)
    once = builder.insert_element(nothing, number, index(0))
    everywhere = ir.Constant(ir.VectorType(index, BLOCK), None)  # zeros
    return builder.shuffle_vector(once, nothing, everywhere)


@numba.extending.intrinsic
def _n_bits(typing_context, bits):
    """Return how many bits are set."""

    def generate(context, builder, signature, args):
        return builder.zext(builder.ctpop(args[0]), ir.IntType(64))

    return numba.int64(numba.uint32), generate


@numba.njit(**OPTIONS)
def _sort_templates(signal, order, sorted_templates):
    """Write all templates of m + 1 samples, a column each, by their first samples."""
    n_samples = len(sorted_templates)
    place = 0
    for i in order:
        if i <= signal.size - n_samples:
            for k in range(n_samples):
                sorted_templates[k, place] = signal[i + k]
            place += 1


@numba.njit(**OPTIONS)
def _count_pairs(templates, n_templates, tolerance):
    """Count the pairs of templates of m and of m + 1 samples that match.

    Templates whose first samples are near stand side by side, so the other pairs, most
    of them, are never looked at.
    """
    m = len(templates) - 1
    stop = n_short = n_long = 0
    for place in range(n_templates):
        first = templates[0, place]
        while stop < n_templates and templates[0, stop] - first <= tolerance:
            stop += 1
        for start in range(place + 1, stop, BLOCK):
            match = ALL
            if stop - start < BLOCK:
                match >>= np.uint32(BLOCK - (stop - start))
            for k in range(1, m):
                match &= _near(templates[k], start, templates[k, place], tolerance)
            n_short += _n_bits(match)
            match &= _near(templates[m], start, templates[m, place], tolerance)
            n_long += _n_bits(match)
    return n_short, n_long


@numba.njit(**OPTIONS)
def sample_entropy(x, order, tolerance, m):
    """Return the sample entropy of each row.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals, of m + 2 samples at least.
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
    templates = np.zeros((m + 1, n_templates + BLOCK), x.dtype)
    for row in range(n_rows):
        _sort_templates(x[row], order[row], templates)
        n_short, n_long = _count_pairs(templates, n_templates, tolerance[row])
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
            _flag_near(rank, first, width, lag, near)
            _flag_runs(near, n_times - lag, m, match)
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
