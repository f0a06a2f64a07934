"""The bytes of a file, with a limit, or one kind of error."""

import os
import stat
import zlib
from pathlib import Path

from skemg.exceptions import SignalError

MAX_BYTES = 2 << 30
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib: the largest window, and a gzip header


def read_bytes(path, *, max_bytes=MAX_BYTES):
    """Return the content of a regular file.

    Parameters
    ----------
    path : path-like
        The file.
    max_bytes : int, default=2 GiB
        Longest file that is read.

    Returns
    -------
    content : bytes
        As many bytes as the file has, at least one.

    Raises
    ------
    SignalError
        If it is missing, a folder, a pipe, empty, not readable or too long, or if it
        changes while it is read.
    """
    path = Path(path)
    file, n_bytes = _open_regular(path)
    with file:
        if n_bytes > max_bytes:
            raise SignalError(
                f"{path} has {n_bytes} bytes, more than max_bytes={max_bytes}; raise "
                "max_bytes if this is right"
            )
        content = _read(file, path, n_bytes + 1)
    if len(content) != n_bytes:
        raise SignalError(
            f"{path} changed while it was read ({n_bytes} bytes, then {len(content)}); "
            "wait until it is written"
        )
    return content


def read_head(path, n_bytes=4096):
    """Return the first bytes of a file, unpacked where it is a gzip file.

    Parameters
    ----------
    path : path-like
        The file.
    n_bytes : int, default=4096
        As many bytes of the file are read.

    Returns
    -------
    head : bytes
        The beginning of the content, at most `n_bytes`.

    Raises
    ------
    SignalError
        As of :func:`read_bytes`.
    """
    path = Path(path)
    file, _ = _open_regular(path)
    with file:
        head = _read(file, path, n_bytes)
    if not head.startswith(_GZIP):
        return head
    try:
        return zlib.decompressobj(_GZIP_WINDOW).decompress(head, n_bytes)
    except zlib.error as error:
        raise SignalError(
            f"{path} cannot be read: it is a damaged gzip file: {error}"
        ) from error


def _open_regular(path):
    """Return an open file, a regular one that is not empty, and its length."""
    try:
        # without O_NONBLOCK a pipe would wait for a writer for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        raise SignalError(f"{path} cannot be read: {error}") from error
    status = os.fstat(handle)
    if stat.S_ISREG(status.st_mode) and status.st_size > 0:
        return os.fdopen(handle, "rb"), status.st_size
    os.close(handle)
    if stat.S_ISREG(status.st_mode):
        raise SignalError(f"{path} is empty; export or download it again")
    raise SignalError(f"{path} is no regular file; give the path of a file")


def _read(file, path, n_bytes):
    try:
        return file.read(n_bytes)
    except OSError as error:
        raise SignalError(f"{path} cannot be read: {error}") from error


def read_packed_bytes(path, *, max_bytes=MAX_BYTES):
    """Return the content of a file, unpacked where it is a gzip file.

    Parameters
    ----------
    path : path-like
        The file.
    max_bytes : int, default=2 GiB
        Longest content that is read, packed and unpacked.

    Returns
    -------
    content : bytes
        What the file holds.

    Raises
    ------
    SignalError
        As of :func:`read_bytes`, and if the gzip file is damaged.
    """
    content = read_bytes(path, max_bytes=max_bytes)
    if not content.startswith(_GZIP):
        if Path(path).suffix.lower() == ".gz":
            raise SignalError(
                f"{path} cannot be read: it is no gzip file, though its name ends in "
                ".gz; rename it or download it again"
            )
        return content
    unpack = zlib.decompressobj(_GZIP_WINDOW)
    pieces, n_bytes = [], 0
    try:
        while not unpack.eof and content:
            pieces.append(unpack.decompress(content, _CHUNK))
            n_bytes += len(pieces[-1])
            if n_bytes > max_bytes:
                raise SignalError(
                    f"{path} unpacks to more than max_bytes={max_bytes}; raise "
                    "max_bytes if this is right"
                )
            content = unpack.unconsumed_tail
    except zlib.error as error:
        raise SignalError(
            f"{path} cannot be read: it is a damaged gzip file: {error}"
        ) from error
    if not unpack.eof or unpack.unused_data:
        raise SignalError(
            f"{path} cannot be read: it is a damaged gzip file: it ends early or has a "
            "rest behind its end"
        )
    if n_bytes == 0:
        raise SignalError(f"{path} holds an empty file; export or download it again")
    return b"".join(pieces)
