"""What holds for every classifier with one answer a patient."""

import numpy as np
import pytest
from cohorts import CLASSES, Told, draw_patients
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    ShuffleSplit,
    cross_val_predict,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from skemg.datasets import make_needle_emg
from skemg.decision import (
    PatientCalibratedClassifier,
    PatientConformalClassifier,
    PatientVotingClassifier,
    ReferringClassifier,
)
from skemg.exceptions import SignalError
from skemg.features import LogSpectrum
from skemg.metrics import patient_scorer, vote_by_group
from skemg.model_selection import PatientKFold
from skemg.signals import Recordings
from skemg.windowing import Windower, WindowVotingClassifier


def decisions(inner, cv=2):
    return {
        "voting": PatientVotingClassifier(inner, cv=cv),
        "temperature": PatientCalibratedClassifier(inner, cv=cv),
        "sigmoid": PatientCalibratedClassifier(inner, method="sigmoid", cv=cv),
        "isotonic": PatientCalibratedClassifier(inner, method="isotonic", cv=cv),
        "cross": PatientConformalClassifier(
            inner, confidence=0.6, cv=cv, random_state=0
        ),
        "split": PatientConformalClassifier(
            inner, confidence=0.6, cv=cv, method="split", random_state=0
        ),
        "referring": ReferringClassifier(inner, min_confidence=0.4),
        "risk": ReferringClassifier(
            inner, target_risk=0.999, confidence=0.5, cv=cv, random_state=0
        ),
        "risk split": ReferringClassifier(
            inner,
            target_risk=0.999,
            confidence=0.5,
            cv=cv,
            random_state=0,
            method="split",
        ),
    }


NAMES = list(decisions(Told()))
each = pytest.mark.parametrize("name", NAMES)


def cohort(n_patients=30, n_recordings=2, seed=0):
    """Return noisy probabilities of recordings, classes and patients."""
    rng = np.random.default_rng(seed)
    proba, y = draw_patients(n_patients, rng)
    proba = np.repeat(proba, n_recordings, axis=0)
    proba = proba + 0.1 * rng.random(proba.shape)
    proba /= proba.sum(axis=1, keepdims=True)
    patients = np.char.add(
        "p", np.repeat(np.arange(n_patients), n_recordings).astype(str)
    )
    return proba, np.repeat(y, n_recordings), patients


@pytest.fixture(scope="module")
def needle():
    emg = make_needle_emg(n_patients=12, n_recordings=2, duration=0.5, random_state=0)
    windows = make_pipeline(
        Windower(length=0.1, hop=0.1), LogSpectrum(low=60, high=2000, n_bands=8)
    )
    return windows.fit_transform(emg.data), emg.target


@each
def test_all_recordings_of_a_patient_get_one_answer_in_any_order(name):
    X, y, patients = cohort()
    decision = decisions(Told())[name].fit(X, y, groups=patients)
    proba = decision.predict_proba(X, groups=patients)
    assert_array_equal(proba[::2], proba[1::2])
    shuffled = np.random.default_rng(1).permutation(len(y))
    assert_allclose(
        decision.predict_proba(X[shuffled], groups=patients[shuffled]), proba[shuffled]
    )
    assert_array_equal(
        decision.predict(X[shuffled], groups=patients[shuffled]),
        decision.predict(X, groups=patients)[shuffled],
    )


@each
def test_the_names_of_classes_and_their_order_change_nothing(name):
    X, y, patients = cohort()
    decision = decisions(Told())[name].fit(X, y, groups=patients)
    turned = dict(zip(CLASSES, [7, 5, 3], strict=True))  # sorted: the other way round
    numbers = clone(decision).fit(
        X[:, ::-1], np.array([turned[label] for label in y]), groups=patients
    )
    assert_array_equal(numbers.classes_, [3, 5, 7])
    assert_allclose(
        numbers.predict_proba(X[:, ::-1], groups=patients),
        decision.predict_proba(X, groups=patients)[:, ::-1],
        atol=1e-4,
    )


@each
def test_patients_come_from_the_data_or_from_groups(name, needle):
    windows, y = needle
    decision = decisions(WindowVotingClassifier(GaussianNB()))[name].fit(windows, y)
    proba = decision.predict_proba(windows)
    bare = windows.with_groups(None)
    told = clone(decision).fit(bare, y, groups=windows.groups)
    assert_array_equal(told.predict_proba(bare, groups=windows.groups), proba)
    with pytest.raises(SignalError, match="groups says that recording 0"):
        decision.predict(windows, groups=["nobody"] * len(y))


