"""Features of the intrinsic mode functions of each window."""

import functools
import numbers
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._rate import require_rate
from skemg.utils._sifting import sifting_rule
from skemg.utils._windowwise import (
    WindowwiseMixin,
    check_windows,
    compute_columns,
    layout,
)

from ._analytic import (
    complex_signal,
    envelope,
    half_spectrum,
    instantaneous_frequency,
    ratio,
)
from ._checks import check_length, check_names

_AREA = -2 * np.log(0.05) * np.pi  # of the 95 % ellipse of two unit normal variables


class _Modes(NamedTuple):
    """IMFs `(n, n_imfs, n_times)` as analytic signals z, and what follows from them."""

    half: np.ndarray
    frequencies: np.ndarray
    z: np.ndarray
    amplitude: np.ndarray
    amplitude_slope: np.ndarray
    frequency_swing: np.ndarray
    energy: np.ndarray
    sfreq: float


def _modes(imfs, sfreq):
    n_times = imfs.shape[-1]
    half = half_spectrum(imfs)
    frequencies = np.arange(half.shape[-1]) * (sfreq / n_times)
    z = complex_signal(half, n_times)
    slope = complex_signal(2j * np.pi * frequencies * half, n_times)
    slope *= z.conj()  # A A' + j A² phi'
    amplitude = envelope(z)
    energy = (amplitude**2).sum(axis=-1)
    mean = ratio(slope.imag.sum(axis=-1), energy)
    whole = np.maximum(amplitude, np.finfo(np.float64).tiny)
    swing = slope.imag / whole - mean[..., np.newaxis] * amplitude
    rise = slope.real / whole
    return _Modes(half, frequencies, z, amplitude, rise, swing, energy, sfreq)


def _am_bandwidth(modes):
    square = (modes.amplitude_slope**2).sum(axis=-1)
    return np.sqrt(ratio(square, modes.energy)) / (2 * np.pi)


def _fm_bandwidth(modes):
    square = (modes.frequency_swing**2).sum(axis=-1)
    return np.sqrt(ratio(square, modes.energy)) / (2 * np.pi)


def _spectral_moment(modes):
    power = modes.half.real**2 + modes.half.imag**2
    n_times = modes.z.shape[-1]
    if n_times % 2 == 0:
        power[..., -1] *= 2
    # Unlike the matrix product, this rounds a row alike in every block.
    moment = np.einsum("ijk,k->ij", power, modes.frequencies)
    return moment / (2 * n_times**2)


def _frequency_slope(modes):
    frequency = instantaneous_frequency(modes.z, modes.sfreq)
    weight = modes.amplitude[..., 1:-1] ** 2
    weighted = (np.diff(frequency) * modes.sfreq * weight).sum(axis=-1)
    return ratio(weighted, weight.sum(axis=-1))


def _mean_amplitude(modes):
    return modes.amplitude.mean(axis=-1)


def _amplitude_deviation(modes):
    return modes.amplitude.std(axis=-1)


def _trace_area(modes):
    centred = modes.z - modes.z.mean(axis=-1, keepdims=True)
    real, imaginary = centred.real, centred.imag
    determinant = (real**2).mean(axis=-1) * (imaginary**2).mean(axis=-1)
    determinant -= (real * imaginary).mean(axis=-1) ** 2
    return _AREA * np.sqrt(np.maximum(determinant, 0))


_FUNCTIONS = {
    "bam": _am_bandwidth,
    "bfm": _fm_bandwidth,
    "sm1": _spectral_moment,
    "freq_slope": _frequency_slope,
    "amp_mean": _mean_amplitude,
    "amp_std": _amplitude_deviation,
    "area": _trace_area,
}


