"""Copies of a recording, and names that look like slips of the pen."""

import hashlib
import re
import warnings

from skemg.exceptions import SignalError

_ZEROS = re.compile(r"(?<!\d)0++(?=\d)")


def refuse_copies(signals, files):
    """Raise if two recordings hold the same samples.

    Parameters
    ----------
    signals : iterable of ndarray
        The samples of each recording.
    files : list of length n_recordings
        Their files, for the message.
    """
    first = {}
    for i, signal in enumerate(signals):
        other = first.setdefault(hashlib.sha256(signal.tobytes()).digest(), i)
        if other != i:
            raise SignalError(
                f"'{files[other]}' and '{files[i]}' hold the same samples, so that a "
                "split could put a copy on both sides; remove one, or download both "
                "again"
            )


def warn_alike(names, column):
    """Warn of names that differ by case, blanks or leading zeros alone.

    Parameters
    ----------
    names : ndarray of str, or None
        The entries of a column.
    column : str
        Its name.
    """
    known = {}
    for name in dict.fromkeys([] if names is None else names.tolist()):
        plain = _ZEROS.sub("", re.sub(r"[\s_-]", "", name.casefold()))
        other = known.setdefault(plain, name)
        if other != name:
            warnings.warn(
                f"{other!r} and {name!r} of the column {column!r} may mean the same; "
                "write them alike if they do",
                UserWarning,
                stacklevel=3,
            )
