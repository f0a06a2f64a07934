"""Shape of the power spectrum of each window."""

import functools
import numbers
from typing import NamedTuple

import numpy as np
from scipy import fft, signal, special
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._rate import require_rate
from skemg.utils._windowwise import (
    WindowwiseMixin,
    check_windows,
    compute_columns,
    layout,
)

from ._checks import check_length, check_names


class _Spectrum(NamedTuple):
    """Power spectra of some rows, and what the features ask of them."""

    power: np.ndarray
    frequencies: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n_beside: int


def power_spectrum(rows, weights, eps):
    """Return the one-sided power of rows without their means, the bin at zero left out.

    A row that is flat but for rounding, in a precision of `eps`, has zeros.
    """
    centred = rows - rows.mean(axis=1, keepdims=True)
    power = np.abs(fft.rfft(centred * weights)[:, 1:]) ** 2
    if rows.shape[1] % 2 == 0:
        power[:, -1] /= 2
    power[(centred**2).sum(axis=1) <= (2 * eps) ** 2 * (rows**2).sum(axis=1)] = 0
    return power


def spectral_entropy(power):
    """Return the entropy of each row of powers, as a share of the largest one."""
    n_bins = power.shape[1]
    total = np.broadcast_to(power.sum(axis=1, keepdims=True), power.shape)
    share = _ratio(power, total)
    return special.entr(share).sum(axis=1) / np.log(max(n_bins, 2)) + 0.0  # no -0.0


def _moment(spectrum, order):
    # Unlike the matrix product, this rounds a row alike in every block.
    return np.einsum("ij,j->i", spectrum.power, spectrum.frequencies**order)


def _ratio(part, whole):
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


def _mean_frequency(spectrum):
    return _ratio(_moment(spectrum, 1), _moment(spectrum, 0))


def _median_frequency(spectrum):
    cumulated = np.cumsum(spectrum.power, axis=1)
    half = np.argmax(cumulated >= cumulated[:, -1:] / 2, axis=1)
    return spectrum.frequencies[half] * (cumulated[:, -1] > 0)


def _peak_frequency(spectrum):
    peak = np.argmax(spectrum.power, axis=1)
    return spectrum.frequencies[peak] * (_moment(spectrum, 0) > 0)


def _frequency_ratio(spectrum):
    low = spectrum.power[:, spectrum.low].sum(axis=1)
    return _ratio(low, spectrum.power[:, spectrum.high].sum(axis=1))


def _peak_share(spectrum):
    n_bins = spectrum.power.shape[1]
    peak = np.argmax(spectrum.power, axis=1)[:, np.newaxis]
    near = np.abs(np.arange(n_bins) - peak) <= spectrum.n_beside
    return _ratio(np.where(near, spectrum.power, 0).sum(axis=1), _moment(spectrum, 0))


def _variance(spectrum):
    mean = _mean_frequency(spectrum)[:, np.newaxis]
    spread = (spectrum.power * (spectrum.frequencies - mean) ** 2).sum(axis=1)
    return _ratio(spread, _moment(spectrum, 0))


def _entropy(spectrum):
    return spectral_entropy(spectrum.power)


_FUNCTIONS = {
    "mnf": _mean_frequency,
    "mdf": _median_frequency,
    "pkf": _peak_frequency,
    "ttp": functools.partial(_moment, order=0),
    "sm1": functools.partial(_moment, order=1),
    "sm2": functools.partial(_moment, order=2),
    "sm3": functools.partial(_moment, order=3),
    "vcf": _variance,
    "fr": _frequency_ratio,
    "psr": _peak_share,
    "spectral_entropy": _entropy,
}


