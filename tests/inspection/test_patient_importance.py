"""Importance of features, counted over patients."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skemg.inspection import patient_importance
from skemg.metrics import patient_scorer
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower, WindowPooling, WindowVotingClassifier


class FirstColumn(LogisticRegression):
    """Answers by the sign of the first column; ignores the second."""

    def fit(self, X, y, sample_weight=None):
        super().fit(X, y, sample_weight)
        self.coef_[:] = [50.0, 0.0]
        self.intercept_[:] = 0
        return self


class Table(BaseEstimator):
    """A step that turns recordings into windows of two features."""

    def fit(self, X, y=None):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def transform(self, X):
        offsets = 2 * np.arange(len(X) + 1)
        return Windows(
            X.values.reshape(-1, 2),
            offsets,
            sfreq=1000,
            groups=X.groups,
            feature_names=["used", "unused"],
        )


def cohort(n_patients=40):
    """Return two recordings of four samples for each patient, and the classes."""
    y = np.repeat(np.arange(n_patients) % 2, 2)
    values = np.random.default_rng(0).normal(size=(len(y), 4))
    values[:, [0, 2]] = np.where(y == 1, 1, -1)[:, np.newaxis]
    groups = np.repeat(np.arange(n_patients), 2)
    return Recordings.from_array(values, sfreq=1000, groups=groups), y


def fitted():
    emg, y = cohort()
    return make_pipeline(Table(), WindowVotingClassifier(FirstColumn())).fit(emg, y)


def test_what_is_not_used_costs_nothing_and_what_decides_costs_all():
    emg, y = cohort()
    result = patient_importance(fitted(), emg, y, n_repeats=30, random_state=0)
    assert result.score == 1
    assert result.names.tolist() == ["used", "unused"]
    assert_array_equal(result.importances[1], 0)
    # a guess is right for half of the patients: 40 of them, 30 times
    assert_allclose(result.importances_mean[0], 0.5, atol=3 * 0.5 / np.sqrt(40 * 30))


def test_columns_are_permuted_together():
    emg, y = cohort()
    pipe = fitted()
    both = {"both": ["unused", "used"], "second": ["unused"]}
    result = patient_importance(pipe, emg, y, features=both, random_state=0)
    assert result.names.tolist() == ["both", "second"]
    assert result.importances_mean[0] > 0.3
    assert result.importances_mean[1] == 0


def test_the_score_is_that_of_the_patient_scorer():
    emg, y = cohort()
    y = np.where(emg.groups < 6, 1 - y, y)  # some patients are wrong
    pipe = fitted()
    result = patient_importance(pipe, emg, y, scoring="accuracy", n_repeats=1)
    assert result.score == patient_scorer("accuracy")(pipe, emg, y) == 34 / 40


def test_pooled_columns_have_their_names_and_plain_arrays_their_numbers():
    rng = np.random.default_rng(0)
    emg = Recordings.from_array(
        rng.normal(size=(8, 400)), sfreq=1000, groups=np.arange(8)
    )
    y = [0, 1] * 4
    from skemg.features import TimeDomainFeatures

    pooled = make_pipeline(
        Windower(length=0.1, hop=0.1),
        TimeDomainFeatures(["rms", "mav"]),
        WindowPooling(("mean", "max")),
        StandardScaler(),
        LogisticRegression(),
    ).fit(emg, y)
    names = patient_importance(pooled, emg, y, n_repeats=1).names.tolist()
    assert names == ["mean_rms", "mean_mav", "max_rms", "max_mav"]
    table = rng.normal(size=(8, 3))
    plain = make_pipeline(StandardScaler(), LogisticRegression()).fit(table, y)
    result = patient_importance(plain, table, y, groups=np.arange(8), n_repeats=1)
    assert result.names.tolist() == ["x0", "x1", "x2"]


def test_a_classifier_is_looked_at_on_a_table_of_features():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(20), 2)
    y = groups % 2
    table = np.column_stack([rng.normal(size=40), y + rng.normal(0, 0.1, 40)])
    frame = pd.DataFrame(table, columns=["noise", "duration"])
    kwargs = {"groups": groups, "n_repeats": 10, "random_state": 0}
    for X, names in ((table, ["x0", "x1"]), (frame, list(frame))):
        classifier = LogisticRegression().fit(X, y)
        result = patient_importance(classifier, X, y, **kwargs)
        assert result.names.tolist() == names
        assert result.score == 1
        assert result.importances_mean[1] > 0.2
        assert_array_equal(result.importances[0], 0)
        alone = patient_importance(make_pipeline(classifier), X, y, **kwargs)
        assert_array_equal(alone.importances, result.importances)
    behind = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, y)
    result = patient_importance(behind, frame, y, **kwargs)
    assert result.names.tolist() == ["noise", "duration"]
    with pytest.raises(ValueError, match="does not know the patients"):
        patient_importance(classifier, frame, y)


def test_a_data_frame_stays_one_and_keeps_its_names():
    table = np.random.default_rng(0).normal(size=(8, 2))
    y = [0, 1] * 4
    frame = StandardScaler().set_output(transform="pandas")
    results = [
        patient_importance(
            make_pipeline(scaler, LogisticRegression()).fit(table, y),
            table,
            y,
            groups=np.arange(8),
            random_state=0,
        )
        for scaler in (frame, StandardScaler())  # a warning of lost names is an error
    ]
    assert_array_equal(results[0].importances, results[1].importances)


def test_the_result_does_not_depend_on_the_number_of_jobs():
    emg, y = cohort()
    one, two = (
        patient_importance(fitted(), emg, y, random_state=0, n_jobs=n) for n in (1, 2)
    )
    assert_array_equal(one.importances, two.importances)


def test_bad_input_is_named():
    emg, y = cohort()
    pipe = fitted()
    with pytest.raises(ValueError, match="does not know the patients"):
        patient_importance(pipe, emg.with_groups(None), y)
    with pytest.raises(ValueError, match="X holds signals: pass a fitted"):
        patient_importance(LogisticRegression(), emg, y)
    with pytest.raises(ValueError, match="names \\['rms'\\]"):
        patient_importance(pipe, emg, y, features={"a": ["rms"]})
    with pytest.raises(ValueError, match="names no column"):
        patient_importance(pipe, emg, y, features={"a": []})
    for features in (["used"], {}):
        with pytest.raises(ValueError, match="features must be a dict"):
            patient_importance(pipe, emg, y, features=features)
    signals = make_pipeline(
        Windower(length=0.002, hop=0.002), WindowVotingClassifier(FirstColumn())
    ).fit(emg, y)
    with pytest.raises(ValueError, match="sees signals"):
        patient_importance(signals, emg, y)
