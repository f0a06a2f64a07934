import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose
from sklearn.neighbors import KNeighborsClassifier

from skemg.model_selection import leakage_gap
from skemg.plot import LeakageGapDisplay

X = np.array([0.0, 0.1, 4.0, 4.1, 2.0, 2.1, 6.0, 6.1])[:, np.newaxis]
Y = np.repeat(["a", "b"], 4)
OPTIONS = {"groups": list("ppqqrrss"), "n_splits": 2, "n_shuffles": 2}


def test_points_stand_at_the_scores_and_bars_at_the_ends():
    gap = leakage_gap(KNeighborsClassifier(1), X, Y, **OPTIONS)
    display = LeakageGapDisplay.from_result(gap, metric="accuracy")
    assert list(display.points_) == [
        ("true", "by recording"),
        ("true", "by patient"),
        ("shuffled", "by recording"),
        ("shuffled", "by patient"),
    ]
    for (classes, split), points in display.points_.items():
        records = [
            r
            for r in gap.scores
            if (r["classes"], r["split"], r["metric"]) == (classes, split, "accuracy")
        ]
        assert_allclose(points[0].get_ydata(), [r["score"] for r in records])
        ends = np.array([bar[:, 1] for bar in points[2][0].get_segments()])
        assert_allclose(ends, [[r["low"], r["high"]] for r in records])


def test_axes_and_legend_say_what_is_drawn():
    display = LeakageGapDisplay.from_estimator(
        KNeighborsClassifier(1), X, Y, metric="balanced_accuracy", **OPTIONS
    )
    ax = display.ax_
    assert ax.get_ylabel() == "Balanced accuracy"
    assert [t.get_text() for t in ax.get_xticklabels()] == ["recordings", "patients"]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == [
        "by recording",
        "by patient",
        "by recording, classes shuffled",
        "by patient, classes shuffled",
        "chance",
    ]
    assert display.chance == 0.5


def test_it_draws_on_axes_that_are_given_and_gives_itself_back():
    ax = Figure().subplots()
    gap = leakage_gap(KNeighborsClassifier(1), X, Y, **OPTIONS)
    display = LeakageGapDisplay.from_result(gap, metric="f1_macro", ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert display.chance is None
    assert display.plot() is display


def test_unknown_metric_is_refused_with_the_known_ones():
    gap = leakage_gap(KNeighborsClassifier(1), X, Y, **OPTIONS)
    with pytest.raises(ValueError, match=r"metric must be one of .*brier"):
        LeakageGapDisplay.from_result(gap, metric="kappa")
