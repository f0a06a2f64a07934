"""Probabilities of patients against the known truth."""

import numpy as np
import pytest
from cohorts import Told, draw_patients
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.calibration import CalibratedClassifierCV

from skemg.decision import PatientCalibratedClassifier
from skemg.metrics import vote_by_group
from skemg.model_selection import PatientKFold
from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier

# the patients of a class are as they are drawn, and may be fewer than the folds
FOLDS = PatientKFold(2, stratify="recording")


def cohort(n_patients, seed, *, sharpen=3.0):
    """Return votes that are too sure, the true probabilities, classes and patients."""
    rng = np.random.default_rng(seed)
    truth, y = draw_patients(n_patients, rng)
    return softmax(sharpen * np.log(truth), axis=1), truth, y, np.arange(n_patients)


def error(proba, truth):
    return np.abs(proba - truth).mean()


@pytest.mark.parametrize(
    "method, share", [("temperature", 0.2), ("sigmoid", 0.7), ("isotonic", 0.7)]
)
def test_votes_that_are_too_sure_come_near_the_truth(method, share):
    votes, _, y, patients = cohort(600, 0)
    calibrated = PatientCalibratedClassifier(Told(), method=method)
    calibrated.fit(votes, y, groups=patients)
    new, truth, _, others = cohort(2000, 1)
    found = calibrated.predict_proba(new, groups=others)
    assert error(found, truth) < share * error(new, truth)


def test_temperature_finds_the_factor_by_which_votes_are_too_sure():
    votes, _, y, patients = cohort(4000, 0, sharpen=3.0)
    calibrated = PatientCalibratedClassifier(Told()).fit(votes, y, groups=patients)
    (of_all,) = calibrated.calibrator_.calibrated_classifiers_
    assert_allclose(1 / of_all.calibrators[0].beta_, 3.0, rtol=0.1)


def test_temperature_helps_in_cohorts_of_26_patients_on_average():
    before, after = [], []
    for seed in range(20):
        votes, _, y, patients = cohort(26, seed)
        calibrated = PatientCalibratedClassifier(Told(), cv=FOLDS)
        calibrated.fit(votes, y, groups=patients)
        new, truth, _, others = cohort(500, seed + 100)
        before.append(error(new, truth))
        after.append(error(calibrated.predict_proba(new, groups=others), truth))
    assert np.mean(after) < 0.5 * np.mean(before)


def test_temperature_changes_no_decision():
    votes, _, y, patients = cohort(100, 0)
    calibrated = PatientCalibratedClassifier(Told()).fit(votes, y, groups=patients)
    assert_array_equal(
        calibrated.predict(votes, groups=patients), Told().fit(votes, y).predict(votes)
    )


@pytest.mark.parametrize("method", ["temperature", "sigmoid", "isotonic"])
def test_what_comes_true_in_three_of_four_patients_gets_three_quarters(method):
    y = np.tile([0, 0, 0, 1], 50).tolist() + np.tile([1, 1, 1, 0], 50).tolist()
    votes = np.repeat([[1.0, 0.0], [0.0, 1.0]], 200, axis=0)
    calibrated = PatientCalibratedClassifier(Told(), method=method)
    found = calibrated.fit(votes, y, groups=np.arange(400)).predict_proba(
        [[1.0, 0.0], [0.0, 1.0]], groups=[0, 1]
    )
    assert_allclose(found, [[0.75, 0.25], [0.25, 0.75]], atol=0.01)


def test_many_recordings_that_agree_make_scikit_learn_too_sure_and_us_not():
    """Every patient has 1 or 9 recordings that all say the same, right in 70 %.

    A recording of the many counts nine times for scikit-learn, and these are right in
    90 %; but a patient, whoever it is, is right in 70 %.
    """
    rng = np.random.default_rng(0)
    n_patients = 1000
    many = rng.random(n_patients) < 0.5
    right = rng.random(n_patients) < np.where(many, 0.9, 0.5)
    truth = rng.integers(2, size=n_patients)
    said = np.where(right, truth, 1 - truth)
    patients = np.repeat(np.arange(n_patients), np.where(many, 9, 1))
    X, y = np.array([[0.9, 0.1], [0.1, 0.9]])[said[patients]], truth[patients]
    ours = PatientCalibratedClassifier(Told()).fit(X, y, groups=patients)
    theirs = CalibratedClassifierCV(
        WindowVotingClassifier(Told()),
        method="temperature",
        cv=PatientKFold(5),
        ensemble=False,
    )
    windows = Windows(X, np.arange(len(X) + 1), sfreq=1, groups=patients)
    theirs.fit(windows, y)
    surest = ours.predict_proba(X, groups=patients).max()
    assert abs(surest - right.mean()) < 0.02
    vote = vote_by_group(theirs.predict_proba(windows), patients)
    assert vote.proba.max() > right.mean() + 0.1


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match=r"method must be .*got 'platt'"):
        PatientCalibratedClassifier(Told(), method="platt").fit(
            np.eye(2), [0, 1], groups=[0, 1]
        )
