"""From recordings to patients, by vote."""

import numpy as np
from sklearn.utils import Bunch, column_or_1d

from skemg.exceptions import SignalError
from skemg.signals._checks import as_groups

from ._probabilities import as_scores, check_probabilities


def vote_by_group(proba, groups, *, y=None, levels=None, voting="soft"):
    """Join the answers of the recordings of each patient to one.

    Parameters
    ----------
    proba : array-like of shape (n_recordings, n_classes)
        Class probabilities of each recording, for example of
        `cross_val_predict(..., method="predict_proba")`.
    groups : array-like of shape (n_recordings,)
        The patient of each recording.
    y : array-like of shape (n_recordings,), default=None
        The class of each recording, the same for all of a patient; gives `target`.
    levels : array-like of shape (n_recordings,) or list of such, default=None
        Steps between recording and patient, the finest first: the muscle of each
        recording, or the muscle and then the side. Each step votes within its patient,
        so a muscle with many recordings does not outvote the others.
    voting : {"soft", "hard"}, default="soft"
        "soft" averages the probabilities; "hard" lets each recording (then each
        muscle) vote for its most probable class.

    Returns
    -------
    vote : Bunch
        `groups`, the patients in sorted order; `proba`, an ndarray of shape
        (n_patients, n_classes) whose `argmax(axis=1)` is the winner, a tie going to the
        first class; and `target` of shape (n_patients,), or None without `y`.

    Raises
    ------
    SignalError
        If a patient has two classes in `y`, or the lengths differ.
    ValueError
        If `voting` is not known, or a row of `proba` is below 0 or has another sum
        than 1.

    See Also
    --------
    patient_scorer : The vote inside a search.
    skemg.windowing.WindowVotingClassifier : From windows to recordings.

    References
    ----------
    .. [1] Yoo, J. et al. (2022). "Residual one-dimensional convolutional neural network
       for neuromuscular disorder classification from needle electromyography signals
       with explainability." Computer Methods and Programs in Biomedicine, 226.
       doi:10.1016/j.cmpb.2022.107079

    Examples
    --------
    >>> from skemg.metrics import vote_by_group
    >>> proba = [[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]]
    >>> vote = vote_by_group(proba, ["p1", "p1", "p2"])
    >>> vote.groups, vote.proba.argmax(axis=1)
    (array(['p1', 'p2'], dtype='<U2'), array([0, 1]))
    """
    proba = as_scores(proba)
    check_probabilities(proba)
    return vote_of_scores(proba, groups, y=y, levels=levels, voting=voting)


def vote_of_scores(proba, groups, *, y=None, levels=None, voting="soft"):
    """Do what `vote_by_group` does, for margins too."""
    if voting not in ("soft", "hard"):
        raise ValueError(f'voting must be "soft" or "hard", got {voting!r}')
    proba = as_scores(proba)
    patients = as_groups(groups, len(proba))
    if patients is None:
        raise ValueError(
            "vote_by_group needs groups, the patient of each recording; it never takes "
            "a recording for a patient"
        )
    units = _nested_units(patients, levels)
    for unit in units:
        if voting == "hard":
            proba = np.eye(proba.shape[1])[proba.argmax(axis=1)]
        proba = _mean_by(unit, proba)
    return Bunch(
        groups=np.unique(patients),
        proba=proba,
        target=None if y is None else label_by_group(y, patients),
    )


def label_by_group(y, groups):
    """Return the class of each patient, in sorted order; two classes raise."""
    y = column_or_1d(y)
    if len(y) != len(groups):
        raise SignalError(f"y has {len(y)} labels for {len(groups)} recordings")
    _, first, index = np.unique(groups, return_index=True, return_inverse=True)
    labels = y[first]
    other = np.flatnonzero(y != labels[index])
    if len(other):
        i = other[0]
        raise SignalError(
            f"patient {groups[i]} has two classes, {labels[index[i]]} (recording "
            f"{first[index[i]]}) and {y[i]} (recording {i}); one answer a patient "
            "needs one class a patient"
        )
    return labels


def _nested_units(patients, levels):
    """Return, for each step of the vote, the next unit of each present one."""
    levels = [] if levels is None else list(levels)
    if levels and np.ndim(levels[0]) == 0:
        levels = [levels]
    codes = np.unique(patients, return_inverse=True)[1]
    paths = [codes]
    for level in reversed(levels):  # a unit is a muscle of a patient, a side of that
        names = as_groups(level, len(patients), name="levels", noun="unit")
        pairs = np.column_stack([paths[0], np.unique(names, return_inverse=True)[1]])
        paths.insert(0, np.unique(pairs, axis=0, return_inverse=True)[1].reshape(-1))
    units, present = [], np.arange(len(patients))
    for path in paths:
        units.append(path[present])
        present = present[np.unique(path[present], return_index=True)[1]]
    return units


def _mean_by(unit, rows):
    total = np.zeros((unit.max() + 1, rows.shape[1]))
    np.add.at(total, unit, rows)
    return total / np.bincount(unit)[:, np.newaxis]
