"""Where data sets lie on disk, and what to say when they do not."""

import os
from pathlib import Path

from skemg.exceptions import SignalError

from ._download import download as download_files
from ._download import import_pooch
from ._extract import extract, is_archive, list_archive


def find_folder(data_home, *, name, marks, source, files=None, download=False):
    """Return the folder of a data set.

    Where it holds the published archive (.zip, .tar, .tar.gz) instead of the folder,
    that is unpacked beside it, into the folder `name`.

    Parameters
    ----------
    data_home : path-like or None
        The folder itself or its parent; None asks the environment variable
        `SKEMG_DATA`, and where files are registered then takes the user's cache.
    name : str
        What the folder is called where it lies inside `data_home`.
    marks : tuple of str
        Files or folders of which one at least stands in the right folder.
    source : str
        Where users get the data, for the message.
    files : dict of {str: RemoteFile}, default=None
        The registered files of the set, if it can be downloaded.
    download : bool, default=False
        Download the registered files where the set is not there.

    Returns
    -------
    folder : pathlib.Path
        The first of `data_home/name` and `data_home` with one of the marks.

    Raises
    ------
    FileNotFoundError
        If there is no such folder. The message says what to download and where to put
        it.
    SignalError
        If an archive is not safe to unpack, or a server gives something else than the
        registered files.
    OSError
        If a server cannot be reached.
    """
    home = _home(data_home, name, source, files)
    folder = _look(home, name, marks)
    if folder is not None:
        return folder
    found, faults = _find_archives(home, marks)
    if len(found) > 1:
        raise SignalError(
            f"{found[0][0]} and {found[1][0]} hold the same data set; remove one"
        )
    if found:
        archive, root = found[0]
        extract(archive, home / name, root=root)
    elif files and download:
        download_files(files, home / name)
    elif faults:
        raise faults[0]
    else:
        raise FileNotFoundError(
            f"neither {home / name} nor {home} holds "
            f"{' or '.join(map(repr, marks))}. {_cure(source, name, files)}"
        )
    folder = _look(home, name, marks)
    if folder is None:
        raise SignalError(
            f"{home / name} is in the way: it holds none of {list(marks)}; move it away"
        )
    return folder


def _home(data_home, name, source, files):
    home = os.environ.get("SKEMG_DATA") if data_home is None else data_home
    if home:
        return Path(home).expanduser()
    if files:
        return Path(import_pooch().os_cache("skemg"))
    raise FileNotFoundError(
        f"data_home is None and SKEMG_DATA is not set. {_cure(source, name, files)}"
    )


def _look(home, name, marks):
    for folder in (home / name, home):
        if any((folder / mark).exists() for mark in marks):
            return folder
    return None


def _find_archives(home, marks):
    """Return the archives of a folder that hold the set, and what others are refused.

    An archive comes with the place of the set in it.
    """
    found, faults = [], []
    for path in sorted(home.iterdir()) if home.is_dir() else ():
        if is_archive(path):
            try:
                entries = list_archive(path)
            except SignalError as error:
                faults.append(error)
                continue
            places = [
                entry.parts[:i]
                for entry in entries
                for i, part in enumerate(entry.parts)
                if part in marks
            ]
            if places:
                found.append((path, min(places, key=len)))
    return found, faults


def _cure(source, name, files):
    return (
        f"{'Pass download=True, or download' if files else 'Download'} {source} and "
        "pass the folder that holds it, unpacked or as an archive, as data_home, or "
        f"put it into the folder {name!r} of the directory that SKEMG_DATA names."
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
