"""The system of clinical measures: any classifier, columns with names, ranking."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

from skemg.clinical import InterferencePattern, MUAPFeatures
from skemg.datasets import make_needle_emg
from skemg.exceptions import SignalError
from skemg.inspection import patient_importance
from skemg.metrics import patient_accuracy_score
from skemg.model_selection import PatientKFold
from skemg.signals import Recordings
from skemg.systems import clinical_features

NAMES = ["random_forest", "gradient_boosting", "svm", "mlp"]


@pytest.fixture(scope="module")
def cohort():
    counts = dict.fromkeys(["normal", "neuropathic", "myopathic"], 14)
    return make_needle_emg(
        counts, n_recordings=1, duration=2.0, sfreq=16_000, random_state=0
    )


@pytest.fixture(scope="module")
def measured(cohort):
    """Return what stands before the classifier, fitted, and its table."""
    steps = clinical_features("svm")[:3]
    return steps, steps.fit_transform(cohort.data)


def classifier_of(*args, **kwargs):
    """Return what stands behind the table."""
    steps = clinical_features(*args, random_state=0, **kwargs).steps[3:]
    return Pipeline(steps)


@pytest.mark.parametrize("name", NAMES)
def test_unseen_patients_are_told_apart_better_than_by_chance(name, cohort, measured):
    model = classifier_of(name)
    if name == "random_forest":
        model.set_params(randomforestclassifier__n_estimators=50)
    predicted = cross_val_predict(
        model, measured[1], cohort.target, groups=cohort.groups, cv=PatientKFold(3)
    )
    accuracy = patient_accuracy_score(cohort.target, predicted, groups=cohort.groups)
    assert accuracy > 0.33 + 2 * 0.073, accuracy  # chance and its SD of 42 patients


def test_the_whole_system_is_a_pipeline_with_one_answer_a_recording(cohort, measured):
    few = cohort.data[:6]
    system = clinical_features(random_state=0)
    assert type(system) is Pipeline
    system.set_params(randomforestclassifier__n_estimators=10)
    proba = system.fit(few, cohort.target[:6]).predict_proba(few)
    assert proba.shape == (6, len(set(cohort.target[:6])))
    assert_allclose(proba.sum(axis=1), 1)
    assert_array_equal(system[:3].transform(few), measured[1][:6])


def test_the_columns_are_named_as_clinicians_name_them(measured):
    names = measured[0]["featureunion"].get_feature_names_out().tolist()
    assert len(names) == measured[1].shape[1] == len(set(names))
    assert {"muap_duration_ms_mean", "n_units", "ip_turns_per_s"} <= set(names)


def test_recordings_without_motor_units_are_answered(measured):
    table = measured[1]
    names = measured[0]["featureunion"].get_feature_names_out().tolist()
    flat = Recordings.from_array(np.zeros((1, 32_000)), sfreq=16_000, unit="uV")
    row = measured[0].transform(flat)
    assert row[0, names.index("n_units")] == 0
    assert np.isnan(row[0, names.index("muap_duration_ms_mean")])
    y = np.arange(len(table)) % 2
    for name in NAMES:
        assert classifier_of(name).fit(table, y).predict(row).shape == (1,)


@pytest.mark.parametrize("name", NAMES)
def test_a_column_that_nobody_has_stops_no_classifier(name):
    table = np.column_stack([np.arange(12.0), np.full(12, np.nan)])
    y = np.repeat([0, 1], 6)
    assert classifier_of(name).fit(table, y).score(table, y) > 0.9


class TakesNaN(ClassifierMixin, BaseEstimator):
    """A stranger, as a booster of another library."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.has_seen_nan_ = bool(np.isnan(X).any())
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def test_a_given_classifier_gets_an_imputer_only_where_it_needs_one():
    table = np.array([[1.0, np.nan], [2.0, 5.0], [3.0, 7.0]])
    stranger = TakesNaN()
    assert clinical_features(stranger)[-1] is stranger
    assert classifier_of(stranger).fit(table, [0, 1, 1])[-1].has_seen_nan_
    for classifier in [LogisticRegression(), HistGradientBoostingClassifier()]:
        filled = classifier_of(classifier)[:-1].fit_transform(table)
        assert_array_equal(filled, [[1, 6], [2, 5], [3, 7]])


def test_what_is_no_classifier_is_refused():
    with pytest.raises(ValueError, match="classifier must be one of 'random_forest'"):
        clinical_features("forest")
    with pytest.raises(ValueError, match="classifier must be one of"):
        clinical_features(None)
    with pytest.raises(ValueError, match="join_dwt must be True or False"):
        clinical_features(join_dwt="yes")


def test_uncalibrated_recordings_are_refused(cohort):
    X = Recordings.from_array(np.zeros((2, 16_000)), sfreq=16_000)
    with pytest.raises(SignalError, match="uncalibrated"):
        clinical_features().fit(X, [0, 1])


def test_measures_are_ranked_by_name_at_patient_level(cohort):
    joined = clinical_features(LogisticRegression(max_iter=5000), join_dwt=True)
    union = joined["featureunion"]
    union.transformer_list = union.transformer_list[1:]  # motor units take a while
    few, y = cohort.data[:6], cohort.target[:6]
    fitted = joined.fit(few, y)
    result = patient_importance(fitted, few, y, n_repeats=1, random_state=0)
    assert result.names[0] == "ip_turns_per_s"
    assert result.names[7] == "mean_dwt_d1_mav"
    assert result.names[-1] == "q90_dwt_d5_a5_ratio"


def test_names_of_a_data_frame_are_those_of_its_columns(cohort):
    pytest.importorskip("pandas")
    forest = clinical_features()[-1].set_params(n_estimators=5, random_state=0)
    pipe = make_pipeline(InterferencePattern(), forest).set_output(transform="pandas")
    few, y = cohort.data[:6], cohort.target[:6]
    result = patient_importance(pipe.fit(few, y), few, y, n_repeats=1, random_state=0)
    assert result.names.tolist() == pipe[0].get_feature_names_out().tolist()


def test_the_filters_leave_the_motor_units_as_they_are():
    emg = make_needle_emg(
        n_patients=6, n_recordings=1, duration=4.0, sfreq=24000, random_state=1
    )
    system = clinical_features("svm").fit(emg.data, emg.target)
    features = MUAPFeatures().fit(emg.data)
    raw, filtered = (
        dict(
            zip(
                features.get_feature_names_out(),
                features.transform(data).mean(axis=0),
                strict=True,
            )
        )
        for data in (emg.data, system[:2].transform(emg.data))
    )
    for name in ("n_units", "muap_duration_ms_mean", "muap_amplitude_uv_mean"):
        assert filtered[name] == pytest.approx(raw[name], rel=0.1), name
