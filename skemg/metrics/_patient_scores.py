"""Scores of weighted patients, from what each patient adds to them.

Every score is a function of sums over patients. So a resampled cohort costs a product of
matrices, and no row is looked at twice.
"""

import numpy as np


class ConfusionScore:
    """A score of the confusion matrix; `score` reads matrices of (..., true, answer)."""

    bounds = (0.0, 1.0)

    def __init__(self, score):
        self.score = score

    def fit(self, truth, proba, patient):
        """Count the answers of each patient."""
        n_classes = proba.shape[1]
        shape = (patient.max() + 1, n_classes, n_classes)
        self.counts_ = np.zeros(shape)
        np.add.at(self.counts_, (patient, truth, proba.argmax(axis=1)), 1)
        return self

    def __call__(self, weights):
        """Return the score of each row of weights, (n_cohorts, n_patients)."""
        return self.score(np.tensordot(weights, self.counts_, axes=1))


class MeanScore:
    """A mean over rows; `loss` reads the true class as 0 and 1, and probabilities."""

    def __init__(self, loss, bounds):
        self.loss = loss
        self.bounds = bounds

    def fit(self, truth, proba, patient):
        """Sum the losses of each patient."""
        loss = self.loss(np.eye(proba.shape[1])[truth], proba)
        self.sums_ = np.bincount(patient, loss)
        self.counts_ = np.bincount(patient)
        return self

    def __call__(self, weights):
        """Return the score of each row of weights, (n_cohorts, n_patients)."""
        return weights @ self.sums_ / (weights @ self.counts_)


class AUCScore:
    """One-vs-rest area under the ROC curve, mean over the classes."""

    bounds = (0.0, 1.0)

    def fit(self, truth, proba, patient):
        """Count, for each pair of patients, the pairs of rows in the right order."""
        n_patients, n_classes = patient.max() + 1, proba.shape[1]
        self.positives_ = np.zeros((n_classes, n_patients))
        self.negatives_ = np.zeros((n_classes, n_patients))
        self.ordered_ = np.zeros((n_classes, n_patients, n_patients))
        for c in range(n_classes):
            is_c = truth == c
            self.positives_[c] = np.bincount(patient[is_c], minlength=n_patients)
            self.negatives_[c] = np.bincount(patient[~is_c], minlength=n_patients)
            for other in np.unique(patient[~is_c]):
                below = np.sort(proba[~is_c & (patient == other), c])
                wins = np.searchsorted(below, proba[is_c, c], "left")
                ties = np.searchsorted(below, proba[is_c, c], "right")
                self.ordered_[c, :, other] = np.bincount(
                    patient[is_c], (wins + ties) / 2, minlength=n_patients
                )
        return self

    def __call__(self, weights):
        """Return the score of each row of weights, (n_cohorts, n_patients)."""
        wins = np.einsum("bi,cij,bj->bc", weights, self.ordered_, weights, optimize=True)
        pairs = (weights @ self.positives_.T) * (weights @ self.negatives_.T)
        return divide(wins, pairs).mean(axis=-1)


def divide(a, b):
    """Return a / b, nan where b is 0."""
    return np.divide(a, b, out=np.full(np.shape(a), np.nan), where=b > 0)


def _accuracy(confusion):
    return divide(_right(confusion).sum(axis=-1), confusion.sum(axis=(-2, -1)))


def _balanced_accuracy(confusion):
    return divide(_right(confusion), confusion.sum(axis=-1)).mean(axis=-1)


def _f1_macro(confusion):
    both = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    return divide(2 * _right(confusion), both).mean(axis=-1)


def _right(confusion):
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _squares(truth, proba):
    return ((truth - proba) ** 2).sum(axis=1)


SCORES = {
    "accuracy": lambda: ConfusionScore(_accuracy),
    "balanced_accuracy": lambda: ConfusionScore(_balanced_accuracy),
    "f1_macro": lambda: ConfusionScore(_f1_macro),
    "roc_auc_ovr": AUCScore,
    "brier": lambda: MeanScore(_squares, (0.0, 2.0)),
}


def get_score(metric, classes):
    """Return the score of a name."""
    return SCORES[metric]()
