"""The whole chain inside scikit-learn's own tools, on recordings of three rates."""

import pickle

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline as make_imblearn_pipeline
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    train_test_split,
)
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.features import DWTFeatures, LogSpectrum, SpectralFeatures
from skemg.metrics import patient_scorer, vote_by_group, window_scorer
from skemg.model_selection import PatientKFold
from skemg.preprocessing import Bandpass, PeakPreservingDownsampler, Resampler
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower, WindowPooling, WindowVotingClassifier

CV = StratifiedGroupKFold(3)


def cohort(n_patients=18, n_recordings=2, sfreqs=(8000.0, 4000.0, 6400.0), seed=0):
    """Return recordings of noise whose bandwidth tells the class, and the classes.

    Each patient has an amplitude and a bandwidth of his own; lengths differ, and the
    rates of the hospitals too.
    """
    rng = np.random.default_rng(seed)
    signals, rates, patients, y = [], [], [], []
    for patient in range(n_patients):
        label = patient % 2
        width = 2 + label + rng.normal(0, 0.35)
        gain = 100 * np.exp(rng.normal(0, 0.3))
        for recording in range(n_recordings):
            sfreq = sfreqs[(patient + recording) % len(sfreqs)]
            n_times = int(sfreq * rng.uniform(0.5, 0.9))
            kernel = np.hanning(2 * int(width * sfreq / 4000) + 3)
            noise = rng.normal(size=n_times + len(kernel) - 1)
            signals.append(gain * np.convolve(noise, kernel / kernel.sum(), "valid"))
            rates.append(sfreq)
            patients.append(f"p{patient:02d}")
            y.append(["myopathic", "normal"][label])
    emg = Recordings.from_list(signals, sfreq=rates, groups=patients, unit="uV")
    return emg, np.array(y)


@pytest.fixture(scope="module")
def mixed():
    return cohort()


@pytest.fixture(scope="module")
def single():
    return cohort(sfreqs=(8000.0,))


def chain(*, resample=True, inner=None):
    steps = [Bandpass(low=50, high=None), PeakPreservingDownsampler(factor=2)]
    if resample:
        steps.append(Resampler(2000))
    inner = make_pipeline(StandardScaler(), SVC()) if inner is None else inner
    return make_pipeline(
        *steps,
        Windower(length=0.1, hop=0.05),
        LogSpectrum(),
        WindowVotingClassifier(inner),
    )


def test_grid_over_filter_window_and_classifier_on_three_rates(mixed):
    emg, y = mixed
    grid = {
        "bandpass__low": [50, 100],
        "windower__length": [0.05, 0.1],
        "windowvotingclassifier__estimator__svc__C": [0.1, 1],
    }
    search = GridSearchCV(chain(), grid, cv=CV, error_score="raise")
    search.fit(emg, y, groups=emg.groups)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_score_ > 0.75
    assert_array_equal(search.predict(emg).shape, y.shape)


def test_grid_over_the_downsampling_factor_updates_the_rate(single):
    emg, y = single
    search = GridSearchCV(
        chain(resample=False),
        {"peakpreservingdownsampler__factor": [1, 2, 4]},
        cv=CV,
        error_score="raise",
    ).fit(emg, y, groups=emg.groups)
    assert len(set(search.cv_results_["mean_test_score"])) > 1
    for factor in (2, 4):
        pipe = clone(search.estimator).set_params(
            peakpreservingdownsampler__factor=factor
        )
        pipe.fit(emg, y)
        assert pipe[:-1].transform(emg).sfreq == 8000 / factor
        names = pipe[-2].get_feature_names_out()
        assert names[-1] == f"logspectrum_{4000 // factor}hz"


def test_two_rates_without_a_resampler_name_the_cure(mixed):
    emg, y = mixed
    with pytest.raises(ValueError, match="put Resampler"):
        chain(resample=False).fit(emg, y)


