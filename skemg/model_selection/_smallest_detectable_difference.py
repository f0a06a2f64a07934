"""What a number of patients can show at all."""

import numbers

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom, hypergeom

from skemg.utils._number import check_share


def smallest_detectable_difference(
    n_patients,
    *,
    design="paired",
    discordance=0.3,
    accuracy=0.7,
    power=0.8,
    alpha=0.05,
):
    """Smallest difference of accuracies that so many patients are likely to show.

    To be asked before a study: where the difference that matters is smaller, the result
    "no significant difference" says nothing. Read more in the
    :ref:`User Guide <statistics>`.

    Parameters
    ----------
    n_patients : int
        Number of patients; with "unpaired" of each of the two cohorts.
    design : {"paired", "unpaired"}, default="paired"
        "paired": two models on the same patients, by the exact test of McNemar.
        "unpaired": two cohorts, by Fisher's exact test.
    discordance : float, default=0.3
        "paired": share of the patients whom one model alone gets right. The default is
        our choice; two models that see the same features disagree less.
    accuracy : float, default=0.7
        "unpaired": the lower of the two accuracies.
    power : float, default=0.8
        Chance that the test finds the difference.
    alpha : float, default=0.05
        Level of the test, two-sided. For m pairs of models alpha / m is safe.

    Returns
    -------
    difference : float
        Difference of the two accuracies; nan where even the largest possible one is
        found less often than `power`.

    Raises
    ------
    ValueError
        If a parameter is not known or out of range.

    See Also
    --------
    compare_models : The tests.
    skemg.metrics.wilson_interval : How far the accuracy of one model is known.

    Notes
    -----
    Both powers are exact sums over all outcomes.

    Examples
    --------
    >>> from skemg.model_selection import smallest_detectable_difference
    >>> for n in (26, 100, 400):
    ...     print(n, f"{smallest_detectable_difference(n):.2f}")
    26 0.29
    100 0.16
    400 0.08
    """
    if not isinstance(n_patients, numbers.Integral) or n_patients < 1:
        raise ValueError(
            f"n_patients must be an integer of at least 1, got {n_patients!r}"
        )
    given = {
        "discordance": discordance,
        "accuracy": accuracy,
        "power": power,
        "alpha": alpha,
    }
    for name, value in given.items():
        check_share(value, name)
    if power <= alpha:
        raise ValueError(f"power must be above alpha={alpha}, got {power!r}")
    if design == "paired":
        limit, most = _mcnemar_limit(n_patients, alpha), discordance

        def chance(difference):
            return _paired_power(limit, discordance, difference)

    elif design == "unpaired":
        rejects, most = _fisher_rejects(n_patients, alpha), 1 - accuracy

        def chance(difference):
            right = np.arange(n_patients + 1)
            low = binom.pmf(right, n_patients, accuracy)
            high = binom.pmf(right, n_patients, min(accuracy + difference, 1.0))
            return low @ rejects @ high

    else:
        raise ValueError(f'design must be "paired" or "unpaired", got {design!r}')
    if chance(most) < power:
        return np.nan
    return float(brentq(lambda difference: chance(difference) - power, 0.0, most))


def _mcnemar_limit(n_patients, alpha):
    """Return how many of 0 to n discordant patients are too few, -1 where none are."""
    m = np.arange(n_patients + 1)
    limit = binom.ppf(alpha / 2, m, 0.5)
    return np.where(2 * binom.cdf(limit, m, 0.5) <= alpha, limit, limit - 1)


def _paired_power(limit, discordance, difference):
    """Return the chance that as few patients as the limit speak for one model."""
    n_patients = len(limit) - 1
    m = np.arange(n_patients + 1)
    better = (1 + difference / discordance) / 2
    found = binom.cdf(limit, m, better) + binom.cdf(limit, m, 1 - better)
    return binom.pmf(m, n_patients, discordance) @ found


def _fisher_rejects(n_patients, alpha):
    """Return which two numbers of right patients Fisher's test tells apart."""
    rejects = np.zeros((n_patients + 1, n_patients + 1))
    for total in range(2 * n_patients + 1):
        right = np.arange(max(0, total - n_patients), min(total, n_patients) + 1)
        chance = hypergeom.pmf(right, 2 * n_patients, n_patients, total)
        # as likely up to rounding is as likely
        as_rare = chance <= chance[:, np.newaxis] * (1 + 1e-7)
        rejects[right, total - right] = (as_rare @ chance) <= alpha
    return rejects
