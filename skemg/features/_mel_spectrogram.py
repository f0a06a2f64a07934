"""Power of each window over the mel scale and time."""

import functools
import numbers

import numpy as np
from scipy import fft
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._imagewise import ImagewiseMixin, Plan

from ._frames import check_frames, fill_frames, frame_weights
from ._image_axes import check_band, check_size, resized


class MelSpectrogram(ImagewiseMixin, TransformerMixin, BaseEstimator):
    r"""Turn each window into an image of its power over the mel scale and time.

    Windows in, images of shape (n_windows, n_channels, n_frequencies, n_frames) out.
    The powers are those of :class:`Spectrogram`. A row is their mean over a band,
    weighted by a triangle that rises from the centre of the band before and falls to
    that of the band behind. The centres are equally spaced in
    mel, :math:`2595 \log_{10}(1 + f / 700)`: about linear up to 700 Hz and logarithmic
    above. White noise is equally strong in all rows. The largest power of the training
    images is learned, and an image is one where a power is at least as large, zero
    where it is `range` decibels below or less, and linear in decibels between. Read
    more in the :ref:`User Guide <images>`.

    The scale comes from hearing. On needle EMG it has been used with nets that were
    trained on sounds [1]_. Number of bands, frames and range are our choice.

    Parameters
    ----------
    length : float, default=0.025
        Length of a frame in seconds. Where bands are narrower than a bin, frames are
        padded with zeros until each band holds one.
    hop : float, default=None
        Seconds from the start of a frame to that of the next; None takes a quarter of
        `length`.
    low : float or None, default=None
        Lower end of the first band, in Hz; None takes zero.
    high : float or None, default=None
        Upper end of the last band, in Hz; None takes half of the sampling frequency.
    n_frequencies : int, default=64
        Number of bands.
    n_frames : int or None, default=None
        Columns of an image, to which the frames are resized bilinearly; None leaves a
        column a frame.
    range : float or None, default=60.0
        Decibels from zero to one in an image, at most 300. None gives the powers
        themselves.
    delta : bool, default=False
        Append the slope of each row of the image a column, over two columns on either
        side, as further channels behind all others. The columns at both ends are
        repeated.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own.

    Attributes
    ----------
    frequencies_ : ndarray of shape (n_frequencies,)
        Centre of each band in Hz.
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
        If `low` and `high` leave no band.

    See Also
    --------
    Spectrogram : Equally wide bands.

    References
    ----------
    .. [1] Nodera et al. (2019). doi:10.1016/j.clinph.2019.01.024

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.features import MelSpectrogram
    >>> windows = np.sin(2 * np.pi * 1000 * np.arange(960) / 9600)[np.newaxis]
    >>> mel = MelSpectrogram(n_frequencies=6, sfreq=9600).fit(windows)
    >>> mel.frequencies_.round()
    array([ 240.,  562.,  993., 1573., 2352., 3397.])
    >>> print(mel.transform(windows)[0, 0, :, 5].argmax())
    2
    """

    def __init__(
        self,
        length=0.025,
        hop=None,
        low=None,
        high=None,
        n_frequencies=64,
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
        check_scalar(self.n_frequencies, "n_frequencies", numbers.Integral, min_val=1)
        check_scalar(self.delta, "delta", (bool, np.bool_))
        n_length, n_hop, times = check_frames(self, windows)
        sfreq = windows.sfreq
        low, high = check_band(self, sfreq)
        if low == high:
            raise ValueError(f"low and high must differ, both are {low:g} Hz")
        edges = _hertz(np.linspace(_mel(low), _mel(high), self.n_frequencies + 2))
        # A bin less than the shortest slope apart: each band holds one.
        narrowest = np.diff(edges).min()
        n_fft = max(n_length, int(sfreq / narrowest) + 1)
        n_fft = n_length if n_fft == n_length else fft.next_fast_len(n_fft, real=True)
        bands = _bands(edges, np.arange(n_fft // 2 + 1) * sfreq / n_fft)
        over_frames, times = resized(times, self.n_frames)
        fill = functools.partial(
            fill_frames,
            frame_weights(n_length, windows.dtype),
            n_fft,
            n_hop,
            slice(0, n_fft // 2 + 1),
            bands.T.astype(windows.dtype),
            None if over_frames is None else over_frames.astype(windows.dtype),
        )
        return Plan(edges[1:-1], times, fill)


def _mel(frequency):
    return 2595 * np.log10(1 + frequency / 700)


def _hertz(mel):
    return 700 * (10 ** (mel / 2595) - 1)


def _bands(edges, bins):
    """Return the weights of the bins in each band, of shape (n_bands, n_bins)."""
    low, centre, high = (edges[i : len(edges) - 2 + i, np.newaxis] for i in range(3))
    rise, fall = (bins - low) / (centre - low), (high - bins) / (high - centre)
    weights = np.maximum(np.minimum(rise, fall), 0)
    return weights / weights.sum(axis=1, keepdims=True)
