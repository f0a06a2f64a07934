"""What all augmenters share: which windows are copied, what goes in and comes out."""

from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.augmentation import (
    AmplitudeAugmenter,
    NoiseAugmenter,
    PolarityAugmenter,
    ShiftAugmenter,
)
from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows

AUGMENTERS = [AmplitudeAugmenter, NoiseAugmenter, PolarityAugmenter, ShiftAugmenter]
every = pytest.mark.parametrize("augmenter", AUGMENTERS)

RNG = np.random.default_rng(0)
ONE_CHANNEL = RNG.normal(size=(10, 50))
TWO_CHANNELS = RNG.normal(size=(10, 2, 50))
Y = np.array(["b"] * 6 + ["a"] * 3 + ["c"])


@every
@pytest.mark.parametrize("X", [ONE_CHANNEL, TWO_CHANNELS], ids=["2-D", "3-D"])
def test_the_originals_come_first_and_unchanged_then_a_copy_of_each(augmenter, X):
    before = X.copy()
    sampler = augmenter(random_state=0)
    X_new, y_new = sampler.fit_resample(X, Y)
    assert_array_equal(X, before)
    assert_array_equal(X_new[:10], X)
    assert X_new.shape == (20, *X.shape[1:])
    assert_array_equal(y_new, np.tile(Y, 2))
    assert_array_equal(sampler.sample_indices_, np.tile(np.arange(10), 2))
    assert sampler.sampling_strategy_ == {"a": 3, "b": 6, "c": 1}
    n_changed = sum((new != old).any() for new, old in zip(X_new[10:], X, strict=True))
    assert n_changed >= 8  # a shift may be none


@every
def test_copies_are_of_the_window_that_sample_indices_names(augmenter):
    X = np.arange(1.0, 11)[:, np.newaxis] * np.ones(50)  # flat: noise and shift keep it
    sampler = augmenter(n_copies=2, sampling_strategy="not majority", random_state=0)
    X_new, y_new = sampler.fit_resample(X, Y)
    source = sampler.sample_indices_
    assert_array_equal(y_new, Y[source])
    if augmenter is AmplitudeAugmenter:
        again = augmenter(0, n_copies=2, sampling_strategy="all", random_state=0)
        X_new = again.fit_resample(X, Y)[0]
        assert_array_equal(again.sample_indices_, source)
    assert_array_equal(abs(X_new), X[source])


@pytest.mark.parametrize(
    "n_copies, strategy, counts",
    [
        (0, None, {"a": 3, "b": 6, "c": 1}),
        (3, None, {"a": 12, "b": 24, "c": 4}),
        (0, "not majority", {"a": 6, "b": 6, "c": 6}),
        (0, "all", {"a": 6, "b": 6, "c": 6}),
        (0, "auto", {"a": 6, "b": 6, "c": 6}),
        (1, "not majority", {"a": 12, "b": 12, "c": 12}),
        (2, "minority", {"a": 9, "b": 18, "c": 18}),
        (0, {"c": 5}, {"a": 3, "b": 6, "c": 5}),
        (1, {"a": 7}, {"a": 7, "b": 12, "c": 2}),
        (0, lambda y: {"a": 2 * np.sum(y == "a")}, {"a": 6, "b": 6, "c": 1}),
    ],
)
def test_the_classes_have_exactly_the_windows_asked_for(n_copies, strategy, counts):
    sampler = NoiseAugmenter(
        n_copies=n_copies, sampling_strategy=strategy, random_state=0
    )
    _, y_new = sampler.fit_resample(ONE_CHANNEL, Y)
    assert Counter(y_new.tolist()) == counts
    old = Counter(Y.tolist())
    assert sampler.sampling_strategy_ == {c: counts[c] - old[c] for c in counts}
    assert sampler.fit(ONE_CHANNEL, Y).sampling_strategy_ == sampler.sampling_strategy_


def test_a_float_is_the_ratio_of_two_classes():
    sampler = NoiseAugmenter(sampling_strategy=0.75, random_state=0)
    _, y_new = sampler.fit_resample(ONE_CHANNEL, Y == "b")
    assert Counter(y_new.tolist()) == {True: 12, False: 9}
    assert sampler.fit(ONE_CHANNEL, Y == "b").sampling_strategy_ == {True: 6, False: 5}


