"""The door of steps that take features of windows."""

import numpy as np
from sklearn.utils.validation import validate_data

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.signals._values import as_native, refuse_masked

from ._finite import refuse_rows_not_finite
from ._recordings import FLOATS


def check_feature_rows(estimator, X, *, reset):
    """Return X as `Windows` whose rows are finite features.

    Parameters
    ----------
    estimator : estimator
        Whose input it is; it keeps the names and the rate seen in `fit` as `_names` and
        `_sfreq`.
    X : Windows or array-like of shape (n_windows, n_features)
        Features of windows; a row of a plain array is a recording of one window.
    reset : bool
        Whether this is `fit`.

    Returns
    -------
    windows : Windows
        float64 or float32.
    """
    name = type(estimator).__name__
    if isinstance(X, Recordings):
        raise SignalError(f"{name} works on windows; put Windower before it")
    if not isinstance(X, Windows):
        refuse_masked(X, "X")
        X = validate_data(estimator, as_native(X), reset=reset, dtype=FLOATS)
        return Windows(X, np.arange(len(X) + 1), sfreq=None)
    if len(X) == 0:
        raise SignalError("Found array with 0 sample(s): there is no recording")
    rows = X.rows(0, 1)
    if rows.ndim != 2 or rows.dtype.kind not in "iuf":
        raise SignalError(
            f"{name} needs a table of features, got rows of shape {rows.shape[1:]}; "
            "put a feature step such as DWTFeatures before it"
        )
    if not reset and X.feature_names != getattr(estimator, "_names", X.feature_names):
        raise SignalError(
            "the features differ from those seen in fit; use the same feature steps"
        )
    sfreq = X.sfreq if reset else getattr(estimator, "_sfreq", X.sfreq)
    if None not in (sfreq, X.sfreq) and sfreq != X.sfreq:
        raise SignalError(
            f"{name} was fitted on windows at {sfreq:g} Hz and got {X.sfreq:g} Hz; put "
            "Resampler(target_sfreq=...) before Windower"
        )
    X = X if X.dtype in FLOATS else X.astype(np.float64)
    refuse_rows_not_finite(X)
    return X
