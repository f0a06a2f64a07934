"""The second stage learns from patients that the first stage has not seen."""

import numpy as np
import pytest
from cohorts import Memory, Told
from numpy.testing import assert_allclose
from sklearn import config_context
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_validate
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skemg.decision import PatientVotingClassifier
from skemg.exceptions import SignalError
from skemg.model_selection import PatientKFold

PROBA = np.array([[0.9, 0.1], [0.5, 0.5], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7], [0, 1]])
Y = np.array(["als", "als", "als", "normal", "normal", "normal"])
PATIENTS = np.array(["a", "a", "b", "c", "d", "d"])


def fitted(estimator=None, **parameters):
    fit = {k: parameters.pop(k) for k in ("muscle_type",) if k in parameters}
    vote = PatientVotingClassifier(estimator or Told(), cv=2, **parameters)
    return vote.fit(PROBA, Y, groups=PATIENTS, **fit)


def test_the_second_stage_sees_the_mean_vote_of_each_patient():
    assert_allclose(fitted().votes_, [[0.7, 0.3], [0.6, 0.4], [0.2, 0.8], [0.15, 0.85]])


def test_the_default_second_stage_is_a_logistic_regression_on_the_votes():
    vote = fitted()
    logistic = LogisticRegression().fit(vote.votes_, ["als", "als", "normal", "normal"])
    expected = logistic.predict_proba([[0.7, 0.3], [0.1, 0.9]])
    found = vote.predict_proba(
        [[0.1, 0.9], [0.8, 0.2], [0.6, 0.4]], groups=["y", "x", "x"]
    )
    assert_allclose(found, expected[[1, 0, 0]])


def test_types_of_muscles_are_averaged_apart_and_a_lacking_one_is_one_over_k():
    types = ["distal", "proximal", "proximal", "distal", "proximal", "proximal"]
    assert_allclose(
        fitted(muscle_type=types).votes_,
        [
            [0.9, 0.1, 0.5, 0.5],
            [0.5, 0.5, 0.6, 0.4],
            [0.2, 0.8, 0.5, 0.5],
            [0.5, 0.5, 0.15, 0.85],
        ],
    )


def test_a_test_set_may_lack_a_type_of_muscle():
    vote = fitted(muscle_type=["distal", "proximal"] * 3)
    expected = vote.final_estimator_.predict_proba([[0.5, 0.5, 0.9, 0.1]])
    found = vote.predict_proba(PROBA[:1], groups=["z"], muscle_type=["proximal"])
    assert_allclose(found, expected)


def test_the_type_of_a_muscle_can_decide():
    """A classifier that is right in one type of muscle and turned round in the other.

    The plain mean of both says nothing; the second stage learns whom to believe.
    """
    truth = np.tile([0, 1], 20)
    told = np.where(truth == 0, 0.9, 0.1)
    proba = np.ravel(np.column_stack([told, 1 - told]))
    X, y = np.column_stack([proba, 1 - proba]), np.repeat(truth, 2)
    patients, types = np.repeat(np.arange(40), 2), ["proximal", "distal"] * 40
    vote = PatientVotingClassifier(Told())
    blind = vote.fit(X, y, groups=patients)
    assert_allclose(blind.predict_proba(X, groups=patients), 0.5, atol=1e-6)
    vote.fit(X, y, groups=patients, muscle_type=types)
    assert vote.score(X, y, groups=patients, muscle_type=types) == 1.0


def test_votes_of_training_patients_are_those_of_a_classifier_that_never_saw_them():
    X, y = np.arange(20.0).reshape(-1, 1), np.tile(["als", "normal"], 10)
    vote = PatientVotingClassifier(Memory()).fit(X, y, groups=np.arange(20))
    assert (vote.votes_ == 0.5).all()
    assert_allclose(vote.predict_proba(X, groups=np.arange(20)), 0.5, atol=1e-6)
    in_sample = LogisticRegression().fit(Memory().fit(X, y).predict_proba(X), y)
    assert in_sample.predict_proba([[1.0, 0.0]])[0, 0] > 0.8  # what it would believe


def test_repeated_folds_are_averaged():
    class Late(Told):  # knows how many patients it was fitted on
        def fit(self, X, y):
            self.n_seen_ = len(X)
            return super().fit(X, y)

        def predict_proba(self, X):
            return np.full((len(X), 2), [self.n_seen_ / 10, 1 - self.n_seen_ / 10])

    first, second = [0, 1, 3], [2, 4, 5]
    folds = [(second, first), (first, second), ([2, 3], [0, 1, 4, 5])]
    vote = PatientVotingClassifier(Late(), cv=folds).fit(PROBA, Y, groups=PATIENTS)
    assert_allclose(vote.votes_[:, 0], [0.25, 0.3, 0.3, 0.25])


def test_a_classifier_without_probabilities_votes_with_its_class():
    vote = PatientVotingClassifier(SVC(), DecisionTreeClassifier(), cv=2)
    vote.fit(PROBA, Y, groups=PATIENTS)
    assert set(np.unique(vote.votes_)) <= {0.0, 0.5, 1.0}


def test_any_classifier_can_be_the_second_stage():
    vote = fitted(final_estimator=DummyClassifier(strategy="prior"))
    assert_allclose(vote.predict_proba(PROBA, groups=PATIENTS), 0.5)


def test_patients_and_muscles_reach_fit_and_score_by_routing():
    X, y, patients = np.tile(PROBA, (3, 1)), np.tile(Y, 3), np.tile(PATIENTS, 3)
    patients = np.char.add(patients, np.repeat(["1", "2", "3"], 6))
    types = np.tile(["distal", "proximal"], 9)
    vote = PatientVotingClassifier(Told(), cv=2)
    with config_context(enable_metadata_routing=True):
        scores = cross_validate(
            vote,
            X,
            y,
            cv=PatientKFold(3),
            params={"groups": patients, "muscle_type": types},
        )
    assert_allclose(scores["test_score"], 1.0)


def test_a_type_of_muscle_that_was_not_seen_is_refused():
    vote = fitted(muscle_type=["distal", "proximal"] * 3)
    with pytest.raises(SignalError, match=r"'facial' was not seen in fit.*distal"):
        vote.predict(PROBA[:1], groups=["z"], muscle_type=["facial"])


def test_types_of_muscles_are_for_fit_and_predict_or_for_neither():
    with pytest.raises(ValueError, match="learned without muscle_type"):
        fitted().predict(PROBA[:1], groups=["z"], muscle_type=["distal"])
    with pytest.raises(ValueError, match="learned with muscle_type"):
        fitted(muscle_type=["distal"] * 6).predict(PROBA[:1], groups=["z"])
    with pytest.raises(SignalError, match="muscle_type has 2 entries for 6"):
        fitted(muscle_type=["distal"] * 2)
