import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import binom, binomtest
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    f1_score,
    recall_score,
    roc_auc_score,
)

from skemg.exceptions import SignalError
from skemg.metrics import patient_interval, wilson_interval
from skemg.metrics._patient_scores import get_score

N_PATIENTS = np.array([7, 8, 11])  # of each class, as in Tatlidil (2025)
CLASSES = ["myopathic", "neuropathic", "normal"]
NAMES = (
    "accuracy",
    "balanced_accuracy",
    "f1_macro",
    "f1_myopathic",
    "roc_auc_ovr",
    "brier",
)


def cohort(seed=0, n_rows=3, distance=1.0):
    """Return classes, probabilities and patients of 26 patients."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(3), N_PATIENTS)
    groups = np.repeat(np.arange(26), n_rows)
    seen = (distance * np.eye(3)[code] + rng.normal(size=(26, 3)))[groups]
    proba = np.exp(seen + rng.normal(size=seen.shape))
    return np.array(CLASSES)[code][groups], proba / proba.sum(1, keepdims=True), groups


def interval(metric, y, proba, groups, **options):
    return patient_interval(metric, y, proba, groups=groups, classes=CLASSES, **options)


def one_answer_each(right):
    """Return patients of whom as many of each class as `right` says are right."""
    code = np.repeat(np.arange(3), N_PATIENTS)
    number = np.concatenate([np.arange(n) for n in N_PATIENTS])
    answer = np.where(number < np.array(right)[code], code, (code + 1) % 3)
    return np.array(CLASSES)[code], np.eye(3)[answer], np.arange(26)


# ---------------------------------------------------------------- Wilson


@pytest.mark.parametrize(
    "right, low, high", [(24, 0.76, 0.98), (26, 0.87, 1.0), (13, 0.32, 0.68)]
)
def test_wilson_gives_the_published_intervals_of_26_patients(right, low, high):
    assert_allclose(wilson_interval(right, 26), (low, high), atol=0.005)


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_wilson_is_that_of_scipy(confidence):
    right = np.arange(27)
    low, high = wilson_interval(right, 26, confidence=confidence)
    for k in right:
        expected = binomtest(k, 26).proportion_ci(confidence, method="wilson")
        assert_allclose((low[k], high[k]), expected, atol=1e-12)


def test_of_no_answer_everything_is_possible():
    assert_allclose(wilson_interval(0, 0), (0, 1), atol=1e-12)


@pytest.mark.parametrize("right, total", [(-1, 26), (27, 26), (1, np.inf), (1, np.nan)])
def test_impossible_counts_are_refused(right, total):
    with pytest.raises(ValueError, match="0 <= n_right <= n_total"):
        wilson_interval(right, total)


@pytest.mark.parametrize("confidence", [0, 1, 95, None])
def test_impossible_confidence_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence must be a number between 0 and 1"):
        wilson_interval(24, 26, confidence=confidence)


def test_wilson_of_26_patients_covers_93_percent_and_never_less_than_92():
    right = np.arange(27)
    low, high = wilson_interval(right, 26)

    def coverage(p):
        return binom.pmf(right, 26, p) @ ((low <= p) & (p <= high))

    assert min(coverage(p) for p in np.arange(0.6, 0.91, 0.05)) >= 0.93
    everywhere = [coverage(p) for p in np.linspace(0.6, 0.9, 301)]
    assert min(everywhere) >= 0.92
    assert np.mean(everywhere) >= 0.95


# ---------------------------------------------------------------- scores


@pytest.mark.parametrize("n_rows", [1, 4])
def test_scores_are_those_of_scikit_learn(n_rows):
    y, proba, groups = cohort(n_rows=n_rows)
    answer = np.array(CLASSES)[proba.argmax(axis=1)]
    recall = recall_score(y, answer, average=None, labels=CLASSES)
    expected = {
        "accuracy": accuracy_score(y, answer),
        "balanced_accuracy": balanced_accuracy_score(y, answer),
        "f1_macro": f1_score(y, answer, average="macro"),
        "roc_auc_ovr": roc_auc_score(y, proba, multi_class="ovr"),
        "brier": brier_score_loss(y, proba, labels=CLASSES),
        "sensitivity_normal": recall[2],
        "specificity_normal": recall_score(y != "normal", answer != "normal"),
        "f1_normal": f1_score(y == "normal", answer == "normal"),
    }
    truth = np.searchsorted(CLASSES, y)
    for metric, value in expected.items():
        score = get_score(metric, CLASSES).fit(truth, proba, groups)
        assert_allclose(score(np.ones((1, 26))), value, err_msg=metric)


def test_weighted_score_is_that_of_patients_taken_so_often():
    y, proba, groups = cohort()
    truth = np.searchsorted(CLASSES, y)
    often = np.random.default_rng(1).integers(0, 3, 26)
    rows = np.concatenate(
        [np.flatnonzero(groups == g) for g in np.arange(26).repeat(often)]
    )
    taken = np.arange(26).repeat(often).repeat(3)
    for metric in NAMES:
        weighted = get_score(metric, CLASSES).fit(truth, proba, groups)(
            often[None] * 1.0
        )
        copied = get_score(metric, CLASSES).fit(truth[rows], proba[rows], taken)
        expected = copied(np.ones((1, taken.max() + 1)))
        assert_allclose(weighted, expected, err_msg=metric)


# ---------------------------------------------------------------- by patient


@pytest.mark.parametrize("right", [(7, 8, 9), (7, 8, 11), (3, 2, 8), (0, 0, 0)])
def test_with_one_answer_a_patient_accuracy_has_the_interval_of_wilson(right):
    expected = wilson_interval(sum(right), 26)
    assert_allclose(interval("accuracy", *one_answer_each(right)), expected, atol=1e-9)


def test_sensitivity_of_a_class_has_the_interval_of_wilson():
    y, proba, groups = one_answer_each((5, 8, 9))
    expected = wilson_interval(5, 7)
    assert_allclose(interval("sensitivity_myopathic", y, proba, groups), expected)
    # two normal patients were called myopathic, of 19 who are not
    expected = wilson_interval(17, 19)
    assert_allclose(interval("specificity_myopathic", y, proba, groups), expected)


def test_f1_of_a_class_without_a_mistake_is_worth_its_own_patients():
    y, proba, groups = one_answer_each((7, 10, 9))
    narrow, low = (
        interval(f"f1_{name}", y, proba, groups)[0] for name in ("normal", "myopathic")
    )
    assert low < narrow < wilson_interval(10, 10)[0]
    assert low < wilson_interval(7, 7)[0]


@pytest.mark.parametrize("metric", NAMES)
@pytest.mark.parametrize("method", ["wilson", "bca", "percentile"])
def test_copies_of_recordings_make_no_interval_narrower(metric, method):
    y, proba, groups = cohort(n_rows=1)
    once = interval(metric, y, proba, groups, method=method, random_state=0)
    copies = [np.repeat(a, 9, axis=0) for a in (y, proba, groups)]
    often = interval(metric, *copies, method=method, random_state=0)
    assert often[0] <= once[0] + 1e-9
    assert often[1] >= once[1] - 1e-9


@pytest.mark.parametrize("metric", NAMES)
@pytest.mark.parametrize("method", ["wilson", "bca", "percentile"])
def test_interval_holds_the_score_and_grows_with_confidence(metric, method):
    y, proba, groups = cohort()
    truth = np.searchsorted(CLASSES, y)
    value = get_score(metric, CLASSES).fit(truth, proba, groups)(np.ones((1, 26)))[0]
    options = {"method": method, "random_state": 0}
    narrow = interval(metric, y, proba, groups, confidence=0.8, **options)
    wide = interval(metric, y, proba, groups, confidence=0.99, **options)
    assert wide[0] < narrow[0] < value < narrow[1] < wide[1]


def test_bootstrap_of_one_mean_is_that_of_scipy():
    # the Brier score is a mean over patients: the resampled means of one class
    from scipy.stats import bootstrap

    rng = np.random.default_rng(3)
    p = rng.beta(4, 2, 40)
    proba = np.column_stack([1 - p, p])
    for method, name in (("percentile", "percentile"), ("bca", "BCa")):
        low, high = patient_interval(
            "brier",
            np.ones(40, dtype=int),
            proba,
            groups=np.arange(40),
            classes=[0, 1],
            method=method,
            n_resamples=20_000,
            random_state=0,
        )
        expected = bootstrap(
            ((1 - p) ** 2,), np.mean, method=name, n_resamples=20_000, rng=rng
        ).confidence_interval
        assert_allclose((low, high), expected, atol=0.005)


def test_order_and_names_do_not_matter():
    y, proba, groups = cohort()
    expected = interval("balanced_accuracy", y, proba, groups)
    order = np.random.default_rng(0).permutation(len(y))
    names = np.array([f"p{(7 * g) % 26}" for g in groups])
    columns = [2, 0, 1]
    got = patient_interval(
        "balanced_accuracy",
        y[order],
        proba[order][:, columns],
        groups=names[order],
        classes=np.array(CLASSES)[columns],
    )
    assert_allclose(got, expected)


def test_all_patients_right_leaves_the_doubt_of_26_patients():
    for metric in ("balanced_accuracy", "f1_macro", "roc_auc_ovr"):
        low, high = interval(metric, *one_answer_each((7, 8, 11)))
        assert high == 1
        assert 0.8 < low <= wilson_interval(26, 26)[0]


def test_windows_that_are_all_right_count_as_patients():
    y, proba, groups = (np.repeat(a, 50, axis=0) for a in one_answer_each((7, 8, 11)))
    expected = wilson_interval(26, 26)
    assert_allclose(interval("accuracy", y, proba, groups), expected)


def test_class_of_one_patient_is_unknown_where_it_matters():
    y, proba, groups = cohort()
    keep = (y != "myopathic") | (groups == 0)
    y, proba, groups = y[keep], proba[keep], groups[keep]
    for metric in ("balanced_accuracy", "f1_macro", "roc_auc_ovr"):
        assert np.isnan(interval(metric, y, proba, groups)).all()
    for metric in ("accuracy", "brier", "sensitivity_myopathic"):
        low, high = interval(metric, y, proba, groups)
        assert low < high
    low, high = interval("sensitivity_myopathic", y, proba, groups)
    assert high - low >= 0.75  # of one patient one knows next to nothing


def test_auc_without_a_class_is_not_known():
    y, proba, groups = cohort()
    keep = y != "myopathic"
    ends = interval("roc_auc_ovr", y[keep], proba[keep], groups[keep])
    assert np.isnan(ends).all()


def test_patients_with_several_classes_are_resampled_as_they_are():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(20), 6)
    y = np.tile([0, 0, 1, 1, 2, 2], 20)
    good = rng.random(20)[groups] > 0.3  # a patient is right or wrong as a whole
    proba = np.eye(3)[np.where(good, y, (y + 1) % 3)]
    low, high = patient_interval(
        "balanced_accuracy", y, proba, groups=groups, classes=[0, 1, 2]
    )
    expected = wilson_interval(good[::6].sum(), 20)
    assert_allclose((low, high), expected, atol=0.03)
    assert high - low >= expected[1] - expected[0]


@pytest.mark.parametrize(
    "change, match",
    [
        ({"metric": "f2"}, "metric must be one of"),
        ({"method": "bayes"}, "method must be one of"),
        ({"confidence": 95}, "confidence must be"),
        ({"classes": CLASSES[:2]}, "3 columns for 2 classes"),
        ({"classes": ["a", *CLASSES[1:]]}, "'myopathic', which is not in classes"),
        ({"groups": None}, "does not know the patients"),
        ({"method": "bca", "n_resamples": 0}, "n_resamples"),
    ],
)
def test_wrong_input_is_refused_with_its_name(change, match):
    y, proba, groups = cohort()
    given = {"metric": "accuracy", "groups": groups, "classes": CLASSES, **change}
    metric = given.pop("metric")
    with pytest.raises(ValueError, match=match):
        patient_interval(metric, y, proba, **given)


def test_margins_have_no_brier_score_but_an_order():
    y, proba, groups = cohort()
    margins = np.log(proba)
    with pytest.raises(ValueError, match=r"row 0 of proba .* predict_proba"):
        interval("brier", y, margins, groups)
    expected = interval("accuracy", y, proba, groups)
    assert interval("accuracy", y, margins, groups) == expected


def test_other_lengths_are_refused():
    y, proba, groups = cohort()
    with pytest.raises(SignalError, match="77 labels for 78 rows"):
        interval("accuracy", y[1:], proba, groups)


# ---------------------------------------------------------------- coverage


def outcomes():
    """Return the default interval of each number of right patients of each class."""
    grid = np.array(list(np.ndindex(*(N_PATIENTS + 1))))
    ends = [interval("balanced_accuracy", *one_answer_each(right)) for right in grid]
    return grid, np.array(ends)


def test_default_interval_of_balanced_accuracy_covers_93_percent_at_every_share():
    # exact: a sum over all 864 outcomes of 26 patients, not a simulation
    grid, ends = outcomes()

    def coverage(p):
        chance = binom.pmf(grid, N_PATIENTS, p).prod(axis=1)
        truth = np.mean(p)
        return chance @ ((ends[:, 0] <= truth) & (truth <= ends[:, 1]))

    assert min(coverage(np.full(3, p)) for p in np.linspace(0.6, 0.95, 71)) >= 0.945
    shares = np.random.default_rng(0).uniform(0.4, 1, (200, 3))
    assert min(coverage(p) for p in shares) >= 0.94


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy"])
@pytest.mark.parametrize("correlation", [0.1, 0.6])
def test_default_interval_of_correlated_windows_covers_93_percent(metric, correlation):
    rng = np.random.default_rng(0)
    code, n_cohorts, n_rows, p = np.repeat(np.arange(3), N_PATIENTS), 300, 8, 0.85
    groups = np.repeat(np.arange(26), n_rows)
    y = np.array(CLASSES)[code][groups]
    covered = 0
    for _ in range(n_cohorts):
        count = 1 / correlation - 1
        rate = rng.beta(p * count, (1 - p) * count, 26)[groups]
        answer = (code[groups] + (rng.random(len(y)) >= rate)) % 3
        low, high = interval(metric, y, np.eye(3)[answer], groups)
        covered += low <= p <= high
    # an interval of 95 % falls below this in one run of a thousand
    assert covered >= binom.ppf(0.001, n_cohorts, 0.95)
