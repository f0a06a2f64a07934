"""Bring recordings to one sampling frequency."""

import numbers
from fractions import Fraction

import numpy as np
from scipy import signal
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.signals import Recordings
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._rate import require_rate
from skemg.utils._recordings import check_recordings, like, map_recordings

_LARGEST_TERM = 100_000  # of the ratio of two rates


class Resampler(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    """Bring each recording to one sampling frequency.

    Recordings in, recordings of one rate out; nothing is learned. Polyphase filtering
    with an anti-aliasing filter of zero phase, computed in float64; beyond its ends a
    recording is taken to go on along the line through its first and last sample, so
    that an offset makes no step. A recording that has the rate already passes
    unchanged. Read more in the :ref:`User Guide <filtering>`.

    Parameters
    ----------
    target_sfreq : float
        Sampling frequency of the result in Hz. The ratio of the two rates must be a
        ratio of whole numbers up to 100,000.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays, which become `Recordings` of the new
        rate. `Recordings` carry their own.

    Raises
    ------
    SignalError
        If the rate is unknown.
    ValueError
        If `target_sfreq` is no positive number, or the ratio of the rates is none of
        whole numbers.

    See Also
    --------
    PeakPreservingDownsampler : Lower the rate and keep short turns.

    Notes
    -----
    A recording of n samples has ``ceil(n * target_sfreq / sfreq)`` of them afterwards.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.preprocessing import Resampler
    >>> from skemg.signals import Recordings
    >>> two_hospitals = Recordings.from_list(
    ...     [np.ones(4800), np.ones(2344)], sfreq=[48_000, 23_437.5]
    ... )
    >>> Resampler(target_sfreq=9_600).fit_transform(two_hospitals)
    <Recordings: 2 recordings, 0.1 to 0.100104 s at 9600 Hz, uncalibrated>
    """

    def __init__(self, target_sfreq, *, sfreq=None):
        self.target_sfreq = target_sfreq
        self.sfreq = sfreq

    def fit(self, X, y=None):
        """Check the rates of the recordings; nothing is learned.

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
        """Resample each recording.

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
        up, down = np.array(
            [ratios[sfreq].as_integer_ratio() for sfreq in recordings.sfreq]
        ).T
        resampled = map_recordings(
            lambda x, sfreq: _resample(x, ratios[sfreq]),
            recordings,
            given=X,
            n_times=-(-recordings.n_times * up // down),
            sfreq=np.full(len(recordings), float(self.target_sfreq)),
        )
        return like(resampled, X) if isinstance(X, Recordings) else resampled

    def _ratios(self, recordings):
        """Return the ratio of new and old rate, for each old one."""
        check_scalar(
            self.target_sfreq,
            "target_sfreq",
            numbers.Real,
            min_val=0,
            include_boundaries="neither",
        )
        rates = np.unique(require_rate(self, recordings.sfreq))
        return {sfreq: self._ratio(sfreq) for sfreq in rates}

    def _ratio(self, sfreq):
        exact = Fraction(float(self.target_sfreq)) / Fraction(float(sfreq))
        ratio = exact.limit_denominator(_LARGEST_TERM)
        whole = 0 < ratio.numerator <= _LARGEST_TERM
        if not whole or abs(ratio / exact - 1) > 1e-9:
            raise ValueError(
                f"target_sfreq={self.target_sfreq:g} Hz and the {sfreq:g} Hz of a "
                f"recording have no ratio of whole numbers up to {_LARGEST_TERM}; "
                "choose a rounder target_sfreq"
            )
        return ratio


def _resample(x, ratio):
    if ratio == 1:
        return x
    return signal.resample_poly(
        x.astype(np.float64), *ratio.as_integer_ratio(), axis=-1, padtype="line"
    )
