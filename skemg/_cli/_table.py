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

    def __init__(self, file, classes):
        self._file = file
        self._writer = csv.writer(file, lineterminator="\n")
        self._write(["file", "sweep", "class", *(f"p_{c}" for c in classes), "error"])

    def write(self, row):
        """Write a row and hand it to the system."""
        *front, proba, error = row.values()
        self._write([*front, *proba.values(), error])

    def _write(self, cells):
        self._writer.writerow([_harmless(cell) for cell in cells])
        self._file.flush()


class JsonTable:
    """A list of objects, whole after every row."""

    def __init__(self, file, classes):
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


@contextmanager
def open_table(output, suffix, classes):
    """Give a table to write rows into.

    Rows for a file go to `output.part`, which gets its name when all are there. So
    `output` is whole or not there, and `output.part` has the rows of a run that was
    ended; the next run refuses to write over it.
    """
    if output is None:
        yield CsvTable(sys.stdout, classes)
        return
    part = f"{output}.part"
    try:
        with open(part, "x", **_TEXT) as file:
            try:
                yield TABLES[suffix](file, classes)
            except BaseException:
                say(f"skemg: finished rows are in {plain(part)}")
                raise
        os.replace(part, output)
    except FileExistsError as error:
        raise CommandError(
            f"--output: {part} has the rows of a run that goes on or was ended; move "
            "or delete it"
        ) from error
    except OSError as error:
        raise CommandError(f"--output: {error}") from error
