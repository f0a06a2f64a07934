"""Sets that hold the right class as often as promised."""

import numpy as np
import pytest
from cohorts import CLASSES, Told, draw_patients
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from skemg.decision import PatientConformalClassifier
from skemg.decision._conformity import strangeness
from skemg.model_selection import PatientKFold


def covered(conformal, X, y, patients):
    sets = conformal.predict_set(X, groups=patients)
    return sets[np.arange(len(y)), np.searchsorted(conformal.classes_, y)]


class Untrained(Told):
    def fit(self, X, y):
        self.classes_ = CLASSES
        return self


def simulate(n_cohorts, n_patients, *, n_new=40, **parameters):
    """Return, for each cohort, whether new patients are covered, and their classes."""
    hits, truths = [], []
    nobody = np.arange(0)
    for seed in range(n_cohorts):
        rng = np.random.default_rng(seed)
        X, y = draw_patients(n_patients, rng)
        X = X[:, [1, 0, 2]]  # a bad classifier, which mixes two classes up
        if len(np.unique(y)) < 3:
            continue
        conformal = PatientConformalClassifier(
            Untrained(), cv=[(nobody, np.arange(n_patients))], **parameters
        ).fit(X, y, groups=np.arange(n_patients))
        new, truth = draw_patients(n_new, rng)
        hits.append(covered(conformal, new[:, [1, 0, 2]], truth, np.arange(n_new)))
        truths.append(truth)
    return np.array(hits), np.array(truths)


@pytest.mark.parametrize("nonconformity", ["lac", "aps"])
@pytest.mark.parametrize("n_patients, confidence", [(29, 0.9), (26, 0.8)])
def test_split_sets_cover_as_the_theorem_says(nonconformity, n_patients, confidence):
    """Without ties, P(covered) = ceil((n + 1) * confidence) / (n + 1) exactly."""
    hits, _ = simulate(
        250,
        n_patients,
        method="split",
        confidence=confidence,
        nonconformity=nonconformity,
    )
    expected = np.ceil((n_patients + 1) * confidence - 1e-9) / (n_patients + 1)
    of_cohort = hits.mean(axis=1)
    error = of_cohort.std() / np.sqrt(len(of_cohort))
    assert abs(of_cohort.mean() - expected) < 4 * error
    assert error < 0.008


class Frequency(Told):
    """How frequent the classes were in training, and a little of X against ties."""

    def fit(self, X, y):
        self.classes_, self.counts_ = np.unique(y, return_counts=True)
        return self

    def predict_proba(self, X):
        return softmax(np.log(self.counts_) + 0.1 * X, axis=1)


def test_the_patients_held_out_are_drawn_without_regard_to_their_class():
    """A class that is rare in training by chance must not be as rare among them.

    Nothing but that chance makes a class strange here. With the classes spread evenly,
    those rare in both parts are left out of the sets, and come up all the same.
    """
    share = []
    for cv in (3, PatientKFold(3, shuffle=True, random_state=0)):
        hits = []
        for seed in range(200):
            rng = np.random.default_rng(seed)
            X, y = rng.normal(size=(260, 4)), rng.integers(4, size=260)
            if np.bincount(y[:60]).min() < 7:
                continue
            conformal = PatientConformalClassifier(
                Frequency(), method="split", confidence=0.7, cv=cv, random_state=0
            ).fit(X[:60], y[:60], groups=np.arange(60))
            hits.append(covered(conformal, X[60:], y[60:], np.arange(200)).mean())
        share.append(np.mean(hits))
    assert abs(share[0] - 15 / 21) < 0.03  # the theorem, with 20 held out
    assert share[1] < share[0] - 0.03


def test_class_conditional_sets_cover_every_class():
    of_all, truth = simulate(150, 60, method="split", confidence=0.8)
    of_class, _ = simulate(
        150, 60, method="split", confidence=0.8, class_conditional=True
    )
    share = [[hits[truth == c].mean() for c in CLASSES] for hits in (of_all, of_class)]
    assert min(share[0]) < 0.78  # the mixed-up classes pay for the third
    assert min(share[1]) > 0.79


def test_cross_sets_of_a_trained_classifier_cover():
    hits, sizes = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        y = np.tile(CLASSES, 10)
        X = rng.normal(size=(30, 4)) + 1.2 * np.eye(3, 4)[np.searchsorted(CLASSES, y)]
        conformal = PatientConformalClassifier(GaussianNB(), random_state=seed)
        conformal.fit(X, y, groups=np.arange(30))
        truth = rng.choice(CLASSES, 60)
        new = rng.normal(size=(60, 4))
        new += 1.2 * np.eye(3, 4)[np.searchsorted(CLASSES, truth)]
        hits.append(covered(conformal, new, truth, np.arange(60)).mean())
        sizes.append(
            conformal.predict_set(new, groups=np.arange(60)).sum(axis=1).mean()
        )
    error = np.std(hits) / np.sqrt(len(hits))
    assert np.mean(hits) > 0.9 - 3 * error
    assert np.mean(sizes) < 2.6  # and the sets still say something


