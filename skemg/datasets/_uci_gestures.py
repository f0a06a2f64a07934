"""Surface EMG of the forearm with tracks of gestures, read from disk."""

import itertools
import re
from typing import NamedTuple

import numpy as np
from sklearn.utils import Bunch

from skemg.exceptions import SignalError
from skemg.io import read_uci_gestures
from skemg.io._alike import refuse_copies
from skemg.io._channels import check_dtype
from skemg.signals import Recordings

from ._bunch import as_table
from ._home import find_folder

_GESTURES = np.array(
    [
        "unmarked",
        "rest",
        "fist",
        "flexion",
        "extension",
        "radial deviation",
        "ulnar deviation",
        "extended palm",
    ]
)
_NAME = re.compile(
    r"(?P<series>[12])_raw_data_\d\d-\d\d_\d\d\.\d\d\.\d\d\.txt(?:\.gz)?"
)
_SUBJECTS = [f"{number:02d}" for number in range(1, 37)]

_DESCR = """\
UCI "EMG data for gestures"
===========================

Surface EMG of 36 healthy people, eight electrodes of a Myo armband on the forearm. Each
of two series holds static gestures for 3 s, twice each, with pauses of 3 s: rest, fist,
flexion, extension, radial and ulnar deviation of the wrist, and in a few people the
extended palm. A class stands at every row. 1000 Hz nominal, microvolts.

Source: UCI Machine Learning Repository, https://doi.org/10.24432/C5ZP5C

Cite: Krilova, N., Kastalskiy, I., Kazantsev, V., Makarov, V. and Lobov, S. (2018). "EMG
Data for Gestures." UCI Machine Learning Repository. And: Lobov, S., Krilova, N.,
Kastalskiy, I., Kazantsev, V. and Makarov, V. (2018). "Latent Factors Limiting the
Performance of sEMG-Interfaces." Sensors, 18(4), 1122.

Licence: CC BY 4.0.

Traps
-----
- 1000 Hz is the rate of the rows, not of the signal. The armband samples at 200 Hz, and
  some 90 of 100 rows repeat the row before: 92 to 111 new rows arrive a second,
  unevenly. Nothing above 50 Hz can be trusted. `data.metadata` has the figures of each
  series.
- By their times the rows come at 948 to 973 a second, with single steps up to 48 ms.
  The recordings take them as equally spaced, so they are 3 to 5 % shorter than in
  truth.
- The microvolts are the 256 steps of the armband times 10, not calibrated. The
  strongest gestures reach the ends of the scale.
- 56 to 71 % of the rows are unmarked (class 0): the way from one gesture to the next.
  They are no class. Leave them out, and do not glue what stands on their two sides.
- Windows of one hold resemble each other. Split by subject (`groups`), or by series
  where the next session of the same people is the question.
- The subjects are healthy. A gesture is no diagnosis.
"""


class _Entry(NamedTuple):
    subject: str
    series: int
    path: object


