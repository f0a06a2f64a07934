"""Scores as GridSearchCV's, bit by bit, from features that are computed once."""

import pickle
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from search_pieces import LABELS, TABLE, Doubled, same_results
from sklearn import config_context
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    cross_val_score,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from skemg.datasets import make_needle_emg
from skemg.features import LogSpectrum
from skemg.metrics import patient_scorer, window_scorer
from skemg.model_selection import PatientKFold, ResumableGridSearchCV
from skemg.model_selection._resumable._prefix import (
    PrefixOutputs,
    in_order,
    stateless_chain,
)
from skemg.preprocessing import Bandpass, PeakPreservingDownsampler
from skemg.windowing import Windower, WindowVotingClassifier

C = {"logisticregression__C": [0.1, 1.0, 10.0]}
FACTORS = {"doubled__factor": [1.0, 3.0]}


@pytest.fixture(scope="module")
def emg():
    return make_needle_emg(n_patients=6, duration=0.5, random_state=0)


@pytest.fixture(autouse=True)
def no_calls():
    Doubled.calls.clear()


def emg_pipeline():
    vote = WindowVotingClassifier(make_pipeline(StandardScaler(), SVC()))
    return make_pipeline(
        Bandpass(low=50),
        PeakPreservingDownsampler(5),
        Windower(length=0.1),
        LogSpectrum(),
        vote,
    )


EMG_GRID = {
    "windower__length": [0.1, 0.2],
    "windowvotingclassifier__estimator__svc__C": [0.1, 10],
}


def doubled_pipeline(*steps):
    return make_pipeline(Doubled(), *steps, LogisticRegression())


def both(estimator, grid, X=TABLE, y=LABELS, fit_params=None, **params):
    """Fit scikit-learn's search and ours, and return them."""
    params = {"cv": KFold(5)} | params
    fitted = []
    for cls in (GridSearchCV, ResumableGridSearchCV):
        search = cls(clone(estimator), grid, **params)
        fitted.append(search.fit(X, y, **(fit_params or {})))
    return fitted


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_emg_search_at_three_levels_is_that_of_scikit_learn(emg, n_jobs):
    scoring = {
        "window": window_scorer("balanced_accuracy"),
        "recording": "balanced_accuracy",
        "patient": patient_scorer("balanced_accuracy"),
    }
    theirs, ours = both(
        emg_pipeline(),
        EMG_GRID,
        emg.data,
        emg.target,
        scoring=scoring,
        refit="patient",
        cv=PatientKFold(2),
        return_train_score=True,
        n_jobs=n_jobs,
    )
    assert same_results(theirs, ours)
    assert ours.best_params_ == theirs.best_params_
    assert ours.best_score_ == theirs.best_score_
    assert_array_equal(ours.predict_proba(emg.data), theirs.predict_proba(emg.data))
    assert ours.score(emg.data, emg.target) == theirs.score(emg.data, emg.target)


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("cv, n_folds", [(None, 5), (3, 3)])
def test_a_number_of_folds_means_folds_of_patients(cv, n_folds, routing):
    groups = np.repeat(np.arange(20), 2)
    labels = (TABLE[:, 0] > 0).astype(int)[groups * 2]
    pipeline, grid = doubled_pipeline(), {"logisticregression__C": [0.1, 10.0]}
    with config_context(enable_metadata_routing=routing):
        ours = ResumableGridSearchCV(pipeline, grid, cv=cv)
        ours.fit(TABLE, labels, groups=groups)
        theirs = GridSearchCV(pipeline, grid, cv=PatientKFold(n_folds))
        theirs.fit(TABLE, labels, groups=groups)
    same_results(ours, theirs)


def test_unknown_patients_are_no_reason_to_split_rows():
    search = ResumableGridSearchCV(doubled_pipeline(), C)
    with pytest.raises(ValueError, match="does not know the patients"):
        search.fit(TABLE, LABELS)


def test_each_distinct_start_is_computed_once_and_not_once_a_fit():
    steps = [("a", Doubled()), ("b", Doubled()), ("c", LogisticRegression())]
    grid = {"b__factor": [3.0, 5.0], "a__factor": [7.0, 9.0], "c__C": [0.1, 1.0, 10.0]}
    ResumableGridSearchCV(Pipeline(steps), grid, cv=KFold(5), refit=False).fit(
        TABLE, LABELS
    )
    # 60 fits and as many scores would call each step 120 times
    assert sorted(Doubled.calls) == [
        *[(3.0, 40)] * 2,
        *[(5.0, 40)] * 2,
        (7.0, 40),
        (9.0, 40),
    ]


