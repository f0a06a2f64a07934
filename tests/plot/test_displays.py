"""What the displays compute and draw, against small cases counted by hand."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.features import TimeDomainFeatures
from skemg.metrics import patient_interval, wilson_interval
from skemg.plot import (
    ConfusionDisplay,
    CriticalDifferenceDisplay,
    ImportanceDisplay,
    LossCurveDisplay,
    ReliabilityDisplay,
    RocDisplay,
    WindowVoteDisplay,
)
from skemg.plot._axes import color_of_each
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower, WindowVotingClassifier

# -- confusion -------------------------------------------------------------------------

Y_TRUE = ["a", "a", "b", "a", "a", "b"]
Y_PRED = ["a", "b", "b", "a", "a", "a"]
FOLD = [0, 0, 0, 1, 1, 1]


def test_confusion_is_the_mean_and_deviation_of_the_folds():
    display = ConfusionDisplay.from_predictions(Y_TRUE, Y_PRED, fold=FOLD)
    # rows of fold 0: (50, 50), (0, 100); of fold 1: (100, 0), (100, 0)
    assert_allclose(display.mean, [[75, 25], [50, 50]])
    assert_allclose(display.sd, np.array([[50, 50], [100, 100]]) / np.sqrt(2))
    assert display.text_[0, 0].get_text() == "75.0\n± 35.4"
    assert display.ax_.get_ylabel() == "True class"


def test_confusion_without_folds_has_no_deviation():
    display = ConfusionDisplay.from_predictions(Y_TRUE, Y_PRED)
    assert_allclose(display.mean, [[75, 25], [50, 50]])
    assert display.sd is None
    assert display.text_[1, 0].get_text() == "50.0"


def test_a_fold_without_a_class_tells_nothing_of_it():
    display = ConfusionDisplay.from_predictions(
        ["a", "b", "a"], ["a", "a", "b"], fold=[0, 0, 1]
    )
    assert_allclose(display.mean, [[50, 50], [100, 0]])


def test_confusion_keeps_the_order_of_the_classes():
    display = ConfusionDisplay.from_predictions(Y_TRUE, Y_PRED, classes=["b", "a"])
    assert_allclose(display.mean, [[50, 50], [25, 75]])
    names = [text.get_text() for text in display.ax_.get_xticklabels()]
    assert names == ["b", "a"]


def test_the_deviation_of_one_fold_is_not_written():
    display = ConfusionDisplay.from_predictions(
        ["a", "b", "a"], ["a", "a", "b"], fold=[0, 0, 1]
    )
    texts = [text.get_text() for text in display.text_.ravel()]
    assert texts == ["50.0\n± 70.7", "50.0\n± 70.7", "100.0", "0.0"]


def test_an_answer_that_is_nobodys_class_keeps_its_column():
    display = ConfusionDisplay.from_predictions(["a", "a", "b"], ["a", "c", "b"])
    assert display.classes.tolist() == ["a", "b", "c"]
    assert_allclose(display.mean[:2], [[50, 0, 50], [0, 100, 0]])
    assert np.isnan(display.mean[2]).all()
    assert [text.get_text() for text in display.text_[2]] == ["", "", ""]


@pytest.mark.parametrize(
    "classes, message", [(["a"], "leaves out"), (["a", "b", "c"], "no sample")]
)
def test_confusion_refuses_classes_that_do_not_fit(classes, message):
    with pytest.raises(ValueError, match=message):
        ConfusionDisplay.from_predictions(Y_TRUE, Y_PRED, classes=classes)


# -- ROC -------------------------------------------------------------------------------


def cohort(seed=0, n_patients=24, n_rows=3):
    """Return classes, probabilities and patients with answers that vary."""
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(n_patients) % 3, n_rows)
    logits = rng.normal(size=(len(y), 3)) + 1.2 * np.eye(3)[y]
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return np.array(["a", "b", "c"])[y], proba, np.repeat(np.arange(n_patients), n_rows)


def test_roc_is_that_of_scikit_learn():
    y, proba, groups = cohort()
    proba = proba.round(1)  # many ties
    display = RocDisplay.from_predictions(y, proba, groups=groups, n_resamples=20)
    for i, name in enumerate("abc"):
        assert_allclose(display.auc[i], roc_auc_score(y == name, proba[:, i]))
        fpr, tpr, _ = roc_curve(y == name, proba[:, i], drop_intermediate=False)
        at = np.flatnonzero(np.append(np.diff(fpr) > 0, True))
        expected = np.interp(display.fpr, fpr[at], tpr[at])
        assert_allclose(display.tpr[i][1:], expected[1:])


def test_predictions_are_no_probabilities():
    y, _, groups = cohort()
    with pytest.raises(ValueError, match=r"proba holds text, .* of predict_proba"):
        RocDisplay.from_predictions(y, y, groups=groups)


def test_a_perfect_class_has_no_band():
    y, groups = np.repeat(["a", "b"], 4), np.arange(8)
    proba = np.eye(2)[np.repeat([0, 1], 4)]
    display = RocDisplay.from_predictions(y, proba, groups=groups, random_state=0)
    assert_array_equal(display.low, 1)
    low, high = display.auc_interval.T
    assert_array_equal(high, 1)
    assert (low < wilson_interval(8, 8)[0]).all()  # eight patients leave their doubt


def test_the_band_is_unknown_where_a_class_has_one_patient():
    y, proba, groups = cohort()
    keep = (y != "b") | (groups == 1)
    display = RocDisplay.from_predictions(
        y[keep], proba[keep], groups=groups[keep], n_resamples=20
    )
    assert np.isnan([display.low, display.high]).all()
    assert_array_equal(np.isnan(display.auc_interval[:, 0]), [False, True, False])
    assert display.lines_[1].get_label() == f"b: {display.auc[1]:.2f}"


def test_bands_know_that_rows_of_a_patient_are_no_new_patients():
    y, proba, _ = cohort(n_patients=24, n_rows=1)
    narrow = RocDisplay.from_predictions(
        np.repeat(y, 4),
        np.repeat(proba, 4, axis=0),
        groups=np.arange(96),
        random_state=0,
    )
    wide = RocDisplay.from_predictions(
        np.repeat(y, 4),
        np.repeat(proba, 4, axis=0),
        groups=np.repeat(np.arange(24), 4),
        random_state=0,
    )
    once = RocDisplay.from_predictions(y, proba, groups=np.arange(24), random_state=0)
    assert_allclose(wide.low, once.low)
    ratio = np.mean(wide.high - wide.low) / np.mean(narrow.high - narrow.low)
    assert_allclose(ratio, 2, rtol=0.25)  # the root of four copies
    assert (wide.auc_interval[:, 0] <= once.auc_interval[:, 0] + 1e-9).all()


def test_the_band_is_that_of_resampled_cohorts():
    y, proba, groups = cohort(n_patients=12)
    display = RocDisplay.from_predictions(
        y, proba, groups=groups, n_resamples=400, random_state=1
    )
    rng = np.random.default_rng(7)
    rates = []
    for _ in range(400):
        drawn = np.concatenate(
            [rng.choice(np.unique(groups[y == name]), 4) for name in "abc"]
        )
        rows = np.concatenate([np.flatnonzero(groups == g) for g in drawn])
        fpr, tpr, _ = roc_curve(y[rows] == "a", proba[rows, 0], drop_intermediate=False)
        rates.append(np.interp(0.5, fpr, tpr))
    middle = np.flatnonzero(display.fpr == 0.5)[0]
    band = display.low[0, middle], display.high[0, middle]
    assert_allclose(band, np.quantile(rates, [0.025, 0.975]), atol=0.05)


def test_the_interval_of_the_area_is_that_of_the_class_against_the_rest():
    y, proba, groups = cohort(n_patients=12)
    display = RocDisplay.from_predictions(y, proba, groups=groups, confidence=0.9)
    for i, name in enumerate("abc"):
        expected = patient_interval(
            "roc_auc_ovr",
            np.where(y == name, name, "rest"),
            np.column_stack([proba[:, i], 1 - proba[:, i]]),
            groups=groups,
            classes=[name, "rest"],
            confidence=0.9,
        )
        assert_allclose(display.auc_interval[i], expected)


def test_the_same_seed_gives_the_same_band():
    y, proba, groups = cohort()
    first, second = (
        RocDisplay.from_predictions(y, proba, groups=groups, random_state=3)
        for _ in range(2)
    )
    assert_array_equal(first.low, second.low)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"groups": None}, "never takes a row for a patient"),
        ({"groups": np.zeros(72)}, "two classes"),
        ({"classes": ["a", "b"]}, "3 columns for 2 classes"),
        ({"classes": ["a", "b", "z"]}, "has classes"),
        ({"confidence": 1.0}, "between 0 and 1"),
        ({"n_resamples": 0}, "n_resamples"),
    ],
)
def test_roc_refuses_what_makes_no_curve(change, message):
    y, proba, groups = cohort()
    with pytest.raises((ValueError, TypeError), match=message):
        RocDisplay.from_predictions(y, proba, **({"groups": groups} | change))


def test_a_class_without_a_row_is_named():
    with pytest.raises(ValueError, match=r"\['c'\] have no row"):
        RocDisplay.from_predictions(
            ["a", "b"], np.eye(2, 3), groups=[0, 1], classes=["a", "b", "c"]
        )


# -- reliability -----------------------------------------------------------------------


def test_reliability_bins_are_counted_by_hand():
    proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6]])
    display = ReliabilityDisplay.from_predictions([0, 0, 1, 0], proba, n_bins=2)
    assert_allclose(display.confidence, [0.65, 0.85])
    assert_allclose(display.accuracy, [0.5, 1])
    assert_array_equal(display.counts, [2, 2])
    assert_allclose(display.interval, [wilson_interval(1, 2), wilson_interval(2, 2)])
    _, (low, high), _ = display.points_.lines
    assert_allclose(low.get_ydata(), display.interval[:, 0], atol=1e-12)
    assert_allclose(high.get_ydata(), display.interval[:, 1], atol=1e-12)


def test_reliability_counts_patients_where_they_are_known():
    proba = np.array([[0.9, 0.1], [0.7, 0.3], [0.3, 0.7]])
    display = ReliabilityDisplay.from_predictions(
        [0, 0, 1], proba, groups=["p", "p", "q"], n_bins=1
    )
    assert_allclose(display.confidence, [0.75])
    assert_array_equal(display.counts, [2])
    assert display.unit == "patients"


def test_answers_of_one_probability_share_a_bin():
    display = ReliabilityDisplay.from_predictions(
        [0, 1, 0, 1], np.full((4, 2), 0.5), n_bins=4
    )
    assert_array_equal(display.counts, [4])


def test_more_bins_than_answers_are_refused():
    with pytest.raises(SignalError, match="n_bins=5"):
        ReliabilityDisplay.from_predictions([0, 1], np.eye(2))


def test_margins_are_no_probabilities():
    with pytest.raises(ValueError, match="row 1 of proba is"):
        ReliabilityDisplay.from_predictions([0, 1], [[0.9, 0.1], [-2, 2]], n_bins=1)


# -- vote over time --------------------------------------------------------------------


def voting_pipeline():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(4, 1000)) * [[1], [9], [1], [9]]
    emg = Recordings.from_array(values, sfreq=1000, groups=[1, 2, 3, 4], unit="uV")
    pipe = make_pipeline(
        Windower(length=0.2, hop=0.1),
        TimeDomainFeatures(["rms"]),
        WindowVotingClassifier(LogisticRegression()),
    )
    return pipe.fit(emg, ["rest", "active"] * 2), emg


def test_the_running_vote_ends_as_the_answer():
    pipe, emg = voting_pipeline()
    display = WindowVoteDisplay.from_estimator(pipe, emg, 2)
    assert_allclose(display.seconds, np.arange(9) / 10)
    ends = [line.get_ydata()[-1] for line in display.lines_]
    assert_allclose(ends, pipe.predict_proba(emg)[2])
    assert_allclose(display.points_[1].get_ydata(), display.proba[:, 1])


def test_a_vote_may_be_all_of_a_pipeline():
    pipe, emg = voting_pipeline()
    windows = pipe[:-1].transform(emg)
    alone = WindowVoteDisplay.from_estimator(pipe[-1], windows, 2)
    wrapped = WindowVoteDisplay.from_estimator(make_pipeline(pipe[-1]), windows, 2)
    assert_array_equal(wrapped.proba, alone.proba)


def test_vote_needs_a_vote_and_a_time_axis():
    pipe, emg = voting_pipeline()
    with pytest.raises(TypeError, match="WindowVotingClassifier"):
        WindowVoteDisplay.from_estimator(LogisticRegression(), [[1.0]])
    windows = pipe[:-1].transform(emg)
    timeless = Windows(
        windows.values, windows.offsets, sfreq=None, feature_names=["rms"]
    )
    vote = WindowVotingClassifier(LogisticRegression())
    vote.fit(timeless, ["rest", "active"] * 2)
    with pytest.raises(SignalError, match="where they start"):
        WindowVoteDisplay.from_estimator(vote, timeless)


# -- critical difference ---------------------------------------------------------------


def test_bars_join_models_closer_than_the_critical_difference():
    display = CriticalDifferenceDisplay(
        [3.0, 1.0, 2.0, 4.0], ["c", "a", "b", "d"], critical_difference=1.5
    )
    assert display.cliques() == [["a", "b"], ["b", "c"], ["c", "d"]]
    assert len(display.plot().bars_) == 3


def test_a_difference_that_is_reached_counts():
    display = CriticalDifferenceDisplay([1, 2], ["a", "b"], critical_difference=1.0)
    assert display.cliques() == []


def test_a_set_inside_another_gets_no_bar():
    display = CriticalDifferenceDisplay(
        [1.0, 1.2, 1.4], ["a", "b", "c"], critical_difference=0.5
    )
    assert display.cliques() == [["a", "b", "c"]]


def test_critical_difference_refuses_bad_input():
    with pytest.raises(ValueError, match="inconsistent"):
        CriticalDifferenceDisplay([1, 2], ["a"], critical_difference=1).plot()
    with pytest.raises(ValueError, match="critical_difference"):
        CriticalDifferenceDisplay([1, 2], ["a", "b"], critical_difference=0).plot()
    with pytest.raises(ValueError, match="ranks contains NaN"):
        CriticalDifferenceDisplay([1, np.nan], ["a", "b"], critical_difference=1).plot()


# -- loss curves -----------------------------------------------------------------------


def test_the_best_epoch_has_the_least_held_out_loss():
    display = LossCurveDisplay([3, 2, 1], [1.0, 0.5, 0.7]).plot()
    assert display.best_epoch == 2
    assert_array_equal(display.lines_[1].get_ydata(), [1.0, 0.5, 0.7])
    assert LossCurveDisplay([3, 2, 1]).best_epoch is None


def test_loss_curves_are_found_inside_pipeline_and_vote():
    from skemg.nn import DenseClassifier

    rng = np.random.default_rng(0)
    X = Windows(
        rng.normal(size=(12, 4)), np.arange(0, 13, 2), sfreq=100, groups=list("abcdef")
    )
    net = DenseClassifier(
        max_epochs=3,
        batch_size=4,
        early_stopping=True,
        validation_fraction=0.4,
        random_state=0,
    )
    vote = WindowVotingClassifier(net).fit(X, ["x", "y"] * 3)
    display = LossCurveDisplay.from_estimator(make_pipeline(vote))
    history = vote.estimator_.history_
    assert_array_equal(display.train_loss, history[:, "train_loss"])
    assert_array_equal(display.valid_loss, history[:, "valid_loss"])


def test_loss_curves_need_a_net():
    with pytest.raises(TypeError, match="fitted net"):
        LossCurveDisplay.from_estimator(LogisticRegression())


# -- importance ------------------------------------------------------------------------


def test_the_largest_loss_stands_on_top():
    losses = np.array([[0.0, 0.1], [0.3, 0.5], [0.1, 0.1]])
    display = ImportanceDisplay(losses, ["a", "b", "c"], score="accuracy")
    display.plot(n_largest=2)
    names = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert names == ["b", "c"]
    assert display.ax_.yaxis_inverted()
    assert_allclose(display.points_.lines[0].get_xdata(), [0.4, 0.1])


def test_features_that_change_nothing_are_counted_and_have_no_row():
    losses = np.array([[0.0, 0.0], [-0.1, 0.1], [0.0, 0.0]])
    display = ImportanceDisplay(losses, ["a", "b", "c"]).plot()
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == ["b"]
    assert display.ax_.get_title() == "2 of 3 features change nothing"
    nothing = ImportanceDisplay(0 * losses, ["a", "b", "c"]).plot()
    assert nothing.ax_.get_title() == "3 of 3 features change nothing"
    assert nothing.ax_.get_yticklabels() == []


def test_importance_is_drawn_from_a_pipeline():
    pipe, emg = voting_pipeline()
    display = ImportanceDisplay.from_estimator(
        pipe, emg, ["rest", "active"] * 2, n_repeats=3, random_state=0
    )
    assert list(display.names) == ["rms"]
    assert display.importances.shape == (1, 3)


# -- all -------------------------------------------------------------------------------


def test_the_diagnoses_keep_their_colours_in_any_company():
    alone = color_of_each(["normal", "myopathic"])
    together = color_of_each(["myopathic", "neuropathic", "normal"])
    assert alone == [together[2], together[0]]
    many = color_of_each(["normal", "a", "b", "c", "d"])
    assert len(set(many)) == 5


def test_displays_draw_on_the_axes_that_they_get():
    ax = plt.subplots()[1]
    display = LossCurveDisplay([1, 2]).plot(ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