def test_cross_val_predict_is_right(mixed):
    emg, y = mixed
    proba = cross_val_predict(
        chain(), emg, y, groups=emg.groups, cv=CV, method="predict_proba"
    )
    expected = np.empty((len(y), 2))
    for train, test in CV.split(emg, y, emg.groups):
        expected[test] = chain().fit(emg[train], y[train]).predict_proba(emg[test])
    assert_allclose(proba, expected)
    vote = vote_by_group(proba, emg.groups, y=y)
    accuracy = (np.unique(y)[vote.proba.argmax(axis=1)] == vote.target).mean()
    assert accuracy > 0.75


def test_nested_search_is_grouped_by_the_patients_of_the_container(mixed):
    emg, y = mixed
    search = GridSearchCV(
        chain(),
        {"windowvotingclassifier__estimator__svc__C": [0.1, 1]},
        cv=PatientKFold(2),
    )
    scores = cross_val_score(search, emg, y, cv=PatientKFold(3), error_score="raise")
    assert scores.shape == (3,)
    assert scores.mean() > 0.7


@pytest.mark.parametrize("routing", [False, True])
def test_three_levels_in_one_search_with_refit_by_patient(mixed, routing):
    emg, y = mixed
    scoring = {
        "window": window_scorer("balanced_accuracy"),
        "recording": "balanced_accuracy",
        "patient": patient_scorer("balanced_accuracy"),
    }
    with config_context(enable_metadata_routing=routing):
        search = GridSearchCV(
            chain(),
            {"windowvotingclassifier__estimator__svc__C": [0.01, 1]},
            scoring=scoring,
            refit="patient",
            cv=CV,
            error_score="raise",
        ).fit(emg, y, groups=emg.groups)
    best = search.best_index_
    levels = [search.cv_results_[f"mean_test_{level}"][best] for level in scoring]
    assert levels[0] < levels[2]  # a vote is better than a window
    test = next(CV.split(emg, y, emg.groups))[1]
    windows = search.best_estimator_[:-1].transform(emg[test])
    flat = search.best_estimator_[-1].predict_windows(windows)
    assert_allclose(
        scoring["window"](search, emg[test], y[test]),
        balanced_accuracy_score(windows.repeat(y[test]), flat.values),
    )


def test_learning_curve_runs(mixed):
    emg, y = mixed
    sizes, _, scores = learning_curve(
        chain(), emg, y, groups=emg.groups, cv=CV, train_sizes=[0.7, 1.0]
    )
    assert scores.shape == (2, 3)
    assert np.isfinite(scores).all()
    assert sizes[1] == 24


def test_calibration_stands_around_the_pipeline_and_is_grouped(mixed):
    emg, y = mixed
    model = CalibratedClassifierCV(chain(), cv=PatientKFold(3), ensemble=False)
    proba = model.fit(emg, y).predict_proba(emg)
    assert_allclose(proba.sum(axis=1), 1)
    assert model.score(emg, y) > 0.75


def test_stacking_of_two_whole_pipelines(mixed):
    emg, y = mixed
    model = StackingClassifier(
        [("svm", chain()), ("linear", chain(inner=LogisticRegression(max_iter=500)))],
        cv=PatientKFold(3),
    )
    assert model.fit(emg, y).score(emg, y) > 0.75


def test_memory_caching_changes_nothing(mixed, tmp_path):
    emg, y = mixed
    plain = chain().fit(emg, y)
    cached = chain().set_params(memory=str(tmp_path)).fit(emg, y)
    again = clone(cached).fit(emg, y)
    for model in (cached, again):
        assert_array_equal(model.predict_proba(emg), plain.predict_proba(emg))


def test_two_jobs_score_as_one(mixed):
    emg, y = mixed
    grid = {"windower__length": [0.05, 0.1]}
    results = [
        GridSearchCV(chain(), grid, cv=CV, n_jobs=n_jobs, error_score="raise")
        .fit(emg, y, groups=emg.groups)
        .cv_results_
        for n_jobs in (1, 2)
    ]
    for key in results[0]:
        if "score" in key and "time" not in key:
            assert_array_equal(results[0][key], results[1][key])


def test_routing_gives_the_same_scores(mixed):
    emg, y = mixed
    plain = cross_validate(chain(), emg, y, groups=emg.groups, cv=CV)["test_score"]
    with config_context(enable_metadata_routing=True):
        routed = cross_validate(
            chain(), emg, y, params={"groups": emg.groups}, cv=CV, error_score="raise"
        )
    assert_array_equal(plain, routed["test_score"])


