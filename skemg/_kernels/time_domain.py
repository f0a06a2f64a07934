"""Sums over the samples of each row, from which time-domain features follow.

Flags are floats, and loops count an index instead of walking a row: so LLVM vectorises
them. Sums run in the precision of the signal over blocks, which keeps float32 fast and
exact enough, and the blocks are added up in float64.
"""

import math

import numba
import numpy as np

BLOCK = 512
OPTIONS = {"nogil": True, "cache": True, "fastmath": {"reassoc", "contract"}}


@numba.njit(**OPTIONS)
def signal_sums(x, threshold, amplitudes, differences, moments):
    """Sum over each row what was asked for, while the row is in the cache.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals.
    threshold : ndarray of shape (n_channels,)
        What counts as large, in the unit of the signals; rows go through the channels
        again and again.
    amplitudes, differences, moments : bool
        Whether the columns 0 to 2, 3 to 7, 8 to 9 are wanted; else they are zero.

    Returns
    -------
    sums : ndarray of shape (n_rows, 10)
        Magnitudes, squares, the number of magnitudes that reach the threshold. Of the
        first differences: magnitudes, squares, the number that reach the threshold;
        zero crossings and changes of the sign of the slope. Skewness and excess
        kurtosis, zero for a flat row.
    """
    sums = np.zeros((len(x), 10))
    for row in range(len(x)):
        level = x.dtype.type(threshold[row % threshold.size])
        if amplitudes:
            _add_amplitudes(x[row], level, sums[row, :3])
        if differences:
            _add_differences(x[row], level, sums[row, 3:8])
        if moments:
            sums[row, 8], sums[row, 9] = _shape(x[row])
    return sums


@numba.njit(**OPTIONS)
def _add_amplitudes(signal, level, sums):
    zero, one = signal.dtype.type(0), signal.dtype.type(1)
    for start in range(0, signal.size, BLOCK):
        block = signal[start : start + BLOCK]
        magnitudes, squares, above = zero, zero, zero
        for i in range(block.size):
            magnitudes += abs(block[i])
            squares += block[i] * block[i]
            above += one if abs(block[i]) >= level else zero
        sums[0] += magnitudes
        sums[1] += squares
        sums[2] += above


@numba.njit(**OPTIONS)
def _add_differences(signal, level, sums):
    zero, one = signal.dtype.type(0), signal.dtype.type(1)
    has_zero = signal[-2] == 0
    for start in range(0, signal.size - 2, BLOCK):
        block = signal[start : start + BLOCK + 2]
        magnitudes, squares, above = zero, zero, zero
        crossings, peaks, zeros = zero, zero, zero
        for i in range(block.size - 2):
            step, following = block[i + 1] - block[i], block[i + 2] - block[i + 1]
            large = one if abs(step) >= level else zero
            either = one if max(abs(step), abs(following)) >= level else zero
            magnitudes += abs(step)
            squares += step * step
            above += large
            crossings += large if block[i] * block[i + 1] < 0 else zero
            peaks += either if step * following < 0 else zero
            zeros += one if block[i] == 0 else zero
        sums[0] += magnitudes
        sums[1] += squares
        sums[2] += above
        sums[3] += crossings
        sums[4] += peaks
        has_zero |= zeros > 0
    step = signal[-1] - signal[-2]  # nothing follows it
    sums[0] += abs(step)
    sums[1] += step * step
    sums[2] += abs(step) >= level
    sums[3] += signal[-2] * signal[-1] < 0 and abs(step) >= level
    if has_zero:
        sums[3] = _crossings_past_zeros(signal, level)


@numba.njit(**OPTIONS)
def _crossings_past_zeros(signal, level):
    """Count changes of sign of at least `level` in a signal without its zeros."""
    crossings, last = 0.0, 0.0
    for i in range(signal.size):
        value = np.float64(signal[i])
        if value != 0:
            if value * last < 0 and abs(value - last) >= level:
                crossings += 1
            last = value
    return crossings


@numba.njit(**OPTIONS)
def _shape(signal):
    """Return skewness and excess kurtosis."""
    _, m1, m2, m3, m4 = _power_means(signal)
    variance = m2 - m1**2
    if variance <= _rounding(signal):
        return 0.0, 0.0
    third = m3 - 3 * m1 * m2 + 2 * m1**3
    fourth = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
    return third / variance**1.5, fourth / variance**2 - 3


