"""The vote: what the inner classifier gets, and what comes back."""

import warnings

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline as make_imblearn_pipeline
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.exceptions import SignalError
from skemg.model_selection import PatientKFold
from skemg.nn import DenseClassifier
from skemg.signals import Recordings, Windows
from skemg.windowing import WindowVotingClassifier


class Recorder(ClassifierMixin, BaseEstimator):
    """A stand-in for a net: keeps what its `fit` got, answers with the first class."""

    __metadata_request__fit = {"groups": True}

    def __init__(self, sfreq=None):
        self.sfreq = sfreq

    def fit(self, X, y, sample_weight=None, groups=None):
        self.X_, self.y_, self.weight_, self.groups_ = X, y, sample_weight, groups
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


COUNTS = np.array([1, 2, 3, 4])
Y = np.array(["a", "a", "b", "b"])
PATIENTS = np.array(["p1", "p1", "p2", "p3"])


def bags(groups=PATIENTS, sfreq=1000.0):
    rng = np.random.default_rng(0)
    y = np.repeat(Y == "b", COUNTS)
    values = rng.normal(size=(10, 3)) + 4 * y[:, np.newaxis]
    return Windows(values, np.append(0, COUNTS.cumsum()), sfreq=sfreq, groups=groups)


def behind_scaler(inner):
    return make_pipeline(StandardScaler(), inner)


def test_soft_vote_is_the_mean_probability_of_the_windows():
    X = bags()
    vote = WindowVotingClassifier(GaussianNB(), voting="soft").fit(X, Y)
    flat = GaussianNB().fit(X.values, np.repeat(Y, COUNTS))
    expected = [flat.predict_proba(bag).mean(axis=0) for bag in X]
    assert_allclose(vote.predict_proba(X), expected, rtol=1e-12)
    assert_array_equal(
        vote.predict_proba_windows(X).values, flat.predict_proba(X.values)
    )


def test_hard_vote_is_the_share_of_the_windows():
    X = bags()
    vote = WindowVotingClassifier(SVC(), voting="hard").fit(X, Y)
    flat = SVC().fit(X.values, np.repeat(Y, COUNTS))
    expected = [[(flat.predict(bag) == c).mean() for c in "ab"] for bag in X]
    assert_allclose(vote.predict_proba(X), expected, rtol=1e-12)
    assert_array_equal(vote.predict_windows(X).values, flat.predict(X.values))


@pytest.mark.parametrize("inner, soft", [(GaussianNB(), True), (SVC(), False)])
def test_auto_is_soft_where_the_classifier_has_probabilities(inner, soft):
    X = bags()
    auto = WindowVotingClassifier(inner).fit(X, Y).predict_proba(X)
    explicit = WindowVotingClassifier(inner, voting="soft" if soft else "hard")
    assert_array_equal(auto, explicit.fit(X, Y).predict_proba(X))


def test_a_tie_goes_to_the_first_class_and_predict_is_the_argmax():
    class Alternating(Recorder):
        def predict(self, X):
            return np.resize(self.classes_[::-1], len(X))

    X = bags()
    vote = WindowVotingClassifier(Alternating()).fit(X, Y)
    assert_allclose(vote.predict_proba(X[[1]]), [[0.5, 0.5]])
    assert vote.predict(X[[1]]) == ["a"]


