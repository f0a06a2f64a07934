"""The surest answers of a classifier, and how many errors they may hide."""

import numpy as np
from scipy.stats import beta


def largest_risk(n_wrong, n_answered, doubt):
    """Return the upper Clopper-Pearson bound of an error rate.

    Parameters
    ----------
    n_wrong, n_answered : int
        Errors among the answered patients.
    doubt : float
        Probability that the true rate may be larger.

    Returns
    -------
    risk : float
        The bound; 1 where all are wrong.
    """
    if n_wrong == n_answered:
        return 1.0
    return float(beta.ppf(1 - doubt, n_wrong + 1, n_answered - n_wrong))


def least_confidence(surety, wrong, *, target_risk, doubt):
    """Return the smallest threshold that keeps the error rate below a target.

    As selection with guaranteed risk (Geifman & El-Yaniv 2017): a few thresholds, and
    for each a bound that may fail with its part of `doubt`. There a bisection proposes
    them; here they are spaced evenly in coverage (our choice), because in a small
    cohort the bound of few answers is worse than that of many.

    Parameters
    ----------
    surety : ndarray of shape (n_patients,)
        Largest probability of each patient.
    wrong : ndarray of bool of shape (n_patients,)
        Whether its answer is wrong.
    target_risk, doubt : float
        The error rate, and the probability that the bound may fail.

    Returns
    -------
    threshold, bound : float
        The threshold and its bound; the threshold is None where no bound reaches the
        target, and the bound then the smallest of them.
    """
    n_patients = len(surety)
    n_thresholds = n_patients.bit_length()  # as many as the bisection would try
    first = np.arange(n_thresholds) * n_patients // n_thresholds
    smallest = 1.0
    for threshold in np.sort(surety)[first]:
        answered = surety >= threshold
        bound = largest_risk(
            np.count_nonzero(wrong & answered),
            np.count_nonzero(answered),
            doubt / n_thresholds,
        )
        if bound <= target_risk:
            return float(threshold), bound
        smallest = min(smallest, bound)
    return None, smallest
