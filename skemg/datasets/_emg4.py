"""Surface EMG of four gestures of one person, read from disk."""

import re

import numpy as np

from skemg.exceptions import SignalError
from skemg.io._bytes import read_packed_bytes
from skemg.signals import Recordings

from ._bunch import as_bunch, check_dtype
from ._home import find_folder
from ._registry import EMG4

_SFREQ = 200.0
_TARGETS = ("rock", "scissors", "paper", "ok")
_SENSORS = 8
_N_BLOCKS = 6  # holds of 20 s, as the author tells; their borders are not marked
_COLUMNS = ("class", "block", "first_row", "n_rows", "n_damaged")
_MAX_BYTES = 1 << 24
_NUMBER = rb"-?\d{0,3}\.0"
_ROWS = re.compile(rb"(?:(?:" + _NUMBER + rb",){64}+[0-3]\r?\n)*+")
_LOST_DIGITS = re.compile(rb"(?<!\d)\.0")

_DESCR = """\
EMG-4
=====

Surface EMG of the right forearm of ONE person, eight electrodes of a Myo armband, four
held gestures: rock (fist), scissors, paper, ok. The author recorded each gesture six
times for 20 s and put the pieces behind each other. 200 Hz, raw 8-bit steps of the
armband, not calibrated.

Source: Yashuk, K., https://github.com/cyber-punk-me/emg-nn (folder `data`); also on
Kaggle as kyr7plus/emg-4.

Cite: Yashuk, K. "Classify gestures by reading muscle activity." There is no DOI.

Licence: Apache 2.0.

Traps
-----
- One person. No split says anything about the next one.
- Successive rows of the files are contiguous in time, 40 ms each. A random split over
  rows puts neighbours from one hold on both sides, and its score is worth nothing.
  Split by the blocks of time (`groups`), and mind that this is still the same session.
- The borders of the holds are not marked. The blocks here are sixths of a file, about
  485 rows, so that a border of blocks can fall into a hold.
- A few runs of rows that another copy has (Kaggle, 54 rows) are missing here without a
  mark: the signal jumps there. One value, the first of row 335 of `3.csv`, has lost its
  digits; it is read as 0, and `frame["n_damaged"]` counts it.
- Some descriptions swap scissors and paper; the files cannot settle it.
- The armband samples at 200 Hz behind filters of its own. Most of the band of surface
  EMG is missing, and settings for clinical EMG do not apply.
- It has nothing to do with neuromuscular disease.
"""