def test_windows_of_one_channel_come_as_rows_and_of_several_as_channels():
    for shape in [(10, 5), (10, 2, 5)]:
        X = bags().with_values(np.ones(shape))
        inner = WindowVotingClassifier(Recorder()).fit(X, Y).estimator_
        assert inner.X_.shape == shape
        assert_array_equal(inner.y_, np.repeat(Y, COUNTS))


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("wrap", [lambda net: net, behind_scaler])
def test_patients_reach_whatever_inside_takes_groups(wrap, routing):
    with config_context(enable_metadata_routing=routing):
        from_container = WindowVotingClassifier(wrap(Recorder())).fit(bags(), Y)
        from_argument = WindowVotingClassifier(wrap(Recorder())).fit(
            bags(groups=None), Y, groups=PATIENTS
        )
    for vote in (from_container, from_argument):
        inner = vote.estimator_
        inner = inner if isinstance(inner, Recorder) else inner[-1]
        assert_array_equal(inner.groups_, np.repeat(PATIENTS, COUNTS))


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("wrap", [lambda net: net, behind_scaler])
def test_unknown_patients_warn_and_make_every_recording_its_own(wrap, routing):
    vote = WindowVotingClassifier(wrap(Recorder()))
    with (
        config_context(enable_metadata_routing=routing),
        pytest.warns(UserWarning, match="patients unknown") as caught,
    ):
        vote.fit(bags(groups=None), Y)
    assert len(caught) == 1
    inner = vote.estimator_
    inner = inner if isinstance(inner, Recorder) else inner[-1]
    assert_array_equal(inner.groups_, np.repeat(np.arange(4), COUNTS))


def test_unknown_patients_do_not_matter_where_nothing_is_held_out():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        WindowVotingClassifier(SVC()).fit(bags(groups=None), Y)
        net = DenseClassifier(max_epochs=1, device="cpu")
        WindowVotingClassifier(behind_scaler(net)).fit(bags(groups=None), Y)


@pytest.mark.parametrize(
    "wrap", [lambda inner: inner, behind_scaler, BaggingClassifier]
)
def test_a_classifier_without_metadata_routing_is_fitted_as_it_is(wrap):
    boosted = wrap(AdaBoostClassifier(random_state=0))
    vote = WindowVotingClassifier(boosted).fit(bags(), Y)
    assert_array_equal(vote.predict(bags()), Y)


def test_a_search_inside_the_vote_splits_by_patient():
    X = Windows(
        np.random.default_rng(0).normal(size=(24, 2)),
        np.arange(0, 25, 2),
        sfreq=1000,
        groups=np.repeat(list("abcdef"), 2),
    )
    y = np.repeat([0, 1, 0, 1, 0, 1], 2)
    seen = []

    class Watching(PatientKFold):
        def split(self, X, y=None, groups=None):
            for train, test in super().split(X, y, groups):
                seen.append(set(groups[train]) & set(groups[test]))
                yield train, test

    search = GridSearchCV(SVC(), {"C": [1, 10]}, cv=Watching(3))
    WindowVotingClassifier(search).fit(X, y)
    assert seen and not any(seen)


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("wrap", [lambda net: net, behind_scaler])
@pytest.mark.parametrize(
    "balance, expected",
    [
        ("recording", np.repeat(10 / 4 / COUNTS, COUNTS)),
        ("patient", np.repeat(10 / 3 / np.array([3, 3, 3, 4]), COUNTS)),
    ],
)
def test_balance_gives_each_the_same_total_weight(balance, expected, wrap, routing):
    vote = WindowVotingClassifier(wrap(Recorder()), balance=balance)
    with config_context(enable_metadata_routing=routing):
        vote.fit(bags(), Y)
    inner = vote.estimator_
    inner = inner if isinstance(inner, Recorder) else inner[-1]
    assert_allclose(inner.weight_, expected)
    assert_allclose(inner.weight_.sum(), 10)


