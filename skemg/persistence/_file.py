"""A model file: a mark, a SHA-256 of the rest, the record, and what skops writes."""

import contextlib
import errno
import hashlib
import json
import os
import secrets
from pathlib import Path

from skemg.exceptions import ModelFileError

MARK = b"skemg model 1\n"
_N_DIGITS = 64
_N_LENGTH = 8
_MAX_RECORD = 10 << 20
_FULL = errno.ENOSPC, errno.EDQUOT, errno.EFBIG
_N_NAME = 50  # characters of the name of a file that stand in that of its draft


def pack(record, model):
    """Return the content of a model file.

    Parameters
    ----------
    record : dict
        What JSON can hold.
    model : bytes
        From skops.

    Returns
    -------
    content : bytes
        Mark, digest, length of the record, record and model.
    """
    text = json.dumps(record, indent=1, sort_keys=True, allow_nan=False).encode()
    rest = len(text).to_bytes(_N_LENGTH, "little") + text + model
    return MARK + hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


def unpack(path, content):
    """Return the record and the model of a file that is whole.

    Parameters
    ----------
    path : path-like
        The file, for the message.
    content : bytes
        What it holds.

    Returns
    -------
    record : dict
        What :func:`pack` was given.
    model : memoryview
        The bytes of skops.

    Raises
    ------
    ModelFileError
        If this is no model file, or a byte of it has changed.
    """
    if not content.startswith(MARK):
        raise ModelFileError(f"{path} {_what_else(content)}")
    body = memoryview(content)[len(MARK) :]
    digest, rest = bytes(body[: _N_DIGITS + 1]), body[_N_DIGITS + 1 :]
    if digest != hashlib.sha256(rest).hexdigest().encode() + b"\n":
        raise ModelFileError(
            f"{path} is damaged: its content does not have the SHA-256 that it states; "
            "copy or save it again"
        )
    length = int.from_bytes(rest[:_N_LENGTH], "little")
    if not 0 < length <= min(_MAX_RECORD, len(rest) - _N_LENGTH):
        raise ModelFileError(f"{path} states a record of {length} bytes; save it again")
    text, model = rest[_N_LENGTH : _N_LENGTH + length], rest[_N_LENGTH + length :]
    try:
        record = json.loads(bytes(text))
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} holds no readable record: {error}") from error
    if not isinstance(record, dict):
        raise ModelFileError(f"{path} holds no readable record; save it again")
    return record, model


def _what_else(content):
    if content[:1] in (b"\x80", b"\x78"):  # a pickle, packed by zlib
        return (
            "looks like a pickle, which can run any program when it is read, so it is "
            "refused; save the model with skemg.persistence.save where it was fitted"
        )
    return "is no model file of skemg; write one with skemg.persistence.save"


def write_whole(path, content):
    """Write a file so that there is the old one or the new one, and never a part.

    Parameters
    ----------
    path : path-like
        The file.
    content : bytes
        What it shall hold.

    Raises
    ------
    OSError
        If there is no place to write, with the number of bytes that are needed. The
        old file is as it was and nothing else is left behind.
    """
    path = Path(path)
    aside = path.with_name(f".{path.name[:_N_NAME]}.{secrets.token_hex(8)}")
    try:
        try:
            with open(aside, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        text = f"{error.strerror}"
        if error.errno in _FULL:
            text += f"; {len(content)} bytes are needed"
        raise OSError(error.errno, text, str(path)) from error
    _flush_folder(path.parent)


def _flush_folder(folder):
    """Let a crash not undo the renaming, where the system can promise that."""
    with contextlib.suppress(OSError):  # neither Windows nor every network drive
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
