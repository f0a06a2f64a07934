"""Signals, windows and keys for hypothesis, with the plain lists that they equal."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from skemg.signals import Recordings, Windows


class Model(NamedTuple):
    """Recordings as somebody without the container would hold them."""

    signals: list
    sfreq: list | None
    groups: list | None
    unit: str | None
    channel_names: list | None

    def recordings(self):
        return Recordings.from_list(
            self.signals,
            sfreq=self.sfreq,
            groups=self.groups,
            unit=self.unit,
            channel_names=self.channel_names,
        )

    def take(self, index):
        return self._replace(
            signals=[self.signals[i] for i in index],
            sfreq=None if self.sfreq is None else [self.sfreq[i] for i in index],
            groups=None if self.groups is None else [self.groups[i] for i in index],
        )


@st.composite
def models(draw, one_rate=False):
    """Draw one to five recordings in which no sample occurs twice."""
    n_channels = draw(st.sampled_from([None, 1, 3]))
    n_times = st.integers(n_channels or 1, 7)  # never fewer samples than channels
    lengths = draw(st.lists(n_times, min_size=1, max_size=5))
    dtype = draw(st.sampled_from([np.int16, np.float32, np.float64]))
    axis = () if n_channels is None else (n_channels,)
    values = np.arange(sum(lengths) * (n_channels or 1), dtype=dtype)
    cuts = np.cumsum(lengths)[:-1]
    signals = np.split(values.reshape(*axis, -1), cuts, axis=-1)
    rates = [1000.0] * len(lengths)
    if not one_rate:
        rates = [1000.0 + 500.0 * i for i in range(len(lengths))]
    patients = ["p1", "patient 2", "p1", "p3", "p3"][: len(lengths)]
    return Model(
        signals,
        draw(st.sampled_from([None, rates])),
        draw(st.sampled_from([None, patients, list(range(len(lengths)))])),
        draw(st.sampled_from([None, "uV"])),
        None if n_channels is None else ["a", "b", "c"][:n_channels],
    )


def keys(n):
    """Draw what scikit-learn or a user puts between brackets, but for a number."""
    indices = st.lists(st.integers(-n, n - 1), max_size=6) if n else st.just([])
    masks = st.lists(st.booleans(), min_size=n, max_size=n)
    plain = st.one_of(
        st.slices(n),
        indices,
        indices.map(lambda index: np.array(index, dtype=int)),
        masks,
        masks.map(lambda mask: np.array(mask, dtype=bool)),
    )
    return st.one_of(plain, plain.map(lambda key: (key, ...)))


def chosen(key, n):
    """Return the numbers that a key means, by the rules of lists."""
    if isinstance(key, tuple):
        key = key[0]
    if isinstance(key, slice):
        return list(range(n))[key]
    if len(key) and isinstance(key[0], bool | np.bool_):
        return [i for i in range(n) if key[i]]
    return [range(n)[i] for i in key]


class Bags(NamedTuple):
    """Windows in both forms of storage, and the plain bags that they must equal."""

    cut: Windows
    stored: Windows
    bags: list
    starts: list

    @property
    def both(self):
        return self.cut, self.stored


@st.composite
def bags(draw):
    """Draw windows of recordings: any starts, overlaps, gaps, cropped or padded."""
    model = draw(models(one_rate=True))
    n_times = draw(st.integers(1, 8))
    n_cut = draw(st.integers(1, n_times))
    starts = [
        draw(st.lists(st.integers(0, s.shape[-1] - 1), min_size=1, max_size=4))
        for s in model.signals
    ]
    pieces = [
        np.stack([_window(signal, start, n_times, n_cut) for start in bag])
        for signal, bag in zip(model.signals, starts, strict=True)
    ]
    recordings = model.recordings()
    offsets = np.cumsum([0, *map(len, starts)])
    start = np.concatenate(starts)
    cut = Windows.from_recordings(recordings, start, offsets, n_times, n_cut=n_cut)
    stored = Windows(
        np.concatenate(pieces),
        offsets,
        sfreq=None if model.sfreq is None else model.sfreq[0],
        groups=model.groups,
        start=start,
        unit=model.unit,
        channel_names=model.channel_names,
    )
    return Bags(cut, stored, pieces, starts)


def one_row(signal):
    """Return a signal of one channel without an axis for it, others as they are."""
    return signal[0] if signal.ndim == 2 and len(signal) == 1 else signal


def _window(signal, start, n_times, n_cut):
    signal = one_row(signal)
    window = np.zeros((*signal.shape[:-1], n_times), signal.dtype)
    piece = signal[..., start : start + n_cut]
    window[..., : piece.shape[-1]] = piece
    return window
