import numpy as np
import pytest
from evaluation_data import (
    HardOracle,
    Oracle,
    known_patients,
    nearest_window,
    without_times,
)
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm
from sklearn import config_context
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    f1_score,
    recall_score,
    roc_auc_score,
)
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import SVC

from skemg.datasets import fetch_emgdb
from skemg.exceptions import LeakageError, SignalError
from skemg.metrics import patient_interval, wilson_interval
from skemg.model_selection import PatientKFold, cross_validate_levels
from skemg.signals import Recordings, Windows
from skemg.windowing import WindowVotingClassifier

# Patients p, q of class a and r, s of class b; p has two recordings. The number is the
# probability of a in each window.
BAGS = [[0.9, 0.2, 0.1], [0.9], [0.6, 0.2], [0.3], [0.4, 0.4]]
Y = np.array(["a", "a", "a", "b", "b"])
PATIENTS = np.array(["p", "p", "q", "r", "s"])


def small_case():
    p = np.concatenate(BAGS)
    offsets = np.cumsum([0, *map(len, BAGS)])
    return Windows(np.column_stack([p, 1 - p]), offsets, sfreq=1, groups=PATIENTS)


def small_result(**options):
    return cross_validate_levels(
        WindowVotingClassifier(Oracle()), small_case(), Y, cv=2, **options
    )