class SpectralFeatures(WindowwiseMixin, TransformerMixin, BaseEstimator):
    """Describe each window by the shape of its power spectrum.

    Windows in, a row of features a window out; nothing is learned, but the sampling
    frequency must be known. P is the one-sided density periodogram at the frequencies f
    (mean removed, periodic Hann window, the bin at zero left out), in u² / Hz for a
    signal of unit u (µV where calibrated):

    ================== ===============================================================
    name               value
    ================== ===============================================================
    mnf                mean frequency, sum of f P / sum of P (Hz)
    mdf                median frequency, the first f up to which half of the power lies
                       (Hz)
    pkf                frequency of the largest P (Hz)
    ttp                total power, sum of P (u² / Hz)
    sm1, sm2, sm3      spectral moments, sums of f P, f² P, f³ P (u², u² Hz, u² Hz²)
    vcf                variance of the frequency, sm2 / ttp - (sm1 / ttp)² (Hz²)
    fr                 power in `low_band` / power in `high_band`
    psr                share of the power near the peak
    spectral_entropy   minus sum of p ln p / ln(number of bins), p = P / sum of P: 0 for
                       one line, 1 for equal powers
    ================== ===============================================================

    A flat window has zeros everywhere, and `fr` is zero where the high band is empty.
    Read more in the :ref:`User Guide <features>`.

    Parameters
    ----------
    features : tuple of str, default=("mnf", "mdf", "pkf", "ttp", "vcf", \
"spectral_entropy")
        Names of the table above; the columns follow their order.
    low_band : tuple of float, default=(20.0, 500.0)
        Frequencies in Hz, the second one excluded, for `fr`. (30, 250) is usual for
        surface EMG.
    high_band : tuple of float, default=(500.0, 4000.0)
        The same for the divisor of `fr`; (250, 500) for surface EMG.
    peak_width : float, default=20.0
        Distance from the peak in Hz that `psr` counts on either side, at least one bin.
        The value is our choice.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own.

    Raises
    ------
    SignalError
        If the sampling frequency is unknown, or windows have a single sample.
    ValueError
        If a feature is not known, or a band of `fr` has no bin.

    See Also
    --------
    LogSpectrum : The spectrum itself.

    References
    ----------
    .. [1] Phinyomark, A., Phukpattaranont, P. and Limsakul, C. (2012). "Feature
       reduction and selection for EMG signal classification." Expert Systems with
       Applications, 39(8), 7420-7431. doi:10.1016/j.eswa.2012.01.102

    Examples
    --------
    A sine of 80 Hz has its power there, and the Hann window shares it with the two bins
    beside, evenly.

    >>> import numpy as np
    >>> from skemg.features import SpectralFeatures
    >>> windows = np.sin(2 * np.pi * 80 * np.arange(500) / 1000)[np.newaxis]
    >>> spectral = SpectralFeatures(("mnf", "pkf", "vcf"), sfreq=1000)
    >>> spectral.fit_transform(windows).round(3)
    array([[80.   , 80.   ,  1.333]])
    """

    def __init__(
        self,
        features=("mnf", "mdf", "pkf", "ttp", "vcf", "spectral_entropy"),
        *,
        low_band=(20.0, 500.0),
        high_band=(500.0, 4000.0),
        peak_width=20.0,
        sfreq=None,
    ):
        self.features = features
        self.low_band = low_band
        self.high_band = high_band
        self.peak_width = peak_width
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
        self : SpectralFeatures
            The step itself.
        """
        windows = check_windows(self, X, reset=True)
        self._plan(windows)
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
        features : Windows or ndarray of shape (n_windows, n_channels * n_features)
            The features, channel by channel.
        """
        windows = check_windows(self, X, reset=False)
        weights = signal.get_window("hann", windows.n_times)
        weights *= np.sqrt(2 / (windows.sfreq * (weights**2).sum()))
        compute = functools.partial(self._block, weights, self._plan(windows))
        return compute_columns(compute, windows, len(self.features))

    def _plan(self, windows):
        """Return a spectrum without power, after a check of all parameters."""
        check_names(self.features, _FUNCTIONS)
        check_scalar(self.peak_width, "peak_width", numbers.Real, min_val=0)
        sfreq, n_times = require_rate(self, windows.sfreq), windows.n_times
        check_length(self, n_times, 2, "a spectrum without its mean")
        frequencies = np.arange(1, n_times // 2 + 1) * sfreq / n_times
        return _Spectrum(
            None,
            frequencies,
            self._band("low_band", frequencies),
            self._band("high_band", frequencies),
            max(1, round(self.peak_width * n_times / sfreq)),
        )

    def _band(self, name, frequencies):
        if "fr" not in self.features:
            return None
        if np.shape(getattr(self, name)) != (2,):
            raise ValueError(
                f"{name} must be two frequencies in Hz, got {getattr(self, name)!r}"
            )
        low, high = getattr(self, name)
        band = np.flatnonzero((frequencies >= low) & (frequencies < high))
        if len(band) == 0:
            raise ValueError(
                f"{name}={getattr(self, name)} has no bin; the bins go from "
                f"{frequencies[0]:g} to {frequencies[-1]:g} Hz"
            )
        return band

    def _block(self, weights, plan, rows, out):
        rows = rows.astype(np.float64)
        power = power_spectrum(rows, weights, np.finfo(out.dtype).eps)
        spectrum = plan._replace(power=power)
        for column, name in enumerate(self.features):
            out[:, column] = _FUNCTIONS[name](spectrum)

    def _feature_names(self, layout):
        return list(self.features)
