"""Bags of rows, one bag a recording: windows, features of windows, votes of windows."""

import numpy as np

from skemg.exceptions import SignalError

from ._bags import BagsMixin
from ._checks import (
    as_groups,
    as_key,
    as_names,
    as_offsets,
    as_rate,
    as_start,
    refuse_bad_cut,
    same,
)
from ._gather import gather
from ._present import ReprMixin, describe_windows, stack_windows
from ._values import as_type, as_values

BLOCK = 64  # rows that stay in the L2 cache at the usual window lengths


class Windows(BagsMixin, ReprMixin):
    """The windows of each recording: one bag of rows a recording.

    `len`, `shape` and indexing count recordings, as scikit-learn's tools expect; the
    rows of all bags stand in `values`.

    Windows of a signal that `Windower` cut are stored as the recordings, the start of
    each window and its length: overlapping windows cost no memory until `blocks` or
    `values` gathers them. Both forms behave alike.

    Parameters
    ----------
    values : ndarray of shape (n_windows, ...)
        `(n_windows,)` for labels, `(n_windows, n_times)` for windows of one channel,
        `(n_windows, n_channels, n_times)` for several, `(n_windows, n_features)` with
        `feature_names`, `(n_windows, n_channels, n_frequencies, n_frames)` for images.
    offsets : ndarray of int of shape (n_recordings + 1,)
        The windows of recording `i` are `values[offsets[i]:offsets[i + 1]]`.
    sfreq : float or None
        Sampling frequency of the windows in Hz; None where it is unknown.
    groups : array-like of shape (n_recordings,), default=None
        The patient of each recording.
    start : ndarray of int of shape (n_windows,), default=None
        First sample of each window, counted from the start of its recording.
    feature_names : list of str of length n_features, default=None
        Names of the columns, where rows are features and no signal.
    unit : {"uV", None}, default=None
        Microvolts where the rows are a calibrated signal.
    channel_names : list of str of length n_channels, default=None
        Names of the channels.

    Attributes
    ----------
    counts : ndarray of int of shape (n_recordings,)
        Windows of each recording.
    n_windows : int
        Number of windows of all recordings.
    n_times : int or None
        Samples of a window (the last axis); None for labels, features and images.
    n_channels : int
        Number of channels; 1 where there is no axis for them.
    shape : tuple
        `(n_recordings,)`.

    Raises
    ------
    SignalError
        If a recording has no window, or offsets, patients or names do not fit.

    See Also
    --------
    skemg.windowing.Windower : Cuts recordings into windows.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.signals import Windows
    >>> windows = Windows(np.arange(6.0).reshape(3, 2), [0, 1, 3], sfreq=1000)
    >>> windows
    <Windows: 3 windows of 2 recordings, 1 to 2 each, values (3, 2) at 1000 Hz>
    >>> windows[1]
    array([[2., 3.],
           [4., 5.]])
    >>> windows.repeat(["normal", "myopathic"])
    array(['normal', 'myopathic', 'myopathic'], dtype='<U9')
    """

    __hash__ = None

    def __init__(
        self,
        values,
        offsets,
        *,
        sfreq,
        groups=None,
        start=None,
        feature_names=None,
        unit=None,
        channel_names=None,
    ):
        values = as_values(values, "values")
        if not 1 <= values.ndim <= 4:
            raise SignalError(f"values of windows have 1 to 4 axes, got {values.shape}")
        if feature_names is not None and values.ndim != 2:
            raise SignalError(
                "feature_names are for a table (n_windows, n_features), got "
                f"{values.shape}"
            )
        if unit not in (None, "uV"):
            raise SignalError(f'unit of windows must be "uV" or None, got {unit!r}')
        self._values, self._recordings = values, None
        self.offsets = as_offsets(offsets, len(values), "windows", "has no window")
        self.sfreq = as_rate(sfreq)
        self.groups = as_groups(groups, len(self))
        self.start = as_start(start, len(values))
        self.unit = unit
        self.channel_names = as_names(channel_names, self.n_channels, "channel")
        self.feature_names = None
        if feature_names is not None:
            self.feature_names = as_names(feature_names, values.shape[1], "feature")
        is_signal = values.ndim in (2, 3) and feature_names is None
        self.n_times = self._n_cut = values.shape[-1] if is_signal else None

    @classmethod
    def from_recordings(cls, recordings, start, offsets, n_times, *, n_cut=None):
        """Describe windows of recordings without copying a sample.

        Parameters
        ----------
        recordings : Recordings
            The signals, all of one sampling frequency.
        start : ndarray of int of shape (n_windows,)
            First sample of each window, counted from the start of its recording.
        offsets : ndarray of int of shape (n_recordings + 1,)
            The windows of recording `i` are `offsets[i]` to `offsets[i + 1]`.
        n_times : int
            Samples of each window.
        n_cut : int, default=None
            Samples taken from the recording, at most `n_times`; the rest of a window,
            and what lies behind the end of a recording, is zero. None takes `n_times`.

        Returns
        -------
        windows : Windows
            Windows that share the values of `recordings`.

        Raises
        ------
        SignalError
            If a recording has no window, a window starts outside its recording, or the
            recordings have several rates.
        """
        windows = cls.__new__(cls)
        windows._values, windows._recordings = None, recordings
        windows.n_times = int(n_times)
        windows._n_cut = windows.n_times if n_cut is None else int(n_cut)
        windows.start = as_start(start, len(start))
        windows.offsets = as_offsets(offsets, len(start), "windows", "has no window")
        rates = recordings.sfreq
        windows.sfreq = None if rates is None or len(rates) == 0 else as_rate(rates[0])
        windows.groups = recordings.groups
        windows.unit = recordings.unit
        windows.channel_names = recordings.channel_names
        windows.feature_names = None
        refuse_bad_cut(recordings, windows, windows._n_cut)
        return windows

    @property
    def values(self):
        return self.rows(0, self.n_windows) if self._values is None else self._values

    @property
    def dtype(self):
        return (self._recordings if self._values is None else self._values).dtype

    @property
    def n_channels(self):
        if self._values is None:
            return self._recordings.n_channels
        return self._values.shape[1] if self._values.ndim > 2 else 1

    def rows(self, start, stop):
        """Return the rows `start` to `stop` of all windows as one array.

        Parameters
        ----------
        start, stop : int
            Window numbers, counted over all recordings; they mean what they mean in a
            slice.

        Returns
        -------
        rows : ndarray of shape (stop - start, ...)
            A view where the values are stored, a copy where they are gathered.
        """
        if self._values is not None:
            return self._values[start:stop]
        rows = np.arange(*slice(start, stop).indices(self.n_windows))
        recording = np.searchsorted(self.offsets, rows, "right") - 1
        return gather(
            self._recordings, recording, self.start[rows], self.n_times, self._n_cut
        )

    def blocks(self, n_rows=BLOCK):
        """Yield the rows of all windows in blocks that stay in the cache.

        Parameters
        ----------
        n_rows : int, default=64
            Rows of a block; the last one may have fewer.

        Yields
        ------
        block : ndarray of shape (n_rows, ...)
            The next rows.
        """
        for start in range(0, self.n_windows, n_rows):
            yield self.rows(start, min(start + n_rows, self.n_windows))

    def with_values(self, values, *, feature_names=None, unit=None):
        """Return bags of the same sizes with other rows.

        Parameters
        ----------
        values : ndarray of shape (n_windows, ...)
            The new rows.
        feature_names : list of str, default=None
            Names of the columns, where the rows are features.
        unit : {"uV", None}, default=None
            Unit of the rows, where they are a calibrated signal.

        Returns
        -------
        windows : Windows
            A new container; rate, patients and starts stay.
        """
        same_channels = (
            feature_names is None
            and np.ndim(values) > 2
            and np.shape(values)[1] == self.n_channels
        )
        return Windows(
            values,
            self.offsets,
            sfreq=self.sfreq,
            groups=self.groups,
            start=self.start,
            feature_names=feature_names,
            unit=unit,
            channel_names=self.channel_names if same_channels else None,
        )

    def with_groups(self, groups):
        """Return the same windows with other patients; nothing is copied.

        Parameters
        ----------
        groups : array-like of shape (n_recordings,) or None
            The patient of each recording.

        Returns
        -------
        windows : Windows
            A container that shares the values.
        """
        if self._values is not None:
            return self._stored(self._values, self.offsets, self.start, groups)
        recordings = self._recordings.with_groups(groups)
        return self._cut(recordings, self.start, self.offsets)

    def astype(self, dtype):
        """Return the windows with values of another type.

        Parameters
        ----------
        dtype : dtype
            The type.

        Returns
        -------
        windows : Windows
            The windows themselves where they have that type already.
        """
        if self.dtype == dtype:
            return self
        if self._values is not None:
            values = self._values.astype(dtype)
            return self._stored(values, self.offsets, self.start, self.groups)
        recordings = self._recordings
        recordings = recordings.with_values(as_type(recordings.values, dtype))
        return self._cut(recordings, self.start, self.offsets)

    def select(self, keep):
        """Keep some of the windows of each recording.

        Parameters
        ----------
        keep : ndarray of bool of shape (n_windows,)
            Windows to keep, at least one of each recording.

        Returns
        -------
        windows : Windows
            The kept windows.
        """
        keep = np.asarray(keep)
        if keep.dtype != bool or keep.shape != (self.n_windows,):
            raise SignalError(
                f"keep must be {self.n_windows} booleans, got {keep.dtype} of shape "
                f"{keep.shape}"
            )
        offsets = np.concatenate([[0], np.cumsum(keep)])[self.offsets]
        start = None if self.start is None else self.start[keep]
        if self._values is not None:
            return self._stored(self._values[keep], offsets, start, self.groups)
        return self._cut(self._recordings, start, offsets)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key):
        key = as_key(key)
        if isinstance(key, int | np.integer):
            i = range(len(self))[key]
            return self.rows(self.offsets[i], self.offsets[i + 1])
        index = np.arange(len(self))[key]
        counts = self.counts[index]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        rows = np.arange(offsets[-1]) + np.repeat(
            self.offsets[index] - offsets[:-1], counts
        )
        start = None if self.start is None else self.start[rows]
        groups = None if self.groups is None else self.groups[index]
        if self._values is not None:
            return self._stored(self._values[rows], offsets, start, groups)
        return self._cut(self._recordings[index], start, offsets)

    def __eq__(self, other):
        if not isinstance(other, Windows):
            return NotImplemented
        return (
            self.sfreq == other.sfreq
            and self.unit == other.unit
            and self.feature_names == other.feature_names
            and self.channel_names == other.channel_names
            and np.array_equal(self.offsets, other.offsets)
            and same(self.groups, other.groups)
            and same(self.start, other.start)
            and np.array_equal(self.values, other.values)
        )

    def __array__(self, dtype=None, copy=None):
        return np.array(stack_windows(self), dtype=dtype, copy=copy)

    def _describe(self):
        return describe_windows(self)

    def _stored(self, values, offsets, start, groups):
        return Windows(
            values,
            offsets,
            sfreq=self.sfreq,
            groups=groups,
            start=start,
            feature_names=self.feature_names,
            unit=self.unit,
            channel_names=self.channel_names,
        )

    def _cut(self, recordings, start, offsets):
        windows = Windows.from_recordings(
            recordings, start, offsets, self.n_times, n_cut=self._n_cut
        )
        windows.sfreq = self.sfreq  # recordings that are none have no rate
        return windows
