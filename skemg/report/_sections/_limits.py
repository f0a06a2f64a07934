"""What the answer can not tell."""

from skemg.decision._base import PatientDecision
from skemg.report._section import Section


def limits(case):
    """Return the limits of the model, and the numbers of its training."""
    lines = [
        f"The model knows {len(case.classes)} classes and gives one of them to "
        "whatever it gets: another disease, another muscle, noise.",
        "How often it is right for patients whom it has not met is not in its record.",
    ]
    if isinstance(case.estimator, PatientDecision):
        lines.append(
            "It answers for a patient, from all recordings; here it has met this one."
        )
    if case.training is None:
        lines.append("Its record does not say what it was fitted on.")
        return Section("Limits", lines=tuple(_said(case) + lines))
    training = case.training
    lines += [
        "Muscles, electrodes, recorders and laboratories of its training are not in "
        "its record. It has learned nothing of others.",
        f"It takes recordings of the kind of its training: {_kind(training)}.",
    ]
    n_patients = training["n_patients"] or {}
    return Section(
        "Limits",
        lines=tuple(_said(case) + lines),
        columns=("Class", "Patients of the training", "Recordings"),
        rows=tuple(
            (name, n_patients.get(name, "not known"), count)
            for name, count in training["n_recordings"].items()
        ),
    )


def _said(case):
    said = None if case.record is None else case.record.get("limits")
    return [str(said)] if said else []


def _kind(training):
    n_channels, sfreq = training["n_channels"], training["sfreq"]
    rates = "any rate" if sfreq is None else " or ".join(f"{r:g} Hz" for r in sfreq)
    unit = "µV" if training["unit"] == "uV" else "uncalibrated"
    return f"{n_channels} channel{'s' * (n_channels > 1)}, {rates}, {unit}"
