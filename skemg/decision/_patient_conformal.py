"""Sets of classes that hold the right one as often as promised."""

import numpy as np

from skemg.metrics._vote import label_by_group
from skemg.utils._number import check_share

from ._base import PatientDecision
from ._checks import check_choice
from ._conformity import count_stranger, strangeness
from ._out_of_fold import (
    ballots,
    fit_folds,
    held_out_fold,
    mean_by_patient,
    patient_folds,
)

_SLACK = 1e-9  # 0.1 * 10 is not less than 1


class PatientConformalClassifier(PatientDecision):
    r"""Give each patient a set of classes that holds the right one with confidence.

    Patients that were not used in training show how strange a patient of a class can
    be. The set of a new patient has every class in which the patient would not be
    stranger than they are. If patients are exchangeable, the right class of a new
    patient is in its set with the chosen probability, however bad the classifier is: a
    bad one has large sets. Read more in the :ref:`User Guide <conformal>`.

    Parameters
    ----------
    estimator : classifier
        Classifier of recordings or of patients, for example a pipeline.
    confidence : float, default=0.9
        Share of the sets that shall hold the right class; n calibration patients reach
        at most n / (n + 1).
    method : {"cross", "split"}, default="cross"
        "cross" uses every patient for training and for calibration, in turns [4]_.
        What is proved is a coverage of about :math:`2 \cdot confidence - 1` [3]_; in
        practice it is near `confidence`. "split" holds the patients of one fold out for
        calibration; the coverage is proved, and the classifier sees fewer patients.
    nonconformity : {"lac", "aps"}, default="lac"
        "lac" [1]_ has the smallest sets on average. "aps" [2]_ gives larger sets to
        patients who are hard; its random number is 1/2 here, so that a patient gets the
        same set twice.
    class_conditional : bool, default=False
        Whether the confidence holds in each class [5]_, not only on average over
        classes. Each class then needs n calibration patients of its own.
    cv : int, splitter or iterable, default=None
        Folds of patients, drawn with `random_state` where this is None or an int. For
        "cross", None is 5, and the classes are spread evenly. For "split", one fold is
        used, None is a third of the patients, and they are drawn without regard to
        their class, which the proof needs (evenly if `class_conditional`). With
        `FrozenEstimator(fitted)`, "split" and `[([], numbers)]`, all patients given
        calibrate a classifier as it is.
    n_jobs : int, default=None
        Folds that are fitted at once.
    random_state : int, RandomState instance or None, default=None
        Seed of the folds, where `cv` is None or an int.

    Attributes
    ----------
    estimators_ : list of classifier
        One a fold. `predict_proba` is the mean of their votes.
    n_calibration_ : dict
        Number of calibration patients of each class.
    classes_ : ndarray of shape (n_classes,)
        The classes.

    Raises
    ------
    ValueError
        If a parameter is out of range, `confidence` cannot be reached with so few
        patients, the patients are unknown, or a fold has one on both sides.
    SignalError
        If a patient has two classes, or `groups` contradicts X.

    Warns
    -----
    UserWarning
        If X is a plain array and `groups` is not given: each row is then a patient.

    See Also
    --------
    ReferringClassifier : One class, or a referral.

    Notes
    -----
    An empty set says that the patient is strange in every class. Refer it, as one with
    several classes.

    References
    ----------
    .. [1] Sadinle, M., Lei, J. & Wasserman, L. (2019). "Least ambiguous set-valued
       classifiers with bounded error levels." JASA, 114(525).
       doi:10.1080/01621459.2017.1395341
    .. [2] Romano, Y., Sesia, M. & Candès, E. (2020). "Classification with valid and
       adaptive coverage." NeurIPS.
    .. [3] Barber, R. F. et al. (2021). "Predictive inference with the jackknife+."
       Annals of Statistics, 49(1). doi:10.1214/20-AOS1965
    .. [4] Vovk, V. (2015). "Cross-conformal predictors." Annals of Mathematics and
       Artificial Intelligence, 74. doi:10.1007/s10472-013-9368-4
    .. [5] Vovk, V. (2012). "Conditional validity of inductive conformal predictors."
       Asian Conference on Machine Learning.

    Examples
    --------
    Between the two classes, both are possible:

    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skemg.decision import PatientConformalClassifier
    >>> X = np.linspace(-1, 1, 40).reshape(-1, 1)
    >>> y = np.where(X[:, 0] + np.tile([-0.3, 0.3], 20) > 0, "myopathic", "normal")
    >>> conformal = PatientConformalClassifier(
    ...     LogisticRegression(C=100), random_state=0
    ... ).fit(X, y, groups=np.arange(40))
    >>> conformal.classes_
    array(['myopathic', 'normal'], dtype='<U9')
    >>> conformal.predict_set([[-0.9], [0.0], [0.9]], groups=["a", "b", "c"])
    array([[False,  True],
           [ True,  True],
           [ True, False]])
    """

    def __init__(
        self,
        estimator,
        *,
        confidence=0.9,
        method="cross",
        nonconformity="lac",
        class_conditional=False,
        cv=None,
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.confidence = confidence
        self.method = method
        self.nonconformity = nonconformity
        self.class_conditional = class_conditional
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X, y, groups=None, **fit_params):
        """Fit the classifiers and see how strange the patients of each class can be.

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
        self : PatientConformalClassifier
            The fitted classifier.
        """
        check_share(self.confidence, "confidence")
        check_choice(self.method, "method", ("cross", "split"))
        check_choice(self.nonconformity, "nonconformity", ("lac", "aps"))
        X, y, patients, params = self._check_fit(X, y, groups, fit_params)
        label_by_group(y, patients)  # two classes of one patient raise
        folds = self._folds(X, y, patients)
        fitted = fit_folds(self.estimator, X, y, folds, params, self.n_jobs)
        self.estimators_ = [model for model, _ in fitted]
        self.classes_ = self.estimators_[0].classes_
        self._known = [
            self._of_known(proba, y[test], patients[test])
            for (_, test), (_, proba) in zip(folds, fitted, strict=True)
        ]
        labels = np.concatenate([labels for _, labels in self._known])
        counts = np.bincount(labels, minlength=len(self.classes_))
        self.n_calibration_ = dict(
            zip(self.classes_.tolist(), counts.tolist(), strict=True)
        )
        self._check_reachable(counts)
        return self

    def predict_set(self, X, groups=None, **params):
        """Return which classes are in the set of the patient of each recording.

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
        sets : ndarray of bool of shape (n_recordings, n_classes)
            True where the class is in the set; columns as in `classes_`.
        """
        counts, n_known, codes = self._counts(X, groups, params)
        return (counts > (1 - self.confidence) * (n_known + 1) + _SLACK)[codes]

    def predict_p_values(self, X, groups=None, **params):
        """Return how plausible each class is for the patient of each recording.

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
        p_values : ndarray of shape (n_recordings, n_classes)
            The share of patients, this one among them, that are at least as strange in
            the class. A class is in the set where this exceeds 1 - `confidence`.
        """
        counts, n_known, codes = self._counts(X, groups, params)
        return (counts / (n_known + 1))[codes]

    def _patient_proba(self, X, codes, params):
        return np.mean(self._votes_of_folds(X, codes, params), axis=0)

    def _votes_of_folds(self, X, codes, params):
        return [
            mean_by_patient(ballots(model, X, params), codes)
            for model in self.estimators_
        ]

    def _counts(self, X, groups, params):
        """Return for each patient and class how many are as strange, itself counted."""
        X, codes, params = self._check_predict(X, groups, params)
        counts = 1
        votes = self._votes_of_folds(X, codes, params)
        for (known, labels), proba in zip(self._known, votes, strict=True):
            counts = counts + count_stranger(
                known,
                labels,
                strangeness(proba, self.nonconformity),
                class_conditional=self.class_conditional,
            )
        return (
            counts,
            self._n_known(np.array(list(self.n_calibration_.values()))),
            codes,
        )

    def _of_known(self, proba, y, patients):
        """Return the strangeness of each patient in its class, and the class."""
        codes = np.unique(patients, return_inverse=True)[1]
        labels = np.searchsorted(self.classes_, label_by_group(y, patients))
        strange = strangeness(mean_by_patient(proba, codes), self.nonconformity)
        return strange[np.arange(len(labels)), labels], labels

    def _folds(self, X, y, patients):
        if self.method == "split":
            return held_out_fold(
                self.cv,
                X,
                y,
                patients,
                stratify=self.class_conditional,  # then a class is compared with itself
                random_state=self.random_state,
            )
        folds = patient_folds(
            self.cv, X, y, patients, shuffle=True, random_state=self.random_state
        )
        tested = np.concatenate([test for _, test in folds])
        if not np.array_equal(np.sort(tested), np.arange(len(y))):
            raise ValueError(
                'method="cross" needs folds that test each patient once, and '
                f"those of {type(self.cv).__name__} do not; use PatientKFold"
            )
        return folds

    def _n_known(self, counts):
        return counts if self.class_conditional else counts.sum()

    def _check_reachable(self, counts):
        fewest = np.min(self._n_known(counts))
        if (1 - self.confidence) * (fewest + 1) + _SLACK < 1:
            whose = "of each class " if self.class_conditional else ""
            needed = int(np.ceil(self.confidence / (1 - self.confidence) - _SLACK))
            raise ValueError(
                f"confidence={self.confidence} needs {needed} calibration patients "
                f"{whose}and there are {self.n_calibration_}; the largest that "
                f"{fewest} patients reach is {fewest}/{fewest + 1} = "
                f"{fewest / (fewest + 1):.3f}. Lower it, or add patients"
            )
