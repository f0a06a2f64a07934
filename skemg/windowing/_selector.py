"""Keep the windows with muscle activity."""

import warnings

import numpy as np
from scipy import fft, signal
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.signals import Windows
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._rate import require_rate
from skemg.utils._windowwise import check_windows

_REAL = (int, float, np.integer, np.floating)
_CONTRACTION, _REST = "contraction", "rest"  # classes of ActivityClassifier
_N_HARMONICS = 5  # of the mains: above, there is little of it in practice


class WindowSelector(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    """Keep the windows with muscle activity; leave out rest, flat lines and artefacts.

    Windows in, fewer windows out; nothing is learned. In each recording a window stays
    if it passes every criterion. Where none passes, the most active one stays and a
    warning names the recording. A plain array has one window a recording and is
    returned as it came. Read more in the :ref:`User Guide <windows>`.

    Parameters
    ----------
    activity : float, fitted classifier or None, default=1.5
        RMS of a window (without its mean) in multiples of the rest of its own
        recording: the mean RMS of the quietest 20 % of its windows that are not flat.
        The value is our choice. Or a fitted
        :class:`~skemg.quality.ActivityClassifier`: windows stay that it calls
        "contraction". A search or a cross-validation clones the steps of a pipeline,
        and a clone has forgotten what it learned: there give
        `FrozenEstimator(classifier)`. None keeps quiet windows.
    max_clipped : float or None, default=0.01
        Largest share of samples in runs at the smallest or largest value of the
        recording, where an amplifier was at its end. None keeps clipped windows. The
        value is our choice.
    mains_frequency : float or None, default=50.0
        Frequency of the mains in Hz; None keeps windows of pure hum. Windows must be as
        long as two periods.
    max_mains : float, default=0.9
        Largest share of the power near `mains_frequency` and its multiples up to the
        fifth. The value is our choice.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own.

    Attributes
    ----------
    report_ : dict of ndarray of shape (n_recordings,)
        The table of `selection_report` for the windows seen in `fit`.

    Raises
    ------
    SignalError
        If the rate is unknown, or windows are too short to tell hum from signal.
    NotFittedError
        If `activity` is a classifier that is not fitted.

    See Also
    --------
    Windower : Cuts the windows.
    skemg.quality.ActivityClassifier : Tells rest, contraction and artefact apart.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.signals import Recordings
    >>> from skemg.windowing import WindowSelector, Windower
    >>> rng = np.random.default_rng(0)
    >>> effort = np.repeat([4.0, 4.0, 100.0, 100.0, 4.0], 500)
    >>> emg = Recordings.from_list([effort * rng.normal(size=2500)], sfreq=5000)
    >>> windows = Windower(length=0.1, hop=0.1).fit_transform(emg)
    >>> active = WindowSelector().fit_transform(windows)
    >>> active.start / active.sfreq
    array([0.2, 0.3])
    """

    def __init__(
        self,
        activity=1.5,
        *,
        max_clipped=0.01,
        mains_frequency=50.0,
        max_mains=0.9,
        sfreq=None,
    ):
        self.activity = activity
        self.max_clipped = max_clipped
        self.mains_frequency = mains_frequency
        self.max_mains = max_mains
        self.sfreq = sfreq

    def fit(self, X, y=None):
        """Check the parameters and report on the windows; nothing is learned.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times)
            The windows.
        y : ignored
            Not used.

        Returns
        -------
        self : WindowSelector
            The step itself.
        """
        self._check_parameters()
        windows = check_windows(self, X, reset=True)
        if isinstance(X, Windows):
            self.report_ = _report(windows, *self._judge(windows))
        return self

    def transform(self, X):
        """Keep the windows that pass.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times)
            The windows.

        Returns
        -------
        windows : Windows or ndarray of shape (n_windows, n_times)
            The kept windows, at least one a recording; a plain array as it came.
        """
        self._check_parameters()
        windows = check_windows(self, X, reset=False)
        if not isinstance(X, Windows):
            return windows.values
        reasons, keep = self._judge(windows)
        nothing = np.flatnonzero(~np.logical_or.reduceat(_passed(reasons), _starts(X)))
        if len(nothing):
            warnings.warn(
                f"no window passed in recordings {nothing.tolist()}; the most active "
                "one of each was kept. selection_report(X) tells why",
                UserWarning,
                stacklevel=2,
            )
        return X.select(keep)

    def selection_report(self, X):
        """Tell what is kept and dropped of each recording, and why.

        Parameters
        ----------
        X : Windows
            The windows.

        Returns
        -------
        report : dict of ndarray of shape (n_recordings,)
            `recording`, `patient` (where known), `n_windows`, `n_kept`, `seconds_kept`,
            `seconds_dropped`, `passed` (False where only the most active window is
            kept), and the number of windows that failed each criterion: `n_quiet`,
            `n_flat`, `n_clipped`, `n_mains`; with a classifier `n_quiet` are those
            called "rest", and `n_artefact` those called anything else.
        """
        self._check_parameters()
        if not isinstance(X, Windows):
            raise SignalError("selection_report needs Windows; put Windower before it")
        windows = check_windows(self, X, reset=False)
        return _report(windows, *self._judge(windows))

    def _check_parameters(self):
        if self._has_classifier():
            check_is_fitted(
                self.activity,
                msg=(
                    "activity=%(name)s is not fitted, or a clone has forgotten what it "
                    "learned; give FrozenEstimator(classifier) once it is fitted"
                ),
            )
            if _CONTRACTION not in self.activity.classes_:
                raise ValueError(
                    f"activity knows the classes {self.activity.classes_.tolist()}; "
                    f'one of them must be "{_CONTRACTION}"'
                )
        elif self.activity is not None:
            check_scalar(self.activity, "activity", _REAL, min_val=0)
        if self.max_clipped is not None:
            check_scalar(self.max_clipped, "max_clipped", _REAL, min_val=0, max_val=1)
        if self.mains_frequency is not None:
            check_scalar(
                self.mains_frequency,
                "mains_frequency",
                _REAL,
                min_val=0,
                include_boundaries="neither",
            )
        check_scalar(self.max_mains, "max_mains", _REAL, min_val=0, max_val=1)

    def _has_classifier(self):
        return hasattr(self.activity, "predict_proba_windows")

    def _judge(self, windows):
        """Return which criteria each window fails, and which windows are kept."""
        rms, low, high = _amplitudes(windows)
        activity = rms.sum(axis=1)
        reasons = {"flat": (high == low).all(axis=1)}
        reasons["quiet"] = np.zeros(windows.n_windows, bool)
        if self._has_classifier():
            classes = self.activity.classes_
            proba = self.activity.predict_proba_windows(windows).values
            called = classes[proba.argmax(axis=1)]
            reasons["quiet"] = called == _REST
            reasons["artefact"] = (called != _CONTRACTION) & (called != _REST)
            # An artefact may be the loudest window of all.
            activity = proba[:, np.flatnonzero(classes == _CONTRACTION)[0]]
        elif self.activity is not None:
            rest = windows.repeat(_resting(windows, rms, reasons["flat"]))
            reasons["quiet"] = (rms < self.activity * rest).all(axis=1)
        reasons["clipped"] = np.zeros(windows.n_windows, bool)
        if self.max_clipped is not None:
            share = _clipped_share(windows, low, high)
            reasons["clipped"] = (share > self.max_clipped).any(axis=1) & ~reasons[
                "flat"
            ]
        reasons["mains"] = np.zeros(windows.n_windows, bool)
        if self.mains_frequency is not None:
            share = self._mains_share(windows)
            reasons["mains"] = (share > self.max_mains).all(axis=1)
        keep = _passed(reasons)
        keep[_most_active(windows, activity)] |= ~np.logical_or.reduceat(
            keep, _starts(windows)
        )
        return reasons, keep

    def _mains_share(self, windows):
        sfreq = require_rate(self, windows.sfreq)
        n_times = windows.n_times
        if n_times < 2 * sfreq / self.mains_frequency:
            raise SignalError(
                f"windows of {n_times / sfreq:g} s are too short to tell hum of "
                f"{self.mains_frequency:g} Hz from signal; use windows of at least "
                f"{2 / self.mains_frequency:g} s or mains_frequency=None"
            )
        frequencies = fft.rfftfreq(n_times, 1 / sfreq)
        multiples = self.mains_frequency * np.arange(1, _N_HARMONICS + 1)
        width = 1.5 * sfreq / n_times  # the main lobe of the Hann window
        near = (np.abs(frequencies[:, np.newaxis] - multiples) < width).any(axis=1)
        taper = signal.get_window("hann", n_times).astype(windows.dtype)

        def share(rows):
            centred = rows - rows.mean(axis=-1, keepdims=True)
            power = np.abs(fft.rfft(centred * taper)) ** 2
            total = power.sum(axis=-1)
            return power[..., near].sum(axis=-1) / np.where(total > 0, total, 1)

        return _by_block(windows, share)


def _starts(windows):
    return windows.offsets[:-1]


def _passed(reasons):
    return ~np.logical_or.reduce(list(reasons.values()))


def _by_block(windows, function):
    """Apply `function` to blocks; the result has an entry a window and channel."""
    parts = [function(rows) for rows in windows.blocks()]
    return np.concatenate(parts).reshape(windows.n_windows, windows.n_channels)


def _amplitudes(windows):
    """Return RMS without the mean, smallest and largest value of each window."""
    return (
        _by_block(windows, lambda rows: rows.std(axis=-1, dtype=np.float64)),
        _by_block(windows, lambda rows: rows.min(axis=-1)),
        _by_block(windows, lambda rows: rows.max(axis=-1)),
    )


def _resting(windows, rms, flat):
    """Return the mean RMS of the quietest 20 % of the windows of each recording.

    A flat line is a lost signal and no rest.
    """
    resting = []
    for start, stop in zip(windows.offsets[:-1], windows.offsets[1:], strict=True):
        alive = rms[start:stop][~flat[start:stop]]
        if len(alive) == 0:
            alive = rms[start:stop]
        n_quiet = max(1, len(alive) // 5)
        resting.append(np.sort(alive, axis=0)[:n_quiet].mean(axis=0))
    return np.stack(resting)


def _clipped_share(windows, low, high):
    """Return the share of samples in runs at an extreme value of the recording."""
    lowest = windows.repeat(np.minimum.reduceat(low, _starts(windows)))
    highest = windows.repeat(np.maximum.reduceat(high, _starts(windows)))
    ends = zip(_in_blocks(lowest), _in_blocks(highest), windows.blocks(), strict=True)
    parts = []
    for floor, ceiling, block in ends:
        rows = block.reshape(len(block), windows.n_channels, -1)
        at_end = (rows == floor[..., np.newaxis]) | (rows == ceiling[..., np.newaxis])
        beside = np.zeros_like(at_end)
        beside[..., 1:] = at_end[..., :-1]
        beside[..., :-1] |= at_end[..., 1:]
        parts.append((at_end & beside).mean(axis=-1))
    return np.concatenate(parts)


def _in_blocks(per_window, n_rows=64):
    return (per_window[i : i + n_rows] for i in range(0, len(per_window), n_rows))


def _most_active(windows, activity):
    """Return the number of the most active window of each recording."""
    bags = zip(windows.offsets[:-1], windows.offsets[1:], strict=True)
    return np.array([start + activity[start:stop].argmax() for start, stop in bags])


def _report(windows, reasons, keep):
    starts = _starts(windows)
    kept = windows.select(keep)
    covered, seconds = _seconds(windows), _seconds(kept)
    report = {"recording": np.arange(len(windows))}
    if windows.groups is not None:
        report["patient"] = windows.groups
    report |= {
        "n_windows": windows.counts,
        "n_kept": kept.counts,
        "seconds_kept": seconds,
        "seconds_dropped": covered - seconds,
        "passed": np.logical_or.reduceat(_passed(reasons), starts),
    }
    for name, failed in reasons.items():
        report[f"n_{name}"] = np.add.reduceat(failed, starts, dtype=int)
    return report


def _seconds(windows):
    """Return how many seconds of each recording its windows cover, overlap once.

    Zeros that fill a window are no part of the recording.
    """
    n_cut, sfreq = windows._n_cut, windows.sfreq or 1.0
    if windows.start is None:
        return windows.counts * n_cut / sfreq
    new = np.full(windows.n_windows, n_cut)
    new[:-1] = np.minimum(np.diff(windows.start), n_cut)
    last = windows.offsets[1:] - 1
    new[last] = n_cut  # nothing follows the last window of a bag
    if windows._recordings is not None:
        left = windows._recordings.n_times - windows.start[last]
        new[last] = np.minimum(left, n_cut)
    return np.add.reduceat(new, _starts(windows)) / sfreq
