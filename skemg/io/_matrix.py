"""Matrices of numbers in a text, a recording in each row."""

import re

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals import Recordings

from ._bytes import MAX_BYTES, read_packed_bytes
from ._channels import check_dtype
from ._decode import decode, unmarked
from ._marks import find_marks
from ._numbers import (
    count_lines,
    first_line_of,
    parse_rows,
    parse_table,
    split_fields,
    value_pattern,
)
from ._stated import MICROVOLTS, resolve_rate, resolve_unit

_NUMBER = re.compile(rb"[-+]?[.,]?\d[\d.,]*(?:[eE][-+]?\d+)?")
_WHOLE = re.compile(r"-?\d{1,15}(?:\.0*)?")


def read_matrix(
    path,
    *,
    label=None,
    groups=None,
    leave_out=(),
    header=None,
    separator=None,
    decimal=None,
    n_channels=1,
    interleaved=None,
    channel_names=None,
    n_times=None,
    sfreq=None,
    unit=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    return_X_y=False,
):
    """Read a matrix of numbers, a recording or window in each row.

    So are many published sets of windows: comma-separated rows of one length, with a
    column of the class at the end or none, with a line of names or none [1]_. A file
    packed with gzip is unpacked. Which column holds what must be said: nothing in such
    a file tells a class from a sample.

    Parameters
    ----------
    path : path-like
        The file.
    label : int or str, default=None
        The column of the class: its position (-1 is the last one) or its name in the
        line of names. Whole numbers become integers, all else strings.
    groups : int or str, default=None
        The column of the patient.
    leave_out : list of int or str, default=()
        Columns that hold no sample, such as a number of the row.
    header : bool, default=None
        Whether the first line holds names. None: it does where none of its fields is a
        number; names that are numbers counted upwards are refused.
    separator : {",", ";", tab, " "}, default=None
        What stands between two fields. None takes the one that leaves no doubt.
    decimal : {".", ","}, default=None
        The decimal mark. None takes the one that leaves no doubt.
    n_channels : int, default=1
        Channels in each row.
    interleaved : bool, default=None
        How the channels share a row: True where all channels of the first time come
        first, False where all times of the first channel do. Needed for more than one
        channel.
    channel_names : list of str of length n_channels, default=None
        Names of the channels.
    n_times : int, default=None
        How many samples a channel of each row must have; None does not check.
    sfreq : float
        Sampling frequency in Hz. Needed.
    unit : {"uV", "mV", "V", "uncalibrated"}
        Unit of the values. Needed.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    max_bytes : int, default=2 GiB
        Longest file that is read.
    return_X_y : bool, default=False
        Give `(recordings, y)`; needs `label`.

    Returns
    -------
    recordings : Recordings of length n_rows
        In µV, or uncalibrated if asked for; `metadata[i]["label"]` is the class.
    (recordings, y) : tuple of (Recordings, ndarray of shape (n_rows,))
        If `return_X_y`.

    Raises
    ------
    SignalError
        If a field is no number (with its line and column), rows differ in length, a
        comma may be separator or decimal mark, a mark may be one of thousands, the
        first column counts the rows, or rate or unit are not given.
    ValueError
        If a parameter has no such value.

    See Also
    --------
    read_columns : A channel in each column.

    References
    ----------
    .. [1] Tatlidil, Ekinci and Boz (2025). DOI 10.20883/medical.e1391. Rows of 940
       samples.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.io import read_matrix
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "windows.csv"
    >>> _ = path.write_text("1.5,-2.0,0.5,healthy\\r\\n12.0,-8.5,7.0,ALS\\r\\n")
    >>> X, y = read_matrix(path, label=-1, sfreq=1000, unit="uV", return_X_y=True)
    >>> X[1]
    array([12. , -8.5,  7. ], dtype=float32)
    >>> y
    array(['healthy', 'ALS'], dtype='<U7')
    >>> folder.cleanup()
    """
    dtype = check_dtype(dtype)
    _check_channels(n_channels, interleaved)
    if return_X_y and label is None:
        raise ValueError("return_X_y=True needs label=..., the column of the class")
    sfreq = resolve_rate(path, None, sfreq)
    unit = resolve_unit(path, None, unit)
    text = unmarked(path, read_packed_bytes(path, max_bytes=max_bytes))
    names, body, marks = _split_header(path, text, header, separator, decimal)
    first_line = 1 + count_lines(text[: len(text) - len(body)])
    del text
    n_columns = len(split_fields(first_line_of(body), marks["separator"]))
    if names is not None and len(names) != n_columns:
        raise SignalError(
            f"{path} has {len(names)} names, but line {first_line} has {n_columns} "
            "values; correct or export it again"
        )
    columns = [*leave_out, *(c for c in (label, groups) if c is not None)]
    columns = [_position(path, c, names, n_columns) for c in columns]
    table, words = _parse(path, body, sorted(set(columns)), first_line, marks)
    if table.shape[1] and 0 not in columns:
        _refuse_count(path, table)
    found = {
        name: _words_of(path, words, columns, _position(path, column, names, n_columns))
        for name, column in (("label", label), ("groups", groups))
        if column is not None
    }
    X = _shape(path, table, n_channels, interleaved, n_times)
    X = np.multiply(X, MICROVOLTS.get(unit, 1.0), dtype=np.float64).astype(dtype)
    y = found.get("label")
    recordings = Recordings.from_array(
        X,
        sfreq=sfreq,
        groups=found.get("groups"),
        unit=None if unit is None else "uV",
        channel_names=channel_names,
        metadata=_metadata(y, len(X)),
    )
    return (recordings, y) if return_X_y else recordings


