"""Classify windows, vote for each recording."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.validation import check_is_fitted, validate_data

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.utils._labels import check_labels
from skemg.utils._sklearn import num_samples

from ._inner_fit import hand_on_rate, inner_fit_params
from ._inner_splits import check_splits


class WindowVotingClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """Classify the windows of each recording and let them vote.

    Windows in, one answer a recording out. Inside, X is a plain array with a row a
    window, so everything of scikit-learn works there; every label, weight and patient
    is repeated for the windows of its recording. Read more in the
    :ref:`User Guide <vote>`.

    Parameters
    ----------
    estimator : classifier, default=None
        Classifier of windows. None is `make_pipeline(StandardScaler(),
        LogisticRegression(max_iter=1000))`. Parameters named `sfreq` in it that are
        None get the rate of the windows, and a `cv` that asks for patients gets them.
    voting : {"auto", "soft", "hard"}, default="auto"
        "soft" averages the probabilities of the windows, "hard" counts their votes.
        "auto" is soft where the estimator has `predict_proba`.
    balance : {"recording", "patient"} or None, default=None
        Give every recording or every patient the same total weight, whatever its
        number of windows. The weights sum to the number of windows and are multiplied
        by `sample_weight`.

    Attributes
    ----------
    estimator_ : classifier
        The fitted classifier of windows.
    classes_ : ndarray of shape (n_classes,)
        The classes.
    n_features_in_ : int
        Number of features of a window, where `estimator_` tells it.

    Raises
    ------
    SignalError
        If X are recordings, or `groups` contradicts the patients of X.
    ValueError
        If a parameter is out of range, a soft vote or weights are asked for and nothing
        inside gives probabilities or takes weights.

    Warns
    -----
    UserWarning
        If a search, a calibration or early stopping inside splits the windows at random
        without being asked for it by name; `cv=PatientKFold()` is the cure.

    See Also
    --------
    WindowPooling : The other way from windows to recordings.
    skemg.metrics.vote_by_group : From recordings to patients.

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
    >>> from skemg.signals import Windows
    >>> from skemg.windowing import WindowVotingClassifier
    >>> X = Windows([[0.0], [1.0], [1.0], [4.0], [5.0]], [0, 3, 5], sfreq=1000)
    >>> vote = WindowVotingClassifier(LogisticRegression()).fit(X, ["rest", "active"])
    >>> vote.predict(X)
    array(['rest', 'active'], dtype='<U6')
    >>> vote.predict_windows(X)[0]
    array(['rest', 'rest', 'rest'], dtype='<U6')
    """

    # scikit-learn's marker that `fit` asks for `groups` without the user's request
    __metadata_request__fit = {"groups": True}

    def __init__(self, estimator=None, *, voting="auto", balance=None):
        self.estimator = estimator
        self.voting = voting
        self.balance = balance

    def fit(self, X, y, sample_weight=None, groups=None, **fit_params):
        """Fit a clone of the classifier on the windows.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows; a row of a plain array is a recording of one window.
        y : array-like of shape (n_recordings,)
            The class of each recording.
        sample_weight : array-like of shape (n_recordings,), default=None
            Weight of each recording.
        groups : array-like of shape (n_recordings,), default=None
            Patient of each recording, where X does not carry them. They reach whatever
            inside takes `groups`.
        **fit_params : dict
            More parameters for the inner `fit`; those with an entry a recording are
            repeated for its windows.

        Returns
        -------
        self : WindowVotingClassifier
            The fitted classifier.
        """
        self._check_parameters()
        windows = self._check(X, reset=True)
        y = check_labels(y, len(windows))
        inner = clone(self._inner())
        hand_on_rate(inner, windows.sfreq)
        check_splits(inner, windows.n_windows)
        params, splitters = inner_fit_params(
            self, inner, windows, y, sample_weight, groups, fit_params
        )
        self.estimator_ = inner.fit(_table(X, windows), windows.repeat(y), **params)
        for owner, cv in splitters:  # they had their folds of patients for this fit
            owner.cv = cv
        if self.voting == "soft" and not hasattr(inner, "predict_proba"):
            raise ValueError(
                f'voting="soft" needs predict_proba, which {inner!r} has not; choose '
                '"hard" or "auto"'
            )
        self.classes_ = inner.classes_
        if hasattr(inner, "n_features_in_"):
            self.n_features_in_ = inner.n_features_in_
        self._seen = (windows.sfreq, windows.feature_names)
        return self

    def predict(self, X):
        """Return the class that wins the vote of each recording.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        y : ndarray of shape (n_recordings,)
            The classes; a tie goes to the first in `classes_`.
        """
        proba = self.predict_proba(X)
        return self.classes_[proba.argmax(axis=1)]

    def predict_proba(self, X):
        """Return the mean probability of the windows, or their share of votes.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        proba : ndarray of shape (n_recordings, n_classes)
            Probabilities, in the order of `classes_`.
        """
        windows = self._check(X, reset=False)
        return windows.mean(self._ballots(X, windows))

    def predict_windows(self, X):
        """Return the class of each window.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        labels : Windows
            `values` are the classes of the windows.
        """
        windows = self._check(X, reset=False)
        return windows.with_values(
            self.classes_[self._ballots(X, windows).argmax(axis=1)]
        )

    def predict_proba_windows(self, X):
        """Return the class probabilities of each window.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        proba : Windows
            `values` has shape (n_windows, n_classes); with hard voting a row is 1 for
            the class of its window.
        """
        windows = self._check(X, reset=False)
        names = [str(label) for label in self.classes_]
        return windows.with_values(self._ballots(X, windows), feature_names=names)

    def _inner(self):
        if self.estimator is None:
            return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        return self.estimator

    def _check_parameters(self):
        if self.voting not in ("auto", "soft", "hard"):
            raise ValueError(
                f'voting must be "auto", "soft" or "hard", got {self.voting!r}'
            )
        if self.balance not in (None, "recording", "patient"):
            raise ValueError(
                f'balance must be "recording", "patient" or None, got {self.balance!r}'
            )

    def _check(self, X, *, reset):
        if not reset:
            check_is_fitted(self, "estimator_")
        if isinstance(X, Recordings):
            raise SignalError("the vote works on windows; put Windower before it")
        if not isinstance(X, Windows):
            if reset:  # afterwards the inner estimator checks widths and names
                validate_data(self, X, reset=True, skip_check_array=True)
            n_recordings = num_samples(X)
            return Windows(
                np.empty(n_recordings), np.arange(n_recordings + 1), sfreq=None
            )
        if not reset:
            self._check_seen(X)
        return X

    def _check_seen(self, windows):
        sfreq, feature_names = self._seen
        if None not in (sfreq, windows.sfreq) and sfreq != windows.sfreq:
            raise SignalError(
                f"the vote was fitted on windows at {sfreq:g} Hz and got "
                f"{windows.sfreq:g} Hz; put Resampler(target_sfreq=...) before Windower"
            )
        if feature_names != windows.feature_names:
            raise SignalError(
                "the features of the windows differ from those seen in fit; use the "
                "same steps before the vote"
            )

    def _ballots(self, X, windows):
        table = _table(X, windows)
        soft = self.voting == "soft" or (
            self.voting == "auto" and hasattr(self.estimator_, "predict_proba")
        )
        if soft:
            return self.estimator_.predict_proba(table)
        votes = self.estimator_.predict(table)
        return (votes[:, np.newaxis] == self.classes_).astype(np.float64)

    def get_metadata_routing(self):
        """Return where `fit` sends weights, patients and other metadata.

        Returns
        -------
        routing : MetadataRouter
            As scikit-learn's metadata routing asks for it.
        """
        return (
            MetadataRouter(owner=self)
            .add_self_request(self)
            .add(
                estimator=self._inner(),
                method_mapping=MethodMapping().add(caller="fit", callee="fit"),
            )
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(self._inner())
        tags.input_tags.sparse = inner.input_tags.sparse
        tags.input_tags.allow_nan = inner.input_tags.allow_nan
        tags.classifier_tags = inner.classifier_tags
        return tags


def _table(X, windows):
    """Return the rows that the inner estimator sees; plain input as it came."""
    return windows.values if isinstance(X, Windows) else X
