"""The Algiers recordings as they lie on disk: the published tree, the compact copy."""

import csv
import functools
import itertools
import math
import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from skemg.exceptions import SignalError
from skemg.io._bytes import read_packed_bytes
from skemg.io._numbers import parse_table

from ._home import require_file

SFREQ = 32768.0
N_TIMES = (163840, 163841)  # 5 s, without and with the sample at 5 s
TREE = "EMG Dataset Repository"
TABLE = "recordings.csv"
MUSCLE_FOLDERS = {"D": "01_Deltoid", "B": "02_Biceps Brachii"}

_MUSCLES = {"D": "deltoid", "B": "biceps"}
_SIDES = {"R": "right", "L": "left"}
_CLASSES = {"Hea": "Healthy", "Myo": "Myopathy", "Neu": "Neuropathy"}
_COLUMNS = ["recording", "file", "class", "patient", "side", "muscle"]
_COLUMNS += ["sfreq", "scale", "offset", "n_times"]
_PLACE = r"(?P<side>[RL])(?P<muscle>[DB])"
_CODE = "(?P<code>Hea|Myo|Neu)"
_TREE_NAME = re.compile(
    r"EMG *_(?P<number>\d{1,6}) *_(?P<patient>\d{1,6})_ *"
    rf"{_PLACE}_{_CODE}\.asc(\.gz)?"
)
_TABLE_NAME = re.compile(
    rf"(?P<number>\d{{1,6}})_{_CODE}(?P<patient>\d{{1,6}})_{_PLACE}"
)
_VALUE = rb"-?\d{1,5}\.\d000"
_MAX_BYTES = 1 << 24  # a value and its blanks take 12 bytes at most


class Entry(NamedTuple):
    """One recording: what its name says, its file, and how to read it.

    `read()` gives the samples in microvolts, float64.
    """

    number: int
    patient: str
    side: str
    muscle: str
    word: str
    file: str
    read: Callable


def list_entries(folder):
    """Return the recordings of a folder, by number.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of `recordings.csv`, of the published tree, or the tree itself.

    Returns
    -------
    entries : list of Entry
        The recordings; no number occurs twice.
    """
    if (folder / TABLE).exists():
        entries = _list_compact(folder)
    elif (folder / TREE).exists():
        entries = _list_tree(folder / TREE)
    else:
        entries = _list_tree(folder)
    if not entries:
        raise SignalError(f"{folder} holds no recording; download the data set again")
    entries.sort(key=lambda entry: entry.number)
    for one, other in itertools.pairwise(entries):
        if one.number == other.number:
            raise SignalError(
                f"recording {one.number} is there twice in {folder}: {one.file!r} and "
                f"{other.file!r}; remove one of them"
            )
    return entries


def _entry(name, file, read):
    return Entry(
        number=int(name["number"]),
        patient=f"{name['code']}{int(name['patient']):02d}",
        side=_SIDES[name["side"]],
        muscle=_MUSCLES[name["muscle"]],
        word=_CLASSES[name["code"]],
        file=file,
        read=read,
    )


def _list_tree(tree):
    return [
        _tree_entry(path, path.relative_to(tree).as_posix())
        for path in tree.rglob("*")
        if path.parent != tree and not path.is_dir() and not path.name.startswith(".")
    ]


def _tree_entry(path, file):
    name = _TREE_NAME.fullmatch(path.name)
    if name is None:
        raise SignalError(
            f"{path} is no name of a recording, which looks like "
            "'EMG _104 _04_ RD_Myo.asc'; rename it as published or move it away"
        )
    home = f"{MUSCLE_FOLDERS[name['muscle']]}/{_CLASSES[name['code']]}/{path.name}"
    if file != home:
        raise SignalError(
            f"{path} says by its name that it is {home!r} but lies in another folder; "
            "put it back as published"
        )
    return _entry(name, file, functools.partial(_read_asc, path))


