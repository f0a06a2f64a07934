"""Rows of numbers in a text: checked in bulk, parsed by numpy, refused by place."""

import itertools
import re

import numpy as np

from skemg.exceptions import SignalError

LARGEST = 1e15  # of no unit a possible sample, and far from where float32 overflows
_SEPARATORS = {
    " ": rb"[ \t]++",
    "\t": rb" *+\t *+",
    ",": rb"[ \t]*+,[ \t]*+",
    ";": rb"[ \t]*+;[ \t]*+",
}
_WORDS = {
    " ": rb'"[^"\r\n]*+"|[^ \t\r\n"]++',
    "\t": rb'"[^"\r\n]*+"|[^\t\r\n"]*+',
    ",": rb'"[^"\r\n]*+"|[^,\r\n"]*+',
    ";": rb'"[^"\r\n]*+"|[^;\r\n"]*+',
}
# possessive: a hostile line is walked through once
_VALUE = rb"[+-]?+(?:\d++%(mark)b?+\d*+|%(mark)b\d++)(?:[eE][+-]?+\d{1,3}+)?+"
_MARKS = {".": rb"\.", ",": rb","}
# what of a file may be shown: never a word, and no date of birth
_SHOWN = re.compile(
    r"nan|--|(?=\D*\d)(?!\d{1,4}[-./]\d{1,2}[-./]\d{1,4}$)[-+.,\dxeE]{1,40}+"
)
_END = rb"(?:\r\n?|\n|\Z)"
_LINE = re.compile(rb"[^\r\n]*+")
_LINE_ENDS = re.compile(rb"\r\n?|\n")


def parse_table(
    path, text, *, separator=" ", decimal=".", first_line=1, value=None, wanted=None
):
    """Return the numbers of a text whose rows are all as long as the first.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    text : bytes
        The rows, and nothing but blanks behind them.
    separator : {" ", tab, ",", ";"}, default=" "
        What stands between two numbers; " " is any run of blanks and tabs.
    decimal : {".", ","}, default="."
        The decimal mark.
    first_line : int, default=1
        The number of the first line in the file, for the messages.
    value : bytes, default=None
        Pattern of a number where it must have a narrower form; it must not backtrack.
    wanted : str, default=None
        What is accepted and the cure, for the messages.

    Returns
    -------
    table : ndarray of float64 of shape (n_rows, n_columns)
        At least one row and column, all finite.

    Raises
    ------
    SignalError
        If a field is no number or a row has another length; names line and column.
    """
    value = value or value_pattern(decimal)
    first = first_line_of(text)
    n_columns = _count_columns(path, first, separator, first_line)
    rows = re.compile(rb"(?:%b)*+" % _row([(value, n_columns)], separator))
    stop = rows.match(text).end()
    if stop == 0 or text[stop:].strip():
        columns = [(value, wanted)] * n_columns
        _refuse_row(path, text, stop, first_line, columns, separator)
    table = as_numbers(text[:stop], separator, decimal).reshape(-1, n_columns)
    _refuse_large(path, table, first_line)
    return table


def parse_rows(path, text, text_columns, *, separator, decimal, first_line=1):
    """Return the numbers of a text and the words in some of its columns.

    Parameters
    ----------
    path, text, separator, decimal, first_line
        As of :func:`parse_table`.
    text_columns : list of int
        Columns that may hold anything.

    Returns
    -------
    table : ndarray of float64 of shape (n_rows, n_columns - n_text_columns)
        The numbers of the other columns.
    words : list of tuple of bytes
        The text columns of each row, in the order of the file.
    """
    value, word = value_pattern(decimal), _WORDS[separator]
    n_columns = _count_columns(path, first_line_of(text), separator, first_line)
    kinds = [word if i in text_columns else value for i in range(n_columns)]
    groups = [b"(%b)" % k if i in text_columns else k for i, k in enumerate(kinds)]
    runs = [(pattern, len(list(run))) for pattern, run in itertools.groupby(groups)]
    row = re.compile(_row(runs, separator))
    words, pieces, stop = [], [], 0
    while match := row.match(text, stop):
        words.append(match.groups())
        for i in range(1, len(match.groups()) + 1):
            pieces.append(text[stop : match.start(i)])
            stop = match.end(i)
        pieces.append(text[stop : match.end()])
        stop = match.end()
        if stop == len(text):
            break
    if not words or text[stop:].strip():
        columns = [(kind, None) for kind in kinds]
        _refuse_row(path, text, stop, first_line, columns, separator)
    if n_columns == len(set(text_columns)):
        return np.empty((len(words), 0)), words
    table = as_numbers(b" ".join(pieces), separator, decimal).reshape(len(words), -1)
    _refuse_large(path, table, first_line)
    return table, words


