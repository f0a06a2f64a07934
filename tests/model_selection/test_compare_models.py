import re

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import binom, binomtest, fisher_exact
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
)
from sklearn.model_selection import cross_val_predict

from skemg.exceptions import SignalError
from skemg.metrics import vote_by_group
from skemg.model_selection import (
    PatientKFold,
    compare_models,
    corrected_resampled_ttest,
    friedman_nemenyi,
    smallest_detectable_difference,
)

CLASSES = np.array(["myopathic", "neuropathic", "normal"])


def models(seed=0, n_rows=2, distances=(1.0, 1.6, 2.2)):
    """Return probabilities of three models, classes and patients of recordings."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(3), [7, 8, 11])
    groups = np.repeat(np.arange(26), n_rows)
    shared = rng.normal(size=(26, 3))
    proba = {}
    for name, distance in zip(("svm", "net", "forest"), distances, strict=True):
        seen = distance * np.eye(3)[code] + shared + rng.normal(size=(26, 3))
        rows = np.exp(seen[groups] + 0.5 * rng.normal(size=(len(groups), 3)))
        proba[name] = rows / rows.sum(axis=1, keepdims=True)
    return proba, CLASSES[code][groups], groups


def right_and_wrong(a_alone, b_alone, both=10, none=2):
    """Return the answers of two models about patients of one class."""
    a = np.repeat(["n", "x", "n", "x"], [a_alone, b_alone, both, none])
    b = np.repeat(["x", "n", "n", "x"], [a_alone, b_alone, both, none])
    y = np.full(len(a), "n")
    options = {"groups": np.arange(len(a)), "classes": ["n", "x"]}
    return {"a": a, "b": b}, y, options


@pytest.mark.parametrize(
    "test, metric, score",
    [
        ("permutation", "balanced_accuracy", balanced_accuracy_score),
        ("mcnemar", "accuracy", accuracy_score),
    ],
)
def test_scores_count_patients(test, metric, score):
    proba, y, groups = models()
    table = compare_models(proba, y, groups=groups, test=test)
    assert table.metric == metric
    assert table.n_patients == 26
    for name, rows in proba.items():
        vote = vote_by_group(rows, groups, y=y)
        answer = CLASSES[vote.proba.argmax(axis=1)]
        assert_allclose(table.scores[name], score(vote.target, answer))


def test_brier_is_that_of_scikit_learn():
    proba, y, groups = models()
    table = compare_models(proba, y, groups=groups, metric="brier")
    vote = vote_by_group(proba["net"], groups, y=y)
    expected = brier_score_loss(vote.target, vote.proba, labels=CLASSES)
    assert_allclose(table.scores["net"], expected)


@pytest.mark.parametrize("a_alone, b_alone", [(0, 0), (1, 0), (5, 0), (2, 9)])
def test_mcnemar_and_permutation_of_accuracies_are_the_binomial_test(a_alone, b_alone):
    answers, y, options = right_and_wrong(a_alone, b_alone)
    n = a_alone + b_alone
    expected = binomtest(a_alone, n).pvalue if n else 1
    for test in ("mcnemar", "permutation"):
        table = compare_models(answers, y, test=test, metric="accuracy", **options)
        (line,) = table.records
        assert_allclose([line["p_value"], line["p_adjusted"]], expected)
        assert_allclose(line["difference"], (a_alone - b_alone) / len(y))
        assert line["low"] <= line["difference"] <= line["high"]


def test_brier_scores_of_three_classes_differ_by_up_to_two():
    code = np.repeat(np.arange(3), 4)
    wrong = np.eye(3)[(code + 1) % 3]
    wrong[0] = np.eye(3)[0]  # all but one sure and wrong: 22 / 12 and 0
    table = compare_models(
        {"wrong": wrong, "right": np.eye(3)[code]},
        code,
        groups=np.arange(12),
        metric="brier",
    )
    (line,) = table.records
    assert_allclose(line["difference"], 22 / 12)
    # the t interval of eleven 2 and a 0: 22 / 12 -+ 2.201 sqrt(1 / 3 / 12)
    assert_allclose(line["low"], 22 / 12 - 2.201 / 6, atol=1e-4)
    assert line["high"] == 2


@pytest.mark.parametrize("options", [{"metric": "brier"}, {"test": "wilcoxon"}])
def test_margins_are_no_probabilities(options):
    proba, y, groups = models()
    margins = {**proba, "net": np.log(proba["net"])}
    with pytest.raises(ValueError, match=r"row 0 of proba of 'net'.*predict_proba"):
        compare_models(margins, y, groups=groups, **options)
    assert compare_models(margins, y, groups=groups, test="mcnemar").n_patients == 26


@pytest.mark.parametrize(
    "test, metric",
    [("permutation", "brier"), ("wilcoxon", "true_proba"), ("friedman", "true_proba")],
)
def test_models_that_are_equal_up_to_rounding_are_equal(test, metric):
    proba, y, groups = models()
    a = proba["svm"]
    own = y[:, np.newaxis] == CLASSES
    equal = {"a": a, "b": a + 1e-15 * own, "c": a - 1e-15 * own}
    table = compare_models(equal, y, groups=groups, test=test, metric=metric)
    assert_allclose([line["p_value"] for line in table.records], 1)


def test_equal_models_keep_the_doubt_of_their_patients():
    answers, y, options = right_and_wrong(0, 0, both=26, none=0)
    (line,) = compare_models(answers, y, test="mcnemar", **options).records
    # 28 patients, half of one better, half of one worse: t(25) sqrt(1 / 28 / 27)
    assert_allclose([line["low"], line["high"]], [-0.0749, 0.0749], atol=1e-4)


def test_a_rare_class_weighs_as_much_as_a_frequent_one():
    y = np.repeat(["m", "n"], [2, 18])
    answers = {"a": y.copy(), "b": y.copy()}
    answers["a"][:2] = "n"  # a is wrong on both of the rare class
    answers["b"][2:8] = "m"  # b on six of the frequent one
    options = {"groups": np.arange(20)}
    (line,) = compare_models(answers, y, **options).records
    assert_allclose(line["difference"], 0.5 - (1 + 12 / 18) / 2)
    # signs of 1/4 1/4 and six of 1/36: |sum| is at least 1/3 in all ways where the
    # rare patients agree (128 of 256), 1/2 +- 1/6, and in none where they do not
    assert_allclose(line["p_value"], 0.5)
    (line,) = compare_models(answers, y, metric="accuracy", **options).records
    assert_allclose(line["p_value"], binomtest(2, 8).pvalue)


def test_holm_looks_at_all_pairs():
    proba, y, groups = models()
    plain = compare_models(proba, y, groups=groups, correction=None).records
    p_values = sorted(line["p_value"] for line in plain)
    adjusted = compare_models(proba, y, groups=groups).records
    assert_allclose(min(x["p_adjusted"] for x in adjusted), min(3 * p_values[0], 1))
    assert [x["p_adjusted"] for x in plain] == [x["p_value"] for x in plain]
    pairs = [(x["model_a"], x["model_b"]) for x in plain]
    assert pairs == [("svm", "net"), ("svm", "forest"), ("net", "forest")]


def test_corrected_t_takes_the_scores_of_the_folds():
    proba, y, groups = models(n_rows=1)
    folds = np.empty(26, dtype=int)
    X = np.zeros((26, 1))
    for i, (_, test) in enumerate(PatientKFold(5).split(X, y, groups)):
        folds[test] = i
    table = compare_models(proba, y, groups=groups, test="corrected_t", folds=folds)
    scores = {
        name: [
            balanced_accuracy_score(y[f], CLASSES[rows[f].argmax(axis=1)])
            for f in (folds == i for i in range(5))
        ]
        for name, rows in proba.items()
    }
    expected = corrected_resampled_ttest(
        scores["svm"], scores["net"], n_train=26 * 4 / 5, n_test=26 / 5
    )
    assert_allclose(table.records[0]["p_value"], expected.p_value)


def test_friedman_ranks_the_models_on_each_patient():
    proba, y, groups = models()
    table = compare_models(proba, y, groups=groups, test="friedman")
    votes = [vote_by_group(rows, groups, y=y) for rows in proba.values()]
    own = np.arange(26), np.searchsorted(CLASSES, votes[0].target)
    values = np.column_stack([vote.proba[own] for vote in votes])
    expected = friedman_nemenyi(values)
    assert_allclose(table.ranking.ranks, expected.ranks)
    assert table.ranking.names == ["svm", "net", "forest"]
    assert table.records[1]["p_value"] == expected.p_values[0, 2]
    assert table.correction is None  # Nemenyi's p values know the number of pairs


@pytest.mark.parametrize("test", ["permutation", "mcnemar", "wilcoxon", "friedman"])
def test_order_of_the_recordings_does_not_matter(test):
    proba, y, groups = models()
    expected = compare_models(proba, y, groups=groups, test=test).records
    order = np.random.default_rng(0).permutation(len(y))
    shuffled = {name: rows[order] for name, rows in proba.items()}
    got = compare_models(shuffled, y[order], groups=groups[order], test=test).records
    for a, b in zip(expected, got, strict=True):
        assert a.keys() == b.keys()
        assert_allclose(list(a.values())[2:], list(b.values())[2:])


def test_same_seed_same_random_exchanges():
    proba, y, groups = models()
    p_values = [
        compare_models(
            proba, y, groups=groups, metric="brier", n_resamples=200, random_state=seed
        ).to_frame()["p_value"]
        for seed in (0, 0, 1)
    ]
    assert (p_values[0] == p_values[1]).all()
    assert (p_values[0] != p_values[2]).any()


def test_table_as_text_frame_and_html():
    proba, y, groups = models()
    proba = {"svm <1>": proba["svm"], "net": proba["net"]}
    table = compare_models(proba, y, groups=groups)
    frame = table.to_frame()
    assert frame.to_dict("records") == table.records
    text, html = repr(table), table._repr_html_()
    assert "balanced_accuracy of 26 patients, permutation" in text
    for value in (f"{table.records[0]['difference']:.3f}", "net", "p_adjusted"):
        assert value in text
        assert value in html
    assert "svm &lt;1&gt;" in html
    assert len(re.findall("<tr>", html)) == 2


@pytest.mark.parametrize(
    "change, match",
    [
        ({"test": "anova"}, "test must be one of"),
        ({"test": "mcnemar", "metric": "brier"}, "can be about"),
        ({"correction": "bonferroni"}, 'must be "holm" or None'),
        ({"confidence": 95}, "confidence must be"),
        ({"groups": None}, "needs groups"),
        ({"classes": ["a", "b", "c"]}, "not in classes"),
        ({"test": "corrected_t"}, "needs folds"),
        (
            {"test": "corrected_t", "folds": np.arange(52)},
            "patient 0 is in folds 0 and 1",
        ),
        ({"test": "corrected_t", "folds": [0, 1]}, "folds has 2 entries for 52"),
        ({"n_resamples": 0}, "n_resamples"),
    ],
)
def test_wrong_input_is_refused_with_its_cure(change, match):
    proba, y, groups = models()
    with pytest.raises(ValueError, match=match):
        compare_models(proba, y, **{"groups": groups, **change})


def test_models_that_do_not_fit_are_refused_by_name():
    proba, y, groups = models()
    with pytest.raises(ValueError, match="dict of at least two models"):
        compare_models({"svm": proba["svm"]}, y, groups=groups)
    with pytest.raises(ValueError, match=r"dict of at least two models.*NoneType"):
        compare_models(None, y, groups=groups)
    with pytest.raises(SignalError, match="'net' has 51 answers for 52"):
        compare_models({**proba, "net": proba["net"][1:]}, y, groups=groups)
    with pytest.raises(ValueError, match="'net' has 2 columns"):
        compare_models({**proba, "net": proba["net"][:, :2]}, y, groups=groups)
    with pytest.raises(ValueError, match="'net' answers a class"):
        compare_models({**proba, "net": np.full(52, "als")}, y, groups=groups)
    two = np.where(np.arange(52) == 0, "normal", y)
    with pytest.raises(SignalError, match="two classes"):
        compare_models(proba, two, groups=groups)


def test_it_finds_no_difference_between_models_of_noise():
    # the canary: features without any sign of the class, classes drawn by lot
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(24), 2)
    found = 0
    for _ in range(30):
        y = rng.permutation(np.tile([0, 1], 12))[groups]
        proba = {
            name: cross_val_predict(
                LogisticRegression(C=C),
                rng.normal(size=(48, 2)),
                y,
                groups=groups,
                cv=PatientKFold(3),
                method="predict_proba",
            )
            for name, C in (("weak", 0.01), ("strong", 1.0))
        }
        (line,) = compare_models(proba, y, groups=groups).records
        found += line["p_value"] <= 0.05
    assert found <= binom.ppf(0.999, 30, 0.05)


@pytest.mark.parametrize("test", ["permutation", "mcnemar"])
def test_interval_of_the_difference_covers_its_share(test):
    rng = np.random.default_rng(0)
    code = np.repeat(np.arange(3), [7, 8, 11])
    y, n_cohorts, covered = CLASSES[code], 300, 0
    alone_a, alone_b = 0.25, 0.1
    for _ in range(n_cohorts):
        which = rng.random(26)
        a_right = (which < alone_a) | (which > 0.5)
        b_right = (which > alone_a) & (which < alone_a + alone_b) | (which > 0.5)
        answers = {
            name: CLASSES[np.where(right, code, (code + 1) % 3)]
            for name, right in (("a", a_right), ("b", b_right))
        }
        table = compare_models(
            answers, y, groups=np.arange(26), classes=CLASSES, test=test
        )
        (line,) = table.records
        covered += line["low"] <= alone_a - alone_b <= line["high"]
    assert covered >= binom.ppf(0.001, n_cohorts, 0.95)


# ---------------------------------------------------------------- planner


def test_paired_planner_has_its_power_in_simulated_studies():
    n_patients, discordance, n_studies = 60, 0.3, 4000
    difference = smallest_detectable_difference(n_patients, discordance=discordance)
    rng = np.random.default_rng(0)

    def share_found(difference):
        a, b = (discordance + difference) / 2, (discordance - difference) / 2
        cells = rng.multinomial(n_patients, [a, b, 1 - a - b], size=n_studies)
        kinds, count = np.unique(cells[:, :2], axis=0, return_counts=True)
        p_values = [binomtest(k, k + m).pvalue if k + m else 1 for k, m in kinds]
        return count[np.array(p_values) <= 0.05].sum() / n_studies

    assert abs(share_found(difference) - 0.8) < 3.3 * np.sqrt(0.16 / n_studies)
    assert share_found(0.8 * difference) < 0.7


def test_unpaired_planner_has_its_power_in_simulated_studies():
    n_studies = 4000
    difference = smallest_detectable_difference(30, design="unpaired", accuracy=0.6)
    rng = np.random.default_rng(0)
    right = rng.binomial(30, [0.6, 0.6 + difference], size=(n_studies, 2))
    kinds, count = np.unique(right, axis=0, return_counts=True)
    p_values = [fisher_exact([[a, 30 - a], [b, 30 - b]]).pvalue for a, b in kinds]
    found = count[np.array(p_values) <= 0.05].sum() / n_studies
    assert abs(found - 0.8) < 3.3 * np.sqrt(0.16 / n_studies)


@pytest.mark.parametrize("design", ["paired", "unpaired"])
def test_more_patients_show_smaller_differences(design):
    numbers = (40, 80, 160, 320)
    shown = [smallest_detectable_difference(n, design=design) for n in numbers]
    assert (np.diff(shown) < 0).all()
    # with four times the patients about half the difference
    assert_allclose(shown[2] / shown[0], 0.5, atol=0.1)
    stricter = smallest_detectable_difference(80, design=design, alpha=0.01)
    assert stricter > shown[1]


def test_too_few_patients_show_nothing():
    # five discordant patients have p = 2 / 32 at best
    assert np.isnan(smallest_detectable_difference(5, discordance=0.99))
    assert np.isnan(smallest_detectable_difference(3, design="unpaired"))


@pytest.mark.parametrize(
    "options, match",
    [
        ({"n_patients": 0}, "n_patients must be an integer"),
        ({"discordance": 0}, "discordance must be a number between 0 and 1, got 0"),
        ({"power": 80}, "power must be"),
        ({"power": 0.05}, "power must be above alpha=0.05"),
        ({"alpha": "low"}, "alpha must be"),
        ({"accuracy": 1.0}, "accuracy must be"),
        ({"design": "crossed"}, 'must be "paired" or "unpaired"'),
    ],
)
def test_impossible_plans_are_refused(options, match):
    with pytest.raises(ValueError, match=match):
        smallest_detectable_difference(**{"n_patients": 26, **options})
