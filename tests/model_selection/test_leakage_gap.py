import numpy as np
import pytest
from evaluation_data import (
    HardOracle,
    Learning,
    Oracle,
    known_patients,
    nearest_window,
    without_times,
)
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm
from sklearn import config_context
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skemg.datasets import fetch_emgdb, make_needle_emg
from skemg.exceptions import SignalError
from skemg.model_selection import PatientKFold, cross_validate_levels, leakage_gap
from skemg.systems import svm_log_spectrum
from skemg.windowing import WindowPooling, WindowVotingClassifier

SPLITS = ["by window", "by recording", "by patient"]


def test_classes_by_lot_sing_by_window_and_by_recording_but_not_by_patient():
    scores = []
    for seed in range(6):
        X, y = known_patients(n_recordings=4, random_state=seed)
        gap = leakage_gap(nearest_window(), X, y)
        assert list(gap.results) == SPLITS
        scores.append([r.score("accuracy", "patient") for r in gap.results.values()])
    by_window, by_recording, by_patient = np.mean(scores, axis=0)
    assert by_window > 0.95
    assert by_recording > 0.95
    tolerance = norm.ppf(0.999) * np.sqrt(0.25 / (6 * 40))
    assert_allclose(by_patient, 0.5, atol=tolerance)


def test_shuffled_classes_show_what_leakage_alone_gives():
    X, _ = known_patients(n_recordings=2)
    first = X.values[::8, 0]  # of each patient: something true to learn
    y = np.where(first > np.median(first), "a", "b")[X.groups]
    gap = leakage_gap(nearest_window(), X, y, n_shuffles=5)
    assert gap.results["by patient"].score("accuracy", "patient") > 0.7
    found = {
        record["split"]: record
        for record in gap.scores
        if (record["classes"], record["metric"], record["level"])
        == ("shuffled", "accuracy", "patient")
    }
    tolerance = norm.ppf(0.999) * np.sqrt(0.25 / (5 * 40))
    assert_allclose(found["by patient"]["score"], 0.5, atol=tolerance)
    assert found["by window"]["score"] > 0.95
    shuffles = [r.score("accuracy", "patient") for r in gap.control["by patient"]]
    ends = [found["by patient"][end] for end in ("score", "low", "high")]
    assert_allclose(ends, [np.mean(shuffles), min(shuffles), max(shuffles)])


def test_a_shuffle_gives_whole_patients_the_classes_of_others():
    X, y = known_patients(n_patients=12)
    gap = leakage_gap(nearest_window(), X, y, n_splits=3, n_shuffles=2)
    true = [row["class"] for row in gap.results["by patient"].patients]
    for split in SPLITS:
        one, other = (
            [row["class"] for row in result.patients] for result in gap.control[split]
        )
        assert sorted(one) == sorted(other) == sorted(true)
        assert one != other
        assert one == [row["class"] for row in gap.control["by patient"][0].patients]


def test_every_split_answers_for_all_windows_recordings_and_patients():
    X, y = known_patients(n_patients=12, n_recordings=2, n_windows=3)
    gap = leakage_gap(nearest_window(), X, y, n_splits=3)
    counts = {"window": 72, "recording": 24, "patient": 12}
    for record in gap.scores:
        assert record["n"] == counts[record["level"]]
        assert record["n_patients"] == 12
    for result in gap.results.values():
        assert [row["n_recordings"] for row in result.patients] == [2] * 12


def test_a_recording_is_the_mean_of_its_windows_whatever_their_folds():
    X, y = known_patients(n_patients=6, n_recordings=1, n_windows=5)
    X = X.with_values(np.random.default_rng(0).dirichlet([1, 1], 30))
    gap = leakage_gap(WindowVotingClassifier(Oracle()), X, y, n_splits=3)
    for result in gap.results.values():
        assert_allclose(result.answers("recording").proba, X.mean(X.values))


def test_by_patient_is_what_cross_validate_levels_gives():
    X, y = known_patients(n_patients=15 * 2)
    gap = leakage_gap(nearest_window(), X, y, n_splits=3, random_state=3)
    rows = gap.results["by patient"].patients
    folds = [
        (np.flatnonzero(~in_test), np.flatnonzero(in_test))
        for k in range(3)
        for in_test in [
            np.isin(X.groups, [r["patient"] for r in rows if r["fold"] == k])
        ]
    ]
    same = cross_validate_levels(nearest_window(), X, y, cv=folds)
    assert same.patients == rows
    assert same.scores == gap.results["by patient"].scores


def test_stateless_steps_work_once_and_change_no_answer():
    X, y = known_patients(n_patients=12)
    calls = []

    def double(X):
        calls.append(len(X))
        return X.with_values(2 * X.values)

    once = leakage_gap(
        make_pipeline(FunctionTransformer(double), nearest_window()), X, y, n_splits=3
    )
    assert calls == [24]
    Learning.seen.clear()
    often = leakage_gap(
        make_pipeline(Learning(), FunctionTransformer(double), nearest_window()),
        X,
        y,
        n_splits=3,
    )
    assert len(calls) > 10
    assert once.scores == often.scores


