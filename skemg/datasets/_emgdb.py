"""Three needle EMG recordings from PhysioNet."""

import re

import numpy as np

from skemg.exceptions import SignalError
from skemg.io._wfdb_header import read_header
from skemg.io._wfdb_samples import read_samples
from skemg.signals import Recordings

from ._bunch import as_bunch, check_dtype
from ._home import find_folder, require_file
from ._registry import EMGDB

_TARGETS = {"healthy": "normal", "myopathy": "myopathic", "neuropathy": "neuropathic"}

_SFREQ = 4000.0
_STEPS = 10000  # per mV
_WRAP = 2**16
_MAX_BYTES = 1 << 24
_LINE = re.compile(rb"\s*\d+\.?\d*\s+(-?\d{1,3}\.\d{1,4})\S*\s*")

_DESCR = """\
PhysioNet emgdb 1.0.0, "Examples of Electromyograms"
====================================================

Needle EMG (25 mm concentric needle, tibialis anterior, gentle dorsiflexion against
resistance, then relaxation). One channel, 4000 Hz.

==============  ====================================  =======  ======  ===========
record          subject                               samples  length  target
==============  ====================================  =======  ======  ===========
emg_healthy     man, 44, no neuromuscular disease       50860  12.7 s  normal
emg_myopathy    man, 57, polymyositis                  110337  27.6 s  myopathic
emg_neuropathy  man, 62, right L5 radiculopathy        147858  37.0 s  neuropathic
==============  ====================================  =======  ======  ===========

Class and patient are the same thing here: one person a class. No statement about
generalisation to patients can come from these recordings.

Source: https://physionet.org/content/emgdb/1.0.0/, DOI 10.13026/C24S3D

Licence: Open Data Commons Attribution License 1.0 (ODC-By).

Cite: Goldberger, A. L. et al. (2000). "PhysioBank, PhysioToolkit, and PhysioNet."
Circulation, 101(23), e215-e220. The data were given by S. Rutkove, Beth Israel
Deaconess Medical Center.

Traps
-----
- The 16-bit `emg_neuropathy.dat` holds 410 samples beyond +-3.2767 mV that wrapped
  round. The values here are those of the `.txt`, which did not.
- About every 1001st value is exactly 0.1 mV (50, 110 and 147 of them), between
  neighbours that fit each other: an artefact of the publication, a spike four times a
  second. It is in `.txt` and `.dat` alike and is left as it is.
- About 30 % of the power of the healthy recording is baseline drift below 10 Hz, and
  most of it is near rest. Amplitude alone separates much.
"""


