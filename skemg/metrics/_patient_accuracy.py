"""Accuracy with one answer a patient."""

import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.utils import check_consistent_length, column_or_1d

from ._vote import label_by_group, vote_by_group


def patient_accuracy_score(y_true, y_pred, *, groups):
    """Share of the patients whose recordings vote for the right class.

    Parameters
    ----------
    y_true : array-like of shape (n_recordings,)
        The class of each recording, the same for all of a patient.
    y_pred : array-like of shape (n_recordings,)
        The predicted classes. The most frequent one of a patient wins; a tie goes to
        the first in sorted order.
    groups : array-like of shape (n_recordings,)
        The patient of each recording.

    Returns
    -------
    accuracy : float
        Between 0 and 1.

    Raises
    ------
    SignalError
        If a patient has two classes in `y_true`, or the lengths differ.

    See Also
    --------
    patient_scorer : Any score of scikit-learn at the level of patients.

    Examples
    --------
    >>> from skemg.metrics import patient_accuracy_score
    >>> patient_accuracy_score(
    ...     [0, 0, 0, 1], [0, 1, 0, 0], groups=["p1", "p1", "p1", "p2"]
    ... )
    0.5
    """
    y_true, y_pred = column_or_1d(y_true), column_or_1d(y_pred)
    check_consistent_length(y_true, y_pred, groups)
    classes, codes = np.unique(y_pred, return_inverse=True)
    vote = vote_by_group(np.eye(len(classes))[codes], groups, voting="hard")
    truth = label_by_group(y_true, np.asarray(groups))
    return float(accuracy_score(truth, classes[vote.proba.argmax(axis=1)]))
