"""Wavelet shrinkage."""

from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._length import refuse_short
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._recordings import check_recordings, like, map_recordings

from ._thresholds import bayes, hard, noise_level, soft, sure, universal
from ._wavelets import check_wavelet, deepest_level, join, split

_THRESHOLDS = {"bayes": bayes, "sure": sure, "universal": universal}
_MODES = {"soft": soft, "hard": hard}


class WaveletDenoiser(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    r"""Take noise out of each recording by shrinking its small wavelet coefficients.

    Recordings in, recordings out, each channel by itself; nothing is learned. The
    discrete wavelet transform of the whole recording concentrates a potential in a few
    large coefficients, and spreads noise evenly over all of them. The details D1 (the
    upper half of the frequencies), D2, ..., DJ are shrunk, each level with a threshold
    of its own; the approximation AJ stays. Computed in float64; float32 recordings come
    back as float32. Read more in the :ref:`User Guide <filtering>`.

    Parameters
    ----------
    wavelet : str, default="db4"
        Name of a discrete wavelet of PyWavelets.
    level : int, default=5
        Number of times that the approximation is split. Recordings need at least
        `(n_taps - 1) * 2**level` samples, 224 for the default.
    threshold : {"bayes", "sure", "universal"} or float, default="bayes"
        With :math:`\sigma` the noise of a level and n the number of its coefficients,
        "universal" is :math:`\sigma \sqrt{2 \ln n}` [1]_, which hardly any coefficient
        of pure noise exceeds. "sure" minimises Stein's estimate of the squared error of
        soft shrinkage, or is universal in a level with next to no signal [2]_. "bayes"
        is :math:`\sigma^2 / \sigma_x` with :math:`\sigma_x^2` the mean square of the
        coefficients less :math:`\sigma^2`; where nothing is left of it, the whole level
        becomes zero [3]_. A number is a multiple of :math:`\sigma`; zero changes
        nothing. The default is our choice: "universal" costs potentials much of their
        height.
    mode : {"soft", "hard"}, default="soft"
        What lies below the threshold becomes zero; what lies above comes nearer to zero
        by the threshold ("soft"), or stays ("hard").
    noise : {"level", "finest"}, default="level"
        :math:`\sigma` is the median magnitude of the coefficients divided by 0.6745.
        "level" takes it in each level, for noise of any spectrum [4]_; it mistakes the
        signal for noise where potentials fill more than about half of the time.
        "finest" takes it in D1 for all levels, for noise that is white up to half of
        the sampling frequency.

    Raises
    ------
    ValueError
        If a parameter is not known or out of range.
    SignalError
        If a recording is too short for the level.

    See Also
    --------
    MultiscalePCA : Denoise by what several channels or windows share.

    Notes
    -----
    The transform continues a recording periodically, so that it is orthonormal for
    lengths that are a multiple of `2**level`; other lengths are rebuilt exactly too. A
    large offset between both ends leaves a trace there: take a drift out before, with
    :class:`Bandpass`. A recording with the same value in more than half of its samples,
    such as a lost signal, has no noise in this sense and is not changed.

    References
    ----------
    .. [1] Donoho, D. L., Johnstone, I. M. (1994). "Ideal spatial adaptation by wavelet
       shrinkage." Biometrika, 81(3). doi:10.1093/biomet/81.3.425
    .. [2] Donoho, D. L., Johnstone, I. M. (1995). "Adapting to unknown smoothness via
       wavelet shrinkage." J. of the American Statistical Association, 90(432).
       doi:10.1080/01621459.1995.10476626
    .. [3] Chang, S. G., Yu, B., Vetterli, M. (2000). "Adaptive wavelet thresholding for
       image denoising and compression." IEEE Transactions on Image Processing, 9(9).
       doi:10.1109/83.862633
    .. [4] Johnstone, I. M., Silverman, B. W. (1997). "Wavelet threshold estimators for
       data with correlated noise." J. of the Royal Statistical Society B, 59(2).
       doi:10.1111/1467-9868.00071

    Examples
    --------
    Bursts in noise: the error falls to less than half.

    >>> import numpy as np
    >>> from skemg.preprocessing import WaveletDenoiser
    >>> t = np.arange(8000) / 8000
    >>> clean = np.sin(2 * np.pi * 200 * t) * (np.sin(2 * np.pi * 3 * t) > 0.8)
    >>> noisy = clean + 0.2 * np.random.default_rng(0).standard_normal(t.size)
    >>> (denoised,) = WaveletDenoiser().fit_transform([noisy])
    >>> bool(np.std(denoised - clean) < 0.5 * np.std(noisy - clean))
    True
    """

    def __init__(
        self, wavelet="db4", level=5, *, threshold="bayes", mode="soft", noise="level"
    ):
        self.wavelet = wavelet
        self.level = level
        self.threshold = threshold
        self.mode = mode
        self.noise = noise

    def fit(self, X, y=None):
        """Check the parameters against the recordings; nothing is learned.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.
        y : ignored
            Not used.

        Returns
        -------
        self : WaveletDenoiser
            The step itself.
        """
        self._check(check_recordings(self, X, reset=True))
        return self

    def transform(self, X):
        """Denoise each recording.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.

        Returns
        -------
        denoised : Recordings, list of arrays or ndarray
            The denoised recordings, in the form in which they came.
        """
        recordings = check_recordings(self, X, reset=False)
        self._check(recordings)
        return like(map_recordings(self._denoise, recordings, given=X), X)

    def _check(self, recordings):
        minimum = check_wavelet(self.wavelet, self.level)
        if not isinstance(self.threshold, str):
            check_scalar(self.threshold, "threshold", Real, min_val=0)
            if isinstance(self.threshold, bool) or not self.threshold < np.inf:
                raise ValueError(
                    f"threshold must be a name or a finite number, got {self.threshold}"
                )
        elif self.threshold not in _THRESHOLDS:
            raise ValueError(
                'threshold must be "bayes", "sure", "universal" or a number, got '
                f"{self.threshold!r}"
            )
        if self.mode not in tuple(_MODES):
            raise ValueError(f'mode must be "soft" or "hard", got {self.mode!r}')
        if self.noise not in ("level", "finest"):
            raise ValueError(f'noise must be "level" or "finest", got {self.noise!r}')
        deepest = deepest_level(self.wavelet, recordings.n_times.min())
        needed_by = (
            f"WaveletDenoiser(wavelet={self.wavelet!r}, level={self.level}; the "
            f"shortest recording allows level={deepest})"
        )
        refuse_short(recordings, minimum, needed_by)

    def _denoise(self, x, sfreq):
        *details, rest = split(x.astype(np.float64), self.wavelet, self.level)
        of_finest = noise_level(details[0])
        shrunk = [
            self._shrink(
                band, of_finest if self.noise == "finest" else noise_level(band)
            )
            for band in details
        ]
        return join([*shrunk, rest], self.wavelet, x.shape[-1])

    def _shrink(self, band, noise):
        if isinstance(self.threshold, str):
            threshold = _THRESHOLDS[self.threshold](band, noise)
        else:
            threshold = self.threshold * noise
        return _MODES[self.mode](band, threshold)