def test_the_windows_of_a_class_take_turns():
    sampler = NoiseAugmenter(n_copies=0, sampling_strategy="all", random_state=0)
    y = np.array([0] * 8 + [1] * 2)
    sampler.fit_resample(ONE_CHANNEL, y)
    assert np.bincount(sampler.sample_indices_[10:], minlength=10).tolist() == (
        [0] * 8 + [3] * 2
    )
    y = np.array([0] * 7 + [1] * 3)  # four copies of three windows
    sampler.fit_resample(ONE_CHANNEL, y)
    copies = np.bincount(sampler.sample_indices_[10:], minlength=10)[7:]
    assert sorted(copies) == [1, 1, 2]


@every
def test_one_seed_is_one_result_and_another_seed_another(augmenter):
    def draw(seed):
        return augmenter(0.5, n_copies=10, random_state=seed).fit_resample(
            TWO_CHANNELS, Y
        )[0]

    assert_array_equal(draw(3), draw(3))
    assert (draw(3) != draw(4)).any()


@every
@pytest.mark.parametrize("shape", [(200, 30), (200, 2, 30)])
def test_no_strength_is_no_change(augmenter, shape):
    X = np.random.default_rng(1).normal(size=shape)
    X_new, _ = augmenter(0).fit_resample(X, np.arange(200) % 3)
    assert_array_equal(X_new[200:], X)


@every
@pytest.mark.parametrize(
    "given, returned",
    [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.int16, np.float64),
        (">f8", np.float64),
    ],
)
def test_float32_stays_and_integers_become_float64(augmenter, given, returned):
    X = (100 * TWO_CHANNELS).astype(given)
    assert augmenter().fit_resample(X, Y)[0].dtype == returned


@every
@pytest.mark.parametrize(
    "y",
    [
        Y.astype(object),
        (Y == "b"),
        np.array([7] * 6 + [-2] * 3 + [0]),
        np.array([1.0] * 6 + [2.0] * 4),
        Y.tolist(),
    ],
    ids=["objects", "bool", "int", "float", "list"],
)
def test_labels_of_any_kind_come_back_as_they_are(augmenter, y):
    _, y_new = augmenter().fit_resample(ONE_CHANNEL, y)
    assert list(y_new) == list(y) * 2
    assert type(y_new) is type(y)
    assert getattr(y_new, "dtype", None) == getattr(y, "dtype", None)


@every
def test_containers_are_refused_with_the_cure(augmenter):
    windows = Windows(ONE_CHANNEL, [0, 5, 10], sfreq=1000)
    recordings = Recordings.from_array(ONE_CHANNEL, sfreq=1000)
    for X, y in [(windows, ["a", "b"]), (recordings, Y)]:
        for method in ("fit", "fit_resample"):
            with pytest.raises(SignalError, match="put it inside the vote"):
                getattr(augmenter(), method)(X, y)


@every
def test_what_is_no_window_is_refused(augmenter):
    with pytest.raises(SignalError, match="dim 4"):
        augmenter().fit_resample(np.ones((10, 2, 3, 4)), Y)
    with pytest.raises(SignalError, match="masked"):
        augmenter().fit_resample(np.ma.masked_less(ONE_CHANNEL, 0), Y)
    with pytest.raises(ValueError, match="NaN"):
        augmenter().fit_resample(np.full((10, 5), np.nan), Y)


@every
@pytest.mark.parametrize(
    "params, error, message",
    [
        ({"strength": -0.1}, ValueError, "strength"),
        ({"strength": 1.1}, ValueError, "strength"),
        ({"strength": "much"}, TypeError, "strength"),
        ({"n_copies": -1}, ValueError, "n_copies"),
        ({"n_copies": 1.5}, TypeError, "n_copies"),
        ({"sampling_strategy": "majority"}, ValueError, "sampling_strategy"),
        ({"sampling_strategy": "most"}, ValueError, "sampling_strategy"),
        ({"sampling_strategy": object()}, ValueError, "sampling_strategy must be"),
        ({"sampling_strategy": {"b": 7}}, ValueError, "12 samples and 7 samples"),
    ],
)
def test_impossible_parameters_are_refused(augmenter, params, error, message):
    for method in ("fit", "fit_resample"):
        with pytest.raises(error, match=message):
            getattr(augmenter(**params), method)(ONE_CHANNEL, Y)
