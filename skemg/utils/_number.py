"""Checks of one number, which know NaN and infinity, and of one flag."""

import math
import numbers

import numpy as np
from sklearn.utils import check_scalar


def check_number(value, name, **limits):
    """Raise unless `value` is a finite real number within the limits.

    scikit-learn's `check_scalar` lets NaN pass, which is neither below nor above.

    Parameters
    ----------
    value : object
        The parameter.
    name : str
        Its name.
    **limits
        `min_val`, `max_val` and `include_boundaries` of `check_scalar`.
    """
    if not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    check_scalar(value, name, numbers.Real, **limits)
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")


def check_share(value, name):
    """Raise unless `value` is a number between 0 and 1, neither of the two.

    Parameters
    ----------
    value : object
        The parameter.
    name : str
        Its name.
    """
    if not (isinstance(value, numbers.Real) and 0 < value < 1):
        raise ValueError(f"{name} must be a number between 0 and 1, got {value!r}")


def check_flag(value, name):
    """Raise unless `value` is True or False.

    Parameters
    ----------
    value : object
        The parameter.
    name : str
        Its name.
    """
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False, got {value!r}")
