"""Tests of two models on the same patients, and Holm's correction."""

import numpy as np
from scipy.stats import binom, binomtest, wilcoxon
from sklearn.utils import check_random_state

MOST_OUTCOMES = 2**20


def permutation_test(differences, *, n_resamples=10_000, random_state=None):
    """Return the p value of a sum of differences whose signs could be the other.

    Exact where the sums that equally large differences share leave few enough to list;
    else from random signs, the observed ones counted as one more draw.
    """
    size = np.abs(differences)
    if not size.any():
        return 1.0
    differences = differences / size.max()
    # equal up to rounding is equal: sums of 1/7 and 1/8 come in any order
    size, count = np.unique(np.abs(differences).round(9), return_counts=True)
    observed = abs(differences.sum()) - 1e-6
    size, count = size[size > 0], count[size > 0]
    if np.prod(count + 1.0) > MOST_OUTCOMES:
        rng = check_random_state(random_state)
        signs = 2 * rng.randint(2, size=(n_resamples, len(differences))) - 1
        as_large = np.abs(signs @ differences) >= observed
        return float((as_large.sum() + 1) / (n_resamples + 1))
    sums, chances = np.zeros(1), np.ones(1)
    for value, n in zip(size, count, strict=True):
        positive = np.arange(n + 1)
        sums = np.add.outer(sums, value * (2 * positive - n)).ravel()
        chances = np.multiply.outer(chances, binom.pmf(positive, n, 0.5)).ravel()
    return float(min(chances[np.abs(sums) >= observed].sum(), 1.0))


def mcnemar_test(right_a, right_b):
    """Return the exact p value of the patients whom one model alone gets right."""
    a_alone = int((right_a > right_b).sum())
    b_alone = int((right_b > right_a).sum())
    if a_alone + b_alone == 0:
        return 1.0
    return float(binomtest(a_alone, a_alone + b_alone).pvalue)


def wilcoxon_test(differences):
    """Return the p value of the signed ranks; without a difference it is 1."""
    differences = differences.round(9)  # .7 - .5 and .4 - .2 share a rank
    differences = differences[differences != 0]
    return float(wilcoxon(differences).pvalue) if len(differences) else 1.0


def holm(p_values):
    """Return the p values times the number of hypotheses that were not yet refused."""
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values, kind="stable")
    times = np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.maximum.accumulate(p_values[order] * times)
    return np.minimum(adjusted, 1.0)
