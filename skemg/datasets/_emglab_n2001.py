"""Needle EMG of controls, myopathy and ALS: EMGLAB's data set N2001, from disk."""

import re

import numpy as np

from skemg.exceptions import SignalError
from skemg.io import read_wfdb
from skemg.io._alike import refuse_copies
from skemg.io._channels import check_dtype
from skemg.signals import Recordings

from ._bunch import as_bunch
from ._records import find_records

_NAME = re.compile(
    r"N2001(?P<letter>[ACM])(?P<number>\d{1,4})(?P<muscle>[A-Z]{2})(?P<record>\d{1,4})"
)
_CLASSES = {"A": "ALS", "C": "control", "M": "myopathy"}
_TARGETS = {"A": "neuropathic", "C": "normal", "M": "myopathic"}
_SFREQS = (23437.5, 23438.0)

_DESCR = """\
EMGLAB data set N2001
=====================

Needle EMG of controls, patients with myopathy and patients with amyotrophic lateral
sclerosis (ALS), of the biceps brachii and other muscles. One channel, 23437.5 Hz;
262144 samples, 11.18 s, a record.

Names: N2001, the class (A ALS, C control, M myopathy), the number of the person, the
muscle (BB biceps brachii) and the number of the record, as in N2001C01BB02.

Source: EMGLAB, data set N2001, http://www.emglab.net/emglab

Cite: Nikolic, M. (2001). Thesis, University of Copenhagen.

Licence: not known to us. Read the terms of the source before you use or share it.

Traps
-----
- Each person has many records. Split by `groups`; a person is letter and number
  together: A01 and C01 are two people.
- ALS is one disease of the motor neuron. "neuropathic" here means ALS alone.
- Copies as WAV files state 23438 Hz, half a hertz too much, and no unit.
- The muscles are not the same in all people; `frame["muscle"]` has them.
"""


def fetch_emglab_n2001(
    data_home=None,
    dtype=np.float32,
    *,
    unit=None,
    gain=None,
    on_mismatch="raise",
    return_X_y=False,
    as_frame=False,
):
    """Fetch needle EMG of controls, of myopathy and of ALS: EMGLAB's N2001.

    The set [1]_ is not part of this package and is not downloaded: get it from EMGLAB
    and unpack it. All WFDB records below the folder with names such as `N2001C01BB02`
    are read, each with the format, gain and length of its own header; other files are
    passed over. The same signal in two records is an error.

    Parameters
    ----------
    data_home : path-like, default=None
        Folder of the records (they may lie in folders of their own), or a folder in
        which that one is called `emglab-n2001`. None asks the environment variable
        `SKEMG_DATA`.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    unit, gain, on_mismatch
        As of :func:`skemg.io.read_wfdb`, for copies whose headers do not state unit or
        gain, or are not right.
    return_X_y : bool, default=False
        Give `(data, target)` instead of a Bunch.
    as_frame : bool, default=False
        Give `frame` as a DataFrame (needs pandas).

    Returns
    -------
    emg : Bunch
        The records in order of class, person, muscle and number, as attributes:

        data : Recordings of length n_recordings
            In µV at the rate of the headers, 23437.5 Hz, one channel, with the people
            as groups. Its metadata holds age, sex and the like where the headers have
            them.
        target : ndarray of str of shape (n_recordings,)
            "neuropathic" (ALS), "normal" and "myopathic".
        groups : ndarray of str of shape (n_recordings,)
            The person: class letter and number, such as "A01".
        frame : dict of ndarray of shape (n_recordings,), or DataFrame
            `recording`, `patient`, `muscle` (two letters, as in the name), `class`
            ("ALS", "control" or "myopathy", the words of the source) and `file`.
        DESCR : str
            Source and traps of the set.
    (data, target) : tuple of (Recordings, ndarray)
        If `return_X_y`.

    Raises
    ------
    FileNotFoundError
        If no such record is there; the message says where to get them.
    SignalError
        If a record is damaged, has several channels or another rate, or is there twice.

    See Also
    --------
    skemg.io.read_eaf : The discharges that EMGLAB found in a record.
    fetch_algiers : 238 people with diagnoses.

    References
    ----------
    .. [1] Nikolic, M. (2001). Thesis, University of Copenhagen. Data: EMGLAB, N2001.

    Examples
    --------
    >>> from skemg.datasets import fetch_emglab_n2001
    >>> emg = fetch_emglab_n2001("~/emg")  # doctest: +SKIP
    >>> emg.groups[0], emg.target[0]  # doctest: +SKIP
    ('A01', 'neuropathic')

    Without the files it says where they are:

    >>> try:
    ...     fetch_emglab_n2001("no_such_folder")
    ... except FileNotFoundError as error:
    ...     print("EMGLAB" in str(error))
    True
    """
    dtype = check_dtype(dtype)
    folder, records = find_records(
        data_home,
        name="emglab-n2001",
        pattern=_NAME,
        example="N2001C01BB02",
        source="the data set N2001 of EMGLAB, http://www.emglab.net/emglab",
    )
    names, paths = zip(
        *sorted(records, key=lambda record: _key(record[0])), strict=True
    )
    _refuse_second_names(names)
    read = [
        read_wfdb(path, unit=unit, gain=gain, dtype=dtype, on_mismatch=on_mismatch)
        for path in paths
    ]
    for path, recording in zip(paths, read, strict=True):
        _check(path, recording)
    refuse_copies([recording.values for recording in read], paths)
    patients = [f"{name['letter']}{int(name['number']):02}" for name in names]
    data = Recordings.from_list(
        [recording[0] for recording in read],
        sfreq=[recording.sfreq[0] for recording in read],
        groups=patients,
        unit=read[0].unit,
        metadata=[recording.metadata[0] for recording in read],
    )
    return as_bunch(
        data,
        np.array([_TARGETS[name["letter"]] for name in names]),
        frame={
            "recording": np.array([name[0] for name in names]),
            "patient": np.array(patients),
            "muscle": np.array([name["muscle"] for name in names]),
            "class": np.array([_CLASSES[name["letter"]] for name in names]),
            "file": np.array([path.relative_to(folder).as_posix() for path in paths]),
        },
        descr=_DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _key(name):
    return name["letter"], int(name["number"]), name["muscle"], int(name["record"])


def _refuse_second_names(names):
    keys = [_key(name) for name in names]
    for name, other, one, two in zip(names, names[1:], keys, keys[1:], strict=False):
        if one == two:
            raise SignalError(f"{name[0]} and {other[0]} are one record; remove one")


def _check(path, recording):
    if recording.n_channels > 1 or recording.sfreq[0] not in _SFREQS:
        raise SignalError(
            f"{path} has {recording.n_channels} channels at {recording.sfreq[0]:g} Hz, "
            f"expected one at {_SFREQS[0]} Hz; download it again"
        )
