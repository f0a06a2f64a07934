"""Signals of their own lengths, with their sampling rate and patient."""

import numpy as np

from skemg.exceptions import SignalError

from ._checks import (
    as_groups,
    as_key,
    as_metadata,
    as_names,
    as_offsets,
    as_rates,
    same,
)
from ._join import in_a_row, joined, joined_metadata
from ._present import ReprMixin, describe_recordings, stack_recordings
from ._values import (
    as_signal,
    as_values,
    in_microvolts,
    refuse_masked,
    refuse_no_numbers,
    refuse_swapped,
)


class Recordings(ReprMixin):
    """Signals of their own lengths that know their sampling rate and their patient.

    A recording is one sample for scikit-learn: `len`, `shape` and indexing count
    recordings, so the container goes through splitters, searches and pipelines as an
    array does, and the patients travel along.

    Parameters
    ----------
    values : ndarray of shape (n_times_total,) or (n_channels, n_times_total)
        All signals one after the other, time last. Not copied where it is contiguous; a
        memory map stays on disk, see :ref:`large_recordings`. A single channel is
        kept as `(n_times_total,)`, however it comes.
    offsets : ndarray of int of shape (n_recordings + 1,)
        Recording `i` is `values[..., offsets[i]:offsets[i + 1]]`.
    sfreq : float, array-like of shape (n_recordings,) or None
        Sampling frequency in Hz, of all or of each. None says that it is unknown; a
        step that works in Hz or seconds then asks for it.
    groups : array-like of shape (n_recordings,), default=None
        The patient of each recording: strings or numbers.
    unit : {"uV", "mV", "V"} or None, default=None
        Unit of `values`, which are stored in microvolts. None means uncalibrated:
        steps with a threshold in microvolts then refuse.
    channel_names : list of str of length n_channels, default=None
        Names of the channels.
    metadata : list of dict of length n_recordings, or dict of columns, default=None
        What else is known of each recording, such as the muscle: numbers, strings and
        booleans by name. It travels with the recordings, as a list. A DataFrame is a
        dict of columns.

    Attributes
    ----------
    unit : "uV" or None
        Microvolts, or None where the values are uncalibrated.
    n_times : ndarray of int of shape (n_recordings,)
        Samples of each recording.
    n_channels : int
        Number of channels.
    seconds : ndarray of shape (n_recordings,) or None
        Duration of each recording in seconds; None where the rate is unknown.
    dtype : dtype
        Type of the values.
    shape : tuple
        `(n_recordings,)`.

    Raises
    ------
    SignalError
        If a recording is empty or has more than 16 channels and fewer samples, the
        values are not real numbers, or rate, patients, unit or names do not fit.

    See Also
    --------
    Windows : Bags of windows, which `Windower` cuts from recordings.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.signals import Recordings
    >>> biceps, deltoid = np.zeros(2000), np.ones(3000)
    >>> emg = Recordings.from_list([biceps, deltoid], sfreq=1000, groups=["p1", "p2"])
    >>> emg
    <Recordings: 2 recordings of 2 patients, 2 to 3 s at 1000 Hz, uncalibrated>
    >>> emg.seconds
    array([2., 3.])
    >>> emg[[1]].groups
    array(['p2'], dtype='<U2')
    """

    __hash__ = None

    def __init__(
        self,
        values,
        offsets,
        *,
        sfreq,
        groups=None,
        unit=None,
        channel_names=None,
        metadata=None,
    ):
        values = as_values(values, "values")
        if values.ndim not in (1, 2) or (values.ndim == 2 and len(values) == 0):
            raise SignalError(
                "values must have shape (n_times_total,) or (n_channels, "
                f"n_times_total), got {values.shape}"
            )
        refuse_no_numbers(values, "values")
        if values.ndim == 2 and len(values) == 1:
            values = values[0]  # one channel is a row of samples, however it comes
        self.offsets = as_offsets(offsets, values.shape[-1], "samples", "is empty")
        self.sfreq = as_rates(sfreq, len(self))
        self.groups = as_groups(groups, len(self))
        self.metadata = as_metadata(metadata, len(self))
        self.channel_names = as_names(
            channel_names, 1 if values.ndim == 1 else len(values), "channel"
        )
        self.values, self.unit = in_microvolts(values, unit)

    @classmethod
    def from_list(
        cls,
        signals,
        *,
        sfreq,
        groups=None,
        unit=None,
        channel_names=None,
        metadata=None,
    ):
        """Make recordings of a list of arrays, each with its own length.

        Parameters
        ----------
        signals : iterable of array-like of shape (n_times,) or (n_channels, n_times)
            The signals; all have the same channels.
        sfreq, groups, unit, channel_names, metadata
            As for :class:`Recordings`.

        Returns
        -------
        recordings : Recordings
            The signals in one array; the given ones are copied.
        """
        arrays = [as_signal(signal, i) for i, signal in enumerate(signals)]
        if not arrays:
            raise SignalError("there is no recording: the list of signals is empty")
        first = arrays[0].shape[:-1]
        for i, array in enumerate(arrays):
            if array.shape[:-1] != first:
                raise SignalError(
                    f"recording {i} has shape {array.shape}, recording 0 has "
                    f"{arrays[0].shape}; all recordings need the same channels"
                )
        return cls(
            in_a_row(arrays),
            np.cumsum([0, *(array.shape[-1] for array in arrays)]),
            sfreq=sfreq,
            groups=groups,
            unit=unit,
            channel_names=channel_names,
            metadata=metadata,
        )

    @classmethod
    def from_array(
        cls, X, *, sfreq, groups=None, unit=None, channel_names=None, metadata=None
    ):
        """Make recordings of one array, all of the same length.

        Parameters
        ----------
        X : array-like of shape (n_recordings, n_times) or \
                (n_recordings, n_channels, n_times)
            The signals. A 2-D array in C order is not copied.
        sfreq, groups, unit, channel_names, metadata
            As for :class:`Recordings`.

        Returns
        -------
        recordings : Recordings
            The signals.
        """
        refuse_masked(X, "X")
        X = np.asarray(X)
        if X.ndim not in (2, 3):
            raise SignalError(
                "expected an array of shape (n_recordings, n_times) or (n_recordings, "
                f"n_channels, n_times), got {X.shape}"
            )
        refuse_swapped(X.shape[1:], "each recording of X")
        n_recordings, n_times = len(X), X.shape[-1]
        if X.ndim == 2:
            values = X.reshape(-1)
        else:
            values = X.swapaxes(0, 1).reshape(X.shape[1], n_recordings * n_times)
        return cls(
            values,
            np.arange(n_recordings + 1) * n_times,
            sfreq=sfreq,
            groups=groups,
            unit=unit,
            channel_names=channel_names,
            metadata=metadata,
        )

    @classmethod
    def concatenate(cls, parts):
        """Put several containers behind each other.

        Parameters
        ----------
        parts : iterable of Recordings
            They share unit and channels; either all or none know their patients and
            their rates. Patients of one name are one patient: give the hospitals
            different prefixes.

        Returns
        -------
        recordings : Recordings
            All recordings, in the order given.
        """
        parts = list(parts)
        if not parts:
            raise SignalError("there is nothing to concatenate")
        for name in ("unit", "n_channels", "channel_names"):
            kinds = [getattr(part, name) for part in parts]
            if any(kind != kinds[0] for kind in kinds):
                raise SignalError(f"the parts differ in {name}: {kinds}")
        for name in ("groups", "sfreq"):
            if len({getattr(part, name) is None for part in parts}) > 1:
                raise SignalError(
                    f"some parts have {name} and some do not; give all or none"
                )
        return cls(
            in_a_row([part.values for part in parts]),
            np.cumsum([0, *(n for part in parts for n in part.n_times)]),
            sfreq=joined([part.sfreq for part in parts]),
            groups=joined([part.groups for part in parts]),
            unit=parts[0].unit,
            channel_names=parts[0].channel_names,
            metadata=joined_metadata(parts),
        )

    def with_groups(self, groups):
        """Return the same signals with other patients; nothing is copied.

        Parameters
        ----------
        groups : array-like of shape (n_recordings,) or None
            The patient of each recording.

        Returns
        -------
        recordings : Recordings
            A container that shares `values`.
        """
        return self._like(self.values, self.offsets, self.sfreq, groups, self.metadata)

    def with_metadata(self, metadata):
        """Return the same signals with other metadata; nothing is copied.

        Parameters
        ----------
        metadata : list of dict of length n_recordings, dict of columns, or None
            What else is known of each recording, such as `frame` of a data set.

        Returns
        -------
        recordings : Recordings
            A container that shares `values`.
        """
        return self._like(self.values, self.offsets, self.sfreq, self.groups, metadata)

    def with_values(self, values, *, offsets=None, sfreq=None, unit="same"):
        """Return the same recordings and patients with other samples.

        Parameters
        ----------
        values : ndarray of shape (n_times_total,) or (n_channels, n_times_total)
            The new samples.
        offsets : ndarray of int of shape (n_recordings + 1,), default=None
            New lengths; None keeps them.
        sfreq : array-like of shape (n_recordings,), default=None
            New rates in Hz; None keeps them.
        unit : {"same", "uV", None}, default="same"
            Unit of the new samples.

        Returns
        -------
        recordings : Recordings
            A new container.
        """
        return Recordings(
            values,
            self.offsets if offsets is None else offsets,
            sfreq=self.sfreq if sfreq is None else sfreq,
            groups=self.groups,
            unit=self.unit if unit == "same" else unit,
            channel_names=self.channel_names,
            metadata=self.metadata,
        )

    @property
    def shape(self):
        return (len(self),)

    @property
    def dtype(self):
        return self.values.dtype

    @property
    def n_times(self):
        return np.diff(self.offsets)

    @property
    def n_channels(self):
        return 1 if self.values.ndim == 1 else len(self.values)

    @property
    def seconds(self):
        return None if self.sfreq is None else self.n_times / self.sfreq

    def to_list(self):
        """Return the signals as a list of arrays, views of `values`."""
        return list(self)

    def __len__(self):
        return len(self.offsets) - 1

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key):
        key = as_key(key)
        if isinstance(key, int | np.integer):
            i = range(len(self))[key]
            return self.values[..., self.offsets[i] : self.offsets[i + 1]]
        index = np.arange(len(self))[key]
        n_times = self.n_times[index]
        offsets = np.concatenate([[0], np.cumsum(n_times)])
        if len(index) and (np.diff(index) == 1).all():
            first = self.offsets[index[0]]
            values = self.values[..., first : first + offsets[-1]]
        else:
            values = self.values[..., :0]
            if len(index):
                values = in_a_row([self[i] for i in index])
        return self._like(
            values,
            offsets,
            None if self.sfreq is None else self.sfreq[index],
            None if self.groups is None else self.groups[index],
            None if self.metadata is None else [self.metadata[i] for i in index],
        )

    def __eq__(self, other):
        if not isinstance(other, Recordings):
            return NotImplemented
        return (
            self.unit == other.unit
            and self.channel_names == other.channel_names
            and self.metadata == other.metadata
            and np.array_equal(self.offsets, other.offsets)
            and same(self.sfreq, other.sfreq)
            and same(self.groups, other.groups)
            and np.array_equal(self.values, other.values)
        )

    def __array__(self, dtype=None, copy=None):
        return np.array(stack_recordings(self), dtype=dtype, copy=copy)

    def _describe(self):
        return describe_recordings(self)

    def _like(self, values, offsets, sfreq, groups, metadata):
        return Recordings(
            values,
            offsets,
            sfreq=sfreq,
            groups=groups,
            unit=self.unit,
            channel_names=self.channel_names,
            metadata=metadata,
        )
