"""The motor units of the recording, with their measures."""

from skemg.clinical import MUAPDetector, MUAPFeatures
from skemg.exceptions import SignalError
from skemg.report._figures import FiringFigure, MotorUnitsFigure
from skemg.report._names import AS_RECORDED, MOTOR_UNITS
from skemg.report._section import Section

_MOST = 8  # units that are drawn


def motor_units(case):
    """Return the potentials, their discharges and what clinicians measure in them."""
    title = "Motor units, as recorded"
    try:
        (units,) = MUAPDetector().fit_transform(case.recording)
        features = MUAPFeatures().fit([units])
    except SignalError as error:
        return Section(title, lines=(f"No motor units were looked for: {error}.",))
    if units.n_units == 0:
        return Section(
            title,
            lines=(
                "No motor units were found: the recording is at rest, noisy or "
                "clipped, or too many units overlap.",
            ),
        )
    values = dict(
        zip(
            features.get_feature_names_out(),
            features.transform([units])[0],
            strict=True,
        )
    )
    n_shown = min(_MOST, units.n_units)
    drawn = "" if n_shown == units.n_units else f" The {n_shown} largest are drawn."
    return Section(
        title,
        lines=(
            AS_RECORDED,
            "Long durations and high amplitudes point to neuropathy, short and low "
            "ones to myopathy. What is normal depends on muscle and age. In dense "
            f"recordings small units are missed.{drawn}",
        ),
        columns=("Measure", "Value", "Unit"),
        rows=tuple(
            (name, float(values[column]), unit)
            for column, (name, unit) in MOTOR_UNITS.items()
        ),
        figures=(
            MotorUnitsFigure(units, n_shown),
            FiringFigure(units),
        ),
    )
