"""What every data set gives back."""

import numpy as np
from sklearn.utils import Bunch


def check_dtype(dtype):
    """Return `dtype` as a numpy dtype if it is float32 or float64.

    Parameters
    ----------
    dtype : dtype
        Type of the values, as the user gave it.

    Returns
    -------
    dtype : numpy.dtype
        One of the two.
    """
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise ValueError(f"dtype must be numpy.float32 or numpy.float64, got {dtype!r}")
    return np.dtype(dtype)


def as_bunch(data, target, *, frame, descr, return_X_y, as_frame):
    """Return recordings and labels in the form that the user asked for.

    Parameters
    ----------
    data : Recordings of length n_recordings
        The signals, with their patients.
    target : ndarray of str of shape (n_recordings,)
        The class of each recording.
    frame : dict of ndarray of shape (n_recordings,)
        What else is known of each recording.
    descr : str
        The data card.
    return_X_y : bool
        Give only `data` and `target`.
    as_frame : bool
        Give `frame` as a DataFrame.

    Returns
    -------
    bunch : Bunch or tuple of (Recordings, ndarray)
        `data`, `target`, `groups`, `frame` and `DESCR`, or the first two.
    """
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        groups=data.groups,
        frame=as_table(frame, as_frame),
        DESCR=descr,
    )


def as_table(columns, as_frame):
    """Return columns as they are, or as a DataFrame if the user asked for it.

    Parameters
    ----------
    columns : dict of ndarray
        The columns by name.
    as_frame : bool
        Make a DataFrame.

    Returns
    -------
    table : dict of ndarray, or DataFrame
        The columns.
    """
    if not as_frame:
        return columns
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("as_frame=True needs pandas: pip install pandas") from error
    return pd.DataFrame(columns)
