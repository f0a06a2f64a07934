"""Which files are meant, and whose they are."""

import collections
import glob
import os
from pathlib import Path

from ._messages import CommandError, plain, reason, say

_COLUMNS = ("file", "patient")
_KNOWN = ("muscle", "side", "age", "sex", "needle_depth")


def list_inputs(patterns):
    """Return the files in order: wildcards resolved, parts of records left out.

    Parameters
    ----------
    patterns : list of str
        As they were given. Not every shell resolves wildcards.

    Returns
    -------
    paths : list of str
        The files, none of them twice.
    """
    from skemg.io._folder_files import match_rows

    for pattern in patterns:
        refuse_folder(pattern)
    paths = [path for pattern in patterns for path in _matches(pattern)]
    path, n_times = collections.Counter(paths).most_common(1)[0]
    if n_times > 1:
        raise CommandError(f"{plain(path)} is given {n_times} times")
    alone, _ = match_rows({path: Path(path) for path in paths}, None, *_COLUMNS, "")
    if len(alone) < len(paths):
        say(
            f"skemg: {len(paths) - len(alone)} files are read with their headers, "
            "which are given too"
        )
    return list(alone)


def refuse_folder(path):
    """End the command where a folder stands for a file."""
    if not path or os.path.isdir(path):
        raise CommandError(
            f"{plain(path)!r} is no file; name files, as in FOLDER/*.edf"
        )


def _matches(pattern):
    if os.path.lexists(pattern) or not glob.has_magic(pattern):
        return [pattern]
    return sorted(glob.glob(pattern, recursive=True)) or [pattern]


def find_patients(paths, table):
    """Return what a table says of each file, or None for each without a table.

    Parameters
    ----------
    paths : list of str
        The files.
    table : str or None
        CSV file with the columns `file`, a path from the folder of the table or a bare
        name that is unique, and `patient`; `muscle`, `side`, `age`, `sex` and
        `needle_depth` may be there.

    Returns
    -------
    whose : list of dict or None
        `patient`, and `metadata` as headers have them, in the order of the files.
    """
    from skemg.io._folder_files import match_rows
    from skemg.io._table import read_table

    if table is None:
        return [None] * len(paths)
    home = os.path.dirname(table) or "."
    names = [Path(os.path.relpath(path, home)).as_posix() for path in paths]
    try:
        columns = read_table(table)
        _check_columns(table, columns)
        columns = {n: columns[n] for n in (*_COLUMNS, *_KNOWN) if n in columns}
        files = dict(zip(names, map(Path, paths), strict=True))
        rows, left_out = match_rows(files, columns, *_COLUMNS, "label")
        whose = {name: _whose(row) for name, row in rows.items()}
    except (ValueError, OSError) as error:
        raise CommandError(f"--patients: {reason(error)}") from error
    unknown = [row["file"] for row in left_out if row["file"] in files]
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        raise CommandError(
            f"--patients: {plain(table)} does not name {plain(unknown[0])}{more}; add "
            "a row with file and patient for each"
        )
    return [whose[name] for name in names]


def _check_columns(table, columns):
    for name in _COLUMNS:
        if name not in columns:
            raise ValueError(
                f"{plain(table)} has no column {name!r}, only {[*columns]}; it needs "
                f"{' and '.join(_COLUMNS)}"
            )


def _whose(row):
    from skemg.io._identity import keep_unidentifying

    given = {name: row[name] for name in _KNOWN if row.get(name)}
    metadata = keep_unidentifying(given.items())
    for name, text in given.items():
        if name not in metadata:
            raise ValueError(f"{row['file']} has {name} {text!r}, which is none")
    del metadata["n_withheld"]
    return {"patient": row["patient"], "metadata": metadata}
