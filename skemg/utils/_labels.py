"""The door of labels."""

from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

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
    if isinstance(y, list | tuple):  # as an array, NaN beside strings becomes "nan"
        _refuse_missing_and_mixed(y)
    y = column_or_1d(y, warn=True)
    assert_all_finite(y, input_name="y")
    check_classification_targets(y)
    if len(y) != n_recordings:
        raise ValueError(
            "Found input variables with inconsistent numbers of samples: X has "
            f"{n_recordings} recordings, y has {len(y)} labels"
        )
    return y


def _refuse_missing_and_mixed(labels):
    for i, label in enumerate(labels):
        if label is None or (isinstance(label, float) and label != label):
            raise SignalError(
                f"the label of recording {i} is {label!r}; give every recording a "
                "class or leave it out"
            )
    if len({isinstance(label, str) for label in labels}) > 1:
        raise SignalError("y mixes strings and numbers; use one kind for all classes")
