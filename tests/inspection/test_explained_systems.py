"""Attributions of nets inside votes and pipelines, and what has no gradient."""

import functools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from planted import N_TIMES, NET, SPIKE, spike_net, spiky_recordings, spiky_windows
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skemg.exceptions import SignalError
from skemg.features import TimeDomainFeatures
from skemg.inspection import (
    grad_cam,
    integrated_gradients,
    recording_attribution,
    saliency,
)
from skemg.nn import AttentionPoolingClassifier
from skemg.preprocessing import PeakPreservingDownsampler
from skemg.windowing import Windower, WindowVotingClassifier

plain_saliency = functools.partial(saliency, n_samples=0)
METHODS = [plain_saliency, functools.partial(integrated_gradients, n_steps=5), grad_cam]
NAMES = ["saliency", "integrated_gradients", "grad_cam"]
every_method = pytest.mark.parametrize("method", METHODS, ids=NAMES)
pytestmark = pytest.mark.filterwarnings("ignore:the attributions of")


@functools.cache
def system():
    """Return recordings, and a fitted pipeline that sees windows of 32 samples."""
    emg, y = spiky_recordings()
    vote = WindowVotingClassifier(clone(NET))
    return emg, make_pipeline(Windower(length=0.032, hop=0.016), vote).fit(emg, y)


@every_method
def test_windows_of_a_vote_are_explained_for_the_class_of_their_recording(method):
    emg, pipeline = system()
    windows, vote = pipeline[:-1].transform(emg), pipeline[-1]
    given = method(vote, windows)
    assert_array_equal(given.start, windows.start)
    assert_array_equal(given.offsets, windows.offsets)
    target = windows.repeat(vote.predict(windows))
    expected = method(vote.estimator_, windows.values, target=target)
    assert_array_equal(given.values, expected)


@every_method
def test_recordings_get_the_mean_of_their_windows(method):
    emg, pipeline = system()
    windows = pipeline[:-1].transform(emg)
    given = method(pipeline, emg, target="spike")
    of_windows = method(pipeline[-1], windows, target="spike")
    assert (
        given == recording_attribution(of_windows, windows)
        or np.isnan(given.values).any()
    )
    assert_array_equal(given.values, recording_attribution(of_windows, windows).values)
    assert_array_equal(given.offsets, emg.offsets)
    assert_array_equal(given.groups, emg.groups)
    assert_allclose(given[0][:16], of_windows[0][0, :16], rtol=1e-6)
    assert np.isnan(given[1][-11:]).all()  # 203 samples, windows end at 192


@every_method
def test_spikes_are_found_on_the_time_axis(method):
    emg, pipeline = system()
    attribution = method(pipeline, emg[6:], target="spike")
    for signal in attribution:
        near = [np.nanmax(signal[i - 2 : i + 3]) for i in range(SPIKE, 160, N_TIMES)]
        assert np.mean(near) > 2 * np.nanmean(np.abs(signal))


def test_a_class_can_be_named_for_each_recording():
    emg, pipeline = system()
    labels = ["spike", "rest"]
    given = plain_saliency(pipeline, emg[:2], target=labels)
    for i in range(2):
        alone = plain_saliency(pipeline, emg[[i]], target=labels[i])
        assert_allclose(given[i], alone[0], rtol=1e-5)


def test_attributions_have_the_rate_of_what_the_net_sees():
    emg, y = spiky_recordings()
    pipeline = make_pipeline(
        PeakPreservingDownsampler(2),
        Windower(length=0.032, hop=0.032),
        WindowVotingClassifier(clone(NET).set_params(max_epochs=1)),
    ).fit(emg, y)
    given = plain_saliency(pipeline, emg)
    assert_array_equal(given.sfreq, [500.0] * 12)
    assert_array_equal(given.n_times, pipeline[0].transform(emg).n_times)


def test_lists_of_recordings_work_too():
    emg, pipeline = system()
    with_rate = clone(pipeline[0]).set_params(sfreq=1000)
    pipeline = make_pipeline(with_rate, pipeline[-1])
    given = saliency(pipeline, [emg[0]], n_samples=0, target="rest")
    assert_array_equal(given[0], plain_saliency(system()[1], emg[:1], target="rest")[0])


