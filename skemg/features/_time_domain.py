"""Time-domain features of each window."""

import functools
import numbers
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.signals import Windows
from skemg.utils._rate import require_rate
from skemg.utils._unit import refuse_other_unit
from skemg.utils._windowwise import (
    WindowwiseMixin,
    check_windows,
    compute_columns,
    layout,
)

from ._checks import check_length, check_names
from ._noise import noise_of
from ._time_domain_groups import (
    COUNTS,
    GROUPS,
    PASSES,
    SHORTEST,
    TURNS,
    columns_of,
)

_FEATURES = tuple(name for names in GROUPS.values() for name in names)
_UNITS = ("noise", "uV", "signal")


class _Settings(NamedTuple):
    """What the functions of the groups need beside the rows."""

    wanted: list[bool]
    threshold: np.ndarray
    turn_threshold: np.ndarray
    ar_order: int
    sfreq: float | None


class TimeDomainFeatures(WindowwiseMixin, TransformerMixin, BaseEstimator):
    r"""Describe each window by amplitudes, counts and the shape of its course in time.

    Windows in, a row of features a window out. For x with samples 1 to N and its first
    differences d, in the unit u of the signal (µV where calibrated):

    ================== ===============================================================
    name               value
    ================== ===============================================================
    mav, rms, iemg     mean of \|x\|; root of the mean of x²; sum of \|x\| (u)
    ssi, var           sum of x²; sum of x² / (N - 1), a mean of zero assumed (u²)
    log                exp of the mean of ln(\|x\| + 1e-12) (u)
    mavs               columns mavs1, mavs2: differences of the mav of thirds (u)
    myop               share of samples with \|x\| >= threshold
    wl, aac, dasdv     sum of \|d\|; that sum / N; root of sum of d² / (N - 1) (u)
    mfl                log10 of (root of the sum of d²) + 1e-12
    zc                 changes of sign over the non-zero samples, by >= threshold
    ssc                peaks that exceed a neighbour by >= threshold (Hudgins)
    wamp               differences with \|d\| >= threshold
    hjorth             columns hjorth_activity (u²), hjorth_mobility (per sample),
                       hjorth_complexity
    skewness, kurtosis third and fourth standard moment (population; normal: 0, 0)
    ar                 columns ar1, ...: coefficients of x_n = -sum a_k x_(n-k) + e_n
                       by Burg's method
    cepstrum           columns cepstrum1, ...: cepstral coefficients of that model
    turns              column turns_per_s: turns a second
    turn_amplitude     column mean_turn_amplitude: mean of \|change\| from turn to turn
                       (u)
    ================== ===============================================================

    `zc`, `ssc` and `wamp` are counts a window and grow with its length, as do the sums;
    only `turns` is per second. A turn is a peak that the signal leaves on both sides by
    `turn_threshold`; a window has its first one after its first such slope. What would
    divide by zero is zero: skewness, kurtosis and Hjorth parameters of a flat window,
    `ar` of zeros, the amplitude of fewer than two turns. Read more in the :ref:`User
    Guide <features>`.

    Parameters
    ----------
    features : tuple of str, default=("mav", "rms", "wl", "zc", "ssc", "wamp")
        Names of the table above; the columns follow their order.
    threshold : float, default=3.0
        Threshold of `zc`, `ssc`, `wamp` and `myop`, in `threshold_unit`. Three times
        the noise, or 25 µV for the needle, is our choice; published values depend on
        the amplifier. At 0 every change counts, but equal samples are no change.
    threshold_unit : {"noise", "uV", "signal"}, default="noise"
        "noise": multiples of the standard deviation of the noise, which `fit` learns
        from the training recordings. "uV": µV, refused where the unit of the signal is
        unknown. "signal": the unit of the signal as it comes, whatever that is.
    turn_threshold : float, default=100.0
        Threshold of the turns, in `turn_threshold_unit`; 100 µV after Willison [3]_.
    turn_threshold_unit : {"noise", "uV", "signal"}, default="uV"
        The same choice for `turn_threshold`.
    ar_order : int, default=4
        Number of coefficients of `ar` and `cepstrum`.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own. `turns`
        needs it.

    Attributes
    ----------
    noise_ : ndarray of shape (n_channels,)
        Standard deviation of the noise of each channel, in the unit of the signal: the
        median of \|x\| / 0.6745 over the quietest 20 % of the blocks of 50 ms of a
        recording, blocks of zeros left out, and of these the median over recordings.
        The rows of a plain array count as one recording; where the rate is unknown, a
        window is one block. Exists where a feature needs it.

    Raises
    ------
    SignalError
        If a threshold in µV meets a signal that is not calibrated, the noise was
        learned in another unit, windows are too short, or `turns` meets an unknown
        sampling frequency.
    ValueError
        If a feature or unit is not known.

    See Also
    --------
    SpectralFeatures : The same idea in the frequency domain.

    References
    ----------
    .. [1] Hudgins, B., Parker, P. and Scott, R. N. (1993). "A new strategy for
       multifunction myoelectric control." IEEE Trans. Biomedical Engineering, 40(1),
       82-94. doi:10.1109/10.204774
    .. [2] Phinyomark, A., Phukpattaranont, P. and Limsakul, C. (2012). "Feature
       reduction and selection for EMG signal classification." Expert Systems with
       Applications, 39(8), 7420-7431. doi:10.1016/j.eswa.2012.01.102
    .. [3] Willison, R. G. (1964). "Analysis of electrical activity in healthy and
       dystrophic muscle in man." J. Neurology, Neurosurgery and Psychiatry, 27,
       386-394. doi:10.1136/jnnp.27.5.386

    Examples
    --------
    A sine of 10 Hz crosses zero 20 times a second and turns as often.

    >>> import numpy as np
    >>> from skemg.features import TimeDomainFeatures
    >>> time = np.arange(1000) / 1000
    >>> windows = 300 * np.sin(2 * np.pi * 10 * time + 0.1)[np.newaxis]
    >>> features = TimeDomainFeatures(
    ...     ("rms", "zc", "turns", "turn_amplitude"),
    ...     threshold=0,
    ...     threshold_unit="signal",
    ...     turn_threshold_unit="signal",
    ...     sfreq=1000,
    ... )
    >>> features.fit_transform(windows).round(1)
    array([[212.1,  20. ,  20. , 599.8]])
    >>> features.get_feature_names_out()
    array(['rms', 'zc', 'turns_per_s', 'mean_turn_amplitude'], dtype=object)
    """

    def __init__(
        self,
        features=("mav", "rms", "wl", "zc", "ssc", "wamp"),
        *,
        threshold=3.0,
        threshold_unit="noise",
        turn_threshold=100.0,
        turn_threshold_unit="uV",
        ar_order=4,
        sfreq=None,
    ):
        self.features = features
        self.threshold = threshold
        self.threshold_unit = threshold_unit
        self.turn_threshold = turn_threshold
        self.turn_threshold_unit = turn_threshold_unit
        self.ar_order = ar_order
        self.sfreq = sfreq

    def fit(self, X, y=None):
        """Learn the noise, where a threshold is a multiple of it.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows of the training recordings.
        y : ignored
            Not used.

        Returns
        -------
        self : TimeDomainFeatures
            The step itself.
        """
        windows = check_windows(self, X, reset=True)
        self._check_parameters(windows)
        if self._needs_noise():
            of_one = np.array([0, windows.n_windows])
            self._unit = windows.unit
            self.noise_ = noise_of(
                windows, windows.offsets if isinstance(X, Windows) else of_one
            )
        self._layout = layout(windows)
        return self

    def transform(self, X):
        """Compute the features.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        features : Windows or ndarray of shape (n_windows, n_channels * n_columns)
            The features, channel by channel.
        """
        if self._needs_noise():
            check_is_fitted(self, "noise_")
        windows = check_windows(self, X, reset=False)
        if self._needs_noise():
            refuse_other_unit(self, self._unit, windows.unit)
        self._check_parameters(windows)
        settings = _Settings(
            [self._asked(names) for names in PASSES],
            self._level(self.threshold, self.threshold_unit, windows, COUNTS),
            self._level(self.turn_threshold, self.turn_threshold_unit, windows, TURNS),
            self.ar_order,
            windows.sfreq,
        )
        groups = [compute for compute, names in GROUPS.items() if self._asked(names)]
        compute = functools.partial(self._block, groups, settings)
        return compute_columns(
            compute, windows, len(self._feature_names(None)), n_rows=256
        )

    def _check_parameters(self, windows):
        check_names(self.features, _FEATURES)
        for name, users in (("threshold", COUNTS), ("turn_threshold", TURNS)):
            check_scalar(getattr(self, name), name, numbers.Real, min_val=0)
            unit = getattr(self, f"{name}_unit")
            if unit not in _UNITS:
                raise ValueError(f"{name}_unit must be one of {_UNITS}, got {unit!r}")
            if unit == "uV" and windows.unit != "uV" and self._asked(users):
                raise SignalError(
                    f"{name}={getattr(self, name):g} uV needs calibrated recordings, "
                    'Recordings.from_list(..., unit="uV"); alternatives are multiples '
                    f'of the noise, {name}_unit="noise", and the unit of the signal as '
                    f'it comes, {name}_unit="signal"'
                )
        check_scalar(self.ar_order, "ar_order", numbers.Integral, min_val=1)
        for feature in self.features:
            shortest = SHORTEST.get(feature, 2)
            if feature in ("ar", "cepstrum"):
                shortest = self.ar_order + 1
            check_length(self, windows.n_times, shortest, repr(feature))
        if "turns" in self.features:
            require_rate(self, windows.sfreq)

    def _asked(self, names):
        return not set(names).isdisjoint(self.features)

    def _needs_noise(self):
        return (self.threshold_unit == "noise" and self._asked(COUNTS)) or (
            self.turn_threshold_unit == "noise" and self._asked(TURNS)
        )

    def _level(self, threshold, unit, windows, users):
        """Return a threshold for each channel, in the unit of the signal."""
        level = np.full(windows.n_channels, float(threshold))
        if unit == "noise" and self._asked(users):
            if len(self.noise_) != windows.n_channels:
                raise SignalError(
                    f"X has {windows.n_channels} channels, but the noise was learned "
                    f"of {len(self.noise_)}; use the same channels as in fit"
                )
            level *= self.noise_
        # At zero, two equal samples must not count as a change.
        return np.maximum(level, np.finfo(windows.dtype).tiny)

    def _block(self, groups, settings, rows, out):
        found = {}
        for compute in groups:
            found |= compute(rows, settings)
        column = 0
        for name in self.features:
            values = found[name]
            n_columns = values.size // len(rows)
            out[:, column : column + n_columns] = values.reshape(-1, n_columns)
            column += n_columns

    def _feature_names(self, layout):
        return [
            column
            for feature in self.features
            for column in columns_of(feature, self.ar_order)
        ]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = self._needs_noise()
        return tags
