"""An append-only file of finished cells, one a line, each with its checksum.

A line is the start of the SHA-256 of its text, a space and the text, which is JSON.
Floats are written so that they read back to the last bit. The first line says which
search it is.
"""

import contextlib
import hashlib
import json
import os
import warnings

from ._fingerprint import differences
from ._lock import lock

_FORMAT = 1


class Journal:
    """The open journal of one search; no other process can open it meanwhile.

    Parameters
    ----------
    path : path-like
        The file. It is made where there is none.
    search : dict
        What says which search it is, from `fingerprint`.

    Attributes
    ----------
    results : dict
        The result of each finished cell, `(candidate, fold)`.

    Raises
    ------
    RuntimeError
        If another process has the journal open.
    ValueError
        If the file is of another search or no journal; it is left as it is.
    """

    def __init__(self, path, search):
        self.path = os.fspath(path)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._file = os.open(self.path, flags, 0o666)
        try:
            if not lock(self._file):
                raise RuntimeError(
                    f"the journal {self.path} is in use by another process; wait for "
                    "it, or give this search a journal of its own"
                )
            self.results = self._read(search)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._file)

    def append(self, cell, result):
        """Write a finished cell; it is on the disk when this returns."""
        self._write({"candidate": cell[0], "fold": cell[1], "result": result})
        self.results[cell] = result

    def _read(self, search):
        header = {"skemg_journal": _FORMAT, "search": search}
        os.lseek(self._file, 0, os.SEEK_SET)
        with os.fdopen(os.dup(self._file), "rb") as file:
            content = file.read()
        *lines, torn = content.split(b"\n")
        self._end = len(content) - len(torn)
        if not lines and _encode(header).startswith(content):  # new, or cut at once
            self._write(header)
            _sync_folder(self.path)
            return {}
        known = _decode(lines[0]) if lines else None
        if known is None or known.get("skemg_journal") != _FORMAT:
            raise ValueError(
                f"{self.path} is no journal of this version of skemg and was left as "
                "it is; give the search another file"
            )
        if different := differences(known["search"], search):
            raise ValueError(
                f"the journal {self.path} is of another search; what differs: "
                f"{'; '.join(different)}. Restore it, or give this search a journal "
                "of its own"
            )
        records = [_decode(line) for line in lines[1:]]
        if n_damaged := records.count(None):
            warnings.warn(
                f"{n_damaged} damaged line(s) of the journal {self.path} are left "
                "out; their cells are computed again",
                stacklevel=2,
            )
        if torn:
            os.ftruncate(self._file, self._end)
        return {
            (record["candidate"], record["fold"]): record["result"]
            for record in records
            if record is not None
        }

    def _write(self, record):
        line = _encode(record)
        try:
            os.lseek(self._file, self._end, os.SEEK_SET)
            written = 0
            while written < len(line):
                written += os.write(self._file, line[written:])
            os.fsync(self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._end)
            raise OSError(
                error.errno,
                f"{error.strerror}: a cell could not be written to the journal and "
                "the search stopped; make room and run it again, it goes on there",
                self.path,
            ) from error
        self._end += len(line)


class NoJournal(contextlib.nullcontext):
    """What stands for the journal where none is kept."""

    def __init__(self):
        super().__init__(self)
        self.results = {}

    def append(self, cell, result):
        """Keep a finished cell for the table."""
        self.results[cell] = result


def _encode(record):
    text = json.dumps(record, separators=(",", ":"), default=_plain).encode()
    return _checksum(text) + b" " + text + b"\n"


def _decode(line):
    """Return the record of a line, or None where it is damaged."""
    checksum, _, text = line.partition(b" ")
    return json.loads(text) if checksum == _checksum(text) else None


def _checksum(text):
    return hashlib.sha256(text).hexdigest()[:16].encode()


def _plain(number):
    return number.item()  # a scalar of numpy


def _sync_folder(path):
    """Bring the name of a new file to the disk, where the system can."""
    if os.name != "posix":
        return
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
