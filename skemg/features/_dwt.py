"""Statistics of the sub-bands of a wavelet transform."""

import functools
import itertools
import numbers

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._windowwise import (
    WindowwiseMixin,
    check_windows,
    compute_columns,
    layout,
)

from ._checks import check_names
from ._wavelets import check_wavelet

_STATISTICS = ("mav", "power", "std")  # in the order of the kernel
_FEATURES = (*_STATISTICS, "ratio")


class DWTFeatures(WindowwiseMixin, TransformerMixin, BaseEstimator):
    r"""Describe each window by statistics of its wavelet sub-bands.

    Windows in, a row of features a window out; nothing is learned. The discrete wavelet
    transform (periodic at the borders, after padding with zeros to a multiple of
    :math:`2^{level}` samples) parts a window into details D1 (the upper half of the
    frequencies), D2 (the next quarter), ..., DJ and the approximation AJ. The columns
    are the statistics of D1, of D2, ..., of AJ, and then the ratios. The sampling
    frequency is not needed. Read more in the :ref:`User Guide <features>`.

    Parameters
    ----------
    wavelet : str, default="db4"
        Name of a discrete wavelet of PyWavelets.
    level : int, default=5
        Number of times that the approximation is split. Windows need at least
        `(n_taps - 1) * 2**level` samples, 224 for the default.
    features : tuple of str, default=("mav", "power", "std", "ratio")
        What is computed of the coefficients c of a sub-band: "mav" is the mean of
        \|c\|, "power" the mean of c², "std" the population standard deviation, "ratio"
        the "mav" of a sub-band divided by that of the next one. "mav" and "std" are in
        the unit of the signal, "power" in its square.
    eps : float, default=1e-20
        Added to the divisor of a ratio, so that a window of zeros has ratios of zero.
        The value is our choice.

    Raises
    ------
    ValueError
        If the wavelet is not known, or the windows are too short for the level.

    See Also
    --------
    LogSpectrum : Power bin by bin instead of octave by octave.

    References
    ----------
    .. [1] Gokgoz, E. and Subasi, A. (2015). "Comparison of decision tree algorithms for
       EMG signal classification using DWT." Biomedical Signal Processing and
       Control, 18, 138-144. doi:10.1016/j.bspc.2014.12.005

    Examples
    --------
    A sine of a third of the sampling frequency lies in the upper half of the band, so
    nearly all of its power is in D1.

    >>> import numpy as np
    >>> from skemg.features import DWTFeatures
    >>> windows = np.sin(2 * np.pi / 3 * np.arange(960))[np.newaxis]
    >>> dwt = DWTFeatures(level=2, features=("power",))
    >>> dwt.fit_transform(windows).round(2)
    array([[0.93, 0.13, 0.01]])
    >>> dwt.get_feature_names_out()
    array(['dwt_d1_power', 'dwt_d2_power', 'dwt_a2_power'], dtype=object)
    """

    def __init__(
        self,
        wavelet="db4",
        level=5,
        features=("mav", "power", "std", "ratio"),
        eps=1e-20,
    ):
        self.wavelet = wavelet
        self.level = level
        self.features = features
        self.eps = eps

    def fit(self, X, y=None):
        """Check the parameters against the windows; nothing is learned.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.
        y : ignored
            Not used.

        Returns
        -------
        self : DWTFeatures
            The step itself.
        """
        windows = check_windows(self, X, reset=True)
        self._filters(windows.n_times)
        self._layout = layout(windows)
        return self

    def transform(self, X):
        """Compute the statistics.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        features : Windows or ndarray of shape (n_windows, n_channels * n_columns)
            The statistics, channel by channel.
        """
        windows = check_windows(self, X, reset=False)
        compute = functools.partial(self._block, *self._filters(windows.n_times))
        return compute_columns(
            compute, windows, len(self._feature_names(None)), n_rows=256
        )

    def _filters(self, n_times):
        """Return the two decomposition filters, after a check of all parameters."""
        check_names(self.features, _FEATURES)
        check_scalar(self.eps, "eps", numbers.Real, min_val=0)
        wavelet = check_wavelet(self, n_times)
        return np.array(wavelet.dec_lo), np.array(wavelet.dec_hi)

    def _block(self, low, high, rows, out):
        from skemg._kernels.dwt import dwt_statistics

        statistics = dwt_statistics(rows, low, high, self.level)
        wanted = [_STATISTICS.index(name) for name in self._statistics()]
        n_statistics = len(wanted) * (self.level + 1)
        out[:, :n_statistics] = statistics[:, :, wanted].reshape(len(rows), -1)
        if "ratio" in self.features:
            mav = statistics[:, :, 0]
            out[:, n_statistics:] = mav[:, :-1] / (mav[:, 1:] + self.eps)

    def _statistics(self):
        return [name for name in self.features if name != "ratio"]

    def _feature_names(self, layout):
        bands = [f"d{j}" for j in range(1, self.level + 1)] + [f"a{self.level}"]
        names = [f"dwt_{band}_{name}" for band in bands for name in self._statistics()]
        if "ratio" in self.features:
            names += [
                f"dwt_{band}_{following}_ratio"
                for band, following in itertools.pairwise(bands)
            ]
        return names
