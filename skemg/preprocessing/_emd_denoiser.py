"""Denoising by empirical mode decomposition."""

from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._length import refuse_short
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._recordings import check_recordings, like, map_recordings
from skemg.utils._sifting import sifting_rule

_MAD_OF_NORMAL = 0.6745  # median of the magnitude of normal noise whose deviation is 1


class EMDDenoiser(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    r"""Take the fastest modes, or what is small in them, out of each recording.

    Recordings in, recordings out; nothing is learned. Empirical mode decomposition [1]_
    parts a recording, each channel by itself, into intrinsic mode functions (IMFs) from
    fast to slow and a residual, which add up to the recording. Noise of a wide band
    fills the first IMFs. Read more in the :ref:`User Guide <filtering>`.

    Parameters
    ----------
    drop : tuple of int, default=(1,)
        IMFs that are left out, counted from 1, the fastest. An empty tuple leaves none
        out.
    threshold : {"universal"} or None, default=None
        "universal" shrinks the samples of the first `n_imfs` IMFs, those of `drop` left
        out, towards zero by :math:`\sigma \sqrt{2 \ln n}` for n samples [2]_, where σ
        is the deviation of the noise of that IMF, median of \|IMF\| / 0.6745; samples
        below become zero (soft threshold, the direct form of [3]_).
    n_imfs : int, default=2
        Number of IMFs that "universal" shrinks. Few is our choice: potentials fill
        slower ones so densely that the median takes them for noise.
    stop : {"fixed", "ratio", "s_number"}, default="fixed"
        What ends the sifting of an IMF, see :class:`skemg.features.EMDFeatures`.
    stop_at : float, default=None
        The number of siftings (10), the ratio (0.05) or the number in a row (4); None
        is the value in brackets.

    Raises
    ------
    SignalError
        If a recording has fewer than `2**k` samples for the slowest IMF k that is
        dropped or shrunk, or fewer than 3.
    ValueError
        If a parameter is none of these.

    See Also
    --------
    Bandpass : Keep a fixed band.
    skemg.features.EMDFeatures : Features of the IMFs of each window.

    Notes
    -----
    What is taken out is subtracted from the recording: with nothing to take out it
    comes back as it is, to the last bit. An IMF holds other frequencies in a motor unit
    potential than in the noise between, so strong and sharp potentials lose more with
    the first IMF than weak noise is worth; "universal" with one IMF loses less of them.
    A whole recording is decomposed at once, in float64, which takes room for some ten
    times a channel.

    References
    ----------
    .. [1] Huang, N. E. et al. (1998). "The empirical mode decomposition and the Hilbert
       spectrum for nonlinear and non-stationary time series analysis." Proc. R. Soc.
       Lond. A, 454, 903-995. doi:10.1098/rspa.1998.0193
    .. [2] Donoho, D. L. (1995). "De-noising by soft-thresholding." IEEE Trans.
       Information Theory, 41(3), 613-627. doi:10.1109/18.382009
    .. [3] Kopsinis, Y. and McLaughlin, S. (2009). "Development of EMD-based denoising
       methods inspired by wavelet thresholding." IEEE Trans. Signal Processing, 57(4),
       1351-1362. doi:10.1109/TSP.2009.2013885

    Examples
    --------
    A fast wave on a slow one goes, except near the two ends, where an envelope has
    nothing to hold on to.

    >>> import numpy as np
    >>> from skemg.preprocessing import EMDDenoiser
    >>> time = np.arange(1000)
    >>> slow, fast = np.sin(2 * np.pi * time / 100), np.cos(2 * np.pi * time / 10)
    >>> (clean,) = EMDDenoiser().fit_transform([slow + fast])
    >>> bool(abs(clean - slow)[50:-50].max() < 0.01)
    True
    """

    def __init__(
        self, drop=(1,), threshold=None, *, n_imfs=2, stop="fixed", stop_at=None
    ):
        self.drop = drop
        self.threshold = threshold
        self.n_imfs = n_imfs
        self.stop = stop
        self.stop_at = stop_at

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
        self : EMDDenoiser
            The step itself.
        """
        self._check(check_recordings(self, X, reset=True))
        return self

    def transform(self, X):
        """Decompose each recording and leave the noise out.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.

        Returns
        -------
        clean : Recordings, list of arrays or ndarray
            The recordings without it, in the form in which they came.
        """
        recordings = check_recordings(self, X, reset=False)
        rule = self._check(recordings)
        clean = map_recordings(lambda x, _: self._clean(x, rule), recordings, given=X)
        return like(clean, X)

    def _check(self, recordings):
        """Return rule and limit of the sifting, after a check of all parameters."""
        if self.threshold not in (None, "universal"):
            raise ValueError(
                f'threshold must be "universal" or None, got {self.threshold!r}'
            )
        check_scalar(self.n_imfs, "n_imfs", Integral, min_val=1)
        if isinstance(self.drop, str) or np.ndim(self.drop) != 1:
            raise ValueError(f"drop must be a tuple of IMFs, got {self.drop!r}")
        for k in self.drop:
            check_scalar(k, "drop", Integral, min_val=1)
        rule = sifting_rule(self.stop, self.stop_at)
        needed_by = f"EMDDenoiser(drop={self.drop!r}"
        needed_by += f", n_imfs={self.n_imfs})" if self.threshold else ")"
        refuse_short(recordings, max(3, 2 ** self._n_wanted()), needed_by)
        return rule

    def _n_wanted(self):
        """Return how many IMFs have to be found."""
        return max(self.n_imfs if self.threshold else 0, *self.drop, 0)

    def _clean(self, x, rule):
        from skemg._kernels.emd import ROUNDING, take_imf

        if x.ndim == 2:
            return np.stack([self._clean(channel, rule) for channel in x])
        residual = x.astype(np.float64)
        level = ROUNDING * np.abs(residual).max()
        imf, noise = np.empty_like(residual), np.zeros_like(residual)
        for k in range(1, self._n_wanted() + 1):
            if not take_imf(residual, level, *rule, imf):
                break
            if k in self.drop:
                noise += imf
            elif self.threshold and k <= self.n_imfs:
                noise += np.clip(imf, *_universal(imf))
        return x - noise


def _universal(imf):
    """Return the lower and upper limit of what is taken for noise."""
    deviation = np.median(np.abs(imf)) / _MAD_OF_NORMAL
    limit = deviation * np.sqrt(2 * np.log(imf.size))
    return -limit, limit
