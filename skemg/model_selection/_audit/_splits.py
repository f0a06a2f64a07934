"""The splits of an audit, and the side on which each recording is."""

import warnings

import numpy as np
from sklearn.model_selection import check_cv

from .._patient_kfold import PatientKFold


def list_splits(X, cohort, cv):
    """Return the rows of training and test; splits that show nothing are refused."""
    classes = np.unique(cohort.y)
    if len(classes) < 2:
        raise ValueError(
            f"y has one class, {str(classes[0])!r}; there is nothing to tell"
        )
    counts = patient_counts(cohort.y, cohort.groups)
    if cv is None:
        if min(counts.values()) < 2:
            raise ValueError(
                "a class has one patient, so class and patient are the same thing and "
                "no split can show how well new patients are told apart; patients a "
                f"class: {counts}. Add patients"
            )
        cv = PatientKFold(5)
    cv = check_cv(cv, cohort.y, classifier=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The groups parameter is ignored")
        splits = [
            (np.arange(len(cohort.y))[train], np.arange(len(cohort.y))[test])
            for train, test in cv.split(X, cohort.y, cohort.groups)
        ]
    if not splits:
        raise ValueError("cv gives no split; there is nothing to audit")
    for k, (train, test) in enumerate(splits):
        if len(test) == 0:
            raise ValueError(f"split {k} tests nobody; leave it out of cv")
        missing = np.setdiff1d(classes, cohort.y[train])
        if len(missing):
            raise ValueError(
                f"split {k} trains without the class {str(missing[0])!r}; patients a "
                f"class: {counts}. Choose fewer splits or add patients"
            )
    return splits


def sides_of_recordings(cohort, splits):
    """Return whether each recording has rows in training, and in test."""
    sides = np.zeros((2, len(splits), cohort.n_recordings), bool)
    for k, split in enumerate(splits):
        for side, rows in zip(sides, split, strict=True):
            side[k, cohort.recording[rows]] = True
    return tuple(sides)


def put_patients_apart(y, patients, n_splits):
    """Return the sides of recordings under folds of whole patients."""
    sides = np.zeros((2, n_splits, len(y)), bool)
    for k, split in enumerate(PatientKFold(n_splits).split(y, y, patients)):
        for side, recordings in zip(sides, split, strict=True):
            side[k, recordings] = True
    return tuple(sides)


def patient_counts(y, patients):
    """Return the number of patients of each class."""
    return {str(c): len(np.unique(patients[y == c])) for c in np.unique(y)}
