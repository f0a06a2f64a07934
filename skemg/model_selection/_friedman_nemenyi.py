"""Average ranks of several models."""

import numpy as np
from scipy.stats import friedmanchisquare, rankdata, studentized_range
from sklearn.utils import Bunch, check_array

from skemg.utils._number import check_share


def friedman_nemenyi(scores, *, names=None, alpha=0.05):
    """Rank models on each data set or patient, and say which ranks differ.

    Read more in the :ref:`User Guide <statistics>`.

    Parameters
    ----------
    scores : array-like of shape (n_blocks, n_models)
        A score of each model on each data set, or on each patient; higher is better.
    names : array-like of shape (n_models,), default=None
        Names of the models; by default "model 0" and so on.
    alpha : float, default=0.05
        Chance of any false difference, for `cd`.

    Returns
    -------
    result : Bunch
        `names`; `ranks`, the average rank of each, 1 is best; `cd`, the critical
        difference of two average ranks; `statistic` and `p_value` of Friedman's test
        that all are equal; `p_values` of Nemenyi's test of each pair, an ndarray of
        shape (n_models, n_models). Where all models tie everywhere, p is 1.

    Raises
    ------
    ValueError
        If there are fewer than three models or two blocks, `names` does not fit, or
        `alpha` is not between 0 and 1.

    See Also
    --------
    compare_models : Tests of pairs of models, on patients.

    References
    ----------
    .. [1] Demšar, J. (2006). "Statistical comparisons of classifiers over multiple data
       sets." Journal of Machine Learning Research, 7.

    Examples
    --------
    >>> from skemg.model_selection import friedman_nemenyi
    >>> result = friedman_nemenyi(
    ...     [[0.7, 0.6, 0.5], [0.8, 0.6, 0.7], [0.9, 0.7, 0.6], [0.8, 0.7, 0.5]],
    ...     names=["forest", "svm", "net"],
    ... )
    >>> print(result.ranks, f"cd = {result.cd:.2f}, p = {result.p_value:.3f}")
    [1.   2.25 2.75] cd = 1.66, p = 0.039
    """
    check_share(alpha, "alpha")
    scores = check_array(scores, dtype=np.float64, input_name="scores")
    n_blocks, n_models = scores.shape
    if n_models < 3 or n_blocks < 2:
        raise ValueError(
            f"expected at least three models on two blocks, got {n_models} on "
            f"{n_blocks}; compare two models with the other tests of compare_models"
        )
    if names is None:
        names = [f"model {i}" for i in range(n_models)]
    if len(names) != n_models:
        raise ValueError(f"got {len(names)} names for {n_models} models")
    ranks = rankdata(-scores, axis=1)
    error = np.sqrt(n_models * (n_models + 1) / (6 * n_blocks))
    # the range statistic is of differences over one error, Nemenyi's over root two
    quantile = studentized_range.ppf(1 - alpha, n_models, np.inf) / np.sqrt(2)
    mean = ranks.mean(axis=0)
    apart = np.abs(np.subtract.outer(mean, mean)) / error
    statistic, p_value = 0.0, 1.0
    if (ranks != ranks[:, :1]).any():
        statistic, p_value = friedmanchisquare(*scores.T)
    return Bunch(
        names=list(names),
        ranks=mean,
        cd=float(quantile * error),
        statistic=float(statistic),
        p_value=float(p_value),
        p_values=studentized_range.sf(apart * np.sqrt(2), n_models, np.inf),
    )
