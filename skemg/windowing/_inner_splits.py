"""What splits the windows inside the vote, and whether it knows the patients."""

import numbers
import warnings

import numpy as np
from sklearn import get_config

from ._nesting import on_all_windows, parts, takers_of_groups, takes_groups

_ON = "sklearn.set_config(enable_metadata_routing=True)"


def splitters_of_patients(inner):
    """Return who splits all the windows by a `cv` that asks for patients, and the cv.

    Parameters
    ----------
    inner : classifier
        Our clone.

    Returns
    -------
    splitters : list of (estimator, splitter)
        Searches, calibration, stacking and others.
    """
    owners = [part for part in on_all_windows(inner) if hasattr(part, "cv")]
    return [(owner, owner.cv) for owner in owners if takes_groups(owner.cv, "split")]


def split_now(splitters, y, patients):
    """Put the folds themselves in the place of each splitter.

    Without metadata routing, calibration and stacking hand no patients to theirs.
    """
    for owner, cv in splitters:
        owner.cv = list(cv.split(np.zeros(len(y)), y, patients))


def check_splits(inner, n_windows):
    """Warn of all that splits windows at random without being asked for it by name.

    Parameters
    ----------
    inner : classifier
        Our clone.
    n_windows : int
        Number of windows, on which early stopping may depend.

    Raises
    ------
    ValueError
        If a splitter asks for patients where nobody can tell it.
    """
    routing = get_config()["enable_metadata_routing"]
    told = {id(part) for part in (parts(inner) if routing else on_all_windows(inner))}
    takers = {id(taker) for taker in takers_of_groups(inner).values()}
    for part in parts(inner):
        name, params = type(part).__name__, part.get_params(deep=False)
        cv = params.get("cv", "no parameter")
        if cv is None or isinstance(cv, numbers.Real):
            n_folds = cv if isinstance(cv, numbers.Integral) else ""
            also = "" if id(part) in told else f" and {_ON}"
            _warn(f"{name}(cv={cv})", f"cv=PatientKFold({n_folds}){also}")
        elif id(part) not in told and takes_groups(cv, "split"):
            raise ValueError(
                f"{name}(cv={cv!r}) splits a part of the windows inside the vote, and "
                f"their patients do not reach it; use {_ON}, or put it around the vote"
            )
        if isinstance(getattr(params.get("train_split"), "cv", None), numbers.Real):
            _warn(f"train_split of {name}", "train_split=None")  # a net of skorch
        if _stops_early(params, n_windows):
            if not takes_groups(part):
                off = "early_stopping=False"
                if "early_stopping" not in params:
                    off = "n_iter_no_change=None"
                _warn(f"early stopping of {name}", off)
            elif not routing and id(part) not in takers:
                _warn(f"early stopping of {name}", f"{_ON}, or search around the vote")


def _warn(who, cure):
    warnings.warn(
        f"{who} inside the vote splits the windows at random, so windows of one "
        f"patient are on both sides; use {cure}",
        UserWarning,
        stacklevel=4,
    )


def _stops_early(params, n_windows):
    """Return whether windows are held out; "auto" is for many windows only."""
    if "validation_fraction" not in params:
        return False
    asked = params.get("early_stopping", params.get("n_iter_no_change") is not None)
    return n_windows > 10_000 if asked == "auto" else bool(asked)
