"""Several models on the same patients."""

import numbers
from itertools import combinations

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skemg.utils._number import check_share

from ._corrected_resampled_ttest import corrected_resampled_ttest
from ._friedman_nemenyi import friedman_nemenyi
from ._model_comparison import ModelComparison
from ._paired_tests import holm, mcnemar_test, permutation_test, wilcoxon_test
from ._patient_values import PatientValues

# the scores that each test can be about, its own first
METRICS = {
    "permutation": ("balanced_accuracy", "accuracy", "true_proba", "brier"),
    "mcnemar": ("accuracy",),
    "wilcoxon": ("true_proba", "brier"),
    "corrected_t": ("balanced_accuracy", "accuracy", "true_proba", "brier"),
    "friedman": ("true_proba",),
}


def compare_models(
    proba,
    y,
    *,
    groups,
    classes=None,
    test="permutation",
    metric=None,
    folds=None,
    correction="holm",
    confidence=0.95,
    n_resamples=10_000,
    random_state=None,
):
    """Test which of several models differ, on the same patients.

    The unit is the patient: recordings of one are joined first, see `vote_by_group`.
    All models must have answered for the same rows, each without having seen the
    patient: out-of-fold answers of the same folds. Read more in the
    :ref:`User Guide <statistics>`.

    Parameters
    ----------
    proba : dict of str to array-like of shape (n_recordings, n_classes)
        Probabilities of each model, for example of
        `cross_val_predict(..., method="predict_proba")`; or answers of shape
        (n_recordings,), of which each counts as sure.
    y : array-like of shape (n_recordings,)
        The class of each recording, the same for all of a patient.
    groups : array-like of shape (n_recordings,)
        The patient of each recording.
    classes : array-like of shape (n_classes,), default=None
        The class of each column; by default those of `y` in sorted order.
    test : str, default="permutation"
        - "permutation": the answers of two models are exchanged patient by patient, in
          all ways where they can be listed and `n_resamples` ways else;
        - "mcnemar": exact binomial test of the patients whom one of two models alone
          gets right;
        - "wilcoxon": signed ranks of the probability of the true class;
        - "corrected_t": the t test of Nadeau and Bengio on the scores of `folds`;
        - "friedman": ranks of three or more models on each patient, pairs by the test
          of Nemenyi, which corrects for their number itself.
    metric : str, default=None
        "balanced_accuracy" (of "permutation" and "corrected_t" the default),
        "accuracy" ("mcnemar"), "true_proba", the mean probability of the true class
        ("wilcoxon" and "friedman"), or "brier".
    folds : array-like of shape (n_recordings,), default=None
        In which fold each recording was tested, for "corrected_t".
    correction : {"holm", None}, default="holm"
        How to adjust the p values for the number of pairs.
    confidence : float, default=0.95
        Confidence of the interval of each difference, not adjusted.
    n_resamples : int, default=10_000
        Number of random exchanges where the exact test is too large.
    random_state : int, RandomState instance or None, default=None
        Seed of the random exchanges.

    Returns
    -------
    table : ModelComparison
        A line a pair, as text, HTML, `records` and `to_frame()`. With "friedman",
        `ranking` holds ranks and critical difference.

    Raises
    ------
    ValueError
        If a parameter is not known or the patients are not, there are fewer than two
        models, `test` cannot be about `metric`, or the metric needs probabilities
        and gets something else.
    SignalError
        If lengths differ, or a patient has two classes or two folds.

    See Also
    --------
    smallest_detectable_difference : What so many patients can show at all.
    friedman_nemenyi : Ranks of models on several data sets.
    corrected_resampled_ttest : For scores of repeated folds.

    Notes
    -----
    Models that give every patient the same have p = 1; so has a single patient about
    whom they disagree. The interval of a difference of accuracies adds two patients to
    each class, one equal, half better, half worse, as Agresti and Min [1]_ do, and
    takes t for z; of other scores it is that of t. So near the level an exact test can
    say less than the interval.

    References
    ----------
    .. [1] Agresti, A. and Min, Y. (2005). "Simple improved confidence intervals for
       comparing matched proportions." Statistics in Medicine, 24(5).
       doi:10.1002/sim.1781
    .. [2] Demšar, J. (2006). "Statistical comparisons of classifiers over multiple data
       sets." Journal of Machine Learning Research, 7.
    .. [3] Holm, S. (1979). "A simple sequentially rejective multiple test procedure."
       Scandinavian Journal of Statistics, 6(2).

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.model_selection import compare_models
    >>> patients = [f"p{i}" for i in range(12)]
    >>> y = np.repeat(["normal", "neuropathic"], 6)
    >>> svm, forest = y.copy(), y.copy()
    >>> svm[[0, 3, 4, 7, 8, 9]] = "myopathic"
    >>> forest[8] = "normal"
    >>> compare_models(
    ...     {"svm": svm, "forest": forest},
    ...     y,
    ...     groups=patients,
    ...     classes=["myopathic", "neuropathic", "normal"],
    ...     test="mcnemar",
    ... )
    accuracy of 12 patients, mcnemar, p adjusted by holm
    model_a  model_b  score_a  score_b  difference     low    high  p_value  p_adjusted
        svm   forest    0.500    0.917      -0.417  -0.692  -0.022   0.0625      0.0625
    """
    metric = _check_parameters(proba, test, metric, correction)
    check_share(confidence, "confidence")
    check_scalar(n_resamples, "n_resamples", numbers.Integral, min_val=1)
    patients = PatientValues(proba, y, groups, classes, metric)
    names, values = list(proba), patients.values
    pairs = list(combinations(range(len(names)), 2))
    ranking = None
    if test == "friedman":
        ranking = friedman_nemenyi(values, names=names)
        p_values = adjusted = [ranking.p_values[pair] for pair in pairs]
        correction = None
    else:
        rng = check_random_state(random_state)
        run = _get_test(test, patients, groups, folds, n_resamples, rng)
        p_values = [run(a, b) for a, b in pairs]
        adjusted = holm(p_values) if correction else p_values
    scores = patients.score()
    records = [
        {
            "model_a": names[a],
            "model_b": names[b],
            "score_a": float(scores[a]),
            "score_b": float(scores[b]),
            "difference": float(scores[a] - scores[b]),
            **patients.interval(a, b, confidence),
            "p_value": float(p_value),
            "p_adjusted": float(p_adjusted),
        }
        for (a, b), p_value, p_adjusted in zip(pairs, p_values, adjusted, strict=True)
    ]
    return ModelComparison(
        records,
        scores=dict(zip(names, scores.tolist(), strict=True)),
        metric=metric,
        test=test,
        correction=correction,
        n_patients=len(values),
        ranking=ranking,
    )


