"""The directive `systems-table`: what the benchmark of all systems found.

`.. systems-table:: simulated` stands for figure and table of one data set. They are
made from benchmarks/results/all_systems.csv when the documentation is built. Of a data
set without results a sentence says so.
"""

import os
import sys
from pathlib import Path

import numpy as np
from sphinx.util.docutils import SphinxDirective

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from all_systems import (  # noqa: E402
    LEVELS,
    SPLITS,
    SYSTEMS,
    balanced,
    median_cost,
    read,
    summary,
    thinned,
)

HEAD = ["System", "Published", "Windows", "Recordings", "Patients", "Folds", "s", "MB"]
WIDTHS = "31 19 10 10 10 6 8 6"
ADDRESSES = {"doi": "https://doi.org/", "arXiv": "https://arxiv.org/abs/"}
TASKS = {"needle: normal, neuropathic": "two classes", "surface": "surface EMG"}


class SystemsTable(SphinxDirective):
    """Insert figure and table of the data set that is the argument."""

    required_arguments = 1

    def run(self):
        """Return the nodes."""
        (data,) = self.arguments
        folder = BENCHMARKS / "results"
        self.env.note_dependency(str(folder / "all_systems.csv"))
        here = Path(self.env.doc2path(self.env.docname)).parent
        return self.parse_text_to_nodes(page(folder, data, here))


def page(folder, data, here):
    """Return figure and table of a data set as reStructuredText.

    Parameters
    ----------
    folder : Path
        Where all_systems.csv and the figures are.
    data : str
        The data set.
    here : Path
        Folder of the page that shows them.

    Returns
    -------
    text : str
        A sentence where there are no results.
    """
    results = {
        (name, split): rows
        for (name, of, split), rows in summary(read(folder / "all_systems.csv")).items()
        if of == data and name in SYSTEMS
    }
    names = sorted({name for name, _ in results}, key=lambda name: place(results, name))
    if not names:
        return "There are no results on these recordings yet.\n"
    lines = []
    figure = folder / f"all_systems_{data}.png"
    if figure.exists():
        path = Path(os.path.relpath(figure, here)).as_posix()
        alt = "Balanced accuracy of every system, at random and with patients apart"
        lines += [f".. figure:: {path}", "   :width: 100%", f"   :alt: {alt}", ""]
    lines += [fall(results, names), ""]
    lines += [".. list-table::", "   :header-rows: 1", f"   :widths: {WIDTHS}", ""]
    for cells in [HEAD, *(cells_of(results, name) for name in names)]:
        lines.append(f"   * - {cells[0]}")
        lines += [f"     - {cell}" for cell in cells[1:]]
    return "\n".join(lines) + "\n"


def score(results, name, split, level):
    """Return a balanced accuracy, NaN where there is none."""
    return balanced(*(row[level] for row in results.get((name, split), [])))


def place(results, name):
    """Sort by the recordings of unseen patients, best first."""
    return -np.nan_to_num(score(results, name, "apart", "recording")), name


def fall(results, names):
    """Return a sentence about what the scores at random have too much."""
    parts = []
    for level in LEVELS:
        random, apart = (
            np.array([score(results, name, split, level) for name in names])
            for split in SPLITS
        )
        falls = (random - apart)[~np.isnan(random - apart)]
        if len(falls):
            parts.append(f"{np.median(falls):.2f} over {level}s (n = {len(falls)})")
    if not parts:
        return "Only one of the two splits is done."
    return f"Median over the systems of random minus apart: {', '.join(parts)}."


def cells_of(results, name):
    """Return the row of a system."""
    system = SYSTEMS[name]
    rows = [results.get((name, split), []) for split in SPLITS]
    first = f":func:`~skemg.systems.{name}`, {link(system.source)}"
    costs = [median_cost(of_split) if of_split else None for of_split in rows]
    seconds = both(cost and f"{cost[0]:.{int(cost[0] < 10)}f}" for cost in costs)
    megabytes = both(cost and f"{cost[1]:.0f}" for cost in costs)
    return [
        first + thinned(system, next(filter(None, rows))[0]),
        published(system),
        *(
            both(shown(score(results, name, split, level)) for split in SPLITS)
            for level in LEVELS
        ),
        both(str(len(of_split)) for of_split in rows),
        seconds,
        megabytes,
    ]


def both(texts):
    """Join what holds at random and with patients apart."""
    return " | ".join("–" if text is None else text for text in texts)


def shown(value):
    """Return a score in two digits."""
    return None if np.isnan(value) else f"{value:.2f}"


def link(source):
    """Return a link to a DOI or arXiv number, or the text as it is."""
    kind, _, number = source.partition(":")
    if kind not in ADDRESSES:
        return source
    return f"`{kind} <{ADDRESSES[kind]}{number}>`__"


def published(system):
    """Return the figure of the source, what it is a share of, and another task."""
    if system.published is None:
        return "–"
    of = ", level unknown" if system.level == "unknown" else f" of {system.level}s"
    tasks = [TASKS[task] for task in TASKS if task in (system.task, system.task[:7])]
    return ", ".join([f"{system.published}{of}", *tasks])


def setup(app):
    """Register the directive."""
    app.add_directive("systems-table", SystemsTable)
    return {"parallel_read_safe": True}
