"""Turns, amplitudes and the cloud of normal muscles."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.utils._number import check_number, check_share
from skemg.utils._rate import require_rate
from skemg.utils._recordings import check_recordings, refuse_channels
from skemg.utils._sklearn import check_feature_names_in
from skemg.utils._unit import refuse_other_unit

from ._cloud import Cloud
from ._epochs import measure_epochs, samples_of_epoch

_UNITS = ("uV", "signal")
_SHARES = ("outside_share", "above_share", "below_share")


class InterferencePattern(TransformerMixin, BaseEstimator):
    r"""Describe the interference pattern of each recording: turns and amplitudes.

    Recordings in, a row a recording out. A turn is a peak that the signal leaves on
    both sides by the threshold [1]_. Each recording is cut into epochs; what is left
    over at its end is in none. The columns are means over the epochs:

    ================================ =================================================
    column                           value
    ================================ =================================================
    `ip_turns_per_s`                 turns per second, NT
    `ip_turn_amplitude_uv`           MA, mean of \|change\| from turn to turn, in µV
    `ip_turns_by_amplitude_per_s_uv` NT/MA, in 1/(s µV)
    `ip_small_segments_per_s`        segments from turn to turn below 20 thresholds,
                                     2 mV, that last at most 3 ms (our choice)
    `ip_activity_share`              share of the time in segments of at most 5 ms
                                     (our choice)
    `ip_envelope_uv`                 from the 1st to the 99th percentile, in µV (our
                                     choice)
    `ip_peak_ratio_per_s_uv`         largest NT/MA of an epoch: raised in myopathy
                                     [2]_, and larger in longer recordings
    ================================ =================================================

    With `normal`, `fit` learns where the epochs of normal patients lie, as points
    (log NT, log MA): an ellipse that would hold 95 % of them if they were normally
    distributed (our choice of the region), in which all patients weigh the same. Three
    more columns are the shares of a recording's epochs outside of it,
    `ip_outside_share`; of those above, `ip_above_share`, with larger amplitudes than
    normal muscles have at as many turns, which points to neuropathy; and of those
    below, `ip_below_share`, which points to myopathy. More than a tenth outside is
    abnormal by the usual rule [3]_, for epochs of 0.25 to 0.5 s at six sites or more.
    The region depends on the muscle. Shares are among the epochs with two turns.

    A flat recording has no turns: its counts are 0, and what needs two turns is NaN. An
    estimator behind must take NaN or stand behind an imputer. A clipped recording is
    measured as it is; :class:`~skemg.quality.SignalQuality` finds it. Read more in the
    :ref:`User Guide <interference_pattern>`.

    Parameters
    ----------
    epoch : float, default=0.5
        Length of an epoch in seconds.
    threshold : float, default=100.0
        Threshold of the turns, in `threshold_unit`; 100 µV after [1]_.
    threshold_unit : {"uV", "signal"}, default="uV"
        "uV" needs calibrated recordings, "signal" is the unit of the signal as it
        comes.
    normal : str or int, default=None
        The class in `y` of which the region is learned. None learns no region.
    region : float, default=0.95
        Share of the normal epochs inside.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

    Attributes
    ----------
    cloud_ : Cloud
        The region: `centre` and `covariance` of (log NT, log MA) and `limit`, the
        square of the Mahalanobis distance of its border. Only with `normal`.
    n_features_in_ : int
        Number of samples of a recording; only after fitting on rectangular arrays.

    Raises
    ------
    SignalError
        If recordings are uncalibrated, have several channels or no epoch, the rate is
        unknown, the region was learned in another unit, the patients are not known, or
        there are fewer than 20 normal epochs with turns, of two patients.
    ValueError
        If a parameter is outside its range, or `y` is missing, does not fit or has no
        normal recording.

    See Also
    --------
    interference_points : The epochs one by one.
    skemg.plot.InterferenceCloudDisplay : The region and the epochs of a recording.
    skemg.features.TimeDomainFeatures : Turns of windows, among much else.

    References
    ----------
    .. [1] Willison, R. G. (1964). "Analysis of electrical activity in healthy and
       dystrophic muscle in man." J. of Neurology, Neurosurgery and Psychiatry, 27,
       386-394.
    .. [2] Liguori, R. et al. (1992). "Turns-amplitude analysis of the electromyographic
       recruitment pattern disregarding force measurement." Muscle & Nerve, 15, 1314.
    .. [3] Fuglsang-Frederiksen, A. (2000). "The utility of interference pattern
       analysis." Muscle & Nerve, 23, 18-36.

    Examples
    --------
    A triangle of 500 µV from peak to peak that turns 20 times a second:

    >>> import numpy as np
    >>> from scipy.signal import sawtooth
    >>> from skemg.clinical import InterferencePattern
    >>> from skemg.signals import Recordings
    >>> times = np.arange(20000) / 10000
    >>> triangle = 250 * sawtooth(2 * np.pi * 10 * times, width=0.5)
    >>> emg = Recordings.from_list([triangle], sfreq=10000, unit="uV")
    >>> pattern = InterferencePattern().fit(emg)
    >>> row = dict(zip(pattern.get_feature_names_out(), pattern.transform(emg)[0]))
    >>> round(row["ip_turns_per_s"]), round(row["ip_turn_amplitude_uv"])
    (20, 500)
    """

    def __init__(
        self,
        epoch=0.5,
        threshold=100.0,
        *,
        threshold_unit="uV",
        normal=None,
        region=0.95,
        sfreq=None,
    ):
        self.epoch = epoch
        self.threshold = threshold
        self.threshold_unit = threshold_unit
        self.normal = normal
        self.region = region
        self.sfreq = sfreq

    def fit(self, X, y=None):
        """Check the parameters, and learn the region of normal epochs if asked to.

        Parameters
        ----------
        X : Recordings of length n_recordings, list of ndarray, or array-like of shape \
                (n_recordings, n_times)
            The recordings, one channel.
        y : array-like of shape (n_recordings,), default=None
            The classes; needed with `normal`.

        Returns
        -------
        self : InterferencePattern
            The step itself.
        """
        recordings = self._check(X, reset=True)
        self._unit = recordings.unit
        if self.normal is not None:
            self.cloud_ = self._learn(recordings, y)
        return self

    def transform(self, X):
        """Measure each recording.

        Parameters
        ----------
        X : Recordings of length n_recordings, list of ndarray, or array-like of shape \
                (n_recordings, n_times)
            The recordings, one channel.

        Returns
        -------
        table : ndarray of float64 of shape (n_recordings, 7) or (n_recordings, 10)
            A row a recording; NaN where a recording has no two turns.
        """
        if self.normal is not None:
            check_is_fitted(self, "cloud_")
        recordings = self._check(X, reset=False)
        if self.normal is not None:
            refuse_other_unit(self, self._unit, recordings.unit)
        return np.array([self._row(epochs) for epochs in self._epochs(recordings)])

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Only checked against the names seen in `fit`.

        Returns
        -------
        names : ndarray of str of shape (7,) or (10,)
            Such as "ip_turns_per_s".
        """
        check_is_fitted(self, "_unit")
        if hasattr(self, "n_features_in_"):
            check_feature_names_in(self, input_features)
        unit = "" if self._unit is None else "_uv"
        ratio = f"_per_s{unit}"
        names = [
            "turns_per_s",
            f"turn_amplitude{unit}",
            f"turns_by_amplitude{ratio}",
            "small_segments_per_s",
            "activity_share",
            f"envelope{unit}",
            f"peak_ratio{ratio}",
        ]
        names += [] if self.normal is None else _SHARES
        return np.array([f"ip_{name}" for name in names], dtype=object)

    def _check(self, X, *, reset):
        recordings = check_recordings(self, X, reset=reset)
        check_number(self.epoch, "epoch", min_val=0, include_boundaries="neither")
        check_number(self.threshold, "threshold", min_val=0)
        check_share(self.region, "region")
        check_scalar(self.threshold_unit, "threshold_unit", str)
        if self.threshold_unit not in _UNITS:
            raise ValueError(
                f"threshold_unit must be one of {_UNITS}, got {self.threshold_unit!r}"
            )
        if self.threshold_unit == "uV" and recordings.unit != "uV":
            raise SignalError(
                f"threshold={self.threshold:g} uV needs calibrated recordings, "
                'Recordings.from_list(..., unit="uV"); the alternative is the unit of '
                'the signal as it comes, threshold_unit="signal"'
            )
        refuse_channels(self, recordings)
        rates = require_rate(self, recordings.sfreq)
        n_times = samples_of_epoch(self.epoch, rates)
        short = np.flatnonzero(recordings.n_times < n_times)
        if len(short):
            i = short[0]
            raise SignalError(
                f"recording {i} has {recordings.n_times[i]} samples, "
                f"epoch={self.epoch:g} s needs {n_times[i]}; leave it out or take a "
                "shorter epoch"
            )
        return recordings

    def _epochs(self, recordings):
        rates = np.broadcast_to(recordings.sfreq, len(recordings))
        for signal, sfreq in zip(recordings, rates, strict=True):
            yield measure_epochs(signal, sfreq, float(self.threshold), self.epoch)

    def _row(self, epochs):
        known = epochs[np.isfinite(epochs[:, 2])]
        means = epochs.mean(axis=0)
        means[1:3] = known[:, 1:3].mean(axis=0) if len(known) else np.nan
        peak = known[:, 2].max() if len(known) else np.nan
        shares = [] if self.normal is None else self.cloud_.shares(known[:, :2])
        return np.array([*means, peak, *shares])

    def _learn(self, recordings, y):
        if y is None:
            raise ValueError(
                f"normal={self.normal!r} needs the classes: pass y, or normal=None"
            )
        y = np.asarray(y)
        if y.shape != (len(recordings),):
            raise ValueError(f"y must have shape ({len(recordings)},), got {y.shape}")
        if recordings.groups is None:
            raise SignalError(
                "the region weighs patients alike, and the patients are unknown: pass "
                "Recordings(groups=...), or normal=None"
            )
        normal = np.flatnonzero(y == self.normal)
        if len(normal) == 0:
            raise ValueError(
                f"y has no recording of class normal={self.normal!r}, only "
                f"{np.unique(y).tolist()[:5]}"
            )
        epochs = list(self._epochs(recordings[normal]))
        points = np.concatenate(epochs)
        patients = np.repeat(recordings.groups[normal], [len(bag) for bag in epochs])
        known = np.isfinite(points[:, 2])
        return Cloud(points[known, :2], patients[known], self.region)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = self.normal is not None
        tags.transformer_tags.preserves_dtype = ["float64"]
        return tags
