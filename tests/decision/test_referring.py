"""Answers where the classifier is sure, referrals elsewhere."""

import numpy as np
import pytest
from cohorts import CLASSES, Told, draw_patients
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.naive_bayes import GaussianNB

from skemg.decision import ReferringClassifier
from skemg.decision._risk_bound import largest_risk, least_confidence

PROBA = np.array([[0.95, 0.05], [0.7, 0.3], [0.3, 0.7], [0.2, 0.8]])
Y = ["als", "als", "normal", "normal"]


def fitted(*args, y=Y, **parameters):
    return ReferringClassifier(Told(), *args, **parameters).fit(
        PROBA, y, groups=range(4)
    )


def test_patients_below_the_threshold_are_referred_and_those_on_it_not():
    assert_array_equal(
        fitted().predict(PROBA, groups=range(4)), ["als", "refer", "refer", "normal"]
    )
    assert_array_equal(fitted(0.0).predict(PROBA, groups=range(4)), Y)


def test_the_recordings_of_a_patient_are_referred_together():
    answers = fitted().predict(PROBA[:2], groups=["a", "a"])  # 0.825 on average
    assert_array_equal(answers, ["als", "als"])
    answers = fitted(0.83).predict(PROBA[:2], groups=["a", "a"])
    assert_array_equal(answers, ["refer", "refer"])


def test_probabilities_and_their_scores_know_nothing_of_referrals():
    referring = fitted()
    proba = referring.predict_proba(PROBA, groups=range(4))
    assert_array_equal(proba, PROBA)
    assert_array_equal(referring.classes_, ["als", "normal"])
    assert roc_auc_score(Y, proba[:, 1]) == 1.0
    answers = referring.predict(PROBA, groups=range(4))
    assert accuracy_score(Y, answers) == 0.5  # a referral is no right answer


@pytest.mark.parametrize(
    "classes, expected",
    [((0, 1), -1), ((-1, 1), -2), ((False, True), -1), ("ab", "refer")],
)
def test_the_label_is_of_the_kind_of_the_classes(classes, expected):
    referring = fitted(y=np.repeat(list(classes), 2))
    assert referring.label_ == expected
    assert referring.predict(PROBA, groups=range(4))[1] == expected


def test_a_label_that_cannot_be_told_from_a_class_is_refused():
    with pytest.raises(ValueError, match="label='als' is a class"):
        fitted(label="als")
    with pytest.raises(ValueError, match=r"another kind than the classes.*a string"):
        fitted(label=-1)
    with pytest.raises(ValueError, match=r"another kind than the classes \[0, 1\]"):
        fitted(label="refer", y=[0, 0, 1, 1])


@pytest.mark.parametrize(
    "n_wrong, n_answered, bound",
    [(0, 10, 1 - 0.05**0.1), (1, 10, 0.3942), (2, 20, 0.2826), (10, 10, 1.0)],
)
def test_the_bound_is_that_of_clopper_and_pearson(n_wrong, n_answered, bound):
    """0 of n: 1 - doubt^(1/n); the others from the published tables for 90 %."""
    assert_allclose(largest_risk(n_wrong, n_answered, 0.05), bound, atol=1e-4)


def test_the_smallest_threshold_whose_bound_reaches_the_target_is_taken():
    """64 patients, 7 thresholds; the 20 least sure are wrong, all others right."""
    surety = np.linspace(0.4, 1.0, 64)
    wrong = np.arange(64) < 20
    threshold, bound = least_confidence(surety, wrong, target_risk=0.15, doubt=0.05)
    n_answered = np.count_nonzero(surety >= threshold)
    assert n_answered == 64 - 3 * 64 // 7  # 27 of them are below, 18 would not do
    assert_allclose(bound, 1 - (0.05 / 7) ** (1 / n_answered))
    assert least_confidence(surety, wrong, target_risk=0.05, doubt=0.05)[0] is None


