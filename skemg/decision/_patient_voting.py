"""A classifier on the votes of the recordings of a patient."""

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from skemg.exceptions import SignalError
from skemg.metrics._vote import label_by_group
from skemg.signals._checks import as_groups

from ._base import PatientDecision
from ._out_of_fold import ballots, mean_by_patient, out_of_fold


class PatientVotingClassifier(PatientDecision):
    """Learn how the votes of the recordings of a patient become its diagnosis.

    The second stage of divide-and-vote [1]_. The probabilities of the recordings of a
    patient are averaged, and a second classifier learns from these averages, a row a
    patient. It learns from votes *out of fold*: of a classifier that has not seen the
    patient. The source uses votes for its training patients, which are too sure. Read
    more in the :ref:`User Guide <second_stage>`.

    Parameters
    ----------
    estimator : classifier
        Classifier of recordings, for example a pipeline. Where it has no
        `predict_proba`, its class counts as a probability of 1.
    final_estimator : classifier, default=None
        Classifier of patients, on rows of mean probabilities. None is
        `LogisticRegression()`.
    cv : int, splitter or iterable, default=None
        Folds of patients. None is `PatientKFold(5)`, an int is its number of folds.
        Where the folds test a patient several times, its votes are averaged.
    n_jobs : int, default=None
        Folds that are fitted at once.

    Attributes
    ----------
    estimator_ : classifier
        Fitted on all recordings.
    final_estimator_ : classifier
        Fitted on the votes out of fold of all patients.
    votes_ : ndarray of shape (n_patients, n_columns)
        The votes out of fold, patients in sorted order; `n_classes` columns, or as many
        for each type of muscle.
    muscle_types_ : ndarray of shape (n_types,) or None
        The types of muscles, where they were given.
    classes_ : ndarray of shape (n_classes,)
        The classes.

    Raises
    ------
    ValueError
        If the patients are unknown, or a fold has a patient on both sides.
    SignalError
        If a patient has two classes, or `groups` contradicts X.

    Warns
    -----
    UserWarning
        If X is a plain array and `groups` is not given: each row is then a patient.

    See Also
    --------
    skemg.metrics.vote_by_group : The vote without a second stage.
    PatientCalibratedClassifier : Only makes the probabilities honest.

    References
    ----------
    .. [1] Yoo, J. et al. (2022). "Residual one-dimensional convolutional neural network
       for neuromuscular disorder classification from needle electromyography signals
       with explainability." Computer Methods and Programs in Biomedicine, 226.
       doi:10.1016/j.cmpb.2022.107079

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skemg.decision import PatientVotingClassifier
    >>> X = np.array([[0.0], [0.2], [0.1], [1.0], [0.9], [1.1]])
    >>> y = ["normal"] * 3 + ["myopathic"] * 3
    >>> patients = ["a", "a", "b", "c", "d", "d"]
    >>> vote = PatientVotingClassifier(LogisticRegression(), cv=2)
    >>> vote.fit(X, y, groups=patients).predict(X[:3], groups=["e", "e", "f"])
    array(['normal', 'normal', 'normal'], dtype='<U9')
    """

    __metadata_request__fit = {"groups": True, "muscle_type": True}
    __metadata_request__predict = {"groups": True, "muscle_type": True}
    __metadata_request__predict_proba = {"groups": True, "muscle_type": True}
    __metadata_request__score = {"groups": True, "muscle_type": True}

    def __init__(self, estimator, final_estimator=None, *, cv=None, n_jobs=None):
        self.estimator = estimator
        self.final_estimator = final_estimator
        self.cv = cv
        self.n_jobs = n_jobs

    def fit(self, X, y, groups=None, muscle_type=None, **fit_params):
        """Fit the second stage out of fold, then the first on all recordings.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data.
        y : array-like of shape (n_recordings,)
            The class of each recording, the same for all of a patient.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.
        muscle_type : array-like of shape (n_recordings,), default=None
            Type of the muscle of each recording, as "proximal" and "distal". Then the
            votes of each type are averaged apart (type "muscle" in the source), and a
            type that a patient lacks is 1 / n_classes. `predict` needs them too.
        **fit_params : dict
            More for `fit` of the classifier of recordings.

        Returns
        -------
        self : PatientVotingClassifier
            The fitted classifier.
        """
        X, y, patients, params = self._check_fit(X, y, groups, fit_params)
        types = _as_types(muscle_type, len(y))
        self.muscle_types_ = None if types is None else np.unique(types)
        target = label_by_group(y, patients)
        proba = out_of_fold(
            self.estimator, X, y, patients, params, cv=self.cv, n_jobs=self.n_jobs
        )
        codes = np.unique(patients, return_inverse=True)[1]
        self.votes_ = self._votes(proba, codes, types)
        final = self.final_estimator
        final = LogisticRegression() if final is None else clone(final)
        self.final_estimator_ = final.fit(self.votes_, target)
        self.estimator_ = clone(self.estimator).fit(X, y, **params["fit"])
        self.classes_ = self.estimator_.classes_
        return self

    def _patient_proba(self, X, codes, params):
        params = dict(params)
        types = _as_types(params.pop("muscle_type", None), len(codes))
        proba = ballots(self.estimator_, X, params)
        return ballots(self.final_estimator_, self._votes(proba, codes, types), {})

    def _votes(self, proba, codes, types):
        """Return a row a patient, of all recordings or of each type of muscle."""
        if (types is None) != (self.muscle_types_ is None):
            was, now = ("without", "got") if types is not None else ("with", "got no")
            raise ValueError(
                f"the votes were learned {was} muscle_type and predict {now} "
                "muscle_type; give it to both or to neither"
            )
        if types is None:
            return mean_by_patient(proba, codes)
        unseen = np.setdiff1d(types, self.muscle_types_)
        if len(unseen):
            raise SignalError(
                f"muscle_type {unseen.tolist()[0]!r} was not seen in fit, which had "
                f"{self.muscle_types_.tolist()}; leave such recordings out"
            )
        n_classes = proba.shape[1]
        votes = np.full((codes.max() + 1, len(self.muscle_types_), n_classes), 1.0)
        votes /= n_classes
        for i in np.flatnonzero(np.isin(self.muscle_types_, types)):
            of_type = types == self.muscle_types_[i]
            present, rank = np.unique(codes[of_type], return_inverse=True)
            votes[present, i] = mean_by_patient(proba[of_type], rank)
        return votes.reshape(len(votes), -1)


def _as_types(muscle_type, n_recordings):
    return as_groups(muscle_type, n_recordings, name="muscle_type", noun="muscle type")
