"""The header of a WFDB record: what lies where, in which steps, and what it is."""

import itertools
import os
import re
from pathlib import Path
from typing import NamedTuple

from skemg.exceptions import SignalError

from ._bytes import read_bytes
from ._stated import disagree

SUFFIX = ".hea"
_MAX_HEADER = 1 << 20
_FORMATS = {8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516, 524}
_INTEGER = r"[+-]?\d{1,15}"
_NUMBER = r"\d{1,15}(?:\.\d{0,15})?(?:[eE][+-]?\d{1,3})?"
_RECORD = re.compile(
    r"(?P<name>[^\s/]{1,255})(?P<n_segments>/\d{1,9})?[ \t]++(?P<n_signals>\d{1,9})"
    rf"(?:[ \t]++(?P<sfreq>{_NUMBER})"
    rf"(?:/{_NUMBER}(?:\([+-]?{_NUMBER}\)|:[+-]?{_NUMBER})?)?"
    r"(?:[ \t]++(?P<n_frames>\d{1,15})"
    r"(?:[ \t]++[\d:.]{1,32}(?:[ \t]++[\d/]{1,16})?)?)?)?[ \t]*+"
)
_SIGNAL = re.compile(
    r"(?P<file>\S{1,255})[ \t]++(?P<format>\d{1,4})(?:x(?P<per_frame>\d{1,6}))?"
    r"(?::(?P<skew>\d{1,9}))?(?:\+(?P<offset>\d{1,15}))?"
    rf"(?:[ \t]++(?P<gain>[+-]?{_NUMBER})(?:\((?P<baseline>{_INTEGER})\))?"
    rf"(?:/(?P<unit>\S{{1,40}}))?(?:[ \t]++\d{{1,3}}(?:[ \t]++(?P<zero>{_INTEGER})"
    rf"(?:[ \t]++(?P<first>{_INTEGER})(?:[ \t]++(?P<checksum>{_INTEGER})"
    rf"(?:[ \t]++{_INTEGER}(?:[ \t]++(?P<name>.*))?)?)?)?)?)?)?[ \t]*+"
)
_LONGEST = 1000  # characters of a value; what is as long is withheld
_FIELD = re.compile(r"<(\w[\w ]{0,30})>[ \t]*+:?([^<]*+)")
_PAIR = re.compile(r"([^:<>]{1,40}):(.*)")


class Signal(NamedTuple):
    """One channel: its file, its place in a frame, and what its steps mean."""

    name: str
    path: Path
    format: int
    offset: int
    per_frame: int
    column: int
    n_columns: int
    gain: float | None
    baseline: int
    unit: str | None
    first: int | None
    checksum: int | None


class Header(NamedTuple):
    """What the reader needs of a header; `n_frames` is None where it is not stated."""

    path: Path
    sfreq: float | None
    n_frames: int | None
    signals: list
    comments: list


def read_header(path, *, on_mismatch="raise"):
    """Return the header of a WFDB record.

    Parameters
    ----------
    path : path-like
        The header, the record without suffix, or one of its data files.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where the record has another name than its header.

    Returns
    -------
    header : Header
        All that it states; nothing is filled in.

    Raises
    ------
    SignalError
        If there is none, if it is not well formed, or if it needs what is not read.
    """
    given = Path(path)
    path = _find_header(given)
    text = read_bytes(path, max_bytes=_MAX_HEADER).decode("utf-8", errors="replace")
    lines = [(i, line.strip()) for i, line in enumerate(text.splitlines(), 1)]
    comments = [line.lstrip("#") for _, line in lines if line.startswith("#")]
    lines = [(i, line) for i, line in lines if line and not line.startswith("#")]
    record = _RECORD.fullmatch(lines[0][1]) if lines else None
    if record is None:
        raise SignalError(
            f"{path} has no record line of WFDB ('name n_signals rate n_samples'); "
            "give the .hea file of a record"
        )
    if record["n_segments"] is not None:
        raise SignalError(
            f"{path} is the header of a record of several segments; read the segments "
            "that it names one by one"
        )
    n_signals = int(record["n_signals"])
    if n_signals == 0 or len(lines) - 1 != n_signals:
        raise SignalError(
            f"{path} states {n_signals} signals and describes {len(lines) - 1}; at "
            "least one is needed, and a line for each"
        )
    if record["name"] != path.stem:
        disagree(f"{path} is the header of a record of another name", on_mismatch)
    signals = _place([_signal(path, *line) for line in lines[1:]], path)
    named = [signal.path.name for signal in signals]
    if os.path.isfile(given) and given.name not in [path.name, *named]:
        raise SignalError(f"{path} does not name {given.name}; give the .hea file")
    return Header(
        path=path,
        sfreq=None if record["sfreq"] is None else float(record["sfreq"]),
        n_frames=int(record["n_frames"] or 0) or None,
        signals=signals,
        comments=comments,
    )


def signed_16(number):
    """Return a number as 16 bits with a sign hold it."""
    return (int(number) + 2**15) % 2**16 - 2**15


