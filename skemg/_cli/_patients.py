"""From the answers of recordings to one a patient."""

import numpy as np

from ._messages import reason


def with_table(recordings, whose):
    """Return the recordings of a file with what the table says of it.

    Parameters
    ----------
    recordings : Recordings
        All of the file.
    whose : dict or None
        `patient` and `metadata`; None says nothing.

    Returns
    -------
    recordings : Recordings
        The same signals.
    """
    if whose is None:
        return recordings
    known = recordings.metadata or [{}] * len(recordings)
    return recordings.with_groups([whose["patient"]] * len(recordings)).with_metadata(
        [_joined(of_file, whose["metadata"]) for of_file in known]
    )


def _joined(of_file, of_table):
    for name, value in of_table.items():
        if of_file.get(name, value) != value:
            raise ValueError(
                f"the file says {name} {of_file[name]!r}, --patients says {value!r}; "
                "correct one"
            )
    return of_file | of_table


def answers_together(model):
    """Return whether a model judges all recordings of a patient at once."""
    from skemg.decision._base import PatientDecision

    return isinstance(getattr(model, "estimator", None), PatientDecision)


def rows_of_patients(model, rows, read):
    """Give the row of each patient, in sorted order.

    Parameters
    ----------
    model : TrainedModel
        The model.
    rows : list of dict
        Rows of recordings, with `patient`.
    read : callable
        From a path to its recordings, with patients, for a model that answers for
        patients.

    Yields
    ------
    row : dict
        `patient`, `n_recordings` that voted, `class`, `probabilities` and `error`.
    """
    for patient in sorted({row["patient"] for row in rows}):
        of_patient = [row for row in rows if row["patient"] == patient]
        voters = [row for row in of_patient if row["error"] is None]
        n_failed = len(of_patient) - len(voters)
        error = f"{n_failed} of {len(of_patient)} recordings failed"
        label, proba = None, [None] * len(model.classes_)
        if voters:
            try:
                label, proba = _answer(model, voters, read)
            except Exception as problem:  # whatever it is, other patients go on
                error, n_failed = reason(problem), 1
        yield {
            "patient": patient,
            "n_recordings": len(voters),
            "class": label,
            "probabilities": dict(zip(map(str, model.classes_), proba, strict=True)),
            "error": error if n_failed else None,
        }


def _answer(model, rows, read):
    """Return the class of a patient and the list of its probabilities."""
    if answers_together(model):
        return _answer_together(model, rows, read)
    from skemg.metrics import vote_by_group

    proba = [list(row["probabilities"].values()) for row in rows]
    (proba,) = vote_by_group(proba, [row["patient"] for row in rows]).proba
    return as_python(model.classes_[proba.argmax()]), proba.tolist()


def _answer_together(model, rows, read):
    from skemg.signals import Recordings

    X = Recordings.concatenate([read(row["file"])[[row["sweep"] - 1]] for row in rows])
    return as_python(model.predict(X)[0]), model.predict_proba(X)[0].tolist()


def as_python(label):
    """Return a label as JSON can hold it."""
    return label.item() if isinstance(label, np.generic) else label
