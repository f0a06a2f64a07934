"""Occlusion against closed forms, for windows, votes and whole pipelines."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from planted import N_TIMES, SPIKE, spike_net, spiky_recordings, spiky_windows
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.exceptions import SignalError
from skemg.features import TimeDomainFeatures
from skemg.inspection import occlusion
from skemg.signals import Recordings
from skemg.windowing import Windower, WindowVotingClassifier

X, Y = spiky_windows()
MODEL = LogisticRegression().fit(X, Y)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Mean(ClassifierMixin, BaseEstimator):
    """The probability of "high" is the mean of all samples of a recording."""

    classes_ = np.array(["high", "low"])
    _estimator_type = "classifier"

    def fit(self, X, y=None):
        return self

    def predict_proba(self, X):
        mean = np.array([np.mean(x) for x in X])
        return np.column_stack([mean, 1 - mean])


# -- plain windows ---------------------------------------------------------------------


def test_occlusion_of_a_logistic_regression_is_its_sigmoid():
    w, b = MODEL.coef_[0], MODEL.intercept_[0]
    z = X @ w + b
    without_each_sample = z[:, np.newaxis] - w * X
    expected = sigmoid(z)[:, np.newaxis] - sigmoid(without_each_sample)
    drop = occlusion(MODEL, X, target="spike", length=1, sfreq=1)
    assert_allclose(drop, expected, atol=1e-12)
    assert_allclose(
        occlusion(MODEL, X, target="rest", length=1, sfreq=1), -expected, atol=1e-12
    )


def test_the_predicted_class_is_the_default_and_a_label_a_window_is_possible():
    drop = occlusion(MODEL, X, length=0.004, sfreq=1000)
    named = occlusion(MODEL, X, target=MODEL.predict(X), length=0.004, sfreq=1000)
    assert_array_equal(drop, named)


def test_gaps_of_5_ms_stand_side_by_side_and_the_last_is_cut():
    ones = np.ones((1, 12))
    drop = occlusion(Mean(), ones, target="high", sfreq=1000)
    assert_allclose(drop[0], np.repeat([5, 5, 2], [5, 5, 2]) / 12)


def test_a_sample_under_several_gaps_gets_their_mean():
    ramp = np.arange(4.0)[np.newaxis]  # gaps lose 0 + 1, 1 + 2, 2 + 3 and 3
    drop = occlusion(Mean(), ramp, target="high", length=2, hop=1, sfreq=1)
    assert_allclose(drop[0], np.array([1, 2, 4, 4]) / 4)


def test_samples_that_no_gap_reaches_are_unknown():
    drop = occlusion(Mean(), np.ones((1, 6)), length=1, hop=3, sfreq=1)
    assert_allclose(drop[0] * 6, [1, np.nan, np.nan, 1, np.nan, np.nan])


def test_a_gap_is_in_all_channels_and_may_be_filled():
    windows = np.stack([np.zeros((3, 4)), np.ones((3, 4))], axis=1)
    drop = occlusion(Mean(), windows, target="high", length=1, sfreq=1, fill=1.0)
    assert_allclose(drop, np.full((3, 4), -1 / 8))


def test_a_net_and_a_pipeline_of_windows_are_classifiers_like_others():
    fresh, y = spiky_windows(seed=7)
    scaled = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)
    for model in (spike_net(), scaled):
        drop = occlusion(model, fresh[y == "spike"], target="spike", length=1, sfreq=1)
        assert drop.mean(axis=0).argmax() == SPIKE


def test_many_copies_at_once_change_nothing(monkeypatch):
    at_once = occlusion(MODEL, X, length=2, hop=1, sfreq=1)
    monkeypatch.setattr("skemg.inspection._occlusion._SAMPLES", 3 * X.size)
    assert_array_equal(occlusion(MODEL, X, length=2, hop=1, sfreq=1), at_once)


def test_integers_are_not_cut_by_the_fill():
    drop = occlusion(
        Mean(), np.ones((1, 4), int), target="high", length=1, sfreq=1, fill=0.5
    )
    assert_allclose(drop, np.full((1, 4), 1 / 8))


# -- votes -----------------------------------------------------------------------------


def test_each_window_of_a_vote_is_explained_for_the_class_of_its_recording():
    emg, y = spiky_recordings()
    windows = Windower(length=0.032, hop=0.016).fit_transform(emg)
    vote = WindowVotingClassifier(LogisticRegression()).fit(windows, y)
    drop = occlusion(vote, windows, length=0.002)
    assert_array_equal(drop.start, windows.start)
    assert_array_equal(drop.groups, emg.groups)
    expected = occlusion(
        vote.estimator_,
        windows.values,
        target=windows.repeat(vote.predict(windows)),
        length=2,
        sfreq=1,
    )
    assert_allclose(drop.values, expected, atol=1e-12)


def test_hard_votes_lose_their_vote_or_not():
    emg, y = spiky_recordings()
    windows = Windower(length=0.032, hop=0.032).fit_transform(emg)
    vote = WindowVotingClassifier(SVC()).fit(windows, y)
    assert set(np.unique(occlusion(vote, windows).values)) <= {-1.0, 0.0, 1.0}


# -- pipelines -------------------------------------------------------------------------


def test_recordings_lose_the_probability_of_the_whole_pipeline():
    emg = Recordings.from_list([np.ones(10), np.ones(4)], sfreq=[1000, 500])
    drop = occlusion(Mean(), emg, target="high", length=0.004)
    assert_allclose(drop[0], np.repeat([0.4, 0.4, 0.2], [4, 4, 2]))
    assert_allclose(drop[1], [0.5] * 4)  # at 500 Hz, 4 ms are two samples
    assert_array_equal(drop.sfreq, emg.sfreq)


def test_a_list_gives_a_list():
    drop = occlusion(Mean(), [np.ones(4), np.ones(2)], length=1, sfreq=1)
    assert isinstance(drop, list)
    assert_allclose(drop[1], [0.5, 0.5])


def test_a_forest_on_features_is_explained_on_the_time_axis():
    emg, y = spiky_recordings()
    forest = RandomForestClassifier(50, min_samples_leaf=5, random_state=0)
    pipeline = make_pipeline(
        Windower(length=0.032, hop=0.032),
        TimeDomainFeatures(("rms", "wl"), threshold_unit="signal"),
        WindowVotingClassifier(forest),
    ).fit(emg, y)
    drop = occlusion(pipeline, emg[6:], target="spike", length=0.001)
    for signal in drop:
        on_spikes = signal[SPIKE::N_TIMES][:5].mean()
        assert on_spikes > 5 * abs(np.delete(signal, np.s_[SPIKE::N_TIMES]).mean())


def test_channels_and_unit_reach_the_pipeline():
    class Watch(Mean):
        def predict_proba(self, X):
            seen.append((X.unit, X.channel_names, X.n_channels))
            return super().predict_proba(X)

    seen = []
    emg = Recordings.from_list(
        [np.ones((2, 4))], sfreq=1, unit="uV", channel_names=["biceps", "deltoid"]
    )
    drop = occlusion(Watch(), emg, length=2)
    assert set(map(str, seen)) == {"('uV', ['biceps', 'deltoid'], 2)"}
    assert_allclose(drop[0], [0.5] * 4)


# -- errors ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings, message",
    [
        ({}, r"sampling rate is unknown: use occlusion\(..., sfreq=...\)"),
        ({"sfreq": 100}, "length=0.005 s is no sample at 100 Hz"),
        ({"sfreq": 1000, "hop": 0.0}, "hop=0.0 s is no sample at 1000 Hz"),
        ({"sfreq": 1000, "target": "other"}, "target='other' is not among the classes"),
        ({"sfreq": 1000, "target": 1}, "target=1 is not among the classes"),
        ({"sfreq": 1000, "target": ["rest"]}, r"one for each of the 60 samples"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        occlusion(MODEL, X, **{"length": 0.005, **settings})


def test_a_second_rate_is_refused():
    emg = Recordings.from_list([np.ones(10)], sfreq=1000)
    with pytest.raises(SignalError, match=r"sfreq=500.* but the data have 1000 Hz"):
        occlusion(Mean(), emg, sfreq=500)


def test_classifiers_without_probabilities_are_refused():
    with pytest.raises(ValueError, match="needs predict_proba, which SVC has not"):
        occlusion(SVC().fit(X, Y), X, sfreq=1000)


def test_windows_of_features_are_refused():
    emg, y = spiky_recordings()
    features = make_pipeline(
        Windower(length=0.032, hop=0.032), TimeDomainFeatures(("rms",))
    ).fit_transform(emg)
    vote = WindowVotingClassifier().fit(features, y)
    with pytest.raises(SignalError, match=r"occlusion\(pipeline, recordings\)"):
        occlusion(vote, features)


def test_windows_without_a_vote_are_refused():
    emg, _ = spiky_recordings()
    windows = Windower(length=0.032, hop=0.032).fit_transform(emg)
    with pytest.raises(SignalError, match="LogisticRegression is no vote"):
        occlusion(MODEL, windows)
