"""Probabilities of patients that mean what they say."""

import numpy as np
from scipy.special import logit
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV

from skemg.metrics._vote import label_by_group

from ._base import PatientDecision
from ._out_of_fold import ballots, mean_by_patient, out_of_fold

# A vote nearer to 0 counts as this: no cohort of patients can tell them apart (our
# choice).
_SMALLEST = 1e-6


class PatientCalibratedClassifier(PatientDecision):
    """Calibrate the probabilities of patients on patients not seen in training.

    `CalibratedClassifierCV(pipeline, cv=PatientKFold())` calibrates the answer of a
    recording. A patient with several recordings gets their mean, and a mean of
    calibrated probabilities is not calibrated: many that agree make it surer. Here the
    recordings vote first, out of fold, and the vote of the patient is calibrated. Read
    more in the :ref:`User Guide <patient_calibration>`.

    Parameters
    ----------
    estimator : classifier
        Classifier of recordings or of patients, for example a pipeline or
        `PatientVotingClassifier`.
    method : {"temperature", "sigmoid", "isotonic"}, default="temperature"
        "temperature" divides the logarithms of the votes by one number [2]_ and
        changes no decision; it is for cohorts of some dozens of patients. "sigmoid"
        fits two numbers a class [1]_, to the log-odds of the votes. "isotonic" fits
        steps and needs hundreds of patients.
    cv : int, splitter or iterable, default=None
        Folds of patients. None is `PatientKFold(5)`, an int is its number of folds.
    n_jobs : int, default=None
        Folds that are fitted at once.

    Attributes
    ----------
    estimator_ : classifier
        Fitted on all recordings.
    calibrator_ : CalibratedClassifierCV
        From votes to probabilities.
    votes_ : ndarray of shape (n_patients, n_classes)
        The votes out of fold, patients in sorted order.
    classes_ : ndarray of shape (n_classes,)
        The classes.

    Raises
    ------
    ValueError
        If `method` is not known, the patients are unknown, or a fold has a patient on
        both sides.
    SignalError
        If a patient has two classes, or `groups` contradicts X.

    Warns
    -----
    UserWarning
        If X is a plain array and `groups` is not given: each row is then a patient.

    See Also
    --------
    sklearn.calibration.CalibratedClassifierCV : Calibrates recordings.
    PatientConformalClassifier : Sets of classes that hold without a model.

    References
    ----------
    .. [1] Platt, J. (1999). "Probabilistic outputs for support vector machines and
       comparisons to regularized likelihood methods." Advances in Large Margin
       Classifiers.
    .. [2] Guo, C. et al. (2017). "On calibration of modern neural networks." ICML.

    Examples
    --------
    One in four patients has the other disease, which nobody can know, and the
    classifier is sure of itself all the same:

    >>> import numpy as np
    >>> from sklearn.svm import SVC
    >>> from skemg.decision import PatientCalibratedClassifier
    >>> X = np.repeat([[0.0], [1.0]], 20, axis=0)
    >>> y = np.tile([0, 0, 0, 1], 5).tolist() + np.tile([1, 1, 1, 0], 5).tolist()
    >>> sure = SVC(C=100)  # a class without a probability
    >>> calibrated = PatientCalibratedClassifier(sure)
    >>> calibrated.fit(X, y, groups=np.arange(40)).predict_proba([[0.0]], groups=[99])
    array([[0.75, 0.25]])
    """

    def __init__(self, estimator, *, method="temperature", cv=None, n_jobs=None):
        self.estimator = estimator
        self.method = method
        self.cv = cv
        self.n_jobs = n_jobs

    def fit(self, X, y, groups=None, **fit_params):
        """Calibrate out of fold, then fit the classifier on all recordings.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data.
        y : array-like of shape (n_recordings,)
            The class of each recording, the same for all of a patient.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.
        **fit_params : dict
            More for `fit` of the classifier.

        Returns
        -------
        self : PatientCalibratedClassifier
            The fitted classifier.
        """
        if self.method not in ("temperature", "sigmoid", "isotonic"):
            raise ValueError(
                'method must be "temperature", "sigmoid" or "isotonic", got '
                f"{self.method!r}"
            )
        X, y, patients, params = self._check_fit(X, y, groups, fit_params)
        # numbers from 0: "temperature" of scikit-learn takes other ones for columns
        target = np.unique(label_by_group(y, patients), return_inverse=True)[1]
        proba = out_of_fold(
            self.estimator, X, y, patients, params, cv=self.cv, n_jobs=self.n_jobs
        )
        codes = np.unique(patients, return_inverse=True)[1]
        self.votes_ = mean_by_patient(proba, codes)
        everyone = np.arange(len(target))
        self.calibrator_ = CalibratedClassifierCV(
            _Evidence(log_odds=self.method != "temperature"),
            method=self.method,
            cv=[(everyone, everyone)],  # the votes are out of fold already
            ensemble=False,
        ).fit(self.votes_, target)
        self.estimator_ = clone(self.estimator).fit(X, y, **params["fit"])
        self.classes_ = self.estimator_.classes_
        return self

    def _patient_proba(self, X, codes, params):
        proba = ballots(self.estimator_, X, params)
        return self.calibrator_.predict_proba(mean_by_patient(proba, codes))


class _Evidence(ClassifierMixin, BaseEstimator):
    """Votes as the numbers that scikit-learn's calibrators expect."""

    def __init__(self, log_odds=True):
        self.log_odds = log_odds

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X):
        votes = np.clip(X, _SMALLEST, 1 - _SMALLEST)
        if votes.shape[1] == 2:
            return logit(votes[:, 1])
        return logit(votes) if self.log_odds else np.log(votes)

    def predict(self, X):  # CalibratedClassifierCV asks whether it is there
        return self.classes_[np.asarray(X).argmax(axis=1)]
