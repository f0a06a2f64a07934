"""Support vector machines that learn from labels of recordings."""

import numbers
import warnings
from itertools import pairwise

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from skemg.utils._labels import check_labels
from skemg.utils._number import check_number

from ._bags import check_bags
from ._kernel import check_kernel, kernel_gamma
from ._weights import weigh


class MISVC(ClassifierMixin, BaseEstimator):
    """Classify recordings of which only some windows show the class.

    Windows of features in, one answer a recording out: it needs no vote. In a diseased
    muscle many windows look normal; a vote that calls all of them diseased learns from
    wrong labels. The two machines of [1]_ take each class against the rest and know
    only that some window of its recordings shows it, and no window of the others.

    "mi" starts with all windows of the class as positive, fits an `SVC`, gives these
    windows the sign of their decision values, and fits again, until no label changes; a
    recording left without a positive window keeps the one with the largest value. "MI"
    takes a single window of each recording of the class, that with the largest value,
    and starts from the mean of its windows. The score of a recording is the largest
    value of its windows.

    There is no `predict_proba`; scikit-learn's `CalibratedClassifierCV` with
    `PatientKFold` adds one. Features are standardised by the mean and standard
    deviation of the training windows. Time grows faster than the square of the number
    of windows, so keep it below some 10,000. A row of a plain array is a recording of
    one window, and then this is an `SVC`, one against the rest. There is
    `n_features_in_` only after a fit on a plain array. Read more in the
    :ref:`User Guide <mi-svc>`.

    Parameters
    ----------
    variant : {"mi", "MI"}, default="mi"
        mi-SVM, which labels windows, or MI-SVM, which selects them.
    C : float, default=1.0
        `C` of `SVC`.
    kernel : {"rbf", "linear", "poly"}, default="rbf"
        The kernel, with the formula of `SVC`.
    gamma : "scale" or float, default="scale"
        Coefficient of "rbf" and "poly". "scale" is `1 / (n_features * variance)` of the
        standardised training windows.
    degree : int, default=3
        Degree of "poly".
    coef0 : float, default=0.0
        Constant of "poly", at least 0.
    negative_class : label, default=None
        The class that is nothing but the absence of the others, such as "normal". It is
        not searched for: it wins where no other class has a positive score. None takes
        every class against the rest. This parameter is our addition.
    class_weight : dict, "balanced" or None, default=None
        Weight of the recordings of each class, or n / (n_classes * n_c), on `C`.
    tol : float, default=1e-3
        Tolerance of `SVC`, which may never end where this is tiny (1e-10).
    max_iter : int, default=50
        Fits of a class at most. Labels can also come back, in a cycle, which ends the
        loop too.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    estimators_ : list of SVC
        The last fit for each class of `classes_`; None for `negative_class`.
    n_iter_ : ndarray of int of shape (n_classes,)
        Number of fits for each class.
    scaler_ : StandardScaler
        Mean and standard deviation of the features.
    gamma_ : float
        The number that `gamma` stands for.
    n_features_in_ : int
        Number of features of a plain array.
    feature_names_in_ : ndarray of str of shape (n_features,)
        Names of the features, where a plain X had names.

    Raises
    ------
    SignalError
        If X are recordings or no features, hold NaN, or differ from those seen in fit.
    ValueError
        If a parameter is out of range or there is one class only.

    See Also
    --------
    BagVocabularyClassifier : Counts kinds of windows.
    skemg.windowing.WindowVotingClassifier : Every window has the recording's label.
    skemg.nn.AttentionPoolingClassifier : A net that weighs windows.

    References
    ----------
    .. [1] Andrews, S., Tsochantaridis, I., Hofmann, T. (2003). "Support vector machines
       for multiple-instance learning." NIPS 15.

    Examples
    --------
    Of the three windows of a sick muscle a single one is large; which one is not said.

    >>> from skemg.classifiers import MISVC
    >>> from skemg.signals import Windows
    >>> rms = [[1], [5], [2], [2], [1], [1], [1], [2], [6], [1], [1], [2]]
    >>> X = Windows(rms, [0, 3, 6, 9, 12], sfreq=1000, feature_names=["rms"])
    >>> y = ["sick", "normal", "sick", "normal"]
    >>> svm = MISVC(kernel="linear", C=10, negative_class="normal").fit(X, y)
    >>> svm.predict(X)
    array(['sick', 'normal', 'sick', 'normal'], dtype='<U6')
    >>> values = svm.decision_function_windows(X[:1])
    >>> dict(zip(values.feature_names, values.values.argmax(axis=0)))["sick"]
    np.int64(1)
    """

    def __init__(
        self,
        variant="mi",
        *,
        C=1.0,
        kernel="rbf",
        gamma="scale",
        degree=3,
        coef0=0.0,
        negative_class=None,
        class_weight=None,
        tol=1e-3,
        max_iter=50,
    ):
        self.variant = variant
        self.C = C
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.negative_class = negative_class
        self.class_weight = class_weight
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, X, y, sample_weight=None):
        """Fit the machines.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows of each recording; a row of a plain array is one window.
        y : array-like of shape (n_recordings,)
            The class of each recording.
        sample_weight : array-like of shape (n_recordings,), default=None
            Weight of each recording, on `C` of all its windows.

        Returns
        -------
        self : MISVC
            The fitted classifier.
        """
        self._check_parameters()
        bags = check_bags(self, X, reset=True)
        y = check_labels(y, len(bags))
        kept, self.classes_, codes, weight = weigh(self, bags, y, sample_weight)
        self._check_negative_class()
        bags = bags[kept]
        weights = bags.repeat(weight)
        self.scaler_ = StandardScaler().fit(bags.values, sample_weight=weights)
        bags = bags.with_values(self.scaler_.transform(bags.values))
        self.gamma_ = kernel_gamma(self, bags.values, weights)
        search = self._search_labels if self.variant == "mi" else self._search_windows
        self.estimators_, n_iter = [], []
        for k, label in enumerate(self.classes_):
            if label == self.negative_class:
                svm, n_fits = None, 0
            else:
                svm, n_fits = search(bags, codes == k, weight)
            self.estimators_.append(svm)
            n_iter.append(n_fits)
        self.n_iter_ = np.array(n_iter)
        return self

    def decision_function(self, X):
        """Return the score of each recording, the largest one of its windows.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        decision : ndarray of shape (n_recordings,) or (n_recordings, n_classes)
            The score of each class, 0 for `negative_class`; for two classes the score
            of the second less that of the first.
        """
        windows = self.decision_function_windows(X)
        scores = np.maximum.reduceat(windows.values, windows.offsets[:-1], axis=0)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def decision_function_windows(self, X):
        """Return the score of each window.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        decision : Windows
            `values` has shape (n_windows, n_classes), with a column a class. The window
            in row `k` starts `start[k] / sfreq` seconds after its recording did.
        """
        check_is_fitted(self)
        bags = check_bags(self, X, reset=False)
        table = self.scaler_.transform(bags.values)
        scores = np.zeros((len(table), len(self.classes_)))
        for k, svm in enumerate(self.estimators_):
            if svm is not None:
                scores[:, k] = svm.decision_function(table)
        return bags.with_values(scores, feature_names=[str(c) for c in self.classes_])

    def predict(self, X):
        """Return the class with the largest score.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features)
            The windows.

        Returns
        -------
        y : ndarray of shape (n_recordings,)
            The classes; a tie goes to the first in `classes_`.
        """
        decision = self.decision_function(X)
        if decision.ndim == 1:
            return self.classes_[(decision > 0).astype(int)]
        return self.classes_[decision.argmax(axis=1)]

    def _check_parameters(self):
        if self.variant not in ("mi", "MI"):
            raise ValueError(f'variant must be "mi" or "MI", got {self.variant!r}')
        check_kernel(self)
        for name in ("C", "tol"):
            check_number(
                getattr(self, name),
                name,
                min_val=0,
                include_boundaries="neither",
            )
        check_scalar(self.max_iter, "max_iter", numbers.Integral, min_val=1)

    def _check_negative_class(self):
        classes = self.classes_.tolist()
        if self.negative_class is not None and self.negative_class not in classes:
            raise ValueError(
                f"negative_class={self.negative_class!r} is none of the classes "
                f"{classes}"
            )

    def _search_labels(self, bags, positive, weight):
        """Fit mi-SVM: which windows of the positive bags are positive is found."""
        weights, inside = bags.repeat(weight), bags.repeat(positive)
        labels, seen = inside, set()
        while not self._is_over(labels, seen):
            svm = self._fit_svm(bags.values, labels, weights)
            scores = svm.decision_function(bags.values)
            labels = inside & (scores > 0)
            top = _largest(scores, bags.offsets)
            found = np.logical_or.reduceat(labels, bags.offsets[:-1])
            labels[top[positive & ~found]] = True
        return svm, len(seen)

    def _search_windows(self, bags, positive, weight):
        """Fit MI-SVM: one window stands for each positive bag."""
        rest = bags.repeat(~positive)
        labels = np.repeat([True, False], [positive.sum(), rest.sum()])
        weights = np.concatenate([weight[positive], bags.repeat(weight)[rest]])
        chosen, witness, seen = np.array([]), bags.mean(bags.values)[positive], set()
        while not self._is_over(chosen, seen):
            table = np.concatenate([witness, bags.values[rest]])
            svm = self._fit_svm(table, labels, weights)
            scores = svm.decision_function(bags.values)
            chosen = _largest(scores, bags.offsets)[positive]
            witness = bags.values[chosen]
        return svm, len(seen)

    def _is_over(self, state, seen):
        """Whether the next fit would be one that has been, or one too many."""
        key = state.tobytes()
        if key in seen:
            return True
        if len(seen) == self.max_iter:
            warnings.warn(
                f"the labels of the windows still changed after max_iter="
                f"{self.max_iter} fits; the last fit is used",
                ConvergenceWarning,
                stacklevel=4,
            )
            return True
        seen.add(key)
        return False

    def _fit_svm(self, table, labels, weights):
        svm = SVC(
            C=self.C,
            kernel=self.kernel,
            gamma=self.gamma_,
            degree=self.degree,
            coef0=self.coef0,
            tol=self.tol,
        )
        return svm.fit(table, labels, sample_weight=weights)


def _largest(scores, offsets):
    """Return the row with the largest score of each bag, the first of equals."""
    return np.array([a + scores[a:b].argmax() for a, b in pairwise(offsets)])
