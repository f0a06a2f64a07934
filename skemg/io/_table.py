"""A table beside the recordings: a CSV file, a dict of columns or a DataFrame."""

import csv
import io

from skemg.exceptions import SignalError

from ._bytes import read_bytes

_MAX_BYTES = 64 << 20
_SEPARATORS = ",;\t"


def read_table(table):
    """Return the columns of a table as lists of text.

    Parameters
    ----------
    table : path-like, dict of array-like, or DataFrame
        A CSV file in UTF-8 with a line of names, separated by commas, semicolons or
        tabs; or columns.

    Returns
    -------
    columns : dict of list of str
        All of one length; cells without the blanks around them.

    Raises
    ------
    SignalError
        If the file is no such table, or the columns differ in length.
    """
    if hasattr(table, "items"):
        columns = {
            str(name): [_text(cell) for cell in column]
            for name, column in table.items()
        }
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise SignalError(f"the columns of the table differ in length: {lengths}")
        return columns
    content = read_bytes(table, max_bytes=_MAX_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SignalError(
            f"{table} is not in UTF-8 ({error}); save it as such"
        ) from error
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise SignalError(f"{table} is no table: {error}") from error
    rows = [[cell.strip() for cell in row] for row in rows if row]
    if not rows:
        raise SignalError(f"{table} holds no line of names")
    names, *rows = rows
    if len(set(names)) < len(names):
        raise SignalError(f"{table} has two columns of one name: {names}")
    for number, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise SignalError(
                f"{table} has {len(row)} cells in row {number}, expected {len(names)}"
            )
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def _text(cell):
    return "" if cell is None or cell != cell else str(cell).strip()
