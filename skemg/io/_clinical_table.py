"""The sweeps in a block of numbers: columns, lines, or one sweep over all lines."""

import re

import numpy as np

from skemg.exceptions import SignalError

from ._clinical_blocks import is_marker
from ._clinical_header import UNKNOWN, as_voltage, fold, unit_at_end
from ._numbers import parse_table
from ._stated import disagree
from ._times import SECONDS, rate_of_times, roundest

_COUNT = {"sample", "index", "nr", "no", "n", "point", "punkt", "abtastwert", "muestra"}
_COUNT |= {"punto", "echantillon", "ornek", "nokta"}
LAYOUTS = ("columns", "rows", "lines")
_TIME = {"time", "times", "zeit", "temps", "tiempo", "zaman", "tempo", "t", "tijd"}


def headings_of(block, n_columns):
    """Return (name, unit) of each column from the lines right above, or None.

    A second line with nothing but units may stand below the names.
    """
    headings = None
    for line in block.header[-2:]:
        pairs = [_heading(field) for field in _fields(line, n_columns)]
        if len(pairs) != n_columns or re.search("[:=]", line):
            continue
        if headings is not None and not any(name for name, _ in pairs):
            pairs = [(old[0], new[1]) for old, new in zip(headings, pairs, strict=True)]
        elif not _begins_a_table(*pairs[0]):
            continue
        headings = pairs
    return headings


def _fields(line, n_columns):
    marks = r"[\t;]" if re.search(r"[\t;]", line) else ","
    fields = re.split(marks, line.strip(" \t;,"))
    return fields if len(fields) == n_columns else re.split(r"\s{2,}", line.strip())


def _heading(field):
    name, unit = unit_at_end(field)
    other = re.search(r"[\[(]\s*[^\])0-9]+[\])]\s*$", field)
    return name, UNKNOWN if unit is None and other else unit


def _begins_a_table(name, unit):
    """Whether a first heading is one, and no key with its value behind it."""
    word = name.partition(" ")[0]
    return word in _TIME or word in _COUNT or is_marker(name) or (unit and not name)


def sweeps_of(path, block, marks, *, layout, n_times, n_sweeps, rates, on_mismatch):
    """Return the sweeps of a block.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    block : Block
        The rows and the lines above them.
    marks : dict
        `separator` and `decimal`.
    layout : {"columns", "rows", "lines"} or None
        The caller's.
    n_times, n_sweeps : int or None
        The numbers of samples and of sweeps that the header states.
    rates : list of (float, float, float)
        The rates that the header states, in Hz, to know times without a unit.
    on_mismatch : {"raise", "warn"}
        What to do where times are uneven; "warn" leaves them out.

    Returns
    -------
    sweeps : ndarray of shape (n_sweeps, n_times)
        In the unit of the file.
    units : list of str
        What the headings state.
    rates : list of (float, float, float)
        What a column of times states.
    """
    table, ragged = _parse(path, block, marks)
    n_rows, n_columns = table.shape
    headings = None
    if ragged is None and layout in (None, "columns"):
        headings = headings_of(block, n_columns)
    layout = layout or _layout(path, table, headings, n_times, n_sweeps, ragged)
    if ragged is not None and layout != "lines":
        raise ragged
    if layout == "lines":
        return table.reshape(1, -1), [], []
    if layout == "rows":
        return table, [], []
    first, found = 0, []
    if n_columns > 1:
        is_time = headings is not None and fold(headings[0][0]).split()[:1]
        is_time = bool(is_time) and is_time[0] in _TIME
        rises = n_rows >= 16 and (np.diff(table[:, 0]) > 0).all()
        if is_time or rises:
            unit = headings[0][1] if headings else None
            if unit is not None or (np.diff(table[:, 0]) != 1).any():  # no mere count
                found = _rates_of_column(
                    path, table[:, 0], block.line, unit, rates, on_mismatch
                )
            first = 1
    units = [
        as_voltage(unit) or UNKNOWN for _, unit in (headings or [])[first:] if unit
    ]
    return table.T[first:], units, found


def _parse(path, block, marks):
    """Return the table, or all numbers as one row and why they are no table."""
    try:
        return parse_table(path, block.text, first_line=block.line, **marks), None
    except SignalError as error:
        if "differs in length" not in str(error):
            raise
        ragged = error
    separator = marks["separator"].encode()
    joined = re.sub(rb"[ \t;,]*+\n", separator, block.text.strip())
    return parse_table(path, joined, first_line=block.line, **marks), ragged


def _layout(path, table, headings, n_times, n_sweeps, ragged):
    n_rows, n_columns = table.shape
    if ragged is not None:
        # as many numbers may also be left of a table that is cut short
        if table.size != n_times or n_sweeps != 1:
            raise ragged
        return "lines"
    if n_columns == 1 or headings is not None or n_rows == n_times:
        return "columns"
    if n_columns == n_times:
        return "rows"
    if table.size == n_times and n_sweeps == 1:
        return "lines"
    if n_columns == 2 and n_rows >= 16 and (np.diff(table[:, 0]) > 0).all():
        return "columns"
    raise SignalError(
        f"{path} has {n_rows} rows of {n_columns} numbers, and nothing says what a row "
        'is; pass layout="columns" where a column is a sweep, "rows" where a row is, '
        '"lines" where one sweep runs over all lines'
    )


def _rates_of_column(path, times, line, unit, rates, on_mismatch):
    try:
        return [_rate_of_column(path, times, line, unit, rates)]
    except SignalError as error:
        if on_mismatch == "raise":
            raise
        disagree(str(error), on_mismatch)
        return []


def _rate_of_column(path, times, line, unit, rates):
    """Return the range of rates of a column of times; its unit may be in the rate."""
    if unit in SECONDS:
        low, high = rate_of_times(path, times * SECONDS[unit], first_line=line)
        return low, high, roundest(low, high)
    low, high = rate_of_times(path, times, first_line=line)
    mean = roundest(low, high)
    for scale in SECONDS.values():
        for one, other, _ in rates:
            if one * 0.999 <= mean / scale <= other * 1.001:
                return low / scale, high / scale, mean / scale
    raise SignalError(
        f"{path} has a column of times that neither states a unit nor fits "
        "the rate; export it again with its unit, or without the column"
    )
