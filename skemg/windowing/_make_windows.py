"""Windows as flat arrays, for work outside pipelines."""

import numpy as np
from sklearn.utils import Bunch, column_or_1d

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.utils._groups import resolve_groups


def make_windows(
    X,
    y,
    windower,
    *,
    groups=None,
    rule="centre",
    drop_mixed=False,
    drop_labels=(),
):
    """Cut recordings into flat arrays with a row, a label and a patient a window.

    For those who hold their windows themselves. Split them by `groups`, never at
    random: windows of one patient resemble each other. Read more in the
    :ref:`User Guide <label_tracks>`.

    Parameters
    ----------
    X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
        The recordings.
    y : array-like of shape (n_recordings,) or Recordings of integers
        A label for each recording; or tracks of labels with a rate of their own, such
        as gestures or states of gait, as long in seconds as the recordings. Tracks are
        never resampled.
    windower : transformer
        `Windower`, or a pipeline of steps without training that ends in `Windows`.
    groups : array-like of shape (n_recordings,), default=None
        Patient of each recording, where X does not carry them.
    rule : {"centre", "majority"}, default="centre"
        Label of a window in a track: the one at its centre, or the most frequent one
        (of equally frequent ones the smallest).
    drop_mixed : bool, default=False
        Leave out the windows in which a track has more than one label.
    drop_labels : sequence of labels, default=()
        Leave out the windows with these labels, such as those of what lies between
        gestures. The windows are cut first: nothing is glued together.

    Returns
    -------
    windows : Bunch
        The windows that are kept, and how many are not:

        data : ndarray of shape (n_windows, ...)
            The windows.
        target, recording, start : ndarray of shape (n_windows,)
            Label, number of the recording, and first sample in it.
        groups : ndarray of shape (n_windows,) or None
            The patient; None where nobody knows the patients.
        n_dropped : int
            Windows that were left out: `n_mixed` and `n_unwanted` together.
        n_mixed : int
            Those with several labels.
        n_unwanted : int
            Those of one of `drop_labels` that are not counted as mixed.

    Raises
    ------
    SignalError
        If y has not one label a recording, or a track is not as long as its recording.
    ValueError
        If `rule` is not known, or one of `drop_labels` is nowhere in y.

    See Also
    --------
    Windower : The step that cuts.
    skemg.datasets.fetch_uci_gestures : Recordings with tracks of gestures.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.signals import Recordings
    >>> from skemg.windowing import Windower, make_windows
    >>> emg = Recordings.from_list([np.zeros(400)], sfreq=1000, groups=["p1"])
    >>> gesture = Recordings.from_list([[0] * 15 + [1] * 25], sfreq=100)
    >>> windows = make_windows(emg, gesture, Windower(length=0.1, hop=0.1))
    >>> windows.data.shape, windows.target, windows.groups
    ((4, 100), array([0, 1, 1, 1]), array(['p1', 'p1', 'p1', 'p1'], dtype='<U2'))
    >>> cut = Windower(length=0.1, hop=0.1)
    >>> active = make_windows(emg, gesture, cut, drop_mixed=True, drop_labels=[0])
    >>> active.start, active.n_mixed, active.n_unwanted
    (array([200, 300]), 1, 1)
    """
    if rule not in ("centre", "majority"):
        raise ValueError(f'rule must be "centre" or "majority", got {rule!r}')
    windows = windower.fit_transform(X)
    if not isinstance(windows, Windows):
        raise TypeError(
            f"{windower!r} gives {type(windows).__name__}, no Windows; pass a Windower "
            "or a pipeline that begins with one"
        )
    patients = resolve_groups(groups, windows, len(windows))
    if isinstance(y, Recordings):
        target, mixed = _labels_of_track(windows, _durations(windows, X), y, rule)
        known = y.values
    else:
        labels = column_or_1d(y)
        if len(labels) != len(windows):
            raise SignalError(
                f"y has {len(labels)} labels for {len(windows)} recordings; give one "
                "for each, or a track as Recordings"
            )
        target, mixed = windows.repeat(labels), np.zeros(windows.n_windows, bool)
        known = labels
    mixed &= drop_mixed
    unwanted = _is_one_of(drop_labels, target, known) & ~mixed
    keep = ~(mixed | unwanted)
    return Bunch(
        data=windows.values[keep],
        target=target[keep],
        groups=None if patients is None else windows.repeat(patients)[keep],
        recording=windows.repeat(np.arange(len(windows)))[keep],
        start=windows.start[keep],
        n_dropped=int(len(keep) - keep.sum()),
        n_mixed=int(mixed.sum()),
        n_unwanted=int(unwanted.sum()),
    )


