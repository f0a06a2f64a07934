"""The doors of all evaluations: data, patients, splits, levels."""

import numbers
import warnings

import numpy as np
from sklearn.model_selection import check_cv
from sklearn.utils import Bunch

from skemg.exceptions import LeakageError, SignalError
from skemg.metrics._vote import label_by_group
from skemg.signals import Recordings, Windows
from skemg.signals._checks import as_groups
from skemg.utils._groups import resolve_groups
from skemg.utils._labels import check_labels
from skemg.utils._number import check_share
from skemg.utils._sklearn import num_samples

from ._fold_runner import votes
from ._level_answers import LEVELS
from ._patient_kfold import PatientKFold
from ._patient_splitter import table


def check_input(estimator, X, y, groups, *, muscles=None, levels=None, confidence=0.95):
    """Return data that know their patients, classes, patients, muscles and levels."""
    check_share(confidence, "confidence")
    n_recordings = num_samples(X)
    y = check_labels(y, n_recordings)
    patients = resolve_groups(groups, X, n_recordings)
    if patients is None:
        raise ValueError(
            "the patients are unknown: pass Recordings(groups=...) or groups=; a "
            "recording is never taken for a patient"
        )
    if muscles is not None:
        muscles = as_groups(muscles, n_recordings, name="muscles", noun="muscle")
    levels = _levels(levels, estimator, muscles)
    if "patient" in levels or "muscle" in levels:
        try:
            label_by_group(y, patients)
        except SignalError as error:
            raise SignalError(
                f'{error}; where that is meant pass levels=["window", "recording"]'
            ) from None
    return Bunch(
        X=with_patients(X, patients),
        y=y,
        classes=np.unique(y),
        patients=patients,
        muscles=muscles,
        levels=levels,
    )


def with_patients(X, patients):
    """Let a container know the patients, so that all that is nested sees them."""
    if isinstance(X, Recordings | Windows) and X.groups is None:
        return X.with_groups(patients)
    return X


def _levels(levels, estimator, muscles):
    known = {"window": votes(estimator), "muscle": muscles is not None}
    if levels is None:
        return [level for level in LEVELS if known.get(level, True)]
    cures = {
        "window": "needs a pipeline that ends in WindowVotingClassifier",
        "muscle": "needs muscles=, the muscle of each recording",
    }
    levels = [levels] if isinstance(levels, str) else list(levels)
    for level in levels:
        if level not in LEVELS:
            raise ValueError(f"levels must be of {list(LEVELS)}, got {level!r}")
        if not known.get(level, True):
            raise ValueError(f"level {level!r} {cures[level]}")
    if not levels:
        raise ValueError(f"levels must name at least one of {list(LEVELS)}")
    return [level for level in LEVELS if level in levels]


def check_two_patients(y, patients):
    """Refuse a class with one patient: it cannot be in training and in test."""
    classes = np.unique(y)
    few = [str(c) for c in classes if len(np.unique(patients[y == c])) < 2]
    if len(classes) < 2 or few:
        reason = "there is one class" if len(classes) < 2 else f"{few[0]!r} has one"
        raise ValueError(
            f"no patient can be tested by others: {reason}; {table(y, patients)}. With "
            "one patient a class, what is learned is the patient and not the disease: "
            "add patients"
        )


def folds_of(cv, X, y, patients):
    """Return the folds of any splitter, told the patients whether it asks or not."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The groups parameter is ignored")
        return [tuple(map(np.asarray, sides)) for sides in cv.split(X, y, patients)]


def patient_splits(cv, data, *, allow_shared_patients=False):
    """Return the folds of a splitter, and refuse those that leak or cannot be learned.

    Parameters
    ----------
    cv : int, splitter, iterable or None
        As the user gave it.
    data : Bunch
        As `check_input` returns it.
    allow_shared_patients : bool
        Whether a patient may be on both sides.

    Returns
    -------
    splits : list of (train, test)
        Numbers of recordings.
    notes : list of str
        Says so where patients are shared.
    """
    if not allow_shared_patients:
        check_two_patients(data.y, data.patients)
    if cv is None or isinstance(cv, numbers.Integral):
        cv = PatientKFold(5 if cv is None else cv)
    cv = check_cv(cv, data.y, classifier=True)
    splits, n_shared = [], 0
    for fold, (train, test) in enumerate(folds_of(cv, data.X, data.y, data.patients)):
        shared = np.intersect1d(data.patients[train], data.patients[test])
        if len(shared) and not allow_shared_patients:
            raise LeakageError(
                f"fold {fold} of {cv!r} has {len(shared)} patients in training and in "
                f"test, the first is {shared.tolist()[0]!r}: choose PatientKFold; "
                "where the leak is meant pass allow_shared_patients=True"
            )
        missing = np.setdiff1d(data.classes, data.y[train])
        if len(missing) or len(test) == 0:
            what = (
                f"trains on no {missing.tolist()[0]!r}"
                if len(missing)
                else "tests nothing"
            )
            raise ValueError(
                f"fold {fold} of {cv!r} {what}; choose PatientKFold, which spreads the "
                "patients of each class, or fewer folds"
            )
        n_shared += len(shared) > 0
        splits.append((train, test))
    notes = []
    if n_shared:
        notes.append(
            f"patients in training and in test: {n_shared} of {len(splits)} folds; the "
            "scores say nothing of the next patient"
        )
    return splits, notes
