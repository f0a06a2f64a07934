"""What is written beside a model: versions, parameters, and its training in numbers."""

import datetime
import hashlib
import platform
from importlib import metadata

import numpy as np
from sklearn.utils import column_or_1d

import skemg
from skemg.exceptions import SignalError
from skemg.signals import Recordings

from ._ranges import ranges

_PACKAGES = ("numpy", "scipy", "scikit-learn", "skorch", "torch", "skops")
_LONGEST = 200  # characters of a parameter
_LIMITS = "For research. No medical device: no decision about a patient may rest on it."


def make_record(estimator, X, y):
    """Return the record of a fitted model.

    Parameters
    ----------
    estimator : estimator
        The fitted model.
    X : Recordings of length n_recordings, or None
        What it was fitted on.
    y : array-like of shape (n_recordings,), or None
        The classes.

    Returns
    -------
    record : dict
        What JSON can hold; no patient is named.
    """
    return {
        "saved": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "versions": {"skemg": skemg.__version__, "python": platform.python_version()}
        | {name: metadata.version(name) for name in _PACKAGES},
        "platform": platform.platform(),
        "model": type(estimator).__name__,
        "parameters": _parameters(estimator),
        "classes": np.asarray(estimator.classes_).tolist(),
        "training": None if X is None else _training(estimator, X, y),
        "limits": _LIMITS,
    }


def _parameters(estimator):
    params = estimator.get_params(deep=True)
    return {
        name: repr(value)[:_LONGEST]
        for name, value in sorted(params.items())
        if not hasattr(value, "get_params")
    }


def _training(estimator, X, y):
    if not isinstance(X, Recordings):
        raise SignalError(
            f"X is a {type(X).__name__}; pass the Recordings that the model was fitted "
            "on, which know their rate, unit and patients"
        )
    y = column_or_1d(y)
    if len(y) != len(X):
        raise SignalError(f"y has {len(y)} classes for {len(X)} recordings")
    classes = np.asarray(estimator.classes_).tolist()
    strange = [label for label in y.tolist() if label not in classes]
    if strange:
        raise ValueError(
            f"y has the class {strange[0]!r}, the model has {classes}; pass the y that "
            "it was fitted on"
        )
    return {
        "n_recordings": _counts(y),
        "n_patients": None if X.groups is None else _count_patients(y, X.groups),
        "n_channels": X.n_channels,
        "channel_names": X.channel_names,
        "sfreq": None if X.sfreq is None else np.unique(X.sfreq).tolist(),
        "unit": X.unit,
        "ranges": ranges(estimator, X, y),
        "sha256": digest(X),
    }


def _counts(labels):
    names, counts = np.unique(labels, return_counts=True)
    return {str(n): int(c) for n, c in zip(names, counts, strict=True)}


def _count_patients(y, groups):
    return {str(name): len(np.unique(groups[y == name])) for name in np.unique(y)}


def digest(recordings):
    """Return a SHA-256 that does not depend on the order of the recordings."""
    rates = [None] * len(recordings) if recordings.sfreq is None else recordings.sfreq
    each = sorted(
        hashlib.sha256(
            f"{signal.dtype.str} {signal.shape} {rate} {recordings.unit}".encode()
            + np.ascontiguousarray(signal).tobytes()
        ).hexdigest()
        for signal, rate in zip(recordings, rates, strict=True)
    )
    return hashlib.sha256("".join(each).encode()).hexdigest()
