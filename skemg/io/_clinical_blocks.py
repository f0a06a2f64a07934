"""Where the numbers of a clinical export stand, and what stands between them."""

import re
from typing import NamedTuple

from skemg.exceptions import SignalError

from ._clinical_header import as_pair, fold

# a line of nothing but digits and marks, at least one digit
_NUMBERS = re.compile(
    r"(?:^(?=[-+.,;eE \t]*+[0-9])[ \t]*+[-+.,0-9][-+.,;0-9eE \t]*+(?:\n|\Z))++",
    re.MULTILINE,
)
_MARKER = re.compile(
    r"(?:sweep|trace|curve|channel|segment|block|section|data|raw|end|eof|signal|emg|"
    r"spur|kurve|kanal|abschnitt|durchgang|daten|rohdaten|ende|balayage|courbe|voie|"
    r"canal|donnees|fin|barrido|trazo|curva|datos|tarama|veri|son|iz|time|zeit|temps|"
    r"tiempo|zaman|tempo|t|amplitude|amplitud|genlik|spannung|voltage|u?v|mv)"
    r"\b"
)


class Block(NamedTuple):
    """Rows of numbers, the lines above them, and the number of their first line."""

    header: list
    text: bytes
    line: int


def split_blocks(path, text, first_line=None):
    """Return the blocks of numbers of a text; nothing else may look like numbers.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    text : str
        With LF as line ends.
    first_line : int, default=None
        The first line that can hold numbers; all before is header.

    Returns
    -------
    blocks : list of Block
        At least one.

    Raises
    ------
    SignalError
        If there is no number, or a line between or behind the numbers, or right above
        the first ones, is no heading: it could be a damaged row.
    """
    place = 0
    for _ in range((first_line or 1) - 1):
        place = text.find("\n", place) + 1
        if place == 0:
            raise SignalError(f"{path} has no line first_line={first_line}")
    blocks, stop, line = [], 0, 1
    for run in _NUMBERS.finditer(text, place):
        header = text[stop : run.start()]
        lines = header.split("\n")[:-1]
        if blocks or first_line is None:
            _check_lines(path, lines, line, between=bool(blocks))
        line += len(lines)
        rows = run[0].encode("ascii")
        blocks.append(Block(lines, rows, line))
        line += rows.count(b"\n")
        stop = run.end()
    if not blocks:
        raise SignalError(f"{path} holds no line of numbers; export it again")
    _check_lines(path, text[stop:].split("\n"), line, between=True)
    if first_line not in (None, blocks[0].line):
        raise SignalError(
            f"{path} has no number in line first_line={first_line}, but in line "
            f"{blocks[0].line}; correct one of them"
        )
    return blocks


def _check_lines(path, lines, first_line, *, between):
    """Refuse lines that may be damaged rows."""
    for number, line in enumerate(lines, first_line):
        if not line.strip():
            continue
        if between and not (_is_pair(line) or is_marker(line)):
            raise SignalError(
                f"{path}, line {number}, stands between or behind the numbers and is "
                "neither numbers nor a heading; correct or export it again"
            )
    above = lines[-1] if lines else ""
    heading = re.match(r"\W*[^\W\d_]", above) and (
        re.search(r"[^\W\d_]{2}", above) or is_marker(above)
    )
    if not between and above.strip() and not heading:
        raise SignalError(
            f"{path}, line {first_line + len(lines) - 1}, stands right above the "
            "numbers and is neither numbers nor a heading; correct it, or pass "
            "first_line=..., the line of the first number"
        )


def is_marker(line):
    """Whether a line begins with a word that stands above numbers, such as "Sweep"."""
    word = _MARKER.match(fold(line))
    # one flipped bit makes a "4" a "t"
    return word is not None and (len(word[0]) > 1 or not re.search(r"\d", line))


def _is_pair(line):
    pair = as_pair(line)
    return pair is not None and re.match(r"\W*[^\W\d_]", pair[0]) is not None