def _read_asc(path):
    text = read_packed_bytes(require_file(path), max_bytes=_MAX_BYTES)
    if not text.strip():
        raise SignalError(f"{path} holds no value; download it again")
    wanted = "microvolts such as -12.3000; download it again"
    return _whole(parse_table(path, text, value=_VALUE, wanted=wanted).ravel(), path)


def _whole(signal, path):
    if len(signal) not in N_TIMES:
        raise SignalError(
            f"{path} has {len(signal)} samples, expected {N_TIMES[0]} or {N_TIMES[1]}; "
            "download it again"
        )
    return signal


def _list_compact(folder):
    table = require_file(folder / TABLE)
    try:
        rows = list(csv.reader(table.read_text("utf-8").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SignalError(f"{table} is no table in UTF-8: {error}") from error
    if rows[0] != _COLUMNS:
        raise SignalError(f"{table} has the columns {rows[0]}, expected {_COLUMNS}")
    entries = [
        _table_entry(folder, row, f"{table}, line {line}")
        for line, row in enumerate(rows[1:], 2)
    ]
    named = {entry.file for entry in entries}
    for path in sorted((folder / "recordings").glob("*.flac")):
        if f"recordings/{path.name}" not in named:
            raise SignalError(f"{path} is not named in {table}; one of them is damaged")
    return entries


def _table_entry(folder, row, where):
    if len(row) != len(_COLUMNS):
        raise SignalError(f"{where} has {len(row)} columns, expected {len(_COLUMNS)}")
    row = dict(zip(_COLUMNS, row, strict=True))
    name = _TABLE_NAME.fullmatch(row["recording"])
    if name is None:
        raise SignalError(
            f"{where}: recording is {row['recording']!r}, expected a name such as "
            "'104_Myo04_RD'"
        )
    read = functools.partial(
        _read_flac,
        folder / "recordings" / f"{row['recording']}.flac",
        scale=_number(row, "scale", where),
        offset=_number(row, "offset", where),
        n_times=_number(row, "n_times", where),
    )
    entry = _entry(name, f"recordings/{row['recording']}.flac", read)
    expected = {
        "file": entry.file,
        "class": entry.word.lower(),
        "patient": entry.patient,
        "side": entry.side,
        "muscle": entry.muscle,
    }
    for column, value in expected.items():
        if row[column] != value:
            raise SignalError(
                f"{where}: {column} is {row[column]!r}, but the recording "
                f"{row['recording']!r} says {value!r}; correct the table"
            )
    if _number(row, "sfreq", where) != SFREQ:
        raise SignalError(f"{where}: sfreq is {row['sfreq']}, expected {SFREQ} Hz")
    return entry


def _number(row, column, where):
    try:
        number = float(row[column])
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or (column != "offset" and number <= 0):
        raise SignalError(f"{where}: {column} is {row[column]!r}, no possible number")
    return number


def _read_flac(path, *, scale, offset, n_times):
    soundfile = _import_soundfile()
    try:
        with soundfile.SoundFile(require_file(path)) as file:
            kind = f"{file.channels} channel, {file.subtype}, {file.samplerate} Hz"
            counts = file.read(dtype="int16")
    except soundfile.SoundFileError as error:
        raise SignalError(
            f"{path} cannot be read ({error}); download it again"
        ) from error
    if kind != f"1 channel, PCM_16, {SFREQ:.0f} Hz":
        raise SignalError(
            f"{path} holds {kind}, expected 1 channel, PCM_16, {SFREQ:.0f} Hz"
        )
    if len(counts) != n_times:
        raise SignalError(
            f"{path} has {len(counts)} samples, but {TABLE} says {n_times:.0f}; "
            "download both again"
        )
    return _whole(np.float64(scale) * counts + offset, path)


def _import_soundfile():
    try:
        import soundfile
    except ImportError as error:
        raise ImportError(
            "the compact copy is FLAC, which needs soundfile: pip install skemg[io]"
        ) from error
    return soundfile
