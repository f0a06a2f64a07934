"""Butterworth filters."""

from itertools import pairwise
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


class Bandpass(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    """Keep the frequencies of each recording between two cutoffs.

    Recordings in, recordings out, each filtered at its own sampling frequency by a
    Butterworth filter in second-order sections. The filter computes in float64; float32
    recordings come back as float32. Read more in the :ref:`User Guide <filtering>`.

    Parameters
    ----------
    low : float or None, default=20.0
        Lower cutoff, in Hz; None for a low-pass. 20 to 450 Hz is usual for surface EMG
        [1]_, 50 Hz to 10 kHz for the needle [2]_.
    high : float or None, default=None
        Upper cutoff, in Hz, below half of the sampling frequency; None for a high-pass.
    order : int, default=4
        Order of the Butterworth filter; our choice. A band-pass has `order` poles at
        each cutoff.
    zero_phase : bool, default=False
        Filter forward and backward, which doubles the attenuation in dB and moves no
        peak; both ends are extended by odd reflection. By default a sample never
        depends on later ones, and the filter starts at rest: a recording with an offset
        begins with a step, which a high-pass turns into a transient of about `1 / low`
        seconds.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

    Raises
    ------
    ValueError
        If both cutoffs are None, or the band is not inside 0 to `sfreq / 2`.
    SignalError
        If the sampling frequency is unknown, or a recording is too short for
        `zero_phase=True`.

    See Also
    --------
    Notch : Take mains hum out.
    PeakPreservingDownsampler : Lower the sampling frequency after filtering.

    References
    ----------
    .. [1] De Luca, C. J., Gilmore, L. D., Kuznetsov, M., Roy, S. H. (2010). "Filtering
       the surface EMG signal: movement artifact and baseline noise contamination."
       J. of Biomechanics, 43(8). doi:10.1016/j.jbiomech.2010.01.027
    .. [2] Tatlidil, Ekinci and Boz (2025). doi:10.20883/medical.e1391

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.preprocessing import Bandpass
    >>> drift = [np.ones(3000), np.ones(5000)]
    >>> filtered = Bandpass(low=20, high=400, sfreq=1000).fit_transform(drift)
    >>> bool(abs(filtered[1][-1]) < 1e-6)
    True

    Two hospitals with different recorders need one step only:

    >>> from skemg.signals import Recordings
    >>> emg = Recordings.from_list(drift, sfreq=[1000, 2000])
    >>> Bandpass(low=20, high=400).fit_transform(emg)
    <Recordings: 2 recordings, 2.5 to 3 s at 1000 to 2000 Hz, uncalibrated>
    """

    def __init__(self, low=20.0, high=None, *, order=4, zero_phase=False, sfreq=None):
        self.low = low
        self.high = high
        self.order = order
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
        self : Bandpass
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
        check_scalar(self.order, "order", Integral, min_val=1)
        check_scalar(self.zero_phase, "zero_phase", (bool, np.bool_))
        cutoffs = self._cutoffs()
        sections = {}
        for sfreq, i in distinct_rates(self, recordings):
            self._refuse_outside(cutoffs, sfreq, i)
            sections[sfreq] = signal.butter(
                self.order, *_band(self.low, self.high), output="sos", fs=sfreq
            )
        if self.zero_phase:
            needed_by = f"Bandpass(order={self.order}, zero_phase=True)"
            refuse_shorter_than_padding(sections, recordings, needed_by)
        return sections

    def _cutoffs(self):
        given = {"low": self.low, "high": self.high}
        cutoffs = {name: value for name, value in given.items() if value is not None}
        if not cutoffs:
            raise ValueError("low=None and high=None is no filter; give one in Hz")
        for name, value in cutoffs.items():
            check_scalar(value, name, Real)
        return list(cutoffs.values())

    def _refuse_outside(self, cutoffs, sfreq, i):
        bounds = [0.0, *cutoffs, sfreq / 2]
        if not all(one < other for one, other in pairwise(bounds)):  # NaN is never less
            raise ValueError(
                "Bandpass needs 0 < low < high < sfreq / 2, got "
                f"low={self.low}, high={self.high} and sfreq / 2 = {sfreq / 2:g} Hz in "
                f"recording {i}; change the cutoffs, or None for none"
            )


def _band(low, high):
    """Return cutoffs and kind in the words of scipy."""
    if high is None:
        return low, "highpass"
    return (high, "lowpass") if low is None else ((low, high), "bandpass")
