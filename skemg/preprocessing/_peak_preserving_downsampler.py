"""Lower the sampling frequency and keep the peaks."""

from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._length import refuse_short
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._recordings import check_recordings, like, map_recordings


class PeakPreservingDownsampler(
    NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator
):
    r"""Keep of each run of samples the one where the signal turns most sharply.

    Recordings in, recordings of a lower sampling frequency out. Of every `factor`
    samples one stays [1]_, chosen by the second difference

    .. math:: d_n = x_{n-1} - 2 x_n + x_{n+1}

    which is taken in float64, with the first and the last sample repeated. Short turns,
    the mark of myopathy, survive with their height, where a low-pass would flatten
    them. Read more in the :ref:`User Guide <filtering>`.

    Parameters
    ----------
    factor : int, default=5
        Samples of a run; the sampling frequency is divided by it.
    mode : {"abs", "min"}, default="abs"
        "abs" keeps the sample with the largest :math:`|d_n|`, a maximum or a minimum;
        our reading of [1]_, which wants both to survive. "min" keeps the one with the
        lowest :math:`d_n`, which is what [1]_ says literally: it keeps maxima only. The
        first of equal ones is kept.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays, which then come back as `Recordings`
        with the new one. `Recordings` carry their own. The step works without: then
        arrays come back in the form in which they were given.

    Raises
    ------
    SignalError
        If a recording has fewer than `factor` samples.

    See Also
    --------
    Resampler : Change the sampling frequency without aliasing.

    Notes
    -----
    A recording of n samples has `n // factor` of them afterwards; the up to
    `factor - 1` samples behind the last full run are left out. A kept sample stands at
    most `(factor - 1) / sfreq` from its place. There is no low-pass: what lies above
    half of the new sampling frequency folds back, and white noise grows by about a half
    at factor 5.

    References
    ----------
    .. [1] Tatlidil, Ekinci and Boz (2025). doi:10.20883/medical.e1391

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.preprocessing import PeakPreservingDownsampler
    >>> spikes = np.array([[0, 0, 9, 0, 0, 0, 0, 0, -7, 0]])
    >>> PeakPreservingDownsampler(factor=5).fit_transform(spikes)
    array([[ 9., -7.]])
    >>> PeakPreservingDownsampler(factor=5, mode="min").fit_transform(spikes)
    array([[9., 0.]])

    The sampling frequency follows:

    >>> PeakPreservingDownsampler(factor=5, sfreq=48_000).fit_transform(spikes)
    <Recordings: 1 recordings, 0.000208333 s at 9600 Hz, uncalibrated>
    """

    def __init__(self, factor=5, mode="abs", *, sfreq=None):
        self.factor = factor
        self.mode = mode
        self.sfreq = sfreq

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
        self : PeakPreservingDownsampler
            The step itself.
        """
        self._check(check_recordings(self, X, reset=True))
        return self

    def transform(self, X):
        """Keep one sample of each run.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.

        Returns
        -------
        kept : Recordings, list of arrays or ndarray
            The kept samples: `Recordings` where the sampling frequency is known, else
            in the form in which they came.
        """
        recordings = check_recordings(self, X, reset=False)
        self._check(recordings)
        sfreq = recordings.sfreq
        kept = map_recordings(
            self._keep,
            recordings,
            given=X,
            n_times=recordings.n_times // self.factor,
            sfreq=None if sfreq is None else sfreq / self.factor,
        )
        return like(kept, X) if sfreq is None else kept

    def _check(self, recordings):
        check_scalar(self.factor, "factor", Integral, min_val=1)
        if self.mode not in ("abs", "min"):
            raise ValueError(f'mode must be "abs" or "min", got {self.mode!r}')
        needed_by = f"PeakPreservingDownsampler(factor={self.factor})"
        refuse_short(recordings, self.factor, needed_by)

    def _keep(self, x, sfreq):
        from skemg._kernels.downsample import keep_bends

        if x.ndim == 2:
            return np.stack([self._keep(channel, sfreq) for channel in x])
        return keep_bends(x, self.factor, self.mode == "abs")
