"""Bring recordings to one sampling frequency."""

from fractions import Fraction
from numbers import Real

import numpy as np
from scipy import signal
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._recordings import check_recordings, map_recordings

from ._sections import distinct_rates

_MOST = 10_000  # largest numerator and denominator of the ratio of two rates
_TOLERANCE = 1e-9  # of that ratio: 4 microseconds an hour


class Resampler(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    """Bring each recording to one sampling frequency, without aliasing.

    Recordings in, recordings of one sampling frequency out, whatever they had before.
    A polyphase filter of zero phase keeps what lies below half of the lower one of the
    two sampling frequencies [1]_. A recording that has the target already passes
    unchanged. Read more in the :ref:`User Guide <filtering>`.

    Parameters
    ----------
    target_sfreq : float
        Sampling frequency of the result, in Hz.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

    Raises
    ------
    ValueError
        If `target_sfreq` is not positive, or its ratio to a sampling frequency is no
        ratio of whole numbers up to 10,000.
    SignalError
        If the sampling frequency is unknown.

    See Also
    --------
    PeakPreservingDownsampler : Lower the sampling frequency and keep short turns.

    Notes
    -----
    A recording of n samples has `ceil(n * target_sfreq / sfreq)` of them afterwards.
    The filter is that of :func:`scipy.signal.resample_poly`. The mean of a recording is
    set aside while it is filtered, so that an offset passes exactly, and beyond its
    ends a recording goes on along the line through its first and last sample, so that a
    drift makes no step there.

    References
    ----------
    .. [1] Crochiere, R. E., Rabiner, L. R. (1981). "Interpolation and decimation of
       digital signals: a tutorial review." Proceedings of the IEEE, 69(3).
       doi:10.1109/PROC.1981.11969

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.preprocessing import Resampler
    >>> from skemg.signals import Recordings
    >>> two_hospitals = Recordings.from_list(
    ...     [np.ones(48_000), np.ones(46_875)], sfreq=[48_000, 23_437.5]
    ... )
    >>> Resampler(target_sfreq=9_600).fit_transform(two_hospitals)
    <Recordings: 2 recordings, 1 to 2 s at 9600 Hz, uncalibrated>
    """

    def __init__(self, target_sfreq, *, sfreq=None):
        self.target_sfreq = target_sfreq
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
        self : Resampler
            The step itself.
        """
        self._ratios(check_recordings(self, X, reset=True))
        return self

    def transform(self, X):
        """Resample each recording along time.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.

        Returns
        -------
        resampled : Recordings
            The recordings at `target_sfreq`.
        """
        recordings = check_recordings(self, X, reset=False)
        ratios = self._ratios(recordings)
        up, down = np.transpose(
            [ratios[sfreq].as_integer_ratio() for sfreq in recordings.sfreq.tolist()]
        )
        return map_recordings(
            lambda x, sfreq: _resample(x, ratios[sfreq]),
            recordings,
            given=X,
            n_times=-(-recordings.n_times * up // down),
            sfreq=np.full(len(recordings), float(self.target_sfreq)),
        )

    def _ratios(self, recordings):
        """Return new over old rate as a fraction, for each distinct old rate."""
        check_scalar(self.target_sfreq, "target_sfreq", Real)
        if not 0 < self.target_sfreq < np.inf:
            raise ValueError(
                f"target_sfreq must be positive and finite, in Hz, got "
                f"{self.target_sfreq}"
            )
        return {
            sfreq: self._ratio(sfreq, i)
            for sfreq, i in distinct_rates(self, recordings)
        }

    def _ratio(self, sfreq, i):
        exact = float(self.target_sfreq) / sfreq
        ratio = Fraction(exact).limit_denominator(_MOST)
        if ratio.numerator > _MOST or abs(ratio / exact - 1) > _TOLERANCE:
            raise ValueError(
                f"target_sfreq={self.target_sfreq} and the {sfreq} Hz of recording {i} "
                f"have no ratio of whole numbers up to {_MOST}; round one of them"
            )
        return ratio


def _resample(x, ratio):
    if ratio == 1:
        return x
    padtype = "line" if x.shape[-1] > 1 else "constant"  # a point has no slope
    offset = x.mean(axis=-1, keepdims=True, dtype=np.float64).astype(x.dtype)
    around_zero = signal.resample_poly(
        x - offset, *ratio.as_integer_ratio(), axis=-1, padtype=padtype
    )
    return around_zero + offset
