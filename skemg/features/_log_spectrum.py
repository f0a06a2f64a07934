"""Logarithm of the power spectrum of each window."""

import functools
import numbers

import numpy as np
from scipy import fft, signal
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.exceptions import SignalError
from skemg.signals import Windows
from skemg.utils._rate import require_rate
from skemg.utils._windowwise import (
    WindowwiseMixin,
    check_windows,
    compute_columns,
    layout,
)

from ._slopes import fill_slopes

_DELTA_WIDTH = 2  # windows on each side of a regression


class LogSpectrum(WindowwiseMixin, TransformerMixin, BaseEstimator):
    r"""Describe each window by the logarithm of its power spectrum.

    Windows in, a row of features a window out; nothing is learned. With a periodic Hann
    window :math:`w`, bin :math:`k` of the Fourier transform :math:`X_k` gives
    :math:`\log_{10}(P_k + eps)` with the one-sided power
    :math:`P_k = 2 |X_k|^2 / (\sum w)^2`, without the 2 at zero and at half of the
    sampling frequency. A sine of amplitude A on a bin has the power A²/2 there. Powers
    are in µV² where the recordings are in µV, else in the square of their unit. The
    sampling frequency is needed only for `low` and `high`; without it the columns are
    named by bin. Read more in the :ref:`User Guide <features>`.

    Parameters
    ----------
    low : float or None, default=None
        Lowest frequency that is kept, in Hz. A filter only attenuates what lies below,
        and a logarithm still reads it; a bin left out is gone.
    high : float or None, default=None
        Highest frequency that is kept, in Hz, at most half of the sampling frequency.
    n_bands : int or None, default=None
        Mean power of this many bands, equally wide within one bin, that part the kept
        bins between them. None keeps every bin.
    delta : bool, default=False
        Append the slope of each column over the two windows on either side in the same
        recording [1]_; the first and last window of a recording are repeated. Needs
        `Windows`: the rows of a plain array do not know which follow each other.
    eps : float, default=1e-20
        Added to the power, so that a window of zeros has -20 and not minus infinity.
        The value is our choice.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own.

    Raises
    ------
    SignalError
        If `low` or `high` is given and the sampling frequency is unknown, or `delta`
        is asked of a plain array.
    ValueError
        If no bin is left, or fewer than `n_bands`.

    See Also
    --------
    SpectralFeatures : A few numbers that describe the shape of a spectrum.
    DeltaFeatures : Slopes of the columns of any feature step.

    References
    ----------
    .. [1] Furui, S. (1986). "Speaker-independent isolated word recognition using
       dynamic features of speech spectrum." IEEE Trans. Acoustics, Speech, and Signal
       Processing, 34(1), 52-59. doi:10.1109/TASSP.1986.1164788

    Examples
    --------
    A sine of 125 Hz and 20 µV has the power 200 µV², and the Hann window shares it with
    the bins beside.

    >>> import numpy as np
    >>> from skemg.features import LogSpectrum
    >>> time = np.arange(200) / 5000
    >>> windows = 20 * np.sin(2 * np.pi * 125 * time)[np.newaxis]
    >>> spectrum = LogSpectrum(low=100, high=150, sfreq=5000)
    >>> (10 ** spectrum.fit_transform(windows)).round(2)
    array([[ 50., 200.,  50.]])
    >>> spectrum.get_feature_names_out()
    array(['logspectrum_100hz', 'logspectrum_125hz', 'logspectrum_150hz'],
          dtype=object)
    """

    def __init__(
        self, low=None, high=None, n_bands=None, delta=False, eps=1e-20, *, sfreq=None
    ):
        self.low = low
        self.high = high
        self.n_bands = n_bands
        self.delta = delta
        self.eps = eps
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
        self : LogSpectrum
            The step itself.
        """
        windows = self._check(X, reset=True)
        self._starts(windows)
        self._layout = layout(windows)
        return self

    def transform(self, X):
        """Compute the spectra.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        features : Windows or ndarray of shape (n_windows, n_channels * n_columns)
            Logarithms of powers, channel by channel.
        """
        windows = self._check(X, reset=False)
        first, last = self._kept(windows)
        starts = self._starts(windows)
        weights = signal.get_window("hann", windows.n_times)
        weights *= np.sqrt(2) / weights.sum()
        compute = functools.partial(
            self._block, weights.astype(windows.dtype), slice(first, last), starts
        )
        if not self.delta:
            return compute_columns(compute, windows, len(starts), n_rows=128)
        table = compute_columns(compute, windows, 2 * len(starts), n_rows=128)
        pairs = table.reshape(len(table), -1, 2, len(starts))
        fill_slopes(pairs[:, :, 0], pairs[:, :, 1], windows, _DELTA_WIDTH)
        return table

    def _check(self, X, *, reset):
        check_scalar(self.eps, "eps", numbers.Real, min_val=0)
        check_scalar(self.delta, "delta", (bool, np.bool_))
        if self.delta and not isinstance(X, Windows):
            raise SignalError(
                "delta=True needs Windows, which know which windows follow each other; "
                "put LogSpectrum between Windower and the vote, or set delta=False"
            )
        return check_windows(self, X, reset=reset)

    def _kept(self, windows):
        """Return the first bin that is kept and the one behind the last."""
        n_times = windows.n_times
        if self.low is None and self.high is None:
            return 0, n_times // 2 + 1
        sfreq = require_rate(self, windows.sfreq)
        low = 0 if self.low is None else self.low
        high = sfreq / 2 if self.high is None else self.high
        check_scalar(low, "low", numbers.Real, min_val=0)
        check_scalar(high, "high", numbers.Real, min_val=0)
        if not low <= high <= sfreq / 2:
            raise ValueError(
                f"low={self.low} and high={self.high} must keep low <= high <= "
                f"sfreq / 2 = {sfreq / 2:g} Hz"
            )
        # A bin that is meant by a cutoff must not be lost to rounding.
        first = int(np.ceil(low * n_times / sfreq - 1e-9))
        last = int(np.floor(high * n_times / sfreq + 1e-9)) + 1
        if first == last:
            raise ValueError(
                f"no bin lies between low={low:g} and high={high:g} Hz: the bins of "
                f"{n_times} samples are {sfreq / n_times:g} Hz apart"
            )
        return first, last

    def _starts(self, windows):
        """Return where each band begins, counted from the first kept bin."""
        first, last = self._kept(windows)
        n_bins = last - first
        if self.n_bands is None:
            return np.arange(n_bins)
        check_scalar(self.n_bands, "n_bands", numbers.Integral, min_val=1)
        if self.n_bands > n_bins:
            raise ValueError(
                f"n_bands={self.n_bands} is more than the {n_bins} bins that are kept; "
                f"use at most {n_bins} bands, or longer windows"
            )
        return np.arange(self.n_bands) * n_bins // self.n_bands

    def _block(self, weights, kept, starts, rows, out):
        spectrum = fft.rfft(rows * weights)
        parts = spectrum.view(rows.dtype).reshape(*spectrum.shape, 2)[:, kept]
        parts *= parts
        n_bins = parts.shape[1]
        out = out[:, : len(starts)]
        in_place = len(starts) == n_bins
        power = out if in_place else np.empty(parts.shape[:2], rows.dtype)
        np.add(parts[..., 0], parts[..., 1], out=power)
        if kept.start == 0:
            power[:, 0] /= 2
        if 2 * (kept.stop - 1) == rows.shape[1]:
            power[:, -1] /= 2
        if not in_place:
            np.add.reduceat(power, starts, axis=1, out=out)
            out /= np.diff(starts, append=n_bins).astype(out.dtype)
        out += out.dtype.type(self.eps)
        np.log(out, out=out)
        out *= out.dtype.type(1 / np.log(10))

    def _feature_names(self, layout):
        first, last = self._kept(layout)
        starts = first + self._starts(layout)
        stops = np.append(starts[1:], last) - 1
        step, unit = 1, ""
        if layout.sfreq is None:
            prefix = "logspectrum_bin"
        else:
            prefix, unit, step = "logspectrum_", "hz", layout.sfreq / layout.n_times
        digits = max(6, len(str(layout.n_times)) + 1)  # as many as tell bins apart
        names = [
            f"{prefix}{start * step:.{digits}g}{unit}"
            if self.n_bands is None
            else f"{prefix}{start * step:.{digits}g}-{stop * step:.{digits}g}{unit}"
            for start, stop in zip(starts, stops, strict=True)
        ]
        return names + [f"delta_{name}" for name in names] * self.delta
