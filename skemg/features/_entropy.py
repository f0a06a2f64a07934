"""How irregular each window is."""

import functools
import numbers

import numpy as np
from scipy import signal
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._number import check_number
from skemg.utils._windowwise import (
    WindowwiseMixin,
    check_windows,
    compute_columns,
    layout,
)

from ._checks import check_length, check_names
from ._spectral import power_spectrum, spectral_entropy
from ._wavelets import check_wavelet, pad

_ENTROPIES = ("sample", "approximate", "fuzzy", "permutation", "spectral")
_OF_PAIRS = {"sample", "approximate", "fuzzy"}
_FLAT = 1e-10  # less of the deviation of the window than this is rounding


class EntropyFeatures(WindowwiseMixin, TransformerMixin, BaseEstimator):
    r"""Describe each window by how irregular it is.

    Windows in, a row of entropies a window out; nothing is learned, and the sampling
    frequency is not needed. A template is a run of m samples. The distance of two
    templates is their largest difference, and SD is the population standard deviation
    of the N samples:

    ============ =====================================================================
    name         value
    ============ =====================================================================
    sample       -ln(A / B) [1]_, where B counts the pairs of the N - m templates of m
                 samples within r SD of each other, and A those of m + 1 samples. It is
                 ln B where A is 0, and ln((N - m)(N - m - 1) / 2) where B is 0 too
    approximate  :math:`\Phi_m - \Phi_{m+1}` [2]_, where :math:`\Phi_L` is the mean of
                 ln(share of the N - L + 1 templates within r SD of this one, itself
                 included)
    fuzzy        :math:`\ln \phi_m - \ln \phi_{m+1}` [3]_, where :math:`\phi` is the
                 mean of :math:`\exp(-(d / (r\,SD))^n)` over all pairs of the N - m
                 templates, and d their distance after the mean of each is removed. A
                 term is at least exp(-80), our choice
    permutation  entropy of the orders in which `order` neighbouring samples rank,
                 equal ones from left to right [4]_, divided by ln(order!)
    spectral     as in `SpectralFeatures`: entropy of the shares of the power, divided
                 by ln(number of bins)
    ============ =====================================================================

    The last two go from 0 to 1. A flat window, or sub-band, has zeros everywhere. Read
    more in the :ref:`User Guide <features>`.

    Parameters
    ----------
    entropies : tuple of str, default=("sample", "fuzzy", "permutation", "spectral")
        Names of the table above; the columns of a band follow their order.
    m : int, default=2
        Samples of a template.
    r : float, default=0.2
        Tolerance in standard deviations of the window or sub-band itself.
    n : float, default=2
        Exponent of "fuzzy". 1 and 2 are fast.
    order : int, default=3
        Samples of a pattern of "permutation", 2 to 8.
    on : {"window", "dwt"}, default="window"
        What is measured: the window as it is, or each sub-band D1, ..., DJ, AJ of its
        wavelet transform, the one of `DWTFeatures`, after the mean of the window is
        removed.
    wavelet : str, default="db4"
        Name of a discrete wavelet of PyWavelets, for `on="dwt"`.
    level : int, default=3
        Number of times that the approximation is split, for `on="dwt"`. Windows need at
        least `(n_taps - 1) * 2**level` samples, 56 for the default. The value is our
        choice: coarse bands have few samples, and their entropies vary by chance.
    max_samples : int, default=1000
        "sample", "approximate" and "fuzzy" compare all pairs of samples, so the time
        grows with the square of the length. Of a longer window or band, they see the
        means of q neighbours, q being the least number that leaves at most
        `max_samples` (as the coarse scales of multiscale entropy [5]_); samples that
        fill no group of q are left out. At most 65535.

    Raises
    ------
    SignalError
        If windows or sub-bands are too short: "sample" and "fuzzy" need m + 2 samples,
        "approximate" m + 1, "permutation" `order`, "spectral" 2.
    ValueError
        If an entropy or the wavelet is not known.

    See Also
    --------
    WaveletPacketFeatures : Entropy of the energies of wavelet bands.
    SpectralFeatures : Spectral entropy beside other numbers about the spectrum.

    References
    ----------
    .. [1] Richman, J. S. and Moorman, J. R. (2000). "Physiological time-series analysis
       using approximate entropy and sample entropy." American J. of Physiology - Heart
       and Circulatory Physiology, 278(6), H2039-H2049.
       doi:10.1152/ajpheart.2000.278.6.H2039
    .. [2] Pincus, S. M. (1991). "Approximate entropy as a measure of system
       complexity." PNAS, 88(6), 2297-2301. doi:10.1073/pnas.88.6.2297
    .. [3] Chen, W. et al. (2007). "Characterization of surface EMG signal based on
       fuzzy entropy." IEEE Trans. Neural Systems and Rehabilitation Engineering, 15(2),
       266-272. doi:10.1109/TNSRE.2007.897025
    .. [4] Bandt, C. and Pompe, B. (2002). "Permutation entropy: a natural complexity
       measure for time series." Physical Review Letters, 88, 174102.
       doi:10.1103/PhysRevLett.88.174102
    .. [5] Costa, M., Goldberger, A. L. and Peng, C.-K. (2002). "Multiscale entropy
       analysis of complex physiologic time series." Physical Review Letters, 89,
       068102. doi:10.1103/PhysRevLett.89.068102

    Examples
    --------
    A sine repeats itself, noise does not.

    >>> import numpy as np
    >>> from skemg.features import EntropyFeatures
    >>> sine = np.sin(2 * np.pi * 0.02 * np.arange(500))
    >>> noise = np.random.default_rng(0).standard_normal(500)
    >>> entropy = EntropyFeatures(("sample", "fuzzy", "spectral"))
    >>> entropy.fit_transform([sine, noise]).round(1)
    array([[0.3, 0.3, 0.2],
           [2.3, 2.2, 0.9]])
    >>> entropy.get_feature_names_out().tolist()
    ['entropy_sample', 'entropy_fuzzy', 'entropy_spectral']
    """

    def __init__(
        self,
        entropies=("sample", "fuzzy", "permutation", "spectral"),
        *,
        m=2,
        r=0.2,
        n=2,
        order=3,
        on="window",
        wavelet="db4",
        level=3,
        max_samples=1000,
    ):
        self.entropies = entropies
        self.m = m
        self.r = r
        self.n = n
        self.order = order
        self.on = on
        self.wavelet = wavelet
        self.level = level
        self.max_samples = max_samples

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
        self : EntropyFeatures
            The step itself.
        """
        windows = check_windows(self, X, reset=True)
        self._check(windows.n_times)
        self._layout = layout(windows)
        return self

    def transform(self, X):
        """Compute the entropies.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        features : Windows or ndarray of shape (n_windows, n_channels * n_columns)
            The entropies, channel by channel and band by band.
        """
        windows = check_windows(self, X, reset=False)
        compute = functools.partial(self._block, self._check(windows.n_times))
        return compute_columns(compute, windows, len(self._feature_names(None)))

    def _check(self, n_times):
        """Check all parameters; return the wavelet, or None on whole windows."""
        check_names(self.entropies, _ENTROPIES, "entropies", "entropy")
        check_scalar(self.m, "m", numbers.Integral, min_val=1)
        check_scalar(self.order, "order", numbers.Integral, min_val=2, max_val=8)
        for name in ("r", "n"):
            value = getattr(self, name)
            check_number(value, name, min_val=0, include_boundaries="neither")
        check_scalar(
            self.max_samples,
            "max_samples",
            numbers.Integral,
            min_val=2 * (self.m + 2),  # what a cut leaves is longer than a template
            max_val=65535,
        )
        if self.on not in ("window", "dwt"):
            raise ValueError(f'on must be "window" or "dwt", got {self.on!r}')
        wavelet = check_wavelet(self, n_times) if self.on == "dwt" else None
        n_parts = 2**self.level if self.on == "dwt" else 1
        needs = {
            "sample": self.m + 2,
            "approximate": self.m + 1,
            "fuzzy": self.m + 2,
            "permutation": self.order,
            "spectral": 2,
        }
        longest = max(needs[name] for name in self.entropies)
        check_length(
            self,
            n_times,
            (longest - 1) * n_parts + 1,
            f"m={self.m} and order={self.order}: {longest} samples in each series",
        )
        return wavelet

    def _block(self, wavelet, rows, out):
        rows = rows.astype(np.float64)
        centred = rows - rows.mean(axis=1, keepdims=True)
        rounding = 2 * np.finfo(out.dtype).eps * np.sqrt((rows**2).mean(axis=1))
        deviation = np.sqrt((centred**2).mean(axis=1))
        flat = deviation <= rounding
        deviation[flat], rows[flat], centred[flat] = 0, 0, 0
        bands = [rows] if wavelet is None else self._bands(wavelet, centred)
        columns = [
            self._entropy(name, band, deviation, out.dtype)
            for band in bands
            for name in self.entropies
        ]
        np.stack(columns, axis=1, out=out, casting="same_kind")

    def _bands(self, wavelet, rows):
        import pywt

        return pywt.wavedec(
            pad(rows, self.level), wavelet, "periodization", level=self.level
        )[::-1]

    def _entropy(self, name, series, deviation, dtype):
        """Return an entropy of each row of a window or sub-band."""
        from skemg._kernels import entropy as kernels

        if name in _OF_PAIRS:
            series = self._shorten(series)
        spread = series.std(axis=1)
        flat = spread <= _FLAT * deviation
        series = np.where(flat[:, np.newaxis], 0, series)
        spread[flat] = 0
        if name == "permutation":
            return kernels.permutation_entropy(series, self.order)
        if name == "spectral":
            weights = signal.get_window("hann", series.shape[1])
            return spectral_entropy(power_spectrum(series, weights, _FLAT))
        tolerance = self.r * spread
        if name == "fuzzy":
            centred = series - series.mean(axis=1, keepdims=True)
            centred /= np.where(flat, 1, tolerance)[:, np.newaxis]
            return kernels.fuzzy_entropy(centred.astype(dtype), self.m, float(self.n))
        order = np.argsort(series, axis=1)
        if name == "sample":
            return kernels.sample_entropy(series, order, tolerance, self.m)
        return kernels.approximate_entropy(series, order, tolerance, self.m)

    def _shorten(self, series):
        n_times = series.shape[1]
        size = -(-n_times // self.max_samples)
        if size == 1:
            return series
        groups = series[:, : n_times // size * size].reshape(len(series), -1, size)
        return groups.mean(axis=2)

    def _feature_names(self, layout):
        if self.on == "window":
            return [f"entropy_{name}" for name in self.entropies]
        bands = [f"d{j}" for j in range(1, self.level + 1)] + [f"a{self.level}"]
        return [f"entropy_{band}_{name}" for band in bands for name in self.entropies]