def test_a_step_that_learns_sees_training_alone_but_for_random_windows():
    X, y = known_patients(n_patients=12)
    Learning.seen.clear()
    pipeline = make_pipeline(Learning(), nearest_window())
    gap = leakage_gap(pipeline, X, y, n_splits=3)
    everyone, *folds = Learning.seen
    assert_array_equal(everyone, X.groups)
    assert [len(seen) for seen in folds] == [16] * 6
    assert [len(np.unique(seen)) for seen in folds[3:]] == [8] * 3
    assert "before the vote, fitted on all recordings: Learning" in repr(gap)


def test_without_a_vote_recordings_and_patients_are_compared():
    X, y = known_patients(n_recordings=4, n_windows=3)
    nearest = make_pipeline(WindowPooling(("mean",)), KNeighborsClassifier(1))
    gap = leakage_gap(nearest, X, y)
    assert list(gap.results) == SPLITS[1:]
    assert gap.results["by patient"].levels == ["recording", "patient"]
    assert gap.gap("accuracy") > 0.25


def test_a_search_is_compared_with_its_own_patient_folds():
    X, y = known_patients(n_patients=12)
    search = GridSearchCV(
        nearest_window(), {"estimator__n_neighbors": [1, 3]}, cv=PatientKFold(2)
    )
    gap = leakage_gap(search, X, y, n_splits=2)
    assert list(gap.results) == SPLITS[1:]
    assert "best_params" in gap.results["by patient"].folds[0]


def test_result_is_the_same_for_one_and_two_jobs():
    X, y = known_patients(n_patients=12)
    forest = WindowVotingClassifier(RandomForestClassifier(n_estimators=5))
    one, two = (
        leakage_gap(forest, X, y, n_splits=3, n_jobs=n_jobs) for n_jobs in (1, 2)
    )
    assert one.scores == two.scores
    for split in SPLITS:
        assert one.results[split].patients == two.results[split].patients
        assert without_times(one.results[split]) == without_times(two.results[split])


def test_seed_decides_the_folds():
    X, y = known_patients(n_patients=12)
    first, same, other = (
        leakage_gap(nearest_window(), X, y, n_splits=3, random_state=seed)
        for seed in (0, 0, 1)
    )
    assert first.scores == same.scores
    assert first.scores != other.scores


@pytest.mark.parametrize("routing", [False, True])
def test_whole_systems_run_on_recordings_with_routing_on_and_off(routing):
    emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    X, groups = emg.data.with_groups(None), emg.groups
    with config_context(enable_metadata_routing=routing):
        voting = leakage_gap(
            svm_log_spectrum(), X, emg.target, groups=groups, n_splits=2
        )
        pipeline = make_pipeline(
            *svm_log_spectrum()[:-1], WindowPooling(), KNeighborsClassifier(1)
        )
        pooled = leakage_gap(pipeline, emg.data, emg.target, n_splits=2)
    assert list(voting.results) == SPLITS
    assert list(pooled.results) == SPLITS[1:]


@pytest.mark.parametrize("n_shuffles", [-1, 1.5])
def test_number_of_shuffles_is_checked(n_shuffles):
    X, y = known_patients()
    with pytest.raises(ValueError, match="n_shuffles must be"):
        leakage_gap(nearest_window(), X, y, n_shuffles=n_shuffles)


def test_too_few_patients_are_refused_before_anything_runs():
    X, y = known_patients(n_patients=6)
    pipeline = make_pipeline(Learning(), nearest_window())
    Learning.seen.clear()
    with pytest.raises(ValueError, match="n_splits"):
        leakage_gap(pipeline, X, y, n_splits=4)
    assert Learning.seen == []


def test_the_three_patients_of_emgdb_are_refused_with_the_reason(skemg_data):
    emg = fetch_emgdb(skemg_data)
    with pytest.raises(ValueError, match="what is learned is the patient"):
        leakage_gap(HardOracle(), emg.data, emg.target, n_splits=2)


def test_a_patient_with_two_classes_is_compared_without_the_level_of_patients():
    X, _ = known_patients(n_patients=12, n_recordings=4)
    y = np.tile(["rest", "fist"], 24)
    with pytest.raises(SignalError, match="two classes"):
        leakage_gap(nearest_window(), X, y)
    gap = leakage_gap(nearest_window(), X, y, levels=["recording"], n_splits=3)
    assert {record["level"] for record in gap.scores} == {"recording"}


def test_result_shows_itself_and_gives_a_frame():
    X, y = known_patients(n_patients=12)
    gap = leakage_gap(nearest_window(), X, y, n_splits=3, n_shuffles=1)
    text, page = repr(gap), gap._repr_html_()
    for name in (*SPLITS, "by patient, classes shuffled"):
        assert name in text
        assert name in page
    score = gap.results["by window"].score("balanced_accuracy", "recording")
    assert f"{score:.3f} [" in text
    frame = gap.to_frame()
    assert len(frame) == len(gap.scores) == 2 * 3 * 3 * 12
    assert "mean [lowest, highest] of 1 shuffles" in text
    honest = gap.results["by patient"].score("accuracy", "recording")
    leaking = gap.results["by recording"].score("accuracy", "recording")
    found = gap.gap("accuracy", "recording", split="by recording")
    assert_allclose(found, leaking - honest)
    with pytest.raises(ValueError, match="split must be one of"):
        gap.gap(split="by muscle")
