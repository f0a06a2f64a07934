"""The strengths mean the same here and in the `augment=` of the nets."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from skemg.augmentation import (
    AmplitudeAugmenter,
    NoiseAugmenter,
    PolarityAugmenter,
    ShiftAugmenter,
)
from skemg.nn._augment import Augment

RAMP = np.arange(1.0, 98)  # of an odd length, which 0.3 does not divide
X = np.tile(RAMP, (20_000, 2, 1)) * np.array([[[1.0], [10.0]]])


def both(name, augmenter, strength):
    """Return the copies of the sampler and the windows that a net would see."""
    y = np.arange(len(X)) % 2
    ours = augmenter(strength, random_state=0).fit_resample(X, y)[0][len(X) :]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return ours, Augment({name: strength})(torch.from_numpy(X)).numpy()


def test_noise_has_the_same_deviation_in_each_channel():
    ours, theirs = (z - X for z in both("noise", NoiseAugmenter, 0.3))
    assert_allclose(ours.std(axis=(0, 2)), theirs.std(axis=(0, 2)), rtol=0.01)


@pytest.mark.parametrize("strength", [0.1, 0.3, 1.0])
def test_shifts_have_the_same_range_and_direction(strength):
    (first, first_counts), (other, other_counts) = (
        np.unique(z[:, 0, 0], return_counts=True)
        for z in both("shift", ShiftAugmenter, strength)
    )
    assert np.array_equal(first, other)  # which sample of the ramp comes first
    assert_allclose(first_counts / len(X), other_counts / len(X), atol=0.01)


def test_factors_have_the_same_logarithm():
    ours, theirs = (
        np.log(z[:, 0, 0]) for z in both("amplitude", AmplitudeAugmenter, 0.3)
    )
    for statistic in (np.mean, np.std):
        assert_allclose(statistic(ours), statistic(theirs), atol=0.01)


def test_polarity_is_the_same_probability():
    ours, theirs = (
        (z[:, 0, 0] < 0).mean() for z in both("polarity", PolarityAugmenter, 0.3)
    )
    assert_allclose(ours, theirs, atol=0.02)