@each
def test_containers_without_patients_are_refused_and_plain_rows_warned_of(name, needle):
    windows, y = needle
    decision = decisions(WindowVotingClassifier(GaussianNB()))[name]
    with pytest.raises(ValueError, match=r"does not know the patients.*groups="):
        decision.fit(windows.with_groups(None), y)
    decision.fit(windows, y)
    with pytest.raises(ValueError, match=r"not know the patients of these.*groups="):
        decision.predict(windows.with_groups(None))
    X, y, _ = cohort(n_recordings=1)
    decision = decisions(Told())[name]
    with pytest.warns(UserWarning, match="each row of X counts as a patient"):
        decision.fit(X, y)
    alone = decision.predict_proba(X)
    decision.fit(X, y, groups=np.arange(len(y)))
    assert_array_equal(decision.predict_proba(X, groups=np.arange(len(y))), alone)
    with pytest.raises(ValueError, match=r"not know the patients of these.*groups="):
        decision.predict(X)


@pytest.mark.parametrize(
    "name, routing",
    [(n, False) for n in NAMES if n not in ("isotonic", "sigmoid", "risk split")]
    + [("voting", True), ("cross", True)],
)
def test_searches_score_patients_as_a_loop_by_hand_does(name, routing, needle):
    windows, y = needle
    decision = decisions(WindowVotingClassifier(GaussianNB()))[name]
    with config_context(enable_metadata_routing=routing):
        search = GridSearchCV(
            decision,
            {"estimator__estimator__var_smoothing": [1e-9, 1.0]},
            cv=PatientKFold(2),
            scoring={"recording": "accuracy", "patient": patient_scorer("accuracy")},
            refit="patient",
            error_score="raise",
        ).fit(windows, y)
    for i, smoothing in enumerate([1e-9, 1.0]):
        right = []
        decision.set_params(estimator__estimator__var_smoothing=smoothing)
        for train, test in PatientKFold(2).split(windows, y):
            votes = decision.fit(windows[train], y[train]).predict_proba(windows[test])
            _, first = np.unique(windows.groups[test], return_index=True)
            answers = decision.classes_[votes[first].argmax(axis=1)]
            right.append(np.mean(answers == y[test][first]))
        assert_allclose(search.cv_results_["mean_test_patient"][i], np.mean(right))


@pytest.mark.parametrize("routing", [False, True])
def test_a_whole_pipeline_stands_inside_or_a_decision_ends_one(routing):
    emg = make_needle_emg(n_patients=9, duration=0.5, random_state=0)
    steps = [Windower(length=0.1, hop=0.1), LogSpectrum(low=60, high=2000, n_bands=8)]
    vote = WindowVotingClassifier()
    with config_context(enable_metadata_routing=routing):
        outside = PatientVotingClassifier(make_pipeline(*steps, vote), cv=2)
        last = make_pipeline(*steps, PatientVotingClassifier(vote, cv=2))
        assert_allclose(
            outside.fit(emg.data, emg.target).predict_proba(emg.data),
            last.fit(emg.data, emg.target).predict_proba(emg.data),
        )


@each
def test_decisions_stand_inside_one_another_with_patients_given_as_groups(name):
    X, y, patients = cohort(40)
    outer = decisions(PatientVotingClassifier(Told(), cv=2))[name]
    proba = outer.fit(X, y, groups=patients).predict_proba(X, groups=patients)
    assert_array_equal(proba[::2], proba[1::2])


@pytest.mark.parametrize("routing", [False, True])
def test_plain_rows_hand_their_patients_to_whoever_inside_asks(routing):
    seen = []

    class Asks(Told):
        __metadata_request__fit = {"groups": True}

        def fit(self, X, y, groups=None):
            seen.append(list(groups))
            return super().fit(X, y)

    X, y, patients = cohort(12)
    for inner in (Asks(), make_pipeline("passthrough", Asks())):
        seen.clear()
        with config_context(enable_metadata_routing=routing):
            PatientVotingClassifier(inner, cv=2).fit(X, y, groups=patients)
        assert sorted(seen[0] + seen[1]) == sorted(seen[2]) == sorted(patients)


