import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.model_selection import PatientKFold, RepeatedPatientKFold

PATIENTS = np.repeat([f"p{i:02}" for i in range(12)], 3)
Y = np.repeat(np.arange(12) % 2, 3)


def patients_tested(cv):
    return [PATIENTS[test].tolist() for _, test in cv.split(Y, Y, PATIENTS)]


def test_each_repetition_is_a_shuffled_kfold_of_its_own():
    rng = np.random.RandomState(7)
    once = PatientKFold(3, shuffle=True, random_state=rng)
    expected = patients_tested(once) + patients_tested(once)
    assert (
        patients_tested(RepeatedPatientKFold(3, n_repeats=2, random_state=7))
        == expected
    )
    assert expected[:3] != expected[3:]


def test_a_seed_gives_the_same_folds_again():
    cv = RepeatedPatientKFold(3, n_repeats=2, random_state=7)
    assert patients_tested(cv) == patients_tested(cv)
    assert patients_tested(cv) != patients_tested(RepeatedPatientKFold(3, n_repeats=2))


def test_classes_are_spread_evenly_in_each_fold():
    cv = RepeatedPatientKFold(3, n_repeats=5, random_state=0)
    for _, test in cv.split(Y, Y, PATIENTS):
        assert_array_equal(np.bincount(Y[test]), [6, 6])
    assert cv.get_n_splits() == 15


@pytest.mark.parametrize(
    "parameters", [{"n_splits": 1}, {"n_repeats": 0}, {"stratify": "class"}]
)
def test_parameters_out_of_range_are_refused(parameters):
    with pytest.raises(ValueError, match=next(iter(parameters))):
        next(RepeatedPatientKFold(**parameters).split(Y, Y, PATIENTS))


def test_a_patient_with_two_classes_is_refused_where_patients_are_stratified():
    y = np.arange(36) % 2
    with pytest.raises(SignalError, match=r"p00 has two.*\{'0': 12, '1': 12\}.*\"rec"):
        next(RepeatedPatientKFold(2, stratify="patient").split(y, y, PATIENTS))
