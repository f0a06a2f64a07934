"""Copy windows out of a flat signal."""

import numpy as np

from ._mapped import release


def gather(recordings, recording, start, n_times, n_cut):
    """Copy windows out of recordings, with zeros where a recording ends early.

    Parameters
    ----------
    recordings : Recordings
        The signals.
    recording : ndarray of int of shape (n_windows,)
        Number of the recording of each window.
    start : ndarray of int of shape (n_windows,)
        First sample of each window, counted from the start of its recording.
    n_times, n_cut : int
        Length of a window, and how many of its samples come from the signal.

    Returns
    -------
    windows : ndarray of shape (n_windows, n_times) or (n_windows, n_channels, n_times)
        The windows.
    """
    first = recordings.offsets[recording] + start
    available = recordings.offsets[recording + 1] - first
    signal = recordings.values
    windows = _gather(signal, first, available, n_times, n_cut)
    if len(first):
        release(signal[..., first.min() : first.max() + n_cut])
    return windows


def _gather(signal, first, available, n_times, n_cut):
    if n_cut == n_times and len(first) and available.min() >= n_times:
        return _frames(signal, n_times)[first]
    windows = np.zeros((len(first), *signal.shape[:-1], n_times), signal.dtype)
    whole = available >= n_cut
    if whole.any():
        windows[whole, ..., :n_cut] = _frames(signal, n_cut)[first[whole]]
    for i in np.flatnonzero(~whole):  # one row for each recording that is too short
        rest = slice(first[i], first[i] + available[i])
        windows[i, ..., : available[i]] = signal[..., rest]
    return windows


def _frames(signal, n_times):
    """Return the view in which row `i` is the frame that starts at sample `i`."""
    n_frames = signal.shape[-1] - n_times + 1
    step = signal.strides[-1]
    return np.lib.stride_tricks.as_strided(
        signal,
        (n_frames, *signal.shape[:-1], n_times),
        (step, *signal.strides[:-1], step),
        writeable=False,
    )
