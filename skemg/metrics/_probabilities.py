"""The doors of scores: numbers, or probabilities and not just the order of answers."""

import numpy as np
from sklearn.utils import check_array

_TOLERANCE = 1e-3  # of the sum of a row, for float32


def as_scores(proba):
    """Return what is given as probabilities as a table of floats; text raises.

    Parameters
    ----------
    proba : array-like of shape (n_rows, n_classes)
        What the user gave, which may be margins.

    Returns
    -------
    proba : ndarray of float64 of shape (n_rows, n_classes)
        The same numbers.
    """
    if any(isinstance(value, str) for value in np.asarray(proba).flat[:1]):
        raise ValueError(
            "proba holds text, as predictions do; pass the probabilities of "
            "predict_proba"
        )
    return check_array(proba, dtype=np.float64, input_name="proba")


def check_probabilities(proba, name="proba"):
    """Raise where a row is below 0 or has another sum than 1, as margins have.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
        What the user gave.
    name : str, default="proba"
        Its name.
    """
    off = (proba < 0).any(axis=1) | (np.abs(proba.sum(axis=1) - 1) > _TOLERANCE)
    if off.any():
        i = off.argmax()
        raise ValueError(
            f"row {i} of {name} is {proba[i].tolist()}; probabilities are not negative "
            "and have the sum 1: pass those of predict_proba"
        )