@pytest.mark.parametrize("routing", [False, True])
def test_balance_changes_an_svm_behind_a_scaler_as_weights_would(routing):
    X = bags()
    weights = np.repeat(10 / 3 / np.array([3, 3, 3, 4]), COUNTS)
    pipe = behind_scaler(SVC(C=0.01))
    expected = pipe.fit(X.values, np.repeat(Y, COUNTS), svc__sample_weight=weights)
    expected = expected.decision_function(X.values)
    with config_context(enable_metadata_routing=routing):
        vote = WindowVotingClassifier(behind_scaler(SVC(C=0.01)), balance="patient")
        vote.fit(X, Y)
    assert_allclose(vote.estimator_.decision_function(X.values), expected, rtol=1e-6)


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("scoring", [None, "balanced_accuracy"])
def test_balance_reaches_the_classifier_of_a_search_inside(scoring, routing):
    rng = np.random.default_rng(0)
    counts = np.tile([1, 9], 6)
    y = np.repeat([0, 1, 0, 1, 0, 1], 2)
    values = rng.normal(size=(60, 2)) + np.repeat(y, counts)[:, np.newaxis]
    X = Windows(
        values, np.append(0, counts.cumsum()), sfreq=1, groups=np.repeat(range(6), 2)
    )
    search = GridSearchCV(
        behind_scaler(SVC()),
        {"svc__C": [0.1, 1]},
        cv=PatientKFold(3),
        scoring=scoring,
        error_score="raise",
    )
    with config_context(enable_metadata_routing=routing):
        vote = WindowVotingClassifier(search, balance="recording").fit(X, y)
    best = vote.estimator_
    weights = np.repeat(60 / 12 / counts, counts)
    alone = behind_scaler(SVC(**best.best_estimator_[-1].get_params()))
    alone.fit(values, np.repeat(y, counts), svc__sample_weight=weights)
    assert_allclose(
        best.decision_function(values), alone.decision_function(values), rtol=1e-6
    )


def test_balance_multiplies_the_sample_weight():
    vote = WindowVotingClassifier(Recorder(), balance="recording")
    vote.fit(bags(), Y, sample_weight=[1, 2, 3, 4])
    expected = np.repeat(np.array([1, 2, 3, 4]) * 10 / 4 / COUNTS, COUNTS)
    assert_allclose(vote.estimator_.weight_, expected)


def test_a_parameter_with_an_entry_a_recording_is_repeated():
    vote = WindowVotingClassifier(make_pipeline(StandardScaler(), Recorder()))
    vote.fit(bags(), Y, recorder__sample_weight=np.array([1.0, 2.0, 3.0, 4.0]))
    assert_allclose(vote.estimator_[-1].weight_, np.repeat([1, 2, 3, 4], COUNTS))


def test_requested_weights_are_routed():
    with config_context(enable_metadata_routing=True):
        inner = Recorder().set_fit_request(sample_weight=True)
        vote = WindowVotingClassifier(inner).fit(bags(), Y, sample_weight=[1, 2, 3, 4])
    assert_allclose(vote.estimator_.weight_, np.repeat([1, 2, 3, 4], COUNTS))


@pytest.mark.parametrize("routing", [False, True])
def test_balance_without_a_taker_of_weights_names_the_classifier(routing):
    vote = WindowVotingClassifier(KNeighborsClassifier(), balance="recording")
    with (
        config_context(enable_metadata_routing=routing),
        pytest.raises(ValueError, match=r"KNeighborsClassifier\(\) takes no"),
    ):
        vote.fit(bags(), Y)


def test_balance_by_patient_needs_the_patients():
    vote = WindowVotingClassifier(SVC(), balance="patient")
    with pytest.raises(ValueError, match=r"Recordings\(groups=...\)"):
        vote.fit(bags(groups=None), Y)


def test_groups_that_contradict_the_container_are_refused():
    with pytest.raises(SignalError, match="recording 0 is of patient 'x'"):
        WindowVotingClassifier().fit(bags(), Y, groups=["x", "p1", "p2", "p3"])


def test_a_sampler_works_inside_and_is_refused_before_weights_or_groups():
    sampler = SMOTE(k_neighbors=1, random_state=0)
    X = bags()
    vote = WindowVotingClassifier(make_imblearn_pipeline(sampler, SVC())).fit(X, Y)
    assert vote.score(X, Y) == 1.0
    with pytest.raises(ValueError, match="changes the number of windows"):
        WindowVotingClassifier(
            make_imblearn_pipeline(sampler, SVC()), balance="recording"
        ).fit(X, Y)
    with pytest.raises(ValueError, match="changes the number of windows"):
        WindowVotingClassifier(make_imblearn_pipeline(sampler, Recorder())).fit(X, Y)