def test_a_fitted_classifier_can_be_calibrated_as_it_is(needle):
    windows, y = needle
    fitted = WindowVotingClassifier(GaussianNB()).fit(windows, y)
    numbers = np.arange(len(y))
    conformal = PatientConformalClassifier(
        FrozenEstimator(fitted), method="split", cv=[([], numbers)]
    ).fit(windows, y)
    assert conformal.n_calibration_ == dict.fromkeys(np.unique(y).tolist(), 4)
    vote = vote_by_group(fitted.predict_proba(windows), windows.groups)
    patient = np.searchsorted(vote.groups, windows.groups)
    assert_allclose(conformal.predict_proba(windows), vote.proba[patient])


@each
def test_any_number_of_jobs_gives_the_same_and_leaves_the_global_seed(name):
    X, y, patients = cohort()
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    decision = decisions(GaussianNB())[name].fit(X, y, groups=patients)
    with parallel_config("threading"):
        other = clone(decision).set_params(n_jobs=2).fit(X, y, groups=patients)
    assert_array_equal(
        other.predict_proba(X, groups=patients),
        decision.predict_proba(X, groups=patients),
    )
    assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("name", [n for n in NAMES if n != "referring"])
@pytest.mark.parametrize(
    "cv", [KFold(2, shuffle=True, random_state=0), ShuffleSplit(2)]
)
def test_folds_that_cut_through_a_patient_are_refused(name, cv):
    X, y, patients = cohort()
    with pytest.raises(
        ValueError, match=r"fold 0 of cv, a .*on both sides.*PatientKFold"
    ):
        decisions(Told(), cv=cv)[name].fit(X, y, groups=patients)


@pytest.mark.parametrize("name", ["voting", "temperature", "risk"])
def test_a_fold_whose_training_lacks_a_class_is_named(name):
    X, y, patients = cohort()
    one, rest = np.flatnonzero(y == "normal"), np.flatnonzero(y != "normal")
    folds = [(np.arange(2, len(y)), [0, 1]), (one[2:], np.r_[rest, one[:2]])]
    with pytest.raises(ValueError, match=r"fold 1 have the classes \['normal'\]"):
        decisions(Told(), cv=folds)[name].fit(X, y, groups=patients)


@each
def test_a_patient_of_two_classes_is_refused_where_classes_are_of_patients(name):
    X, y, patients = cohort()
    y[0], y[1] = "normal", "myopathic"
    if name == "referring":  # only forwards the recordings
        decisions(Told())[name].fit(X, y, groups=patients)
        return
    with pytest.raises(SignalError, match="patient p0 has two classes"):
        decisions(Told())[name].fit(X, y, groups=patients)


@each
def test_weights_of_recordings_are_refused_with_the_cure(name):
    X, y, patients = cohort()
    with pytest.raises(ValueError, match=r"no sample_weight.*class_weight=, balance="):
        decisions(LogisticRegression())[name].fit(
            X, y, groups=patients, sample_weight=np.ones(len(y))
        )


def noise(seed):
    """Return recordings that tell patients apart, and classes drawn by lot."""
    rng = np.random.default_rng(seed)
    X = np.repeat(rng.normal(size=(24, 20)), 3, axis=0)
    y = np.repeat(rng.permutation(np.tile(["als", "normal"], 12)), 3)
    return y, Recordings.from_array(X, sfreq=1, groups=np.repeat(np.arange(24), 3))


@pytest.mark.parametrize(
    "name", [n for n in NAMES if n not in ("risk", "risk split", "isotonic")]
)
def test_labels_drawn_by_lot_score_at_chance(name):
    """Each patient has noise of its own, so that a leak would be worth a lot."""
    right = []
    for seed in range(4):
        y, emg = noise(seed)
        decision = decisions(_Rows(SVC()))[name]
        right.append(
            cross_val_predict(decision, emg, y, cv=PatientKFold(4))[::3] == y[::3]
        )
    assert abs(np.mean(right) - 0.5) < 3 * np.sqrt(0.25 / np.size(right)) + 0.05


def test_the_same_labels_score_high_where_the_split_leaks():
    y, emg = noise(0)
    leaking = KFold(4, shuffle=True, random_state=0)
    decision = decisions(_Rows(SVC()))["referring"]
    assert np.mean(cross_val_predict(decision, emg, y, cv=leaking) == y) > 0.8


class _Rows(ClassifierMixin, BaseEstimator):
    """A classifier of tables that takes recordings of one length."""

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y):
        self.estimator_ = clone(self.estimator).fit(np.asarray(X), y)
        self.classes_ = self.estimator_.classes_
        return self

    def predict(self, X):
        return self.estimator_.predict(np.asarray(X))