def _check_parameters(proba, test, metric, correction):
    """Return the score that the test is about."""
    if not isinstance(proba, dict) or len(proba) < 2:
        got = list(proba) if isinstance(proba, dict) else type(proba).__name__
        raise ValueError(
            "proba must be a dict of at least two models, {name: probabilities}, got "
            f"{got}"
        )
    if test not in METRICS:
        raise ValueError(f"test must be one of {list(METRICS)}, got {test!r}")
    if metric is not None and metric not in METRICS[test]:
        raise ValueError(
            f'test="{test}" can be about {METRICS[test]}, got metric={metric!r}'
        )
    if correction not in ("holm", None):
        raise ValueError(f'correction must be "holm" or None, got {correction!r}')
    return METRICS[test][0] if metric is None else metric


def _get_test(test, patients, groups, folds, n_resamples, rng):
    """Return the function from the numbers of two models to a p value."""
    values = patients.values
    if test == "permutation":
        parts = patients.weights[:, np.newaxis] * values
        return lambda a, b: permutation_test(
            parts[:, a] - parts[:, b], n_resamples=n_resamples, random_state=rng
        )
    if test == "mcnemar":
        return lambda a, b: mcnemar_test(values[:, a], values[:, b])
    if test == "wilcoxon":
        return lambda a, b: wilcoxon_test(values[:, a] - values[:, b])
    by_fold, n_train, n_test = patients.fold_scores(groups, folds)
    return lambda a, b: (
        corrected_resampled_ttest(
            by_fold[:, a], by_fold[:, b], n_train=n_train, n_test=n_test
        ).p_value
    )
