"""Scorers of windows and of patients, for one search beside the score of recordings."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline

from skemg.signals import Windows
from skemg.utils._groups import resolve_groups
from skemg.utils._sklearn import num_samples

from ._vote import vote_by_group


class _Answers(ClassifierMixin, BaseEstimator):
    """Probabilities that are already there, in the form that a scorer asks for."""

    def __init__(self, classes=None):
        self.classes = classes

    @property
    def classes_(self):
        return self.classes

    def predict_proba(self, X):
        return X

    def predict(self, X):
        return self.classes_[X.argmax(axis=1)]


class _LevelScorer:
    """A scorer with a metric of scikit-learn; called as `scorer(estimator, X, y)`."""

    def __init__(self, metric):
        get_scorer(metric)  # an unknown name raises here, with the list of names
        self.metric = metric

    def _score(self, classes, proba, target):
        return get_scorer(self.metric)(_Answers(classes), proba, target)


class _WindowScorer(_LevelScorer):
    def __call__(self, estimator, X, y):
        vote, windows = _vote_and_windows(estimator, X)
        if not isinstance(windows, Windows):
            raise TypeError(
                f"window_scorer needs Windows before the vote, got "
                f"{type(windows).__name__}; put Windower into the pipeline"
            )
        proba = vote.predict_proba_windows(windows).values
        return self._score(vote.classes_, proba, windows.repeat(y))

    def __repr__(self):
        return f"window_scorer({self.metric!r})"


class _PatientScorer(_LevelScorer):
    def __call__(self, estimator, X, y):
        patients = resolve_groups(None, X, num_samples(X))
        if patients is None:
            raise ValueError(
                "patient_scorer reads the patients from the data: pass "
                f"Recordings(groups=...), got {type(X).__name__} without patients"
            )
        return self.score_recordings(estimator, X, y, patients)

    def score_recordings(self, estimator, X, y, patients):
        """Return the score of patients who need not stand in the data."""
        classes = estimator.classes_
        if hasattr(estimator, "predict_proba"):
            proba = estimator.predict_proba(X)
        else:
            proba = (estimator.predict(X)[:, np.newaxis] == classes).astype(float)
        vote = vote_by_group(proba, patients, y=y)
        return self._score(classes, vote.proba, vote.target)

    def __repr__(self):
        return f"patient_scorer({self.metric!r})"


def window_scorer(metric="accuracy"):
    """Make a scorer that counts windows.

    Parameters
    ----------
    metric : str, default="accuracy"
        Name of a classification score of scikit-learn that asks for `predict` or
        `predict_proba`, such as "balanced_accuracy", "f1_macro" or "roc_auc_ovr".

    Returns
    -------
    scorer : callable
        For `scoring` of searches and `cross_validate`. The estimator must be a pipeline
        that ends in `WindowVotingClassifier`, or that classifier on `Windows`.

    See Also
    --------
    patient_scorer : The same for patients.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skemg.metrics import window_scorer
    >>> from skemg.signals import Windows
    >>> from skemg.windowing import WindowVotingClassifier
    >>> X = Windows([[0.0], [0.1], [5.0], [0.0], [5.0], [6.0]], [0, 3, 6], sfreq=1000)
    >>> vote = WindowVotingClassifier(LogisticRegression()).fit(X, ["rest", "active"])
    >>> vote.score(X, ["rest", "active"])
    1.0
    >>> round(window_scorer("accuracy")(vote, X, ["rest", "active"]), 2)
    0.67
    """
    return _WindowScorer(metric)


def patient_scorer(metric="accuracy"):
    """Make a scorer that counts patients.

    The probabilities of the recordings of a patient are averaged. The patients are read
    from the `Recordings` or `Windows`, with metadata routing on or off.

    Parameters
    ----------
    metric : str, default="accuracy"
        Name of a classification score of scikit-learn that asks for `predict` or
        `predict_proba`, such as "balanced_accuracy", "f1_macro" or "roc_auc_ovr".

    Returns
    -------
    scorer : callable
        For `scoring` of searches and `cross_validate`. It raises where the data carry
        no patients, or a patient has two classes.

    See Also
    --------
    window_scorer : The same for windows.
    vote_by_group : The vote.

    Examples
    --------
    >>> from sklearn.model_selection import cross_validate
    >>> from sklearn.svm import SVC
    >>> from skemg.metrics import patient_scorer, window_scorer
    >>> scoring = {
    ...     "window": window_scorer("balanced_accuracy"),
    ...     "recording": "balanced_accuracy",
    ...     "patient": patient_scorer("balanced_accuracy"),
    ... }
    """
    return _PatientScorer(metric)


def _vote_and_windows(estimator, X, who="window_scorer"):
    """Return the fitted vote and the windows that it sees."""
    estimator = getattr(estimator, "best_estimator_", estimator)
    if isinstance(estimator, Pipeline):
        X = estimator[:-1].transform(X) if len(estimator) > 1 else X
        return _vote_and_windows(estimator[-1], X, who)
    if not hasattr(estimator, "predict_proba_windows"):
        raise TypeError(
            f"{who} needs a pipeline that ends in WindowVotingClassifier, got "
            f"{estimator!r}"
        )
    return estimator, X
