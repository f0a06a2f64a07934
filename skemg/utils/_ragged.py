"""Rows of different shapes are refused before numpy meets them."""

from collections import Counter

import numpy as np

from skemg.exceptions import SignalError

CUT_BY_WINDOWER = "Cut windows of one length: Windower"


def refuse_ragged(name, X, cure=CUT_BY_WINDOWER):
    """Raise where X is a list of arrays that make no table.

    Parameters
    ----------
    name : str
        Name of the estimator, for the message.
    X : object
        What the user gave.
    cure : str, default="Cut windows of one length: Windower"
        What to do, for the message.

    Raises
    ------
    SignalError
        If the rows have different shapes. It names those unlike the most frequent.
    """
    of_arrays = isinstance(X, np.ndarray) and X.dtype == object
    if not of_arrays and not isinstance(X, list | tuple):
        return
    shapes = [_shape(row) for row in X]
    if len(set(shapes)) < 2:
        if of_arrays and X.ndim == 1 and shapes and shapes[0] != ():
            raise SignalError("X is an array of arrays; make a table: np.stack(X)")
        return
    usual = Counter(shapes).most_common(1)[0][0]
    odd = [i for i, shape in enumerate(shapes) if shape != usual]
    listed = ", ".join(map(str, odd[:5])) + ", ..." * (len(odd) > 5)
    raise SignalError(
        f"{name} works on windows of one length: rows [{listed}] of X have not the "
        f"shape {usual} of the others; row {odd[0]} has {shapes[odd[0]]}. {cure}"
    )


def _shape(row):
    try:
        return np.shape(row)
    except ValueError:
        return "channels of different lengths"
