"""Smoothed pseudo Wigner-Ville distribution of each window."""

import functools

import numpy as np
from scipy import fft, signal
from sklearn.base import BaseEstimator, TransformerMixin

from skemg.utils._imagewise import ImagewiseMixin, Plan
from skemg.utils._number import check_number

from ._checks import check_length
from ._image_axes import bins_between, check_band, check_size, resized

_VALUES = 1 << 17  # complex products of a block: they stay in the cache
_MATRIX = 1 << 22  # values of the cosines of some lags


class SmoothedPseudoWignerVille(ImagewiseMixin, TransformerMixin, BaseEstimator):
    r"""Turn each window into an image of its smoothed Wigner-Ville distribution.

    Windows in, images of shape (n_windows, n_channels, n_frequencies, n_frames) out.
    With the analytic signal :math:`z` of a window of N samples, zero outside,

    .. math::
        W_{n,k} = 2 \sum_m h_m^2 \sum_l g_l\, z_{n-l+m} z^*_{n-l-m}
        e^{-2 \pi j k m / N}

    at the N frequencies :math:`k f_s / (2 N)`. It is sharper than a spectrogram, but
    any two components leave a third one midway, the cross term, which swings between
    plus and minus. The window :math:`g` over time averages it away, the window
    :math:`h` over lags smooths over frequency; both are Hamming windows of an odd
    number of samples, with :math:`h_0 = 1` and :math:`\sum g = 1`. Without them this is
    the Wigner-Ville distribution itself.

    The largest value of the training images is learned, and an image is one where a
    value is at least as large, zero where it is `range` decibels below or less, or
    negative, and linear in decibels between. Read more in the
    :ref:`User Guide <images>`.

    Parameters
    ----------
    low : float or None, default=None
        Lowest frequency that is kept, in Hz.
    high : float or None, default=None
        Highest frequency that is kept, in Hz, at most half of the sampling frequency.
    n_frequencies : int or None, default=64
        Rows of an image. The values of the kept frequencies are resized bilinearly;
        None leaves them as they are.
    n_frames : int or None, default=64
        Columns of an image, in the same way; None leaves a column a sample.
    lag_share : float or None, default=0.25
        Length of h as a share of the window; None does not smooth over frequency.
    time_share : float or None, default=0.1
        Length of g as a share of the window; None does not smooth over time.
    range : float or None, default=60.0
        Decibels from zero to one in an image, at most 300. None gives the values
        themselves, some of them negative.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own.

    Attributes
    ----------
    frequencies_ : ndarray of shape (n_frequencies,)
        Frequency of each row in Hz.
    times_ : ndarray of shape (n_frames,)
        Time of each column in seconds from the start of a window.
    max_ : ndarray of shape (n_channels,)
        Largest value in the images of the training windows, by channel, in µV² where
        the windows are in µV. Only with a `range`.

    Raises
    ------
    SignalError
        If the sampling frequency is unknown, or windows are so short that h or g has
        less than three samples.
    ValueError
        If no frequency lies between `low` and `high`.

    See Also
    --------
    Spectrogram : Blurred, but never negative, and much faster.

    References
    ----------
    .. [1] Sengur, A. et al. (2017). "Classification of amyotrophic lateral sclerosis
       disease based on convolutional neural network and reinforcement sample learning
       algorithm." Health Information Science and Systems, 5, 9.
       doi:10.1007/s13755-017-0029-6

    Examples
    --------
    Two tones of 100 and 300 Hz. Midway, the plain distribution has a cross term as
    strong as both; smoothing removes it.

    >>> import numpy as np
    >>> from skemg.features import SmoothedPseudoWignerVille
    >>> time = np.arange(200) / 1000
    >>> tones = np.sin(2 * np.pi * 100 * time) + np.sin(2 * np.pi * 300 * time)
    >>> settings = {"n_frequencies": None, "n_frames": None, "range": None}
    >>> for shares in ({"lag_share": None, "time_share": None}, {}):
    ...     wigner = SmoothedPseudoWignerVille(**settings, **shares, sfreq=1000)
    ...     image = wigner.fit_transform(tones[np.newaxis])[0, 0]
    ...     rows = np.isin(wigner.frequencies_.round(6), [100, 200, 300])
    ...     print(np.abs(image[rows, 50:150]).max(axis=1).round())
    [400. 792. 400.]
    [38.  1. 38.]
    """

    def __init__(
        self,
        low=None,
        high=None,
        n_frequencies=64,
        n_frames=64,
        lag_share=0.25,
        time_share=0.1,
        range=60.0,
        *,
        sfreq=None,
    ):
        self.low = low
        self.high = high
        self.n_frequencies = n_frequencies
        self.n_frames = n_frames
        self.lag_share = lag_share
        self.time_share = time_share
        self.range = range
        self.sfreq = sfreq

    def _plan(self, windows):
        check_size(self)
        n_times, sfreq, dtype = windows.n_times, windows.sfreq, windows.dtype
        low, high = check_band(self, sfreq)
        check_length(self, n_times, 2, "more than one frequency")
        lag_window = self._window("lag_share", n_times)
        time_window = self._window("time_share", n_times)
        bins = bins_between(low, high, sfreq / (2 * n_times))
        bins = slice(bins.start, min(bins.stop, n_times))
        frequencies = np.arange(bins.start, bins.stop) * sfreq / (2 * n_times)
        times = np.arange(n_times) / sfreq
        over_bins, frequencies = resized(frequencies, self.n_frequencies)
        over_times, times = resized(times, self.n_frames)
        if time_window is not None:
            time_window = time_window / time_window.sum()
        if over_times is not None and time_window is not None:  # both in one matrix
            over_times = signal.fftconvolve(
                over_times, time_window[np.newaxis], mode="same", axes=1
            )
            time_window = None
        taper = np.ones((n_times + 1) // 2)
        if lag_window is not None:
            taper = lag_window[len(lag_window) // 2 :] ** 2
        cosines = None
        if over_bins is not None:
            cosines = _cosines(bins, n_times, len(taper), over_bins).astype(dtype)
        fill = functools.partial(
            _fill,
            (2 * taper).astype(dtype),
            None if time_window is None else time_window.astype(dtype),
            None if over_times is None else over_times.astype(dtype),
            cosines,
            bins,
        )
        return Plan(frequencies, times, fill)

    def _window(self, name, n_times):
        share = getattr(self, name)
        if share is None:
            return None
        check_number(
            share,
            name,
            min_val=0,
            max_val=1,
            include_boundaries="right",
        )
        minimum = int(np.ceil(2 / share - 1e-9)) if share < 1 else 3
        check_length(
            self, n_times, max(3, minimum), f"three samples of {name}={share:g}"
        )
        n_odd = 2 * round((share * n_times - 1) / 2) + 1
        return signal.windows.hamming(min(max(n_odd, 3), n_times - 1 + n_times % 2))


def _cosines(bins, n_times, n_lags, over_bins):
    """Return what turns real and imaginary parts of each lag into rows of an image."""
    k = np.arange(bins.start, bins.stop)
    table = np.empty((n_lags, 2, len(over_bins)))
    at_once = _MATRIX // len(k) + 1
    for first in range(0, n_lags, at_once):
        lag = np.arange(first, min(first + at_once, n_lags))[:, np.newaxis]
        turn = 2 * np.pi * (lag * k % n_times) / n_times
        table[lag[:, 0], 0] = np.cos(turn) @ over_bins.T
        table[lag[:, 0], 1] = np.sin(turn) @ over_bins.T
    table[1:] *= 2  # the negative lags are the conjugates of the positive ones
    return table.reshape(2 * n_lags, -1)


def _fill(taper, time_window, over_times, cosines, bins, rows, out):
    n_rows, n_times = rows.shape
    n_lags = len(taper)
    n_frames = out.shape[2]
    at_once = max(1, min(n_lags, _VALUES // n_times))
    step = max(1, _VALUES // (n_times * n_lags))
    padded = np.zeros((n_rows, n_times + 2 * (n_lags - 1)), _complex(rows.dtype))
    padded[:, n_lags - 1 : n_lags - 1 + n_times] = _analytic(rows)
    for i in range(0, n_rows, step):
        block = padded[i : i + step]
        spans = np.lib.stride_tricks.sliding_window_view(block, n_times, axis=1)
        image = 0
        whole = None
        if cosines is None:
            whole = np.empty((len(block), n_frames, n_lags), padded.dtype)
        for first in range(0, n_lags, at_once):
            last = min(first + at_once, n_lags)
            lags = np.arange(first, last)
            # Both are (rows, times, lags), views into the padded signal.
            ahead = spans[:, n_lags - 1 + first : n_lags - 1 + last]
            behind = spans[:, n_lags - last : n_lags - first][:, ::-1]
            products = np.empty((len(block), n_times, len(lags)), padded.dtype)
            np.conjugate(behind.transpose(0, 2, 1), out=products)
            products *= ahead.transpose(0, 2, 1)
            products *= taper[first:last]
            if over_times is not None:
                parts = over_times @ products.view(rows.dtype)
            elif time_window is not None:
                products = signal.fftconvolve(
                    products, time_window[:, np.newaxis][np.newaxis], "same", axes=1
                )
                parts = products.view(rows.dtype)
            else:
                parts = products.view(rows.dtype)
            if cosines is None:
                whole[..., first:last] = parts.view(padded.dtype)
            else:
                image = image + parts @ cosines[2 * first : 2 * last]
        if cosines is None:
            image = fft.hfft(whole, n_times)[..., bins]
        out[i : i + step] = image.transpose(0, 2, 1)


def _analytic(rows):
    n_times = rows.shape[1]
    spectrum = fft.rfft(rows)
    spectrum[:, 1 : (n_times + 1) // 2] *= 2
    return fft.ifft(spectrum, n_times)


def _complex(dtype):
    return np.result_type(dtype, np.complex64)