class EMDFeatures(WindowwiseMixin, TransformerMixin, BaseEstimator):
    r"""Describe each window by the modulations of its intrinsic mode functions.

    Windows in, a row of features a window out; nothing is learned, but the sampling
    frequency must be known. Empirical mode decomposition [1]_ parts a window into
    intrinsic mode functions (IMFs), from fast to slow. Each one, of unit u (µV where
    calibrated), becomes an analytic signal :math:`z = A e^{j\varphi}`, and with the
    energy E, the sum of A²:

    =============== ==================================================================
    name            value
    =============== ==================================================================
    bam             bandwidth of the amplitude modulation [2]_, root of the sum of
                    (dA/dt)² / E, over 2π (Hz)
    bfm             bandwidth of the frequency modulation, root of the sum of
                    (dφ/dt - ω)² A² / E, over 2π, with ω the mean of dφ/dt weighted by
                    A² (Hz)
    sm1             first moment of the one-sided power spectrum, sum of f P (u² Hz)
    freq_slope      mean derivative of the instantaneous frequency, weighted by A²
                    (Hz/s)
    amp_mean        mean of A (u)
    amp_std         population standard deviation of A (u)
    area            area of the ellipse that holds 95 % of the trace of z, if normal:
                    5.991 π times the root of the determinant of its covariance (u²)
    =============== ==================================================================

    A window with fewer IMFs than `n_imfs` has zeros for the missing ones, a flat window
    has zeros everywhere. Read more in the :ref:`User Guide <features>`.

    Parameters
    ----------
    n_imfs : int, default=4
        The first so many IMFs are described. Each one is about twice as slow as the one
        before; windows need at least `2**n_imfs` samples, and 3 for an extremum.
    features : tuple of str, default=all of them
        Names of the table above; the columns follow their order, IMF by IMF.
    stop : {"fixed", "ratio", "s_number"}, default="fixed"
        What ends the sifting of an IMF. "fixed": a number of siftings. "ratio": the
        energy of the mean envelope is small beside that of the signal. "s_number":
        several siftings in a row leave the numbers of extrema and of zero crossings as
        they are, and these differ by one at most [3]_. The last two stop at 100
        siftings, our choice. All stop where fewer than three extrema are left.
    stop_at : float, default=None
        The number of siftings (10), the ratio (0.05) or the number in a row (4); None
        is the value in brackets. 10 and 0.05 are our choice.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own.

    Raises
    ------
    SignalError
        If the sampling frequency is unknown, or windows have fewer than `2**n_imfs`
        samples.
    ValueError
        If a feature or rule is not known.

    See Also
    --------
    HilbertFeatures : Envelope and instantaneous frequency without a decomposition.
    skemg.preprocessing.EMDDenoiser : Leave IMFs out of a recording.

    Notes
    -----
    The envelopes are not-a-knot cubic splines (the default of
    `scipy.interpolate.CubicSpline`) through the maxima and through the minima; of a
    plateau, its middle sample counts. At each end two extrema are mirrored after
    Rilling et al. [4]_. The analytic signal and its derivative are computed from the
    Fourier transform, for which the window repeats itself: bam² + bfm² is the variance
    of the spectrum of z exactly, and contains the jump between the two ends.

    References
    ----------
    .. [1] Huang, N. E. et al. (1998). "The empirical mode decomposition and the Hilbert
       spectrum for nonlinear and non-stationary time series analysis." Proc. R. Soc.
       Lond. A, 454, 903-995. doi:10.1098/rspa.1998.0193
    .. [2] Dubey et al. (2022). doi:10.1016/j.bspc.2021.103098
    .. [3] Huang, N. E. et al. (2003). "A confidence limit for the empirical mode
       decomposition and Hilbert spectral analysis." Proc. R. Soc. Lond. A, 459.
       doi:10.1098/rspa.2003.1123
    .. [4] Rilling, G., Flandrin, P. and Goncalves, P. (2003). "On empirical mode
       decomposition and its algorithms." IEEE-EURASIP Workshop on Nonlinear Signal and
       Image Processing.

    Examples
    --------
    A tone of 100 Hz whose amplitude swings by half, ten times a second. Its amplitude
    has a mean of 1 and a standard deviation of 0.5 / √2.

    >>> import numpy as np
    >>> from skemg.features import EMDFeatures
    >>> time = np.arange(1000) / 1000
    >>> amplitude = 1 + 0.5 * np.cos(2 * np.pi * 10 * time)
    >>> windows = (amplitude * np.cos(2 * np.pi * 100 * time))[np.newaxis]
    >>> emd = EMDFeatures(1, ("bam", "amp_mean", "amp_std"), sfreq=1000)
    >>> emd.fit_transform(windows).round(2)
    array([[3.33, 1.  , 0.35]])
    >>> emd.get_feature_names_out()[:2]
    array(['emd_imf1_bam', 'emd_imf1_amp_mean'], dtype=object)
    """

    def __init__(
        self,
        n_imfs=4,
        features=("bam", "bfm", "sm1", "freq_slope", "amp_mean", "amp_std", "area"),
        *,
        stop="fixed",
        stop_at=None,
        sfreq=None,
    ):
        self.n_imfs = n_imfs
        self.features = features
        self.stop = stop
        self.stop_at = stop_at
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
        self : EMDFeatures
            The step itself.
        """
        windows = check_windows(self, X, reset=True)
        self._check(windows)
        self._layout = layout(windows)
        return self

    def transform(self, X):
        """Decompose the windows and compute the features.

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
        compute = functools.partial(self._block, self._check(windows), windows.sfreq)
        n_columns = self.n_imfs * len(self.features)
        return compute_columns(compute, windows, n_columns, n_rows=8)

    def _check(self, windows):
        """Return rule and limit of the sifting, after a check of all parameters."""
        check_names(self.features, _FUNCTIONS)
        check_scalar(self.n_imfs, "n_imfs", numbers.Integral, min_val=1)
        rule = sifting_rule(self.stop, self.stop_at)
        require_rate(self, windows.sfreq)
        needed_by = f"n_imfs={self.n_imfs}"
        check_length(self, windows.n_times, max(3, 2**self.n_imfs), needed_by)
        return rule

    def _block(self, rule, sfreq, rows, out):
        from skemg._kernels.emd import emd

        parts, _ = emd(rows.astype(np.float64), self.n_imfs, *rule)
        modes = _modes(parts[:, :-1], sfreq)
        columns = [_FUNCTIONS[name](modes) for name in self.features]
        out[:] = np.stack(columns, axis=-1).reshape(len(rows), -1)

    def _feature_names(self, layout):
        return [
            f"emd_imf{k}_{name}"
            for k in range(1, self.n_imfs + 1)
            for name in self.features
        ]
