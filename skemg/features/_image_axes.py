"""Rows and columns of images: which frequencies are kept, and how axes are resized."""

import numbers

import numpy as np
from sklearn.utils import check_scalar

from skemg.utils._number import check_number
from skemg.utils._rate import require_rate


def check_size(estimator):
    """Check `n_frequencies` and `n_frames`, which None leaves as they come."""
    for name in ("n_frequencies", "n_frames"):
        if getattr(estimator, name) is not None:
            check_scalar(getattr(estimator, name), name, numbers.Integral, min_val=1)


def check_band(estimator, sfreq, low=0.0, high=None):
    """Return the lowest and highest frequency of an image in Hz.

    Parameters
    ----------
    estimator : estimator
        Its `low` and `high` hold, where they are given.
    sfreq : float or None
        Sampling frequency; None raises.
    low, high : float
        What holds where they are None; for `high`, half of the sampling frequency.

    Returns
    -------
    low, high : float
        The frequencies.
    """
    sfreq = require_rate(estimator, sfreq)
    low = low if estimator.low is None else estimator.low
    high = estimator.high if estimator.high is not None else high
    high = sfreq / 2 if high is None else high
    check_number(low, "low", min_val=0)
    check_number(high, "high", min_val=0)
    if not low <= high <= sfreq / 2:
        raise ValueError(
            f"low={low:g} and high={high:g} Hz must keep low <= high <= sfreq / 2 = "
            f"{sfreq / 2:g} Hz"
        )
    return float(low), float(high)


def bins_between(low, high, spacing, first=0):
    """Return which of the bins at multiples of `spacing` lie from `low` to `high`.

    Parameters
    ----------
    low, high, spacing : float
        Frequencies in Hz.
    first : int, default=0
        Bins before this one are left out.

    Returns
    -------
    bins : slice
        At least one bin.
    """
    # A bin that is meant by a cutoff must not be lost to rounding.
    start = max(first, int(np.ceil(low / spacing - 1e-9)))
    stop = int(np.floor(high / spacing + 1e-9)) + 1
    if stop <= start:
        raise ValueError(
            f"no bin lies between low={low:g} and high={high:g} Hz: the bins are "
            f"{spacing:g} Hz apart"
        )
    return slice(start, stop)


def resize_matrix(n_in, n_out):
    """Return the weights that resize an axis as a bilinear resize of an image does.

    A new pixel is a mean of the old ones weighted by a triangle, which reaches to the
    next pixel of the coarser one of the two axes. So nothing is skipped when an axis
    shrinks.

    Parameters
    ----------
    n_in, n_out : int
        Number of pixels.

    Returns
    -------
    weights : ndarray of shape (n_out, n_in)
        The weights; the sum of each row is one.
    """
    step = n_in / n_out
    centre = (np.arange(n_out) + 0.5) * step - 0.5
    distance = np.abs(np.arange(n_in) - centre[:, np.newaxis])
    weights = np.maximum(1 - distance / max(step, 1.0), 0)
    return weights / weights.sum(axis=1, keepdims=True)


def resized(values, n_out):
    """Return the matrix that resizes an axis, and the axis itself.

    Parameters
    ----------
    values : ndarray of shape (n_in,)
        Frequencies or times.
    n_out : int or None
        The new number; None leaves the axis as it is.

    Returns
    -------
    weights : ndarray of shape (n_out, n_in) or None
        The matrix; None where there is nothing to do.
    values : ndarray of shape (n_out,)
        Frequencies or times of the new axis.
    """
    if n_out is None or n_out == len(values):
        return None, values
    weights = resize_matrix(len(values), n_out)
    return weights, weights @ values
