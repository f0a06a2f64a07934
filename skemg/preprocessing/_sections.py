"""Filters in second-order sections, over recordings of several sampling rates."""

import numpy as np
from scipy import signal

from skemg.utils._length import refuse_short
from skemg.utils._rate import require_rate
from skemg.utils._recordings import map_recordings

_PIECE = 1 << 16  # samples filtered at once: they stay in the cache


def distinct_rates(step, recordings):
    """Return pairs of a sampling rate and the first recording that has it."""
    sfreq = require_rate(step, recordings.sfreq)
    rates, first = np.unique(sfreq, return_index=True)
    return list(zip(rates.tolist(), first.tolist(), strict=True))


def filter_recordings(sections, recordings, *, given, zero_phase):
    """Filter each recording along time with the sections of its rate.

    Parameters
    ----------
    sections : dict
        Second-order sections of shape (n_sections, 6) for each rate.
    recordings : Recordings
        From `check_recordings`.
    given : object
        What the user gave.
    zero_phase : bool
        Filter forward and backward.

    Returns
    -------
    recordings : Recordings
        The filtered recordings, computed in float64 and stored in the type they had.
    """
    run = _forward_backward if zero_phase else signal.sosfilt
    return map_recordings(
        lambda x, sfreq: run(sections[sfreq], x), recordings, given=given
    )


def refuse_shorter_than_padding(sections, recordings, needed_by):
    """Raise where a recording is too short to be filtered forward and backward."""
    padding = {rate: _padding(sos) for rate, sos in sections.items()}
    minimum = [padding[rate] + 1 for rate in recordings.sfreq.tolist()]
    refuse_short(recordings, np.array(minimum), needed_by)


def _forward_backward(sos, x):
    """Return what scipy's sosfiltfilt does, with one copy of the recording."""
    n_pad = _padding(sos)
    padded = np.empty((*x.shape[:-1], x.shape[-1] + 2 * n_pad))
    inner = padded[..., n_pad:-n_pad]
    inner[...] = x
    padded[..., :n_pad] = 2 * inner[..., :1] - inner[..., n_pad:0:-1]
    padded[..., -n_pad:] = 2 * inner[..., -1:] - inner[..., -2 : -n_pad - 2 : -1]
    steady = signal.sosfilt_zi(sos).reshape(len(sos), *[1] * (x.ndim - 1), 2)
    for way in (padded, padded[..., ::-1]):
        state = steady * way[..., :1]
        for start in range(0, way.shape[-1], _PIECE):
            piece = way[..., start : start + _PIECE]
            piece[...], state = signal.sosfilt(sos, piece, zi=state)
    return inner


def _padding(sos):
    """Return the samples by which scipy's sosfiltfilt extends each end."""
    at_zero = min((sos[:, 2] == 0).sum(), (sos[:, 5] == 0).sum())
    return 3 * (2 * len(sos) + 1 - int(at_zero))