def as_numbers(text, separator=" ", decimal="."):
    """Return the numbers of a text that is known to hold nothing else, float64."""
    if (separator, decimal) not in ((" ", "."), ("\t", ".")):
        marks = bytes.maketrans((separator + decimal).encode(), b" .")
        text = text.translate(marks)
    return np.fromstring(text, sep=" ")


def value_pattern(decimal="."):
    """Return the pattern of a number with a decimal mark."""
    return _VALUE % {b"mark": _MARKS[decimal]}


def split_fields(line, separator):
    """Return the fields of a line, without blanks and without a separator at its end.

    Parameters
    ----------
    line : bytes or str
        One line.
    separator : {" ", tab, ",", ";"}
        As of :func:`parse_table`.

    Returns
    -------
    fields : list of bytes or str
        Those between two separators may be empty.
    """
    mark = separator if isinstance(line, str) else separator.encode()
    fields = line.split() if separator == " " else line.split(mark)
    fields = [field.strip() for field in fields]
    return fields[:-1] if fields and not fields[-1] else fields


def shown(field):
    """Return a field for a message if it looks like a number, else what it is."""
    text = field.decode(errors="replace")
    return repr(text) if _SHOWN.fullmatch(text) else "text" if text else "nothing"


def count_lines(text):
    """Return the number of line ends: LF, CR or both together."""
    return len(_LINE_ENDS.findall(text))


def first_line_of(text):
    """Return the first line without its end."""
    return _LINE.match(text)[0]


def _count_columns(path, line, separator, first_line):
    if separator == " ":
        n_columns = len(line.split())
    else:
        line, mark = line.strip(b" "), separator.encode()
        n_columns = line.count(mark) + 1 - line.endswith(mark) if line else 0
    if n_columns == 0:
        raise SignalError(
            f"{path}, line {first_line}, holds no value; correct or export it again"
        )
    return n_columns


def _row(runs, separator):
    """Return the pattern of a row of runs `(pattern, n_columns)` and its end."""
    between = _SEPARATORS[separator]
    pieces = []
    for pattern, n_columns in runs:
        # as a count, for 10^5 columns
        rest = b"(?:%b%b){%d}" % (between, pattern, n_columns - 1)
        pieces.append(pattern + rest if n_columns > 1 else pattern)
    columns = between.join(pieces)
    return rb"[ \t]*+%b(?:%b)?+[ \t]*+%b" % (columns, between, _END)


def _refuse_large(path, table, first_line):
    if table.min() > -LARGEST and table.max() < LARGEST:
        return
    row, column = np.argwhere(~(np.abs(table) < LARGEST))[0]
    raise SignalError(
        f"{path}, line {first_line + row}, has a number beyond {LARGEST:g} as number "
        f"{column + 1}, which is no sample; export or download it again"
    )


def _refuse_row(path, text, stop, first_line, columns, separator):
    """Raise for the row at `stop`, which is not as `columns` say."""
    where = f"{path}, line {first_line + count_lines(text[:stop])},"
    fields = split_fields(first_line_of(text[stop:]), separator)
    if not fields:
        raise SignalError(f"{where} holds no value; correct or export it again")
    for i, (field, (value, wanted)) in enumerate(zip(fields, columns, strict=False)):
        if not re.fullmatch(value, field):
            wanted = wanted or "a number such as -12.3; correct or export it again"
            raise SignalError(
                f"{where} has {shown(field)} as value {i + 1}, expected {wanted}"
            )
    raise SignalError(
        f"{where} differs in length: {len(fields)} against {len(columns)} values in "
        "the first; correct or export it again"
    )
