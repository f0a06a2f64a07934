import numpy as np
import pytest
from numpy.testing import assert_allclose

from skemg.metrics import patient_interval
from skemg.metrics._calibration_score import CalibrationScore


def calibration_error(proba, right, patient=None):
    """Return the score of answers for the first of two classes."""
    proba = np.array(proba)
    truth = np.where(right, 0, 1)
    patient = np.arange(len(proba)) if patient is None else np.array(patient)
    score = CalibrationScore().fit(truth, np.column_stack([proba, 1 - proba]), patient)
    return score(np.ones((1, patient.max() + 1)))[0]


def test_error_is_the_mean_distance_of_the_bins_weighted_by_their_answers():
    # (0.8, 0.9]: mean 0.85, half right; (0.6, 0.7]: mean 0.65, two of three right
    error = calibration_error([0.82, 0.88, 0.61, 0.65, 0.69], [1, 0, 1, 1, 0])
    assert_allclose(error, 2 / 5 * 0.35 + 3 / 5 * (2 / 3 - 0.65))


@pytest.mark.parametrize("proba, right, error", [(1.0, 1, 0.0), (1.0, 0, 1.0)])
def test_sure_answers_cost_all_or_nothing(proba, right, error):
    assert calibration_error([proba] * 3, [right] * 3) == error


def test_upper_end_belongs_to_the_bin():
    # 0.7 and 0.61 share a bin, where a wrong and a right answer cancel in part
    assert_allclose(calibration_error([0.7, 0.61], [1, 0]), abs(1.31 - 1) / 2)


def test_a_patient_of_weight_two_counts_twice():
    score = CalibrationScore().fit(
        np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]), np.array([0, 1])
    )
    assert_allclose(score(np.array([[2.0, 1.0]])), (2 * 0.1 + 0.6) / 3)


def test_an_interval_that_would_not_hold_is_refused():
    with pytest.raises(ValueError, match="ReliabilityDisplay"):
        patient_interval(
            "calibration_error",
            ["a", "b"],
            np.eye(2),
            groups=[0, 1],
            classes=["a", "b"],
        )
