"""Surface EMG of the thigh, with and without a knee abnormality, read from disk."""

import itertools
import re
from typing import NamedTuple

import numpy as np

from skemg.exceptions import SignalError
from skemg.io import read_uci_lower_limb
from skemg.signals import Recordings

from ._bunch import as_bunch, check_dtype
from ._home import find_folder, require_file

_TASKS = {"gait": "mar", "extension": "sen", "flexion": "pie"}
_TARGETS = {"N": "no knee abnormality", "A": "knee abnormality"}
_TWINS = ("1N", "2N")  # share two of their three recordings
_NAME = re.compile(r"(?P<number>1[01]|[1-9])(?P<kind>[AN])(?P<task>mar|sen|pie)")

_DESCR = """\
UCI "EMG dataset in Lower Limb"
===============================

Surface EMG of the thigh of 22 men, 11 with a knee abnormality that a professional had
found before and 11 without, in three tasks: gait, extension of the knee while seated,
flexion of the knee while standing. Channels: rectus femoris (RF), biceps femoris (BF),
vastus medialis (VM), semitendinosus (ST). 1000 Hz, 14 bit, not filtered, microvolts.
The angle of the knee, which the files hold too, is left out.

Source: UCI Machine Learning Repository, https://doi.org/10.24432/C5ZW3P

Cite: Sanchez, O., Sotelo, J., Gonzales, M. and Hernandez, G. (2014). "EMG dataset in
Lower Limb." UCI Machine Learning Repository.

Licence: CC BY 4.0.

Traps
-----
- Subjects 1N and 2N share their recordings of extension and of flexion, sample for
  sample. Here they are one patient, "1N+2N"; `frame["subject"]` has the two names.
- In gait every recording without an abnormality lasts 5 to 10 s and every one with it
  10 to 57 s. Length alone tells the class, and so does the number of windows.
- Last rows of some files hold the angle of the knee and no EMG. They are left out, and
  `frame["n_rows_without_emg"]` counts them.
- The label is an abnormality of the knee. It is no neuropathy and no myopathy.
"""


class _Entry(NamedTuple):
    kind: str
    number: int
    task: str
    path: object

    @property
    def subject(self):
        return f"{self.number}{self.kind}"