def fetch_emgdb(
    data_home=None,
    dtype=np.float32,
    *,
    download=True,
    return_X_y=False,
    as_frame=False,
):
    """Fetch the three electromyograms of PhysioNet's emgdb.

    The set [1]_ is not part of this package. Where it is not on disk it is downloaded
    from PhysioNet, 5 MB, and each file must have PhysioNet's checksum. There is one
    person in each class, so it serves to look at signals and not to estimate how well
    anything generalises.

    Each recording is published twice, and neither form is right alone. The 16-bit
    `.dat` wraps round where the signal leaves ±3.2767 mV; the `.txt` has the true
    values, but in a few lines something else sticks to the value. So both are read: the
    values are those of the `.txt`, to their four decimals, and each must agree with the
    `.dat` to one step (0.1 µV) up to whole turns of 16 bits. The `.dat` must agree with
    the length, the first sample and the checksum of its `.hea`. Anything else is an
    error.

    Parameters
    ----------
    data_home : path-like, default=None
        Folder of the nine files `emg_healthy.hea`, `.dat`, `.txt` and so on or of
        PhysioNet's zip, or a folder in which that one is called `physionet-emgdb`. None
        asks the environment variable `SKEMG_DATA`, then the cache folder of the user.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    download : bool, default=True
        Download the set into the folder `physionet-emgdb` of `data_home` if it is not
        there (needs `pip install skemg[io]`). False never uses the network.
    return_X_y : bool, default=False
        Give `(data, target)` instead of a Bunch.
    as_frame : bool, default=False
        Give `frame` as a DataFrame (needs pandas).

    Returns
    -------
    emg : Bunch
        The three recordings, as attributes:

        data : Recordings of length 3
            In µV at 4000 Hz, one channel, with the patients as groups.
        target : ndarray of str of shape (3,)
            "normal", "myopathic" and "neuropathic".
        groups : ndarray of str of shape (3,)
            The patient; the name of the record, as each person has one.
        frame : dict of ndarray of shape (3,), or DataFrame
            `recording`, `patient`, `muscle`, `class` (the word of the source), `notes`
            (age, sex and diagnosis in the words of the source), `n_wrapped` (samples of
            the `.dat` that wrapped round) and `file`.
        DESCR : str
            Source, licence and traps of the set.
    (data, target) : tuple of (Recordings, ndarray)
        If `return_X_y`.

    Raises
    ------
    FileNotFoundError
        If the set is not there and `download` is False; the message says where to get
        it.
    OSError
        If PhysioNet cannot be reached.
    SignalError
        If a file is not what was published; the message names file and cure.

    See Also
    --------
    fetch_algiers : 238 people, for patient-grouped evaluation.

    References
    ----------
    .. [1] Goldberger, A. L. et al. (2000). "PhysioBank, PhysioToolkit, and PhysioNet:
       components of a new research resource for complex physiologic signals."
       Circulation, 101(23), e215-e220. Data: DOI 10.13026/C24S3D.

    Examples
    --------
    >>> from skemg.datasets import fetch_emgdb
    >>> emg = fetch_emgdb("~/emg")  # doctest: +SKIP
    >>> emg.data  # doctest: +SKIP
    <Recordings: 3 recordings of 3 patients, 12.715 to 36.9645 s at 4000 Hz, in µV>

    Without files and network it says where they are:

    >>> try:
    ...     fetch_emgdb("no_such_folder", download=False)
    ... except FileNotFoundError as error:
    ...     print("10.13026/C24S3D" in str(error))
    True
    """
    dtype = check_dtype(dtype)
    folder = find_folder(
        data_home,
        name="physionet-emgdb",
        marks=tuple(f"emg_{word}.hea" for word in _TARGETS),
        source="emgdb 1.0.0 from https://doi.org/10.13026/C24S3D",
        files=EMGDB,
        download=download,
    )
    names = [f"emg_{word}" for word in _TARGETS]
    headers = [_read_header(folder / f"{name}.hea") for name in names]
    signals, n_wrapped = zip(*map(_read_microvolts, headers), strict=True)
    data = Recordings.from_list(
        [signal.astype(dtype) for signal in signals],
        sfreq=_SFREQ,
        groups=names,
        unit="uV",
    )
    return as_bunch(
        data,
        np.array(list(_TARGETS.values())),
        frame={
            "recording": np.array(names),
            "patient": np.array(names),
            "muscle": np.array(["tibialis anterior"] * len(names)),
            "class": np.array(list(_TARGETS)),
            "notes": np.array([_notes(header) for header in headers]),
            "n_wrapped": np.array(n_wrapped),
            "file": np.array([f"{name}.txt" for name in names]),
        },
        descr=_DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _read_header(path):
    header = read_header(require_file(path))
    (signal, *others) = header.signals
    published = (_SFREQ, f"{path.stem}.dat", 16, 0, 1, _STEPS, 0, "mv")
    stated = (
        header.sfreq,
        signal.path.name,
        signal.format,
        signal.offset,
        signal.per_frame,
        signal.gain,
        signal.baseline,
        (signal.unit or "").lower(),
    )
    complete = None not in (header.n_frames, signal.first, signal.checksum)
    if others or stated != published or not complete:
        raise SignalError(
            f"{path} does not state what was published: one channel at 4000 Hz in "
            f"{path.stem}.dat, format 16, 10000/mV, with length, first value and "
            "checksum; download it again"
        )
    return header


def _notes(header):
    return " ".join(" ".join(header.comments).split())


def _read_microvolts(header):
    """Return a recording in µV, and how many samples of its .dat wrapped round."""
    require_file(header.signals[0].path)
    (samples,) = read_samples(header, header.signals, max_bytes=_MAX_BYTES)
    path = header.path.with_suffix(".txt")
    counts = np.rint(_read_txt(path, header.n_frames) * _STEPS)
    turns = np.rint((counts - samples.values) / _WRAP)
    (wrong,) = np.nonzero(abs(counts - turns * _WRAP - samples.values) > 1)
    if len(wrong):  # one step apart is right: the .dat was rounded
        i = wrong[0]
        raise SignalError(
            f"{path} has {counts[i] / _STEPS} mV in line {i + 1}, but {path.stem}.dat "
            f"has {samples.values[i] / _STEPS} mV; download both again"
        )
    return counts * 1000 / _STEPS, np.count_nonzero(turns)


def _read_txt(path, n_times):
    lines = require_file(path).read_bytes().splitlines()
    if len(lines) != n_times:
        raise SignalError(
            f"{path} has {len(lines)} lines, expected {n_times}; download it again"
        )
    found = [_LINE.fullmatch(line) for line in lines]
    if None in found:
        i = found.index(None)
        raise SignalError(
            f"{path} has {lines[i][:40].decode(errors='replace')!r} in line {i + 1}, "
            "expected a time in seconds and a value in mV; download it again"
        )
    return np.array([line[1] for line in found], dtype=np.float64)