def test_smote_stands_inside_the_vote(mixed):
    emg, y = mixed
    inner = make_imblearn_pipeline(StandardScaler(), SMOTE(random_state=0), SVC())
    rare = np.flatnonzero((y == "normal") | (np.arange(len(y)) < 8))
    model = chain(inner=inner).fit(emg[rare], y[rare])
    assert model.score(emg, y) > 0.6


def test_features_inside_the_vote_are_those_before_it(single):
    """The rate is handed on inside, also where `factor` stands in a grid."""
    emg, y = single
    union = make_union(LogSpectrum(low=100, high=900), SpectralFeatures())
    linear = LogisticRegression(max_iter=500)
    inside = make_pipeline(
        PeakPreservingDownsampler(),
        Windower(length=0.1, hop=0.1),
        WindowVotingClassifier(make_pipeline(union, StandardScaler(), linear)),
    )
    search = GridSearchCV(
        inside,
        {"peakpreservingdownsampler__factor": [2, 4]},
        cv=CV,
        error_score="raise",
    ).fit(emg, y, groups=emg.groups)
    factor = search.best_params_["peakpreservingdownsampler__factor"]
    windows = make_pipeline(
        PeakPreservingDownsampler(factor), Windower(length=0.1, hop=0.1)
    ).fit_transform(emg)
    outside = [step.fit_transform(windows) for _, step in clone(union).transformer_list]
    fitted_union = search.best_estimator_[-1].estimator_[0]
    assert_allclose(
        fitted_union.transform(windows.values),
        np.hstack([features.values for features in outside]),
    )
    expected = [f"logspectrum__{name}" for name in outside[0].feature_names] + [
        f"spectralfeatures__{name}" for name in outside[1].feature_names
    ]
    assert fitted_union.get_feature_names_out().tolist() == expected


def test_a_union_of_pooled_branches_goes_from_windows_to_a_table(single):
    emg, y = single
    model = make_pipeline(
        Windower(),
        make_union(
            make_pipeline(LogSpectrum(n_bands=5), WindowPooling()),
            make_pipeline(DWTFeatures(level=3), WindowPooling(("mean",))),
        ),
        StandardScaler(),
        PCA(5),
        LogisticRegression(),
    )
    assert cross_val_score(model, emg, y, cv=PatientKFold(3)).mean() > 0.75


@pytest.mark.parametrize(
    "step", [StandardScaler(), make_union(StandardScaler(), StandardScaler())]
)
def test_a_step_that_needs_a_table_fails_before_the_vote(step, single):
    emg, y = single
    ragged = make_pipeline(Windower(), LogSpectrum(), step, WindowVotingClassifier())
    with pytest.raises(TypeError, match="put steps that need a table inside the vote"):
        ragged.fit(emg, y)
    equal = Recordings.from_array(
        np.random.default_rng(0).normal(size=(4, 2000)), sfreq=8000
    )
    with pytest.raises(ValueError, match="Found array with dim 3"):
        ragged.fit(equal, ["a", "b", "a", "b"])


def test_pandas_output_goes_through_the_chain(single):
    emg, _ = single
    pipe = make_pipeline(Bandpass(low=50), Windower(), DWTFeatures(), WindowPooling())
    table = pipe.set_output(transform="pandas").fit_transform(emg)
    assert isinstance(table, pd.DataFrame)
    assert table.columns[0] == "mean_dwt_d1_mav"
    vote = chain().set_output(transform="pandas")
    assert isinstance(vote[:-1].fit_transform(emg), Windows)
    with config_context(transform_output="pandas"):
        assert isinstance(chain()[:-1].fit_transform(emg), Windows)


def test_clone_pickle_and_html_repr(mixed):
    emg, y = mixed
    model = chain().fit(emg, y)
    copy = pickle.loads(pickle.dumps(model))
    assert_array_equal(copy.predict_proba(emg), model.predict_proba(emg))
    assert_array_equal(clone(model).fit(emg, y).predict(emg), model.predict(emg))
    assert "WindowVotingClassifier" in model._repr_html_()


