"""One row of statistics a recording."""

import re

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skemg.utils._feature_rows import check_feature_rows
from skemg.utils._no_table import StatelessMixin
from skemg.utils._sklearn import check_feature_names_in


class WindowPooling(StatelessMixin, TransformerMixin, BaseEstimator):
    """Describe each recording by statistics over its windows.

    Windows in, a table with a row a recording out, for any estimator of scikit-learn.
    On real needle EMG one such row beats the vote of window classifiers. Read more in
    the :ref:`User Guide <vote>`.

    Parameters
    ----------
    statistics : tuple of str, default=("mean", "std", "q10", "q90")
        What is computed of each feature over the windows of a recording: "mean",
        "std" (population), "min", "median", "max", or a quantile "q<percent>" such as
        "q10" or "q97.5" (linear interpolation). Which ones is our choice.

    Raises
    ------
    ValueError
        If a statistic is not known.

    See Also
    --------
    WindowVotingClassifier : The other way from windows to recordings.

    Examples
    --------
    >>> from skemg.signals import Windows
    >>> from skemg.windowing import WindowPooling
    >>> windows = Windows(
    ...     [[1.0], [3.0], [5.0]], [0, 2, 3], sfreq=1000, feature_names=["rms"]
    ... )
    >>> pooling = WindowPooling(statistics=("mean", "max"))
    >>> pooling.fit_transform(windows)
    array([[2., 3.],
           [5., 5.]])
    >>> pooling.get_feature_names_out()
    array(['mean_rms', 'max_rms'], dtype=object)
    """

    def __init__(self, statistics=("mean", "std", "q10", "q90")):
        self.statistics = statistics

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
        self : WindowPooling
            The step itself.
        """
        windows = check_feature_rows(self, X, reset=True)
        self._statistics()
        self._names, self._sfreq = windows.feature_names, windows.sfreq
        self._n_features = windows.rows(0, 1).shape[1]
        return self

    def transform(self, X):
        """Compute the statistics.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_features)
            Features of windows; a row of a plain array is a recording of one window.

        Returns
        -------
        table : ndarray of shape (n_recordings, n_statistics * n_features)
            All features of the first statistic, then of the next.
        """
        windows = check_feature_rows(self, X, reset=False)
        functions = self._statistics()
        table = np.stack(
            [np.concatenate([f(bag) for f in functions]) for bag in windows]
        )
        return table.astype(windows.dtype, copy=False)

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the features of plain arrays.

        Returns
        -------
        names : ndarray of str of shape (n_statistics * n_features,)
            Such as `mean_rms`.
        """
        check_is_fitted(self, "_n_features")
        if hasattr(self, "n_features_in_"):
            names = check_feature_names_in(self, input_features)
        else:
            names = self._names or [f"x{i}" for i in range(self._n_features)]
        return np.asarray([f"{s}_{n}" for s in self.statistics for n in names], object)

    def _statistics(self):
        if isinstance(self.statistics, str) or not len(self.statistics):
            raise ValueError(
                f"statistics must be a list of names, got {self.statistics!r}"
            )
        if len(set(self.statistics)) < len(self.statistics):
            raise ValueError(
                f"statistics must name each one once, got {self.statistics!r}"
            )
        return [_statistic(name) for name in self.statistics]


def _statistic(name):
    plain = {"mean": np.mean, "std": np.std, "min": np.min, "max": np.max}
    if name in plain:
        return lambda bag: plain[name](bag, axis=0)
    percent = 50.0 if name == "median" else _percent(name)
    if percent is None:
        raise ValueError(
            f"unknown statistic {name!r}; known are mean, std, min, median, max and "
            'quantiles such as "q10" (0 to 100)'
        )
    return lambda bag: np.percentile(bag, percent, axis=0)


def _percent(name):
    match = re.fullmatch(r"q(\d+(?:\.\d+)?)", str(name))
    return float(match[1]) if match and float(match[1]) <= 100 else None
