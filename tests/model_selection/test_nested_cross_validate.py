import numpy as np
import pytest
from evaluation_data import known_patients, nearest_window, without_times
from numpy.testing import assert_allclose
from scipy.stats import norm
from sklearn import config_context
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    KFold,
    RandomizedSearchCV,
    StratifiedGroupKFold,
)

from skemg.exceptions import LeakageError
from skemg.metrics import patient_scorer
from skemg.model_selection import (
    PatientKFold,
    ResumableGridSearchCV,
    nested_cross_validate,
)

GRID = {"estimator__n_neighbors": [1, 3]}
SPLITTERS = [PatientKFold(2), GroupKFold(2), StratifiedGroupKFold(2)]


def grid_search(cv, **options):
    return GridSearchCV(nearest_window(), GRID, cv=cv, **options)


def test_classes_by_lot_are_at_chance():
    scores = []
    for seed in range(6):
        X, y = known_patients(random_state=seed)
        search = grid_search(PatientKFold(3), scoring=patient_scorer())
        result = nested_cross_validate(search, X, y, cv=4)
        scores.append([result.score("accuracy", level) for level in result.levels])
    tolerance = norm.ppf(0.999) * np.sqrt(0.25 / (6 * 40))
    assert_allclose(np.mean(scores, axis=0), 0.5, atol=tolerance)


def test_each_fold_tells_what_was_chosen_on_its_training_patients():
    X, y = known_patients(n_patients=20)
    cv = PatientKFold(4)
    result = nested_cross_validate(grid_search(PatientKFold(2)), X, y, cv=cv)
    for (train, test), fold in zip(cv.split(X, y), result.folds, strict=True):
        alone = grid_search(PatientKFold(2)).fit(X[train], y[train])
        assert fold["best_params"] == alone.best_params_
        assert fold["best_score"] == alone.best_score_
        rows = {row["patient"]: row for row in result.patients}
        for patient, p in zip(
            X.groups[test], alone.predict_proba(X[test]), strict=True
        ):
            assert rows[patient]["fold"] == fold["fold"]
            assert 0 <= p[0] <= 1


def test_answers_are_those_of_a_search_per_fold():
    X, y = known_patients(n_patients=16, n_recordings=1)
    cv = PatientKFold(4)
    result = nested_cross_validate(grid_search(PatientKFold(2)), X, y, cv=cv)
    expected = np.empty((16, 2))
    for train, test in cv.split(X, y):
        search = grid_search(PatientKFold(2)).fit(X[train], y[train])
        expected[X.groups[test]] = search.predict_proba(X[test])
    assert_allclose(result.answers("patient").proba, expected)


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("inner", SPLITTERS, ids=lambda cv: type(cv).__name__)
@pytest.mark.parametrize("carried", [False, True])
def test_every_patient_splitter_works_inside_with_routing_on_and_off(
    routing, inner, carried
):
    X, y = known_patients(n_patients=12)
    groups = None if carried else X.groups
    X = X if carried else X.with_groups(None)
    with config_context(enable_metadata_routing=routing):
        result = nested_cross_validate(grid_search(inner), X, y, groups=groups, cv=3)
    assert len(result.patients) == 12
    assert all("best_params" in fold for fold in result.folds)


@pytest.mark.parametrize("routing", [False, True])
def test_plain_rows_work_too(routing):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(24, 3)), np.tile([0, 0, 1, 1], 6)
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=PatientKFold(2))
    with config_context(enable_metadata_routing=routing):
        result = nested_cross_validate(
            search, X + 3 * y[:, np.newaxis], y, groups=np.repeat(range(12), 2), cv=3
        )
    assert result.score("accuracy", "patient") > 0.9


def test_randomized_and_halving_searches_work():
    X, y = known_patients(n_patients=24)
    randomized = RandomizedSearchCV(
        nearest_window(), GRID, n_iter=1, cv=PatientKFold(2)
    )
    halving = HalvingGridSearchCV(
        nearest_window(), GRID, cv=PatientKFold(2), min_resources=16
    )
    for search in (randomized, halving):
        result = nested_cross_validate(search, X, y, cv=3, random_state=0)
        assert len(result.folds) == 3
        assert set(result.folds[0]["best_params"]) == set(GRID)


def test_a_resumable_search_takes_a_number_for_patient_folds_and_no_journal(tmp_path):
    X, y = known_patients(n_patients=12)
    numbered = ResumableGridSearchCV(nearest_window(), GRID, cv=2)
    result = nested_cross_validate(numbered, X, y, cv=3)
    plain = nested_cross_validate(grid_search(PatientKFold(2)), X, y, cv=3)
    assert result.patients == plain.patients
    assert without_times(result) == without_times(plain)
    numbered.set_params(journal=tmp_path / "journal")
    with pytest.raises(ValueError, match="set journal=None"):
        nested_cross_validate(numbered, X, y, cv=3)


def test_result_is_the_same_for_one_and_two_jobs():
    X, y = known_patients(n_patients=12)
    search = RandomizedSearchCV(nearest_window(), GRID, n_iter=1, cv=PatientKFold(2))
    one, two = (
        nested_cross_validate(search, X, y, cv=3, random_state=0, n_jobs=n_jobs)
        for n_jobs in (1, 2)
    )
    assert one.patients == two.patients
    assert without_times(one) == without_times(two)


@pytest.mark.parametrize("cv, cure", [(None, 3), (4, 4)])
def test_numbers_of_inner_folds_are_refused_with_the_cure(cv, cure):
    X, y = known_patients()
    with pytest.raises(ValueError, match=rf"cv=PatientKFold\({cure}\)"):
        nested_cross_validate(grid_search(cv), X, y)


def test_inner_folds_that_cut_through_patients_are_refused():
    X, y = known_patients()
    leaking = KFold(3, shuffle=True, random_state=0)
    with pytest.raises(LeakageError, match="inner fold 0 of outer fold 0 has patient"):
        nested_cross_validate(grid_search(leaking), X, y)


def test_fixed_inner_folds_are_refused():
    X, y = known_patients()
    folds = list(PatientKFold(2).split(X, y))
    with pytest.raises(ValueError, match="every outer fold needs others"):
        nested_cross_validate(grid_search(folds), X, y)


def test_what_is_no_search_or_has_no_refit_is_refused():
    X, y = known_patients()
    with pytest.raises(ValueError, match="cross_validate_levels"):
        nested_cross_validate(nearest_window(), X, y)
    with pytest.raises(ValueError, match="refit=True"):
        nested_cross_validate(grid_search(PatientKFold(2), refit=False), X, y)
