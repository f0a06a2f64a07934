"""The curve of errors against answers, by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.decision import risk_coverage_curve
from skemg.exceptions import SignalError

SURETY = np.array([0.9, 0.8, 0.7, 0.6])


def proba(surety):
    return np.column_stack([surety, 1 - np.asarray(surety)])


@pytest.mark.parametrize(
    "y, risk, area",
    [
        ([0, 0, 0, 0], [0, 0, 0, 0], 0.0),
        ([0, 0, 1, 0], [0, 0, 1 / 3, 1 / 4], (1 / 3 + 1 / 4) / 4),
        ([1, 0, 0, 0], [1, 1 / 2, 1 / 3, 1 / 4], (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4),
        ([1, 1, 1, 1], [1, 1, 1, 1], 1.0),
    ],
)
def test_risk_and_area_by_hand(y, risk, area):
    curve = risk_coverage_curve(y, proba(SURETY), classes=[0, 1])
    assert_allclose(curve.risk, risk)
    assert_allclose(curve.coverage, [0.25, 0.5, 0.75, 1.0])
    assert_allclose(curve.threshold, SURETY)
    assert_allclose(curve.aurc, area)


def test_rows_in_another_order_give_the_same_curve():
    turned = risk_coverage_curve([0, 1, 0, 0], proba(SURETY[::-1]))
    curve = risk_coverage_curve([0, 0, 1, 0], proba(SURETY))
    assert_array_equal(turned.risk, curve.risk)


def test_patients_who_are_equally_sure_are_answered_together():
    curve = risk_coverage_curve([0, 1, 0, 0], proba([0.9, 0.7, 0.7, 0.6]))
    assert_allclose(curve.coverage, [0.25, 0.75, 1.0])
    assert_allclose(curve.risk, [0, 1 / 3, 1 / 4])
    assert_allclose(curve.aurc, (0 + 2 / 3 + 1 / 4) / 4)


def test_patients_are_counted_and_not_their_recordings():
    """Means 0.9 and 0.6; the second patient is wrong."""
    rows = proba([0.8, 1.0, 0.5, 0.6, 0.7])
    curve = risk_coverage_curve([0, 0, 1, 1, 1], rows, groups=["a", "a", "b", "b", "b"])
    assert_allclose(curve.threshold, [0.9, 0.6])
    assert_allclose(curve.risk, [0, 0.5])
    assert_allclose(curve.aurc, 0.25)


def test_a_classifier_whose_surety_says_nothing_has_its_error_rate_as_area():
    rng = np.random.default_rng(0)
    wrong = (rng.random(20000) < 0.3).astype(int)
    curve = risk_coverage_curve(wrong, proba(0.5 + rng.random(20000) / 2))
    assert_allclose(curve.aurc, 0.3, atol=0.02)


def test_columns_are_the_sorted_classes_or_those_given():
    y = ["normal", "als", "als", "als"]
    right = risk_coverage_curve(y, proba(SURETY), classes=["als", "normal"])
    assert_allclose(right.risk, [1, 1 / 2, 1 / 3, 1 / 4])
    turned = risk_coverage_curve(y, proba(SURETY), classes=["normal", "als"])
    assert_allclose(turned.risk, [0, 1 / 2, 2 / 3, 3 / 4])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"2 columns, classes are \['als'\]"):
        risk_coverage_curve(["als"] * 4, proba(SURETY))
    with pytest.raises(ValueError, match=r"y_true has \['als', 'x'\]; pass classes="):
        risk_coverage_curve(["als", "x"] * 2, proba(SURETY), classes=["als", "y"])
    with pytest.raises(SignalError, match="3 labels and proba 4 rows"):
        risk_coverage_curve([0, 1, 0], proba(SURETY))
    with pytest.raises(SignalError, match="patient a has two classes"):
        risk_coverage_curve([0, 1, 0, 0], proba(SURETY), groups=list("aabc"))
