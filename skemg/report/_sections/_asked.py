"""Which recording, which model, which question."""

from skemg.report._section import Section

_KNOWN = {  # of the metadata; anything else could tell who the patient is
    "sweep": "Sweep",
    "muscle": "Muscle",
    "side": "Side",
    "needle_depth": "Depth of the needle",
    "age": "Age",
    "sex": "Sex",
    "diagnosis": "Diagnosis in the file",
    "device": "Device",
    "filters": "Filters",
    "low_cut": "Low cutoff",
    "high_cut": "High cutoff",
    "clip_low": "Lowest value of the recorder",
    "clip_high": "Highest value of the recorder",
    "n_bits": "Bits of a sample",
    "format": "Format",
    "verified": "Lengths and checksums agree",
    "n_invalid": "Invalid samples",
    "n_wraps": "Jumps between the ends of the range",
}


def asked(case):
    """Return what was asked."""
    recording = case.recording
    metadata = {} if recording.metadata is None else recording.metadata[0]
    known = {n: v for n, v in metadata.items() if n in _KNOWN and v is not None}
    n_withheld = metadata.get("n_withheld", 0) + len(
        metadata.keys() - _KNOWN.keys() - {"n_withheld"}
    )
    rows = [
        ("Recording", case.name),
        ("Duration", f"{recording.seconds[0]:.4g} s"),
        ("Sampling rate", f"{case.sfreq:g} Hz"),
        ("Unit", case.unit),
        ("Channels", ", ".join(case.channels)),
        *((_KNOWN[name], _words(known[name])) for name in _KNOWN if name in known),
        ("Model", _model(case.estimator)),
        ("Classes", ", ".join(case.classes)),
    ]
    lines = ["Which of its classes does the model give to this recording?"]
    if n_withheld:
        lines.append(
            "Entries of the metadata that are not shown, as they are not known to be "
            f"harmless: {n_withheld}."
        )
    return Section("Question", lines=tuple(lines), rows=tuple(rows))


def _model(estimator):
    steps = [step for _, step in getattr(estimator, "steps", [])] or [estimator]
    return ", ".join(type(step).__name__ for step in steps)


def _words(value):
    return ("yes" if value else "no") if isinstance(value, bool) else value
