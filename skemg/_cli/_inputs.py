"""Which files are meant, and whose they are."""

import collections
import glob
import os
from pathlib import Path

from ._messages import CommandError, plain, reason, say

_COLUMNS = ("file", "patient")


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


def _matches(pattern):
    if os.path.lexists(pattern) or not glob.has_magic(pattern):
        return [pattern]
    return sorted(glob.glob(pattern, recursive=True)) or [pattern]


def find_patients(paths, table):
    """Return the patient of each file, or None for each where there is no table.

    Parameters
    ----------
    paths : list of str
        The files.
    table : str or None
        CSV file with the columns `file`, a path from the folder of the table or a bare
        name that is unique, and `patient`.

    Returns
    -------
    patients : list of str or None
        In the order of the files.
    """
    from skemg.io._folder_files import match_rows
    from skemg.io._table import read_table

    if table is None:
        return [None] * len(paths)
    home = os.path.dirname(table) or "."
    names = [Path(os.path.relpath(path, home)).as_posix() for path in paths]
    try:
        columns = read_table(table)
        columns = {name: columns[name] for name in _COLUMNS if name in columns}
        files = dict(zip(names, map(Path, paths), strict=True))
        rows, left_out = match_rows(files, columns, *_COLUMNS, "label")
    except (ValueError, OSError) as error:
        raise CommandError(f"--patients: {reason(error)}") from error
    unknown = [row["file"] for row in left_out if row["file"] in files]
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        raise CommandError(
            f"--patients: {plain(table)} does not name {plain(unknown[0])}{more}; add "
            "a row with file and patient for each"
        )
    return [rows[name]["patient"] for name in names]
