"""Text of a file as bytes or characters, whatever wrote it."""

import codecs
import re

from skemg.exceptions import SignalError

_BYTE_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4096
_LINE_WITH_END = re.compile(rb"[^\r\n]*+(?:\r\n?|\n)")


def unmarked(path, content):
    """Return text without its byte order mark, UTF-16 with one as UTF-8.

    Parameters
    ----------
    path : path-like
        The file, for the message.
    content : bytes
        What it holds.

    Returns
    -------
    text : bytes
        The same text; bytes without a mark as they are.
    """
    for mark, encoding in _BYTE_MARKS:
        if content.startswith(mark):
            rest = content.removeprefix(mark)
            if encoding == "utf-8":
                return rest
            return _decoded(path, rest, encoding).encode()
    return content


def decode(path, content, encoding=None):
    """Return the text of a file.

    A byte order mark tells, then the zeros of UTF-16 without one, then whether it is
    valid UTF-8. What is not is Windows-1252.

    Parameters
    ----------
    path : path-like
        The file, for the message.
    content : bytes
        What it holds.
    encoding : str, default=None
        The caller's, which is taken as it is.

    Returns
    -------
    text : str
        Without a byte order mark.
    """
    if encoding is not None:
        return _decoded(path, content, encoding).removeprefix("\ufeff")
    for mark, known in _BYTE_MARKS:
        if content.startswith(mark):
            return _decoded(path, content.removeprefix(mark), known)
    head = content[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) / 8 and min(even, odd) < len(head) / 64:
        return _decoded(path, content, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(path, content, "cp1252")


def _decoded(path, content, encoding):
    try:
        return content.decode(encoding)
    except (LookupError, TypeError) as error:
        raise ValueError(f"encoding={encoding!r} is not known to Python") from error
    except UnicodeDecodeError as error:
        raise SignalError(
            f"{path} is no text in {encoding}: byte {error.start} does not fit; pass "
            "encoding=... or export it again"
        ) from None  # the error holds all bytes, and so all names


def skip_lines(path, text, n_lines):
    """Return the text behind its first lines."""
    place = 0
    for line in range(n_lines):
        match = _LINE_WITH_END.match(text, place)
        if match is None:
            raise SignalError(
                f"{path} has {line + bool(text[place:])} lines, n_header_lines="
                f"{n_lines} skips them all"
            )
        place = match.end()
    return text[place:]
