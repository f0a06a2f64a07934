"""Columns of numbers in a text, a channel each."""

import re

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import MAX_BYTES, read_packed_bytes
from ._channels import as_recording, check_dtype, choose_channels
from ._decode import skip_lines, unmarked
from ._numbers import first_line_of, parse_table, split_fields, value_pattern
from ._stated import disagree, resolve_rate
from ._times import SECONDS, rate_of_times, roundest

_MAX_COLUMNS = 1024  # more channels than a recorder has


def read_columns(
    path,
    *,
    channels=None,
    time=None,
    time_unit=None,
    sfreq=None,
    unit=None,
    n_times=None,
    n_header_lines=0,
    separator=" ",
    decimal=".",
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
):
    """Read columns of numbers, a channel each, or one long line of one channel.

    Two or more lines are rows of one length, split at blanks and tabs, or with
    `separator` as CSV is: column `i` is the channel "column i". One line alone, however
    long, is one channel; split at blanks, as the fields of such files need not have one
    width. So are the text files
    of PhysioNet (a time and a value in each line) and the `.asc` files of the Algiers
    set. A file packed with gzip is unpacked.

    Such a file says nothing about itself: the unit must be given, and the rate too
    where no column holds times. Nor does it state its length, so that a file cut short
    between two values cannot be told from a shorter one: pass `n_times` where you know
    it.

    Parameters
    ----------
    path : path-like
        The file.
    channels : list of str or int, default=None
        Columns to read, as "column 1" or 1; None reads all but that of the times.
    time : int, default=None
        The column that holds times. They give the rate and must be even: rising,
        without a gap, off by 1 % of a step at most (our choice) beside the rounding of
        their last digit. The rate is the number with the fewest digits that the
        rounded times allow. None where no column holds times.
    time_unit : {"s", "ms", "us"}, default=None
        Unit of the times. Needed with `time`.
    sfreq : float, default=None
        Sampling frequency in Hz. Needed without times, checked against them else.
    unit : {"uV", "mV", "V", "uncalibrated"}, default=None
        Unit of the values, the same for all channels. Needed.
    n_times : int, default=None
        How many samples a channel must have; None does not check.
    n_header_lines : int, default=0
        Lines before the first row, which are skipped unread.
    separator : {" ", tab, ",", ";"}, default=" "
        What stands between two numbers; " " is any run of blanks and tabs.
    decimal : {".", ","}, default="."
        The decimal mark.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    max_bytes : int, default=2 GiB
        Longest file that is read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where times and `sfreq`, or rows and `n_times`, differ; "warn" takes
        your `sfreq` and the rows that are there.

    Returns
    -------
    recordings : Recordings of length 1
        In µV, or uncalibrated if asked for.

    Raises
    ------
    SignalError
        If a field is no number (with its line and column; "nan" is none), rows differ
        in length, times are uneven, a column looks like times and is read as a channel,
        or rate or unit are not known.
    ValueError
        If a parameter has no such value.

    See Also
    --------
    read_matrix : A recording in each row.
    read_clinical_text : Exports with a header that states rate and unit.

    References
    ----------
    .. [1] Goldberger, A. L. et al. (2000). "PhysioBank, PhysioToolkit, and PhysioNet."
       Circulation, 101(23), e215-e220.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.io import read_columns
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "emg.txt"
    >>> rows = [f"{i / 4000:.5f} {0.01 * i:.2f}" for i in range(100)]
    >>> _ = path.write_text(chr(10).join(rows))
    >>> emg = read_columns(path, time=0, time_unit="s", unit="mV")
    >>> emg[0][:4]
    array([ 0., 10., 20., 30.], dtype=float32)
    >>> emg.sfreq
    array([4000.])
    >>> folder.cleanup()
    """
    dtype = check_dtype(dtype)
    _check_parameters(time, time_unit, n_times, n_header_lines, separator, decimal)
    if time is not None and time_unit is None:
        raise SignalError(
            f'{path} does not state the unit of its times; pass time_unit="s", "ms" or '
            '"us"'
        )
    text = unmarked(path, read_packed_bytes(path, max_bytes=max_bytes))
    text = skip_lines(path, text, n_header_lines)
    first_line = n_header_lines + 1
    marks = {"separator": separator, "decimal": decimal}
    wanted = _wanted(first_line_of(text), separator, decimal, first_line)
    table = parse_table(path, text, **marks, first_line=first_line, wanted=wanted)
    del text
    if len(table) == 1:
        table = table.T
        if time is not None:
            raise SignalError(
                f"{path} has one line, which is one channel; leave time=None"
            )
    elif table.shape[1] > _MAX_COLUMNS:
        raise SignalError(
            f"{path} has {table.shape[1]} columns, {_MAX_COLUMNS} at most can be "
            "channels; use read_matrix where a row is a recording"
        )
    index = _choose(path, table.shape[1], channels, time)
    if n_times is not None and len(table) != n_times:
        disagree(
            f"{path} has {len(table)} samples, but n_times={n_times} was given",
            on_mismatch,
        )
    stated = _stated_rate(path, table, index, time, time_unit, sfreq, first_line)
    return as_recording(
        path,
        [table[:, i] for i in index],
        [f"column {i}" for i in index],
        [None] * len(index),
        sfreq=resolve_rate(path, stated, sfreq, on_mismatch=on_mismatch),
        unit=unit,
        dtype=dtype,
        metadata={"format": "columns"},
    )


