"""The t test of fold scores that knows that folds share their training patients."""

import numpy as np
from scipy.stats import t as student
from sklearn.utils import Bunch, assert_all_finite, column_or_1d


def corrected_resampled_ttest(scores_a, scores_b, *, n_train, n_test):
    """Compare two models by their scores on the same folds.

    The plain paired t test takes the folds for independent samples and finds far too
    many differences: any two folds share most of their training patients. Here the
    variance grows by the share of patients in test. Read more in the
    :ref:`User Guide <statistics>`.

    Parameters
    ----------
    scores_a, scores_b : array-like of shape (n_folds,)
        Scores of each model; the folds, or the folds of each repeat, are the same.
    n_train, n_test : float
        Mean numbers of training and test patients of a fold.

    Returns
    -------
    result : Bunch
        `statistic`, the t of `scores_a - scores_b`; `p_value`, two-sided, with one
        degree of freedom less than there are folds. Where every fold says the same
        difference, the p value is 0, or 1 for none at all.

    Raises
    ------
    ValueError
        If there are fewer than two folds, the lengths differ, a score is missing, or a
        number of patients is not positive.

    See Also
    --------
    compare_models : Tests that look at patients instead of folds.

    References
    ----------
    .. [1] Nadeau, C. and Bengio, Y. (2003). "Inference for the generalization error."
       Machine Learning, 52. doi:10.1023/A:1024068626366
    .. [2] Bouckaert, R. R. and Frank, E. (2004). "Evaluating the replicability of
       significance tests for comparing learning algorithms." PAKDD.
       doi:10.1007/978-3-540-24775-3_3

    Examples
    --------
    >>> from skemg.model_selection import corrected_resampled_ttest
    >>> result = corrected_resampled_ttest(
    ...     [0.8, 0.7, 0.9, 0.6, 0.8], [0.7, 0.6, 0.7, 0.6, 0.6], n_train=20, n_test=5
    ... )
    >>> print(f"t = {result.statistic:.2f}, p = {result.p_value:.2f}")
    t = 2.14, p = 0.10
    """
    scores_a, scores_b = column_or_1d(scores_a), column_or_1d(scores_b)
    assert_all_finite(scores_a, input_name="scores_a")
    assert_all_finite(scores_b, input_name="scores_b")
    n_folds = len(scores_a)
    if len(scores_b) != n_folds:
        raise ValueError(
            f"scores_a has {n_folds} folds and scores_b has {len(scores_b)}; give the "
            "scores of both models on the same folds"
        )
    if n_folds < 2:
        raise ValueError(f"expected scores of at least two folds, got {n_folds}")
    if not (n_train > 0 and n_test > 0):
        raise ValueError(
            f"n_train and n_test must be positive, got {n_train!r} and {n_test!r}"
        )
    differences = scores_a - scores_b
    mean = differences.mean()
    error = np.sqrt((1 / n_folds + n_test / n_train) * differences.var(ddof=1))
    if error <= 1e-12 * max(abs(mean), 1e-300):
        statistic = 0.0 if mean == 0 else np.copysign(np.inf, mean)
    else:
        statistic = mean / error
    p_value = 2 * student.sf(abs(statistic), n_folds - 1)
    return Bunch(statistic=float(statistic), p_value=float(p_value))
