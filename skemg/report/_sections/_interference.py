"""Turns and amplitudes of the recording."""

from skemg.clinical import InterferencePattern
from skemg.exceptions import SignalError
from skemg.persistence._record import rms
from skemg.report._section import Section

_NAMES = {
    "ip_turns_per_s": ("Turns", "1/s"),
    "ip_turn_amplitude_uv": ("Mean amplitude of the turns", "µV"),
    "ip_turns_by_amplitude_per_s_uv": ("Turns / amplitude", "1/(s µV)"),
    "ip_small_segments_per_s": ("Small segments", "1/s"),
    "ip_activity_share": ("Activity", "share of the time"),
    "ip_envelope_uv": ("Envelope", "µV"),
    "ip_peak_ratio_per_s_uv": ("Peak ratio", "1/(s µV)"),
}


def interference(case):
    """Return the clinical measures, beside the range of the training where known."""
    size = float(rms(case.recording)[0])
    rows = [("Root mean square", size, case.unit, _range(case))]
    try:
        pattern = InterferencePattern().fit(case.recording)
    except SignalError as error:
        lines = (f"No interference pattern: {error}.",)
    else:
        values = pattern.transform(case.recording)[0].tolist()
        for column, value in zip(_NAMES, values, strict=True):
            name, unit = _NAMES[column]
            rows.append((name, value, unit, ""))
        lines = (
            "Turns of 100 µV or more, means over epochs of 0.5 s. What is normal "
            "depends on the muscle and on the effort; the record of the model has no "
            "range of these measures.",
        )
    return Section(
        "Clinical measures",
        lines=lines,
        columns=("Measure", "Value", "Unit", "Range of the training"),
        rows=tuple(rows),
    )


def _range(case):
    if case.training is None:
        return "not known"
    low, high = case.training["rms"]
    return f"{low:.4g} to {high:.4g}"
