"""Classes and weights of the training samples, together."""

from typing import NamedTuple

import numpy as np
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets

from skemg.utils._sklearn import check_sample_weight


class Targets(NamedTuple):
    """What is learned from the samples whose weight is not zero."""

    kept: np.ndarray  # of bool, which samples these are
    classes: np.ndarray
    codes: np.ndarray  # of int, the class of each of them
    weight: np.ndarray


def weigh(estimator, X, y, sample_weight):
    """Return the classes and the weights, of samples and classes multiplied.

    Parameters
    ----------
    estimator : classifier
        Has `class_weight`.
    X : Windows or ndarray
        The samples.
    y : ndarray of shape (n_samples,)
        The class of each sample.
    sample_weight : array-like of shape (n_samples,) or None
        Weight of each sample. Two samples in one place are the same as one of twice
        the weight, for `class_weight="balanced"` too.

    Returns
    -------
    targets : Targets
        Without the samples of weight zero.
    """
    check_classification_targets(y)
    weight = check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True
    )
    kept = weight > 0
    y, weight = y[kept], weight[kept]
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"{type(estimator).__name__} needs at least two classes, got one class: "
            f"{classes[0]!r}"
        )
    if estimator.class_weight is not None:
        of_class = compute_class_weight(
            estimator.class_weight, classes=classes, y=y, sample_weight=weight
        )
        weight = weight * of_class[codes]
        total = np.bincount(codes, weight)
        if (total <= 0).any():
            raise ValueError(
                "class_weight must be positive, but is not for class "
                f"{classes[total.argmin()]!r}; leave its samples out instead"
            )
    return Targets(kept, classes, codes, weight)