def fetch_emg4(
    data_home=None,
    dtype=np.float32,
    *,
    download=True,
    return_X_y=False,
    as_frame=False,
):
    """Fetch surface EMG of four gestures of one person.

    The set [1]_ is not part of this package. Where it is not on disk it is downloaded
    from one commit of the author's repository, 4 MB, and each file must have the
    checksum that is registered here. A row holds eight readings of eight sensors; the
    rows of a file become one signal of eight channels again, and that signal is cut
    into six blocks of time.

    There is one person, so `groups` are the blocks and not patients: block 1 of the
    four gestures is one group, and a split by groups keeps neighbours in time together.

    Parameters
    ----------
    data_home : path-like, default=None
        Folder of the four files (`.csv`, or packed as `.csv.gz`), or a folder in which
        that one is called `kaggle-emg4`. None asks the environment variable
        `SKEMG_DATA`, then the cache folder of the user.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    download : bool, default=True
        Download the set into the folder `kaggle-emg4` of `data_home` if it is not there
        (needs `pip install skemg[io]`). False never uses the network.
    return_X_y : bool, default=False
        Give `(data, target)` instead of a Bunch.
    as_frame : bool, default=False
        Give `frame` as a DataFrame (needs pandas).

    Returns
    -------
    emg : Bunch
        The blocks, by gesture and time, as attributes:

        data : Recordings of length 24
            At 200 Hz, eight channels, uncalibrated, with the blocks as groups.
        target : ndarray of str of shape (24,)
            "rock", "scissors", "paper" or "ok".
        groups : ndarray of str of shape (24,)
            The block of time, "block-1" to "block-6". No patient.
        frame : dict of ndarray of shape (24,), or DataFrame
            `class` (0 to 3, as in the source), `block`, `first_row` in the file
            (counted from 1), `n_rows` and `n_damaged` (values without digits, read
            as 0).
        DESCR : str
            Source, licence and traps of the set. Read them before you believe a score.
    (data, target) : tuple of (Recordings, ndarray)
        If `return_X_y`.

    Raises
    ------
    FileNotFoundError
        If the set is not there and `download` is False; the message says where to get
        it.
    OSError
        If the repository cannot be reached.
    SignalError
        If a file is not what was published; the message names file and cure.

    See Also
    --------
    fetch_uci_gestures : The same armband on many people.

    References
    ----------
    .. [1] Yashuk, K. "Classify gestures by reading muscle activity."
       https://github.com/cyber-punk-me/emg-nn

    Examples
    --------
    >>> from skemg.datasets import fetch_emg4
    >>> emg = fetch_emg4("~/emg")  # doctest: +SKIP
    >>> emg.data.n_times[:3], emg.groups[:2]  # doctest: +SKIP
    (array([3856, 3864, 3864]), array(['block-1', 'block-2'], dtype='<U7'))

    Without files and network it says where they are:

    >>> try:
    ...     fetch_emg4("no_such_folder", download=False)
    ... except FileNotFoundError as error:
    ...     print("cyber-punk-me/emg-nn" in str(error))
    True
    """
    dtype = check_dtype(dtype)
    folder = find_folder(
        data_home,
        name="kaggle-emg4",
        marks=("0.csv", "0.csv.gz"),
        source="0.csv to 3.csv from https://github.com/cyber-punk-me/emg-nn",
        files=EMG4,
        download=download,
    )
    signals, frame = [], {name: [] for name in _COLUMNS}
    for gesture in range(len(_TARGETS)):
        rows, damaged = _read(folder, gesture)
        borders = np.linspace(0, len(rows), _N_BLOCKS + 1).astype(int)
        for block in range(_N_BLOCKS):
            piece = slice(borders[block], borders[block + 1])
            signals.append(rows[piece].reshape(-1, _SENSORS).T.astype(dtype))
            values = (
                gesture,
                block + 1,
                piece.start + 1,
                len(rows[piece]),
                damaged[piece].sum(),
            )
            for name, value in zip(_COLUMNS, values, strict=True):
                frame[name].append(value)
    frame = {name: np.array(column) for name, column in frame.items()}
    return as_bunch(
        Recordings.from_list(
            signals,
            sfreq=_SFREQ,
            groups=[f"block-{block}" for block in frame["block"]],
            channel_names=[f"sensor{i}" for i in range(1, _SENSORS + 1)],
        ),
        np.array(_TARGETS)[frame["class"]],
        frame=frame,
        descr=_DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _read(folder, gesture):
    """Return the rows of a file, (n_rows, 64), and the damaged values of each."""
    packed = folder / f"{gesture}.csv.gz"
    path = packed if packed.exists() else folder / f"{gesture}.csv"
    content = read_packed_bytes(path, max_bytes=_MAX_BYTES)
    good = _ROWS.match(content).end()
    if good < len(content):
        number = content.count(b"\n", 0, good) + 1
        line = content[good : good + 40].split(b"\n")[0]
        raise SignalError(
            f"{path} has {line!r} in line {number}, expected 64 whole numbers and the "
            "class, with commas between; download it again"
        )
    lines = content.splitlines()
    # numpy parses the text; that it holds numbers and commas alone is known by now
    table = np.fromstring(b",".join(lines), sep=",").reshape(-1, 65)
    if len(table) < _N_BLOCKS or (table[:, -1] != gesture).any():
        raise SignalError(
            f"{path} must hold {_N_BLOCKS} rows or more, all of class {gesture}; "
            "download it again"
        )
    rows = table[:, :-1]
    if rows.min() < -128 or rows.max() > 127:
        raise SignalError(
            f"{path} has values from {rows.min():g} to {rows.max():g}, the armband "
            "gives -128 to 127; download it again"
        )
    return rows, np.array([len(_LOST_DIGITS.findall(line)) for line in lines])
