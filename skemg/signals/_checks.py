"""What both containers ask of offsets, rates, patients, names and keys."""

import numbers

import numpy as np

from skemg.exceptions import SignalError

_PLAIN = str | int | float | bool | None


def as_offsets(offsets, n_rows, noun, piece):
    """Return offsets that cut `n_rows` rows into pieces, none of them empty."""
    offsets = np.asarray(offsets)
    if offsets.ndim != 1 or len(offsets) == 0 or offsets.dtype.kind not in "iu":
        raise SignalError(
            f"offsets must be a 1-D array of integers, got {offsets.dtype} of shape "
            f"{offsets.shape}"
        )
    offsets = np.ascontiguousarray(offsets, np.intp)
    if offsets[0] != 0 or offsets[-1] != n_rows:
        raise SignalError(
            f"offsets must run from 0 to the number of {noun} ({n_rows}), got "
            f"{offsets[0]} to {offsets[-1]}"
        )
    empty = np.flatnonzero(np.diff(offsets) <= 0)
    if len(empty):
        raise SignalError(
            f"recording {empty[0]} {piece}; leave it out or read it again"
        )
    return offsets


def as_rate(sfreq):
    """Return one sampling rate as a float, or None where it is unknown."""
    if sfreq is None:
        return None
    if not isinstance(sfreq, numbers.Real) or isinstance(sfreq, bool):
        raise SignalError(f"sfreq must be a number in Hz, got {sfreq!r}")
    if not (np.isfinite(sfreq) and sfreq > 0):
        raise SignalError(f"sfreq must be positive and finite, in Hz, got {sfreq!r}")
    return float(sfreq)


def as_rates(sfreq, n_recordings):
    """Return a sampling rate for each recording, or None where they are unknown."""
    if sfreq is None:
        return None
    if np.ndim(sfreq) == 0:
        rate = sfreq.item() if isinstance(sfreq, np.ndarray | np.generic) else sfreq
        return np.full(n_recordings, as_rate(rate))
    rates = np.asarray(sfreq)
    if rates.shape != (n_recordings,):
        raise SignalError(
            f"sfreq must be one number or one for each of the {n_recordings} "
            f"recordings, got shape {rates.shape}"
        )
    if rates.dtype.kind not in "iuf":
        raise SignalError(f"sfreq must be numbers in Hz, got {rates.dtype}")
    bad = np.flatnonzero(~(np.isfinite(rates) & (rates > 0)))
    if len(bad):
        raise SignalError(
            f"sfreq of recording {bad[0]} must be positive and finite, in Hz, got "
            f"{rates[bad[0]]}"
        )
    return rates.astype(np.float64)


def as_groups(groups, n_recordings, *, name="groups", noun="patient"):
    """Return the patient of each recording as a plain array, or None."""
    if groups is None:
        return None
    if isinstance(groups, str | dict | set | frozenset):
        raise SignalError(
            f"{name} must be a list or array with the {noun} of each recording, got a "
            f"{type(groups).__name__}"
        )
    given = groups.tolist() if hasattr(groups, "tolist") else list(groups)
    if len(given) != n_recordings:
        raise SignalError(
            f"{name} has {len(given)} entries for {n_recordings} recordings; give the "
            f"{noun} of each recording"
        )
    for index, patient in enumerate(given):
        if not isinstance(patient, str | numbers.Real) or patient != patient:
            raise SignalError(
                f"the {noun} of recording {index} is {patient!r}; give a string or a "
                "number for every recording"
            )
    if len({isinstance(patient, str) for patient in given}) > 1:
        raise SignalError(f"{name} mixes strings and numbers; use one kind for all")
    return np.asarray(given)


def as_metadata(metadata, n_recordings):
    """Return a dictionary of plain values for each recording, or None."""
    if metadata is None:
        return None
    metadata = _as_rows(metadata) if hasattr(metadata, "items") else list(metadata)
    if len(metadata) != n_recordings:
        raise SignalError(
            f"metadata has {len(metadata)} entries for {n_recordings} recordings; give "
            "a dict for each"
        )
    for index, entry in enumerate(metadata):
        if not isinstance(entry, dict):
            raise SignalError(
                f"the metadata of recording {index} is a {type(entry).__name__}; give "
                "a dict"
            )
        for name, value in entry.items():
            if not isinstance(name, str) or not isinstance(value, _PLAIN):
                raise SignalError(
                    f"the metadata of recording {index} has {name!r}: "
                    f"{type(value).__name__}; give strings, numbers, booleans or None "
                    "by name"
                )
    return metadata


def _as_rows(columns):
    """Return a dictionary a row of a dict of columns or a DataFrame."""
    columns = {
        name: column.tolist() if hasattr(column, "tolist") else column
        for name, column in columns.items()
    }
    for name, column in columns.items():
        if not isinstance(column, list | tuple):
            raise SignalError(
                f"metadata has {name}={column!r}; give a dict for each recording, or "
                "a list for each name"
            )
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise SignalError(f"the columns of metadata differ in length: {lengths}")
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def as_start(start, n_windows):
    """Return the first sample of each window as an array, or None."""
    if start is None:
        return None
    start = np.asarray(start)
    if start.shape != (n_windows,) or (start.size and start.dtype.kind not in "iu"):
        raise SignalError(
            f"start must be one integer for each of the {n_windows} windows, got "
            f"{start.dtype} of shape {start.shape}"
        )
    return np.ascontiguousarray(start, np.intp)


def refuse_bad_cut(recordings, windows, n_cut):
    """Raise where windows do not lie in the recordings from which they are cut."""
    if len(windows) != len(recordings):
        raise SignalError(
            f"offsets describe {len(windows)} recordings, {len(recordings)} were given"
        )
    if not 1 <= n_cut <= windows.n_times:
        raise SignalError(
            f"n_cut must be between 1 and n_times={windows.n_times}, got {n_cut}"
        )
    if recordings.sfreq is not None and len(np.unique(recordings.sfreq)) > 1:
        raise SignalError(
            "windows need one sampling frequency, the recordings have "
            f"{span(recordings.sfreq, 'Hz')}; put Resampler(target_sfreq=...) before"
        )
    n_times = windows.repeat(recordings.n_times)
    outside = np.flatnonzero((windows.start < 0) | (windows.start >= n_times))
    if len(outside):
        first = outside[0]
        i = np.searchsorted(windows.offsets, first, "right") - 1
        raise SignalError(
            f"a window of recording {i} starts at sample {windows.start[first]}, the "
            f"recording has {n_times[first]}"
        )


def as_names(names, n_names, noun):
    """Return names as a list of different strings, or None."""
    if names is None:
        return None
    names = [str(name) for name in names]
    if len(names) != n_names:
        raise SignalError(f"{len(names)} {noun} names were given for {n_names} {noun}s")
    if len(set(names)) != len(names):
        raise SignalError(f"the {noun} names are not unique: {names}")
    return names


def as_key(key):
    """Return the key for recordings, which scikit-learn sends as `(key, ...)`."""
    if not isinstance(key, tuple):
        return key
    if len(key) == 1 or (len(key) == 2 and key[1] is Ellipsis):
        return key[0]
    raise IndexError(
        f"one index, of recordings, is expected, got {len(key)}; index the samples of "
        "one recording as recordings[i][start:stop]"
    )


def same(one, other):
    """Whether two arrays, either of them None, are equal."""
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


def span(numbers_, unit):
    """Describe a set of numbers by its range, for a repr."""
    low, high = np.min(numbers_), np.max(numbers_)
    return f"{low:g} {unit}" if low == high else f"{low:g} to {high:g} {unit}"