def fetch_uci_gestures(
    data_home=None,
    dtype=np.float32,
    *,
    subjects=None,
    drop_unmarked=False,
    on_mismatch="raise",
    return_X_y=False,
    as_frame=False,
):
    """Fetch surface EMG of the forearm with a track of gestures.

    The set [1]_ is not part of this package and is not downloaded: get it from its DOI
    and unpack it. The text files are read as published, or packed as `.txt.gz`; see
    :func:`~skemg.io.read_uci_gestures` for what is checked. The same signal twice is an
    error.

    More than half of the rows are unmarked. There are two ways to leave them out:

    - Keep the series whole, filter and scale them, and let
      :func:`~skemg.windowing.make_windows` drop the windows that are unmarked. A scale
      over the whole series keeps rest quiet and a fist loud.
    - `drop_unmarked=True` cuts each series at its marks: every hold of a gesture
      becomes a recording with one label. Nothing is glued together. But a filter then
      starts anew in each hold, and a scale of each recording takes its loudness away.

    Parameters
    ----------
    data_home : path-like, default=None
        Folder of the subjects `01`, `02` and so on, or a folder in which that one is
        called `uci-emg-gestures`. None asks the environment variable `SKEMG_DATA`.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    subjects : list of str, default=None
        Subjects to read, such as `["01", "03"]`; None reads all that are there.
    drop_unmarked : bool, default=False
        Give the holds of the gestures as recordings, without the rows between.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do with a series that ends within a row, or whose times do not fit: see
        :func:`~skemg.io.read_uci_gestures`.
    return_X_y : bool, default=False
        Give `(data, tracks)` instead of a Bunch; with `drop_unmarked` `(data, target)`.
    as_frame : bool, default=False
        Give `frame` as a DataFrame (needs pandas).

    Returns
    -------
    emg : Bunch
        The series or the holds, by subject, as attributes:

        data : Recordings of length n_recordings
            In µV at 1000 Hz (nominal), eight channels, with the subjects as groups.
        tracks : Recordings of length n_recordings
            The class of each row (uint8). Not there with `drop_unmarked`.
        target : ndarray of str of shape (n_recordings,)
            The gesture of each hold. Only there with `drop_unmarked`.
        target_names : ndarray of str of shape (8,)
            Names of the classes: `target_names[2]` is "fist".
        groups : ndarray of str of shape (n_recordings,)
            The subject, such as "01".
        frame : dict of ndarray of shape (n_recordings,), or DataFrame
            `subject` and `series` (1 or 2); of a series `n_unmarked`, its rows without
            a mark; of a hold `start`, its first row in the series.
        n_dropped : int
            Rows that were left out: 0, or with `drop_unmarked` all unmarked ones.
        DESCR : str
            Source, licence and traps of the set. Read them before you believe a score.
    (data, tracks) or (data, target) : tuple
        If `return_X_y`.

    Raises
    ------
    FileNotFoundError
        If the set is not there; the message says where to get it.
    SignalError
        If a file is not what was published, or a subject is not there.

    See Also
    --------
    skemg.windowing.make_windows : From series and tracks to windows with labels.
    fetch_emg4 : The same armband on one person.

    References
    ----------
    .. [1] Krilova, N., Kastalskiy, I., Kazantsev, V., Makarov, V. and Lobov, S. (2018).
       "EMG Data for Gestures." UCI Machine Learning Repository. DOI 10.24432/C5ZP5C.

    Examples
    --------
    >>> from skemg.datasets import fetch_uci_gestures
    >>> emg = fetch_uci_gestures("~/emg")  # doctest: +SKIP
    >>> print(emg.target_names[emg.tracks[0][3000]])  # doctest: +SKIP
    rest

    Without the files it says where they are:

    >>> try:
    ...     fetch_uci_gestures("no_such_folder")
    ... except FileNotFoundError as error:
    ...     print("10.24432/C5ZP5C" in str(error))
    True
    """
    dtype = check_dtype(dtype)
    folder = find_folder(
        data_home,
        name="uci-emg-gestures",
        marks=("01", "02", "03"),
        source="EMG data for gestures from https://doi.org/10.24432/C5ZP5C",
    )
    entries = _list_entries(folder, subjects)
    pairs = [
        read_uci_gestures(entry.path, dtype=dtype, on_mismatch=on_mismatch)
        for entry in entries
    ]
    data, tracks = (Recordings.concatenate(p) for p in zip(*pairs, strict=True))
    refuse_copies(data, [entry.path for entry in entries])
    data = data.with_groups([entry.subject for entry in entries])
    frame = {
        "subject": np.array([entry.subject for entry in entries]),
        "series": np.array([entry.series for entry in entries]),
    }
    if drop_unmarked:
        bunch = _holds(data, tracks, frame)
    else:
        n_unmarked = np.array([int((track == 0).sum()) for track in tracks])
        frame["n_unmarked"] = n_unmarked
        bunch = Bunch(data=data, tracks=tracks, frame=frame, n_dropped=0)
    if return_X_y:
        return bunch.data, bunch.target if drop_unmarked else bunch.tracks
    bunch.frame = as_table(bunch.frame, as_frame)
    return Bunch(
        **bunch,
        target_names=_GESTURES.copy(),
        groups=bunch.data.groups,
        DESCR=_DESCR,
    )


def _list_entries(folder, subjects):
    present = [name for name in _SUBJECTS if (folder / name).is_dir()]
    wanted = present if subjects is None else list(subjects)
    missing = [name for name in wanted if name not in present]
    if missing or not wanted or len(set(wanted)) < len(wanted):
        raise SignalError(
            f"subjects must be one or more of {present}, none twice, got {subjects!r}"
        )
    entries = []
    for subject in wanted:
        for path in (folder / subject).glob("[!.]*"):
            name = _NAME.fullmatch(path.name)
            if name is None:
                raise SignalError(
                    f"{path} is no series of a subject, which look like "
                    "'1_raw_data_<time>_<date>.txt'; rename it as published or move it "
                    "away"
                )
            entries.append(_Entry(subject, int(name["series"]), path))
    entries.sort(key=lambda entry: (wanted.index(entry.subject), entry.series))
    for one, other in itertools.pairwise(entries):
        if one[:2] == other[:2]:
            raise SignalError(f"{other.path} and {one.path} are there; remove one")
    if not entries:
        raise SignalError(f"{folder} holds no series of {wanted}; download it again")
    return entries


def _holds(data, tracks, frame):
    """Cut series at their marks into recordings of one gesture."""
    borders = np.flatnonzero(np.diff(tracks.values)) + 1
    borders = np.union1d(tracks.offsets, borders)
    start, stop = borders[:-1], borders[1:]
    marked = tracks.values[start] != 0
    start, stop = start[marked], stop[marked]
    series = np.searchsorted(tracks.offsets, start, "right") - 1
    holds = Recordings(
        data.values[:, np.repeat(marked, np.diff(borders))],
        np.cumsum([0, *(stop - start)]),
        sfreq=data.sfreq[series],
        groups=data.groups[series],
        unit=data.unit,
        channel_names=data.channel_names,
        metadata=[data.metadata[i] for i in series],
    )
    columns = {name: column[series] for name, column in frame.items()}
    return Bunch(
        data=holds,
        target=_GESTURES[tracks.values[start]],
        frame={**columns, "start": start - tracks.offsets[series]},
        n_dropped=int((tracks.values == 0).sum()),
    )
