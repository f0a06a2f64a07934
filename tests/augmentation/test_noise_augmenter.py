"""Noise: its realised standard deviation, window by window and channel by channel."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from skemg.augmentation import NoiseAugmenter

Y = [0, 1]


def test_the_noise_has_the_given_share_of_the_standard_deviation_of_its_channel():
    wave = np.sin(2 * np.pi * np.arange(100_000) / 100)  # SD 1 / sqrt(2)
    X = np.array([[wave, 10 * wave], [100 * wave + 7, 1000 * wave - 3000]])
    noise = NoiseAugmenter(0.05, random_state=0).fit_resample(X, Y)[0][2:] - X
    expected = 0.05 / np.sqrt(2) * np.array([[1, 10], [100, 1000]])
    assert_allclose(noise.std(axis=-1), expected, rtol=0.01)
    assert_allclose(noise.mean(axis=-1) / expected, 0, atol=0.015)
    correlation = np.corrcoef(noise.reshape(4, -1))
    assert_allclose(correlation, np.eye(4), atol=0.015)


def test_the_noise_is_normal():
    X = np.random.default_rng(1).normal(size=(2, 100_000))
    noise = NoiseAugmenter(1.0, random_state=0).fit_resample(X, Y)[0][2:] - X
    within = np.abs(noise / X.std(axis=-1, keepdims=True)) < [[[1.0]], [[2.0]]]
    assert_allclose(within.mean(axis=(1, 2)), [0.6827, 0.9545], atol=0.005)


def test_a_flat_window_stays_flat():
    X = np.full((2, 30), 5.0)
    assert_array_equal(NoiseAugmenter(1.0).fit_resample(X, Y)[0], np.full((4, 30), 5))


def test_many_copies_of_a_window_are_all_different():
    X = np.random.default_rng(1).normal(size=(2, 20))
    X_new, _ = NoiseAugmenter(n_copies=200).fit_resample(X, Y)
    assert len(np.unique(X_new, axis=0)) == 402
