"""Surface EMG of the legs of people who walk, from disk."""

import re

import numpy as np
from sklearn.utils import Bunch

from skemg.exceptions import SignalError
from skemg.io import read_wfdb
from skemg.io._alike import refuse_copies
from skemg.io._channels import check_dtype
from skemg.io._wfdb_header import read_header
from skemg.signals import Recordings

from ._bunch import as_bunch
from ._records import find_records

_NAME = re.compile(r"S(?P<number>\d{1,3})")
_SFREQ = 2000.0
_EMG = "semg"
_TRACKS = ("baso", "gonio")

_DESCR = """\
PhysioNet semg 1.0.1, long-lasting ground walking
=================================================

Surface EMG of 31 young people without any disease (20 to 30 years), who walk for about
five minutes. Ten muscles, five a leg: gastrocnemius lateralis (LAT.G), tibialis
anterior (TIB.A), rectus femoris (REC.F), hamstrings (HAM) and vastus lateralis (LAT.V),
left (LT) and right (RT). 2000 Hz. With them foot switches (baso) and goniometers
(gonio).

Source: PhysioNet, https://doi.org/10.13026/grdj-qx06

Cite: Di Nardo, F., Morbidoni, C. and Fioretti, S. (2024). "Surface electromyographic
signals collected during long-lasting ground walking of young able-bodied subjects
(version 1.0.1)." PhysioNet.

Licence: the one that its page at PhysioNet states; none was at hand here.

Traps
-----
- There are no classes and no labels of standing or walking. Phases of the gait have to
  be derived from the foot switches, and the source does not say how.
- One recording a person: a split of windows that ignores `groups` puts everybody on
  both sides.
"""


def fetch_semg_gait(
    data_home=None,
    dtype=np.float32,
    *,
    on_mismatch="raise",
    return_X_y=False,
    as_frame=False,
):
    """Fetch surface EMG of the legs of 31 people who walk.

    The set [1]_ is not part of this package and is not downloaded: get it from its DOI
    and unpack it. All WFDB records below the folder with names such as `S01` are read.
    Channels called "semg ..." are the EMG, "baso ..." the foot switches and "gonio ..."
    the goniometers; a channel of another name is an error.

    Parameters
    ----------
    data_home : path-like, default=None
        Folder of the records, or a folder in which that one is called
        `physionet-semg`. None asks the environment variable `SKEMG_DATA`.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    on_mismatch : {"raise", "warn"}, default="raise"
        As of :func:`skemg.io.read_wfdb`.
    return_X_y : bool, default=False
        Give `(data, tracks)` instead of a Bunch.
    as_frame : bool, default=False
        Give `frame` as a DataFrame (needs pandas).

    Returns
    -------
    emg : Bunch
        The recordings in order of the people, as attributes; there is no `target`:

        data : Recordings of length n_recordings
            The EMG in µV at 2000 Hz, the muscles as channels, with the people as
            groups.
        tracks : Recordings of length n_recordings, or None
            Foot switches and goniometers of the same samples, in the units of
            `track_units`; None where the records have none.
        track_units : list of str
            Unit of each channel of `tracks`, as the headers state it.
        groups : ndarray of str of shape (n_recordings,)
            The person, such as "S01".
        frame : dict of ndarray of shape (n_recordings,), or DataFrame
            `recording`, `patient` and `file`.
        DESCR : str
            Source and traps of the set.
    (data, tracks) : tuple of (Recordings, Recordings)
        If `return_X_y`.

    Raises
    ------
    FileNotFoundError
        If no such record is there; the message says where to get them.
    SignalError
        If a record is damaged, has other channels than the first or another rate, or is
        there twice.

    See Also
    --------
    fetch_uci_lower_limb : The thigh in gait, with and without a knee abnormality.
    skemg.windowing.make_windows : Windows of recordings.

    References
    ----------
    .. [1] Di Nardo, F., Morbidoni, C. and Fioretti, S. (2024). "Surface
       electromyographic signals collected during long-lasting ground walking of young
       able-bodied subjects (version 1.0.1)." PhysioNet. doi:10.13026/grdj-qx06.

    Examples
    --------
    >>> from skemg.datasets import fetch_semg_gait
    >>> emg = fetch_semg_gait("~/emg")  # doctest: +SKIP
    >>> emg.data.n_channels, emg.groups[0]  # doctest: +SKIP
    (10, 'S01')

    Without the files it says where they are:

    >>> try:
    ...     fetch_semg_gait("no_such_folder")
    ... except FileNotFoundError as error:
    ...     print("10.13026/grdj-qx06" in str(error))
    True
    """
    dtype = check_dtype(dtype)
    folder, records = find_records(
        data_home,
        name="physionet-semg",
        pattern=_NAME,
        example="S01",
        source="semg 1.0.1 from https://doi.org/10.13026/grdj-qx06",
    )
    records.sort(key=lambda record: int(record[0]["number"]))
    names, paths = zip(*records, strict=True)
    patients = [f"S{int(name['number']):02}" for name in names]
    for one, two, path in zip(patients, patients[1:], paths[1:], strict=False):
        if one == two:
            raise SignalError(f"{path} is a second recording of {one}; remove one")
    emg_names, track_units = channels = _channels(paths[0])
    how = {"dtype": dtype, "on_mismatch": on_mismatch}
    emg, tracks = [], []
    for path in paths:
        if _channels(path) != channels:
            raise SignalError(
                f"{path} has other channels or units than {paths[0]}; leave one of "
                "them out"
            )
        emg.append(read_wfdb(path, channels=emg_names, **how))
        if track_units:
            tracks.append(
                read_wfdb(path, channels=[*track_units], unit="uncalibrated", **how)
            )
        _check(path, emg[-1], *tracks[-1:])
    refuse_copies([recording.values for recording in emg], paths)
    data = Recordings.concatenate(emg).with_groups(patients)
    tracks = Recordings.concatenate(tracks).with_groups(patients) if tracks else None
    if return_X_y:
        return data, tracks
    bunch = as_bunch(
        data,
        None,
        frame={
            "recording": np.array([name[0] for name in names]),
            "patient": np.array(patients),
            "file": np.array([path.relative_to(folder).as_posix() for path in paths]),
        },
        descr=_DESCR,
        return_X_y=False,
        as_frame=as_frame,
    )
    del bunch["target"]
    return Bunch(**bunch, tracks=tracks, track_units=[*track_units.values()])


def _channels(path):
    """Return the names of the EMG, and the units of the tracks by name."""
    signals = read_header(path).signals
    kinds = [signal.name.partition(" ")[0].lower() for signal in signals]
    names = [signal.name for signal in signals]
    for kind, name in zip(kinds, names, strict=True):
        if kind not in (_EMG, *_TRACKS) or names.count(name) > 1:
            raise SignalError(
                f"{path} has a channel {name[:40]!r}, or two of that name; expected "
                f"one each that begin with {_EMG}, {', '.join(_TRACKS)}"
            )
    emg = [name for kind, name in zip(kinds, names, strict=True) if kind == _EMG]
    if not emg:
        raise SignalError(f"{path} has no channel that begins with {_EMG}")
    return emg, {x.name: x.unit or "" for x in signals if x.name not in emg}


def _check(path, *parts):
    for part in parts:
        if part.sfreq[0] != _SFREQ or part.n_times[0] != parts[0].n_times[0]:
            raise SignalError(
                f"{path} has {part.n_times[0]} samples at {part.sfreq[0]:g} Hz, "
                f"expected {parts[0].n_times[0]} at {_SFREQ:g} Hz; download it again"
            )
