"""Filters in second-order sections, over recordings of several sampling rates."""

import numpy as np
from scipy import signal

from skemg.signals._mapped import allocate, fill, release
from skemg.utils._length import refuse_short
from skemg.utils._rate import require_rate
from skemg.utils._recordings import fill_recordings

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
    run = _forward_backward if zero_phase else _forward
    return fill_recordings(
        lambda x, sfreq, out: run(sections[sfreq], x, out), recordings, given=given
    )


def refuse_shorter_than_padding(sections, recordings, needed_by):
    """Raise where a recording is too short to be filtered forward and backward."""
    padding = {rate: _padding(sos) for rate, sos in sections.items()}
    minimum = [padding[rate] + 1 for rate in recordings.sfreq.tolist()]
    refuse_short(recordings, np.array(minimum), needed_by)


def _forward(sos, x, out):
    """Write what scipy's sosfilt gives, which starts at rest."""
    _run(sos, x, out, np.zeros((len(sos), *x.shape[:-1], 2)))


def _forward_backward(sos, x, out):
    """Write what scipy's sosfiltfilt gives, with one copy of the recording."""
    n_pad = _padding(sos)
    shape = (*x.shape[:-1], x.shape[-1] + 2 * n_pad)
    padded = allocate(shape, np.float64, like=x)
    inner = padded[..., n_pad:-n_pad]
    fill(inner, np.asarray, x)
    padded[..., :n_pad] = 2 * inner[..., :1] - inner[..., n_pad:0:-1]
    padded[..., -n_pad:] = 2 * inner[..., -1:] - inner[..., -2 : -n_pad - 2 : -1]
    steady = signal.sosfilt_zi(sos).reshape(len(sos), *[1] * (x.ndim - 1), 2)
    for way in (padded, padded[..., ::-1]):
        _run(sos, way, way, steady * way[..., :1])
    fill(out, np.asarray, inner)


def _run(sos, x, out, state):
    """Filter piece by piece, from a state on."""
    for start in range(0, x.shape[-1], _PIECE):
        piece = slice(start, start + _PIECE)
        out[..., piece], state = signal.sosfilt(sos, x[..., piece], zi=state)
        release(x[..., piece], out[..., piece])


def _padding(sos):
    """Return the samples by which scipy's sosfiltfilt extends each end."""
    at_zero = min((sos[:, 2] == 0).sum(), (sos[:, 5] == 0).sum())
    return 3 * (2 * len(sos) + 1 - int(at_zero))