def test_strangeness_by_hand():
    proba = np.array([[0.6, 0.3, 0.1], [0.4, 0.2, 0.4]])
    assert_allclose(strangeness(proba, "lac"), [[0.4, 0.7, 0.9], [0.6, 0.8, 0.6]])
    assert_allclose(strangeness(proba, "aps"), [[0.3, 0.75, 0.95], [0.4, 0.9, 0.4]])


def test_p_values_and_sets_by_hand():
    """Four patients, strange in their own class by 0.1, 0.2, 0.3 and 0.6."""
    X = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]])
    y = [0, 1, 0, 1]
    conformal = PatientConformalClassifier(
        Told(), method="split", confidence=0.6, cv=[([0, 1], [0, 1, 2, 3])]
    )
    with pytest.raises(ValueError, match="on both sides"):
        conformal.fit(X, y, groups=range(4))
    nobody = np.arange(0)
    conformal.set_params(estimator=_Binary(), cv=[(nobody, np.arange(4))])
    conformal.fit(X, y, groups=range(4))
    new = [[0.75, 0.25], [0.45, 0.55]]  # strange by 0.25 and 0.75; 0.55 and 0.45
    assert_allclose(
        conformal.predict_p_values(new, groups=[7, 8]), [[0.6, 0.2], [0.4, 0.4]]
    )
    assert_array_equal(
        conformal.predict_set(new, groups=[7, 8]), [[True, False], [False, False]]
    )
    assert_allclose(  # as strange as one of them: that one counts
        conformal.predict_p_values([[0.7, 0.3]], groups=[7]), [[0.6, 0.2]]
    )
    assert conformal.n_calibration_ == {0: 2, 1: 2}
    conformal.set_params(class_conditional=True)
    conformal.fit(X, y, groups=range(4))
    assert_allclose(
        conformal.predict_p_values(new, groups=[7, 8]), [[2 / 3, 1 / 3], [1 / 3, 2 / 3]]
    )


class _Binary(Told):
    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        return self


def test_all_recordings_of_a_patient_are_one_calibration_patient():
    X = np.repeat(
        [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]], [1, 2, 3, 4], axis=0
    )
    patients = np.repeat(np.arange(4), [1, 2, 3, 4])
    y = np.array([0, 1, 0, 1])[patients]
    conformal = PatientConformalClassifier(
        _Binary(), method="split", confidence=0.6, cv=[(np.arange(0), np.arange(10))]
    ).fit(X, y, groups=patients)
    assert_allclose(
        conformal.predict_p_values([[0.75, 0.25]], groups=[9]), [[0.6, 0.2]]
    )


def test_a_confidence_out_of_reach_names_the_largest():
    X, y = np.tile(np.eye(2), (9, 1)), np.tile([0, 1], 9)
    folds = [(np.arange(9), np.arange(9, 18))]
    conformal = PatientConformalClassifier(Told(), method="split", cv=folds)
    assert conformal.fit(X, y, groups=range(18)).n_calibration_ == {0: 4, 1: 5}
    conformal.set_params(confidence=0.91)
    with pytest.raises(ValueError, match=r"needs 11 .* 9 patients reach is 9/10 = 0.9"):
        conformal.fit(X, y, groups=range(18))
    conformal.set_params(confidence=0.9, class_conditional=True)
    with pytest.raises(ValueError, match=r"needs 9 .*of each class.*4/5 = 0.8"):
        conformal.fit(X, y, groups=range(18))


def test_cross_uses_every_patient_and_split_one_fold():
    rng = np.random.default_rng(0)
    X, y = draw_patients(60, rng)
    cross = PatientConformalClassifier(LogisticRegression(), random_state=0)
    cross.fit(X, y, groups=range(60))
    assert sum(cross.n_calibration_.values()) == 60
    assert len(cross.estimators_) == 5
    split = PatientConformalClassifier(
        LogisticRegression(), method="split", random_state=0
    ).fit(X, y, groups=range(60))
    assert 18 <= sum(split.n_calibration_.values()) <= 22
    assert_allclose(
        split.predict_proba(X, groups=range(60)), split.estimators_[0].predict_proba(X)
    )


def test_cross_needs_every_patient_once():
    X, y = np.tile(np.eye(2), (5, 1)), np.tile([0, 1], 5)
    folds = [(np.arange(6), np.arange(6, 10)), (np.arange(4), np.arange(4, 10))]
    with pytest.raises(ValueError, match="folds that test each patient once"):
        PatientConformalClassifier(Told(), cv=folds).fit(X, y, groups=range(10))


@pytest.mark.parametrize(
    "parameter, value",
    [("confidence", 1.0), ("confidence", "0.9"), ("method", "x"), ("nonconformity", 1)],
)
def test_parameters_out_of_range_are_named(parameter, value):
    conformal = PatientConformalClassifier(Told(), **{parameter: value})
    with pytest.raises(ValueError, match=f"{parameter} must be .*got {value!r}"):
        conformal.fit(np.eye(2), [0, 1], groups=[0, 1])