def _is_one_of(labels, target, known):
    """Tell which entries of target are one of the labels, all of which are known."""
    present = np.unique(known).tolist()
    if isinstance(labels, str) or not np.iterable(labels):
        raise ValueError(f"drop_labels must be a list of labels, got {labels!r}")
    for label in labels:
        if label not in present:
            raise ValueError(
                f"drop_labels has {label!r}, which is nowhere in y; the labels are "
                f"{present}"
            )
    return np.isin(target, list(labels)) if len(labels) else np.zeros(len(target), bool)


def _durations(windows, X):
    """Return the seconds of each recording, which the tracks must have too."""
    if isinstance(X, Recordings) and X.sfreq is not None:
        return X.seconds
    if windows._recordings is None:
        raise SignalError(
            "a track needs recordings that know their rate: pass "
            "Recordings.from_list(..., sfreq=...)"
        )
    return windows._recordings.seconds


def _labels_of_track(windows, seconds, track, rule):
    """Return the label of each window, and whether the track changes within it."""
    if track.dtype.kind not in "iu" or track.n_channels != 1 or track.sfreq is None:
        raise SignalError(
            "a track is Recordings of integers with one channel and a known rate, got "
            f"{track!r} of {track.dtype}"
        )
    if windows.n_times is None:
        raise SignalError(
            "a track needs windows of a signal, got features; cut the windows here and "
            "compute the features of data"
        )
    if len(track) != len(windows):
        raise SignalError(f"y has {len(track)} tracks for {len(windows)} recordings")
    apart = np.abs(track.seconds - seconds)
    tolerance = np.maximum(1 / track.sfreq, 1 / windows.sfreq)
    wrong = np.flatnonzero(apart > tolerance * 1.000001)
    if len(wrong):
        i = wrong[0]
        raise SignalError(
            f"the track of recording {i} lasts {track.seconds[i]:g} s, the recording "
            f"{seconds[i]:g} s; align them first, tracks are not resampled"
        )
    target = np.empty(windows.n_windows, track.dtype)
    mixed = np.empty(windows.n_windows, bool)
    for i, labels in enumerate(track):
        bag = slice(windows.offsets[i], windows.offsets[i + 1])
        begin = windows.start[bag] / windows.sfreq
        end = np.minimum(begin + windows._n_cut / windows.sfreq, seconds[i])
        target[bag], mixed[bag] = _labels(labels, track.sfreq[i], begin, end, rule)
    return target, mixed


def _labels(labels, sfreq, begin, end, rule):
    last = len(labels) - 1
    first = np.clip(np.floor(begin * sfreq + 1e-6).astype(int), 0, last)
    stop = np.clip(np.ceil(end * sfreq - 1e-6).astype(int), first + 1, last + 1)
    n_changes = np.concatenate([[0], np.cumsum(labels[1:] != labels[:-1])])
    mixed = n_changes[stop - 1] > n_changes[first]
    if rule == "centre":
        centre = np.floor((begin + end) / 2 * sfreq + 1e-6).astype(int)
        return labels[np.clip(centre, 0, last)], mixed
    target = labels[first]
    for i in np.flatnonzero(mixed):  # few: the windows across a border
        values, counts = np.unique(labels[first[i] : stop[i]], return_counts=True)
        target[i] = values[counts.argmax()]
    return target, mixed
