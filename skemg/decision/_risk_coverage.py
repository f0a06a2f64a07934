"""How many answers are wrong if only the surest are given."""

import numpy as np
from sklearn.utils import Bunch, column_or_1d

from skemg.exceptions import SignalError
from skemg.metrics._probabilities import as_scores
from skemg.metrics._vote import vote_of_scores


def risk_coverage_curve(y_true, proba, *, groups=None, classes=None):
    """Error rate of the surest answers, for every share of answers.

    Patients are sorted by confidence, the largest probability. The first point answers
    the surest patient, or all that are equally sure; the last one answers all.

    Parameters
    ----------
    y_true : array-like of shape (n_recordings,)
        The true classes.
    proba : array-like of shape (n_recordings, n_classes)
        Probabilities of recordings that were not trained on.
    groups : array-like of shape (n_recordings,), default=None
        The patient of each recording, whose probabilities are averaged. None says that
        the rows are patients.
    classes : array-like of shape (n_classes,), default=None
        The columns of `proba`. None takes the sorted classes of `y_true`.

    Returns
    -------
    curve : Bunch
        `coverage`, the share of patients that get an answer; `risk`, the error rate
        among them; `threshold`, the smallest confidence of them, falling (all of shape
        (n_thresholds,)); and `aurc`, the area under the curve: the mean, over
        patients, of the risk at their own confidence [1]_.

    Raises
    ------
    SignalError
        If a patient has two classes, or the lengths differ.
    ValueError
        If the columns do not fit the classes.

    See Also
    --------
    ReferringClassifier : Uses a threshold.
    skemg.plot.RiskCoverageDisplay : Draws the curve.

    References
    ----------
    .. [1] Geifman, Y., Uziel, G. & El-Yaniv, R. (2019). "Bias-reduced uncertainty
       estimation for deep neural classifiers." ICLR.

    Examples
    --------
    >>> from skemg.decision import risk_coverage_curve
    >>> proba = [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.4, 0.6]]
    >>> curve = risk_coverage_curve(["als", "normal", "normal", "normal"], proba)
    >>> curve.coverage
    array([0.25, 0.5 , 0.75, 1.  ])
    >>> curve.risk.round(2)
    array([0.  , 0.  , 0.33, 0.25])
    >>> round(curve.aurc, 3)  # (0 + 0 + 1/3 + 1/4) / 4
    0.146
    """
    y_true = column_or_1d(y_true)
    proba = as_scores(proba)
    if len(y_true) != len(proba):
        raise SignalError(
            f"y_true has {len(y_true)} labels and proba {len(proba)} rows; give one "
            "for each recording"
        )
    classes = np.unique(y_true) if classes is None else np.asarray(classes)
    if len(classes) != proba.shape[1] or not np.isin(y_true, classes).all():
        raise ValueError(
            f"proba has {proba.shape[1]} columns, classes are {classes.tolist()} and "
            f"y_true has {np.unique(y_true).tolist()}; pass classes= in the order of "
            "the columns"
        )
    if groups is not None:
        vote = vote_of_scores(proba, groups, y=y_true)
        y_true, proba = vote.target, vote.proba
    surety = proba.max(axis=1).round(12)  # sums in another order are ties
    order = np.argsort(-surety, kind="stable")
    wrong = np.cumsum((classes[proba.argmax(axis=1)] != y_true)[order])
    last = np.flatnonzero(np.append(np.diff(surety[order]) != 0, True))
    risk = wrong[last] / (last + 1)
    n_equal = np.diff(last, prepend=-1)
    return Bunch(
        coverage=(last + 1) / len(y_true),
        risk=risk,
        threshold=surety[order][last],
        aurc=float(np.average(risk, weights=n_equal)),
    )
