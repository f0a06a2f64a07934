"""Power of each window over frequency and time."""

import functools

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._imagewise import ImagewiseMixin, Plan

from ._frames import check_frames, fill_frames, frame_weights
from ._image_axes import bins_between, check_band, check_size, resized


class Spectrogram(ImagewiseMixin, TransformerMixin, BaseEstimator):
    r"""Turn each window into an image of its power over frequency and time.

    Windows in, images of shape (n_windows, n_channels, n_frequencies, n_frames) out.
    With the samples :math:`x` of a window, hop H and a periodic Hann window :math:`w`
    of L samples,

    .. math:: X_{k,m} = \sum_{n=0}^{L-1} x_{n+mH} w_n e^{-2 \pi j k n / L}

    and the power is :math:`P_{k,m} = 2 |X_{k,m}|^2 / (\sum w)^2`, without the 2 at zero
    and at half of the sampling frequency: a sine of amplitude A on a bin has A²/2.
    Frames lie inside the window; nothing is padded. The largest power of the training
    images is learned, and an image is one where a power is at least as large, zero
    where it is `range` decibels below or less, and linear in decibels between. Read
    more in the :ref:`User Guide <images>`.

    Parameters
    ----------
    length : float, default=0.025
        Length of a frame in seconds; bins are 1 / `length` Hz apart.
    hop : float, default=None
        Seconds from the start of a frame to that of the next; None takes a quarter of
        `length`.
    low : float or None, default=None
        Lowest frequency that is kept, in Hz.
    high : float or None, default=None
        Highest frequency that is kept, in Hz, at most half of the sampling frequency.
    n_frequencies : int or None, default=None
        Rows of an image. The powers of the kept bins are resized bilinearly; None
        leaves a row a bin.
    n_frames : int or None, default=None
        Columns of an image, in the same way; None leaves a column a frame.
    range : float or None, default=60.0
        Decibels from zero to one in an image, at most 300. None gives the powers
        themselves.
    delta : bool, default=False
        Append the slope of each row of the image a column, over two columns on either
        side [1]_, as further channels behind all others. The columns at both ends are
        repeated.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own.

    Attributes
    ----------
    frequencies_ : ndarray of shape (n_frequencies,)
        Frequency of each row in Hz.
    times_ : ndarray of shape (n_frames,)
        Middle of each column in seconds from the start of a window.
    max_ : ndarray of shape (n_channels,)
        Largest power in the images of the training windows, by channel, in µV² where
        the windows are in µV. Only with a `range`.

    Raises
    ------
    SignalError
        If the sampling frequency is unknown, or windows are shorter than a frame.
    ValueError
        If no bin lies between `low` and `high`.

    See Also
    --------
    MelSpectrogram : Bands that grow wider with frequency.
    LogSpectrum : The spectrum of the whole window.
    skemg.nn.ImageCNNClassifier : Classifies images.

    References
    ----------
    .. [1] Furui, S. (1986). "Speaker-independent isolated word recognition using
       dynamic features of speech spectrum." IEEE Trans. Acoustics, Speech, and Signal
       Processing, 34(1), 52-59. doi:10.1109/TASSP.1986.1164788

    Examples
    --------
    A sine of 200 Hz and 10 µV has the power 50 µV².

    >>> import numpy as np
    >>> from skemg.features import Spectrogram
    >>> windows = 10 * np.sin(2 * np.pi * 200 * np.arange(400) / 4000)[np.newaxis]
    >>> spectrogram = Spectrogram(low=120, high=280, range=None, sfreq=4000)
    >>> powers = spectrogram.fit_transform(windows)
    >>> powers.shape
    (1, 1, 5, 13)
    >>> spectrogram.frequencies_
    array([120., 160., 200., 240., 280.])
    >>> powers[0, 0, :, 0].round(2) + 0.0
    array([ 0. , 12.5, 50. , 12.5,  0. ])
    """

    def __init__(
        self,
        length=0.025,
        hop=None,
        low=None,
        high=None,
        n_frequencies=None,
        n_frames=None,
        range=60.0,
        delta=False,
        *,
        sfreq=None,
    ):
        self.length = length
        self.hop = hop
        self.low = low
        self.high = high
        self.n_frequencies = n_frequencies
        self.n_frames = n_frames
        self.range = range
        self.delta = delta
        self.sfreq = sfreq

    def _plan(self, windows):
        check_size(self)
        check_scalar(self.delta, "delta", (bool, np.bool_))
        n_length, n_hop, times = check_frames(self, windows)
        spacing = windows.sfreq / n_length
        bins = bins_between(*check_band(self, windows.sfreq), spacing)
        frequencies = np.arange(bins.start, bins.stop) * spacing
        over_bins, frequencies = resized(frequencies, self.n_frequencies)
        over_frames, times = resized(times, self.n_frames)
        fill = functools.partial(
            fill_frames,
            frame_weights(n_length, windows.dtype),
            n_length,
            n_hop,
            bins,
            None if over_bins is None else over_bins.T.astype(windows.dtype),
            None if over_frames is None else over_frames.astype(windows.dtype),
        )
        return Plan(frequencies, times, fill)
