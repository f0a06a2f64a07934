"""Envelope and instantaneous frequency of each window."""

import functools
import itertools
from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._rate import require_rate
from skemg.utils._windowwise import (
    WindowwiseMixin,
    check_windows,
    compute_columns,
    layout,
)

from ._analytic import complex_signal, envelope, half_spectrum, instantaneous_frequency
from ._checks import check_length, check_names

_STATISTICS = {
    "mean": lambda values: values.mean(axis=1),
    "std": lambda values: values.std(axis=1),
    "q10": lambda values: np.quantile(values, 0.1, axis=1),
    "q50": lambda values: np.quantile(values, 0.5, axis=1),
    "q90": lambda values: np.quantile(values, 0.9, axis=1),
}
_FEATURES = tuple(f"{of}_{name}" for of in ("env", "freq") for name in _STATISTICS)


class HilbertFeatures(WindowwiseMixin, TransformerMixin, BaseEstimator):
    """Describe each window by its envelope and its instantaneous frequency.

    Windows in, a row of features a window out; nothing is learned. The Hilbert
    transform makes of a window without its mean the analytic signal z. Its magnitude is
    the envelope (in the unit of the signal, µV where calibrated). The advance of its
    phase from sample to sample is the instantaneous frequency (in Hz, which needs the
    sampling frequency), a value for each pair of neighbours. The features are

    - `env_mean`, `env_std` (population), `env_q10`, `env_q50`, `env_q90` of the
      envelope, the last three being quantiles,
    - `freq_mean`, `freq_std`, `freq_q10`, `freq_q50`, `freq_q90` of the frequency.

    A flat window has zeros everywhere. Read more in the :ref:`User Guide <features>`.

    Parameters
    ----------
    features : tuple of str, default=("env_mean", "env_std", "env_q50", "freq_mean", \
"freq_std", "freq_q50")
        Names of the list above; the columns follow their order.
    bands : list of tuple of float, default=None
        Bands (low, high) in Hz, high excluded, that are described one by one: what is
        outside of a band is cut off in the Fourier transform. None describes the whole
        window. Instantaneous frequency means little in a wide band.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own. Bands and
        frequencies need it.

    Raises
    ------
    SignalError
        If the sampling frequency is needed and unknown, or windows have a single
        sample.
    ValueError
        If a feature is not known, or a band holds no frequency of the window.

    See Also
    --------
    EMDFeatures : The same of adaptive bands, and their modulations.
    TeagerFeatures : Amplitude and frequency from a few samples at a time.

    References
    ----------
    .. [1] Huang, N. E. et al. (1998). "The empirical mode decomposition and the Hilbert
       spectrum for nonlinear and non-stationary time series analysis." Proc. R. Soc.
       Lond. A, 454, 903-995. doi:10.1098/rspa.1998.0193

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.features import HilbertFeatures
    >>> time = np.arange(500) / 1000
    >>> slow, fast = (np.sin(2 * np.pi * f * time) for f in (40, 200))
    >>> windows = (3 * slow + fast)[np.newaxis]
    >>> hilbert = HilbertFeatures(
    ...     ("env_mean", "freq_mean"), bands=[(20, 100), (100, 400)], sfreq=1000
    ... )
    >>> hilbert.fit_transform(windows).round(3)
    array([[  3.,  40.,   1., 200.]])
    >>> hilbert.get_feature_names_out()[:2]
    array(['hilbert_20_100hz_env_mean', 'hilbert_20_100hz_freq_mean'], dtype=object)
    """

    def __init__(
        self,
        features=(
            "env_mean",
            "env_std",
            "env_q50",
            "freq_mean",
            "freq_std",
            "freq_q50",
        ),
        *,
        bands=None,
        sfreq=None,
    ):
        self.features = features
        self.bands = bands
        self.sfreq = sfreq

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
        self : HilbertFeatures
            The step itself.
        """
        windows = check_windows(self, X, reset=True)
        self._bins(windows)
        self._layout = layout(windows)
        return self

    def transform(self, X):
        """Compute the features.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        features : Windows or ndarray of shape (n_windows, n_channels * n_columns)
            The features, channel by channel.
        """
        windows = check_windows(self, X, reset=False)
        compute = functools.partial(self._block, self._bins(windows), windows.sfreq)
        n_columns = len(self._feature_names(None))
        return compute_columns(compute, windows, n_columns, n_rows=32)

    def _bins(self, windows):
        """Return a slice of bins for each band, after a check of all parameters."""
        check_names(self.features, _FEATURES)
        check_length(self, windows.n_times, 2, "an instantaneous frequency")
        if self.bands is not None or self._asks("freq"):
            require_rate(self, windows.sfreq)
        if self.bands is None:
            return [slice(1, None)]
        frequencies = np.arange(windows.n_times // 2 + 1)
        frequencies = frequencies * (windows.sfreq / windows.n_times)
        if not np.iterable(self.bands) or not len(self.bands):
            raise ValueError(f"bands must be None or a list of bands, got {self.bands}")
        return [_bins_of(band, frequencies) for band in self.bands]

    def _asks(self, of):
        return any(name.startswith(of) for name in self.features)

    def _block(self, bins, sfreq, rows, out):
        rows = rows.astype(np.float64)
        rows -= rows[:, :1]  # a flat row is exactly zero from here on
        half = half_spectrum(rows)
        table = out.reshape(len(rows), len(bins), -1)
        for i, band in enumerate(bins):
            kept = np.zeros_like(half)
            kept[:, band] = half[:, band]
            z = complex_signal(kept, rows.shape[1])
            found = {"env": envelope(z)}
            if self._asks("freq"):
                found["freq"] = instantaneous_frequency(z, sfreq)
            for j, name in enumerate(self.features):
                of, statistic = name.split("_")
                table[:, i, j] = _STATISTICS[statistic](found[of])

    def _feature_names(self, layout):
        bands = [""]
        if self.bands is not None:
            bands = [f"{low:g}_{high:g}hz_" for low, high in self.bands]
        pairs = itertools.product(bands, self.features)
        return [f"hilbert_{band}{name}" for band, name in pairs]


def _bins_of(band, frequencies):
    if np.shape(band) != (2,):
        raise ValueError(f"each of bands must be two frequencies in Hz, got {band!r}")
    for edge in band:
        check_scalar(edge, "bands", Real)
    low, high = band
    bins = np.flatnonzero((frequencies >= low) & (frequencies < high))
    if len(bins) == 0 or bins[-1] == 0:
        raise ValueError(
            f"the band {band} holds no frequency of the windows; these go from "
            f"{frequencies[1]:g} to {frequencies[-1]:g} Hz in steps of the first"
        )
    return slice(max(bins[0], 1), bins[-1] + 1)
