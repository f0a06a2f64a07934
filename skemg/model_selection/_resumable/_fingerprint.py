"""What says which search it is: data, candidates, folds, scores and versions."""

import platform
from importlib import metadata

import skemg

from ._digest import digest

_LONGEST = 60  # characters of a value that a message quotes
_NO_MATTER = "n_jobs", "verbose", "memory"  # parameters that change no score
_PACKAGES = [
    "numpy",
    "scipy",
    "scikit-learn",
    "joblib",
    "pywavelets",
    "imbalanced-learn",
    "skorch",
    "torch",
    "numba",
]


def fingerprint(search, X, y, params, candidates, folds):
    """Describe a search by short texts, in a dict that JSON can hold.

    Parameters
    ----------
    search : ResumableGridSearchCV
        The search.
    X, y : object
        The data.
    params : dict
        What else `fit` was given, such as `groups`.
    candidates : list of dict
        The parameters of each candidate.
    folds : list of tuple
        Training and test of each fold.
    """
    return {
        "data": {"X": _text(X), "y": _text(y), **_texts(params)},
        "estimator": {
            "class": _text(type(search.estimator)),
            **_parameters(search.estimator),
        },
        "param_grid": _grid(candidates),
        "folds": {"number": str(len(folds)), "indices": digest(folds)},
        "scoring": {
            "scoring": _text(search.scoring),
            "return_train_score": _text(search.return_train_score),
            "error_score": _text(search.error_score),
        },
        "version": _versions(),
    }


def differences(known, search):
    """Name what differs between the search of a journal and this one."""
    found = []
    for part in search:
        then, now = known.get(part, {}), search[part]
        for key in [*now, *(key for key in then if key not in now)]:
            old, new = then.get(key, "nothing"), now.get(key, "nothing")
            if old != new:
                found.append(f"{part} {key} ({old} in the journal, {new} now)")
    return found


def _parameters(estimator):
    """Describe each parameter once: that of a step is not one of the pipeline."""
    params = estimator.get_params(deep=True)
    return {
        name: _text(_outline(value))
        for name, value in sorted(params.items())
        if name.rpartition("__")[2] not in _NO_MATTER
    }


def _outline(value):
    """Replace estimators by their classes; their parameters are told apart."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        return type(value)
    if isinstance(value, list | tuple):
        return [_outline(item) for item in value]
    return value


def _grid(candidates):
    names = sorted({name for candidate in candidates for name in candidate})
    values = {name: [c[name] for c in candidates if name in c] for name in names}
    texts = {
        name: f"[{', '.join(dict.fromkeys(map(_text, column)))}]"
        for name, column in values.items()
    }
    shown = {name: _short(text, text) for name, text in texts.items()}
    return {**shown, "candidates": f"{len(candidates)}: {digest(candidates)}"}


def _versions():
    found = {"python": platform.python_version(), "skemg": skemg.__version__}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "nothing"
    return found


def _texts(values):
    return {name: _text(value) for name, value in values.items()}


def _text(value):
    """Return a plain value as text; of others, and of long ones, the digest."""
    if isinstance(value, str | bool | int | float | None):
        return _short(repr(value), value)
    return _short("", value)


def _short(text, value):
    if 0 < len(text) <= _LONGEST:
        return text
    kind = value if isinstance(value, type) else type(value)
    return f"{kind.__qualname__} {digest(value)}"
