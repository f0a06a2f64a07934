"""The door of scores that need probabilities and not just the order of answers."""

import numpy as np

_TOLERANCE = 1e-3  # of the sum of a row, for float32


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
