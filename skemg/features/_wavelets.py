"""What the steps with wavelets share."""

import numbers

import numpy as np
from sklearn.utils import check_scalar

from ._checks import check_length


def check_wavelet(estimator, n_times):
    """Return the wavelet of an estimator that splits windows `level` times.

    Raises
    ------
    ValueError
        If `wavelet` or `level` makes no sense, or windows are too short for them.
    """
    import pywt

    name, level = estimator.wavelet, estimator.level
    check_scalar(level, "level", numbers.Integral, min_val=1)
    if name not in pywt.wavelist(kind="discrete"):
        raise ValueError(
            f"unknown wavelet {name!r}; pywt.wavelist(kind='discrete') lists the names"
        )
    wavelet = pywt.Wavelet(name)
    check_length(
        estimator,
        n_times,
        (wavelet.dec_len - 1) * 2**level,
        f"wavelet={name!r} and level={level}; the largest level here is "
        f"{pywt.dwt_max_level(n_times, wavelet.dec_len)}",
    )
    return wavelet


def pad(rows, level):
    """Append zeros to rows up to a multiple of `2**level` samples."""
    return np.pad(rows, ((0, 0), (0, -rows.shape[1] % 2**level)))
