"""The exceptions that skemg raises."""

__all__ = ["LeakageError", "ModelFileError", "SignalError"]


class SignalError(ValueError):
    """A recording or window that cannot be used, and what to do about it.

    The message names the recording, what was found and what is accepted. It is a
    `ValueError`, so code that already catches those keeps working.

    Examples
    --------
    >>> from skemg.exceptions import SignalError
    >>> from skemg.signals import Recordings
    >>> try:
    ...     Recordings.from_list([[1.0, 2.0], []], sfreq=1000)
    ... except SignalError as error:
    ...     print(error)
    recording 1 is empty; leave it out or read it again
    """


class LeakageError(ValueError):
    """A split that lets a score rest on something else than the disease.

    Raised by :meth:`skemg.model_selection.SplitAudit.raise_for` and by
    :func:`skemg.model_selection.cross_validate_levels`; the message names what leaks
    and where.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.exceptions import LeakageError
    >>> from skemg.model_selection import audit_split
    >>> X = np.random.default_rng(0).normal(size=(8, 500))
    >>> y, patients = ["a", "b"] * 4, [1, 2, 3, 4] * 2
    >>> audit = audit_split(X, y, patients, cv=2, sfreq=1000)
    >>> try:
    ...     audit.raise_for("patients")
    ... except LeakageError as error:
    ...     print(str(error).split(",")[0])
    patients: 4 patients are on both sides
    """


class ModelFileError(ValueError):
    """A file that is no model of skemg, or not the one that was saved.

    Raised by :func:`skemg.persistence.load` and :func:`skemg.persistence.save`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.exceptions import ModelFileError
    >>> from skemg.persistence import read_record
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "notes.txt"
    ...     _ = path.write_text("no model")
    ...     try:
    ...         read_record(path)
    ...     except ModelFileError as error:
    ...         print(str(error).split("notes.txt ")[1])
    is no model file of skemg; write one with skemg.persistence.save
    """
