import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.metrics import patient_accuracy_score, vote_by_group

PROBA = np.array([[0.9, 0.1], [0.4, 0.6], [0.4, 0.6], [0.2, 0.8]])
PATIENTS = ["p1", "p1", "p1", "p2"]


def test_soft_vote_is_the_mean_of_the_recordings():
    vote = vote_by_group(PROBA, PATIENTS)
    assert_array_equal(vote.groups, ["p1", "p2"])
    assert_allclose(vote.proba, [[1.7 / 3, 1.3 / 3], [0.2, 0.8]])
    assert vote.target is None


def test_hard_vote_is_the_share_of_the_recordings():
    vote = vote_by_group(PROBA, PATIENTS, voting="hard")
    assert_allclose(vote.proba, [[1 / 3, 2 / 3], [0, 1]])


def test_a_muscle_with_many_recordings_does_not_outvote_the_other():
    muscle = ["biceps", "deltoid", "deltoid", "deltoid"]
    vote = vote_by_group(PROBA, PATIENTS, levels=muscle)
    assert_allclose(vote.proba, [[0.65, 0.35], [0.2, 0.8]])  # (.9 + .4) / 2


def test_levels_nest_from_the_finest_to_the_patient():
    proba = np.array([1, 2, 4, 8, 16]) / 16
    proba = np.column_stack([proba, 1 - proba])
    muscle = ["a", "a", "b", "a", "a"]
    side = ["left", "left", "left", "right", "right"]
    vote = vote_by_group(proba, ["p"] * 4 + ["q"], levels=[muscle, side])
    left = ((1 + 2) / 2 + 4) / 2
    assert_allclose(16 * vote.proba[:, 0], [(left + 8) / 2, 16])


def test_levels_may_come_from_a_table_or_be_none():
    muscles = pd.Series(["biceps", "biceps", "deltoid", "biceps"], index=[7, 5, 3, 1])
    expected = vote_by_group(PROBA, PATIENTS, levels=muscles.tolist()).proba
    assert_array_equal(vote_by_group(PROBA, PATIENTS, levels=muscles).proba, expected)
    plain = vote_by_group(PROBA, PATIENTS).proba
    assert_array_equal(vote_by_group(PROBA, PATIENTS, levels=[]).proba, plain)


def test_a_muscle_name_shared_by_two_patients_is_two_muscles():
    proba = [[0.25, 0.75], [1.0, 0.0]]
    vote = vote_by_group(proba, ["p", "q"], levels=["biceps", "biceps"])
    assert_allclose(vote.proba, proba)


def test_the_class_of_each_patient_comes_back_in_the_same_order():
    y = ["myopathic", "myopathic", "myopathic", "normal"]
    assert_array_equal(
        vote_by_group(PROBA, PATIENTS, y=y).target, ["myopathic", "normal"]
    )


def test_two_classes_of_one_patient_are_refused_by_name():
    with pytest.raises(SignalError, match=r"patient p1 has two classes, a .* b "):
        vote_by_group(PROBA, PATIENTS, y=["a", "b", "a", "a"])


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"groups": None}, "needs groups"),
        ({"groups": ["p1"]}, "1 entries for 4 recordings"),
        ({"groups": PATIENTS, "voting": "loud"}, "voting"),
        ({"groups": PATIENTS, "y": ["a"]}, "1 labels for 4"),
        ({"groups": ["p1", None, "p1", "p2"]}, "patient of recording 1 is None"),
        ({"groups": PATIENTS, "levels": ["biceps"]}, "levels has 1 entries for 4"),
        ({"groups": PATIENTS, "levels": [list("aab")]}, "levels has 3 entries for 4"),
    ],
)
def test_bad_input_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        vote_by_group(PROBA, **arguments)


@pytest.mark.parametrize(
    "proba, message",
    [
        (np.log(PROBA), "row 0 of proba is .* predict_proba"),
        (PROBA * [[1], [1], [100], [1]], "row 2 of proba is .* have the sum 1"),
        (["normal", "normal", "als", "normal"], "proba holds text, .* predict_proba"),
    ],
)
def test_what_is_no_probability_does_not_vote(proba, message):
    with pytest.raises(ValueError, match=message):
        vote_by_group(proba, PATIENTS)


def test_patient_accuracy_counts_patients_and_not_recordings():
    y_true = ["n"] * 5 + ["m"]
    y_pred = ["n", "n", "n", "m", "m", "n"]
    assert patient_accuracy_score(y_true, y_pred, groups=["p"] * 5 + ["q"]) == 0.5


def test_a_tie_of_patient_accuracy_goes_to_the_first_class():
    assert patient_accuracy_score(["b", "b"], ["b", "a"], groups=["p", "p"]) == 0.0
    assert patient_accuracy_score(["a", "a"], ["b", "a"], groups=["p", "p"]) == 1.0
