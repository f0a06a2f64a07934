import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.model_selection import PatientKFold
from skemg.signals import Recordings, Windows


def recordings(groups):
    return Recordings.from_array(np.zeros((len(groups), 2)), sfreq=1000, groups=groups)


@given(
    st.lists(st.integers(0, 11), min_size=4, max_size=60),
    st.integers(2, 4),
    st.sampled_from(["auto", "patient", "recording"]),
    st.booleans(),
)
def test_no_patient_is_ever_on_both_sides_and_every_recording_is_tested_once(
    groups, n_splits, stratify, shuffle
):
    groups = np.array(groups)
    y = groups % 2
    n_patients = [len(np.unique(groups[y == c])) for c in (0, 1)]
    assume(min(n_patients) >= n_splits)
    seed = 0 if shuffle else None
    cv = PatientKFold(n_splits, stratify=stratify, shuffle=shuffle, random_state=seed)
    tested = []
    for train, test in cv.split(recordings(groups), y):
        assert not set(groups[train]) & set(groups[test])
        assert len(train) + len(test) == len(groups)
        tested.extend(test)
    assert sorted(tested) == list(range(len(groups)))


def test_patients_of_each_class_are_spread_evenly_whatever_their_recordings():
    groups = np.repeat(np.arange(20), [9, 1] * 10)
    y = np.where(groups < 10, "a", "b")
    for _, test in PatientKFold(5).split(recordings(groups), y):
        patients = np.unique(groups[test])
        assert (patients < 10).sum() == 2
        assert (patients >= 10).sum() == 2


def test_patients_are_read_from_windows_too():
    X = Windows(
        np.zeros((8, 3)), np.arange(9), sfreq=1, groups=np.repeat([1, 2, 3, 4], 2)
    )
    folds = list(PatientKFold(2).split(X, [0, 0, 1, 1, 0, 0, 1, 1]))
    assert_array_equal(
        np.sort(np.concatenate([test for _, test in folds])), np.arange(8)
    )


def test_plain_arrays_take_the_argument():
    groups = np.repeat(np.arange(6), 2)
    y = groups % 2
    plain = PatientKFold(3).split(np.zeros((12, 4)), y, groups)
    container = PatientKFold(3).split(recordings(groups), y)
    for (_, one), (_, other) in zip(plain, container, strict=True):
        assert_array_equal(one, other)


def test_without_classes_the_patients_are_still_whole():
    groups = np.repeat(np.arange(6), 2)
    for train, test in PatientKFold(3).split(recordings(groups)):
        assert not set(groups[train]) & set(groups[test])


def test_a_patient_with_two_classes_is_refused_only_where_patients_are_stratified():
    groups, y = np.repeat(np.arange(6), 2), np.tile([0, 1], 6)
    message = r"patient 0 has two classes.*\{'0': 6, '1': 6\}.*stratify=\"recording\""
    with pytest.raises(SignalError, match=message):
        list(PatientKFold(2, stratify="patient").split(recordings(groups), y))
    for stratify in ("auto", "recording"):
        assert (
            len(list(PatientKFold(2, stratify=stratify).split(recordings(groups), y)))
            == 2
        )


def test_too_few_patients_of_a_class_raise_with_the_table_of_counts():
    groups = np.repeat(np.arange(6), 2)
    y = np.where(groups == 0, "myopathic", "normal")
    with pytest.raises(ValueError, match=r"\{'myopathic': 1, 'normal': 5\}"):
        list(PatientKFold(2).split(recordings(groups), y))


def test_unknown_patients_never_become_recordings():
    emg = Recordings.from_array(np.zeros((4, 2)), sfreq=1000)
    with pytest.raises(ValueError, match="does not know the patients"):
        next(PatientKFold(2).split(emg, [0, 1, 0, 1]))


def test_groups_that_contradict_the_data_are_refused():
    with pytest.raises(SignalError, match="recording 1 is of patient 9"):
        next(
            PatientKFold(2).split(recordings([1, 2, 3, 4]), [0, 1, 0, 1], [1, 9, 3, 4])
        )


def test_shuffling_is_reproducible_and_moves_patients():
    groups = np.repeat(np.arange(12), 2)
    X, y = recordings(groups), groups % 2

    def folds(**kwargs):
        return [test.tolist() for _, test in PatientKFold(3, **kwargs).split(X, y)]

    assert folds(shuffle=True, random_state=1) == folds(shuffle=True, random_state=1)
    assert folds(shuffle=True, random_state=1) != folds()


def test_labels_that_are_not_one_a_recording_are_refused():
    with pytest.raises(SignalError, match="y has 2 labels for 3 recordings"):
        next(PatientKFold(2).split(recordings([1, 2, 3]), [0, 1]))


@pytest.mark.parametrize(
    "parameters", [{"n_splits": 1}, {"stratify": "class"}, {"random_state": 0}]
)
def test_parameters_out_of_range_are_refused(parameters):
    with pytest.raises(ValueError, match=next(iter(parameters))):
        next(PatientKFold(**parameters).split(recordings([1, 2, 3]), [0, 1, 0]))