def _wanted(line, separator, decimal, number):
    """Return what a field must be, with the likely cure where the first line is not."""
    cure = "correct or export it again"
    fields = split_fields(line, separator)
    if not any(re.fullmatch(value_pattern(decimal), field) for field in fields):
        if re.search(rb"[A-Za-z]{2}", line):
            cure = f"pass n_header_lines={number} if names stand there"
        elif decimal == "." and separator != "," and b"," in line:
            cure = 'pass decimal="," or separator=","'
        elif separator != ";" and b";" in line:
            cure = 'pass separator=";"'
    return f"a number such as -12.3; {cure}"


def _choose(path, n_columns, channels, time):
    names = [f"column {i}" for i in range(n_columns)]
    if time is not None and not 0 <= time < n_columns:
        raise SignalError(f"{path} has no column {time} for time; it has {n_columns}")
    if channels is None and time is not None:
        channels = [i for i in range(n_columns) if i != time]
        if not channels:
            raise SignalError(f"{path} has times and no other column")
    index = choose_channels(path, names, channels)
    if time in index:
        raise ValueError(f"channels must not have the column of times, {time}")
    return index


def _stated_rate(path, table, index, time, time_unit, sfreq, first_line):
    """Return the rate of the times; a given one that they allow is theirs."""
    if time is None:
        if 0 in index and _only_rises(table):
            raise SignalError(
                f"{path} has a column 0 that only rises, as times do; pass time=0 if "
                "it holds times, or channels=[...] without it"
            )
        return None
    times = table[:, time] * SECONDS[time_unit]
    low, high = rate_of_times(path, times, first_line=first_line)
    number = isinstance(sfreq, int | float | np.number)
    return sfreq if number and low <= sfreq <= high else roundest(low, high)


def _only_rises(table):
    n_rows, n_columns = table.shape
    return n_columns > 1 and n_rows >= 16 and (np.diff(table[:, 0]) > 0).all()


def _check_parameters(time, time_unit, n_times, n_header_lines, separator, decimal):
    if time_unit not in (None, *SECONDS):
        raise ValueError(f"time_unit must be one of {list(SECONDS)}, got {time_unit!r}")
    if separator not in (" ", "\t", ",", ";"):
        raise ValueError(f'separator must be " ", a tab, "," or ";", got {separator!r}')
    if decimal not in (".", ",") or decimal == separator:
        raise ValueError(
            f'decimal must be "." or "," and not the separator, got {decimal!r}'
        )
    for name, count, least in (
        ("time", time, 0),
        ("n_times", n_times, 1),
        ("n_header_lines", n_header_lines, 0),
    ):
        optional = count is None and name != "n_header_lines"
        whole = isinstance(count, int | np.integer) and not isinstance(count, bool)
        if not optional and not (whole and count >= least):
            raise ValueError(f"{name} must be a whole number, got {count!r}")


def is_columns(head, path):
    """Whether a file holds blank-separated numbers from its first line on.

    Parameters
    ----------
    head : bytes
        The first 4096 bytes, unpacked.
    path : path-like
        Not looked at: the content tells.

    Returns
    -------
    bool
        True where each line that is whole holds as many numbers as the first.
    """
    text = head.removeprefix(b"\xef\xbb\xbf")
    if len(head) >= 4096:  # the last value of the head may be cut
        whole_lines = text[: max(text.rfind(b"\n"), text.rfind(b"\r")) + 1]
        text = whole_lines or text[: max(text.rfind(b" "), text.rfind(b"\t")) + 1]
    try:
        return parse_table(path, text).size > 1
    except SignalError:
        return False
