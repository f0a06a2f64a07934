"""Amplitude and polarity: one factor a window, with a known distribution."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from skemg.augmentation import AmplitudeAugmenter, PolarityAugmenter

X = np.random.default_rng(1).normal(size=(5000, 2, 20))
Y = np.arange(5000) % 2


def test_the_factor_is_constant_along_a_window_and_its_channels():
    factor = AmplitudeAugmenter(0.5, random_state=0).fit_resample(X, Y)[0][5000:] / X
    assert_allclose(factor, factor[:, :1, :1] * np.ones((2, 20)), rtol=1e-12)
    assert (factor > 0).all()


def test_the_logarithm_of_the_factor_is_normal_with_the_given_deviation():
    factor = AmplitudeAugmenter(0.2, random_state=0).fit_resample(X, Y)[0][5000:] / X
    logarithm = np.log(factor[:, 0, 0]) / 0.2
    assert_allclose(logarithm.mean(), 0, atol=0.05)
    assert_allclose(logarithm.std(), 1, rtol=0.03)
    assert_allclose((np.abs(logarithm) < 1).mean(), 0.6827, atol=0.02)
    assert_allclose((np.abs(logarithm) < 2).mean(), 0.9545, atol=0.01)


def test_polarity_is_an_exact_change_of_sign():
    assert_array_equal(PolarityAugmenter().fit_resample(X, Y)[0][5000:], -X)


def test_polarity_below_one_is_a_probability_and_turns_all_channels_together():
    sampler = PolarityAugmenter(0.25, random_state=0)
    ratio = sampler.fit_resample(X, Y)[0][5000:] / X
    assert_array_equal(ratio, ratio[:, :1, :1] * np.ones((2, 20)))
    assert_array_equal(np.unique(ratio), [-1, 1])
    assert_allclose((ratio[:, 0, 0] == -1).mean(), 0.25, atol=0.02)
