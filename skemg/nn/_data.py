"""What becomes of X and y before they are tensors."""

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows


def codes_of(y, classes):
    """Return the place of each label among the classes, or raise."""
    codes = np.searchsorted(classes, y)
    codes[codes == len(classes)] = 0
    if not np.array_equal(classes[codes], y):
        new = np.setdiff1d(y, classes).tolist()
        raise ValueError(f"y has labels {new} that are not among the classes {classes}")
    return codes


def where(data, chosen):
    """Return the chosen rows, without a copy where they are all."""
    if chosen.all():
        return data
    return tuple(None if array is None else array[chosen] for array in data)


def plain(estimator, X):
    """Return recordings as an array; windows belong inside the vote."""
    if isinstance(X, Windows):
        name = type(estimator).__name__
        raise SignalError(
            f"{name} works on a plain array of windows; put it inside the vote: "
            f"WindowVotingClassifier({name}())"
        )
    return np.asarray(X) if isinstance(X, Recordings) else X