def test_plain_rows_are_recordings_of_one_window():
    X, y = spiky_windows()
    vote = WindowVotingClassifier(clone(NET).set_params(max_epochs=2))
    vote.fit(X, y, groups=np.arange(len(y)))
    assert_array_equal(plain_saliency(vote, X), plain_saliency(vote.estimator_, X))


def test_a_pipeline_of_nothing_but_a_net_is_a_net():
    X, y = spiky_windows()
    pipeline = make_pipeline(clone(NET).set_params(max_epochs=2)).fit(X, y)
    assert_array_equal(plain_saliency(pipeline, X), plain_saliency(pipeline[-1], X))


def test_nets_of_features_are_explained_by_their_names():
    emg, y = spiky_recordings()
    pipeline = make_pipeline(
        Windower(length=0.032, hop=0.032),
        TimeDomainFeatures(("rms", "wl", "var", "mav", "iemg")),
        WindowVotingClassifier(clone(NET).set_params(max_epochs=1)),
    ).fit(emg, y)
    features = pipeline[:-1].transform(emg)
    given = plain_saliency(pipeline[-1], features)
    assert given.feature_names == features.feature_names
    with pytest.raises(SignalError, match="sees features, which lie on no time axis"):
        saliency(pipeline, emg)


# -- errors ----------------------------------------------------------------------------


@every_method
def test_scalers_before_a_net_are_refused_with_the_cure(method):
    X, y = spiky_windows()
    scaled = make_pipeline(StandardScaler(), clone(NET).set_params(max_epochs=1))
    with pytest.raises(ValueError, match=r"no gradient: explain pipeline\[-1\] on"):
        method(clone(scaled).fit(X, y), X)
    emg, y = spiky_recordings()
    pipeline = make_pipeline(
        Windower(length=0.032, hop=0.032), WindowVotingClassifier(scaled)
    )
    with pytest.raises(ValueError, match="scale with AmplitudeScaler before Windower"):
        method(pipeline.fit(emg, y), emg)


@every_method
def test_other_classifiers_are_refused_with_the_cure(method):
    X, y = spiky_windows()
    forest = RandomForestClassifier(3, random_state=0).fit(X, y)
    with pytest.raises(ValueError, match=r"Forest.* has no gradient, .*use occ"):
        method(forest, X)


@every_method
def test_what_is_not_fitted_is_refused(method):
    X, _ = spiky_windows()
    with pytest.raises(NotFittedError):
        method(clone(NET), X)


def test_windows_belong_into_the_vote():
    emg, pipeline = system()
    with pytest.raises(SignalError, match="put it inside the vote"):
        saliency(spike_net(), pipeline[:-1].transform(emg))


@pytest.mark.parametrize(
    "method, settings, message",
    [
        (saliency, {"target": "other"}, "target='other' is not among the classes"),
        (saliency, {"n_samples": -1}, "n_samples == -1, must be >= 0"),
        (saliency, {"noise": -0.1}, "noise == -0.1, must be >= 0"),
        (integrated_gradients, {"n_steps": 0}, "n_steps == 0, must be >= 1"),
        (
            integrated_gradients,
            {"baseline": [0.0, 1.0]},
            r"baseline must be a number or have the shape \(32,\) of a window",
        ),
        (grad_cam, {"target": ["rest"] * 2}, "one for each of the 60 samples"),
    ],
)
def test_impossible_parameters_are_refused(method, settings, message):
    with pytest.raises(ValueError, match=message):
        method(spike_net(), spiky_windows()[0], **settings)


def test_attention_is_explained_by_its_own_weights():
    X = np.random.default_rng(0).normal(size=(12, 1, 40))
    net = AttentionPoolingClassifier(max_epochs=1, random_state=0)
    net.fit(X, ["a", "b"] * 6)
    with pytest.raises(ValueError, match="weighs whole windows: see its attention_w"):
        saliency(net, X)
