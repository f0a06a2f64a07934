import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.preprocessing._thresholds import (
    bayes,
    hard,
    noise_level,
    soft,
    sure,
    universal,
)


def risk(details, threshold):
    """Return Stein's estimate of the risk of soft shrinkage, in the words of 1995."""
    magnitudes = np.abs(details)
    below = np.sum(magnitudes <= threshold)
    return len(details) - 2 * below + np.sum(np.minimum(magnitudes, threshold) ** 2)


def mixture(n, share, height, seed=0):
    """Return noise of deviation one, and a signal in a share of the coefficients."""
    rng = np.random.default_rng(seed)
    signal = height * rng.standard_normal(n) * (rng.random(n) < share)
    return signal + rng.standard_normal(n)


def test_noise_is_the_median_magnitude_over_that_of_normal_noise():
    assert_allclose(noise_level(np.array([1.0, -2, 3, -4, 50])), [3 / 0.6745])


def test_noise_of_normal_noise_is_its_deviation():
    details = 7 * np.random.default_rng(0).standard_normal(200_000)
    assert_allclose(noise_level(details), [7], rtol=0.01)


def test_universal_threshold_by_hand():
    # 2 * sqrt(2 * ln 4) = 2 * sqrt(2.772589)
    assert_allclose(universal(np.zeros(4), 2.0), 3.330218, rtol=1e-6)


@pytest.mark.parametrize("share, height", [(0.3, 5), (0.5, 3), (1.0, 2), (1.0, 20)])
@pytest.mark.parametrize("noise", [1.0, 1e-6, 1e6])
def test_sure_threshold_has_the_least_risk_of_all(share, height, noise):
    details = mixture(300, share, height)
    found = sure(noise * details, np.array([noise]))[0] / noise
    largest = np.sqrt(2 * np.log(300))
    searched = np.linspace(0, largest, 20_001)
    risks = [risk(details, threshold) for threshold in searched]
    assert 0 <= found <= largest
    assert risk(details, found + 1e-9) <= min(risks) + 1e-6
    assert abs(found - searched[np.argmin(risks)]) < 0.01


def test_sure_threshold_is_zero_where_all_is_signal():
    details = 100 + np.arange(50.0)
    assert_array_equal(sure(details, np.array([1.0])), [0])


def test_sure_threshold_is_universal_where_next_to_nothing_is_signal():
    details = np.random.default_rng(0).standard_normal(1000)
    details[17] = 8
    assert_allclose(sure(details, np.array([1.0])), np.sqrt(2 * np.log(1000)))


def test_bayes_threshold_by_hand():
    # mean square 12.5, of which 1 is noise
    assert_allclose(bayes(np.array([3.0, -4]), np.array([1.0])), [1 / np.sqrt(11.5)])


def test_bayes_threshold_takes_everything_where_all_is_noise():
    assert_array_equal(bayes(np.array([3.0, -4]), np.array([5.0])), [4])


@pytest.mark.parametrize("threshold", [universal, sure, bayes])
def test_without_noise_nothing_is_below_the_threshold(threshold):
    for details in (np.zeros(8), np.array([0.0, 0, 0, 0, 0, 9, 0, -7])):
        assert_array_equal(threshold(details, noise_level(details)), [0])


@pytest.mark.parametrize("threshold", [universal, sure, bayes])
def test_every_row_has_its_own_threshold(threshold):
    rows = np.stack([mixture(200, 0.3, 5), 9 * mixture(200, 1, 2), np.zeros(200)])
    noise = noise_level(rows)
    for row, own, found in zip(rows, noise, threshold(rows, noise), strict=True):
        assert_allclose(found, threshold(row, own))


def test_soft_and_hard_by_hand():
    details = np.array([-3.0, -1, 0, 0.5, 2])
    assert_array_equal(soft(details, 1.0), [-2, 0, 0, 0, 1])
    assert_array_equal(hard(details, 1.0), [-3, 0, 0, 0, 2])


def test_hard_drops_the_coefficient_that_is_the_threshold_whatever_its_rounding():
    details = np.array([[0.1, -3.0, 5.0]])
    for threshold in (np.nextafter(3.0, 2), 3.0, np.nextafter(3.0, 4)):
        assert_array_equal(hard(details, threshold), [[0, 0, 5.0]])


def test_sure_of_hardly_any_noise_is_hardly_any_threshold():
    details = np.random.default_rng(0).standard_normal((1, 64))
    noise = np.array([[np.finfo(float).smallest_subnormal]])
    assert sure(details, noise) < 1e-100
