"""Which channels of a file are read, and how they become one recording."""

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals import Recordings

from ._stated import MICROVOLTS, UNCALIBRATED, resolve_unit


def check_dtype(dtype):
    """Return `dtype` as a numpy dtype if it is float32 or float64."""
    try:
        known = np.dtype(dtype)
    except TypeError:
        known = None
    if known not in (np.float32, np.float64):
        raise ValueError(f"dtype must be numpy.float32 or numpy.float64, got {dtype!r}")
    return known


def distinct_names(names):
    """Return channel names that differ: the second "EMG" becomes "EMG (2)"."""
    counts, distinct = {}, []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        distinct.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return distinct


def choose_channels(path, names, channels):
    """Return the positions of the channels that the caller asks for.

    Parameters
    ----------
    path : path-like
        The file, for the message.
    names : list of str
        The channels of the file, all different.
    channels : list of str or int, str, int, or None
        Names or positions, in the order wanted; None takes all.

    Returns
    -------
    index : list of int
        Positions in `names`.

    Raises
    ------
    SignalError
        If the file has no such channel, or one is asked for twice.
    """
    if channels is None:
        return list(range(len(names)))
    wanted = [channels] if isinstance(channels, str | int) else list(channels)
    index = [_position(path, names, channel) for channel in wanted]
    if not index or len(set(index)) < len(index):
        raise SignalError(
            f"channels must name at least one channel and none twice, got {channels!r}"
        )
    return index


def _position(path, names, channel):
    if isinstance(channel, str) and channel in names:
        return names.index(channel)
    integer = isinstance(channel, int | np.integer) and not isinstance(channel, bool)
    if integer and 0 <= channel < len(names):
        return int(channel)
    raise SignalError(
        f"{path} has no channel {channel!r}; it has {names}, numbered from 0"
    )


def as_recording(path, signals, names, units, *, sfreq, unit, dtype, **how):
    """Return channels as one recording in microvolts, or uncalibrated if asked for.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    signals : sequence of ndarray of shape (n_times,)
        The chosen channels, in the units of the file.
    names : list of str
        Their names, all different.
    units : list of str or None
        Their units in the spelling of the file; None where it states none.
    sfreq : float
        The resolved rate in Hz.
    unit : {"uV", "mV", "V", "uncalibrated"} or None
        The caller's `unit`.
    dtype : numpy.dtype
        Of the values.
    **how
        `metadata`, a dict, and `on_mismatch` as of :func:`resolve_unit`.

    Returns
    -------
    recording : Recordings of length 1
        With one channel of shape `(n_times,)`, or `(n_channels, n_times)`.
    """
    metadata = how.pop("metadata", None)
    places = [f"{path}, channel {name!r}," for name in names]
    resolved = [
        resolve_unit(place, stated, unit, **how)
        for place, stated in zip(places, units, strict=True)
    ]
    values = np.empty((len(signals), len(signals[0])), dtype)
    for row, signal, known in zip(values, signals, resolved, strict=True):
        # float64 is scaled before it is rounded to float32
        factor = 1.0 if known is None else MICROVOLTS[known]
        np.multiply(signal, factor, out=row, casting="same_kind")
    return Recordings(
        values[0] if len(values) == 1 else values,
        [0, values.shape[-1]],
        sfreq=sfreq,
        unit=None if unit == UNCALIBRATED else "uV",
        channel_names=names,
        metadata=None if metadata is None else [metadata],
    )
