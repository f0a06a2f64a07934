"""The class and its probabilities."""

from skemg.plot._axes import color_of_each
from skemg.report._section import Section

from ._beside import outside
from ._quality import findings

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
        warnings=tuple(_warnings(case)),
        lines=(_CAVEAT,),
        bars=tuple(sorted(bars, key=lambda bar: -bar[1])),
    )


def _warnings(case):
    """Say at once what stands further below and bears on the answer."""
    found = findings(case)
    if found:
        yield f"The signal may be at fault, see its quality: {', '.join(found)}."
    far = outside(case)
    if far:
        yield (
            f"Outside of all recordings that the model was fitted on: {', '.join(far)}."
        )
