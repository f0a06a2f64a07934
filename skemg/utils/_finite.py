"""NaN and infinity are refused at the door, with the place where they are."""

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals._mapped import pieces, release

_CHUNK = 1 << 16


def refuse_not_finite(recordings):
    """Raise where a recording holds NaN or infinity, naming recording and sample."""
    position = _first_not_finite(recordings.values)
    if position is None:
        return
    channel, sample = position
    i = int(np.searchsorted(recordings.offsets, sample, "right")) - 1
    value = recordings.values[(*channel, sample)]
    where = f"channel {channel[0]}, " if channel else ""
    raise SignalError(
        f"Input X contains NaN or infinity: recording {i}, {where}sample "
        f"{sample - recordings.offsets[i]} is {value}; cut the recording there or "
        "leave it out"
    )


def refuse_rows_not_finite(windows):
    """Raise where stored windows hold NaN or infinity, naming window and recording."""
    position = _first_not_finite(windows.values)
    if position is not None:
        (window, *channel), sample = position
        where = f"channel {channel[0]}, " if channel else ""
        i = np.searchsorted(windows.offsets, window, "right") - 1
        raise SignalError(
            f"Input X contains NaN or infinity: window {window}, {where}sample "
            f"{sample}, of recording {i}; leave the window out"
        )


def _first_not_finite(values):
    with np.errstate(over="ignore", invalid="ignore"):
        # No array of flags in the usual case; a sum that overflows is looked into.
        if all(np.isfinite(total) for total in _sums(values.reshape(-1))):
            return None
    for index in np.ndindex(values.shape[:-1]):
        row = values[index]
        for start in range(0, len(row), _CHUNK):
            bad = np.flatnonzero(~np.isfinite(row[start : start + _CHUNK]))
            if len(bad):
                return index, start + int(bad[0])
    return None


def _sums(values):
    for piece in pieces(values):
        yield values[piece].sum()
        release(values[piece])
