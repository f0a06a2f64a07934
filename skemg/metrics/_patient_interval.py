"""Interval of any score, by patient."""

import numpy as np
from scipy.stats import norm
from sklearn.utils import check_array, column_or_1d

from skemg.exceptions import SignalError
from skemg.signals._checks import as_groups

from ._patient_scores import get_score
from ._wilson_interval import check_confidence, score_interval


def patient_interval(
    metric, y_true, proba, *, groups, classes, confidence=0.95, random_state=None
):
    check_confidence(confidence)
    classes = column_or_1d(classes)
    proba = check_array(proba, dtype=np.float64, input_name="proba")
    truth = _codes(column_or_1d(y_true), classes, proba)
    patients = as_groups(groups, len(proba))
    if patients is None:
        raise ValueError(
            "patient_interval does not know the patients: pass groups, the patient of "
            "each row; it never takes a row for a patient"
        )
    patient = np.unique(patients, return_inverse=True)[1]
    score = get_score(metric, classes).fit(truth, proba, patient)
    z = norm.ppf((1 + confidence) / 2)
    weights = np.ones(patient.max() + 1)
    low, high = score.bounds
    estimate = (score(weights[None])[0] - low) / (high - low)
    without = (score(1 - np.eye(len(weights))) - low) / (high - low)
    n = len(weights)
    variance = (n - 1) / n * ((without - without.mean()) ** 2).sum()
    n_effective = n
    if variance > 0:
        n_effective = estimate * (1 - estimate) / variance
    ends = score_interval(estimate, n_effective, z)
    return tuple(float(low + end * (high - low)) for end in ends)


def _codes(y_true, classes, proba):
    """Return the number of the class of each row."""
    if proba.shape[1] != len(classes):
        raise ValueError(
            f"proba has {proba.shape[1]} columns for {len(classes)} classes"
        )
    if len(y_true) != len(proba):
        raise SignalError(f"y_true has {len(y_true)} labels for {len(proba)} rows")
    same = y_true[:, np.newaxis] == classes
    unknown = np.flatnonzero(~same.any(axis=1))
    if len(unknown):
        raise ValueError(
            f"y_true holds {y_true[unknown[0]]!r}, which is not in classes "
            f"{classes.tolist()}"
        )
    return same.argmax(axis=1)
