"""Scores of weighted patients, from what each patient adds to them.

Every score is a function of sums over patients. So a resampled cohort costs a product
of matrices, and no row is looked at twice. After `fit` a score holds

- `strata_`: the stratum of each patient in which patients can replace each other, -1
  where the patient does not enter;
- `n_patients_`: how many patients with one answer each are worth as much (Kish), the
  least that the answers are worth;
- `n_most_`: the number of rows where the score counts right answers, the most;
- `is_mean`: whether it is a mean of values between 0 and 1, up to its `bounds`.
"""

import numpy as np

from ._calibration_score import CalibrationScore
from ._probabilities import check_probabilities


class RatioScore:
    """A mean over some rows: `read(truth, answer, proba)` gives values and rows."""

    is_mean = True

    def __init__(self, read, *, yes_or_no=True, bounds=(0.0, 1.0)):
        self.read = read
        self.yes_or_no = yes_or_no
        self.bounds = bounds

    def fit(self, truth, proba, patient):
        """Sum the values of each patient."""
        values, rows = self.read(truth, proba.argmax(axis=1), proba)
        self.sums_ = np.bincount(patient, values * rows)
        self.counts_ = np.bincount(patient, rows)
        self.strata_ = np.where(self.counts_ > 0, 0, -1)
        self.n_patients_ = kish(self.counts_)
        self.n_most_ = self.counts_.sum() if self.yes_or_no else np.inf
        return self

    def __call__(self, weights):
        """Return the score of each row of weights, (n_cohorts, n_patients)."""
        return divide(weights @ self.sums_, weights @ self.counts_)


class ClassF1Score:
    """F1 of class number `c`: twice the right answers, over all of it and called so."""

    bounds = (0.0, 1.0)
    is_mean = False

    def __init__(self, c):
        self.c = c

    def fit(self, truth, proba, patient):
        """Count the rows of each patient that are of the class or called so."""
        own, called = truth == self.c, proba.argmax(axis=1) == self.c
        n_own = np.bincount(patient, own)
        self.sums_ = 2 * np.bincount(patient, own & called)
        self.counts_ = n_own + np.bincount(patient, called)
        self.strata_ = (n_own > 0).astype(int)
        self.n_patients_ = np.nan_to_num(kish(n_own))
        self.n_most_ = np.count_nonzero(own | called)
        return self

    def __call__(self, weights):
        """Return the score of each row of weights, (n_cohorts, n_patients)."""
        return divide(weights @ self.sums_, weights @ self.counts_)


class ConfusionScore:
    """A score of confusion matrices, `score` reads (..., true, answer)."""

    bounds = (0.0, 1.0)
    is_mean = False

    def __init__(self, score):
        self.score = score

    def fit(self, truth, proba, patient):
        """Count the answers of each patient."""
        n_patients, n_classes = patient.max() + 1, proba.shape[1]
        self.counts_ = np.zeros((n_patients, n_classes, n_classes))
        np.add.at(self.counts_, (patient, truth, proba.argmax(axis=1)), 1)
        self.strata_, self.n_patients_ = _by_class(self.counts_.sum(axis=2))
        self.n_most_ = len(truth)
        return self

    def __call__(self, weights):
        """Return the score of each row of weights, (n_cohorts, n_patients)."""
        return self.score(np.tensordot(weights, self.counts_, axes=1))


class AUCScore:
    """One-vs-rest area under the ROC curve, mean over the classes."""

    bounds = (0.0, 1.0)
    is_mean = False
    n_most_ = np.inf

    def fit(self, truth, proba, patient):
        """Count, for each pair of patients, the pairs of rows in the right order."""
        n_patients, n_classes = patient.max() + 1, proba.shape[1]
        rows = np.zeros((n_patients, n_classes))
        np.add.at(rows, (patient, truth), 1)
        self.rows_ = rows
        self.strata_, self.n_patients_ = _by_class(rows)
        self.ordered_ = np.zeros((n_classes, n_patients, n_patients))
        for c in range(n_classes):
            is_c = truth == c
            for other in np.unique(patient[~is_c]):
                scores = np.sort(proba[~is_c & (patient == other), c])
                below = np.searchsorted(scores, proba[is_c, c], "left")
                not_above = np.searchsorted(scores, proba[is_c, c], "right")
                self.ordered_[c, :, other] = np.bincount(
                    patient[is_c], (below + not_above) / 2, minlength=n_patients
                )
        return self

    def __call__(self, weights):
        """Return the score of each row of weights, (n_cohorts, n_patients)."""
        ordered = np.stack([((weights @ m) * weights).sum(1) for m in self.ordered_], 1)
        positive = weights @ self.rows_
        pairs = positive * (positive.sum(axis=1, keepdims=True) - positive)
        return divide(ordered, pairs).mean(axis=1)


def kish(counts):
    """Return the number of equal patients that are worth as much as these."""
    return float(divide(counts.sum() ** 2, (counts**2).sum()))


def divide(a, b):
    """Return a / b, nan where b is 0."""
    return np.divide(a, b, out=np.full(np.shape(b), np.nan), where=np.asarray(b) > 0)


def _by_class(rows):
    """Return the strata of patients with (n_patients, n_classes) rows, and `kish`."""
    strata = np.unique(rows > 0, axis=0, return_inverse=True)[1].reshape(-1)
    present = rows[:, rows.sum(axis=0) > 0]
    share = np.mean([1 / kish(column) for column in present.T])
    return strata, min(present.shape[1] / share, len(rows))


def _right(confusion):
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _mean_of_known(values):
    known = ~np.isnan(values)
    return divide(np.where(known, values, 0).sum(axis=-1), known.sum(axis=-1))


def _balanced_accuracy(confusion):
    return _mean_of_known(divide(_right(confusion), confusion.sum(axis=-1)))


def _f1_macro(confusion):
    both = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    return _mean_of_known(divide(2 * _right(confusion), both))


def _accuracy(truth, answer, proba):
    return (truth == answer).astype(float), np.ones(len(truth))


def _brier(truth, answer, proba):
    check_probabilities(proba)
    squares = ((np.eye(proba.shape[1])[truth] - proba) ** 2).sum(axis=1)
    # as in scikit-learn, two classes count the square of one of them
    return squares / (2 if proba.shape[1] == 2 else 1), np.ones(len(truth))


def _sensitivity(c):
    return lambda truth, answer, proba: (answer == c, (truth == c).astype(float))


def _specificity(c):
    return lambda truth, answer, proba: (answer != c, (truth != c).astype(float))


def get_score(metric, classes):
    """Return the score of a name."""
    most = 1.0 if len(classes) == 2 else 2.0
    scores = {
        "accuracy": RatioScore(_accuracy),
        "balanced_accuracy": ConfusionScore(_balanced_accuracy),
        "f1_macro": ConfusionScore(_f1_macro),
        "roc_auc_ovr": AUCScore(),
        "brier": RatioScore(_brier, yes_or_no=False, bounds=(0.0, most)),
        "calibration_error": CalibrationScore(),
    }
    for c, name in enumerate(classes):
        scores[f"sensitivity_{name}"] = RatioScore(_sensitivity(c))
        scores[f"specificity_{name}"] = RatioScore(_specificity(c))
        scores[f"f1_{name}"] = ClassF1Score(c)
    if not isinstance(metric, str) or metric not in scores:
        raise ValueError(f"metric must be one of {list(scores)}, got {metric!r}")
    return scores[metric]
