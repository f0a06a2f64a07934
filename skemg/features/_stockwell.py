"""Power of the Stockwell transform of each window."""

import functools

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from skemg.utils._imagewise import ImagewiseMixin
from skemg.utils._number import check_number

from ._checks import check_length
from ._filter_bank import (
    Voices,
    check_resize,
    picked,
    picking_plan,
    whole_plan,
)
from ._image_axes import bins_between, check_band, check_size


class Stockwell(ImagewiseMixin, TransformerMixin, BaseEstimator):
    r"""Turn each window into an image of its Stockwell power over frequency and time.

    Windows in, images of shape (n_windows, n_channels, n_frequencies, n_frames) out.
    The transform [1]_ looks at each frequency through a Gaussian that lasts as many
    cycles everywhere,

    .. math::
        S(\tau, f) = \int x(t) \frac{|f|}{\gamma \sqrt{2 \pi}}
        e^{-(\tau - t)^2 f^2 / (2 \gamma^2)} e^{-2 \pi j f t} dt

    computed at the N / 2 bins of a window of N samples, which is taken as periodic:
    its end runs into its start. The sum of S over time is the Fourier transform. The
    power is :math:`|S|^2`: a sine of amplitude A on a bin has A²/4, at each frequency.
    The largest power of the training images is learned, and an image is one where a
    power is at least as large, zero where it is `range` decibels below or less, and
    linear in decibels between. Read more in the :ref:`User Guide <images>`.

    Parameters
    ----------
    low : float or None, default=None
        Lowest frequency that is kept, in Hz. None leaves out only the mean, which is
        the row at zero.
    high : float or None, default=None
        Highest frequency that is kept, in Hz, at most half of the sampling frequency.
    n_frequencies : int or None, default=64
        Rows of an image; None leaves a row a bin.
    n_frames : int or None, default=64
        Columns of an image; None leaves a column a sample.
    gamma : float, default=1.0
        Width of the Gaussian: its standard deviation is `gamma` / f seconds.
    range : float or None, default=60.0
        Decibels from zero to one in an image, at most 300. None gives the powers
        themselves.
    resize : {"bilinear", "pick"}, default="bilinear"
        How the powers of all bins and samples become an image. "bilinear" resizes the
        whole. "pick" takes the point in the middle of each pixel and computes no
        others, which is many times faster, and may miss what lies between.
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
        If the sampling frequency is unknown, windows have a single sample, or "pick"
        finds fewer bins than `n_frequencies` or fewer samples than `n_frames`.
    ValueError
        If no bin lies between `low` and `high`.

    See Also
    --------
    Scalogram : Wavelets at frequencies of equal ratios.

    References
    ----------
    .. [1] Stockwell, R. G., Mansinha, L. and Lowe, R. P. (1996). "Localization of the
       complex spectrum: the S transform." IEEE Trans. Signal Processing, 44(4),
       998-1001. doi:10.1109/78.492555
    .. [2] Samanta et al. (2022). doi:10.1002/ima.22709 A variant with another window,
       on EMG.

    Examples
    --------
    A cosine of amplitude 2 that starts in the middle of the window, at 250 Hz.

    >>> import numpy as np
    >>> from skemg.features import Stockwell
    >>> time = np.arange(200) / 2000
    >>> windows = 2 * np.cos(2 * np.pi * 250 * time) * (time >= 0.05)
    >>> stockwell = Stockwell(high=500, n_frequencies=None, n_frames=4, range=None,
    ...                       sfreq=2000)
    >>> powers = stockwell.fit_transform(windows[np.newaxis])
    >>> row = np.flatnonzero(stockwell.frequencies_ == 250)
    >>> powers[0, 0, row].round(1)
    array([[0. , 0.1, 0.8, 0.9]])
    """

    def __init__(
        self,
        low=None,
        high=None,
        n_frequencies=64,
        n_frames=64,
        gamma=1.0,
        range=60.0,
        resize="bilinear",
        *,
        sfreq=None,
    ):
        self.low = low
        self.high = high
        self.n_frequencies = n_frequencies
        self.n_frames = n_frames
        self.gamma = gamma
        self.range = range
        self.resize = resize
        self.sfreq = sfreq

    def _plan(self, windows):
        check_size(self)
        check_resize(self)
        check_number(
            self.gamma,
            "gamma",
            min_val=0,
            include_boundaries="neither",
        )
        n_times = windows.n_times
        low, high = check_band(self, windows.sfreq)
        check_length(self, n_times, 2, "a frequency above zero")
        spacing = windows.sfreq / n_times
        bins = bins_between(low, high, spacing, first=0 if self.low == 0 else 1)
        bins = np.arange(bins.start, bins.stop)
        if self.resize == "bilinear":
            bank = _bank(bins, spacing, n_times, self.gamma)
            return whole_plan(bank, self.n_frequencies, self.n_frames, windows)
        rows = picked(len(bins), self.n_frequencies, "n_frequencies")
        args = tuple(bins[rows].tolist()), spacing, n_times, self.gamma
        kept = picked(n_times, self.n_frames, "n_frames")
        return picking_plan(_bank, args, kept, windows)


def _bank(bins, spacing, n_times, gamma):
    bins = np.asarray(bins)
    gains = functools.partial(_gains, bins, n_times, gamma)
    return [Voices(bins * spacing, n_times, gains)]


def _gains(bins, n_times, gamma, i, j):
    """Return the Gaussians around the bins; the transform shifts them to zero.

    The shift is a phase over time, which the power does not show.
    """
    bins = bins[i:j, np.newaxis]
    away = (np.arange(n_times) - bins + n_times // 2) % n_times - n_times // 2
    width = np.maximum(bins, 1e-300)  # the mean: one bin and nothing beside it
    with np.errstate(over="ignore"):
        return np.exp(-2 * (np.pi * gamma * away / width) ** 2)
