"""A row of clinical measures for each recording."""

import re

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.signals import Recordings
from skemg.utils._recordings import check_recordings
from skemg.utils._sklearn import check_feature_names_in

from ._firing import firing_rate, isi_variability, recruitment_interval
from ._measure_muap import MEASURES, ONSET_RULES, measure_muap
from ._motor_units import MotorUnits, MotorUnitsList
from ._muap_detector import MUAPDetector

_POLYPHASIC = 4  # phases; more are polyphasic
_OF_ALL = (
    "polyphasia_share",
    "n_units",
    "firing_rate_hz_mean",
    "firing_rate_hz_max",
    "isi_variability_share",
    "recruitment_ratio_hz",
    "recruitment_interval_ms",
)


class MUAPFeatures(TransformerMixin, BaseEstimator):
    r"""Describe each recording by its motor units, as a clinician does.

    Recordings in, a table out, one row a recording. The measures of
    :func:`measure_muap` and the jiggle are taken of every unit; a row holds statistics
    over the units that have the measure, named `muap_<measure>_<statistic>`, and then:

    ========================= =======================================================
    name                      value
    ========================= =======================================================
    `polyphasia_share`        share of units with more than 4 phases
    `n_units`                 number of units
    `firing_rate_hz_mean`     mean over the units of 1 / mean interval; intervals
                              beyond 0.4 to 1.8 medians are left out (our choice)
    `firing_rate_hz_max`      rate of the fastest unit
    `isi_variability_share`   mean over the units of SD / mean of their intervals
    `recruitment_ratio_hz`    rate of the fastest unit / number of units
    `recruitment_interval_ms` interval of the first unit when the second one starts,
                              mean of the last four; where both discharge from the
                              beginning (0.25 s; both our choice), the mean interval
                              of the fastest unit, a lower limit
    ========================= =======================================================

    Long and large potentials point to neuropathy, short and small ones to myopathy.
    Read more in the :ref:`User Guide <motor_units>`.

    Parameters
    ----------
    detector : MUAPDetector, default=None
        What finds the units; None is ``MUAPDetector()``. Not used where motor units
        are given in place of recordings.
    onset : {"level", "slope", "fast"}, default="level"
        Where a potential begins and ends, see :func:`measure_muap`.
    statistics : tuple of str, default=("mean", "std", "q10", "q90")
        What is computed over the units: "mean", "std" (population; NaN for one unit),
        "median", or a quantile "q<percent>". Which ones is our choice.
    unit : {"uV", "mV", "V"} or None, default=None
        Unit of plain arrays. `Recordings` carry their own.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

    Raises
    ------
    ValueError
        If the rule or a statistic is unknown.
    SignalError
        If the recordings are uncalibrated: every measure here is in µV or rests on
        thresholds in µV.

    See Also
    --------
    MUAPDetector : The units themselves.

    Notes
    -----
    A recording without units has `n_units` 0 and NaN in all other columns, never a
    number that stands for nothing. Put a
    :class:`~sklearn.impute.SimpleImputer` behind, with `keep_empty_features=True`, or a
    classifier that takes NaN, such as
    :class:`~sklearn.ensemble.RandomForestClassifier`.
    :class:`~sklearn.ensemble.HistGradientBoostingClassifier` takes NaN too, but no
    column that holds nothing else, as the SD where no recording has two units.

    Examples
    --------
    >>> from skemg.clinical import MUAPFeatures
    >>> from skemg.datasets import make_needle_emg
    >>> emg = make_needle_emg(n_patients=3, n_recordings=1, random_state=3)
    >>> features = MUAPFeatures()
    >>> table = features.fit_transform(emg.data)
    >>> names = list(features.get_feature_names_out())
    >>> table[:, names.index("muap_duration_ms_mean")].round()
    array([ 9., 14.,  9.])
    """

    def __init__(
        self,
        detector=None,
        *,
        onset="level",
        statistics=("mean", "std", "q10", "q90"),
        unit=None,
        sfreq=None,
    ):
        self.detector = detector
        self.onset = onset
        self.statistics = statistics
        self.unit = unit
        self.sfreq = sfreq

    def fit(self, X, y=None):
        """Check the parameters and the recordings; nothing is learned.

        Parameters
        ----------
        X : Recordings, list of MotorUnits, list of arrays or array-like of shape \
                (n_recordings, n_times)
            The recordings, or the motor units found in them.
        y : ignored
            Not used.

        Returns
        -------
        self : MUAPFeatures
            The step itself.
        """
        self._statistics()
        if self.onset not in ONSET_RULES:
            raise ValueError(
                f"onset must be one of {list(ONSET_RULES)}, got {self.onset!r}"
            )
        if _are_units(X):
            _refuse_other_units(X)
        else:
            self._detector().fit(self._recordings(X, reset=True))
        self._is_fitted = True
        return self

    def transform(self, X):
        """Find the motor units and measure them.

        Parameters
        ----------
        X : Recordings, list of MotorUnits, list of arrays or array-like of shape \
                (n_recordings, n_times)
            The recordings, or the motor units found in them.

        Returns
        -------
        table : ndarray of shape (n_recordings, n_features)
            One row a recording.
        """
        check_is_fitted(self, "_is_fitted")
        if _are_units(X):
            found = X
            _refuse_other_units(X)
        else:
            recordings = self._recordings(X, reset=False)
            found = self._detector().fit_transform(recordings)
        functions = self._statistics()
        return np.array([_row(units, self.onset, functions) for units in found])

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the samples of plain arrays; checked and not used.

        Returns
        -------
        names : ndarray of str of shape (n_features,)
            Such as `muap_duration_ms_mean`.
        """
        check_is_fitted(self, "_is_fitted")
        if hasattr(self, "n_features_in_"):
            check_feature_names_in(self, input_features)
        measured = [
            f"muap_{measure}_{statistic}"
            for measure in (*MEASURES, "jiggle")
            for statistic in self.statistics
        ]
        return np.array([*measured, *_OF_ALL], object)

    def _detector(self):
        return MUAPDetector() if self.detector is None else clone(self.detector)

    def _recordings(self, X, *, reset):
        """Return X as calibrated recordings that know their rate."""
        recordings = check_recordings(self, X, reset=reset)
        if not isinstance(X, Recordings) and self.unit is not None:
            recordings = Recordings(
                recordings.values,
                recordings.offsets,
                sfreq=recordings.sfreq,
                unit=self.unit,
            )
        _refuse_uncalibrated(recordings.unit)
        return recordings

    def _statistics(self):
        if isinstance(self.statistics, str) or not len(self.statistics):
            raise ValueError(
                f"statistics must be a list of names, got {self.statistics!r}"
            )
        if len(set(self.statistics)) < len(self.statistics):
            raise ValueError(
                f"statistics must hold each name once, got {self.statistics!r}"
            )
        return [_statistic(name) for name in self.statistics]

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_is_fitted")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags


def _are_units(X):
    """Whether X holds motor units that were found before."""
    if isinstance(X, MotorUnitsList):
        return True
    return isinstance(X, list) and any(isinstance(one, MotorUnits) for one in X)


def _refuse_other_units(X):
    """Raise unless X holds calibrated motor units, and nothing else."""
    if len(X) == 0:
        raise SignalError("Found array with 0 sample(s): there is no recording")
    for i, units in enumerate(X):
        if not isinstance(units, MotorUnits):
            raise SignalError(
                f"entry {i} is {type(units).__name__}, others are MotorUnits; pass "
                "recordings or their motor units, not both"
            )
        _refuse_uncalibrated(units.unit)


def _refuse_uncalibrated(unit):
    if unit is None:
        raise SignalError(
            "MUAPFeatures measures in µV, but the recordings are uncalibrated: pass "
            'Recordings.from_list(..., unit="uV"), or MUAPFeatures(unit="uV") for '
            "plain arrays"
        )


def _row(units, onset, functions):
    """Return the row of one recording."""
    measured = [
        measure_muap(template, sfreq=units.sfreq, onset=onset, noise=noise)
        for template, noise in zip(units.templates, units.noise, strict=True)
    ]
    columns = {
        name: np.array([measures[name] for measures in measured]) for name in MEASURES
    }
    columns["jiggle"] = units.jiggle
    row = [
        f(values[~np.isnan(values)]) for values in columns.values() for f in functions
    ]
    rates = np.array([firing_rate(times) for times in units.discharges])
    variability = np.array([isi_variability(times) for times in units.discharges])
    known = rates[~np.isnan(rates)]
    fastest = known.max() if len(known) else np.nan
    phases = columns["phases"]
    return [
        *row,
        _mean(phases[~np.isnan(phases)] > _POLYPHASIC),
        units.n_units,
        _mean(known),
        fastest,
        _mean(variability[~np.isnan(variability)]),
        fastest / units.n_units if units.n_units else np.nan,
        1e3 * recruitment_interval(units.discharges),
    ]


def _mean(values):
    return np.mean(values) if len(values) else np.nan


def _statistic(name):
    """Return a function of the values of the units, NaN where it is undefined."""
    if name == "mean":
        return _mean
    if name == "std":
        return lambda values: np.std(values) if len(values) > 1 else np.nan
    percent = 50.0 if name == "median" else _percent(name)
    if percent is None:
        raise ValueError(
            f"unknown statistic {name!r}; known are mean, std, median and quantiles "
            'such as "q10" (0 to 100)'
        )
    return lambda values: np.percentile(values, percent) if len(values) else np.nan


def _percent(name):
    match = re.fullmatch(r"q(\d+(?:\.\d+)?)", str(name))
    return float(match[1]) if match and float(match[1]) <= 100 else None