def comment_fields(comments):
    """Return names and values of comments such as '<age>: 44 <sex>: M' or 'Sex: M'.

    A comment without a name that is indented further goes on with the last value.
    """
    fields, indent = [], 0
    for text in comments:
        found = _FIELD.findall(text) or _PAIR.findall(text)
        blanks = len(text) - len(text.lstrip())
        if not found and fields and fields[-1][0] and blanks > indent:
            key, value = fields.pop()
            fields.append((key, f"{value} {text.strip()}"[:_LONGEST]))
            continue
        indent = blanks
        found = found or [("", text)]
        fields += [(key.strip(), value.strip()) for key, value in found]
    return fields


def is_wfdb(head, path):
    """Whether a file is the header of a WFDB record, or the data that one names.

    Parameters
    ----------
    head : bytes
        The beginning of the file.
    path : path-like
        The file.

    Returns
    -------
    known : bool
        True for a header, by its first two lines, and for a file that the header of
        the same name beside it names.
    """
    path = Path(path)
    if _named_files(head, path):
        return True
    header = path.parent / f"{path.stem}{SUFFIX}"
    if path.suffix == SUFFIX or not os.path.isfile(header):
        return False
    try:
        content = read_bytes(header, max_bytes=_MAX_HEADER)
    except SignalError:
        return False
    return path.name in _named_files(content, header)


def _named_files(head, path):
    """Return the files that a header names; none if it is no header."""
    lines = [line.strip() for line in head.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    record = _RECORD.fullmatch(lines[0]) if lines else None
    if record is None or int(record["n_signals"]) == 0:
        return []
    if record["n_segments"] is not None:
        return [path.name] if path.suffix == SUFFIX else []
    found = [
        _SIGNAL.fullmatch(line) for line in lines[1 : 1 + int(record["n_signals"])]
    ]
    if not found or found[0] is None or int(found[0]["format"]) not in _FORMATS:
        return []
    if not re.search(r"[^\W\d_]", found[0]["file"]):
        return []
    return [signal["file"] for signal in found if signal is not None]


def _find_header(path):
    if path.suffix == SUFFIX:
        return path
    # a record may have a point in its name, so its suffix cannot be told from it
    for name in (path.name, path.stem):
        header = path.parent / f"{name}{SUFFIX}"
        if os.path.isfile(header):  # unlike Path.is_file silent on names too long
            return header
    raise SignalError(f"{path} has no header {path.stem}{SUFFIX} beside it; bring both")


def _signal(path, number, line):
    found = _SIGNAL.fullmatch(line)
    if found is None:
        raise SignalError(
            f"{path} has no signal line of WFDB in line {number}; expected 'file "
            "format gain(baseline)/unit bits zero first checksum block name'"
        )
    if int(found["skew"] or 0):
        raise SignalError(
            f"{path} states a skew between its signals in line {number}, which is not "
            "undone; remove it with WFDB's xform first"
        )
    per_frame = int(found["per_frame"] or 1)
    if per_frame == 0:
        raise SignalError(f"{path} states 0 samples a frame in line {number}")
    zero = int(found["zero"] or 0)
    return Signal(
        name=(found["name"] or "").strip(),
        path=_sibling(path, found["file"]),
        format=int(found["format"]),
        offset=int(found["offset"] or 0),
        per_frame=per_frame,
        column=0,
        n_columns=0,
        gain=None if found["gain"] is None else float(found["gain"]),
        baseline=zero if found["baseline"] is None else int(found["baseline"]),
        unit=found["unit"],
        first=None if found["first"] is None else int(found["first"]),
        checksum=None if found["checksum"] is None else signed_16(found["checksum"]),
    )


def _sibling(path, name):
    """Return a file beside the header, and nothing else."""
    if name in ("-", "~"):
        raise SignalError(f"{path} has a signal without a file, which is not read")
    other = path.parent / name
    try:
        inside = other.resolve().parent == path.parent.resolve()
    except (OSError, ValueError, RuntimeError):
        inside = False
    if (
        not inside
        or name in (".", "..")
        or not name.isprintable()
        or set(name) & {*"/\\:"}
    ):
        raise SignalError(
            f"{path} names a data file that is not in its folder; put the data beside "
            "the header and correct the name in it"
        )
    if other.stem != path.stem and os.path.exists(other.with_suffix(SUFFIX)):
        raise SignalError(
            f"{path} names {name}, which is the data of the record {other.stem}; "
            "download both again"
        )
    return other


def _place(signals, path):
    """Return the signals with their columns in the frames of their files."""
    placed, files = [], set()
    for file, members in itertools.groupby(signals, lambda signal: signal.path):
        members = list(members)
        alike = len({(signal.format, signal.offset) for signal in members}) == 1
        if file in files or not alike:
            raise SignalError(
                f"{path} describes {file.name} in two ways; the signals of one file "
                "stand together, with one format and one offset"
            )
        files.add(file)
        ends = list(itertools.accumulate(signal.per_frame for signal in members))
        placed += [
            signal._replace(column=end - signal.per_frame, n_columns=ends[-1])
            for signal, end in zip(members, ends, strict=True)
        ]
    return placed