def fetch_uci_lower_limb(
    data_home=None, dtype=np.float32, *, task=None, return_X_y=False, as_frame=False
):
    """Fetch surface EMG of the thigh of men with and without a knee abnormality.

    The set [1]_ is not part of this package and is not downloaded: get it from its DOI.
    The text files are read as published (`.txt`, or packed as `.txt.gz`), and unpacked
    first where `data_home` holds them as a zip or tar archive.

    Everything is checked: each row that the header promises must hold four numbers, in
    mV and in the order of the channels. Rows behind them must hold no EMG; they are
    left out and counted. An empty field never becomes a zero. The same signal in two
    recordings is an error, except that of the subjects 1N and 2N, who share recordings
    as published and are one patient here.

    Parameters
    ----------
    data_home : path-like, default=None
        Folder of `A_TXT` and `N_TXT`, or a folder in which that one is called
        `uci-lower-limb`. None asks the environment variable `SKEMG_DATA`.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    task : {"gait", "extension", "flexion"} or None, default=None
        Which recordings to read; None reads all.
    return_X_y : bool, default=False
        Give `(data, target)` instead of a Bunch.
    as_frame : bool, default=False
        Give `frame` as a DataFrame (needs pandas).

    Returns
    -------
    emg : Bunch
        The recordings, those without an abnormality first, as attributes:

        data : Recordings of length n_recordings
            In µV at 1000 Hz, the channels RF, BF, VM and ST, with the patients as
            groups.
        target : ndarray of str of shape (n_recordings,)
            "no knee abnormality" or "knee abnormality".
        groups : ndarray of str of shape (n_recordings,)
            The patient, such as "3A"; "1N+2N" for the two subjects who share
            recordings.
        frame : dict of ndarray of shape (n_recordings,), or DataFrame
            `recording` (such as "1Nmar"), `patient`, `subject` (the number of the
            source, "1N" and "2N" apart), `task`, `class` ("N" or "A", the letter of the
            source), `n_rows_without_emg` and `file`.
        DESCR : str
            Source, licence and traps of the set. Read them before you believe a score.
    (data, target) : tuple of (Recordings, ndarray)
        If `return_X_y`.

    Raises
    ------
    FileNotFoundError
        If the set is not there; the message says where to get it.
    SignalError
        If a file is not what was published; the message names file and cure.
    ValueError
        If `task` or `dtype` is not known.

    See Also
    --------
    fetch_algiers : Needle EMG with diagnoses.
    skemg.model_selection.audit_split : Finds the traps of this set.

    References
    ----------
    .. [1] Sanchez, O., Sotelo, J., Gonzales, M. and Hernandez, G. (2014). "EMG dataset
       in Lower Limb." UCI Machine Learning Repository. DOI 10.24432/C5ZW3P.

    Examples
    --------
    >>> from skemg.datasets import fetch_uci_lower_limb
    >>> gait = fetch_uci_lower_limb("~/emg", task="gait")  # doctest: +SKIP
    >>> gait.target[0], gait.groups[0]  # doctest: +SKIP
    ('no knee abnormality', '1N+2N')

    Without the files it says where they are:

    >>> try:
    ...     fetch_uci_lower_limb("no_such_folder")
    ... except FileNotFoundError as error:
    ...     print("10.24432/C5ZW3P" in str(error))
    True
    """
    dtype = check_dtype(dtype)
    if task is not None and task not in _TASKS:
        raise ValueError(f"task must be None or one of {list(_TASKS)}, got {task!r}")
    folder = find_folder(
        data_home,
        name="uci-lower-limb",
        marks=("A_TXT", "N_TXT"),
        source="EMG dataset in Lower Limb from https://doi.org/10.24432/C5ZW3P",
    )
    entries = _list_entries(folder, _TASKS if task is None else [task])
    parts = [_read(entry.path) for entry in entries]
    patients = [_patient(entry.subject) for entry in entries]
    _refuse_copies(entries, [part[0] for part in parts], patients)
    data = Recordings.from_list(
        [part[0].astype(dtype) for part in parts],
        sfreq=parts[0].sfreq[0],
        groups=patients,
        unit="uV",
        channel_names=parts[0].channel_names,
    )
    return as_bunch(
        data,
        np.array([_TARGETS[entry.kind] for entry in entries]),
        frame={
            "recording": np.array([e.subject + _TASKS[e.task] for e in entries]),
            "patient": np.array(patients),
            "subject": np.array([entry.subject for entry in entries]),
            "task": np.array([entry.task for entry in entries]),
            "class": np.array([entry.kind for entry in entries]),
            "n_rows_without_emg": np.array(
                [part.metadata[0]["n_rows_without_emg"] for part in parts]
            ),
            "file": np.array([e.path.relative_to(folder).as_posix() for e in entries]),
        },
        descr=_DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _patient(subject):
    return "+".join(_TWINS) if subject in _TWINS else subject


def _list_entries(folder, tasks):
    entries = []
    for kind in _TARGETS:
        for path in (folder / f"{kind}_TXT").glob("[!.]*"):
            name = _NAME.fullmatch(path.name.removesuffix(".gz").removesuffix(".txt"))
            if name is None or name["kind"] != kind:
                raise SignalError(
                    f"{path} is no recording of this folder, which look like "
                    f"'1{kind}mar.txt'; rename it as published or move it away"
                )
            task = next(task for task in _TASKS if _TASKS[task] == name["task"])
            entries.append(_Entry(kind, int(name["number"]), task, path))
    order = [*_TARGETS]
    entries.sort(key=lambda e: (order.index(e.kind), e.number, _TASKS[e.task]))
    for one, other in itertools.pairwise(entries):
        if one[:3] == other[:3]:
            raise SignalError(f"{other.path} and {one.path} are there; remove one")
    entries = [entry for entry in entries if entry.task in tasks]
    if not entries:
        raise SignalError(
            f"{folder} holds no recording of {', '.join(tasks)}; download it again"
        )
    return entries


def _read(path):
    return read_uci_lower_limb(require_file(path), dtype=np.float64)


def _refuse_copies(entries, signals, patients):
    first = {}
    for entry, signal, patient in zip(entries, signals, patients, strict=True):
        path, owner = first.setdefault(signal.tobytes(), (entry.path, patient))
        if owner != patient or (path != entry.path and patient != "+".join(_TWINS)):
            raise SignalError(
                f"{path} and {entry.path} hold the same samples, so that a split could "
                "put a copy on both sides; download both again"
            )
