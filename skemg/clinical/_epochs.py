"""The interference pattern of one recording, epoch by epoch."""

import numpy as np

MEASURES = (
    "turns",
    "turn_amplitude",
    "turns_by_amplitude",
    "small_segments",
    "activity",
    "envelope",
)
_SMALL = 20.0  # thresholds: 2 mV at the usual 100 µV
_SMALL_SECONDS = 0.003
_SHARP_SECONDS = 0.005
_ENVELOPE = (1.0, 99.0)  # percentiles


def samples_of_epoch(seconds, sfreq):
    """Return the samples of an epoch at each rate, one at least."""
    return np.maximum(1, np.round(np.multiply(seconds, sfreq))).astype(int)


def measure_epochs(signal, sfreq, level, seconds):
    """Measure the epochs of a recording.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        The recording.
    sfreq : float
        Sampling frequency in Hz.
    level : float
        Threshold of the turns, in the unit of the signal.
    seconds : float
        Length of an epoch. What is left over at the end is in no epoch.

    Returns
    -------
    table : ndarray of shape (n_epochs, 6)
        The columns of `MEASURES`. Amplitude and ratio are NaN where an epoch has no
        two turns.
    """
    from skemg._kernels.turns import find_turns

    n_times = samples_of_epoch(seconds, sfreq)
    seconds = n_times / sfreq
    n_epochs = len(signal) // n_times
    turns = find_turns(signal, level)
    segments = np.abs(np.diff(signal[turns].astype(np.float64)))
    lasts = np.diff(turns) / sfreq
    per_epoch = _Sums(turns[1:] // n_times, n_epochs)
    n_segments = per_epoch(np.ones_like(segments))
    small = (segments < _SMALL * level) & (lasts <= _SMALL_SECONDS)
    table = np.empty((n_epochs, len(MEASURES)))
    table[:, 0] = _Sums(turns // n_times, n_epochs)(np.ones(len(turns))) / seconds
    with np.errstate(invalid="ignore"):
        table[:, 1] = per_epoch(segments) / np.where(n_segments, n_segments, np.nan)
    with np.errstate(over="ignore"):
        ratio = table[:, 0] / table[:, 1]
    table[:, 2] = np.where(np.isinf(ratio), np.nan, ratio)
    table[:, 3] = per_epoch(small) / seconds
    sharp = np.where(lasts <= _SHARP_SECONDS, lasts, 0.0)
    table[:, 4] = np.minimum(per_epoch(sharp) / seconds, 1.0)
    pieces = signal[: n_epochs * n_times].reshape(n_epochs, n_times)
    low, high = np.percentile(pieces, _ENVELOPE, axis=1)
    table[:, 5] = high - low
    return table


class _Sums:
    """Sum what lies in each epoch; what is behind the last one is left out."""

    def __init__(self, epochs, n_epochs):
        self._epochs, self._n_epochs = epochs, n_epochs

    def __call__(self, values):
        return np.bincount(self._epochs, values, self._n_epochs)[: self._n_epochs]
