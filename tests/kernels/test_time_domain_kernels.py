import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from skemg._kernels import time_domain as kernels

RNG = np.random.default_rng(0)
ROWS = RNG.standard_normal((4, 961)) * [[1], [30], [1e-6], [1e6]]
LEVELS = np.array([0.5, 15, 5e-7, 0])


def sums(x, levels):
    return kernels.signal_sums(x, levels, True, True, True)


def shape(x):
    return sums(x, np.ones(1))[:, 8:]


def count(flags):
    return np.asarray(flags).sum(axis=1)


def test_sums_are_those_of_the_formulas():
    x, thr = ROWS, LEVELS[:, np.newaxis]
    d = np.diff(x)
    before, after = x[:, 1:-1] - x[:, :-2], x[:, 1:-1] - x[:, 2:]
    large = (np.abs(before) >= thr) | (np.abs(after) >= thr)
    crossings = (np.sign(x[:, 1:]) != np.sign(x[:, :-1])) & (np.abs(d) >= thr)
    expected = [
        np.abs(x).sum(1),
        (x**2).sum(1),
        count(np.abs(x) >= thr),
        np.abs(d).sum(1),
        (d**2).sum(1),
        count(np.abs(d) >= thr),
        count(crossings),
        count((before * after > 0) & large),
    ]
    assert_allclose(sums(x, LEVELS)[:, :8].T, expected)


def test_what_is_not_wanted_is_zero():
    every = sums(ROWS, LEVELS)
    for wanted, columns in [(0, slice(0, 3)), (1, slice(3, 8)), (2, slice(8, 10))]:
        flags = [part == wanted for part in range(3)]
        only = kernels.signal_sums(ROWS, LEVELS, *flags)
        assert_array_equal(only[:, columns], every[:, columns])
        only[:, columns] = 0
        assert_array_equal(only, 0)


def test_thresholds_go_through_the_channels_again_and_again():
    x = np.tile(ROWS, (3, 1))
    assert_array_equal(sums(x, LEVELS), np.tile(sums(ROWS, LEVELS), (3, 1)))


@pytest.mark.parametrize(
    "signal, level, crossings",
    [
        ([1, 0, -1], 0, 1),  # an exact zero does not hide the crossing
        ([1, 0, 0, -1], 2, 1),  # ... and the difference is the one across it
        ([1, 0, -1], 2.5, 0),
        ([1, 0, 1], 0, 0),
        ([0, 1, -1, 0], 0, 1),
        ([-1, 1, -1, 1], 2, 3),
        ([0, 0, 0], 0, 0),
    ],
)
def test_zero_crossings_are_counted_over_the_samples_that_are_not_zero(
    signal, level, crossings
):
    x = np.array([signal], dtype=float)
    assert sums(x, np.array([float(level)]))[0, 6] == crossings


