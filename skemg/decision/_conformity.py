"""How strange a patient would be in each class, and how many patients are stranger."""

import numpy as np


def strangeness(proba, score):
    """Return a number for each patient and class, large where the class does not fit.

    Parameters
    ----------
    proba : ndarray of shape (n_patients, n_classes)
        Votes of patients.
    score : {"lac", "aps"}
        "lac" is 1 - probability; "aps" the sum of all larger probabilities and half of
        those as large.

    Returns
    -------
    strange : ndarray of shape (n_patients, n_classes)
        Between 0 and 1. Rounded, so that sums in another order are ties.
    """
    if score == "lac":
        strange = 1 - proba
    else:
        other, own = proba[:, np.newaxis, :], proba[:, :, np.newaxis]
        strange = (((other > own) + 0.5 * (other == own)) * other).sum(axis=2)
    return strange.round(12)


def count_stranger(known, labels, new, *, class_conditional):
    """Count the known patients that are as strange as each new one, or stranger.

    Parameters
    ----------
    known : ndarray of shape (n_known,)
        Strangeness of calibration patients in their own class.
    labels : ndarray of int of shape (n_known,)
        Their classes, as numbers of columns.
    new : ndarray of shape (n_patients, n_classes)
        Strangeness of new patients.
    class_conditional : bool
        Whether a class is compared with its own patients only.

    Returns
    -------
    n_stranger : ndarray of int of shape (n_patients, n_classes)
        The counts.
    """
    counts = np.empty(new.shape, int)
    for k in range(new.shape[1]):
        row = np.sort(known[labels == k] if class_conditional else known)
        counts[:, k] = len(row) - np.searchsorted(row, new[:, k], side="left")
    return counts
