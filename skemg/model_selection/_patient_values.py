"""What each model reaches on each patient."""

import numpy as np
from scipy.stats import t as student
from sklearn.utils import check_array, column_or_1d

from skemg.exceptions import SignalError
from skemg.metrics._probabilities import check_probabilities
from skemg.metrics._vote import vote_of_scores
from skemg.signals._checks import as_groups


class PatientValues:
    """A number for each patient and model, and its weight in the score.

    Attributes
    ----------
    values : ndarray of shape (n_patients, n_models)
        Right or wrong, the probability of the true class, or the Brier score.
    weights : ndarray of shape (n_patients,)
        Their weighted sum is the score; the sum of the weights is 1.
    target : ndarray of shape (n_patients,)
        The class of each patient.
    most : float
        The largest difference of two values.
    """

    def __init__(self, proba, y, groups, classes, metric):
        y = column_or_1d(y)
        classes = np.unique(y) if classes is None else column_or_1d(classes)
        unknown = np.setdiff1d(y, classes)
        if len(unknown):
            raise ValueError(
                f"y holds {unknown.tolist()}, not in classes {classes.tolist()}"
            )
        votes = []
        for name, rows in proba.items():
            rows = _as_proba(name, rows, classes, len(y))
            if metric in ("true_proba", "brier"):
                check_probabilities(rows, f"proba of {name!r}")
            votes.append(vote_of_scores(rows, groups, y=y))
        self.metric = metric
        self.most = 2.0 if metric == "brier" and len(classes) > 2 else 1.0
        self.target = votes[0].target
        truth = self.target[:, np.newaxis] == classes
        answers = np.stack([vote.proba for vote in votes])
        # equal up to rounding is equal, for ranks and signs too
        self.values = _value(metric, truth, answers).T.round(9)
        self.weights = self._weights(self.target)

    def score(self):
        """Return the score of each model."""
        return self.weights @ self.values

    def interval(self, a, b, confidence):
        """Return the interval of the difference of two models."""
        change = self.values[:, a] - self.values[:, b]
        strata = [change]
        if self.metric == "balanced_accuracy":
            strata = [change[self.target == c] for c in np.unique(self.target)]
        if self.metric in ("balanced_accuracy", "accuracy"):
            total = np.array([part.sum() for part in strata])
            squares = np.array([np.abs(part).sum() + 1 for part in strata])
            n = np.array([len(part) + 2 for part in strata])
        else:
            total = np.array([change.sum()])
            squares = np.array([(change**2).sum()])
            n = np.array([len(change)])
        variance = (squares / n - (total / n) ** 2) / np.maximum(n - 1, 1)
        middle, error = (total / n).mean(), np.sqrt(variance.sum()) / len(n)
        df = len(change) - len(strata)
        if df < 1:
            return {"low": np.nan, "high": np.nan}
        half = student.ppf((1 + confidence) / 2, df) * error
        return {
            "low": float(max(middle - half, -self.most)),
            "high": float(min(middle + half, self.most)),
        }

    def fold_scores(self, groups, folds):
        """Return scores of shape (n_folds, n_models), and mean numbers of patients."""
        if folds is None:
            raise ValueError(
                'test="corrected_t" needs folds, the fold in which each recording was '
                "tested"
            )
        folds, patients = column_or_1d(folds), as_groups(groups, len(groups))
        if len(folds) != len(patients):
            raise SignalError(
                f"folds has {len(folds)} entries for {len(patients)} recordings; give "
                "the fold in which each was tested"
            )
        folds = _fold_of_patients(folds, patients)
        scores = []
        for fold in np.unique(folds):
            of_it = folds == fold
            scores.append(self._weights(self.target[of_it]) @ self.values[of_it])
        n_test = len(folds) / len(scores)
        return np.array(scores), len(folds) - n_test, n_test

    def _weights(self, target):
        if self.metric != "balanced_accuracy":
            return np.full(len(target), 1 / len(target))
        _, code, count = np.unique(target, return_inverse=True, return_counts=True)
        return 1 / (len(count) * count[code])


def _as_proba(name, rows, classes, n_rows):
    """Return probabilities; answers become sure."""
    rows = np.asarray(rows)
    if len(rows) != n_rows:
        raise SignalError(f"model {name!r} has {len(rows)} answers for {n_rows} labels")
    if rows.ndim == 1:
        rows = rows[:, np.newaxis] == classes
        if not rows.any(axis=1).all():
            raise ValueError(
                f"model {name!r} answers a class that is not in {classes.tolist()}; "
                "pass classes"
            )
    rows = check_array(rows, dtype=np.float64, input_name=f"proba of {name!r}")
    if rows.shape[1] != len(classes):
        raise ValueError(
            f"model {name!r} has {rows.shape[1]} columns for the classes "
            f"{classes.tolist()}; pass classes"
        )
    return rows


def _value(metric, truth, answers):
    """Return (n_models, n_patients) values of (n_models, n_patients, n_classes)."""
    if metric == "true_proba":
        return answers[:, truth]
    if metric == "brier":
        halved = 2 if truth.shape[1] == 2 else 1  # as in scikit-learn
        return ((answers - truth) ** 2).sum(axis=2) / halved
    right = answers.argmax(axis=2) == truth.argmax(axis=1)
    return right.astype(float)


def _fold_of_patients(folds, patients):
    """Return the fold of each patient in sorted order."""
    _, first, code = np.unique(patients, return_index=True, return_inverse=True)
    other = np.flatnonzero(folds != folds[first][code])
    if len(other):
        i = other[0]
        raise SignalError(
            f"patient {patients[i]} is in folds {folds[first][code[i]]} and {folds[i]};"
            " keep each patient in one fold, for example with PatientKFold"
        )
    return folds[first]
