"""Checks of the parameters of an architecture."""

import numbers

import numpy as np
from sklearn.utils import check_scalar

from skemg.utils._counts import check_count


def check_choice(estimator, name, choices):
    """Raise where a parameter is none of the choices.

    Parameters
    ----------
    estimator : NetClassifier
        Whose parameter it is.
    name : str
        Name of the parameter.
    choices : tuple
        What it may be.
    """
    value = getattr(estimator, name)
    if value not in choices:
        raise ValueError(f"{name} must be one of {choices}, got {value!r}")


def check_counts(estimator, *names):
    """Raise where a parameter is no positive integer.

    Parameters
    ----------
    estimator : NetClassifier
        Whose parameters they are.
    *names : str
        Names of the parameters.
    """
    for name in names:
        check_count(getattr(estimator, name), name)


def check_flags(estimator, *names):
    """Raise where a parameter is neither True nor False.

    Parameters
    ----------
    estimator : NetClassifier
        Whose parameters they are.
    *names : str
        Names of the parameters.
    """
    for name in names:
        value = getattr(estimator, name)
        if not isinstance(value, bool | np.bool_):
            raise ValueError(f"{name} must be True or False, got {value!r}")


def check_widths(estimator, name, *, odd=False):
    """Raise where a parameter is no tuple of positive integers.

    Parameters
    ----------
    estimator : NetClassifier
        Whose parameter it is.
    name : str
        Name of the parameter.
    odd : bool, default=False
        Whether even numbers are refused too.
    """
    widths = getattr(estimator, name)
    try:
        fine = len(widths) > 0
    except TypeError:
        fine = False
    if not fine:
        raise ValueError(f"{name} must be a tuple with a width a layer, got {widths!r}")
    for i, width in enumerate(widths):
        check_count(width, f"{name}[{i}]")
        if odd and width % 2 == 0:
            raise ValueError(f"{name} must hold odd numbers, got {widths!r}")


def check_odd(estimator, name):
    """Raise where a length of filters is even: it has no sample in its middle.

    Parameters
    ----------
    estimator : NetClassifier
        Whose parameter it is.
    name : str
        Name of the parameter.
    """
    check_counts(estimator, name)
    value = getattr(estimator, name)
    if value % 2 == 0:
        raise ValueError(f"{name} must be odd, got {value!r}")


def check_share(estimator, name):
    """Raise where a parameter is not from 0 to below 1.

    Parameters
    ----------
    estimator : NetClassifier
        Whose parameter it is.
    name : str
        Name of the parameter.
    """
    check_scalar(
        getattr(estimator, name),
        name,
        numbers.Real,
        min_val=0,
        max_val=1,
        include_boundaries="left",
    )
