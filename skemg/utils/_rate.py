"""One rule for the sampling rate: the data's own, else the parameter, never a guess."""

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals._checks import as_rate


def resolve_rate(estimator, carried):
    """Return the rates of the recordings, or None where nobody knows them.

    Parameters
    ----------
    estimator : estimator
        Its parameter `sfreq`, where it has one, is the fall-back for plain arrays.
    carried : float, ndarray of shape (n_recordings,) or None
        Rate that came with the data.

    Returns
    -------
    sfreq : float, ndarray or None
        The rate in Hz.

    Raises
    ------
    SignalError
        If both are known and differ.
    """
    given = as_rate(getattr(estimator, "sfreq", None))
    if carried is None or given is None:
        return given if carried is None else carried
    other = np.flatnonzero(np.atleast_1d(carried) != given)
    if len(other):
        raise SignalError(
            f"{type(estimator).__name__}(sfreq={given:g}) but recording {other[0]} has "
            f"{np.atleast_1d(carried)[other[0]]:g} Hz; leave sfreq out, the data carry "
            "their rate"
        )
    return carried


def require_rate(estimator, sfreq):
    """Raise where a step that works in Hz or seconds does not know the rate."""
    if sfreq is None:
        name = type(estimator).__name__
        raise SignalError(
            "the sampling rate is unknown: use Recordings.from_list(..., sfreq=...) or "
            f"{name}(sfreq=...); sfreq=1 means that times are in samples and "
            "frequencies in cycles per sample"
        )
    return sfreq


def one_rate(estimator, sfreq):
    """Return the common rate of all recordings as a float; mixed rates raise."""
    rates = np.unique(require_rate(estimator, sfreq))
    if len(rates) > 1:
        raise SignalError(
            f"the recordings have {len(rates)} sampling rates, {rates[0]:g} to "
            f"{rates[-1]:g} Hz; put Resampler(target_sfreq=...) before "
            f"{type(estimator).__name__}"
        )
    return float(rates[0])
