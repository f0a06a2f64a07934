"""The door of labels."""

import numpy as np
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skemg.exceptions import SignalError


def check_labels(y, n_recordings):
    """Return a class for each recording; missing and mixed ones are refused.

    Parameters
    ----------
    y : array-like of shape (n_recordings,)
        The classes.
    n_recordings : int
        Number of recordings.

    Returns
    -------
    y : ndarray of shape (n_recordings,)
        The classes.
    """
    refuse_missing_and_mixed(y)
    y = column_or_1d(y, warn=True)
    assert_all_finite(y, input_name="y")
    if type_of_target(y) == "unknown":
        raise ValueError(
            f"Unknown label type: y has dtype {y.dtype} and holds {y[0]!r}; pass "
            "y.astype(int) or y.astype(str)"
        )
    check_classification_targets(y)
    if len(y) != n_recordings:
        raise ValueError(
            "Found input variables with inconsistent numbers of samples: X has "
            f"{n_recordings} recordings, y has {len(y)} labels"
        )
    return y


def refuse_missing_and_mixed(y):
    """Raise where labels of a list or an array of objects are missing or mixed.

    Parameters
    ----------
    y : array-like of shape (n_recordings,)
        The classes, as the user gave them.
    """
    # before it is an array of strings, in which NaN is "nan" and 1 is "1"
    if isinstance(y, np.ndarray) and y.dtype != object:
        return
    labels = y.tolist() if hasattr(y, "tolist") else y  # arrays and Series
    if not isinstance(labels, list | tuple):
        return
    for i, label in enumerate(labels):
        if label is None or (isinstance(label, float) and label != label):
            raise SignalError(
                f"the label of recording {i} is {label!r}; give every recording a "
                "class or leave it out"
            )
    if len({isinstance(label, str) for label in labels}) > 1:
        raise SignalError("y mixes strings and numbers; use one kind for all classes")
