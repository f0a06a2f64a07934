"""Sections to a page that asks for nothing from the network."""

import base64
import io
import warnings
from importlib import resources

import numpy as np

from ._number import shown


def to_html(report):
    """Return the page of a report.

    Parameters
    ----------
    report : RecordingReport
        The report.

    Returns
    -------
    page : str
        HTML; every text in it is escaped.
    """
    try:
        import jinja2
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "reports need Jinja2 and matplotlib: pip install skemg[report]"
        ) from error
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"number": _number, "picture": _picture}
    template = resources.files(__package__).joinpath("page.html.jinja")
    return environment.from_string(template.read_text("utf-8")).render(report=report)


def _number(value):
    """Return a cell as it is shown."""
    if isinstance(value, float | np.floating):
        return shown(value)
    return "" if value is None else str(value)


def _picture(figure):
    """Return a figure as the address of an SVG image, in which no script can run."""
    import matplotlib

    file = io.BytesIO()
    settings = {"text.parse_math": False, "svg.hashsalt": "skemg"}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)  # names of classes
        figure.draw().savefig(file, format="svg", metadata={"Date": None})
    return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"
