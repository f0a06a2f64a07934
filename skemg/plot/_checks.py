"""What the displays ask of answers and patients."""

import numpy as np
from sklearn.utils import check_consistent_length, column_or_1d

from skemg.clinical import MotorUnits
from skemg.metrics import vote_by_group
from skemg.metrics._probabilities import as_scores


def check_answers(y_true, proba, classes):
    """Return the codes of the true classes, the probabilities and the classes.

    `classes` are the columns of `proba`; None takes the sorted classes of `y_true`.
    """
    y_true = column_or_1d(y_true)
    proba = as_scores(proba)
    check_consistent_length(y_true, proba)
    classes = np.unique(y_true) if classes is None else np.asarray(classes)
    if len(classes) != proba.shape[1]:
        raise ValueError(
            f"proba has {proba.shape[1]} columns for {len(classes)} classes "
            f"{classes.tolist()}; pass classes=estimator.classes_"
        )
    unknown = sorted(set(y_true.tolist()) - set(classes.tolist()), key=str)
    if unknown:
        raise ValueError(
            f"y_true has classes {unknown} that classes={classes.tolist()} has not"
        )
    codes = (y_true[:, np.newaxis] == classes).argmax(axis=1)
    return codes, proba, classes


def patients_of(codes, proba, groups):
    """Return codes and probabilities of the patients, or what was given without any."""
    if groups is None:
        return codes, proba
    vote = vote_by_group(proba, groups, y=codes)
    return vote.target, vote.proba


def check_units(units):
    """Raise where these are not the motor units of one recording."""
    if not isinstance(units, MotorUnits):
        raise ValueError(
            f"from_units draws the motor units of one recording, got "
            f"{type(units).__name__}; pass MUAPDetector().fit_transform(X)[i]"
        )