def random_answers(n_patients=30, n_classes=3):
    """Return probabilities as X, classes and patients with one to three recordings."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(n_patients), rng.integers(1, 4, n_patients))
    y = groups % n_classes
    proba = rng.dirichlet(np.ones(n_classes), len(y)) + 0.3 * np.eye(n_classes)[y]
    return proba / proba.sum(axis=1, keepdims=True), y, groups


def test_levels_of_a_small_case_are_those_counted_by_hand():
    result = small_result()
    assert result.levels == ["window", "recording", "patient"]
    # right are 2 of 3, 1 of 1, 1 of 2 windows of a and all 3 of b
    assert_allclose(result.score("accuracy", "window"), 6 / 9)
    # means of the recordings: 0.4, 0.9, 0.4 of a and 0.3, 0.4 of b
    assert_allclose(result.score("accuracy", "recording"), 3 / 5)
    # means of the patients: 0.65, 0.4 of a and 0.3, 0.4 of b
    assert_allclose(result.score("accuracy", "patient"), 3 / 4)
    assert_allclose(result.score("sensitivity_a", "patient"), 1 / 2)
    assert_allclose(result.score("specificity_a", "patient"), 1)
    squares = [0.35**2, 0.6**2, 0.3**2, 0.4**2]
    assert_allclose(result.score("brier", "patient"), np.mean(squares))


def test_a_row_of_the_table_is_a_patient():
    rows = small_result().patients
    assert [row["patient"] for row in rows] == ["p", "q", "r", "s"]
    assert [row["class"] for row in rows] == ["a", "a", "b", "b"]
    assert [row["predicted"] for row in rows] == ["a", "b", "b", "b"]
    assert [row["n_recordings"] for row in rows] == [2, 1, 1, 1]
    assert [row["fold"] for row in rows] == [0, 1, 0, 1]
    assert_allclose([row["proba_a"] for row in rows], [0.65, 0.4, 0.3, 0.4])


def test_confusion_has_mean_and_sd_over_folds_of_the_shares_of_a_class():
    confusion = small_result().confusion("patient")
    assert_array_equal(confusion.counts, [[1, 1], [0, 2]])
    # p is right in fold 0, q is wrong in fold 1
    assert_allclose(confusion.mean, [[50, 50], [0, 100]])
    assert_allclose(confusion.sd, [[np.sqrt(5000), np.sqrt(5000)], [0, 0]])


def test_muscles_count_alike_in_the_vote_of_a_patient():
    X = [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.9, 0.1], [0.2, 0.8], [0.2, 0.8]]
    y, patients = [0, 0, 0, 0, 1, 1], ["p", "p", "p", "q", "r", "s"]
    muscles = ["biceps", "biceps", "tibialis", "biceps", "biceps", "tibialis"]
    result = cross_validate_levels(
        Oracle(), X, y, groups=patients, muscles=muscles, cv=2
    )
    assert result.levels == ["recording", "muscle", "patient"]
    assert_allclose(result.answers("muscle").proba[:, 0], [0.85, 0.1, 0.9, 0.2, 0.2])
    assert_allclose(result.answers("patient").proba[:, 0], [0.475, 0.9, 0.2, 0.2])
    assert_allclose(result.score("accuracy", "muscle"), 4 / 5)
    assert_allclose(result.score("accuracy", "patient"), 3 / 4)


def test_scores_are_those_of_scikit_learn_on_all_test_answers():
    proba, y, groups = random_answers()
    result = cross_validate_levels(Oracle(), proba, y, groups=groups, cv=4)
    predicted = proba.argmax(axis=1)
    expected = {
        "accuracy": accuracy_score(y, predicted),
        "balanced_accuracy": balanced_accuracy_score(y, predicted),
        "f1_macro": f1_score(y, predicted, average="macro"),
        "roc_auc_ovr": roc_auc_score(y, proba, multi_class="ovr"),
        "brier": brier_score_loss(y, proba),
        "sensitivity_2": recall_score(y == 2, predicted == 2),
        "specificity_2": recall_score(y != 2, predicted != 2),
        "f1_2": f1_score(y == 2, predicted == 2),
    }
    for metric, value in expected.items():
        assert_allclose(result.score(metric, "recording"), value, err_msg=metric)


def test_intervals_are_by_patient_at_every_level():
    proba, y, groups = random_answers()
    result = cross_validate_levels(
        Oracle(), proba, y, groups=groups, cv=4, confidence=0.9
    )
    found = {(r["level"], r["metric"]): r for r in result.scores}
    record = found["patient", "accuracy"]
    n_right = round(record["score"] * 30)
    assert record["n"] == record["n_patients"] == 30
    ends = wilson_interval(n_right, 30, confidence=0.9)
    assert_allclose([record["low"], record["high"]], ends)
    record = found["recording", "f1_macro"]
    order = np.argsort(groups, kind="stable")
    ends = patient_interval(
        "f1_macro",
        y[order],
        proba[order],
        groups=groups[order],
        classes=[0, 1, 2],
        confidence=0.9,
    )
    assert record["n"] == len(y)
    assert_allclose([record["low"], record["high"]], ends)


def test_without_probabilities_three_scores_are_nan_and_the_result_says_so():
    X = np.array([0, 0, 1, 1, 1, 0])[:, np.newaxis]
    y, patients = [0, 0, 0, 1, 1, 1], list("abcdef")
    result = cross_validate_levels(HardOracle(), X, y, groups=patients, cv=3)
    assert_allclose(result.score("accuracy", "patient"), 4 / 6)
    for metric in ("roc_auc_ovr", "brier", "calibration_error"):
        assert np.isnan(result.score(metric, "patient"))
    assert "no probabilities of recording, patient" in repr(result)


def test_the_calibration_error_has_a_value_and_no_interval():
    X, y = known_patients(n_patients=10)
    result = cross_validate_levels(WindowVotingClassifier(), X, y, cv=2)
    records = [r for r in result.scores if r["metric"] == "calibration_error"]
    assert len(records) == 3
    for record in records:
        assert 0 <= record["score"] <= 1
        assert np.isnan([record["low"], record["high"]]).all()


def test_hard_votes_of_windows_are_shares_for_recordings():
    X, y = known_patients(n_patients=10)
    result = cross_validate_levels(WindowVotingClassifier(SVC()), X, y, cv=2)
    assert np.isnan(result.score("brier", "window"))
    assert 0 <= result.score("brier", "recording") <= 1
    assert "no probabilities of window:" in repr(result)


def test_each_fold_is_fitted_once_and_timed():
    class Counted(Oracle):
        n_fits = 0

        def fit(self, X, y):
            Counted.n_fits += 1
            return super().fit(X, y)

    proba, y, groups = random_answers()
    result = cross_validate_levels(Counted(), proba, y, groups=groups)
    assert Counted.n_fits == len(result.folds) == 5
    for fold in result.folds:
        assert fold["fit_seconds"] >= 0
        assert fold["n_train_patients"] + fold["n_test_patients"] == 30
        assert fold["n_train_recordings"] + fold["n_test_recordings"] == len(y)


def test_classes_by_lot_are_at_chance_with_patients_apart():
    scores = []
    for seed in range(10):
        X, y = known_patients(random_state=seed)
        result = cross_validate_levels(nearest_window(), X, y)
        scores.append([result.score("accuracy", level) for level in result.levels])
    tolerance = norm.ppf(0.999) * np.sqrt(0.25 / (10 * 40))
    assert_allclose(np.mean(scores, axis=0), 0.5, atol=tolerance)


def test_classes_by_lot_sing_with_a_splitter_of_recordings_asked_for_by_name():
    X, y = known_patients(n_recordings=4)
    cv = StratifiedKFold(5, shuffle=True, random_state=0)
    result = cross_validate_levels(
        nearest_window(), X, y, cv=cv, allow_shared_patients=True
    )
    assert min(result.score("accuracy", level) for level in result.levels) > 0.9
    assert "patients in training and in test: 5 of 5 folds" in repr(result)
    joined = [row for row in result.patients if row["fold"] is None]
    assert len(result.patients) == 40
    assert joined  # both recordings of a patient count, whatever their folds
    assert np.isnan(result.confusion("patient").mean).all()


@pytest.mark.parametrize("cv", [KFold(7), StratifiedKFold(7)])
def test_a_splitter_that_cuts_through_patients_is_refused(cv):
    X, y = known_patients(n_recordings=3)
    with pytest.raises(LeakageError, match=r"first is 11.*allow_shared_patients"):
        cross_validate_levels(nearest_window(), X, y, cv=cv)


def test_result_is_the_same_for_one_and_two_jobs_and_draws_nothing_global():
    X, y = known_patients(n_patients=12)
    forest = WindowVotingClassifier(RandomForestClassifier(n_estimators=5))
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, two = (
        cross_validate_levels(forest, X, y, cv=3, random_state=0, n_jobs=n_jobs)
        for n_jobs in (1, 2)
    )
    assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    assert one.patients == two.patients
    assert repr(one) == repr(two)
    assert without_times(one) == without_times(two)
    assert forest.estimator.random_state is None
    other = cross_validate_levels(forest, X, y, cv=3, random_state=1)
    assert other.patients != one.patients


@pytest.mark.parametrize("routing", [False, True])
def test_patients_come_from_data_or_argument_with_routing_on_and_off(routing):
    X, y = known_patients(n_patients=12)
    with config_context(enable_metadata_routing=routing):
        results = [
            cross_validate_levels(nearest_window(), X, y, cv=3),
            cross_validate_levels(
                nearest_window(), X.with_groups(None), y, groups=X.groups, cv=3
            ),
            cross_validate_levels(nearest_window(), X, y, cv=GroupKFold(3), n_jobs=2),
        ]
    assert results[0].patients == results[1].patients
    assert len(results[2].patients) == 12


def test_nested_parts_see_patients_that_came_as_an_argument():
    class Asks(Oracle):
        def fit(self, X, y):
            assert X.groups is not None
            return super().fit(X, y)

        def predict_proba(self, X):
            return np.tile([1.0, 0.0], (len(X), 1))

    X = Recordings.from_array(np.zeros((4, 5)), sfreq=100)
    cross_validate_levels(Asks(), X, [0, 0, 1, 1], groups=list("abcd"), cv=2)


def test_repeated_folds_give_a_patient_an_answer_each_time():
    proba, y, groups = random_answers()
    splits = [
        split
        for seed in (0, 1)
        for split in PatientKFold(3, shuffle=True, random_state=seed).split(
            proba, y, groups
        )
    ]
    twice = cross_validate_levels(Oracle(), proba, y, groups=groups, cv=splits)
    once = cross_validate_levels(Oracle(), proba, y, groups=groups, cv=splits[:3])
    assert len(twice.patients) == 60
    for level in twice.levels:
        assert_allclose(twice.score("f1_macro", level), once.score("f1_macro", level))
    assert {row["fold"] for row in twice.patients[30:]} == {3, 4, 5}
    records = [r for r in twice.scores if r["level"] == "patient"]
    assert {r["n_patients"] for r in records} == {30}


def test_lists_of_recordings_work_too():
    signals = [np.full(4 + i, float(i)) for i in range(6)]
    mean = FunctionTransformer(lambda X: np.array([[x.mean()] for x in X]))
    result = cross_validate_levels(
        make_pipeline(mean, LogisticRegression()),
        signals,
        [0, 0, 0, 1, 1, 1],
        groups=list("abcdef"),
        cv=3,
    )
    assert result.levels == ["recording", "patient"]
    assert result.score("accuracy", "patient") >= 4 / 6


def test_unknown_patients_are_refused():
    X, y = known_patients()
    with pytest.raises(ValueError, match="pass Recordings"):
        cross_validate_levels(nearest_window(), X.with_groups(None), y)


def test_groups_that_contradict_the_data_are_refused():
    X, y = known_patients()
    with pytest.raises(SignalError, match="groups says"):
        cross_validate_levels(nearest_window(), X, y, groups=X.groups + 1)


def test_a_fold_that_trains_without_a_class_is_refused():
    proba, y, groups = random_answers(n_patients=6)
    first = np.flatnonzero(y == 0)
    split = (np.flatnonzero(y != 0), first)
    with pytest.raises(ValueError, match=r"fold 0 .* trains on no"):
        cross_validate_levels(Oracle(), proba, y, groups=groups, cv=[split])


def test_one_patient_of_a_class_is_refused_with_the_counts():
    X, y = [[0.0], [1.0], [1.1], [2.0]], ["a", "b", "b", "b"]
    with pytest.raises(ValueError, match=r"'a' has one; .*{'a': 1, 'b': 2}"):
        cross_validate_levels(Oracle(), X, y, groups=list("pqqr"), cv=2)


def test_the_three_patients_of_emgdb_are_refused_with_the_reason(skemg_data):
    emg = fetch_emgdb(skemg_data)
    with pytest.raises(ValueError, match="what is learned is the patient"):
        cross_validate_levels(HardOracle(), emg.data, emg.target, cv=2)


def test_a_patient_with_two_classes_is_refused_unless_patients_are_left_out():
    X = small_case()
    y = ["a", "b", "a", "b", "a"]
    vote = WindowVotingClassifier(Oracle())
    with pytest.raises(SignalError, match=r"'?p'? has two classes.*levels="):
        cross_validate_levels(vote, X, y, cv=2)
    result = cross_validate_levels(vote, X, y, cv=2, levels=["window", "recording"])
    assert result.levels == ["window", "recording"]


@pytest.mark.parametrize(
    "levels, message",
    [
        (["side"], "levels must be of"),
        (["window"], "ends in WindowVotingClassifier"),
        (["muscle"], "needs muscles="),
        ([], "at least one"),
    ],
)
def test_levels_that_are_not_there_are_refused(levels, message):
    proba, y, groups = random_answers()
    with pytest.raises(ValueError, match=message):
        cross_validate_levels(Oracle(), proba, y, groups=groups, levels=levels)


def test_confidence_is_checked_before_anything_is_fitted():
    proba, y, groups = random_answers()
    with pytest.raises(ValueError, match="confidence"):
        cross_validate_levels(None, proba, y, groups=groups, confidence=95)


def test_progress_is_shown_when_asked_for(capsys):
    small_result()
    assert capsys.readouterr().err == ""
    small_result(verbose=1)
    assert "2/2" in capsys.readouterr().err


def test_result_shows_itself_and_gives_frames():
    result = small_result()
    text, page = repr(result), result._repr_html_()
    assert "0.750 [0.301, 0.954]" in text  # Wilson, 3 of 4
    assert "0.750 [0.301, 0.954]" in page
    assert page.startswith("<table>")
    assert list(result.to_frame("patients")["patient"]) == ["p", "q", "r", "s"]
    assert len(result.to_frame()) == len(result.scores) == 3 * 12
    assert len(result.to_frame("folds")) == 2
    with pytest.raises(ValueError, match="table must be"):
        result.to_frame("recordings")
    with pytest.raises(ValueError, match="level must be one of"):
        result.answers("muscle")
