"""A part of a report, in numbers and sentences."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of a report: every field is shown that is not empty.

    Parameters
    ----------
    title : str
        The heading.
    warnings : tuple of str
        Sentences that stand out.
    lines : tuple of str
        Sentences.
    bars : tuple of (str, float, str)
        Name, value from 0 to 1, and colour.
    columns : tuple of str
        Heads of the table.
    rows : tuple of tuple
        Its rows: strings and numbers.
    flagged : frozenset of int
        Rows that stand out.
    figures : tuple of figures
        Objects with `alt`, a text, and `draw()`, which gives a matplotlib Figure.
    folded : tuple of (str, str)
        Names and values that unfold on a click.
    """

    title: str
    warnings: tuple = ()
    lines: tuple = ()
    bars: tuple = ()
    columns: tuple = ()
    rows: tuple = ()
    flagged: frozenset = frozenset()
    figures: tuple = ()
    folded: tuple = ()
