import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    make_scorer,
    roc_auc_score,
)
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from skemg.metrics import patient_accuracy_score, patient_scorer, window_scorer
from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier


@pytest.fixture
def bags():
    """Return 24 recordings of 12 patients with two classes that overlap."""
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(12) % 2, 2)
    counts = rng.integers(1, 6, 24)
    values = (
        rng.normal(size=(counts.sum(), 2)) + 0.7 * np.repeat(y, counts)[:, np.newaxis]
    )
    groups = np.repeat([f"p{i}" for i in range(12)], 2)
    offsets = np.append(0, counts.cumsum())
    return Windows(values, offsets, sfreq=1000, groups=groups), np.array(["n", "m"])[y]


def test_window_score_is_the_metric_over_all_windows(bags):
    X, y = bags
    vote = WindowVotingClassifier(SVC()).fit(X, y)
    flat = vote.estimator_.predict(X.values)
    expected = balanced_accuracy_score(X.repeat(y), flat)
    assert_allclose(window_scorer("balanced_accuracy")(vote, X, y), expected)


def test_patient_score_is_the_metric_over_mean_probabilities(bags):
    X, y = bags
    vote = WindowVotingClassifier(LogisticRegression()).fit(X, y)
    proba = vote.predict_proba(X).reshape(12, 2, 2).mean(axis=1)
    truth = y[::2]
    expected = accuracy_score(truth, vote.classes_[proba.argmax(axis=1)])
    assert_allclose(patient_scorer("accuracy")(vote, X, y), expected)
    expected = roc_auc_score(truth, proba[:, 1])
    assert_allclose(patient_scorer("roc_auc")(vote, X, y), expected)


def test_three_levels_stand_in_one_search_with_routing_on_and_off(bags):
    X, y = bags
    scoring = {
        "window": window_scorer("balanced_accuracy"),
        "recording": "balanced_accuracy",
        "patient": patient_scorer("balanced_accuracy"),
    }
    results = []
    for routing in (False, True):
        with config_context(enable_metadata_routing=routing):
            search = GridSearchCV(
                WindowVotingClassifier(LogisticRegression()),
                {"estimator__C": [0.01, 1]},
                scoring=scoring,
                refit="patient",
                cv=StratifiedGroupKFold(3),
            ).fit(X, y, groups=X.groups)
        results.append(search.cv_results_)
    for level in scoring:
        key = f"mean_test_{level}"
        assert_allclose(results[0][key], results[1][key])
    assert len({results[0][f"mean_test_{level}"][1] for level in scoring}) > 1


def test_the_metric_with_routed_groups_says_the_same_as_the_scorer(bags):
    X, y = bags
    vote = WindowVotingClassifier(SVC(), voting="hard")
    with config_context(enable_metadata_routing=True):
        scoring = {
            "metric": make_scorer(patient_accuracy_score).set_score_request(groups=True)
        }
        scores = cross_validate(
            vote, X, y, cv=StratifiedGroupKFold(3), scoring=scoring,
            params={"groups": X.groups},
        )  # fmt: skip
    for (train, test), score in zip(
        StratifiedGroupKFold(3).split(X, y, X.groups),
        scores["test_metric"],
        strict=True,
    ):
        pred = vote.fit(X[train], y[train]).predict(X[test])
        by_patient = [
            (pred[X.groups[test] == p] == y[X.groups == p][0]).mean()
            for p in np.unique(X.groups[test])
        ]
        wins = np.array(by_patient) > 0.5
        ties = np.array(by_patient) == 0.5
        truth = np.array([y[X.groups == p][0] for p in np.unique(X.groups[test])])
        wins |= ties & (truth == "m")  # the first class wins a tie
        assert_allclose(score, wins.mean())


def test_patients_must_be_known(bags):
    X, y = bags
    vote = WindowVotingClassifier().fit(X, y)
    with pytest.raises(ValueError, match=r"Recordings\(groups=...\)"):
        patient_scorer()(vote, X.with_groups(None), y)


def test_window_scorer_takes_a_pipeline_of_the_vote_alone(bags):
    X, y = bags
    vote = WindowVotingClassifier(SVC())
    alone, piped = vote.fit(X, y), make_pipeline(vote).fit(X, y)
    assert window_scorer()(piped, X, y) == window_scorer()(alone, X, y)


def test_window_scorer_names_what_it_cannot_score(bags):
    X, y = bags
    svc = SVC().fit(X.values, X.repeat(y))
    with pytest.raises(TypeError, match="ends in WindowVotingClassifier"):
        window_scorer()(svc, X.values, y)
    vote = WindowVotingClassifier().fit(X, y)
    with pytest.raises(TypeError, match="needs Windows before the vote"):
        window_scorer()(vote, X.values, y)


@pytest.mark.parametrize("make", [window_scorer, patient_scorer])
def test_an_unknown_metric_is_refused_at_once(make):
    with pytest.raises(ValueError, match="nonsense"):
        make("nonsense")
