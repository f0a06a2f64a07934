"""A check of numbers that knows NaN and infinity."""

import math
import numbers

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
