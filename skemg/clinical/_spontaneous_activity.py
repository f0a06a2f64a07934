"""Fibrillations, fasciculations and other discharges that nobody wills, as a table."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.utils._number import check_flag, check_number
from skemg.utils._rate import require_rate
from skemg.utils._recordings import check_recordings, refuse_channels
from skemg.utils._sklearn import check_feature_names_in

from ._rest import KINDS, find_trains

_MEASURES = ("trains", "per_s", "rate_hz", "interval_cv", "amplitude")
_LOWEST_SFREQ = 1000.0


class SpontaneousActivity(TransformerMixin, BaseEstimator):
    r"""Describe the spontaneous activity of each recording of a muscle at rest.

    Recordings in, a row a recording out. Potentials that rise above the noise are
    compared with each other; like ones at steady intervals are a train. Its rate,
    rhythm and form give its name [1]_:

    =================== ===============================================================
    kind                what is called so
    =================== ===============================================================
    fibrillation        positive first, not polyphasic, regular, up to 30 Hz
    positive sharp wave the same, and the first, positive peak is the largest by a tenth
    complex repetitive  regular to 5 %, and polyphasic or faster than 30 Hz
    myotonic            regular from one discharge to the next, 20 Hz or more, not
                        polyphasic; rate or amplitude waxes or wanes by a factor of 1.3
                        or 1.5
    fasciculation       without a rhythm; longer than 4 ms or polyphasic, at least four
                        times the threshold from peak to peak
    =================== ===============================================================

    Regular means that the intervals vary by at most 8 %, as textbooks say. A train has
    five discharges, ten above 20 Hz, and lasts 0.5 s. Polyphasic means more than four
    phases. What the table does not say, and all limits between overlapping ranges, are
    our choice: rules that can be read, not a trained model. A train that fits none is
    "unclassified" and in no column. So is what no muscle does: trains at 50 or 60 Hz
    and their multiples, which are the mains, trains whose intervals vary by less than
    0.2 %, as those of a pacemaker, slow trains of long potentials, as those of a heart,
    and steps of the baseline.

    The first column, `at_rest`, is 1 for a muscle at rest and 0 for one that contracts:
    three potentials that belong to no train in most of the half-seconds, more than five
    in a quarter of them, a motor unit with the unsteady rhythm of the will, or noise of
    25 µV. It is NaN where nothing can be said, since the recording is below 1 s, or 1 %
    of its samples are lost: saturated, in runs at an extreme, or held at one value for
    10 ms. It is NaN, too, where the noise is below 0.1 µV or above 1000 µV: no
    amplifier is as quiet and no muscle as loud, so the unit must be another than µV
    (our choice). For each kind follow

    =============== ==================================================================
    column          value
    =============== ==================================================================
    `_trains`       number of trains; all fasciculations are one
    `_per_s`        discharges per second of the recording, all trains together
    `_rate_hz`      rate within a train; of fasciculations, per second of the recording
    `_interval_cv`  standard deviation over mean of the intervals, without their trend
    `_amplitude_uv` of the median potential, from peak to peak, in µV
    =============== ==================================================================

    the last three as means over the trains, a train weighing as much as it has
    discharges. Without a train of the kind, the first two are 0 and the others NaN.
    Unless the muscle is at rest, all are NaN: no number is made up. An estimator behind
    must take NaN or stand behind an imputer.

    The needle must have come to rest: potentials that crowd in half a second, such as
    those of an insertion, are no fasciculations. The activity of an end-plate,
    irregular and dense, reads as a contraction. Fibrillation potentials and positive
    sharp waves are told apart by their sign: see `negative_up`. Read more in the
    :ref:`User Guide <spontaneous_activity>`.

    Parameters
    ----------
    threshold : float, default=5.5
        Least peak of a potential, in standard deviations of the noise: those of the
        quietest fifth of blocks of 10 ms, from 80 to 2500 Hz.
    min_peak : float or None, default=10.0
        Least peak of a potential in µV; needs calibrated recordings. None leaves it to
        `threshold`, and no recording is refused for its noise.
    negative_up : bool, default=False
        Whether negative voltages are positive numbers in these recordings. By default a
        positive number is a positive voltage, which displays of needle EMG draw
        downward.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

    Attributes
    ----------
    n_features_in_ : int
        Number of samples of a recording; only after fitting on rectangular arrays.

    Raises
    ------
    SignalError
        If recordings are uncalibrated, have several channels or a rate below 1000 Hz,
        or the rate is unknown.

    See Also
    --------
    find_spontaneous_activity : The trains themselves, with the time of each discharge.
    skemg.datasets.make_needle_rest : Recordings whose discharges are known.

    References
    ----------
    .. [1] Kimura, J. (2013). "Electrodiagnosis in Diseases of Nerve and Muscle." 4th
       edition, Oxford University Press.

    Examples
    --------
    >>> from skemg.clinical import SpontaneousActivity
    >>> from skemg.datasets import make_needle_rest
    >>> rest = make_needle_rest(2, duration=4.0, kinds=["quiet", "fibrillation"],
    ...                         random_state=2)
    >>> activity = SpontaneousActivity().fit(rest.data)
    >>> names = activity.get_feature_names_out().tolist()
    >>> activity.transform(rest.data)[:, names.index("fibrillation_per_s")].tolist()
    [0.0, 6.0]
    """

    def __init__(self, threshold=5.5, min_peak=10.0, *, negative_up=False, sfreq=None):
        self.threshold = threshold
        self.min_peak = min_peak
        self.negative_up = negative_up
        self.sfreq = sfreq

    def fit(self, X, y=None):
        """Check the parameters against the recordings; nothing is learned.

        Parameters
        ----------
        X : Recordings of length n_recordings, list of ndarray, or array-like of shape \
                (n_recordings, n_times)
            The recordings, one channel.
        y : ignored
            Not used.

        Returns
        -------
        self : SpontaneousActivity
            The step itself.
        """
        self._unit = self._check(X, reset=True).unit
        return self

    def transform(self, X):
        """Describe each recording.

        Parameters
        ----------
        X : Recordings of length n_recordings, list of ndarray, or array-like of shape \
                (n_recordings, n_times)
            The recordings, one channel.

        Returns
        -------
        table : ndarray of float64 of shape (n_recordings, 26)
            A row a recording; NaN where nothing can be said.
        """
        recordings = self._check(X, reset=False)
        found = self._find(recordings)
        rows = [
            _describe(rest, trains, seconds)
            for (rest, trains), seconds in zip(found, recordings.seconds, strict=True)
        ]
        return np.array(rows)

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Only checked against the names seen in `fit`.

        Returns
        -------
        names : ndarray of str of shape (26,)
            Such as "fibrillation_rate_hz".
        """
        check_is_fitted(self, "_unit")
        if hasattr(self, "n_features_in_"):
            check_feature_names_in(self, input_features)
        unit = "" if self._unit is None else "_uv"
        names = ["at_rest"]
        for kind in KINDS:
            names += [f"{kind.replace(' ', '_')}_{measure}" for measure in _MEASURES]
            names[-1] += unit
        return np.array(names, dtype=object)

    def _check(self, X, *, reset):
        recordings = check_recordings(self, X, reset=reset)
        check_number(self.threshold, "threshold", min_val=1)
        if self.min_peak is not None:
            check_number(self.min_peak, "min_peak", min_val=0)
            if recordings.unit != "uV":
                raise SignalError(
                    f"min_peak={self.min_peak:g} uV needs calibrated recordings, "
                    'Recordings.from_list(..., unit="uV"); the alternative are '
                    "multiples of the noise alone, min_peak=None"
                )
        check_flag(self.negative_up, "negative_up")
        refuse_channels(self, recordings)
        rates = np.atleast_1d(require_rate(self, recordings.sfreq))
        if rates.min() < _LOWEST_SFREQ:
            raise SignalError(
                f"recording {rates.argmin()} has {rates.min():g} Hz; fibrillation "
                f"potentials need {_LOWEST_SFREQ:g} Hz at least"
            )
        return recordings

    def _find(self, recordings):
        """Return whether each recording is at rest, and its trains."""
        rates = np.broadcast_to(recordings.sfreq, len(recordings))
        return [
            find_trains(
                -signal if self.negative_up else signal,
                sfreq,
                threshold=self.threshold,
                min_peak=self.min_peak,
                unit=recordings.unit,
            )
            for signal, sfreq in zip(recordings, rates, strict=True)
        ]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = ["float64"]
        return tags


def _describe(rest, trains, seconds):
    """Return the row of a recording."""
    row = [rest]
    for kind in KINDS:
        own = [train for train in trains if train["kind"] == kind]
        if rest != 1:
            row += [np.nan] * len(_MEASURES)
        elif own:
            counts = [len(train["times"]) for train in own]
            # The last three entries of a train are those of the table.
            measures = [list(train.values())[-3:] for train in own]
            means = np.average(measures, axis=0, weights=counts)
            row += [len(own), sum(counts) / seconds, *means]
        else:
            row += [0, 0, *[np.nan] * 3]
    return row
