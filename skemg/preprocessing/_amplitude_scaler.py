"""Scale amplitudes."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.signals import Windows
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._recordings import check_recordings, like, map_recordings
from skemg.utils._windowwise import check_windows

_SD_OF_MAD = 1.4826  # standard deviation of normal noise with a MAD of one


class AmplitudeScaler(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    """Scale each recording or each window; afterwards there is no unit.

    Recordings in, recordings out, or windows in, windows out: it scales each row of
    what it gets, channel by channel. In needle EMG amplitude is part of the diagnosis:
    only "global" keeps the recordings comparable. Read more in the
    :ref:`User Guide <filtering>`.

    Parameters
    ----------
    method : {"global", "robust", "zscore"}, default="global"
        "global" divides by one number a channel, the root mean square of the training
        data, learned in `fit`. "zscore" takes the mean of each row off and divides by
        its standard deviation. "robust" takes the median of each row off and divides by
        its median absolute deviation times 1.4826, which large potentials hardly move.
        A row without spread becomes zeros.

    Attributes
    ----------
    scale_ : ndarray of shape (n_channels,)
        The divisor of "global".

    Raises
    ------
    ValueError
        If `method` is not known.
    SignalError
        If `method` is "global" and a channel of the training data is zero throughout.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.preprocessing import AmplitudeScaler
    >>> calm, strong = np.array([1.0, -1.0]), np.array([7.0, -7.0])
    >>> AmplitudeScaler().fit_transform([calm, strong])
    [array([ 0.2, -0.2]), array([ 1.4, -1.4])]
    >>> AmplitudeScaler("zscore").fit_transform([calm, strong])[1]
    array([ 1., -1.])
    """

    def __init__(self, method="global"):
        self.method = method

    def fit(self, X, y=None):
        """Learn the divisor of "global"; the other methods learn nothing.

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
        if self.method not in ("global", "robust", "zscore"):
            raise ValueError(
                f'method must be "global", "robust" or "zscore", got {self.method!r}'
            )
        rows = self._rows(X, reset=True)
        if self.method == "global":
            self.scale_ = _root_mean_square(rows)
        return self

    def transform(self, X):
        """Scale each row.

        Parameters
        ----------
        X : Recordings, Windows, list of arrays or array-like of shape \
                (n_recordings, n_times)
            The data.

        Returns
        -------
        scaled : Recordings, Windows, list or ndarray
            The scaled data, in the form in which they came.
        """
        if self.method == "global":
            check_is_fitted(self, "scale_")
        rows = self._rows(X, reset=False)
        if self.method == "global" and rows.n_channels != len(self.scale_):
            raise SignalError(
                f"X has {rows.n_channels} channels, the scale was learned of "
                f"{len(self.scale_)}; use the same channels as in fit"
            )
        if isinstance(rows, Windows):
            return rows.with_values(self._scale(rows.values))
        scaled = map_recordings(lambda x, _: self._scale(x), rows, given=X, unit=None)
        return like(scaled, X)

    def _rows(self, X, *, reset):
        check = check_windows if isinstance(X, Windows) else check_recordings
        return check(self, X, reset=reset)

    def _scale(self, x):
        """Scale along the last axis, in float64."""
        if self.method == "global":
            has_channels = x.ndim > 1 and len(self.scale_) > 1
            return (
                x / (self.scale_[:, np.newaxis] if has_channels else self.scale_)
            ).astype(x.dtype, copy=False)
        wide = x.astype(np.float64)
        if self.method == "zscore":
            wide -= wide.mean(axis=-1, keepdims=True)
            spread = wide.std(axis=-1, keepdims=True)
        else:
            wide -= np.median(wide, axis=-1, keepdims=True)
            spread = _SD_OF_MAD * np.median(np.abs(wide), axis=-1, keepdims=True)
        flat = spread <= 1e-12 * np.abs(x).max(axis=-1, keepdims=True)
        wide /= np.where(flat, 1, spread)
        wide *= ~flat
        return wide.astype(x.dtype, copy=False)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = self.method == "global"
        return tags


def _root_mean_square(rows):
    """Return the root mean square of all samples of each channel."""
    blocks = rows.blocks() if isinstance(rows, Windows) else rows
    total, n_samples = np.zeros(rows.n_channels), 0
    for block in blocks:
        by_channel = np.moveaxis(
            block.reshape(-1, rows.n_channels, block.shape[-1]), 1, 0
        ).reshape(rows.n_channels, -1)
        total += np.einsum("ij,ij->i", by_channel, by_channel, dtype=np.float64)
        n_samples += by_channel.shape[1]
    scale = np.sqrt(total / n_samples)
    silent = np.flatnonzero(scale == 0)
    if len(silent):
        raise SignalError(
            f"channel {silent[0]} of the training data is zero throughout; leave it out"
        )
    return scale
