"""LSSVC beside one Cholesky solve of its system, and beside scikit-learn.

python benchmarks/bench_lssvc.py
"""

import numpy as np
from _compare import compare
from numpy.testing import assert_allclose
from scipy.linalg import solve
from sklearn.datasets import make_classification
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import rbf_kernel

from skemg.classifiers import LSSVC

N_SAMPLES, N_FEATURES, GAMMA = 2000, 30, 10.0

X, y = make_classification(
    N_SAMPLES, N_FEATURES, n_informative=10, n_classes=4, random_state=0
)
width = 1 / (N_FEATURES * X.var())
signs = 2.0 * (y[:, np.newaxis] == np.arange(4)) - 1


def one_solve():
    """Return K^-1 applied to one side; the system of ours has five."""
    system = rbf_kernel(X, gamma=width)
    system[np.diag_indices_from(system)] += 1 / GAMMA
    return solve(system, signs[:, 0], assume_a="pos", overwrite_a=True)


def four_solves():
    """Return what one machine a class would cost."""
    for _ in range(3):
        one_solve()
    return one_solve()


def ours():
    return LSSVC(regularization=GAMMA).fit(X, y)


eta = solve(  # K^-1 y = beta + b eta
    rbf_kernel(X, gamma=width) + np.eye(N_SAMPLES) / GAMMA,
    np.ones(N_SAMPLES),
    assume_a="pos",
)


def agree(result, expected):
    if isinstance(result, LSSVC):
        result = result.dual_coef_[0] + result.intercept_[0] * eta
    if isinstance(result, KernelRidge):
        result = result.dual_coef_[:, 0]
    assert_allclose(result, expected, rtol=1e-6, atol=1e-9)


compare(
    "LS-SVM, RBF, 4 classes",
    {"skemg": ours},
    {
        "kernel and one Cholesky solve": one_solve,
        "a solve for each class": four_solves,
        "KernelRidge, no intercept": lambda: KernelRidge(
            alpha=1 / GAMMA, kernel="rbf", gamma=width
        ).fit(X, signs),
    },
    agree,
    n_items=N_SAMPLES,
    unit="samples",
)
