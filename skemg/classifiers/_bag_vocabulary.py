"""Classify recordings by how often each kind of window occurs."""

import numbers

import numpy as np
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import euclidean_distances
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_scalar
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from skemg.utils._labels import check_labels
from skemg.utils._number import check_number

from ._bags import check_bags


def _inner_has(name):
    def check(self):
        getattr(getattr(self, "estimator_", self._inner()), name)
        return True

    return available_if(check)


class BagVocabularyClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    r"""Classify recordings by how often each kind of window occurs in them.

    Windows of features in, one answer a recording out: it needs no vote. k-means finds
    the kinds, called words, among the training windows; no label is used there. To word
    :math:`j`, at distance :math:`d_j`, a window belongs by the share

    .. math:: a_j \propto \exp(-d_j^2 / (\text{softness} \cdot m))

    where :math:`m` is the mean squared distance of the training windows to their
    nearest word [2]_. A recording is the mean share of each word over its windows, and
    a classifier learns from these. Clusters of potentials counted in each muscle are
    the idea of [1]_; k-means, the soft shares and all values are our choice.

    Features are standardised by the mean and standard deviation of the training
    windows. A row of a plain array is a recording of one window. There is
    `n_features_in_` only after a fit on a plain array. Read more in the
    :ref:`User Guide <bag-vocabulary>`.

    Parameters
    ----------
    estimator : classifier, default=None
        Classifier of the rows of mean shares, which sum to 1. None is
        `make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))`.
    n_words : int, default=None
        Number of words. None takes ten for each class, and never more than there are
        different training windows.
    softness : float, default=1.0
        How far a window spreads over the words near it; 0 counts the nearest one only.
    random_state : int, RandomState instance or None, default=None
        Seed of k-means. `estimator` has its own.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    words_ : ndarray of shape (n_words, n_features)
        The words, in the units of the features.
    estimator_ : classifier
        The fitted classifier of recordings.
    scaler_ : StandardScaler
        Mean and standard deviation of the features.
    n_features_in_ : int
        Number of features of a plain array.
    feature_names_in_ : ndarray of str of shape (n_features,)
        Names of the features, where a plain X had names.

    Raises
    ------
    SignalError
        If X are recordings or no features, hold NaN, or differ from those seen in fit.
    ValueError
        If a parameter is out of range, there is one class only, or there are fewer
        windows than words.

    See Also
    --------
    MISVC : Looks for the windows that show the class.
    skemg.windowing.WindowPooling : Statistics over the windows.

    References
    ----------
    .. [1] Kamali, Stashuk (2018). doi:10.1109/TBME.2018.2802200
    .. [2] van Gemert, J. C. et al. (2010). "Visual word ambiguity." IEEE Transactions
       on Pattern Analysis and Machine Intelligence, 32(7), 1271-1283.
       doi:10.1109/TPAMI.2009.132

    Examples
    --------
    Windows are short or long; long ones are frequent in "neuropathic".

    >>> from skemg.classifiers import BagVocabularyClassifier
    >>> from skemg.signals import Windows
    >>> duration = [[5], [6], [14], [5], [15], [14], [6], [5], [15], [14]]
    >>> X = Windows(duration, [0, 4, 6, 8, 10], sfreq=None, feature_names=["duration"])
    >>> y = ["normal", "neuropathic", "normal", "neuropathic"]
    >>> words = BagVocabularyClassifier(n_words=2, random_state=0).fit(X, y)
    >>> words.words_.round(1)
    array([[ 5.4],
           [14.4]])
    >>> words.predict(X)
    array(['normal', 'neuropathic', 'normal', 'neuropathic'], dtype='<U11')
    """

    def __init__(
        self, estimator=None, *, n_words=None, softness=1.0, random_state=None
    ):
        self.estimator = estimator
        self.n_words = n_words
        self.softness = softness
        self.random_state = random_state

    def fit(self, X, y):
        """Find the words, count them and fit a clone of the classifier.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows of each recording; a row of a plain array is one window.
        y : array-like of shape (n_recordings,)
            The class of each recording.

        Returns
        -------
        self : BagVocabularyClassifier
            The fitted classifier.
        """
        check_number(self.softness, "softness", min_val=0)
        bags = check_bags(self, X, reset=True)
        y = check_labels(y, len(bags))
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(
                "BagVocabularyClassifier needs at least two classes, got one class: "
                f"{self.classes_[0]!r}"
            )
        self.scaler_ = StandardScaler().fit(bags.values)
        table = self.scaler_.transform(bags.values)
        kmeans = KMeans(self._count_words(table), random_state=self.random_state)
        kmeans.fit(table)
        # in the order of the first feature, so that a reader finds them
        self._centers = kmeans.cluster_centers_[
            np.argsort(kmeans.cluster_centers_[:, 0])
        ]
        self._spread = kmeans.inertia_ / len(table)
        self.words_ = self.scaler_.inverse_transform(self._centers)
        self.estimator_ = clone(self._inner()).fit(self._histograms(bags), y)
        return self

    def predict(self, X):
        """Return the class of each recording.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        y : ndarray of shape (n_recordings,)
            The classes.
        """
        shares = self._read(X)
        return self.estimator_.predict(shares)

    @_inner_has("predict_proba")
    def predict_proba(self, X):
        """Return the class probabilities, where the estimator has them.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        proba : ndarray of shape (n_recordings, n_classes)
            Probabilities, in the order of `classes_`.
        """
        shares = self._read(X)
        return self.estimator_.predict_proba(shares)

    @_inner_has("decision_function")
    def decision_function(self, X):
        """Return the decision values, where the estimator has them.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        decision : ndarray of shape (n_recordings,) or (n_recordings, n_classes)
            The values.
        """
        shares = self._read(X)
        return self.estimator_.decision_function(shares)

    def _inner(self):
        if self.estimator is None:
            return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        return self.estimator

    def _count_words(self, table):
        n_different = len(np.unique(table, axis=0))
        if self.n_words is None:
            return min(10 * len(self.classes_), n_different)
        check_scalar(self.n_words, "n_words", numbers.Integral, min_val=1)
        if self.n_words > n_different:
            raise ValueError(
                f"n_words={self.n_words} needs as many different windows, got "
                f"{n_different}; lower it"
            )
        return self.n_words

    def _read(self, X):
        check_is_fitted(self)
        return self._histograms(check_bags(self, X, reset=False))

    def _histograms(self, bags):
        """Return the mean share of each word over the windows of each recording."""
        table = self.scaler_.transform(bags.values)
        squares = euclidean_distances(table, self._centers, squared=True)
        scale = self.softness * self._spread
        if scale > 0:
            shares = softmax(-squares / scale, axis=1)
        else:
            nearest = squares.argmin(axis=1)[:, np.newaxis]
            shares = (nearest == np.arange(len(self._centers))).astype(np.float64)
        return bags.mean(shares)
