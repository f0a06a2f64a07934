"""A number of things is an integer, and True is none."""

import numbers

import numpy as np
from sklearn.utils import check_scalar


def check_count(value, name, min_val=1):
    """Raise where a parameter is no integer, or too small.

    Parameters
    ----------
    value : object
        The parameter.
    name : str
        Its name.
    min_val : int, default=1
        Smallest value.

    Raises
    ------
    TypeError
        If it is no integer; a bool counts as none.
    ValueError
        If it is too small.
    """
    if isinstance(value, bool | np.bool_):  # to Python, True is 1
        raise TypeError(f"{name} must be an integer, got {value!r}")
    check_scalar(value, name, numbers.Integral, min_val=min_val)
