"""Power of the continuous wavelet transform of each window."""

import functools
import numbers

import numpy as np
from scipy import fft
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._imagewise import ImagewiseMixin
from skemg.utils._number import check_number
from skemg.utils._rate import require_rate

from ._checks import check_length
from ._filter_bank import (
    Voices,
    check_resize,
    picked,
    picking_plan,
    whole_plan,
)
from ._image_axes import check_band, check_size

_BANDWIDTH = 1.5  # of the wavelet
_REACH = 7.0  # in scales: the wavelet is 1e-14 of its peak there
_HIGHEST = 0.32  # of the sampling frequency: above, the wavelet reaches past its half
_LOWEST = 20.0  # Hz
_CYCLES = 5  # of the lowest frequency in a window
_GROUPS = 4  # of filters that share the length of their transforms


class Scalogram(ImagewiseMixin, TransformerMixin, BaseEstimator):
    r"""Turn each window into an image of its wavelet power over frequency and time.

    Windows in, images of shape (n_windows, n_channels, n_frequencies, n_frames) out.
    The continuous wavelet transform compares a window with a wavelet that is stretched
    to each frequency: long at low, short at high frequencies. With the complex Morlet
    wavelet of bandwidth 1.5 and centre frequency 1 (``cmor1.5-1.0`` in PyWavelets),

    .. math::
        \psi(t) = \frac{1}{\sqrt{1.5 \pi}} e^{-t^2 / 1.5} e^{2 \pi j t}, \qquad
        W(a, b) = \frac{1}{\sqrt a} \sum_n x_n \psi^*\!\left(\frac{n - b}{a}\right)

    at the scale :math:`a = f_s / f` in samples; the window is zero outside. The power
    is :math:`|W|^2`: a sine of amplitude A at f has :math:`A^2 a / 4`. The largest
    power of the training images is learned, and an image is one where a power is at
    least as large, zero where it is `range` decibels below or less, and linear in
    decibels between. Read more in the :ref:`User Guide <images>`.

    Parameters
    ----------
    low : float or None, default=None
        Lowest frequency in Hz. None takes 20 Hz, or five cycles in a window where that
        is higher; at least one cycle must fit.
    high : float or None, default=None
        Highest frequency in Hz. None takes 0.32 times the sampling frequency; towards
        one half, the wavelet reaches past half of the sampling frequency.
    n_frequencies : int, default=64
        Rows of an image: frequencies from `low` to `high`, each the same factor above
        the one before.
    n_frames : int or None, default=64
        Columns of an image; None leaves a column a sample.
    range : float or None, default=60.0
        Decibels from zero to one in an image, at most 300. None gives the powers
        themselves.
    resize : {"bilinear", "pick"}, default="bilinear"
        How samples become columns. "bilinear" resizes the powers of all samples; a
        short potential cannot fall between two columns. "pick" takes the sample in the
        middle of each column and computes no others, which is many times faster.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own.

    Attributes
    ----------
    frequencies_ : ndarray of shape (n_frequencies,)
        Frequency of each row in Hz.
    times_ : ndarray of shape (n_frames,)
        Time of each column in seconds from the start of a window.
    max_ : ndarray of shape (n_channels,)
        Largest power in the images of the training windows, by channel, in µV² where
        the windows are in µV. Only with a `range`.

    Raises
    ------
    SignalError
        If the sampling frequency is unknown, or windows are too short for the lowest
        frequency, or with "pick" for `n_frames`.

    See Also
    --------
    Stockwell : The same idea, with phases that refer to the start of the window.
    Spectrogram : One resolution at all frequencies.

    References
    ----------
    .. [1] Sengur, A. et al. (2017). "Classification of amyotrophic lateral sclerosis
       disease based on convolutional neural network and reinforcement sample learning
       algorithm." Health Information Science and Systems, 5, 9.
       doi:10.1007/s13755-017-0029-6

    Examples
    --------
    A sine of 300 Hz and amplitude 2: at 3000 Hz a scale is 10 samples, and the power
    is 2² 10 / 4.

    >>> import numpy as np
    >>> from skemg.features import Scalogram
    >>> windows = 2 * np.sin(2 * np.pi * 300 * np.arange(300) / 3000)[np.newaxis]
    >>> scalogram = Scalogram(75, 600, n_frequencies=4, range=None, sfreq=3000)
    >>> powers = scalogram.fit_transform(windows)
    >>> scalogram.frequencies_
    array([ 75., 150., 300., 600.])
    >>> powers[0, 0, :, 32].round(2)
    array([ 0.,  0., 10.,  0.])
    """

    def __init__(
        self,
        low=None,
        high=None,
        n_frequencies=64,
        n_frames=64,
        range=60.0,
        resize="bilinear",
        *,
        sfreq=None,
    ):
        self.low = low
        self.high = high
        self.n_frequencies = n_frequencies
        self.n_frames = n_frames
        self.range = range
        self.resize = resize
        self.sfreq = sfreq

    def _plan(self, windows):
        check_size(self)
        check_resize(self)
        check_scalar(self.n_frequencies, "n_frequencies", numbers.Integral, min_val=1)
        args = tuple(self._frequencies(windows)), windows.sfreq, windows.n_times
        if self.resize == "pick" and self.n_frames is not None:
            kept = picked(windows.n_times, self.n_frames, "n_frames")
            return picking_plan(_bank, args, kept, windows)
        return whole_plan(_bank(*args), None, self.n_frames, windows)

    def _frequencies(self, windows):
        sfreq, n_times = require_rate(self, windows.sfreq), windows.n_times
        high = _HIGHEST * sfreq if self.high is None else self.high
        check_number(high, "high", min_val=0, include_boundaries="neither")
        if self.low is None:
            check_length(
                self,
                n_times,
                int(np.ceil(_CYCLES * sfreq / high - 1e-9)),
                f"{_CYCLES} cycles of {high:g} Hz",
            )
        lowest = max(_LOWEST, _CYCLES * sfreq / n_times)
        low, high = check_band(self, sfreq, min(lowest, high), high)
        if low == 0:
            raise ValueError("low must be above zero: a wavelet of 0 Hz has no end")
        minimum = int(np.ceil(sfreq / low - 1e-9))
        check_length(self, n_times, minimum, f"a cycle of {low:g} Hz")
        return np.geomspace(low, high, self.n_frequencies).tolist()


def _bank(frequencies, sfreq, n_times):
    return [
        _voices(group, sfreq, n_times)
        for group in np.array_split(frequencies, _GROUPS)
        if len(group)
    ]


def _voices(frequencies, sfreq, n_times):
    scale = sfreq / frequencies[:, np.newaxis]
    reach = min(n_times - 1, int(np.ceil(_REACH * scale.max())))
    n_fft = fft.next_fast_len(n_times + reach)
    lag = np.arange(-reach, reach + 1)
    time = lag / scale
    # The wavelet turned around in time is its conjugate, so gains are real.
    taps = np.zeros((len(frequencies), n_fft), np.complex128)
    wavelet = np.exp(2j * np.pi * time - time**2 / _BANDWIDTH)
    taps[:, lag] = wavelet / np.sqrt(_BANDWIDTH * np.pi * scale)
    gains = fft.fft(taps).real
    return Voices(frequencies, n_fft, functools.partial(_rows, gains))


def _rows(gains, i, j):
    return gains[i:j]
