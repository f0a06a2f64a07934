"""The class and its probabilities."""

from skemg.plot._axes import color_of_each
from skemg.report._section import Section

_CAVEAT = (
    "The probabilities are those of the model. Whether they are right as often as they "
    "say can only be told by patients whom it has not met."
)


def answer(case):
    """Return what the model answered."""
    colors = color_of_each(case.classes)
    bars = zip(case.classes, map(float, case.proba), colors, strict=True)
    return Section(
        f"Answer: {case.label}",
        lines=(_CAVEAT,),
        bars=tuple(sorted(bars, key=lambda bar: -bar[1])),
    )
