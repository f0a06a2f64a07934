"""The documented idiom: muscle, side and age beside what is measured on the signals."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skemg.clinical import (
    InterferencePattern,
    MUAPFeatures,
    NormalZScore,
    RecordingMetadata,
    SpontaneousActivity,
    interference_points,
)
from skemg.model_selection import PatientKFold
from skemg.signals import Recordings

MUSCLES = ["biceps", "tibialis"]
SFREQ = 2000


@pytest.fixture(scope="module")
def cohort():
    """Return 24 people with two muscles each, of which the tibialis is the larger."""
    rng = np.random.default_rng(0)
    signals, known, groups, y = [], [], [], []
    for person in range(24):
        ill = person % 2 == 1
        for muscle, size in zip(MUSCLES, [200, 800], strict=True):
            scale = size * rng.uniform(0.9, 1.1) * (1.5 if ill else 1.0)
            signals.append(rng.normal(scale=scale, size=SFREQ))
            known.append({"muscle": muscle, "age": 30 + person})
            groups.append(f"p{person:02}")
            y.append("neuropathic" if ill else "normal")
    X = Recordings.from_list(
        signals, sfreq=SFREQ, unit="uV", groups=groups, metadata=known
    )
    return X, np.array(y)


def test_one_channel_with_an_axis_of_its_own_gives_the_same_tables():
    rows = np.random.default_rng(0).normal(scale=100, size=(2, 2 * SFREQ))
    kwargs = {"sfreq": SFREQ, "unit": "uV"}
    plain = Recordings.from_list(list(rows), **kwargs)
    transposed = Recordings.from_list(list(rows[:, np.newaxis]), **kwargs)
    for step in (InterferencePattern(), SpontaneousActivity(), MUAPFeatures()):
        assert_array_equal(step.fit_transform(transposed), step.fit_transform(plain))


def model(classifier):
    pytest.importorskip("pandas")
    table = make_union(
        InterferencePattern(),
        RecordingMetadata(["muscle"]),
        RecordingMetadata(["age"]),
        verbose_feature_names_out=False,
    )
    columns = make_column_transformer(
        (NormalZScore(), make_column_selector("^ip_|^muscle$")),
        (OneHotEncoder(sparse_output=False), ["muscle"]),
        remainder="passthrough",
        verbose_feature_names_out=False,
    )
    pipe = make_pipeline(table, columns, classifier)
    return pipe.set_output(transform="pandas")


def test_the_columns_are_scores_muscles_and_age(cohort):
    X, y = cohort
    fitted = model(HistGradientBoostingClassifier()).fit(X, y)
    frame = fitted[:-1].transform(X)
    assert list(frame)[:2] == ["ip_turns_per_s_z", "ip_turn_amplitude_uv_z"]
    assert list(frame)[-3:] == ["muscle_biceps", "muscle_tibialis", "age"]
    assert_allclose(frame["muscle_tibialis"], np.tile([0, 1], 24))
    assert_allclose(frame["age"], np.repeat(np.arange(30, 54), 2))
    normal = frame[y == "normal"]
    for muscle in MUSCLES:
        scores = normal.loc[normal[f"muscle_{muscle}"] == 1, "ip_turn_amplitude_uv_z"]
        assert_allclose([scores.mean(), scores.std()], [0, 1], atol=1e-6)


def test_the_muscle_makes_amplitudes_comparable(cohort):
    X, y = cohort
    # 300 uV is ill in the small muscle, and far from normal in the large one
    raw = make_pipeline(InterferencePattern(), StandardScaler(), LogisticRegression())
    folds = PatientKFold(4)
    with_muscle = model(LogisticRegression(max_iter=1000))
    with_muscle.steps.insert(2, ("scale", StandardScaler()))
    score = {
        name: cross_validate(pipe, X, y, groups=X.groups, cv=folds)["test_score"].mean()
        for name, pipe in {"raw": raw, "muscle": with_muscle}.items()
    }
    assert score["muscle"] > 0.95
    assert score["raw"] < 0.85


def test_a_search_learns_the_scores_from_the_training_patients_of_each_fold(cohort):
    X, y = cohort
    folds = PatientKFold(3)
    pipe = make_pipeline(
        make_union(InterferencePattern(), RecordingMetadata(["muscle"])),
        NormalZScore(by=-1),
        HistGradientBoostingClassifier(max_iter=5),
    )
    measured = InterferencePattern().fit_transform(X)
    of_muscle = np.array([known["muscle"] for known in X.metadata])
    fitted = cross_validate(
        pipe, X, y, groups=X.groups, cv=folds, return_estimator=True
    )["estimator"]
    for step, (train, _) in zip(fitted, folds.split(X, y), strict=True):
        for i, muscle in enumerate(MUSCLES):
            rows = train[(y[train] == "normal") & (of_muscle[train] == muscle)]
            assert_allclose(step[1].mean_[i], measured[rows].mean(axis=0))
            assert_allclose(step[1].scale_[i], measured[rows].std(axis=0, ddof=1))
    search = GridSearchCV(pipe, {"normalzscore__unknown": ["nan", "all"]}, cv=folds)
    search.fit(X, y, groups=X.groups)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_what_a_test_patient_has_does_not_change_the_scores_of_training(cohort):
    X, y = cohort
    folds = PatientKFold(3)
    train, test = next(iter(folds.split(X, y)))
    values = X.values.copy()
    for i in test:
        values[X.offsets[i] : X.offsets[i + 1]] *= 50
    changed = X.with_values(values)
    pipe = make_pipeline(
        make_union(InterferencePattern(), RecordingMetadata(["muscle"])),
        NormalZScore(by=-1),
        HistGradientBoostingClassifier(max_iter=5),
    )
    one, two = (
        cross_validate(
            pipe, data, y, groups=X.groups, cv=[(train, test)], return_estimator=True
        )["estimator"][0]
        for data in (X, changed)
    )
    assert np.array_equal(one[1].mean_, two[1].mean_)
    whole = make_pipeline(*pipe[:-1]).fit(changed, y)
    assert not np.allclose(whole[1].mean_, one[1].mean_)  # else nothing was tested


def test_patients_reach_the_scores_by_metadata_routing(cohort):
    X, y = cohort
    pipe = make_pipeline(
        make_union(InterferencePattern(), RecordingMetadata(["muscle"])),
        NormalZScore(by=-1),
        HistGradientBoostingClassifier(max_iter=5),
    )
    with sklearn.config_context(enable_metadata_routing=True):
        pipe.fit(X, y, groups=np.where(X.groups == "p00", "p02", X.groups))
    assert pipe[1].n_normal_.tolist() == [11, 11]  # two of the 12 became one


def test_patients_reach_the_scores_through_unions_and_columns(cohort):
    X, y = cohort
    one_patient = np.where(X.groups == "p00", "p02", X.groups)
    with sklearn.config_context(enable_metadata_routing=True):
        fitted = model(HistGradientBoostingClassifier(max_iter=5))
        fitted.fit(X, y, groups=one_patient)
    scores = fitted[1].named_transformers_["normalzscore"]
    assert scores.n_normal_.tolist() == [11, 11]


def test_the_cloud_is_that_of_the_normal_training_patients_of_each_fold(cohort):
    X, y = cohort
    folds = PatientKFold(3)
    pipe = make_pipeline(
        InterferencePattern(epoch=0.1, normal="normal"),
        HistGradientBoostingClassifier(max_iter=5),
    )
    fitted = cross_validate(
        pipe, X, y, groups=X.groups, cv=folds, return_estimator=True
    )["estimator"]
    for step, (train, _) in zip(fitted, folds.split(X, y), strict=True):
        rows = train[y[train] == "normal"]
        points = np.concatenate(interference_points(X[rows], epoch=0.1))
        assert_allclose(step[0].cloud_.centre, np.log(points).mean(axis=0))
        assert_allclose(step[0].cloud_.covariance, np.cov(np.log(points).T), rtol=0.01)


def test_two_jobs_search_as_one_does_where_an_age_is_missing(cohort):
    X, y = cohort
    known = [dict(one) for one in X.metadata]
    known[3]["age"] = None
    pipe = make_pipeline(
        make_union(
            InterferencePattern(),
            RecordingMetadata(["age"], missing="nan"),
            RecordingMetadata(["muscle"]),
        ),
        NormalZScore(by=-1),
        HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=2),
    )
    grid = {"normalzscore__unknown": ["all", "nan"]}
    searches = [
        GridSearchCV(pipe, grid, cv=PatientKFold(3), n_jobs=n_jobs).fit(
            X.with_metadata(known), y, groups=X.groups
        )
        for n_jobs in (1, 2)
    ]
    one, two = (search.cv_results_["mean_test_score"] for search in searches)
    assert np.array_equal(one, two)
    assert one.min() > 0.8


def test_a_model_on_tables_gives_the_same_answers_from_a_file(cohort, tmp_path):
    pytest.importorskip("skops")
    from skemg.persistence import load, save

    X, y = cohort
    pipe = make_pipeline(
        make_union(InterferencePattern(normal="normal"), RecordingMetadata(["muscle"])),
        NormalZScore(by=-1, unknown="nan"),
        HistGradientBoostingClassifier(max_iter=5),
    )
    save(pipe.fit(X, y), tmp_path / "model", X=X, y=y)
    again = load(tmp_path / "model")
    assert np.array_equal(again.predict_proba(X), pipe.predict_proba(X))