@numba.njit(**OPTIONS)
def _power_means(signal):
    """Return the RMS, and the means of the first four powers of (x - mean) / RMS.

    The first one is what the rounding of the mean left.
    """
    zero = signal.dtype.type(0)
    total, square = 0.0, 0.0
    for start in range(0, signal.size, BLOCK):
        block = signal[start : start + BLOCK]
        part, part_square = zero, zero
        for i in range(block.size):
            part += block[i]
            part_square += block[i] * block[i]
        total += part
        square += part_square
    rms = math.sqrt(square / signal.size)
    if rms == 0:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    center = signal.dtype.type(total / signal.size)
    scale = signal.dtype.type(1 / rms)
    first, second, third, fourth = 0.0, 0.0, 0.0, 0.0
    for start in range(0, signal.size, BLOCK):
        block = signal[start : start + BLOCK]
        part, part_square, part_cube, part_fourth = zero, zero, zero, zero
        for i in range(block.size):
            z = (block[i] - center) * scale
            part += z
            part_square += z * z
            part_cube += z * z * z
            part_fourth += (z * z) * (z * z)
        first += part
        second += part_square
        third += part_cube
        fourth += part_fourth
    n = signal.size
    return rms, first / n, second / n, third / n, fourth / n


@numba.njit(**OPTIONS)
def _rounding(x):
    """Return the variance, in squares of the RMS, that rounding alone can give."""
    return (2 * np.finfo(x.dtype).eps) ** 2


@numba.njit(**OPTIONS)
def hjorth(x):
    """Return activity, mobility and complexity of each row.

    Where the row or its slope is flat, what would divide by it is zero.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals, of three samples at least.

    Returns
    -------
    parameters : ndarray of shape (n_rows, 3)
    """
    parameters = np.zeros((len(x), 3))
    for row in range(len(x)):
        rms, m1, m2, _, _ = _power_means(x[row])
        activity, rounding = (m2 - m1**2) * rms**2, _rounding(x) * rms**2
        if activity <= rounding:
            continue
        slope, curvature = _derivative_variances(x[row])
        parameters[row, 0] = activity
        if slope > rounding:
            parameters[row, 1] = math.sqrt(slope / activity)
            parameters[row, 2] = math.sqrt(curvature * activity) / slope
    return parameters


@numba.njit(**OPTIONS)
def _derivative_variances(signal):
    """Return the population variances of the first and second differences."""
    n_steps = signal.size - 1
    start, end = np.float64(signal[0]), np.float64(signal[n_steps])
    step_mean = (end - start) / n_steps
    first_step, last_step = signal[1] - start, end - signal[n_steps - 1]
    bend_mean = (last_step - first_step) / (n_steps - 1)
    steps, bends = (last_step - step_mean) ** 2, 0.0
    for i in range(n_steps - 1):
        value = np.float64(signal[i + 1])
        before, after = value - signal[i], signal[i + 2] - value
        steps += (before - step_mean) * (before - step_mean)
        bend = after - before - bend_mean
        bends += bend * bend
    return steps / n_steps, bends / (n_steps - 1)


@numba.njit(**OPTIONS)
def burg(x, order):
    """Fit an autoregressive model to each row by Burg's method.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals, longer than `order`.
    order : int
        Number of coefficients.

    Returns
    -------
    coefficients : ndarray of shape (n_rows, order)
        `a_1`, ..., `a_p` of `x_n = -sum_k a_k x_(n - k) + e_n`; zeros for a row of
        zeros.
    """
    coefficients = np.zeros((len(x), order))
    before = np.empty(order)
    for row in range(len(x)):
        a = coefficients[row]
        forward = x[row, 1:].astype(np.float64)
        backward = x[row, :-1].astype(np.float64)
        for stage in range(order):
            product, power = 0.0, 0.0
            for i in range(forward.size):
                product += forward[i] * backward[i]
                power += forward[i] * forward[i] + backward[i] * backward[i]
            reflection = -2 * product / power if power > 0 else 0.0
            before[:stage] = a[:stage]
            for k in range(stage):
                a[k] += reflection * before[stage - 1 - k]
            a[stage] = reflection
            for i in range(forward.size):
                error = forward[i]
                forward[i] += reflection * backward[i]
                backward[i] += reflection * error
            forward, backward = forward[1:], backward[:-1]
    return coefficients


@numba.njit(nogil=True, cache=True)
def turn_sums(x, threshold):
    """Find the turns of each row, the peaks that both sides leave by the threshold.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals.
    threshold : ndarray of shape (n_channels,)
        What counts as large, in the unit of the signals; rows go through the channels
        again and again.

    Returns
    -------
    sums : ndarray of shape (n_rows, 2)
        The number of turns and the sum of the magnitudes between successive turns.
    """
    sums = np.zeros((len(x), 2))
    for row in range(len(x)):
        signal, level = x[row], threshold[row % threshold.size]
        low = high = np.float64(signal[0])
        direction, n_turns, last_turn = 0, 0, 0.0
        for i in range(1, signal.size):
            value = np.float64(signal[i])
            if value > high:
                high = value
            if value < low:
                low = value
            turned = 0
            if direction >= 0 and high - value >= level and high > value:
                turned, turn = -1, high
            elif direction <= 0 and value - low >= level and value > low:
                turned, turn = 1, low
            if turned:
                if direction:  # where the first slope began is no turn
                    sums[row, 1] += abs(turn - last_turn) if n_turns else 0.0
                    last_turn = turn
                    n_turns += 1
                direction = turned
                low = high = value
        sums[row, 0] = n_turns
    return sums
