import numpy as np
import pytest

from skemg.exceptions import SignalError
from skemg.model_selection import PatientShuffleSplit

PATIENTS = np.array([f"p{i:02}" for i in range(30)])
Y = np.repeat(["als", "myopathic", "normal"], [6, 8, 16])


def classes_tested(cv, y=Y, patients=PATIENTS):
    """Return the numbers of patients of each class in training and test."""
    classes = np.unique(y)
    return [
        tuple([int((y[side] == c).sum()) for c in classes] for side in split)
        for split in cv.split(y, y, patients)
    ]


@pytest.mark.parametrize(
    "sizes, expected",
    [
        ({"test_size": 15}, ([3, 4, 8], [3, 4, 8])),
        ({"test_size": 0.5, "train_size": 15}, ([3, 4, 8], [3, 4, 8])),
        ({"train_size": 0.5}, ([3, 4, 8], [3, 4, 8])),
        ({"train_size": 3}, ([1, 1, 1], [5, 7, 15])),
        ({"test_size": 27}, ([1, 1, 1], [5, 7, 15])),
        ({"test_size": 3, "train_size": 3}, ([1, 1, 1], [1, 1, 1])),
    ],
)
def test_each_class_has_its_share_of_patients_on_each_side(sizes, expected):
    for split in classes_tested(PatientShuffleSplit(20, random_state=0, **sizes)):
        assert split == expected


def test_a_fifth_of_the_patients_is_tested_by_default():
    # 20 % of 6, 8 and 16 are 1.2, 1.6 and 3.2; six patients make one, two and three
    for split in classes_tested(PatientShuffleSplit(random_state=0)):
        assert split == ([5, 6, 13], [1, 2, 3])


def test_every_class_stays_on_both_sides_however_rare():
    y = np.repeat(["als", "normal"], [2, 28])
    for split in classes_tested(PatientShuffleSplit(20, random_state=0), y):
        assert split == ([1, 23], [1, 5])


def test_no_class_is_favoured_where_shares_are_equal():
    y = np.repeat(["als", "myopathic", "normal"], 10)
    cv = PatientShuffleSplit(300, test_size=4, random_state=0)
    extra = np.mean([test for _, test in classes_tested(cv, y)], axis=0) - 1
    assert np.all(abs(extra - 1 / 3) < 0.1)  # three standard errors are 0.08


def test_every_patient_of_a_class_is_drawn_equally_often():
    cv = PatientShuffleSplit(600, test_size=15, random_state=0)
    tested = np.concatenate([test for _, test in cv.split(Y, Y, PATIENTS)])
    assert np.all(abs(np.bincount(tested) / 600 - 0.5) < 0.1)  # five standard errors


def test_patients_count_and_not_their_recordings():
    patients, y = (
        np.repeat(PATIENTS[:8], [20, 1] * 4),
        np.repeat([0, 1] * 4, [20, 1] * 4),
    )
    for _, test in PatientShuffleSplit(5, test_size=4, random_state=0).split(
        y, y, patients
    ):
        assert len(test) == 2 * 20 + 2 * 1


def test_unstratified_draws_accept_patients_with_two_classes():
    patients, y = np.repeat(PATIENTS[:8], 2), np.tile(["als", "normal"], 8)
    with pytest.raises(
        SignalError, match=r"p00 has two.*\{'als': 8, 'normal': 8\}.*=F"
    ):
        next(PatientShuffleSplit().split(y, y, patients))
    cv = PatientShuffleSplit(5, test_size=2, stratify=False, random_state=0)
    assert [len(test) for _, test in cv.split(y, y, patients)] == [4] * 5


def test_unstratified_draws_never_train_without_a_class():
    y = np.repeat(["als", "normal"], [1, 29])
    cv = PatientShuffleSplit(100, stratify=False, random_state=0)
    with pytest.raises(ValueError, match=r"nobody of class als; .*\{'als': 1"):
        next(cv.split(y, y, PATIENTS))


def test_another_seed_draws_others():
    def drawn(seed):
        cv = PatientShuffleSplit(1, random_state=seed)
        return next(cv.split(Y, Y, PATIENTS))[1].tolist()

    assert drawn(0) == drawn(0) != drawn(1)


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"n_splits": 0}, "n_splits must be an integer of at least 1, got 0"),
        ({"test_size": 1.5}, "test_size must be a share.*1.5"),
        ({"train_size": -3}, "train_size must be a share.*-3"),
        ({"test_size": 30}, "test_size=30 .* 30 and 0 of 30 patients"),
        ({"test_size": 0.6, "train_size": 0.6}, "are 18 and 18 of 30 patients"),
        ({"test_size": 2}, r"2 patients for 3 classes; .*\{'als': 6"),
        ({"train_size": 0.01}, "0 of 30 patients"),
    ],
)
def test_sizes_out_of_range_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        next(PatientShuffleSplit(**parameters).split(Y, Y, PATIENTS))
