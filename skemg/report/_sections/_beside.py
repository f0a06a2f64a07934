"""The recording beside those that the model was fitted on."""

import math

from skemg.report._names import INTERFERENCE, MOTOR_UNITS, QUANTITIES
from skemg.report._number import shown
from skemg.report._section import Section

_NAMES = QUANTITIES | MOTOR_UNITS | INTERFERENCE
_MOST = 4  # classes that have a column each


def beside(case):
    """Return what the recording measures, and what those of each class measured."""
    title = "Beside the training"
    if case.training is None:
        return Section(title, lines=("What the model was fitted on is not known.",))
    far, rows, flagged = set(_outside(case)), [], set()
    for name, (words, unit) in _NAMES.items():
        if name not in case.measures:
            continue
        if name in far:
            flagged.add(len(rows))
        of_classes = case.training["ranges"].get(name, {})
        rows.append(
            (
                words,
                case.measures[name],
                case.unit if unit == "µV" else unit,
                *_cells(of_classes, case.classes),
                "outside" if name in far else "",
            )
        )
    return Section(
        title,
        lines=tuple(_lines(case, far)),
        columns=("Measure", "Value", "Unit", *_heads(case.classes), "Finding"),
        rows=tuple(rows),
        flagged=frozenset(flagged),
    )


def outside(case):
    """Return which measures with a row lie beyond all of the training, in words."""
    if case.training is None:
        return []
    return [_NAMES[name][0] for name in _outside(case) if name in _NAMES]


def _outside(case):
    return [
        name
        for name, value in case.measures.items()
        if not _is_inside(value, case.training["ranges"].get(name, {}))
    ]


def _is_inside(value, of_classes):
    known = [bounds for bounds in of_classes.values() if bounds is not None]
    if math.isnan(value) or not known:
        return True
    return min(low for low, *_ in known) <= value <= max(high for *_, high in known)


def _heads(classes):
    return classes if len(classes) <= _MOST else ("Training",)


def _cells(of_classes, classes):
    bounds = [of_classes.get(name) for name in classes]
    if len(classes) <= _MOST:
        return [_cell(of_one) for of_one in bounds]
    known = [of_one for of_one in bounds if of_one is not None]
    if not known:
        return ["none"]
    low, high = min(low for low, *_ in known), max(high for *_, high in known)
    return [_span(low, high)]


def _cell(bounds):
    if bounds is None:
        return "none"
    low, median, high = bounds
    return shown(low) if low == high else f"{shown(median)} ({_span(low, high)})"


def _span(low, high):
    return f"{shown(low)} to {shown(high)}"


def _lines(case, far):
    what = "median (smallest to largest)" if len(case.classes) <= _MOST else "range"
    yield (
        f"Of the recordings that the model was fitted on: {what}. A value outside of "
        "all of them is one that the model has never met."
    )
    if any(name not in QUANTITIES for name in case.measures):
        yield (
            "Clinical measures are here as the model sees them, behind its filters. "
            "The tables “as recorded” below measure without them, and may differ."
        )
    others = [name for name in case.measures if name not in _NAMES]
    if others:
        strange = ", ".join(name for name in others if name in far) or "none"
        yield (
            f"Of {len(others)} more columns of the model, these are outside of its "
            f"training: {strange}."
        )
