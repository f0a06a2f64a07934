"""Scale amplitudes."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.signals import Windows
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._recordings import check_recordings, like, map_recordings
from skemg.utils._unit import refuse_other_unit
from skemg.utils._windowwise import check_windows

_SD_OF_MAD = 1.4826  # standard deviation of normal noise whose MAD is one


class AmplitudeScaler(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    """Scale the amplitude of recordings or windows; the result has no unit.

    Recordings in, recordings out; windows in, windows out. Each row of what it gets, a
    recording or a window, is scaled along time, each channel by itself. In needle EMG
    the amplitude is part of the diagnosis: only "global" keeps the recordings
    comparable with each other. Read more in the :ref:`User Guide <filtering>`.

    Parameters
    ----------
    method : {"global", "robust", "zscore"}, default="global"
        "global" divides everything by one number, the standard deviation of all samples
        of the training data, which `fit` learns.
        "zscore" subtracts the mean of the row and divides by its standard deviation.
        "robust" subtracts the median of the row and divides by 1.4826 times its median
        absolute deviation, the standard deviation of normal noise [1]_, which rare
        large potentials hardly move.
        Where this spread is zero, the row is only centred: a flat row becomes zeros.

    Attributes
    ----------
    scale_ : float
        The number by which "global" divides, in the unit of the training data.

    Raises
    ------
    SignalError
        If "global" is fitted on data that are flat throughout, or scales data in
        another unit.

    References
    ----------
    .. [1] Rousseeuw, P. J., Croux, C. (1993). "Alternatives to the median absolute
       deviation." J. of the American Statistical Association, 88(424).
       doi:10.1080/01621459.1993.10476408

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.preprocessing import AmplitudeScaler
    >>> weak, strong = np.array([1.0, -1.0]), np.array([7.0, -7.0])
    >>> AmplitudeScaler().fit_transform([weak, strong])
    [array([ 0.2, -0.2]), array([ 1.4, -1.4])]
    >>> AmplitudeScaler("zscore").fit_transform([weak, strong])
    [array([ 1., -1.]), array([ 1., -1.])]
    """

    def __init__(self, method="global"):
        self.method = method

    def fit(self, X, y=None):
        """Learn the scale of "global"; the other methods learn nothing.

        Parameters
        ----------
        X : Recordings, Windows, list of arrays or array-like of shape \
                (n_recordings, n_times)
            The training data.
        y : ignored
            Not used.

        Returns
        -------
        self : AmplitudeScaler
            The step itself.
        """
        rows = self._check(X, reset=True)
        if self.method == "global":
            self._unit = rows.unit
            self.scale_ = _standard_deviation(rows)
            if self.scale_ == 0:
                raise SignalError(
                    "the training data are flat throughout, so that there is no scale "
                    "to learn; look at how they were read"
                )
        return self

    def transform(self, X):
        """Scale each row.

        Parameters
        ----------
        X : Recordings, Windows, list of arrays or array-like of shape \
                (n_recordings, n_times)
            The recordings or windows.

        Returns
        -------
        scaled : Recordings, Windows, list of arrays or ndarray
            The scaled rows, in the form in which they came.
        """
        if self.method == "global":
            check_is_fitted(self, "scale_")
        rows = self._check(X, reset=False)
        if self.method == "global":
            refuse_other_unit(self, self._unit, rows.unit)
        if isinstance(rows, Windows):
            return rows.with_values(self._scale_windows(rows))
        scaled = map_recordings(lambda x, _: self._scale(x), rows, given=X, unit=None)
        return like(scaled, X)

    def _check(self, X, *, reset):
        if self.method not in ("global", "robust", "zscore"):
            raise ValueError(
                f'method must be "global", "robust" or "zscore", got {self.method!r}'
            )
        check = check_windows if isinstance(X, Windows) else check_recordings
        return check(self, X, reset=reset)

    def _scale_windows(self, windows):
        values = np.empty(
            (windows.n_windows, *windows.rows(0, 1).shape[1:]), windows.dtype
        )
        first = 0
        for block in windows.blocks():
            values[first : first + len(block)] = self._scale(block)
            first += len(block)
        return values

    def _scale(self, x):
        """Return rows scaled along the last axis."""
        if self.method == "global":
            return x / self.scale_
        tiny = np.finfo(x.dtype).tiny
        x = x.astype(np.float64)
        if self.method == "zscore":
            x -= x[..., :1]  # a flat row is exactly zero from here on
            x -= x.mean(axis=-1, keepdims=True)
            spread = x.std(axis=-1, keepdims=True)
        else:
            x -= np.median(x, axis=-1, keepdims=True)
            spread = _SD_OF_MAD * np.median(np.abs(x), axis=-1, keepdims=True)
        # A quotient by less would be infinite in the type of the signal.
        spread[spread <= tiny * np.abs(x).max(axis=-1, keepdims=True)] = 1.0
        x /= spread
        return x

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = self.method == "global"
        return tags


def _standard_deviation(rows):
    """Return the standard deviation of all samples, block by block in float64."""
    blocks = rows.blocks if isinstance(rows, Windows) else rows.__iter__
    origin = next(blocks()).flat[0]  # flat data are exactly zero from here on
    sums = [(_around(origin, block).sum(), block.size) for block in blocks()]
    total, n_values = np.sum(sums, axis=0)
    mean = origin + total / n_values
    squares = [np.square(_around(mean, block)).sum() for block in blocks()]
    return float(np.sqrt(np.sum(squares) / n_values))


def _around(center, block):
    return np.subtract(block, center, dtype=np.float64)
