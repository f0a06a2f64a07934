"""The tests one by one: known answers, and their size when models are equal."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import binom, ttest_1samp, wilcoxon

from skemg.model_selection import corrected_resampled_ttest, friedman_nemenyi
from skemg.model_selection._paired_tests import (
    holm,
    mcnemar_test,
    permutation_test,
    wilcoxon_test,
)

# Demsar (2006), Table 6: AUC of C4.5 without and with -m, -cf and both on 14 data sets.
# Its ranks tell the two .975 of "voting" apart: rounded there, so here a little more.
DEMSAR = np.array(
    [
        [0.763, 0.768, 0.771, 0.798],
        [0.599, 0.591, 0.590, 0.569],
        [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657],
        [0.882, 0.888, 0.886, 0.898],
        [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685],
        [0.583, 0.583, 0.563, 0.625],
        [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000],
        [0.940, 0.962, 0.965, 0.962],
        [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.9751, 0.975],
        [0.957, 0.978, 0.946, 0.970],
    ]
)


# ---------------------------------------------------------------- permutation


@pytest.mark.parametrize(
    "differences, p_value",
    [
        ([1, 1, 1], 2 / 8),
        ([2, 1], 2 / 4),  # sums 3, 1, -1, -3
        ([2, 1, -1], 6 / 8),  # 2 is reached by all but 2 - 1 - 1 = -2 + 1 + 1 = 0
        ([1, 1, 1, 1, 1, -1], 14 / 64),  # of +-6: 2, of +-4: 12
        ([0.5], 1.0),
        ([1, -1], 1.0),
        ([0, 0, 0], 1.0),
        ([0, 0, 3, 3, 3], 2 / 8),  # equal patients do not matter
    ],
)
def test_permutation_of_few_patients_by_hand(differences, p_value):
    assert_allclose(permutation_test(np.array(differences, dtype=float)), p_value)


def test_permutation_lists_all_signs():
    rng = np.random.default_rng(0)
    for _ in range(20):
        differences = rng.integers(-3, 4, 9) / rng.choice([7.0, 8.0, 11.0], 9)
        signs = np.array(list(product([-1, 1], repeat=9)))
        observed = abs(differences.sum())
        expected = (np.abs(signs @ differences) >= observed - 1e-9).mean()
        assert_allclose(permutation_test(differences), expected)


def test_random_exchanges_agree_with_all_of_them_and_never_give_zero():
    rng = np.random.default_rng(0)
    differences = rng.normal(0.3, 1, 18)
    exact = permutation_test(differences)
    # a difference of next to nothing each: too many sums to list, the same answer
    many = np.append(differences, 1e-8 * rng.random(20))
    drawn = permutation_test(many, n_resamples=20_000, random_state=0)
    assert abs(drawn - exact) < 4 * np.sqrt(exact * (1 - exact) / 20_000) + 1e-4
    certain = 1 + 1e-3 * rng.random(40)
    assert permutation_test(certain, n_resamples=999, random_state=0) == 1 / 1000


# ---------------------------------------------------------------- McNemar, Wilcoxon


@pytest.mark.parametrize(
    "a_alone, b_alone, p_value",
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 2 / 32), (6, 0, 2 / 64), (1, 9, 22 / 1024)],
)
def test_mcnemar_by_hand(a_alone, b_alone, p_value):
    a = np.repeat([1.0, 0.0, 1.0, 0.0], [a_alone, b_alone, 8, 4])
    b = np.repeat([0.0, 1.0, 1.0, 0.0], [a_alone, b_alone, 8, 4])
    assert_allclose(mcnemar_test(a, b), p_value)
    assert_allclose(permutation_test(a - b), p_value)


def test_wilcoxon_is_that_of_scipy_and_knows_equal_models():
    differences = np.random.default_rng(0).normal(0.3, 1, 26)
    expected = wilcoxon(differences).pvalue
    assert_allclose(wilcoxon_test(differences), expected)
    assert_allclose(wilcoxon_test(np.append(differences, [0, 0])), expected)
    assert wilcoxon_test(np.zeros(26)) == 1
    assert wilcoxon_test(np.array([0, 0, 0.2])) == 1
    # two of ten recordings more or less: all share a rank, up to rounding or not
    assert wilcoxon_test(np.array([0.7 - 0.5, 0.4 - 0.2, 0.2, 0.1 - 0.3])) == (
        wilcoxon_test(np.array([1.0, 1, 1, -1]))
    )
    # six patients, all for one model: 2 of 64 signs
    assert_allclose(wilcoxon_test(np.arange(1.0, 7)), 2 / 64)


# ---------------------------------------------------------------- folds


def test_corrected_t_by_hand():
    a, b = [0.8, 0.7, 0.9, 0.6, 0.8], [0.7, 0.6, 0.7, 0.6, 0.6]
    # differences .1 .1 .2 0 .2: mean .12, variance .028 / 4 = .007
    t = 0.12 / np.sqrt((1 / 5 + 5 / 20) * 0.007)
    result = corrected_resampled_ttest(a, b, n_train=20, n_test=5)
    assert_allclose(result.statistic, t)
    assert_allclose(result.p_value, 0.09930, atol=1e-4)
    other = corrected_resampled_ttest(b, a, n_train=20, n_test=5)
    assert_allclose([other.statistic, other.p_value], [-t, result.p_value])


def test_corrected_t_with_next_to_no_test_patients_is_the_paired_t():
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 10))
    result = corrected_resampled_ttest(a, b, n_train=1, n_test=1e-12)
    expected = ttest_1samp(a - b, 0)
    assert_allclose([result.statistic, result.p_value], expected)


def test_folds_that_all_say_the_same():
    same = corrected_resampled_ttest([0.5] * 5, [0.5] * 5, n_train=20, n_test=5)
    assert (same.statistic, same.p_value) == (0, 1)
    better = corrected_resampled_ttest([0.7] * 5, [0.5] * 5, n_train=20, n_test=5)
    assert (better.statistic, better.p_value) == (np.inf, 0)


@pytest.mark.parametrize(
    "scores, sizes, match",
    [
        (([0.5], [0.6]), (20, 5), "at least two folds, got 1"),
        (([0.5, 0.6], [0.6, 0.7]), (0, 5), "must be positive, got 0"),
        (([0.5, 0.6], [0.6]), (20, 5), "scores_a has 2 folds and scores_b has 1"),
        (([0.5, 0.6], [0.6, np.nan]), (20, 5), "scores_b contains NaN"),
    ],
)
def test_impossible_folds_are_refused(scores, sizes, match):
    with pytest.raises(ValueError, match=match):
        corrected_resampled_ttest(*scores, n_train=sizes[0], n_test=sizes[1])


# ---------------------------------------------------------------- ranks


def test_ranks_and_critical_difference_are_those_of_demsar():
    result = friedman_nemenyi(DEMSAR, names=["C4.5", "+m", "+cf", "+m+cf"])
    assert_allclose(result.ranks, [3.143, 2.000, 2.893, 1.964], atol=5e-4)
    assert_allclose(result.cd, 1.25, atol=5e-3)
    # the paper's 9.28 is not corrected for ties; the correction divides it by 1 minus
    # the share of ties, here of three pairs and of four of a kind
    uncorrected = 12 * 14 / 20 * ((result.ranks**2).sum() - 25)
    assert_allclose(uncorrected, 9.28, atol=0.005)
    assert_allclose(result.statistic, uncorrected / (1 - (3 * 6 + 60) / (14 * 60)))
    wide = friedman_nemenyi(DEMSAR, alpha=0.1)
    assert_allclose(wide.cd, 2.291 * np.sqrt(20 / 84), atol=2e-3)


def test_critical_values_are_those_of_demsar():
    q = [2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164]
    for n_models, expected in zip(range(3, 11), q, strict=True):
        scores = np.random.default_rng(0).random((5, n_models))
        cd = friedman_nemenyi(scores).cd
        error = np.sqrt(n_models * (n_models + 1) / 30)
        assert_allclose(cd / error, expected, atol=1.5e-3)


def test_pairs_differ_where_their_ranks_are_a_critical_difference_apart():
    scores = np.random.default_rng(0).normal([0, 0.5, 1, 1.5], 1, (20, 4))
    result = friedman_nemenyi(scores)
    apart = np.abs(np.subtract.outer(result.ranks, result.ranks))
    assert ((result.p_values < 0.05) == (apart > result.cd)).all()
    assert (result.p_values < 0.05).any()
    assert (result.p_values > 0.05).any()


def test_models_that_tie_everywhere_are_equal():
    result = friedman_nemenyi(np.ones((6, 3)))
    assert (result.statistic, result.p_value) == (0, 1)
    assert_allclose(result.ranks, 2)
    assert_allclose(result.p_values, 1)


@pytest.mark.parametrize("shape", [(6, 2), (1, 3)])
def test_too_few_models_or_blocks_are_refused(shape):
    with pytest.raises(ValueError, match="at least three models on two blocks"):
        friedman_nemenyi(np.ones(shape))


@pytest.mark.parametrize("alpha", [0, 5, np.nan])
def test_an_impossible_level_is_refused(alpha):
    with pytest.raises(ValueError, match="alpha must be a number between 0 and 1"):
        friedman_nemenyi(DEMSAR, alpha=alpha)


# ---------------------------------------------------------------- Holm


def test_holm_by_hand():
    # sorted .01 .02 .03 .04 times 4 3 2 1: .04 .06 .06 .04, never falling
    assert_allclose(holm([0.03, 0.01, 0.04, 0.02]), [0.06, 0.04, 0.06, 0.06])
    assert_allclose(holm([0.9, 0.8]), [1, 1])
    assert_allclose(holm([0.02]), [0.02])


# ---------------------------------------------------------------- size

N_COHORTS = 1000
MOST = binom.ppf(0.999, N_COHORTS, 0.05)  # an exact test is above once in a thousand
LEAST = binom.ppf(0.001, N_COHORTS, 0.05)


def count(p_values):
    return (np.array(list(p_values)) <= 0.05).sum()


def equal_models(seed=0):
    """Yield what two equally good models get right, and the weights of the classes."""
    rng = np.random.default_rng(seed)
    weights = np.repeat(1 / np.array([7, 8, 11]), [7, 8, 11]) / 3
    for _ in range(N_COHORTS):
        hard = rng.normal(size=26)  # a hard patient is hard for both
        yield *((hard + rng.normal(size=(2, 26))) < 0.8), weights


def test_size_of_the_permutation_test():
    p_values = (permutation_test(w * (1.0 * a - b)) for a, b, w in equal_models())
    assert LEAST / 2 <= count(p_values) <= MOST
    rng = np.random.default_rng(0)
    p_values = (
        permutation_test(x, n_resamples=199, random_state=i)
        for i, x in enumerate(rng.normal(size=(N_COHORTS, 26)))
    )
    assert LEAST <= count(p_values) <= MOST


def test_size_of_mcnemar():
    p_values = (mcnemar_test(1.0 * a, 1.0 * b) for a, b, _ in equal_models())
    assert 0 < count(p_values) <= MOST  # exact for few patients: below its level


def test_size_of_wilcoxon():
    rng = np.random.default_rng(0)
    cohorts = rng.beta(2, 1, (N_COHORTS, 26)) - rng.beta(2, 1, (N_COHORTS, 26))
    assert LEAST <= count(map(wilcoxon_test, cohorts)) <= MOST


def test_size_of_the_corrected_t_and_of_the_plain_one():
    # scores of folds that share training patients correlate as their share of test
    # patients, here 1 / 5: five folds, five times
    rng = np.random.default_rng(0)
    shared = np.sqrt(0.2) * rng.normal(size=(N_COHORTS, 1))
    scores = shared + np.sqrt(0.8) * rng.normal(size=(N_COHORTS, 25))
    p_values = [
        corrected_resampled_ttest(x, np.zeros(25), n_train=20, n_test=5).p_value
        for x in scores
    ]
    assert LEAST <= count(p_values) <= MOST
    assert count(ttest_1samp(scores, 0, axis=1).pvalue) > 6 * MOST


def test_size_of_friedman_and_nemenyi():
    rng = np.random.default_rng(0)
    n_cohorts = 300
    results = [friedman_nemenyi(rng.random((26, 4))) for _ in range(n_cohorts)]
    most = binom.ppf(0.999, n_cohorts, 0.05)
    assert 0 < sum(r.p_value <= 0.05 for r in results) <= most
    families = [
        (np.abs(np.subtract.outer(r.ranks, r.ranks)) > r.cd).any() for r in results
    ]
    assert 0 < sum(families) <= most


def test_holm_keeps_the_chance_of_any_false_difference():
    p_values = np.random.default_rng(0).random((N_COHORTS, 10))
    families = sum((holm(p) <= 0.05).any() for p in p_values)
    assert LEAST <= families <= MOST
