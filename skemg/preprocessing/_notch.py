"""Notches at the frequency of the mains and its multiples."""

from numbers import Integral, Real

import numpy as np
from scipy import signal
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar

from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._recordings import check_recordings, like

from ._sections import (
    distinct_rates,
    filter_recordings,
    refuse_shorter_than_padding,
)


class Notch(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    """Take mains hum and its harmonics out of each recording.

    Recordings in, recordings out. A notch of second order stands at `frequency` and at
    each of its multiples [1]_. The filter computes in float64; float32 recordings come
    back as float32. Read more in the :ref:`User Guide <filtering>`.

    Parameters
    ----------
    frequency : float, default=50.0
        Frequency of the mains in Hz: 60 in the Americas.
    harmonics : int, default=20
        Number of multiples, `frequency` itself being the first: 20 reach up to 1 kHz in
        Europe; our choice. A multiple at or above half of the sampling frequency is in
        no recording and needs no notch, so one setting serves all rates.
    quality : float, default=30.0
        Frequency of each notch divided by its width at -3 dB; our choice. Mains that
        are off by 0.1 % are damped by 24 dB at every multiple. A notch becomes wider as
        its frequency rises: with more than `quality` multiples they would overlap.
    zero_phase : bool, default=False
        Filter forward and backward; both ends are extended by odd reflection. By
        default a sample never depends on later ones, and the filter starts at rest: it
        takes about `quality / frequency` seconds until the hum is gone.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

    Raises
    ------
    ValueError
        If `frequency` is not between 0 and `sfreq / 2`.
    SignalError
        If the sampling frequency is unknown, or a recording is too short for
        `zero_phase=True`.

    See Also
    --------
    Bandpass : Keep the frequencies between two cutoffs.

    References
    ----------
    .. [1] Clancy, E. A., Morin, E. L., Merletti, R. (2002). "Sampling, noise-reduction
       and amplitude estimation issues in surface electromyography." J. of
       Electromyography and Kinesiology, 12(1). doi:10.1016/S1050-6411(01)00033-5

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.preprocessing import Notch
    >>> time = np.arange(20_000) / 10_000
    >>> hum = np.sin(2 * np.pi * 50 * time) + 0.2 * np.sin(2 * np.pi * 150 * time)
    >>> emg = np.sin(2 * np.pi * 315 * time)
    >>> (clean,) = Notch(frequency=50, sfreq=10_000).fit_transform([emg + hum])
    >>> round(float(np.corrcoef(emg, emg + hum)[0, 1]), 2)
    0.7
    >>> round(float(np.corrcoef(emg[-5000:], clean[-5000:])[0, 1]), 2)
    1.0
    """

    def __init__(
        self,
        frequency=50.0,
        harmonics=20,
        *,
        quality=30.0,
        zero_phase=False,
        sfreq=None,
    ):
        self.frequency = frequency
        self.harmonics = harmonics
        self.quality = quality
        self.zero_phase = zero_phase
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
        self : Notch
            The step itself.
        """
        self._design(check_recordings(self, X, reset=True))
        return self

    def transform(self, X):
        """Filter each recording along time, at its own rate.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.

        Returns
        -------
        filtered : Recordings, list of arrays or ndarray
            The filtered recordings, in the form in which they came.
        """
        recordings = check_recordings(self, X, reset=False)
        filtered = filter_recordings(
            self._design(recordings), recordings, given=X, zero_phase=self.zero_phase
        )
        return like(filtered, X)

    def _design(self, recordings):
        """Return the second-order sections for each distinct rate."""
        check_scalar(self.frequency, "frequency", Real)
        check_scalar(self.harmonics, "harmonics", Integral, min_val=1)
        check_scalar(self.quality, "quality", Real)
        check_scalar(self.zero_phase, "zero_phase", (bool, np.bool_))
        if not 0 < self.quality < np.inf:
            raise ValueError(f"quality must be positive and finite, got {self.quality}")
        sections = {}
        for sfreq, i in distinct_rates(self, recordings):
            if not 0 < self.frequency < sfreq / 2:
                raise ValueError(
                    f"Notch needs 0 < frequency < sfreq / 2, got {self.frequency} and "
                    f"sfreq / 2 = {sfreq / 2:g} Hz in recording {i}"
                )
            sections[sfreq] = self._sections(sfreq)
        if self.zero_phase:
            needed_by = f"Notch(harmonics={self.harmonics}, zero_phase=True)"
            refuse_shorter_than_padding(sections, recordings, needed_by)
        return sections

    def _sections(self, sfreq):
        multiples = self.frequency * np.arange(1, self.harmonics + 1)
        notches = [
            signal.iirnotch(multiple, self.quality, fs=sfreq)
            for multiple in multiples[multiples < sfreq / 2]
        ]
        return np.array([np.concatenate(notch) for notch in notches])
