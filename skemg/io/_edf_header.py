"""The header of an EDF or BDF file, checked before anything rests on it."""

import dataclasses
import re

from ._layout import Layout
from ._stated import disagree

_FIXED = 256  # bytes of the fixed part, and of the part of each signal
_COLUMNS = {
    "label": 16,
    "transducer": 80,
    "unit": 8,
    "physical_min": 8,
    "physical_max": 8,
    "digital_min": 8,
    "digital_max": 8,
    "filters": 80,
    "n_samples": 8,
    "reserved": 32,
}
_BEFORE_N_SAMPLES = 16 + 80 + 5 * 8 + 80  # bytes of the columns before it
_MAGIC = {b"0       ": ("EDF", 2), b"\xffBIOSEMI": ("BDF", 3)}
_IDENTIFYING = ((8, 88), (88, 168), (168, 184))  # patient, recording, date and time
_INTEGER = re.compile(rb"[+-]?\d{1,8}")
_NUMBER = re.compile(rb"[+-]?(?:\d{1,8}(?:\.\d{0,8})?|\.\d{1,8})(?:[eE][+-]?\d{1,3})?")
_SEX = re.compile(rb"\S{1,80} ([MF]) \S")  # behind the code of the patient, EDF+


@dataclasses.dataclass
class EdfHeader:
    """What a header states, in units of the file; nothing that identifies anybody.

    `signals` holds a dict a signal, the annotations among them, `kept` the bytes of
    the header with the identifying fields and the labels replaced, and `n_withheld`
    counts the identifying fields.
    """

    kind: str
    n_sample_bytes: int
    discontinuous: bool
    n_records: int
    duration: float
    sex: str
    n_withheld: int
    signals: list
    kept: bytes

    @property
    def n_bytes(self):
        return len(self.kept)

    @property
    def n_record_bytes(self):
        return self.n_sample_bytes * sum(s["n_samples"] for s in self.signals)

    def is_annotation(self, index):
        return self.signals[index]["label"] == f"{self.kind} Annotations"

    def with_single_samples(self):
        """Return the header of a file with one sample a record and signal."""
        n_signals = len(self.signals)
        place = _FIXED + _BEFORE_N_SAMPLES * n_signals
        counts = b"1".ljust(8) * n_signals
        return dataclasses.replace(
            self,
            signals=[signal | {"n_samples": 1} for signal in self.signals],
            kept=self.kept[:place] + counts + self.kept[place + len(counts) :],
        )


def parse_edf_header(path, content):
    """Return the header of an EDF or BDF file.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    content : bytes
        All of it.

    Returns
    -------
    header : EdfHeader
        With sizes that fit the file, except for the number of records.

    Raises
    ------
    SignalError
        If a field is no number, or they contradict each other.
    """
    layout = Layout(path, content)
    fixed = layout.take(0, _FIXED, "the header").tobytes()
    if fixed[:8] not in _MAGIC:
        layout.refuse("this is no EDF or BDF file")
    kind, n_sample_bytes = _MAGIC[fixed[:8]]
    n_bytes = _integer(layout, fixed[184:192], "size of the header")
    n_signals = _integer(layout, fixed[252:256], "number of signals")
    if n_signals < 1 or n_bytes != _FIXED * (n_signals + 1):
        layout.refuse(f"{n_signals} signals do not make a header of {n_bytes} bytes")
    table = layout.take(_FIXED, n_bytes - _FIXED, f"the table of {n_signals} signals")
    n_records = _integer(layout, fixed[236:244], "number of records")
    duration = _number(layout, fixed[244:252], "duration of a record")
    if n_records < -1 or duration < 0:
        layout.refuse(f"{n_records} records of {duration:g} s are impossible")
    signals = _parse_signals(layout, table.tobytes(), n_signals)
    header = EdfHeader(
        kind,
        n_sample_bytes,
        fixed[192:197] == f"{kind}+D".encode(),
        n_records,
        duration,
        _sex(kind, fixed),
        sum(fixed[a:b].strip(b" X") != b"" for a, b in _IDENTIFYING),
        signals,
        fixed[:8] + b" " * 176 + fixed[184:] + _without_labels(table, n_signals),
    )
    for index, signal in enumerate(signals):
        if not header.is_annotation(index):
            _check_range(layout, signal, n_sample_bytes)
    return header


def resolve_n_records(path, header, n_bytes, on_mismatch):
    """Return how many records are read: as stated, or as there if the caller wants.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    header : EdfHeader
        Of the file.
    n_bytes : int
        Size of the file.
    on_mismatch : {"raise", "warn"}
        What to do where header and size differ.

    Returns
    -------
    n_records : int
        At least 1.
    """
    there, rest = divmod(n_bytes - header.n_bytes, header.n_record_bytes)
    if header.n_records == -1:
        disagree(
            f"{path} was not closed by the recorder and states no number of records; "
            f"{there} are there",
            on_mismatch,
        )
    elif header.n_records != there or rest:
        disagree(
            f"{path} states {header.n_records} records, but {there} and {rest} bytes "
            "are there",
            on_mismatch,
        )
    if there == 0:
        Layout(path, b"").refuse("there is no whole record")
    return there


def _parse_signals(layout, table, n_signals):
    signals, start = [{} for _ in range(n_signals)], 0
    for name, size in _COLUMNS.items():
        for signal in signals:
            signal[name] = table[start : start + size]
            start += size
    for number, signal in enumerate(signals):
        place = f"of signal {number}"
        for name in ("label", "unit", "filters"):
            signal[name] = _text(signal[name])
        for name in ("digital_min", "digital_max", "n_samples"):
            signal[name] = _integer(layout, signal[name], f"{name} {place}")
        for name in ("physical_min", "physical_max"):
            signal[name] = _number(layout, signal[name], f"{name} {place}")
        if signal["n_samples"] < 1:
            layout.refuse(f"{signal['n_samples']} samples a record {place}")
    return signals


def _check_range(layout, signal, n_sample_bytes):
    low, high = signal["digital_min"], signal["digital_max"]
    name, top = signal["label"], 1 << (8 * n_sample_bytes - 1)
    if not -top <= low < high < top:
        layout.refuse(f"the digital range of {name!r} is {low} to {high}")
    if signal["physical_min"] == signal["physical_max"]:
        layout.refuse(
            f"{name!r} has the physical range {signal['physical_min']:g} to "
            f"{signal['physical_max']:g}"
        )


def _integer(layout, field, what):
    text = field.strip(b" ")
    if not _INTEGER.fullmatch(text):
        layout.refuse(f"the {what} is {_short(text)}, no whole number")
    return int(text)


def _number(layout, field, what):
    text = field.strip(b" ")
    if not _NUMBER.fullmatch(text) or abs(float(text)) == float("inf"):
        layout.refuse(f"the {what} is {_short(text)}, no number")
    return float(text)


def _short(text):
    return repr(text.decode("ascii", "replace"))


def _text(field):
    try:
        text = field.decode()
    except UnicodeDecodeError:
        text = field.decode("latin-1")
    return text.strip(" \0")


def _without_labels(table, n_signals):
    return b"signal".ljust(16) * n_signals + table[16 * n_signals :].tobytes()


def _sex(kind, fixed):
    plus = fixed[192:196] == f"{kind}+".encode()
    found = _SEX.match(fixed[8:88]) if plus else None
    return found[1].decode() if found else ""
