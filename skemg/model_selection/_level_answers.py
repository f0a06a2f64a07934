"""From the answers of the folds to one answer a window, recording, muscle, patient."""

import numpy as np
from sklearn.utils import Bunch

from skemg.metrics._vote import label_by_group, vote_of_scores

LEVELS = ("window", "recording", "muscle", "patient")
JOINED = -1  # the fold of an answer that was joined over several folds


def answers_of_levels(folds, y, patients, muscles, levels):
    """Join the rows of all folds to the answers of each level.

    Parameters
    ----------
    folds : list of Bunch
        As `read_rows` gives them, each with `round`: how often each row was tested
        before.
    y, patients : ndarray of shape (n_recordings,)
        Class and patient of each recording.
    muscles : ndarray of shape (n_recordings,) or None
        Muscle of each recording.
    levels : list of str
        What is asked for.

    Returns
    -------
    answers : dict
        For each level a Bunch of `target`, `proba`, `groups`, `fold`, `n_recordings`
        and `has_proba`.
    """
    recording = np.concatenate([fold.recording for fold in folds])
    again = np.concatenate([fold.round for fold in folds])
    proba = np.concatenate([fold.proba for fold in folds])
    fold = np.repeat(np.arange(len(folds)), [len(fold.recording) for fold in folds])
    is_proba = all(fold.recording_proba for fold in folds)
    answers = {}
    if "window" in levels:
        answers["window"] = Bunch(
            target=y[recording],
            proba=proba,
            groups=patients[recording],
            fold=fold,
            n_recordings=np.ones(len(proba), dtype=int),
            has_proba=all(fold.window_proba for fold in folds),
        )
    # a recording that is tested twice, as by repeated folds, has two answers
    unit, first = _units(again, recording)
    recording, again = recording[first], again[first]
    proba = vote_of_scores(proba, unit).proba
    fold = _fold_of_units(unit, fold)
    for level in levels:
        if level == "window":
            continue
        inner = None
        if level == "recording":
            unit, first = np.arange(len(recording)), np.arange(len(recording))
        elif level == "muscle":
            unit, first = _units(again, _code(patients, muscles)[recording])
        else:
            unit, first = _units(again, _code(patients)[recording])
            inner = None if muscles is None else muscles[recording]
        answers[level] = Bunch(
            target=label_by_group(y[recording], unit),
            proba=vote_of_scores(proba, unit, levels=inner).proba,
            groups=patients[recording][first],
            fold=_fold_of_units(unit, fold),
            n_recordings=np.bincount(unit),
            has_proba=is_proba,
        )
    return answers


def _units(*columns):
    """Return the number of each row's unit, and the first row of each unit."""
    _, first, unit = np.unique(
        np.column_stack(columns), axis=0, return_index=True, return_inverse=True
    )
    return unit.reshape(-1), first


def _code(*columns):
    """Return a number for each distinct combination of names."""
    codes = [np.unique(column, return_inverse=True)[1] for column in columns]
    return _units(*codes)[0]


def _fold_of_units(unit, fold):
    low = np.full(unit.max() + 1, fold.max())
    high = np.full(unit.max() + 1, fold.min())
    np.minimum.at(low, unit, fold)
    np.maximum.at(high, unit, fold)
    return np.where(low == high, low, JOINED)
