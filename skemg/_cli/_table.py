"""Tables that are written row by row."""

import csv
import json
import os
import sys
from contextlib import contextmanager

from ._messages import CommandError, plain, say

_TEXT = {"encoding": "utf-8", "errors": "backslashreplace", "newline": ""}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvTable:
    """A line a row; the columns of the probabilities begin with `p_`."""

    def __init__(self, file, columns, classes):
        self._file = file
        self._writer = csv.writer(file, lineterminator="\n")
        self._write([*columns, "class", *(f"p_{c}" for c in classes), "error"])

    def write(self, row):
        """Write a row and hand it to the system."""
        *cells, proba, error = row.values()
        self._write([*cells, *proba.values(), error])

    def _write(self, cells):
        self._writer.writerow([_harmless(cell) for cell in cells])
        self._file.flush()


class JsonTable:
    """A list of objects, whole after every row."""

    def __init__(self, file, columns, classes):
        self._file = file
        self._end = file.tell()
        self._separator = "["
        self._file.write("[]\n")

    def write(self, row):
        """Write a row and hand it to the system."""
        self._file.seek(self._end)
        self._file.write(f"{self._separator}\n{json.dumps(row, allow_nan=False)}")
        self._end = self._file.tell()
        self._separator = ","
        self._file.write("\n]\n")
        self._file.flush()


TABLES = {".csv": CsvTable, ".json": JsonTable}


def suffix_of(path):
    """Return the end of a file's name, which tells what is written."""
    return os.path.splitext(path)[1].lower()


def _harmless(cell):
    """Return a cell that no spreadsheet takes for a formula."""
    if not isinstance(cell, str) or not cell.startswith(_FORMULA) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return text == text.strip()


def refuse_part(output, option="--output"):
    """End the command where rows of another run would be written over."""
    part = f"{output}.part"
    if os.path.lexists(part):
        raise CommandError(
            f"{option}: {part} has the rows of a run that goes on or was ended; move "
            "or delete it"
        )


@contextmanager
def open_table(output, columns, classes):
    """Give a table to write rows into.

    A row is a dict of `columns`, `class`, `probabilities`, a dict, and `error`.
    Rows for a file go to `output.part`, which gets its name when all are there. So
    `output` is whole or not there, and `output.part` has the rows of a run that was
    ended; the next run refuses to write over it.
    """
    if output is None:
        yield CsvTable(sys.stdout, columns, classes)
        return
    table = TABLES[suffix_of(output)]
    refuse_part(output)
    part = f"{output}.part"
    try:
        with open(part, "x", **_TEXT) as file:
            try:
                yield table(file, columns, classes)
            except BaseException:
                say(f"skemg: finished rows are in {plain(part)}")
                raise
        os.replace(part, output)
    except OSError as error:
        raise CommandError(f"--output: {error}") from error
