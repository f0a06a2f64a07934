"""Sums over the samples of each row, from which time-domain features follow.

All sums run in float64, also of float32 rows. Flags are floats, and loops count an
index instead of walking a row: so LLVM vectorises them.
"""

import math

import numba
import numpy as np

OPTIONS = {"nogil": True, "cache": True, "fastmath": {"reassoc", "contract"}}


@numba.njit(**OPTIONS)
def amplitude_sums(x, threshold):
    """Sum what depends on each sample alone.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals.
    threshold : ndarray of shape (n_rows,)
        What counts as large, in the unit of the signals.

    Returns
    -------
    sums : ndarray of shape (n_rows, 3)
        Magnitudes, squares, and the number of magnitudes that reach the threshold.
    """
    sums = np.empty((len(x), 3))
    for row in range(len(x)):
        signal, level = x[row], threshold[row]
        magnitudes, squares, above = 0.0, 0.0, 0.0
        for i in range(signal.size):
            value = np.float64(signal[i])
            magnitudes += abs(value)
            squares += value * value
            above += 1.0 if abs(value) >= level else 0.0
        sums[row] = magnitudes, squares, above
    return sums


@numba.njit(**OPTIONS)
def difference_sums(x, threshold):
    """Sum what depends on neighbouring samples.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals.
    threshold : ndarray of shape (n_rows,)
        What counts as large, in the unit of the signals.

    Returns
    -------
    sums : ndarray of shape (n_rows, 5)
        Magnitudes and squares of the first differences, the number of them that reach
        the threshold, zero crossings and changes of the sign of the slope.
    """
    sums = np.empty((len(x), 5))
    for row in range(len(x)):
        signal, level = x[row], threshold[row]
        magnitudes, squares, above = 0.0, 0.0, 0.0
        crossings, zeros, peaks = 0.0, 0.0, 0.0
        for i in range(signal.size - 1):
            value, after = np.float64(signal[i]), np.float64(signal[i + 1])
            step = after - value
            large = 1.0 if abs(step) >= level else 0.0
            magnitudes += abs(step)
            squares += step * step
            above += large
            crossings += large if value * after < 0 else 0.0
            zeros += 1.0 if value == 0 else 0.0
        for i in range(signal.size - 2):
            value = np.float64(signal[i + 1])
            before, after = value - signal[i], value - signal[i + 2]
            large = 1.0 if max(abs(before), abs(after)) >= level else 0.0
            peaks += large if before * after > 0 else 0.0
        if zeros > 0:
            crossings = _crossings_past_zeros(signal, level)
        sums[row] = magnitudes, squares, above, crossings, peaks
    return sums


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
def shape_moments(x):
    """Return skewness and excess kurtosis of each row, zero for a flat one.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals.

    Returns
    -------
    moments : ndarray of shape (n_rows, 2)
    """
    moments = np.zeros((len(x), 2))
    for row in range(len(x)):
        signal = x[row]
        mean, variance, rounding = _moments(signal)
        if variance <= rounding:
            continue
        scale = 1 / math.sqrt(variance)
        cubes, fourths = 0.0, 0.0
        for i in range(signal.size):
            z = (signal[i] - mean) * scale
            cubes += z * z * z
            fourths += (z * z) * (z * z)
        moments[row] = cubes / signal.size, fourths / signal.size - 3
    return moments


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
        signal = x[row]
        _, activity, rounding = _moments(signal)
        if activity <= rounding:
            continue
        slope, curvature = _derivative_variances(signal)
        parameters[row, 0] = activity
        if slope > rounding:
            parameters[row, 1] = math.sqrt(slope / activity)
            parameters[row, 2] = math.sqrt(curvature * activity) / slope
    return parameters


@numba.njit(**OPTIONS)
def _moments(signal):
    """Return mean, variance, and the variance that rounding alone can give."""
    total, squares, deviations = 0.0, 0.0, 0.0
    for i in range(signal.size):
        value = np.float64(signal[i])
        total += value
        squares += value * value
    mean = total / signal.size
    for i in range(signal.size):
        deviations += (signal[i] - mean) * (signal[i] - mean)
    rounding = (2 * np.finfo(signal.dtype).eps) ** 2 * squares
    return mean, deviations / signal.size, rounding / signal.size


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
    threshold : ndarray of shape (n_rows,)
        What counts as large, in the unit of the signals.

    Returns
    -------
    sums : ndarray of shape (n_rows, 2)
        The number of turns and the sum of the magnitudes between successive turns.
    """
    sums = np.zeros((len(x), 2))
    for row in range(len(x)):
        signal, level = x[row], threshold[row]
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
