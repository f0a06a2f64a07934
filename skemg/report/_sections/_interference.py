"""Turns and amplitudes of the recording."""

from skemg.clinical import InterferencePattern
from skemg.exceptions import SignalError
from skemg.report._names import AS_RECORDED, INTERFERENCE
from skemg.report._section import Section


def interference(case):
    """Return the measures of the interference pattern."""
    title = "Interference pattern, as recorded"
    try:
        values = InterferencePattern().fit_transform(case.recording)[0].tolist()
    except SignalError as error:
        return Section(title, lines=(f"Not measured: {error}.",))
    return Section(
        title,
        lines=(
            AS_RECORDED,
            "Turns of 100 µV or more, means over epochs of 0.5 s. What is normal "
            "depends on the muscle and on the effort.",
        ),
        columns=("Measure", "Value", "Unit"),
        rows=tuple(
            (name, value, unit)
            for (name, unit), value in zip(INTERFERENCE.values(), values, strict=True)
        ),
    )