def _split_header(path, text, header, separator, decimal):
    """Return the names, the rows behind them, and the marks of the rows."""
    if header not in (None, True, False):
        raise ValueError(f"header must be True, False or None, got {header!r}")
    first = first_line_of(text)
    fields = [field.strip(b'" \t') for field in split_fields(first, _mark_in(first))]
    if header is None:
        numbers = [field for field in fields if _NUMBER.fullmatch(field)]
        header = not numbers
        _refuse_counted_names(path, numbers)
    body = text[len(first) :].lstrip(b"\r\n") if header else text
    if not body.strip():
        raise SignalError(f"{path} has a line of names and no row; export it again")
    separator, decimal = find_marks(path, body, separator=separator, decimal=decimal)
    names = decode(path, b"\n".join(fields)).split("\n") if header else None
    return names, body, {"separator": separator, "decimal": decimal}


def _mark_in(line):
    return next((mark for mark in "\t;," if mark.encode() in line), " ")


def _refuse_counted_names(path, numbers):
    """Raise for a first line 0, 1, 2 ..., which pandas writes for want of names."""
    if len(numbers) < 8 or numbers[0] not in (b"0", b"1"):
        return
    start = int(numbers[0])
    if numbers == [b"%d" % (start + i) for i in range(len(numbers))]:
        raise SignalError(
            f"{path} has a first line that counts {start}, {start + 1}, "
            f"{start + 2} ...; pass header=True if these are names, header=False if "
            "they are samples"
        )


def _position(path, column, names, n_columns):
    if isinstance(column, str):
        if names is None or names.count(column) != 1:
            found = "no line of names" if names is None else "no such single name"
            raise SignalError(
                f"{path} has no column {column!r}: there is {found}; pass its position"
            )
        return names.index(column)
    if isinstance(column, int | np.integer) and -n_columns <= column < n_columns:
        return int(column) % n_columns
    raise SignalError(f"{path} has no column {column!r}; it has {n_columns}")


def _parse(path, body, columns, first_line, marks):
    if not columns:
        return parse_table(path, body, first_line=first_line, **marks), None
    return parse_rows(path, body, columns, first_line=first_line, **marks)


def _refuse_count(path, table):
    first = table[:, 0]
    if len(first) > 2 and (np.diff(first) == 1).all() and first[0] in (0, 1):
        raise SignalError(
            f"{path} has a first column that counts its rows; pass leave_out=[0]"
        )


def _words_of(path, words, columns, column):
    """Return a text column as an array of integers or of strings."""
    place = sorted(set(columns)).index(column)
    column_words = b"\n".join(row[place].strip(b'" \t') for row in words)
    column_words = decode(path, column_words).split("\n")
    for row, word in enumerate(column_words):
        if word.lower() in ("", "nan"):
            raise SignalError(
                f"{path} has no entry in column {column} of row {row}; fill it in or "
                "leave the row out"
            )
    if all(_WHOLE.fullmatch(word) for word in column_words):
        return np.array([int(word.split(".")[0]) for word in column_words])
    return np.array(column_words)


def _shape(path, table, n_channels, interleaved, n_times):
    n_rows, n_columns = table.shape
    if n_columns == 0 or n_columns % n_channels:
        raise SignalError(
            f"{path} has {n_columns} samples in a row, which do not make "
            f"{n_channels} channels; pass label=... or leave_out=... for columns that "
            "hold none"
        )
    found = n_columns // n_channels
    if n_times is not None and n_times != found:
        raise SignalError(
            f"{path} has {found} samples of each channel in a row, but n_times="
            f"{n_times} was given"
        )
    if n_channels == 1:
        return table
    if interleaved:
        return table.reshape(n_rows, found, n_channels).swapaxes(1, 2)
    return table.reshape(n_rows, n_channels, found)


def _metadata(y, n_rows):
    if y is None:
        return [{"format": "matrix"} for _ in range(n_rows)]
    return [{"format": "matrix", "label": label} for label in y.tolist()]


def _check_channels(n_channels, interleaved):
    whole = isinstance(n_channels, int | np.integer)
    if not whole or isinstance(n_channels, bool) or n_channels < 1:
        raise ValueError(f"n_channels must be a positive integer, got {n_channels!r}")
    if interleaved not in (None, True, False) or (
        n_channels > 1 and interleaved is None
    ):
        raise ValueError(
            "interleaved must be True or False for more than one channel, got "
            f"{interleaved!r}"
        )


def is_matrix(head, path):
    """Whether a file holds rows of numbers with commas or semicolons between them.

    Parameters
    ----------
    head : bytes
        The first 4096 bytes, unpacked.
    path : path-like
        Not looked at: the content tells.

    Returns
    -------
    bool
        True where the first line has at least three fields and, but for one word at
        an end, they are numbers; or names above such a line.
    """
    for line in re.split(rb"\r\n?|\n", head.removeprefix(b"\xef\xbb\xbf"))[:2]:
        mark = ";" if b";" in line else ","
        number = re.compile(value_pattern("," if mark == ";" and b"," in line else "."))
        fields = split_fields(line, mark)
        if len(fields) >= 3 and all(number.fullmatch(f) for f in fields[1:-1]):
            return True
    return False
