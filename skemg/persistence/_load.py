"""Read a fitted model, or its record alone."""

import io
import warnings
import zipfile
from importlib import metadata
from pathlib import Path

import numpy as np

import skemg
from skemg.exceptions import ModelFileError

from ._file import unpack
from ._skops import import_skops
from ._trained_model import TrainedModel
from ._trusted import TRUSTED

_MAX_BYTES = 4 << 30
_CHECKED = ("skemg", "scikit-learn", "numpy")
_OF_TRAINING = {
    "n_recordings": dict,
    "n_patients": dict | None,
    "n_channels": int,
    "channel_names": list | None,
    "sfreq": list | None,
    "unit": str | None,
    "ranges": dict,
    "sha256": str,
}


def load(path):
    """Read a model that :func:`save` wrote; nothing in the file is run.

    Only classes on a frozen list are built. A pickle, a plain skops file and anything
    else are refused, and nothing is tried in their place.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    model : TrainedModel
        Gives the very probabilities of the saved model, and refuses recordings of
        another rate, unit or number of channels than it was fitted on. The pipeline
        itself is its `estimator`, what is known of it its `record`.

    Raises
    ------
    ModelFileError
        If the file is no model of skemg, damaged, holds a class that is not trusted, or
        was written by another major version.
    FileNotFoundError
        If there is no such file.

    Warns
    -----
    UserWarning
        If minor versions differ, so that probabilities may, or if the record says
        nothing about the training.

    See Also
    --------
    save : Write such a file.
    read_record : What is known of a model, without building it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import joblib
    >>> from skemg.persistence import load
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "model.joblib"
    ...     _ = joblib.dump({"a": 1}, path)
    ...     try:
    ...         load(path)
    ...     except ValueError as error:
    ...         print("looks like a pickle" in str(error))
    True
    """
    skops = import_skops()
    record, model = _read(path)
    _compare_versions(path, record["versions"])
    if record["training"] is None:
        warnings.warn(
            f"{path} does not say what the model was fitted on, so that recordings of "
            "another rate or unit are not refused; save it with X= and y=",
            UserWarning,
            stacklevel=2,
        )
    _refuse_bomb(path, model)
    try:
        estimator = skops.io.loads(bytes(model), trusted=TRUSTED)
    except Exception as error:  # whatever it is, the file is no model that was saved
        raise ModelFileError(
            f"{path} cannot be read as a model: {type(error).__name__}: {error}"
        ) from error
    if np.asarray(getattr(estimator, "classes_", [])).tolist() != record["classes"]:
        raise ModelFileError(f"{path} holds another model than its record says")
    return TrainedModel(estimator, record)


def read_record(path):
    """Read what is known of a saved model, without building the model.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    record : dict
        `saved`, `versions`, `platform`, `model`, `parameters`, `classes`, `training`
        (None, or `n_recordings`, `n_patients`, `n_channels`, `channel_names`, `sfreq`,
        `unit`, `ranges` and `sha256`) and `limits`.

    Raises
    ------
    ModelFileError
        If the file is no model of skemg or damaged.
    FileNotFoundError
        If there is no such file.

    See Also
    --------
    save : Has an example.
    """
    return _read(path)[0]


def _read(path):
    path = Path(path)
    n_bytes = path.stat().st_size
    if not path.is_file():
        raise ModelFileError(f"{path} is no regular file")
    if n_bytes > _MAX_BYTES:
        raise ModelFileError(f"{path} has {n_bytes} bytes, more than {_MAX_BYTES}")
    record, model = unpack(path, path.read_bytes())
    if not _is_record(record):
        raise ModelFileError(f"{path} has no record of a model; save it again")
    return record, model


def _is_record(record):
    training = record.get("training")
    return (
        isinstance(record.get("versions"), dict)
        and all(isinstance(record["versions"].get(name), str) for name in _CHECKED)
        and isinstance(record.get("classes"), list)
        and "training" in record
        and (training is None or _is_training(training))
    )


def _is_training(training):
    return (
        isinstance(training, dict)
        and all(
            name in training and isinstance(training[name], kind)
            for name, kind in _OF_TRAINING.items()
        )
        and all(map(_is_range, training["ranges"].values()))
        and any(training["ranges"].get("rms", {}).values())
    )


def _is_range(of_classes):
    return isinstance(of_classes, dict) and all(
        bounds is None
        or (
            isinstance(bounds, list)
            and len(bounds) == 3
            and all(isinstance(bound, float) for bound in bounds)
        )
        for bounds in of_classes.values()
    )


def _compare_versions(path, versions):
    current = _current_versions()
    for name in _CHECKED:
        old, new = versions[name].split("."), current[name].split(".")
        text = f"{path} was saved with {name} {versions[name]}, this is {current[name]}"
        if old[0] != new[0]:
            raise ModelFileError(f"{text}; fit and save the model again")
        if old[:2] != new[:2]:
            warnings.warn(
                f"{text}; probabilities may differ", UserWarning, stacklevel=3
            )


def _current_versions():
    others = {name: metadata.version(name) for name in _CHECKED if name != "skemg"}
    return {"skemg": skemg.__version__, **others}


def _refuse_bomb(path, model):
    try:
        with zipfile.ZipFile(io.BytesIO(model)) as archive:
            n_bytes = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise ModelFileError(f"{path} holds no model of skops: {error}") from error
    if n_bytes > _MAX_BYTES:
        raise ModelFileError(f"{path} unpacks to {n_bytes} bytes, more than allowed")
