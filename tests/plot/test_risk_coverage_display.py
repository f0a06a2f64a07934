"""The curve of errors against answers, as it is drawn."""

import matplotlib.pyplot as plt
import numpy as np
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression

from skemg.plot import RiskCoverageDisplay
from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier

PROBA = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.4, 0.6]])


def test_the_line_holds_the_numbers_and_steps_at_each_patient():
    display = RiskCoverageDisplay.from_predictions([0, 0, 1, 1], PROBA, color="C3")
    assert_allclose(display.line_.get_xdata(), [0.25, 0.5, 0.75, 1.0])
    assert_allclose(display.line_.get_ydata(), [0, 0, 1 / 3, 1 / 4])
    assert display.line_.get_drawstyle() == "steps-post"
    assert display.line_.get_color() == "C3"
    assert display.line_.get_label() == "AURC 0.146"


def test_several_curves_share_axes_with_a_legend_each():
    ax = plt.subplots()[1]
    for name in ("one", "two"):
        display = RiskCoverageDisplay.from_predictions(
            [0, 0, 1, 1], PROBA, name=name, ax=ax
        )
        assert display.ax_ is ax
        assert display.figure_ is ax.figure
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["one (AURC 0.146)", "two (AURC 0.146)"]


def test_a_fitted_classifier_answers_for_the_patients_of_the_data():
    X = Windows(
        np.array([[0.0], [0.2], [1.0], [0.9]]),
        [0, 1, 2, 3, 4],
        sfreq=1,
        groups=["a", "a", "b", "b"],
    )
    vote = WindowVotingClassifier(LogisticRegression(C=100)).fit(X, [0, 0, 1, 1])
    display = RiskCoverageDisplay.from_estimator(vote, X, [0, 0, 1, 1])
    assert_allclose(display.line_.get_xdata(), [0.5, 1.0])  # two patients
    assert display.name == "WindowVotingClassifier"
    told = RiskCoverageDisplay.from_estimator(
        vote, X.with_groups(None), [0, 0, 1, 1], groups=list("abcd")
    )
    assert len(told.coverage) == 4


def test_a_display_without_name_and_area_has_no_legend():
    display = RiskCoverageDisplay([0.5, 1.0], [0.0, 0.5]).plot()
    assert display.ax_.get_legend() is None
