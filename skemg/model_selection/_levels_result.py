"""Result of a cross-validation at several levels."""

import warnings
from functools import cached_property

import numpy as np
from sklearn.utils import Bunch

from skemg.metrics import patient_interval
from skemg.metrics._patient_scores import get_score

from ._level_answers import JOINED
from ._table_text import html_table, text_table, to_frame, with_interval

PLAIN = ("accuracy", "balanced_accuracy", "f1_macro")
OF_PROBA = ("roc_auc_ovr", "brier", "calibration_error")


class LevelsResult:
    """Scores of windows, recordings, muscles and patients, and the answers behind them.

    `cross_validate_levels` and `nested_cross_validate` return it. Scores are of all
    test answers together, not means over folds. Read more in the
    :ref:`User Guide <leakage>`.

    Parameters
    ----------
    answers : dict
        For each level a Bunch of the answers.
    folds : list of dict
        What is known of each fold.
    classes : ndarray of shape (n_classes,)
        The classes.
    confidence : float, default=0.95
        Confidence of the intervals.
    notes : list of str, default=()
        What a reader has to know.

    Attributes
    ----------
    levels : list of str
        The levels that were scored, of "window", "recording", "muscle", "patient".
    classes : ndarray of shape (n_classes,)
        The classes.
    folds : list of dict
        A record a fold: `fold`, patients and recordings of both sides, `fit_seconds`,
        `predict_seconds`, and `best_params` and the inner `best_score` of a search.
    scores : list of dict
        A record a level and metric: `level`, `metric`, `score`, the ends `low` and
        `high` of the interval by patient, `n` answers and `n_patients`.
    patients : list of dict
        A record a patient: `patient`, `class`, `predicted`, `proba_` of each class,
        `fold`, `n_recordings`. With repeated folds a patient has several.
    notes : list of str
        What a reader has to know, such as scores that are NaN.

    See Also
    --------
    cross_validate_levels : Makes it.

    Notes
    -----
    "accuracy", "balanced_accuracy", "f1_macro" and, for a class with the name normal,
    "sensitivity_normal", "specificity_normal" and "f1_normal" count the classes of
    highest probability. "roc_auc_ovr" is the mean of the areas of each class against
    the rest, "brier" the squared error as in scikit-learn, where two classes count one
    of them. "calibration_error" is the expected calibration error [1]_: the highest
    probabilities are put into ten bins of equal width, and the distance between mean
    probability and share of right answers is averaged over the bins, weighted by their
    answers. Ten bins are our choice. With few patients it is above 0 even where nothing
    is wrong, so it has no interval: `low` and `high` are NaN. Without probabilities
    these three are NaN.

    References
    ----------
    .. [1] Guo, C., Pleiss, G., Sun, Y., Weinberger, K. Q. (2017). "On calibration of
       modern neural networks." ICML. arXiv:1706.04599

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skemg.model_selection import PatientKFold, cross_validate_levels
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["normal", "normal", "weak", "weak"]
    >>> result = cross_validate_levels(
    ...     LogisticRegression(), X, y, groups=["a", "b", "c", "d"], cv=PatientKFold(2)
    ... )
    >>> result.score("accuracy", "patient")
    1.0
    >>> result.confusion("patient").counts
    array([[2, 0],
           [0, 2]])
    """

    def __init__(self, answers, folds, *, classes, confidence=0.95, notes=()):
        self._answers = answers
        self.folds = folds
        self.classes = classes
        self.confidence = confidence
        self.notes = list(notes)

    @property
    def levels(self):
        return list(self._answers)

    @cached_property
    def scores(self):
        names = [f"{s}_{c}" for c in self.classes for s in _OF_CLASS]
        return [
            self._record(level, metric)
            for level in self.levels
            for metric in (*PLAIN, *OF_PROBA, *names)
        ]

    @cached_property
    def patients(self):
        answers = self.answers("patient")
        columns = {
            "patient": answers.groups,
            "class": answers.target,
            "predicted": self.classes[answers.proba.argmax(axis=1)],
            **{f"proba_{c}": answers.proba[:, i] for i, c in enumerate(self.classes)},
            "fold": np.where(answers.fold == JOINED, None, answers.fold),
            "n_recordings": answers.n_recordings,
        }
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def answers(self, level="patient"):
        """Return the answers of a level, for scores and displays of your own.

        Parameters
        ----------
        level : str, default="patient"
            One of `levels`.

        Returns
        -------
        answers : Bunch
            `target` of shape (n,), `proba` of shape (n, n_classes), the patient of each
            in `groups`, `fold` (-1 where several folds were joined), `n_recordings`,
            and `has_proba`, whether `proba` are probabilities or hard answers.
        """
        if level not in self._answers:
            raise ValueError(f"level must be one of {self.levels}, got {level!r}")
        return self._answers[level]

    def score(self, metric="balanced_accuracy", level="patient"):
        """Return one score.

        Parameters
        ----------
        metric : str, default="balanced_accuracy"
            Name of a metric in `scores`.
        level : str, default="patient"
            One of `levels`.

        Returns
        -------
        score : float
            The score, without its interval.
        """
        return self._value(self.answers(level), metric)

    def confusion(self, level="patient"):
        """Count who was taken for whom.

        Parameters
        ----------
        level : str, default="patient"
            One of `levels`.

        Returns
        -------
        confusion : Bunch
            Arrays of shape (n_classes, n_classes), a row a true class in the order of
            `classes`: `counts` of all folds; `mean` and `sd` (sample standard
            deviation) over the folds of the percentages of the true class. A fold
            without a class leaves it out; both are NaN where answers were joined over
            several folds.
        """
        answers = self.answers(level)
        n_classes = len(self.classes)
        truth = np.searchsorted(self.classes, answers.target)
        predicted = answers.proba.argmax(axis=1)
        counts = np.zeros((len(self.folds), n_classes, n_classes), dtype=int)
        np.add.at(counts, (answers.fold, truth, predicted), 1)  # JOINED adds to any
        if (answers.fold == JOINED).any():
            nothing = np.full((n_classes, n_classes), np.nan)
            return Bunch(counts=counts.sum(axis=0), mean=nothing, sd=nothing.copy())
        with warnings.catch_warnings(), np.errstate(invalid="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)  # a class in no or one fold
            percent = 100 * counts / counts.sum(axis=2, keepdims=True)
            mean, sd = np.nanmean(percent, axis=0), np.nanstd(percent, axis=0, ddof=1)
        return Bunch(counts=counts.sum(axis=0), mean=mean, sd=sd)

    def to_frame(self, table="scores"):
        """Return a table as a DataFrame; needs pandas.

        Parameters
        ----------
        table : {"scores", "patients", "folds"}, default="scores"
            Which one.

        Returns
        -------
        frame : DataFrame
            A row a record.
        """
        if table not in ("scores", "patients", "folds"):
            raise ValueError(
                f'table must be "scores", "patients" or "folds", got {table!r}'
            )
        return to_frame(getattr(self, table))

    def _record(self, level, metric):
        answers = self.answers(level)
        score = self._value(answers, metric)
        low, high = np.nan, np.nan
        if score == score and metric != "calibration_error":  # that has none
            low, high = patient_interval(
                metric,
                answers.target,
                answers.proba,
                groups=answers.groups,
                classes=self.classes,
                confidence=self.confidence,
            )
        return {
            "level": level,
            "metric": metric,
            "score": score,
            "low": low,
            "high": high,
            "n": len(answers.target),
            "n_patients": len(np.unique(answers.groups)),
        }

    def _value(self, answers, metric):
        score = get_score(metric, self.classes)
        if metric in OF_PROBA and not answers.has_proba:
            return np.nan
        truth = np.searchsorted(self.classes, answers.target)
        patient = np.unique(answers.groups, return_inverse=True)[1]
        score.fit(truth, answers.proba, patient)
        return float(score(np.ones((1, patient.max() + 1)))[0])

    def _title(self):
        level = self.levels[-1]
        return (
            f"{len(self.folds)} folds, {len(self._answers[level].target)} answers of "
            f"level {level}, {100 * self.confidence:g} % intervals by patient"
        )

    def _table(self):
        found = {(r["level"], r["metric"]): with_interval(r) for r in self.scores}
        metrics = dict.fromkeys(metric for _, metric in found)
        rows = [[m, *(found[level, m] for level in self.levels)] for m in metrics]
        return ["", *self.levels], rows

    def __repr__(self):
        lines = [
            f"<{type(self).__name__}: {self._title()}>",
            text_table(*self._table()),
        ]
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self):
        return html_table(self._title(), *self._table(), self.notes)


_OF_CLASS = ("sensitivity", "specificity", "f1")
