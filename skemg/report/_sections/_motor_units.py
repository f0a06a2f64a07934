"""The motor units of the recording, with their measures."""

from skemg.clinical import MUAPDetector, MUAPFeatures
from skemg.exceptions import SignalError
from skemg.report._figures import FiringFigure, MotorUnitsFigure
from skemg.report._section import Section

_MOST = 8  # units that are drawn
_NAMES = {
    "n_units": ("Motor units found", ""),
    "muap_duration_ms_mean": ("Mean duration", "ms"),
    "muap_amplitude_uv_mean": ("Mean amplitude", "µV"),
    "muap_size_index_mean": ("Mean size index", ""),
    "muap_phases_mean": ("Mean number of phases", ""),
    "muap_turns_mean": ("Mean number of turns", ""),
    "polyphasia_share": ("Share with more than 4 phases", ""),
    "firing_rate_hz_mean": ("Mean firing rate", "1/s"),
    "recruitment_ratio_hz": ("Recruitment ratio", "1/s"),
}


def motor_units(case):
    """Return the potentials, their discharges and what clinicians measure in them."""
    title = "Motor units"
    try:
        (units,) = MUAPDetector().fit_transform(case.recording)
        features = MUAPFeatures().fit([units])
    except SignalError as error:
        return Section(title, lines=(f"No motor units were looked for: {error}.",))
    if units.n_units == 0:
        return Section(
            title,
            lines=(
                "No motor units were found: the recording is at rest, or too many "
                "units overlap.",
            ),
        )
    values = dict(
        zip(
            features.get_feature_names_out(),
            features.transform([units])[0],
            strict=True,
        )
    )
    return Section(
        title,
        lines=(
            "Long durations and high amplitudes point to neuropathy, short and low "
            "ones to myopathy. What is normal depends on muscle and age. In dense "
            "recordings small units are missed.",
        ),
        columns=("Measure", "Value", "Unit"),
        rows=tuple(
            (name, float(values[column]), unit)
            for column, (name, unit) in _NAMES.items()
        ),
        figures=(
            MotorUnitsFigure(units, min(_MOST, units.n_units)),
            FiringFigure(units),
        ),
    )
