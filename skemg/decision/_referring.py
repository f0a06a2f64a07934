"""A class where the classifier is sure, else a referral."""

import numbers

import numpy as np
from sklearn.base import clone

from skemg.metrics._vote import label_by_group
from skemg.utils._number import check_share

from ._base import PatientDecision
from ._checks import check_choice
from ._out_of_fold import (
    ballots,
    fit_folds,
    held_out_fold,
    mean_by_patient,
    patient_folds,
)
from ._risk_bound import least_confidence


class ReferringClassifier(PatientDecision):
    """Answer where the patient is clear, and refer the others to a neurophysiologist.

    The confidence of an answer is the largest probability of the patient. Below
    `min_confidence`, `predict` gives `label` to all its recordings. The threshold is
    yours, or is chosen so that the answers that remain are seldom wrong. Read more in
    the :ref:`User Guide <referral>`.

    Parameters
    ----------
    estimator : classifier
        Classifier of recordings or of patients, for example a pipeline. A confidence
        means something where it is calibrated: `PatientCalibratedClassifier`.
    min_confidence : float, default=0.8
        Smallest probability of an answer, 0 to 1. Not used with `target_risk`.
    target_risk : float, default=None
        Largest error rate of the patients that get an answer. The threshold is then
        chosen on patients not seen in training: of some that the bound of [1]_ allows,
        the smallest.
    confidence : float, default=0.95
        Probability, over cohorts, that the bound behind `target_risk` holds.
    method : {"cross", "split"}, default="cross"
        Where `target_risk` looks. "cross" asks all patients out of fold and then fits
        on all; the bound is that of the classifiers of the folds, which see fewer
        patients. "split" holds the patients of one fold out; the bound is that of the
        classifier itself.
    label : str or int, default=None
        What `predict` says instead of a class. None is "refer" where the classes are
        strings, else one less than the smallest class.
    cv : int, splitter or iterable, default=None
        Folds of patients for `target_risk`, drawn with `random_state` where this is
        None or an int. For "cross", None is 5, and the classes are spread evenly. For
        "split", one fold is used, None is a third of the patients, and they are drawn
        without regard to their class, which the bound needs.
    n_jobs : int, default=None
        Folds that are fitted at once.
    random_state : int, RandomState instance or None, default=None
        Seed of the folds, where `cv` is None or an int.

    Attributes
    ----------
    estimator_ : classifier
        The fitted classifier.
    min_confidence_ : float
        The threshold in use.
    risk_bound_ : float or None
        Bound of the error rate of the answers; None without `target_risk`.
    coverage_ : float or None
        Share of the patients asked out of fold that got an answer; None without
        `target_risk`.
    label_ : str or int
        What stands for a referral.
    classes_ : ndarray of shape (n_classes,)
        The classes, without `label_`.

    Raises
    ------
    ValueError
        If a parameter is out of range, `label` is a class or of another kind,
        `target_risk` cannot be shown with these patients, the patients are unknown, or
        a fold has one on both sides.
    SignalError
        If a patient has two classes, or `groups` contradicts X.

    Warns
    -----
    UserWarning
        If X is a plain array and `groups` is not given: each row is then a patient.

    See Also
    --------
    risk_coverage_curve : Errors against answers for all thresholds.
    PatientConformalClassifier : Says which classes remain possible.

    Notes
    -----
    `predict_proba` has no column for the referral, so `roc_auc_ovr`, `neg_log_loss` and
    other scores of probabilities are those of all patients, without referrals. For
    `accuracy` and other scores of `predict`, a referral is a wrong answer.

    References
    ----------
    .. [1] Geifman, Y. & El-Yaniv, R. (2017). "Selective classification for deep neural
       networks." NeurIPS.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skemg.decision import ReferringClassifier
    >>> X = np.linspace(-1, 1, 40).reshape(-1, 1)
    >>> y = np.where(X[:, 0] > 0, "myopathic", "normal")
    >>> referring = ReferringClassifier(LogisticRegression(C=10))
    >>> referring.fit(X, y, groups=np.arange(40))
    ReferringClassifier(estimator=LogisticRegression(C=10))
    >>> referring.predict([[-0.9], [0.0], [0.9]], groups=["a", "b", "c"])
    array(['normal', 'refer', 'myopathic'], dtype='<U9')

    At most one wrong answer in five, with a confidence of 0.95:

    >>> bounded = referring.set_params(target_risk=0.2, random_state=0)
    >>> bounded = bounded.fit(X, y, groups=np.arange(40))
    >>> bounded.coverage_, round(bounded.risk_bound_, 2)
    (1.0, 0.16)
    """

    def __init__(
        self,
        estimator,
        min_confidence=0.8,
        *,
        target_risk=None,
        confidence=0.95,
        method="cross",
        label=None,
        cv=None,
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.min_confidence = min_confidence
        self.target_risk = target_risk
        self.confidence = confidence
        self.method = method
        self.label = label
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X, y, groups=None, **fit_params):
        """Fit the classifier and, with `target_risk`, choose the threshold.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data.
        y : array-like of shape (n_recordings,)
            The class of each recording.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.
        **fit_params : dict
            More for `fit` of the classifier.

        Returns
        -------
        self : ReferringClassifier
            The fitted classifier.
        """
        self._check_parameters()
        X, y, patients, params = self._check_fit(X, y, groups, fit_params)
        self.label_ = _label_beside(np.unique(y), self.label)
        self.min_confidence_ = float(self.min_confidence)
        self.risk_bound_ = self.coverage_ = model = None
        if self.target_risk is not None:
            model = self._choose(X, y, patients, params)
        if model is None:
            model = clone(self.estimator).fit(X, y, **params["fit"])
        self.estimator_ = model
        self.classes_ = model.classes_
        return self

    def predict(self, X, groups=None, **params):
        """Return the class of the patient of each recording, or `label_`.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data. Recordings of one patient are judged together.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.
        **params : dict
            More for `predict_proba` of the inner classifier.

        Returns
        -------
        y : ndarray of shape (n_recordings,)
            The classes; a tie goes to the first in `classes_`.
        """
        proba = self.predict_proba(X, groups, **params)
        answers = self.classes_[proba.argmax(axis=1)]
        sure = proba.max(axis=1) >= self.min_confidence_
        return answers if sure.all() else np.where(sure, answers, self.label_)

    def _patient_proba(self, X, codes, params):
        return mean_by_patient(ballots(self.estimator_, X, params), codes)

    def _choose(self, X, y, patients, params):
        """Set threshold, bound and coverage; return the model where it stays."""
        target = label_by_group(y, patients)
        who = self.cv, X, y, patients
        if self.method == "split":
            folds = held_out_fold(*who, random_state=self.random_state)
        else:
            folds = patient_folds(*who, shuffle=True, random_state=self.random_state)
        fitted = fit_folds(self.estimator, X, y, folds, params, self.n_jobs)
        names, votes = [], []
        for (_, test), (_, proba) in zip(folds, fitted, strict=True):
            tested, codes = np.unique(patients[test], return_inverse=True)
            names.append(tested)
            votes.append(mean_by_patient(proba, codes))
        names, votes = np.concatenate(names), np.concatenate(votes)
        if len(np.unique(names)) < len(names):
            raise ValueError(
                "target_risk needs folds that test no patient twice, and those of "
                f"{type(self.cv).__name__} do; use PatientKFold"
            )
        truth = target[np.searchsorted(np.unique(patients), names)]
        wrong = np.unique(y)[votes.argmax(axis=1)] != truth
        surety = votes.max(axis=1)
        threshold, bound = least_confidence(
            surety, wrong, target_risk=self.target_risk, doubt=1 - self.confidence
        )
        if threshold is None:
            raise ValueError(
                f"target_risk={self.target_risk} cannot be shown with {len(names)} "
                f"patients at confidence={self.confidence}: the smallest bound is "
                f"{bound:.3f}. Allow more risk, lower confidence, or add patients"
            )
        self.min_confidence_, self.risk_bound_ = threshold, bound
        self.coverage_ = float(np.mean(surety >= threshold))
        return fitted[0][0] if self.method == "split" else None

    def _check_parameters(self):
        if not isinstance(self.min_confidence, numbers.Real) or not (
            0 <= self.min_confidence <= 1
        ):
            raise ValueError(
                f"min_confidence must be from 0 to 1, got {self.min_confidence!r}"
            )
        if self.target_risk is not None:
            check_share(self.target_risk, "target_risk")
        check_share(self.confidence, "confidence")
        check_choice(self.method, "method", ("cross", "split"))


def _label_beside(classes, label):
    """Return what stands for a referral: of the kind of the classes, and none."""
    words = classes.dtype.kind in "OU"
    if label is None:
        label = "refer" if words else int(classes[0]) - 1
    if words != isinstance(label, str):
        raise ValueError(
            f"label={label!r} is of another kind than the classes {classes.tolist()}; "
            f"give {'a string' if words else 'a number'}"
        )
    if label in classes.tolist():
        raise ValueError(f"label={label!r} is a class; choose another word")
    return label