def test_plain_lists_work_with_the_rate_as_a_parameter():
    emg, y = cohort(sfreqs=(8000.0,))
    signals = emg.to_list()
    plain = make_pipeline(
        Bandpass(low=50, sfreq=8000),
        PeakPreservingDownsampler(factor=2, sfreq=8000),  # gives Recordings at 4000 Hz
        Windower(),
        LogSpectrum(),
        WindowVotingClassifier(),
    )
    container = make_pipeline(
        Bandpass(low=50),
        PeakPreservingDownsampler(factor=2),
        *[s for _, s in plain.steps[2:]],
    )
    one = cross_val_predict(plain, signals, y, groups=emg.groups, cv=CV)
    other = cross_val_predict(container, emg, y, groups=emg.groups, cv=CV)
    assert_array_equal(one, other)


def test_train_test_split_keeps_container_and_list(mixed):
    emg, _ = mixed
    train, test = train_test_split(emg, test_size=6, random_state=0)
    assert isinstance(train, Recordings) and len(test) == 6
    assert set(test.groups) <= set(emg.groups)
    train, test = train_test_split(emg.to_list(), test_size=6, random_state=0)
    assert isinstance(train, list) and len(test) == 6


class Leaky(StratifiedKFold):
    """A splitter over windows that ignores the patients: the mistake itself."""

    def split(self, X, y, groups=None):
        return super().split(X, y)


def test_a_grid_over_the_classifier_computes_every_stateless_step_once(single):
    """The windows are a fine X themselves: transform once, then search."""
    emg, y = single
    calls = []

    class Counting(LogSpectrum):
        def transform(self, X):
            calls.append(len(X))
            return super().transform(X)

    steps = [Windower(), Counting(low=50, high=2000)]
    vote = WindowVotingClassifier(make_pipeline(StandardScaler(), SVC()))
    grid = {"estimator__svc__C": [0.1, 1, 10]}
    windows = make_pipeline(*steps).fit_transform(emg)
    assert len(calls) == 1
    once = GridSearchCV(vote, grid, cv=PatientKFold(3)).fit(windows, y)
    assert len(calls) == 1
    slow = GridSearchCV(
        make_pipeline(*steps, vote),
        {f"windowvotingclassifier__{key}": value for key, value in grid.items()},
        cv=PatientKFold(3),
    ).fit(emg, y)
    assert len(calls) > 18
    for key in ("mean_test_score", "std_test_score", "split0_test_score"):
        assert_array_equal(once.cv_results_[key], slow.cv_results_[key])


def patient_fingerprints(seed):
    """Return windows by which each patient is known, and random diagnoses."""
    rng = np.random.default_rng(seed)
    n_patients, n_windows = 24, 12
    centre = rng.normal(size=(n_patients, 8))
    values = np.repeat(centre, n_windows, axis=0) + 0.2 * rng.normal(
        size=(n_patients * n_windows, 8)
    )
    patients = np.repeat(np.arange(n_patients), n_windows)
    y = rng.permutation(np.arange(n_patients) % 2)[patients]
    return values, y, patients


def canary(cv, seed):
    """Return the accuracy of a model with nothing to learn but the patient."""
    values, y, patients = patient_fingerprints(seed)
    X = Windows(values, np.arange(len(values) + 1), sfreq=1, groups=patients)
    model = WindowVotingClassifier(SVC(C=10))
    return cross_val_score(model, X, y, groups=patients, cv=cv).mean()


def test_leak_canary_stays_silent_under_patient_grouped_folds():
    scores = [canary(PatientKFold(4), seed) for seed in range(20)]
    standard_error = np.std(scores, ddof=1) / np.sqrt(len(scores))
    assert abs(np.mean(scores) - 0.5) < 3 * max(standard_error, 0.02)


def test_leak_canary_sings_under_a_split_that_cuts_patients():
    scores = [canary(Leaky(4, shuffle=True, random_state=0), seed) for seed in range(5)]
    assert min(scores) > 0.95
