"""Answers for patients by whom nothing was fitted."""

import numbers

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GroupKFold
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.parallel import Parallel, delayed

from skemg.model_selection import PatientKFold
from skemg.utils._sklearn import num_samples, safe_indexing


def ballots(estimator, X, params):
    """Return class probabilities of recordings, 1 and 0 where there are none."""
    if hasattr(estimator, "predict_proba"):
        return estimator.predict_proba(X, **params)
    return (estimator.predict(X)[:, np.newaxis] == estimator.classes_).astype(float)


def mean_by_patient(proba, codes):
    """Return the mean of the rows of each patient, numbered from 0."""
    total = np.zeros((codes.max() + 1, proba.shape[1]))
    np.add.at(total, codes, proba)
    return total / np.bincount(codes)[:, np.newaxis]


def patient_folds(
    cv, X, y, patients, *, shuffle=False, stratify=True, random_state=None
):
    """Return the folds of a splitter; a patient on both sides raises.

    Parameters
    ----------
    cv : None, int, splitter or iterable
        None is 5, a number is that of the folds.
    X, y, patients : of n_recordings
        What to split.
    shuffle : bool, default=False
        Whether None and numbers draw the patients.
    stratify : bool, default=True
        Whether None and numbers spread the classes evenly.
    random_state : int, RandomState instance or None, default=None
        Seed of `shuffle`.

    Returns
    -------
    folds : list of (train, test)
        Numbers of recordings.
    """
    cv = 5 if cv is None else cv
    if isinstance(cv, numbers.Integral):
        splitter = PatientKFold if stratify else GroupKFold
        seed = random_state if shuffle else None
        cv = splitter(cv, shuffle=shuffle, random_state=seed)
    folds = list(_split(cv, X, y, patients) if hasattr(cv, "split") else cv)
    for i, (train, test) in enumerate(folds):
        shared = np.intersect1d(patients[train], patients[test])
        if len(shared):
            raise ValueError(
                f"fold {i} of cv, a {type(cv).__name__}, has patient {shared[0]} on "
                "both sides; use PatientKFold or another splitter of patients"
            )
    return folds


def _split(cv, X, y, patients):
    """Split by a splitter, which gets the patients unless it has no use for them."""
    if hasattr(cv, "get_metadata_routing") and not get_routing_for_object(cv).consumes(
        "split", ["groups"]
    ):
        return cv.split(X, y)
    return cv.split(X, y, groups=patients)


def held_out_fold(cv, X, y, patients, *, stratify=False, random_state=None):
    """Return one fold, of a third of the patients unless `cv` says otherwise.

    They are drawn without regard to their class. Were the classes spread evenly, a
    class of which training has few would be rare among those held out too, and what is
    learned from them would not hold for the next patient.
    """
    return patient_folds(
        3 if cv is None else cv,
        X,
        y,
        patients,
        shuffle=True,
        stratify=stratify,
        random_state=random_state,
    )[:1]


def fit_folds(estimator, X, y, folds, params, n_jobs=None):
    """Fit a clone on each fold and let it answer for the fold's test patients.

    Parameters
    ----------
    estimator : classifier
        Of recordings or of patients.
    X, y : of n_recordings
        Data and classes.
    folds : list of (train, test)
        Numbers of recordings.
    params : dict
        Of the methods `fit` and `predict_proba`.
    n_jobs : int, default=None
        Folds at once.

    Returns
    -------
    fitted : list of (estimator, proba)
        The probabilities of the recordings in `test`.
    """
    classes = np.unique(y)
    fitted = Parallel(n_jobs=n_jobs)(
        delayed(_fit_fold)(clone(estimator), X, y, train, test, params)
        for train, test in folds
    )
    for i, (model, _) in enumerate(fitted):
        if not np.array_equal(model.classes_, classes):
            raise ValueError(
                f"the training patients of fold {i} have the classes "
                f"{model.classes_.tolist()}, all patients have {classes.tolist()}; use "
                "fewer folds or a splitter that spreads the classes, as PatientKFold "
                "does"
            )
    return fitted


def out_of_fold(estimator, X, y, patients, params, *, cv=None, n_jobs=None):
    """Return probabilities of each recording from models that know not its patient.

    Where the folds test a recording several times, its answers are averaged.
    """
    folds = patient_folds(cv, X, y, patients)
    total, n_answers = np.zeros((len(y), len(np.unique(y)))), np.zeros(len(y), int)
    fitted = fit_folds(estimator, X, y, folds, params, n_jobs)
    for (_, test), (_, proba) in zip(folds, fitted, strict=True):
        total[test] += proba
        n_answers[test] += 1
    if not n_answers.all():
        raise ValueError(
            f"cv, a {type(cv).__name__}, tests {np.count_nonzero(n_answers)} of "
            f"{len(y)} recordings, and every patient must be tested; use PatientKFold"
        )
    return total / n_answers[:, np.newaxis]


def _fit_fold(estimator, X, y, train, test, params):
    model = estimator.fit(
        safe_indexing(X, train), y[train], **_rows(params["fit"], X, train)
    )
    seen = _rows(params["predict_proba"], X, test)
    return model, ballots(model, safe_indexing(X, test), seen)


def _rows(params, X, index):
    """Take the entries of those parameters that have one a recording."""
    return {
        name: safe_indexing(value, index)
        if hasattr(value, "__len__")
        and not isinstance(value, str | dict)
        and num_samples(value) == num_samples(X)
        else value
        for name, value in params.items()
    }