def test_the_rate_is_handed_to_every_nested_sfreq_and_the_user_s_own_is_not_touched():
    inner = make_pipeline(StandardScaler(), Recorder())
    vote = WindowVotingClassifier(inner).fit(bags(sfreq=9600.0), Y)
    assert vote.estimator_[-1].sfreq == 9600.0
    assert inner[-1].sfreq is None
    with pytest.raises(SignalError, match="sfreq=4800 inside the vote"):
        WindowVotingClassifier(Recorder(sfreq=4800)).fit(bags(sfreq=9600.0), Y)


def test_windows_of_another_rate_or_other_features_are_refused_at_predict():
    vote = WindowVotingClassifier(SVC()).fit(bags(sfreq=9600.0), Y)
    with pytest.raises(SignalError, match="fitted on windows at 9600 Hz and got 4800"):
        vote.predict(bags(sfreq=4800.0))
    X = bags()
    named = X.with_values(X.values, feature_names=["a", "b", "c"])
    vote.fit(named, Y)
    with pytest.raises(SignalError, match="differ from those seen in fit"):
        vote.predict(X.with_values(X.values, feature_names=["a", "b", "d"]))


def test_recordings_are_refused_with_the_cure():
    emg = Recordings.from_array(np.ones((4, 10)), sfreq=1000)
    with pytest.raises(SignalError, match="put Windower before it"):
        WindowVotingClassifier().fit(emg, Y)


@pytest.mark.parametrize("name, value", [("voting", "loud"), ("balance", "class")])
def test_unknown_words_are_refused(name, value):
    with pytest.raises(ValueError, match=name):
        WindowVotingClassifier(**{name: value}).fit(bags(), Y)


def test_labels_of_another_number_are_refused():
    with pytest.raises(ValueError, match="4 recordings, y has 3 labels"):
        WindowVotingClassifier().fit(bags(), Y[:3])


@pytest.mark.parametrize(
    "y, message",
    [
        ([np.nan, "a", "b", "b"], "label of recording 0 is nan"),
        (["a", None, "b", "b"], "label of recording 1 is None"),
        (np.array(["a", None, "b", "b"], dtype=object), "label of recording 1 is None"),
        (np.array([1, 2, 2, 1], dtype=object), r"holds 1; pass y.astype\(int\)"),
        (["a", 1, "b", "b"], "mixes strings and numbers"),
        (np.array([1.0, np.nan, 2.0, 2.0]), "NaN"),
    ],
)
def test_missing_and_mixed_labels_are_refused(y, message):
    with pytest.raises(ValueError, match=message):
        WindowVotingClassifier().fit(bags(), y)


def test_one_class_is_refused_by_the_classifier_inside():
    with pytest.raises(ValueError, match="class"):
        WindowVotingClassifier(LogisticRegression()).fit(bags(), ["a"] * 4)


def test_the_user_s_classifier_stays_unfitted():
    inner = RandomForestClassifier(n_estimators=2)
    WindowVotingClassifier(inner).fit(bags(), Y)
    assert not hasattr(inner, "classes_")


def test_score_with_routing_on_works_without_any_request():
    with config_context(enable_metadata_routing=True):
        vote = WindowVotingClassifier(DummyClassifier()).fit(bags(), Y)
        assert vote.score(bags(), Y) == 0.5


def test_a_soft_vote_without_probabilities_is_refused_at_fit():
    X = Windows([[0.0], [1.0], [4.0], [5.0]], [0, 2, 4], sfreq=1000)
    with pytest.raises(ValueError, match=r'voting="soft" needs predict_proba.*"hard"'):
        WindowVotingClassifier(SVC(), voting="soft").fit(X, ["rest", "active"])
