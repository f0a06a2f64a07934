"""The kernels of support vector machines, by the names of scikit-learn's SVC."""

import numbers

from sklearn.metrics.pairwise import pairwise_kernels
from sklearn.utils import check_scalar

from skemg.utils._number import check_number

KERNELS = ("linear", "poly", "rbf")


def check_kernel(estimator):
    """Raise where a parameter of the kernel is out of range.

    Parameters
    ----------
    estimator : classifier
        Has `kernel`, `gamma`, `degree` and `coef0`.
    """
    if estimator.kernel not in KERNELS:
        raise ValueError(f"kernel must be one of {KERNELS}, got {estimator.kernel!r}")
    check_scalar(estimator.degree, "degree", numbers.Integral, min_val=1)
    check_number(estimator.coef0, "coef0", min_val=0)
    if isinstance(estimator.gamma, str):
        if estimator.gamma != "scale":
            raise ValueError(
                f'gamma must be "scale" or a number, got {estimator.gamma!r}'
            )
        return
    check_number(
        estimator.gamma,
        "gamma",
        min_val=0,
        include_boundaries="neither",
    )


def kernel_gamma(estimator, X, weight):
    """Return gamma as a number; "scale" is 1 / (n_features * variance of X).

    Parameters
    ----------
    estimator : classifier
        Has `gamma`.
    X : ndarray of shape (n_samples, n_features)
        The training samples.
    weight : ndarray of shape (n_samples,)
        Their weights, which count in the variance.

    Returns
    -------
    gamma : float
        1.0 where X is constant.
    """
    if estimator.gamma != "scale":
        return float(estimator.gamma)
    weight = weight / weight.sum()
    mean = (weight @ X).mean()
    variance = (weight @ (X - mean) ** 2).mean()
    return 1.0 / (X.shape[1] * variance) if variance > 0 else 1.0


def compute_kernel(estimator, X, Y):
    """Return the kernel between two tables, with the fitted `gamma_`.

    Parameters
    ----------
    estimator : classifier
        Has `kernel`, `gamma_`, `degree` and `coef0`.
    X : ndarray of shape (n_samples_X, n_features)
        Rows of the result.
    Y : ndarray of shape (n_samples_Y, n_features)
        Columns of the result.

    Returns
    -------
    kernel : ndarray of shape (n_samples_X, n_samples_Y)
        The kernel.
    """
    return pairwise_kernels(
        X,
        Y,
        metric=estimator.kernel,
        filter_params=True,
        gamma=estimator.gamma_,
        degree=estimator.degree,
        coef0=estimator.coef0,
    )
