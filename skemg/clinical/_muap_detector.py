"""Decompose needle EMG into motor units."""

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, TransformerMixin

from skemg.exceptions import SignalError
from skemg.utils._no_table import NoTableMixin
from skemg.utils._number import check_number
from skemg.utils._rate import require_rate
from skemg.utils._recordings import check_recordings, refuse_channels

from ._decomposition.recording import decompose
from ._motor_units import MotorUnits, MotorUnitsList

_LOWEST_SFREQ = 2000.0


class MUAPDetector(NoTableMixin, TransformerMixin, BaseEstimator):
    r"""Find the motor units of each recording, with potentials and discharge times.

    Recordings in, a list of `MotorUnits` out, one a recording. In rounds, potentials
    that stand out of what is not explained yet are grouped by shape, groups that
    discharge as one unit does are joined [1]_, and the templates of all units are
    placed by a matching pursuit that knows parts of a sample, expects discharges where
    the rhythm of a unit has them, and resolves superpositions by searching several
    events at a time [2]_. Groups that discharge as
    irregularly as chance, or always together with a larger unit, are no units. Shapes
    are compared in a copy of the signal above 400 Hz at 8 kHz or more; the templates
    themselves are means over the discharges in the recording as it is, with the other
    units taken out. Nothing is drawn at random.

    A recording in which nothing is found has zero units. That is so for every
    recording that is flat, holds noise only, is shorter than four templates or is
    clipped: more than 1 % of the samples are at one end of the range, or potentials
    are cut off there twice a second. What is three times larger than the largest
    potentials, and rarer than the discharges of a unit, is an artefact and passed
    over. Read more in the :ref:`User Guide <motor_units>`.

    Parameters
    ----------
    min_amplitude : float or None, default=None
        Lowest peak-to-peak amplitude of a unit, in µV; needs calibrated recordings.
        With None, the noise alone decides: a peak stands out from four times its
        standard deviation on.
    template_length : float, default=0.03
        Length of the templates in seconds; 2/5 of it lie before the centre.
    n_jobs : int, default=None
        Number of recordings decomposed in parallel, through joblib.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own. At
        least 2000.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    SignalError
        If the sampling frequency is unknown or too low, there are several channels, or
        `min_amplitude` is given for uncalibrated recordings.

    See Also
    --------
    MUAPFeatures : A row of clinical measures for each recording.

    Notes
    -----
    Thresholds are our choice, tuned on simulated recordings. The user guide says how
    many units are found and how exactly, and what limits it. Mains hum is no noise: put
    :class:`~skemg.preprocessing.Notch` before where there is any. Clipping is not seen
    behind a filter: look for it before with :class:`~skemg.quality.SignalQuality`.

    References
    ----------
    .. [1] McGill, K. C., Cummins, K. L. & Dorfman, L. J. (1985). "Automatic
       decomposition of the clinical electromyogram." IEEE Transactions on Biomedical
       Engineering, 32(7), 470-477.
    .. [2] McGill, K. C. (2002). "Optimal resolution of superimposed action
       potentials." IEEE Transactions on Biomedical Engineering, 49(7), 640-650.

    Examples
    --------
    >>> from skemg.clinical import MUAPDetector
    >>> from skemg.datasets import make_needle_emg
    >>> emg = make_needle_emg(n_patients=3, n_recordings=1, random_state=3)
    >>> units = MUAPDetector().fit_transform(emg.data)
    >>> units[1].n_units, len(emg.templates[1])
    (8, 8)
    >>> units[1].templates.shape
    (8, 1440)
    """

    def __init__(
        self, min_amplitude=None, *, template_length=0.03, n_jobs=None, sfreq=None
    ):
        self.min_amplitude = min_amplitude
        self.template_length = template_length
        self.n_jobs = n_jobs
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
        self : MUAPDetector
            The step itself.
        """
        self._check(X, reset=True)
        return self

    def transform(self, X):
        """Decompose each recording.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.

        Returns
        -------
        units : list of MotorUnits
            The motor units of each recording.
        """
        recordings = self._check(X, reset=False)
        found = Parallel(n_jobs=self.n_jobs)(
            delayed(decompose)(
                np.ravel(signal),
                sfreq,
                template_length=self.template_length,
                min_amplitude=self.min_amplitude or 0.0,
            )
            for signal, sfreq in zip(recordings, recordings.sfreq, strict=True)
        )
        return MotorUnitsList(
            MotorUnits(
                one.templates,
                one.discharges,
                sfreq=sfreq,
                seconds=n_times / sfreq,
                unit=recordings.unit,
                jiggle=one.jiggle,
                noise=one.noise,
                unexplained=one.unexplained,
            )
            for one, sfreq, n_times in zip(
                found, recordings.sfreq, recordings.n_times, strict=True
            )
        )

    def _check(self, X, *, reset):
        """Return X as recordings of one channel and known rate."""
        check_number(self.template_length, "template_length", min_val=0.01, max_val=0.1)
        recordings = check_recordings(self, X, reset=reset)
        require_rate(self, recordings.sfreq)
        refuse_channels(self, recordings)
        slow = np.flatnonzero(recordings.sfreq < _LOWEST_SFREQ)
        if len(slow):
            raise SignalError(
                f"recording {slow[0]} has {recordings.sfreq[slow[0]]:g} Hz; motor unit "
                f"potentials need at least {_LOWEST_SFREQ:g} Hz"
            )
        if self.min_amplitude is not None:
            check_number(self.min_amplitude, "min_amplitude", min_val=0)
            if recordings.unit is None:
                raise SignalError(
                    f"min_amplitude={self.min_amplitude} is in µV, but the recordings "
                    'are uncalibrated: pass Recordings.from_list(..., unit="uV"), or '
                    "min_amplitude=None to let the noise decide"
                )
        return recordings

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = []
        return tags
