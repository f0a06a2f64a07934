"""Rest, contraction and artefact: what is learned, and what is done with it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from skemg.datasets import fetch_algiers, make_activity_windows
from skemg.exceptions import SignalError
from skemg.preprocessing import Bandpass, Notch, Resampler
from skemg.quality import ActivityClassifier
from skemg.quality._activity_features import activity_features
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower, WindowSelector, WindowVotingClassifier

SFREQ = 10_000


@pytest.fixture(scope="module")
def known():
    return make_activity_windows(30, random_state=0)


@pytest.fixture(scope="module")
def fitted(known):
    return ActivityClassifier(sfreq=SFREQ, random_state=0).fit(known.data, known.target)


def windows_of(*signals, unit="uV"):
    emg = Recordings.from_list(signals, sfreq=SFREQ, unit=unit)
    return Windower(length=0.2, hop=0.2).fit_transform(emg)


def test_unseen_simulated_patients_are_told_as_the_literature_reports(known):
    classifier = ActivityClassifier(sfreq=SFREQ, random_state=0)
    predicted = cross_val_predict(
        classifier, known.data, known.target, groups=known.groups, cv=GroupKFold(3)
    )
    right = predicted == known.target
    assert right.mean() > 0.9  # Hubers et al. report 0.96 on recordings of patients
    for name in ("rest", "contraction", "artefact"):
        assert right[known.target == name].mean() > 0.85, name
    for kind in ("silent", "mains burst", "lost signal", "cable movement"):
        assert right[known.kind == kind].mean() > 0.93, kind


def test_the_amplitude_can_be_left_out(known):
    shape = ActivityClassifier(amplitude=False, sfreq=SFREQ, random_state=0)
    shape.fit(known.data[::2], known.target[::2])
    X = known.data[1:200:2].astype(float)
    assert_allclose(shape.predict_proba(X), shape.predict_proba(1024 * X - 5))
    assert shape.score(known.data[1::2], known.target[1::2]) > 0.85


def test_features_are_finite_and_zero_where_there_is_no_signal():
    rows = np.array([[0.0] * 8, [3.3] * 8, [0, 1, 0, -1, 0, 1, 0, -1]])
    features = activity_features(rows, 8.0, True)
    assert np.isfinite(features).all()
    assert_array_equal(features[0, :4], 0)
    assert_array_equal(features[1, :4], 0)
    peak, middle, fourth, third = features[2, :4]
    assert_allclose([peak, middle], [np.sqrt(2), np.sqrt(2) / 2])
    assert_allclose([fourth, third], [2, 0], atol=1e-12)
    assert_allclose(10 ** features[2, -2], np.sqrt(0.5), atol=2e-3)


def test_features_of_a_window_do_not_depend_on_the_others():
    rows = np.random.default_rng(0).normal(size=(600, 100))
    together = activity_features(rows, 1000.0, True)
    assert_allclose(activity_features(rows[300:301], 1000.0, True), together[300:301])


def test_any_classifier_may_stand_inside(known):
    inner = ExtraTreesClassifier(5, random_state=0)
    classifier = ActivityClassifier(inner, sfreq=SFREQ)
    classifier.fit(known.data[:300], known.target[:300])
    assert len(classifier.estimator_.estimators_) == 5
    assert not hasattr(inner, "classes_")
    assert_allclose(classifier.predict_proba(known.data[:9]).sum(axis=1), 1)


def test_the_same_seed_gives_the_same_answers(known, fitted):
    again = clone(fitted).set_params(n_jobs=2).fit(known.data, known.target)
    assert_array_equal(
        again.predict_proba(known.data[::50]), fitted.predict_proba(known.data[::50])
    )


def test_windows_of_recordings_are_answered_one_by_one(known, fitted):
    X = windows_of(known.data[:12].ravel(), known.data[12:17].ravel())
    answers = fitted.predict_windows(X)
    assert_array_equal(answers.counts, [12, 5])
    assert_array_equal(answers.values, fitted.predict(known.data[:17]))
    proba = fitted.predict_proba_windows(X)
    assert proba.feature_names == ["artefact", "contraction", "rest"]


def test_windows_of_another_kind_are_refused_with_a_cure(known, fitted):
    x = known.data[0]
    with pytest.raises(SignalError, match=r"amplitude=False"):
        fitted.predict_windows(windows_of(x, unit=None))
    with pytest.raises(SignalError, match="2000"):
        fitted.predict_windows(Windows(x[np.newaxis, :500], [0, 1], sfreq=SFREQ))
    with pytest.raises(SignalError, match="one channel"):
        fitted.predict_windows(windows_of(np.stack([x, x])))
    with pytest.raises(SignalError, match="Hz"):
        fitted.predict_windows(Windows(x[np.newaxis], [0, 1], sfreq=4000, unit="uV"))
    with pytest.raises(SignalError, match="use predict for rows"):
        fitted.predict_windows(x[np.newaxis])
    with pytest.raises(SignalError, match="sampling rate is unknown"):
        ActivityClassifier().fit(known.data[:30], known.target[:30])
    with pytest.raises(SignalError, match="one row a window"):
        ActivityClassifier(sfreq=SFREQ).fit(windows_of(x), ["rest"])


def recording_of(known, *targets, patient="patient-04"):
    """Return one window of each kind of a patient, one after the other."""
    mine = known.groups == patient
    seen, parts = {}, []
    for target in targets:
        places = np.flatnonzero(mine & (known.target == target))
        parts.append(known.data[places[seen.get(target, 0)]])
        seen[target] = seen.get(target, 0) + 1
    return np.concatenate(parts)


def test_the_selector_keeps_contractions_and_counts_the_others(known, fitted):
    order = ["rest", "contraction", "rest", "contraction", "contraction"]
    X = windows_of(recording_of(known, *order), recording_of(known, *order[::-1]))
    called = fitted.predict_windows(X).values
    assert_array_equal(called, order + order[::-1])  # training data
    selector = WindowSelector(activity=fitted).fit(X)
    assert_array_equal(selector.transform(X).start, [2000, 6000, 8000, 0, 2000, 6000])
    assert_array_equal(selector.report_["n_quiet"], [2, 2])
    assert_array_equal(selector.report_["n_artefact"], [0, 0])


def test_no_recording_is_left_empty_and_the_loudest_artefact_is_not_what_stays(
    known, fitted
):
    X = windows_of(recording_of(known, "rest", "artefact", "artefact", "rest"))
    selector = WindowSelector(activity=fitted, max_clipped=None, mains_frequency=None)
    with pytest.warns(UserWarning, match=r"recordings \[0\]"):
        kept = selector.fit_transform(X)
    proba = fitted.predict_proba_windows(X).values[:, 1]
    assert_array_equal(kept.start, X.start[[proba.argmax()]])
    assert selector.report_["passed"].tolist() == [False]
    assert selector.report_["n_artefact"].tolist() == [2]


def test_a_pipeline_that_is_cloned_asks_for_a_frozen_classifier(known, fitted):
    signal = recording_of(known, "rest", "contraction", "contraction", "rest")
    X = Recordings.from_list([signal, signal[::-1]], sfreq=SFREQ, unit="uV")
    windower = Windower(length=0.2, hop=0.2)
    forgets = clone(make_pipeline(windower, WindowSelector(activity=fitted)))
    with pytest.raises(NotFittedError, match="FrozenEstimator"):
        forgets.fit(X)
    keeps = make_pipeline(
        windower,
        WindowSelector(activity=FrozenEstimator(fitted)),
        WindowVotingClassifier(LogisticRegression(max_iter=2000)),
    )
    assert list(clone(keeps).fit(X, ["a", "b"]).classes_) == ["a", "b"]


def test_a_classifier_without_contraction_is_refused(known):
    other = ActivityClassifier(sfreq=SFREQ, random_state=0)
    other.fit(known.data[:30], np.where(known.target[:30] == "rest", "calm", "not"))
    with pytest.raises(ValueError, match='must be "contraction"'):
        WindowSelector(activity=other).fit(windows_of(known.data[0]))


def test_contractions_of_algiers_are_told_from_the_recording_near_rest(
    skemg_data, fitted
):
    emg = fetch_algiers(skemg_data)
    calm = np.flatnonzero(emg.frame["recording"] == 133)
    some = np.concatenate([calm, np.flatnonzero(emg.target != "normal")[::8]])
    X = make_pipeline(
        Resampler(SFREQ), Bandpass(20, None), Notch(50), Windower(0.2, 0.2)
    ).fit_transform(emg.data[some])
    called = fitted.predict_windows(X)
    assert np.mean(called[0] == "rest") > 0.9
    assert np.mean(called[1:].values == "contraction") > 0.8