def test_moments_are_those_of_scipy_and_numpy():
    x = RNG.exponential(size=(3, 500)) * [[1e-6], [1], [1e6]]
    expected = [stats.skew(x, axis=1), stats.kurtosis(x, axis=1)]
    assert_allclose(shape(x).T, expected)
    slope, curvature = np.diff(x).var(1), np.diff(x, 2).var(1)
    mobility = np.sqrt(slope / x.var(1))
    expected = [x.var(1), mobility, np.sqrt(curvature / slope) / mobility]
    assert_allclose(kernels.hjorth(x).T, expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_flat_rows_and_ramps_divide_nothing_by_rounding(dtype):
    flat = np.full((1, 1000), 0.1, dtype=dtype)
    assert_array_equal(shape(flat), 0)
    assert_array_equal(kernels.hjorth(flat), 0)
    ramp = np.arange(1000, dtype=dtype)[np.newaxis] / dtype(8)
    (activity, mobility, complexity) = kernels.hjorth(ramp)[0]
    assert_allclose(activity, (1000**2 - 1) / 12 / 64)
    assert mobility == complexity == 0


def test_moments_do_not_suffer_from_an_offset():
    x = RNG.standard_normal((2, 960))
    assert_allclose(shape(x + 1e4), shape(x), rtol=1e-6, atol=1e-9)
    assert_allclose(kernels.hjorth(x + 1e4), kernels.hjorth(x), rtol=1e-6)


def autoregressive(coefficients, n_times):
    x = np.zeros(n_times + len(coefficients))
    noise = RNG.standard_normal(len(x))
    for n in range(len(coefficients), len(x)):
        x[n] = noise[n] - coefficients @ x[n - len(coefficients) : n][::-1]
    return x[len(coefficients) :]


def test_burg_finds_the_coefficients_of_an_autoregressive_process():
    coefficients = np.array([-1.6, 1.1, -0.3, 0.1])
    x = autoregressive(coefficients, 100_000)
    assert_allclose(kernels.burg(x[np.newaxis], 4)[0], coefficients, atol=0.02)


def test_burg_is_the_textbook_recursion():
    x = RNG.standard_normal(30)
    forward, backward, a = x.copy(), x.copy(), np.array([1.0])
    for order in range(1, 4):
        f, b = forward[order:], backward[order - 1 : -1]
        k = -2 * (f @ b) / (f @ f + b @ b)
        a = np.append(a, 0) + k * np.append(a, 0)[::-1]
        forward[order:], backward[order:] = f + k * b, b + k * f
    assert_allclose(kernels.burg(x[np.newaxis], 3)[0], a[1:])


def test_burg_of_zeros_is_zero_and_of_a_constant_predicts_the_constant():
    assert_array_equal(kernels.burg(np.zeros((1, 20)), 3), 0)
    assert_allclose(kernels.burg(np.ones((1, 20)), 2), [[-1, 0]], atol=1e-12)


def turns_in_words(signal, level):
    """Transcribe the scan: a candidate is accepted once the signal leaves it."""
    turns, direction, low, high = [], None, signal[0], signal[0]
    for value in signal:
        low, high = min(low, value), max(high, value)
        if direction != "down" and high > value and high - value >= level:
            turns += [high] if direction else []
            direction, low, high = "down", value, value
        elif direction != "up" and value > low and value - low >= level:
            turns += [low] if direction else []
            direction, low, high = "up", value, value
    return len(turns), np.abs(np.diff(turns)).sum()


@pytest.mark.parametrize("level", [0.0, 0.5, 1.5, 10.0])
def test_turns_are_those_of_the_scan_in_words(level):
    x = np.concatenate([RNG.standard_normal((5, 300)), RNG.integers(-2, 3, (5, 300))])
    expected = [turns_in_words(signal, level) for signal in x]
    assert_allclose(kernels.turn_sums(x, np.full(10, level)), expected)
    assert_allclose(kernels.turn_sums(-x, np.full(10, level)), expected)


def test_a_sine_turns_at_each_of_its_peaks_that_lies_inside():
    x = 200 * np.sin(2 * np.pi * 5 * np.arange(1000) / 1000)[np.newaxis]
    assert_allclose(kernels.turn_sums(x, np.array([100.0])), [[10, 9 * 400]])
    assert_array_equal(kernels.turn_sums(x, np.array([401.0])), 0)


KERNELS = {
    "signal_sums": (LEVELS, True, True, True),
    "hjorth": (),
    "burg": (4,),
    "turn_sums": (LEVELS,),
}


@pytest.mark.parametrize("name", KERNELS)
def test_float32_rows_agree_with_the_same_rows_in_float64(name):
    kernel, x = getattr(kernels, name), ROWS.astype(np.float32)
    expected = kernel(x.astype(np.float64), *KERNELS[name])
    assert_allclose(kernel(x, *KERNELS[name]), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", KERNELS)
def test_rows_are_left_as_they_are_and_may_be_read_only(name):
    x = ROWS.copy()
    x.flags.writeable = False
    getattr(kernels, name)(x, *KERNELS[name])
    assert_array_equal(x, ROWS)