@given(st.lists(st.tuples(*[st.sampled_from([1.0, 2.0, 4.0])] * 3), min_size=1))
def test_each_start_is_computed_once_whatever_the_candidates(candidates):
    names = "abc"
    chains = [
        stateless_chain(
            Pipeline(
                [
                    *((n, Doubled(f)) for n, f in zip(names, c, strict=True)),
                    ("d", SVC()),
                ]
            ),
            {},
        )
        for c in candidates
    ]
    groups = in_order(chains)
    numbers = sorted(number for group in groups for number in group)
    assert numbers == list(range(len(candidates)))
    heads = [chains[group[0]] for group in groups]
    outputs = PrefixOutputs(TABLE, None)
    Doubled.calls.clear()
    for i, group in enumerate(groups):
        steps, output = outputs.compute(heads[i], heads[i + 1 :])
        for number in group:
            assert [step.factor for step in steps] == list(candidates[number])
            assert_array_equal(output, np.prod(candidates[number]) * TABLE)
    starts = {c[:depth] for c in candidates for depth in (1, 2, 3)}
    assert len(Doubled.calls) == len(starts)


def test_the_last_fit_takes_what_is_there():
    search = ResumableGridSearchCV(doubled_pipeline(), C, cv=KFold(5))
    search.fit(TABLE, LABELS)
    assert Doubled.calls == [(2.0, 40)]
    assert [name for name, _ in search.best_estimator_.steps] == [
        "doubled",
        "logisticregression",
    ]
    whole = clone(doubled_pipeline()).set_params(**search.best_params_)
    whole.fit(TABLE, LABELS)
    new = TABLE[::-1] + 0.1
    assert_array_equal(search.predict_proba(new), whole.predict_proba(new))
    assert repr(search.best_estimator_) == repr(whole)
    assert search.n_features_in_ == 3


class Tracked:
    """An array that can be counted while it is alive."""

    alive = weakref.WeakSet()
    shape = property(lambda self: self.values.shape)

    def __init__(self, values):
        self.values = values
        self.alive.add(self)

    def __len__(self):
        return len(self.values)

    def __getitem__(self, rows):
        return self.values[rows[0] if isinstance(rows, tuple) else rows]


class Tracking(Doubled):
    most = 0

    def transform(self, X):
        values = X.values if isinstance(X, Tracked) else X
        result = Tracked(self.factor * values)
        Tracking.most = max(Tracking.most, len(Tracked.alive))
        return result


def test_of_each_step_at_most_one_output_is_alive():
    steps = [("a", Tracking()), ("b", Tracking()), ("c", LogisticRegression())]
    grid = {"a__factor": [1.0, 2.0, 3.0], "b__factor": [1.0, 2.0, 3.0]}
    ResumableGridSearchCV(Pipeline(steps), grid, cv=KFold(2)).fit(TABLE, LABELS)
    assert Tracking.most == 2


def test_what_stands_behind_a_step_that_learns_is_computed_in_each_fold():
    pipeline = make_pipeline(StandardScaler(), Doubled(), LogisticRegression())
    theirs, ours = both(pipeline, C | FACTORS, refit=False)
    n_calls = len(Doubled.calls)
    assert same_results(theirs, ours)
    assert n_calls == 2 * 2 * 30  # in both searches, for training and for test


def test_a_function_that_mixes_rows_is_computed_in_each_fold():
    mixes = FunctionTransformer(lambda X: X / np.abs(X).max())
    theirs, ours = both(make_pipeline(Doubled(), mixes, LogisticRegression()), C)
    assert same_results(theirs, ours)
    with_leak = make_pipeline(LogisticRegression())
    leaking = GridSearchCV(with_leak, C, cv=KFold(5)).fit(
        TABLE / np.abs(TABLE).max(), LABELS
    )
    assert not np.array_equal(  # the test can see a difference
        leaking.cv_results_["mean_test_score"], ours.cv_results_["mean_test_score"]
    )


def test_sharing_can_be_switched_off():
    pipeline = doubled_pipeline()
    search = ResumableGridSearchCV(pipeline, C, cv=KFold(5), share_prefix=False)
    search.fit(TABLE, LABELS)
    assert len(Doubled.calls) == 2 * 15 + 1
    assert same_results(search, both(pipeline, C)[0])


def test_a_step_in_the_grid_and_one_left_out_are_shared_too():
    pipeline = doubled_pipeline(StandardScaler())
    grid = {"doubled": ["passthrough", Doubled(3.0), Doubled(5.0)]} | C
    theirs, ours = both(pipeline, grid, refit=False)
    assert same_results(theirs, ours)
    Doubled.calls.clear()
    clone(ours).fit(TABLE, LABELS)
    assert Doubled.calls == [(3.0, 40), (5.0, 40)]


def test_a_candidate_whose_first_step_fails_gets_the_error_score():
    grid = [{"doubled__fails": [True, False]} | C]
    with pytest.warns(Warning) as warned:
        theirs, ours = both(doubled_pipeline(), grid)
    messages = [str(w.message) for w in warned if w.category is FitFailedWarning]
    assert messages[0].splitlines()[:2] == messages[1].splitlines()[:2]
    assert "this step was told to fail" in messages[1]
    assert same_results(theirs, ours)
    assert not ours.best_params_["doubled__fails"]
    with pytest.raises(ValueError, match="told to fail"):
        ours.set_params(error_score="raise").fit(TABLE, LABELS)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_candidate_is_the_best_where_all_scores_are_nan():
    def broken(estimator, X, y):
        raise ValueError("cannot score")

    search = ResumableGridSearchCV(doubled_pipeline(), C, cv=KFold(5), scoring=broken)
    with pytest.raises(ValueError, match="none is the best"):
        search.fit(TABLE, LABELS)
    assert np.isnan(search.cv_results_["mean_test_score"]).all()


