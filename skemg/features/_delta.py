"""How features change from window to window."""

import numbers
import warnings

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.signals import Windows
from skemg.utils._feature_rows import check_feature_rows
from skemg.utils._sklearn import check_feature_names_in
from skemg.utils._windowwise import WindowwiseMixin

from ._slopes import fill_slopes


class DeltaFeatures(WindowwiseMixin, TransformerMixin, BaseEstimator):
    r"""Append to each window how fast its features change from window to window.

    Windows of features in, windows of more features out; nothing is learned. The delta
    of a feature :math:`f_t` of window t is the slope of the regression line through the
    windows on either side in the same recording [1]_, per window:
    :math:`\sum_{k=1}^{K} k (f_{t+k} - f_{t-k}) / 2 \sum_{k=1}^{K} k^2` with
    :math:`K` = `width`. The first and the last window of a recording are repeated. The
    step stands between a feature step and the vote or the pooling. Read more in the
    :ref:`User Guide <features>`.

    Inside the vote it has no use: there X is a plain array whose rows do not know which
    follow each other. A row of a plain array is taken as a recording of one window, as
    in `WindowPooling`. All deltas are then zero, and a warning says so.

    Parameters
    ----------
    width : int, default=2
        Windows on either side.
    keep : bool, default=True
        Whether the features themselves stand before their deltas.

    Raises
    ------
    SignalError
        If windows are signals and no features, or have deltas of the same name already.

    Warns
    -----
    UserWarning
        If X is a plain array.

    See Also
    --------
    LogSpectrum : Has the same deltas as an option.
    skemg.windowing.WindowPooling : Other statistics over the windows of a recording.

    References
    ----------
    .. [1] Furui, S. (1986). "Speaker-independent isolated word recognition using
       dynamic features of speech spectrum." IEEE Trans. Acoustics, Speech, and Signal
       Processing, 34(1), 52-59. doi:10.1109/TASSP.1986.1164788

    Examples
    --------
    The first recording grows by 3 a window, and half as fast at its ends, which are
    repeated. The second one has a single window.

    >>> import numpy as np
    >>> from skemg.features import DeltaFeatures
    >>> from skemg.signals import Windows
    >>> rms = np.array([[0.0], [3.0], [6.0], [9.0], [50.0]])
    >>> windows = Windows(rms, [0, 4, 5], sfreq=1000, feature_names=["rms"])
    >>> features = DeltaFeatures(width=1).fit_transform(windows)
    >>> features.feature_names
    ['rms', 'delta_rms']
    >>> features.values[:, 1]
    array([1.5, 3. , 3. , 1.5, 0. ])
    """

    def __init__(self, width=2, *, keep=True):
        self.width = width
        self.keep = keep

    def fit(self, X, y=None):
        """Remember the names of the features; nothing else is learned.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_features)
            Features of windows; a row of a plain array is a recording of one window.
        y : ignored
            Not used.

        Returns
        -------
        self : DeltaFeatures
            The step itself.
        """
        windows = self._check(X, reset=True)
        self._names, self._sfreq = windows.feature_names, windows.sfreq
        self._is_fitted = True
        return self

    def transform(self, X):
        """Compute the slopes.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_features)
            Features of windows; a row of a plain array is a recording of one window.

        Returns
        -------
        features : Windows or ndarray of shape (n_windows, n_columns)
            The features and then their deltas, or only these.
        """
        windows = self._check(X, reset=False)
        values = windows.values
        n_kept = values.shape[1] if self.keep else 0
        table = np.empty((len(values), n_kept + values.shape[1]), values.dtype)
        table[:, :n_kept] = values[:, :n_kept]
        fill_slopes(values, table[:, n_kept:], windows, self.width)
        if not isinstance(X, Windows):
            return table
        names = self._with_deltas(windows.feature_names)
        return windows.with_values(table, feature_names=names)

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the features of plain arrays.

        Returns
        -------
        names : ndarray of str of shape (n_columns,)
            The names of the features, and such as `delta_rms`.
        """
        check_is_fitted(self, "_is_fitted")
        names = self._names
        if hasattr(self, "n_features_in_"):
            names = check_feature_names_in(self, input_features)
        return np.asarray(self._with_deltas(list(names)), dtype=object)

    def _check(self, X, *, reset):
        check_scalar(self.width, "width", numbers.Integral, min_val=1)
        check_scalar(self.keep, "keep", (bool, np.bool_))
        windows = check_feature_rows(self, X, reset=reset)
        if not isinstance(X, Windows):
            warnings.warn(
                "DeltaFeatures got plain rows, which do not know their neighbours: all "
                "deltas are 0. Put it between a feature step and the vote",
                UserWarning,
                stacklevel=3,
            )
        elif X.feature_names is None:
            raise SignalError(
                "DeltaFeatures needs features with names; put a feature step such as "
                "TimeDomainFeatures before it"
            )
        elif self.keep and set(X.feature_names) & set(_deltas(X.feature_names)):
            raise SignalError(
                "the windows have deltas already; leave out delta=True of LogSpectrum, "
                "or use DeltaFeatures once"
            )
        return windows

    def _with_deltas(self, names):
        return names * bool(self.keep) + _deltas(names)


def _deltas(names):
    return [f"delta_{name}" for name in names]
