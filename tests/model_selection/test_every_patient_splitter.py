"""What every splitter of patients promises, over 1,000 random layouts."""

import pickle
from copy import copy

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_validate
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.model_selection import (
    LeaveOnePatientOut,
    LeaveOneSiteOut,
    PatientKFold,
    PatientShuffleSplit,
    RepeatedPatientKFold,
)
from skemg.nn import DenseClassifier
from skemg.signals import Recordings, Windows
from skemg.windowing import WindowPooling, WindowVotingClassifier

SITES = {f"p{i}": f"site {i // 2 % 3}" for i in range(20)}  # two classes at each site

SPLITTERS = {
    "kfold": (PatientKFold(2), 1),
    "shuffled kfold": (PatientKFold(2, shuffle=True, random_state=0), 1),
    "recordings kfold": (PatientKFold(2, stratify="recording"), 1),
    "repeated": (RepeatedPatientKFold(2, n_repeats=2, random_state=0), 2),
    "leave one out": (LeaveOnePatientOut(), 1),
    "leave site out": (LeaveOneSiteOut(SITES), 1),
    "random": (PatientShuffleSplit(3, test_size=0.3, random_state=0), None),
    "random, some unused": (
        PatientShuffleSplit(3, test_size=0.3, train_size=0.5, random_state=0),
        None,
    ),
}
ONE_OF_EACH = [
    SPLITTERS[name][0]
    for name in ("kfold", "repeated", "leave one out", "leave site out", "random")
]
every_splitter = pytest.mark.parametrize(
    "cv, n_tests", SPLITTERS.values(), ids=SPLITTERS
)


def layout(seed):
    """Return patients and classes of recordings in any order, two classes or three."""
    rng = np.random.default_rng(seed)
    n_patients, n_classes = rng.integers(8, 16), rng.integers(2, 4)
    if n_classes == 3:
        n_patients = max(n_patients, 12)
    patients = np.repeat(np.arange(n_patients), rng.geometric(0.4, n_patients))
    patients = rng.permutation(patients)
    names = np.array([f"p{i}" for i in patients])
    return names, np.array(["als", "myopathic", "normal"])[patients % n_classes]


def recordings(patients):
    return Recordings.from_array(
        np.zeros((len(patients), 2)), sfreq=1000, groups=patients
    )


def bags(patients, y):
    """Return two windows a recording whose features tell the class, with noise."""
    rng = np.random.default_rng(0)
    n_windows = 2 * len(patients)
    values = rng.normal(size=(n_windows, 2)) + np.repeat(y, 2)[:, np.newaxis]
    return Windows(values, np.arange(0, n_windows + 1, 2), sfreq=1000, groups=patients)


@every_splitter
def test_no_patient_is_ever_on_both_sides(cv, n_tests):
    for seed in range(1000 if cv in ONE_OF_EACH else 200):
        patients, y = layout(seed)
        codes = np.unique(patients, return_inverse=True)[1]
        n_recordings = np.bincount(codes)
        tested = np.zeros(len(y), dtype=int)
        for train, test in cv.split(patients, y, patients):
            in_train = np.bincount(codes[train], minlength=len(n_recordings))
            in_test = np.bincount(codes[test], minlength=len(n_recordings))
            assert not np.any((in_train > 0) & (in_test > 0))
            assert_array_equal(in_train[in_train > 0], n_recordings[in_train > 0])
            assert_array_equal(in_test[in_test > 0], n_recordings[in_test > 0])
            assert set(y[train]) == set(y)
            assert len(test)
            tested[test] += 1
            assert n_tests is None or len(train) + len(test) == len(y)
        assert n_tests is None or set(tested) == {n_tests}


@every_splitter
def test_patients_with_two_classes_stay_whole_or_are_refused_with_the_table(
    cv, n_tests
):
    n_split = 0
    for seed in range(100):
        patients, y = layout(seed)
        y = np.random.default_rng(seed).permutation(y)
        try:
            folds = list(cv.split(patients, y, patients))
        except ValueError as error:
            assert "patients a class: {'als'" in str(error)
            continue
        n_split += 1
        for train, test in folds:
            assert not set(patients[train]) & set(patients[test])
    stratifies = isinstance(cv, PatientShuffleSplit)
    assert n_split == 0 if stratifies else n_split > 50


@every_splitter
def test_container_and_argument_give_the_same_splits_each_time(cv, n_tests):
    patients, y = layout(3)
    X = recordings(patients)
    first = list(cv.split(X, y))
    for again in (
        cv.split(X, y),
        cv.split(np.zeros(len(y)), y, patients),
        pickle.loads(pickle.dumps(cv)).split(X, y, patients),
    ):
        for (train, test), (same_train, same_test) in zip(first, again, strict=True):
            assert_array_equal(train, same_train)
            assert_array_equal(test, same_test)
    assert cv.get_n_splits(X, y) == len(first)


@every_splitter
def test_without_classes_the_patients_are_still_whole(cv, n_tests):
    patients, _ = layout(4)
    for train, test in cv.split(recordings(patients)):
        assert not set(patients[train]) & set(patients[test])


@every_splitter
def test_unknown_patients_are_refused(cv, n_tests):
    X = Recordings.from_array(np.zeros((4, 2)), sfreq=1000)
    with pytest.raises(ValueError, match="does not know the patients"):
        next(cv.split(X, [0, 1, 0, 1]))


