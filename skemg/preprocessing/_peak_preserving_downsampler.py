"""Lower the sampling frequency and keep the peaks."""

import numbers

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.exceptions import SignalError
from skemg.signals import Recordings
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._recordings import check_recordings, like, map_recordings

_CHUNK = 16_384  # samples whose buffers stay in the L2 cache


class PeakPreservingDownsampler(
    NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator
):
    """Keep of each run of samples the one where the signal turns most sharply.

    Recordings in, recordings of a lower rate out; nothing is learned. Of every `factor`
    samples the one with the largest second difference ``x[n-1] - 2 x[n] + x[n+1]``
    stays, so short turns survive that decimation would smooth away [1]_. The kept
    samples stand on a uniform grid: each is up to ``(factor - 1) / sfreq`` late or
    early, the noise of the result is larger (white noise by half for 5), and what lies
    above half of the new rate aliases, by design. Up to ``factor - 1`` samples at the
    end of a recording are in no full run and are left out. Read more in the
    :ref:`User Guide <filtering>`.

    Parameters
    ----------
    factor : int, default=5
        Samples of a run; the rate is divided by it. 1 changes nothing.
    mode : {"abs", "min"}, default="abs"
        "abs" takes the second difference of largest magnitude and keeps minima and
        maxima. "min" takes the lowest one, as the words of the source say; it keeps
        maxima and flattens minima. Of equal ones the first is taken.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays, which then become `Recordings` of
        the new rate. `Recordings` carry their own. Where nobody knows the rate, plain
        arrays stay plain.

    Raises
    ------
    SignalError
        If a recording has fewer than `factor` samples.

    See Also
    --------
    Resampler : Change the rate without aliasing.

    References
    ----------
    .. [1] Tatlidil, H., Ekinci, F., Boz, C. (2025). "Classification of needle EMG
       signals with deep learning." doi:10.20883/medical.e1391

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.preprocessing import PeakPreservingDownsampler
    >>> spikes = [np.array([0, 0, 9, 0, 0, 0, -7, 0, 0, 0])]
    >>> PeakPreservingDownsampler(factor=5).fit_transform(spikes)
    [array([ 9., -7.])]
    >>> PeakPreservingDownsampler(factor=5, mode="min").fit_transform(spikes)
    [array([9., 0.])]
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
        recordings : Recordings, list or ndarray
            The kept samples: `Recordings` where the rate is known, else in the form in
            which they came.
        """
        recordings = check_recordings(self, X, reset=False)
        self._check(recordings)
        sfreq = recordings.sfreq
        kept = map_recordings(
            lambda x, _: (
                np.stack([self._keep(channel) for channel in x])
                if x.ndim == 2
                else self._keep(x)
            ),
            recordings,
            given=X,
            n_times=recordings.n_times // self.factor,
            sfreq=None if sfreq is None else sfreq / self.factor,
        )
        known = sfreq is not None and not isinstance(X, Recordings)
        return kept if known else like(kept, X)

    def _check(self, recordings):
        check_scalar(self.factor, "factor", numbers.Integral, min_val=1)
        if self.mode not in ("abs", "min"):
            raise ValueError(f'mode must be "abs" or "min", got {self.mode!r}')
        short = np.flatnonzero(recordings.n_times < self.factor)
        if len(short):
            n_times = recordings.n_times[short[0]]
            raise SignalError(
                f"recording {short[0]} has {n_times} sample(s), n_features={n_times}; "
                f"factor={self.factor} needs at least {self.factor}"
            )

    def _keep(self, x):
        """Return the kept samples of one channel, run by run."""
        n_runs = len(x) // self.factor
        kept = np.empty(n_runs, x.dtype)
        n_chunk = max(1, _CHUNK // self.factor)
        for first in range(0, n_runs, n_chunk):
            last = min(first + n_chunk, n_runs)
            start, stop = first * self.factor, last * self.factor
            bend = _second_difference(x, start, stop)
            if self.mode == "abs":
                np.abs(bend, out=bend)
                sharpest = bend.reshape(-1, self.factor).argmax(axis=1)
            else:
                sharpest = bend.reshape(-1, self.factor).argmin(axis=1)
            sharpest += np.arange(start, stop, self.factor)
            x.take(sharpest, out=kept[first:last], mode="clip")
        return kept


def _second_difference(x, start, stop):
    """Return ``x[n-1] - 2 x[n] + x[n+1]`` in float64; the ends are repeated."""
    wide = np.empty(stop - start + 2)
    low, high = max(start - 1, 0), min(stop + 1, len(x))
    wide[low - start + 1 : high - start + 1] = x[low:high]
    if start == 0:
        wide[0] = x[0]
    if stop == len(x):
        wide[-1] = x[-1]
    bend = wide[:-2] - wide[1:-1]
    bend -= wide[1:-1]
    bend += wide[2:]
    return bend
