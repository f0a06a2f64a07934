"""Tables of scores for the console and the notebook."""

import html


def text_table(header, rows):
    """Return lines of columns side by side."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def html_table(caption, header, rows, notes=()):
    """Return a table for a notebook."""
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    below = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    return (
        f"<table><caption>{html.escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"
    )


def with_interval(record):
    """Return a score and its interval as text, or a dash where there is none."""
    score, low, high = record["score"], record["low"], record["high"]
    if score != score:
        return "-"
    if low != low:
        return f"{score:.3f}"
    return f"{score:.3f} [{low:.3f}, {high:.3f}]"


def to_frame(records):
    """Return records as a DataFrame; pandas is no dependency of the package."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            "to_frame needs pandas: pip install pandas; without it use the lists of "
            "records themselves"
        ) from error
    return pandas.DataFrame(records)