@every_splitter
def test_groups_that_contradict_the_data_are_refused(cv, n_tests):
    patients, y = layout(5)
    with pytest.raises(SignalError, match="recording 0 is of patient"):
        next(cv.split(recordings(patients), y, np.roll(patients, 1)))


@every_splitter
@pytest.mark.parametrize(
    "y, message",
    [
        (
            np.array([0, 1] * 6, dtype=object),
            r"dtype object and holds 0.*astype\(int\)",
        ),
        (["als", None] * 6, "label of recording 1 is None"),
        (np.array(["als", np.nan] * 6, dtype=object), "label of recording 1 is nan"),
        (["als", 1] * 6, "mixes strings and numbers"),
        (np.array([0.0, np.nan] * 6), "y contains NaN"),
        (np.arange(5) + 0.5, "y has 5 labels for 12 recordings"),
    ],
)
def test_labels_that_are_no_classes_are_never_ignored(cv, n_tests, y, message):
    X = recordings([f"p{i}" for i in range(12)])
    with pytest.raises(ValueError, match=message):
        next(cv.split(X, y))


@every_splitter
def test_a_regression_is_split_without_classes(cv, n_tests):
    patients, _ = layout(6)
    X = recordings(patients)
    for (_, test), (_, same) in zip(
        cv.split(X, np.arange(len(X)) + 0.5), cv.split(X), strict=True
    ):
        assert_array_equal(test, same)


@every_splitter
def test_nothing_cannot_be_split(cv, n_tests):
    with pytest.raises(ValueError, match="X holds no recording"):
        next(cv.split(np.zeros((0, 3)), None, []))


@every_splitter
def test_one_class_is_refused_with_the_table(cv, n_tests):
    patients = [f"p{i}" for i in range(6)]
    with pytest.raises(ValueError, match=r"one class; .*\{'normal': 6\}"):
        next(cv.split(recordings(patients), ["normal"] * 6))


@every_splitter
def test_a_class_with_one_patient_is_refused_with_the_table(cv, n_tests):
    patients = [f"p{i}" for i in range(6)]
    y = ["als"] + ["normal"] * 5
    with pytest.raises(ValueError, match=r"a class: \{'als': 1, 'normal': 5\}"):
        next(cv.split(recordings(patients), y))


def watched(cv):
    """Return the splitter, and a list that it fills with the patients on both sides."""
    seen = []

    class Watched(type(cv)):
        def split(self, X, y=None, groups=None):
            for train, test in super().split(X, y, groups):
                seen.append(set(X.groups[train]) & set(X.groups[test]))
                yield train, test

    cv = copy(cv)
    cv.__class__ = Watched
    return cv, seen


@pytest.mark.parametrize("routing", [False, True])
@every_splitter
def test_nested_search_and_calibration_are_grouped_unasked(cv, n_tests, routing):
    patients = np.repeat([f"p{i}" for i in range(8)], 2)
    y = np.repeat(np.arange(8) % 2, 2)
    X = bags(patients, y)
    inner, seen = watched(cv)
    pooled = make_pipeline(WindowPooling(("mean",)), GaussianNB())
    model = GridSearchCV(
        CalibratedClassifierCV(pooled, cv=inner),
        {"method": ["sigmoid"]},
        cv=inner,
        error_score="raise",
    )
    with config_context(enable_metadata_routing=routing):
        model.fit(X, y)
    assert len(seen) > cv.get_n_splits(X, y)  # those of the calibration too
    assert not any(seen)


@pytest.mark.parametrize("routing", [False, True])
def test_early_stopping_of_a_net_in_nested_searches_holds_out_whole_patients(routing):
    patients = np.array([f"p{i}" for i in range(18)])
    y = np.arange(18) % 2
    net = DenseClassifier(
        max_epochs=2, early_stopping=True, device="cpu", random_state=0
    )
    search = GridSearchCV(
        CalibratedClassifierCV(WindowVotingClassifier(net), cv=PatientKFold(2)),
        {"estimator__estimator__lr": [0.01]},
        cv=PatientShuffleSplit(1, random_state=0),
        error_score="raise",
    )
    X = bags(patients, y)
    with config_context(enable_metadata_routing=routing):
        scores = cross_validate(
            search,
            X,
            y,
            cv=LeaveOneSiteOut(SITES),
            return_estimator=True,
            return_indices=True,
            error_score="raise",
        )
    for fitted, train in zip(
        scores["estimator"], scores["indices"]["train"], strict=True
    ):
        for calibrated in fitted.best_estimator_.calibrated_classifiers_:
            held_out = calibrated.estimator.estimator_.validation_groups_
            assert 2 <= len(held_out) < len(np.unique(patients[train]))
            assert set(held_out) <= set(patients[train])


def test_predictions_of_patients_left_out_one_by_one_cover_all_recordings():
    patients = np.repeat([f"p{i}" for i in range(8)], 2)
    y = np.repeat(np.arange(8) % 2, 2)
    vote = WindowVotingClassifier(LogisticRegression())
    X = bags(patients, y)
    predicted = cross_val_predict(vote, X, y, cv=LeaveOnePatientOut())
    by_hand = [
        vote.fit(X[patients != name], y[patients != name]).predict(X[[i]])[0]
        for i, name in enumerate(patients)
    ]
    assert_array_equal(predicted, by_hand)
