"""Support vector machine of least squares."""

import warnings

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import gen_batches
from sklearn.utils.validation import check_is_fitted, validate_data

from skemg.utils._number import check_number

from ._kernel import check_kernel, compute_kernel, kernel_gamma
from ._weights import weigh

_MANY = 10_000  # samples; their kernel takes 0.8 GB
_ENTRIES = 1 << 23  # of the kernel that prediction holds at once, 64 MB


class LSSVC(ClassifierMixin, BaseEstimator):
    r"""Classify by a support vector machine of least squares (LS-SVM).

    A plain table in, a class a row out: it stands where scikit-learn's `SVC` may stand,
    for example inside the vote. The errors are squared, so one linear system takes the
    place of the quadratic program [1]_. With targets :math:`y_i = \pm 1`,

    .. math:: \min_{w, b, e} \tfrac12 \|w\|^2 + \tfrac{\gamma}{2} \sum_i e_i^2
        \quad\text{with}\quad y_i (w^T \varphi(x_i) + b) = 1 - e_i.

    Several classes are one against the rest, all from one Cholesky factor. Every
    training sample becomes a support vector: memory grows with the square of
    `n_samples` and time with its cube, so keep it below some 5,000; more than 10,000
    warn. Scale features first. Read more in the :ref:`User Guide <lssvc>`.

    Parameters
    ----------
    kernel : {"rbf", "linear", "poly"}, default="rbf"
        The kernel, with the formula of `SVC`.
    regularization : float, default=10.0
        :math:`\gamma` of the source, positive; the larger, the closer the fit to the
        training samples, as `C` of `SVC`. The default is our choice.
    gamma : "scale" or float, default="scale"
        Coefficient of "rbf", where the source writes :math:`1 / \sigma^2`, and "poly".
        "scale" is `1 / (n_features * X.var())`, with samples counted by their weights.
    degree : int, default=3
        Degree of "poly".
    coef0 : float, default=0.0
        Constant of "poly", at least 0.
    class_weight : dict, "balanced" or None, default=None
        Weight of the errors in each class, or n / (n_classes * n_c).

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    dual_coef_ : ndarray of shape (n_targets, n_samples_fit)
        Coefficients of the training samples, :math:`\alpha_i y_i`; one row for two
        classes, otherwise a row a class.
    intercept_ : ndarray of shape (n_targets,)
        :math:`b`.
    X_fit_ : ndarray of shape (n_samples_fit, n_features)
        The training samples, without those of weight zero.
    gamma_ : float
        The number that `gamma` stands for.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features,)
        Names of the features, where X had names.

    Raises
    ------
    ValueError
        If a parameter is out of range, there is one class only, or the system is
        singular.

    See Also
    --------
    sklearn.svm.SVC : The hinge loss, with few support vectors.
    sklearn.kernel_ridge.KernelRidge : The same loss without intercept.

    References
    ----------
    .. [1] Suykens, J. A. K., Vandewalle, J. (1999). "Least squares support vector
       machine classifiers." Neural Processing Letters, 9. doi:10.1023/A:1018628609742

    Examples
    --------
    Two samples at -1 and 1: the decision is the line 2 x / (2 + 1 / regularization).

    >>> from skemg.classifiers import LSSVC
    >>> svm = LSSVC("linear", regularization=0.5).fit([[-1], [1]], ["rest", "tense"])
    >>> svm.decision_function([[3]])
    array([1.5])
    >>> svm.predict([[3], [-1]])
    array(['tense', 'rest'], dtype='<U5')
    """

    def __init__(
        self,
        kernel="rbf",
        *,
        regularization=10.0,
        gamma="scale",
        degree=3,
        coef0=0.0,
        class_weight=None,
    ):
        self.kernel = kernel
        self.regularization = regularization
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.class_weight = class_weight

    def fit(self, X, y, sample_weight=None):
        """Solve the linear system.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,)
            The class of each sample.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each squared error. A weight of two is the same as the sample
            twice.

        Returns
        -------
        self : LSSVC
            The fitted classifier.
        """
        check_kernel(self)
        check_number(
            self.regularization,
            "regularization",
            min_val=0,
            include_boundaries="neither",
        )
        X, y = validate_data(self, X, y, dtype=np.float64)
        kept, self.classes_, codes, weight = weigh(self, X, y, sample_weight)
        X = X[kept]
        if len(X) > _MANY:
            warnings.warn(
                f"LSSVC holds a kernel of {8e-9 * len(X) ** 2:.1f} GB for {len(X)} "
                "samples; fit it on fewer, or use SVC",
                stacklevel=2,
            )
        self.gamma_ = kernel_gamma(self, X, weight)
        self.X_fit_ = X
        self._solve(codes, weight)
        return self

    def decision_function(self, X):
        """Return the decision values.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        decision : ndarray of shape (n_samples,) or (n_samples, n_classes)
            About 1 for a class and -1 for the rest; for two classes that of the second.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        decision = np.empty((len(X), len(self.dual_coef_)))
        for rows in gen_batches(len(X), _ENTRIES // len(self.X_fit_) + 1):
            kernel = compute_kernel(self, X[rows], self.X_fit_)
            decision[rows] = kernel @ self.dual_coef_.T + self.intercept_
        return decision[:, 0] if len(self.classes_) == 2 else decision

    def predict(self, X):
        """Return the class with the largest decision value.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The classes.
        """
        decision = self.decision_function(X)
        if decision.ndim == 1:
            return self.classes_[(decision > 0).astype(int)]
        return self.classes_[decision.argmax(axis=1)]

    def predict_proba(self, X):
        r"""Return what least squares takes for the probability of each class.

        The best answer to targets of :math:`\pm 1` under squared errors is
        :math:`2p - 1`, so :math:`p` is read back as :math:`(1 + f) / 2`. These sum to
        one over the classes; those below 0 are set to 0 and the others scaled. They are
        not calibrated: for that put `CalibratedClassifierCV` around the whole pipeline.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        decision = self.decision_function(X)
        if decision.ndim == 1:
            decision = np.stack([-decision, decision], axis=1)
        proba = np.maximum((1 + decision) / 2, 0)
        return proba / proba.sum(axis=1, keepdims=True)

    def _solve(self, codes, weight):
        """Solve (K + I / (gamma weight)) beta + b 1 = y with sum(beta) = 0."""
        n_classes = len(self.classes_)
        signs = 2.0 * (codes[:, np.newaxis] == np.arange(n_classes)) - 1
        if n_classes == 2:
            signs = signs[:, 1:]
        system = compute_kernel(self, self.X_fit_, self.X_fit_)
        system[np.diag_indices_from(system)] += 1 / (self.regularization * weight)
        try:  # the transpose is the same matrix, in the order of LAPACK
            factor = cho_factor(system.T, overwrite_a=True, check_finite=False)
        except LinAlgError as error:
            raise ValueError(
                "the linear system is singular to machine precision; lower "
                f"regularization={self.regularization!r}"
            ) from error
        sides = np.column_stack([signs, np.ones(len(signs))])
        solved = cho_solve(factor, sides, check_finite=False)
        nu, eta = solved[:, :-1], solved[:, -1:]
        self.intercept_ = nu.sum(axis=0) / eta.sum()
        self.dual_coef_ = (nu - eta * self.intercept_).T
