"""The door of the classifiers whose sample is a bag of windows."""

import numpy as np
from sklearn.utils.validation import validate_data

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.utils._finite import refuse_rows_not_finite


def check_bags(estimator, X, *, reset):
    """Return X as `Windows` of float64 features that are like those seen in fit.

    Parameters
    ----------
    estimator : estimator
        Whose input it is; what was seen in fit is kept there as `_seen`.
    X : Windows or array-like of shape (n_recordings, n_features)
        The windows; a row of a plain array is a recording of one window.
    reset : bool
        Whether this is `fit`.

    Returns
    -------
    bags : Windows
        `values` has shape (n_windows, n_features).
    """
    name = type(estimator).__name__
    if isinstance(X, Recordings):
        raise SignalError(f"{name} works on windows; put Windower before it")
    if not isinstance(X, Windows):
        X = validate_data(estimator, X, reset=reset, dtype=np.float64)
        bags = Windows(X, np.arange(len(X) + 1), sfreq=None)
        sfreq, names = None, None
    else:
        bags = _check_windows(name, X)
        sfreq, names = X.sfreq, X.feature_names
        if reset:
            for seen in ("n_features_in_", "feature_names_in_"):  # of a plain array
                estimator.__dict__.pop(seen, None)
    n_features = bags.values.shape[1]
    if reset:
        estimator._seen = (sfreq, names, n_features)
        return bags
    seen_sfreq, seen_names, n_seen = estimator._seen
    if None not in (sfreq, seen_sfreq) and sfreq != seen_sfreq:
        raise SignalError(
            f"{name} was fitted on windows at {seen_sfreq:g} Hz and got {sfreq:g} Hz; "
            "put Resampler(target_sfreq=...) before Windower"
        )
    if n_features != n_seen or (
        None not in (names, seen_names) and names != seen_names
    ):
        raise SignalError(
            f"the {n_features} features of the windows differ from the {n_seen} seen "
            f"in fit; use the same steps before {name}"
        )
    return bags


def _check_windows(name, windows):
    if len(windows) == 0:
        raise SignalError("Found array with 0 sample(s): there is no recording")
    rows = windows.rows(0, 1)
    if rows.ndim != 2 or rows.dtype.kind not in "iuf":
        raise SignalError(
            f"{name} needs a table of features, got rows of shape {rows.shape[1:]}; "
            "put a feature step such as DWTFeatures before it"
        )
    if windows._values is None:  # a signal of one channel: gathered once
        windows = windows.with_values(windows.values)
    windows = windows.astype(np.float64)
    refuse_rows_not_finite(windows)
    return windows
