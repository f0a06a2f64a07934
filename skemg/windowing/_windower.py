"""Cut recordings into windows."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.exceptions import SignalError
from skemg.signals import Windows
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._rate import one_rate
from skemg.utils._recordings import check_recordings


class Windower(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    """Cut each recording into windows of one length.

    Recordings in, windows out. The samples are not copied: the result describes where
    each window starts, and the next step reads the windows in blocks. Windows start at
    the first sample of a recording; the last one that fits is always there, and what is
    left behind it is in no window. Read more in the :ref:`User Guide <windows>`.

    Parameters
    ----------
    length : float, default=0.1
        Length of a window in seconds: `round(length * sfreq)` samples.
    hop : float, default=0.05
        From the start of a window to the start of the next, in seconds. Less than
        `length` lets windows overlap, more leaves gaps.
    n_times : int, default=None
        Crop each cut window at its end to this many samples, or pad it there with
        zeros. Tatlidil et al. [1]_ bring windows of 960 samples to 940. None keeps the
        samples as they are cut.
    short : {"raise", "pad"}, default="raise"
        What to do with a recording shorter than one window: raise, or fill it with
        zeros at its end. A longer recording is never filled.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

    Raises
    ------
    SignalError
        If the rate is unknown or differs between the recordings, or if a recording is
        shorter than one window and `short="raise"`.

    See Also
    --------
    WindowVotingClassifier : Classify the windows and vote.
    WindowPooling : Statistics of the windows of each recording.
    make_windows : Windows as flat arrays, for work outside pipelines.

    References
    ----------
    .. [1] Tatlidil, Ekinci and Boz (2025). doi:10.20883/medical.e1391

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.signals import Recordings
    >>> from skemg.windowing import Windower
    >>> emg = Recordings.from_list([np.arange(250), np.arange(400)], sfreq=1000)
    >>> windows = Windower(length=0.1, hop=0.05).fit_transform(emg)
    >>> windows
    <Windows: 11 windows of 2 recordings, 4 to 7 each, values (11, 100) at 1000 Hz>
    >>> windows.start[:4]
    array([  0,  50, 100, 150])
    """

    def __init__(
        self, length=0.1, hop=0.05, *, n_times=None, short="raise", sfreq=None
    ):
        self.length = length
        self.hop = hop
        self.n_times = n_times
        self.short = short
        self.sfreq = sfreq

    def fit(self, X, y=None):
        """Check that the recordings can be cut; nothing is learned.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.
        y : ignored
            Not used.

        Returns
        -------
        self : Windower
            The step itself.
        """
        self._cut(check_recordings(self, X, reset=True))
        return self

    def transform(self, X):
        """Cut the recordings.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.

        Returns
        -------
        windows : Windows
            Windows that share the samples of X.
        """
        return self._cut(check_recordings(self, X, reset=False))

    def _cut(self, recordings):
        sfreq = one_rate(self, recordings.sfreq)
        n_cut = self._n_samples("length", sfreq)
        hop = self._n_samples("hop", sfreq)
        n_times = n_cut
        if self.n_times is not None:
            n_times = check_scalar(
                self.n_times, "n_times", (int, np.integer), min_val=1
            )
        self._check_short(recordings, n_cut, sfreq)
        counts = np.maximum(recordings.n_times - n_cut, 0) // hop + 1
        offsets = np.concatenate([[0], np.cumsum(counts)])
        start = (np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)) * hop
        return Windows.from_recordings(
            recordings, start, offsets, n_times, n_cut=min(n_cut, n_times)
        )

    def _n_samples(self, name, sfreq):
        seconds = getattr(self, name)
        check_scalar(seconds, name, (int, float, np.integer, np.floating))
        n_samples = round(seconds * sfreq) if np.isfinite(seconds) else 0
        if n_samples < 1:
            raise ValueError(
                f"{name}={seconds!r} s is no sample at {sfreq:g} Hz; {name} must be at "
                f"least {1 / sfreq:g} s"
            )
        return n_samples

    def _check_short(self, recordings, n_cut, sfreq):
        if self.short not in ("raise", "pad"):
            raise ValueError(f'short must be "raise" or "pad", got {self.short!r}')
        short = np.flatnonzero(recordings.n_times < n_cut)
        if self.short == "raise" and len(short):
            raise SignalError(
                f"recording {short[0]} has {recordings.n_times[short[0]]} samples, a "
                f"window of {self.length:g} s at {sfreq:g} Hz needs {n_cut}; choose a "
                'shorter length, short="pad", or leave the recording out '
                f"({len(short)} of {len(recordings)} are too short)"
            )
