"""Which files a pattern means, and which row of a table belongs to each."""

import glob
import os
from pathlib import Path

from skemg.exceptions import SignalError

from ._table import read_table
from ._wfdb_header import SUFFIX, is_wfdb


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


def match_rows(files, table, file, patient, label):
    """Return the row of each file, and what has no file or no row.

    Parameters
    ----------
    files : dict of {str: pathlib.Path}
        The files, by their path from the folder of the pattern.
    table : path-like, dict of array-like, DataFrame or None
        The table; None has an empty row for every file.
    file, patient, label : str
        Names of its columns; one called "label" need not be there.

    Returns
    -------
    rows : dict of dict
        Row by file.
    left_out : list of dict
        `file` and `reason` of rows without a file and files without a row.
    """
    names = list(files)
    parts = _parts_of_records(files)
    if table is None:
        return {name: {} for name in names if name not in parts}, []
    columns = read_table(table)
    _check_columns(columns, file, patient, label)
    short = {}
    for name in names:
        short.setdefault(name.rsplit("/", 1)[-1], []).append(name)
    rows, left_out = {}, []
    for number, wanted in enumerate(columns[file]):
        row = {name: column[number] for name, column in columns.items()}
        if not row[patient]:
            _refuse_empty(number, wanted, "patient", patient)
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
        elif row.get(label) == "":
            _refuse_empty(number, wanted, "label", label)
        else:
            rows[matches[0]] = row
    left_out += [
        {"file": name, "reason": "not in the table"}
        for name in names
        if name not in rows and name not in parts
    ]
    return rows, left_out


def _refuse_empty(number, file, what, column):
    raise SignalError(
        f"row {number + 1} of the table, {file!r}, has no {what}; fill in the column "
        f"{column!r}, or leave the row out"
    )


def _parts_of_records(files):
    """Return the files that belong to a header among the files, as WFDB has them."""
    paths = {*files.values()}
    return {
        name
        for name, path in files.items()
        if path.suffix != SUFFIX
        and path.with_suffix(SUFFIX) in paths
        and is_wfdb(b"", path)
    }


def _check_columns(columns, file, patient, label):
    needed = [file, patient, *([] if label == "label" else [label])]
    for name in needed:
        if name not in columns:
            raise SignalError(
                f"the table has no column {name!r}; it has {[*columns]}. Name the "
                "right one with file=, patient= or label="
            )
    for name in ("file", "sweep", "patient"):
        if name in columns and name not in (file, patient, label):
            raise SignalError(
                f"the table has a column {name!r}, which `frame` has too; give it "
                "another name"
            )
