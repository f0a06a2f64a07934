"""Which files a pattern means, and which row of a table belongs to each."""

import glob
import os
from pathlib import Path

from skemg.exceptions import SignalError

from ._table import read_table


def list_files(pattern, table):
    """Return the folder of a pattern and the files that match it.

    Parameters
    ----------
    pattern : path-like
        A pattern of :mod:`glob`, or a folder for all that is below.
    table : path-like or object
        The table, which is no recording where it is a file.

    Returns
    -------
    home : pathlib.Path
        The part of the pattern before its first wildcard.
    paths : list of pathlib.Path
        The files, sorted; hidden ones are not among them.
    """
    text = os.path.expanduser(os.fspath(pattern))
    if os.path.isdir(text):
        home, text = Path(text), os.path.join(glob.escape(text), "**", "*")
    else:
        fixed = text
        while glob.has_magic(fixed):
            fixed = os.path.dirname(fixed)
        home = Path(fixed if os.path.isdir(fixed) else os.path.dirname(fixed))
    own = Path(table).expanduser() if isinstance(table, str | os.PathLike) else None
    paths = [
        path
        for path in map(Path, sorted(glob.glob(text, recursive=True)))
        if not path.is_dir() and not (own and own.exists() and path.samefile(own))
    ]
    if not paths:
        raise SignalError(f"no file matches {pattern}; check the path")
    return home, paths


def match_rows(names, table, file, patient):
    """Return the row of each file, and what has no file or no row.

    Parameters
    ----------
    names : list of str
        The files, from the folder of the pattern.
    table : path-like, dict of array-like, DataFrame or None
        The table; None has an empty row for every file.
    file, patient : str
        Names of its columns.

    Returns
    -------
    rows : dict of dict
        Row by file.
    left_out : list of dict
        `file` and `reason` of rows without a file and files without a row.
    """
    if table is None:
        return {name: {} for name in names}, []
    columns = read_table(table)
    for needed in (file, patient):
        if needed not in columns:
            raise SignalError(
                f"the table has no column {needed!r}; it has {[*columns]}. Name the "
                "right one with file= or patient="
            )
    short = {}
    for name in names:
        short.setdefault(name.rsplit("/", 1)[-1], []).append(name)
    rows, left_out = {}, []
    for number, wanted in enumerate(columns[file]):
        row = {name: column[number] for name, column in columns.items()}
        if not row[patient]:
            raise SignalError(
                f"row {number + 1} of the table, {wanted!r}, has no patient; fill in "
                f"the column {patient!r}"
            )
        matches = [wanted] if wanted in names else short.get(wanted, [])
        if len(matches) > 1:
            raise SignalError(
                f"{wanted!r} in the table may be {' or '.join(map(repr, matches))}; "
                "write the path in full"
            )
        if not matches:
            left_out.append({"file": wanted, "reason": "in the table, but no file"})
        elif matches[0] in rows:
            raise SignalError(f"the table names {matches[0]!r} twice; keep one row")
        else:
            rows[matches[0]] = row
    left_out += [
        {"file": name, "reason": "not in the table"}
        for name in names
        if name not in rows
    ]
    return rows, left_out
