"""Where data sets lie on disk, and what to say when they do not."""

import os
from pathlib import Path

from skemg.exceptions import SignalError


def find_folder(data_home, *, name, marks, source):
    """Return the folder of a data set.

    Parameters
    ----------
    data_home : path-like or None
        The folder itself or its parent; None asks the environment variable
        `SKEMG_DATA`.
    name : str
        What the folder is called where it lies inside `data_home`.
    marks : tuple of str
        Files or folders of which one at least stands in the right folder.
    source : str
        Where users get the data, for the message.

    Returns
    -------
    folder : pathlib.Path
        The first of `data_home/name` and `data_home` with one of the marks.

    Raises
    ------
    FileNotFoundError
        If there is no such folder. The message says what to download and where to put
        it.
    """
    home = os.environ.get("SKEMG_DATA") if data_home is None else data_home
    if not home:
        raise FileNotFoundError(
            f"data_home is None and SKEMG_DATA is not set. {_cure(source, name)}"
        )
    home = Path(home).expanduser()
    for folder in (home / name, home):
        if any((folder / mark).exists() for mark in marks):
            return folder
    raise FileNotFoundError(
        f"neither {home / name} nor {home} holds {' or '.join(map(repr, marks))}. "
        f"{_cure(source, name)}"
    )


def _cure(source, name):
    return (
        f"Download {source}, unpack it and pass its folder as data_home, or put it "
        f"into the folder {name!r} of the directory that SKEMG_DATA names."
    )


def require_file(path):
    """Return `path` if it is a regular file that is not empty.

    Parameters
    ----------
    path : pathlib.Path
        A file of a data set.

    Returns
    -------
    path : pathlib.Path
        The same.

    Raises
    ------
    SignalError
        If it is missing, empty, a folder or a pipe.
    """
    if not path.exists():
        raise SignalError(f"{path} is missing; download the data set again")
    if not path.is_file():
        raise SignalError(f"{path} is no regular file; download the data set again")
    if path.stat().st_size == 0:
        raise SignalError(f"{path} is empty; download it again")
    return path