def test_scores_and_refit_may_be_functions():
    def two_scores(estimator, X, y):
        accuracy = estimator.score(X, y)
        return {"accuracy": accuracy, "errors": (1 - accuracy) * len(y)}

    theirs, ours = both(
        doubled_pipeline(),
        C,
        scoring=two_scores,
        refit=lambda results: int(results["mean_test_errors"].argmax()),
    )
    assert same_results(theirs, ours)
    assert ours.best_index_ == theirs.best_index_
    assert not hasattr(ours, "best_score_")
    assert ours.multimetric_


def test_groups_and_weights_go_their_way_without_routing():
    groups = np.arange(40) // 2
    params = {"groups": groups, "logisticregression__sample_weight": 1 + groups % 3}
    pipeline = doubled_pipeline()
    theirs, ours = both(pipeline, C, cv=GroupKFold(4), fit_params=params)
    assert same_results(theirs, ours)
    Doubled.calls.clear()
    clone(ours).fit(TABLE, LABELS, **params)
    assert Doubled.calls == [(2.0, 40)]


def test_groups_and_weights_go_their_way_with_routing():
    groups = np.arange(40) // 2
    params = {"groups": groups, "sample_weight": 1.0 + groups % 3}
    with config_context(enable_metadata_routing=True):
        final = LogisticRegression().set_fit_request(sample_weight=True)
        final.set_score_request(sample_weight=True)
        pipeline = make_pipeline(Doubled(), final)
        for n_jobs in (1, 2):
            theirs, ours = both(
                pipeline, C, cv=GroupKFold(4), fit_params=params, n_jobs=n_jobs
            )
            assert same_results(theirs, ours)
            assert_array_equal(
                ours.best_estimator_[-1].coef_, theirs.best_estimator_[-1].coef_
            )


class Weighted(TransformerMixin, BaseEstimator):
    """A stateless step that asks for the weights."""

    def fit(self, X, y=None, sample_weight=None):
        assert len(sample_weight) == len(X) < 40
        return self

    def transform(self, X):
        return X

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags


def test_a_step_that_asks_for_weights_gets_them_in_each_fold():
    weights = np.ones(40)
    pipeline = make_pipeline(Weighted(), LogisticRegression())
    search = ResumableGridSearchCV(
        pipeline, C, cv=KFold(5), refit=False, scoring=lambda e, X, y: e.score(X, y)
    )
    search.fit(TABLE, LABELS, weighted__sample_weight=weights)
    with config_context(enable_metadata_routing=True):
        step = Weighted().set_fit_request(sample_weight=True)
        final = LogisticRegression().set_fit_request(sample_weight=False)
        search.set_params(estimator=make_pipeline(step, final))
        search.fit(TABLE, LABELS, sample_weight=weights)


def test_it_is_cloned_pickled_and_nested_as_any_search(emg):
    search = ResumableGridSearchCV(doubled_pipeline(), C, cv=KFold(5), journal="a/b")
    assert clone(search).get_params()["journal"] == "a/b"
    search.set_params(journal=None).fit(TABLE, LABELS)
    loaded = pickle.loads(pickle.dumps(search))
    assert_array_equal(loaded.predict(TABLE), search.predict(TABLE))
    theirs = GridSearchCV(doubled_pipeline(), C, cv=KFold(5))
    outer = KFold(3)
    assert_array_equal(
        cross_val_score(search, TABLE, LABELS, cv=outer),
        cross_val_score(theirs, TABLE, LABELS, cv=outer),
    )


def test_a_table_keeps_the_names_of_its_columns():
    pd = pytest.importorskip("pandas")
    X = pd.DataFrame(TABLE, columns=["a", "b", "c"])
    theirs, ours = both(make_pipeline(StandardScaler(), LogisticRegression()), C, X)
    assert same_results(theirs, ours)
    assert ours.feature_names_in_.tolist() == ["a", "b", "c"]


def test_a_search_without_labels_is_that_of_scikit_learn():
    from sklearn.decomposition import PCA

    pipeline = make_pipeline(Doubled(), PCA(random_state=0))
    theirs, ours = both(pipeline, {"pca__n_components": [1, 2]}, y=None)
    assert same_results(theirs, ours)


def test_verbose_shows_a_bar(capsys):
    search = ResumableGridSearchCV(doubled_pipeline(), C, cv=KFold(5), verbose=1)
    search.fit(TABLE, LABELS)
    assert "15/15" in capsys.readouterr().err


@pytest.mark.parametrize(
    "params, message",
    [
        ({"journal": 3}, "journal must be a path or None, got 3"),
        ({"n_jobs": "two"}, "n_jobs"),
        ({"cv": iter([])}, "no folds"),
    ],
)
def test_wrong_parameters_are_refused(params, message):
    search = ResumableGridSearchCV(LogisticRegression(), {"C": [1]}, **params)
    with pytest.raises(ValueError, match=message):
        search.fit(TABLE, LABELS)