def draw(n_patients, rng):
    y = rng.choice(CLASSES, n_patients)
    centre = np.eye(3, 4)[np.searchsorted(CLASSES, y)]
    return rng.normal(size=(n_patients, 4)) + 1.5 * centre, y


@pytest.mark.parametrize("method", ["cross", "split"])
def test_the_answers_are_wrong_more_often_than_promised_in_few_cohorts(method):
    """The promise: at most 5 % of the cohorts, counted with an exact test."""
    broken, answered = [], []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        X, y = draw(150, rng)
        referring = ReferringClassifier(
            GaussianNB(), target_risk=0.25, method=method, random_state=seed
        )
        try:
            referring.fit(X, y, groups=range(150))
        except ValueError as error:
            assert "cannot be shown" in str(error)
            continue
        assert referring.risk_bound_ <= 0.25
        new, truth = draw(2000, rng)
        answers = referring.predict(new, groups=range(2000))
        sure = answers != "refer"
        broken.append(np.mean(answers[sure] != truth[sure]) > 0.25)
        answered.append(sure.mean())
    assert np.sum(broken) <= 9  # P(X > 9) = 0.4 % for 80 cohorts at 5 %
    assert len(answered) > 25
    assert np.mean(answered) > 0.3


def test_split_keeps_the_classifier_whose_risk_was_bounded():
    rng = np.random.default_rng(0)
    X, y = draw(150, rng)
    referring = ReferringClassifier(
        GaussianNB(), target_risk=0.4, method="split", random_state=0
    ).fit(X, y, groups=range(150))
    assert referring.estimator_.class_count_.sum() == 100
    referring.set_params(method="cross").fit(X, y, groups=range(150))
    assert referring.estimator_.class_count_.sum() == 150


def test_a_risk_that_cannot_be_shown_is_an_error_with_the_smallest_bound():
    X, y = np.tile(np.eye(2), (10, 1)), np.tile([0, 1], 10)
    referring = ReferringClassifier(Told(), target_risk=0.05)
    smallest = 1 - (0.05 / 5) ** (1 / 20)  # all of 20 right, 5 thresholds
    with pytest.raises(ValueError, match=rf"20 patients .* bound is {smallest:.3f}"):
        referring.fit(X, y, groups=range(20))
    referring.set_params(target_risk=0.21).fit(X, y, groups=range(20))
    assert_allclose(referring.risk_bound_, smallest)
    assert referring.coverage_ == 1.0


def test_target_risk_needs_every_patient_once():
    X, y = np.tile(np.eye(2), (5, 1)), np.tile([0, 1], 5)
    folds = [(np.arange(6), np.arange(6, 10)), (np.arange(4), np.arange(4, 10))]
    with pytest.raises(ValueError, match="test no patient twice"):
        ReferringClassifier(Told(), target_risk=0.5, cv=folds).fit(
            X, y, groups=range(10)
        )


@pytest.mark.parametrize(
    "parameter, value",
    [("min_confidence", 1.1), ("target_risk", 0), ("confidence", 1), ("method", None)],
)
def test_parameters_out_of_range_are_named(parameter, value):
    with pytest.raises(ValueError, match=f"{parameter} must be .*got {value!r}"):
        fitted(**{parameter: value})


def test_the_estimated_risk_of_answers_falls_with_the_threshold():
    X, y = draw_patients(4000, np.random.default_rng(0))
    risk = []
    for least in (0.0, 0.5, 0.7, 0.9):
        referring = ReferringClassifier(Told(), least).fit(X, y, groups=range(4000))
        answers = referring.predict(X, groups=range(4000))
        sure = answers != "refer"
        risk.append(np.mean(answers[sure] != y[sure]))
        # true probabilities: the risk is what the probabilities say
        assert_allclose(risk[-1], 1 - X.max(axis=1)[sure].mean(), atol=0.03)
    assert risk == sorted(risk, reverse=True)
