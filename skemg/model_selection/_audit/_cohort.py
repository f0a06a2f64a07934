"""What an audit looks at: rows of a split, the recordings behind them, the patients."""

from typing import NamedTuple

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.signals._checks import as_groups, as_rates, as_start
from skemg.utils._finite import refuse_not_finite
from skemg.utils._groups import resolve_groups
from skemg.utils._labels import check_labels
from skemg.utils._recordings import is_list_of_signals
from skemg.utils._sklearn import num_samples


class Cohort(NamedTuple):
    """The rows that a splitter numbers, and the recordings that they come from.

    `recording` holds the number of the recording of each row and `names` what the user
    calls it. `signals` has an array of shape (n_channels, n_times) a recording, or is
    None with the reason in `no_signal`. Rates are of recordings, NaN where unknown.
    """

    y: np.ndarray
    groups: np.ndarray
    recording: np.ndarray
    names: list
    start: np.ndarray | None
    n_times: np.ndarray | None
    sfreq: np.ndarray
    signals: list | None
    no_signal: str | None

    @property
    def first(self):
        """Number of the first row of each recording."""
        return np.unique(self.recording, return_index=True)[1]

    @property
    def n_recordings(self):
        return len(self.names)

    @property
    def patients(self):
        """The patient of each recording."""
        return self.groups[self.first]


def read_cohort(X, y, *, groups, recording, start, length, sfreq):
    """Return the rows of X with what is known of them."""
    n_rows = num_samples(X)
    if n_rows == 0:
        raise SignalError("X holds no recording; there is nothing to audit")
    y = check_labels(y, n_rows)
    groups = resolve_groups(groups, X, n_rows)
    if groups is None:
        raise ValueError(
            "audit_split does not know the patients: pass Recordings(groups=...) or "
            "groups=; it never takes a recording for a patient"
        )
    rows, no_signal = _signals(X, length, sfreq)
    rates = _rates(X, rows, sfreq, n_rows)
    n_times = _row_lengths(rows, length, rates, start)
    if start is not None and recording is None:
        raise ValueError(
            "start says where rows begin in their recordings; pass recording= too, "
            "such as the recording of make_windows"
        )
    start = as_start(start, n_rows)
    codes, names = _recordings(recording, groups, n_rows)
    first = np.unique(codes, return_index=True)[1]
    return Cohort(
        y=y,
        groups=groups,
        recording=codes,
        names=names,
        start=start,
        n_times=n_times,
        sfreq=rates[first],
        signals=None if rows is None else _assemble(rows, codes, start),
        no_signal=no_signal,
    )


def _signals(X, length, sfreq):
    """Return the signal of each row as Recordings, or None and why there is none."""
    if isinstance(X, Windows):
        X = X._recordings
        if X is None:
            return None, "the windows hold features and no signal; pass the recordings"
    elif length is not None:
        return None, "length= says that the rows are features; pass the signal"
    elif is_list_of_signals(X):
        X = Recordings.from_list(X, sfreq=sfreq)
    elif not isinstance(X, Recordings):
        X = Recordings.from_array(np.asarray(X), sfreq=sfreq)
    refuse_not_finite(X)
    return X, None


def _rates(X, rows, sfreq, n_rows):
    given = as_rates(sfreq, n_rows)
    carried = X.sfreq if isinstance(X, Recordings | Windows) else None
    if carried is not None:
        carried = np.broadcast_to(carried, n_rows)
        if given is not None and (given != carried).any():
            raise SignalError(
                f"sfreq={sfreq!r} but the data have {np.unique(carried)} Hz; leave "
                "sfreq out, the data carry their rate"
            )
        return carried
    return np.full(n_rows, np.nan) if given is None else given


def _row_lengths(rows, length, rates, start):
    if rows is not None:
        return rows.n_times
    if length is None or start is None:
        return None
    if np.isnan(rates).any():
        raise SignalError(
            "the sampling rate is unknown: pass sfreq=, in Hz, so that start and "
            f"length={length!r} s can be compared"
        )
    return np.round(length * rates).astype(int)


def _recordings(recording, groups, n_rows):
    """Return the number of the recording of each row, and the names by number."""
    if recording is None:
        return np.arange(n_rows), list(range(n_rows))
    recording = as_groups(recording, n_rows, name="recording", noun="recording")
    names, first, codes = np.unique(recording, return_index=True, return_inverse=True)
    # in the order in which they come, as the rows of whole recordings are
    order = np.argsort(first)
    codes = np.argsort(order)[codes]
    names, first = names[order].tolist(), first[order]
    other = np.flatnonzero(groups != groups[first][codes])
    if len(other):
        i = other[0]
        raise SignalError(
            f"recording {names[codes[i]]!r} has two patients, "
            f"{groups[first][codes[i]]} and {groups[i]}; give recordings of different "
            "patients different names"
        )
    return codes, names


def _assemble(rows, codes, start):
    """Return the signal of each recording, its rows put together again.

    Where rows overlap, a sample is taken once; where they leave a gap, they are joined.
    """
    if start is None:
        start = np.zeros(len(codes), int)
        after = None
    else:
        after = start + rows.n_times
    order = np.lexsort([start, codes])
    signals = []
    for members in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        pieces, end = [], -1
        for i in members:
            piece = rows[int(i)].reshape(rows.n_channels, -1)
            if after is not None:
                piece = piece[:, max(end - start[i], 0) :]
                end = max(end, after[i])
            pieces.append(piece)
        signals.append(pieces[0] if len(pieces) == 1 else np.hstack(pieces))
    return signals
