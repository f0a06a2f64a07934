"""Which marks separate the numbers of a text, and which is the decimal mark."""

import re

from skemg.exceptions import SignalError

_TWO_COMMAS = re.compile(rb",[^,\r\n]*+,")
_BLANK_BETWEEN = re.compile(rb"\d[ \t]++[-+.\d]")
_COMMA_SEPARATES = re.compile(rb",[ \t]*+[-+]|,[ \t]")
_COMMA_IS_NO_THOUSANDS = re.compile(rb"\.\d*+,|(?<!\d)0,|\d{4},|,(?!\d{3}(?!\d))")
_COMMA_IS_DECIMAL = re.compile(rb"[-+]0,|,0\d|,\d++[eE][-+]?\d|[-+],\d")
# a marked number that cannot be one in thousands, as 1.234 can
_NO_THOUSANDS = r"(?<!\d)0+{0}\d|\d{{4}}{0}|{0}(?!\d{{3}}(?![\deE]))"


def find_marks(path, text, *, separator=None, decimal=None):
    """Return the separator and the decimal mark of rows of numbers.

    Only what leaves no doubt is taken for one.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    text : bytes
        The rows.
    separator : {" ", tab, ",", ";"}, default=None
        The caller's.
    decimal : {".", ","}, default=None
        The caller's.

    Returns
    -------
    separator : {" ", tab, ",", ";"}
        " " is any run of blanks and tabs, and stands for rows of one number too.
    decimal : {".", ","}
        The decimal mark.

    Raises
    ------
    SignalError
        If a comma may be either of them, or a mark may be one of thousands.
    ValueError
        If a parameter has no such value.
    """
    if separator not in (None, " ", "\t", ",", ";"):
        raise ValueError(f'separator must be " ", a tab, "," or ";", got {separator!r}')
    if decimal not in (None, ".", ","):
        raise ValueError(f'decimal must be "." or ",", got {decimal!r}')
    if separator is None:
        separator = _separator(path, text, decimal)
    if decimal is None:
        decimal = _decimal(path, text, separator)
    if separator == decimal:
        raise SignalError(
            f"{path} cannot have {decimal!r} as separator and decimal mark; pass "
            "another separator=... or decimal=..."
        )
    return separator, decimal


def _separator(path, text, decimal):
    for mark in ("\t", ";"):
        if mark.encode() in text:
            return mark
    if b"," not in text or decimal == ",":
        return " "
    if decimal == ".":
        return ","
    if b" " in text and _BLANK_BETWEEN.search(text):
        return " "
    separates = b"." in text or _TWO_COMMAS.search(text)
    separates = bool(separates or _COMMA_SEPARATES.search(text))
    is_decimal = b"." not in text and (
        _COMMA_IS_DECIMAL.search(text) is not None
        or any(b"," not in line for line in text.split(b"\n") if line.strip())
    )
    if separates == is_decimal:
        raise SignalError(
            f"{path} has commas that may separate numbers or be decimal marks; pass "
            'decimal="," or decimal="."'
        )
    if separates:
        if not _TWO_COMMAS.search(text):
            refuse_thousands(path, text.decode("latin-1"), ".")
        if not _COMMA_IS_NO_THOUSANDS.search(text):
            raise SignalError(
                f"{path} has commas that may be marks of thousands; pass "
                "separator=... or export it without them"
            )
    return "," if separates else " "


def _decimal(path, text, separator):
    if separator == ",":
        return "."
    if b"," in text and b"." in text:
        raise SignalError(
            f"{path} has commas and points in its numbers; pass decimal=... or export "
            "it without marks of thousands"
        )
    decimal = "," if b"," in text else "."
    refuse_thousands(path, text.decode("latin-1"), decimal)
    return decimal


def refuse_thousands(path, text, decimal):
    """Raise if each marked number of a text could be one in thousands, as 1.234."""
    mark = re.escape(decimal)
    if decimal in text and not re.search(_NO_THOUSANDS.format(mark), text):
        raise SignalError(
            f"{path} has numbers such as 1{decimal}234 alone, where the mark may be "
            "one of thousands; pass decimal=..."
        )
