import numpy as np
import pytest

from skemg.datasets import fetch_emgdb
from skemg.model_selection import LeaveOnePatientOut
from skemg.signals import Recordings


def test_each_patient_is_tested_once_in_sorted_order():
    patients = np.array(["p3", "p1", "p2", "p1", "p4", "p3"])
    y = [0, 1, 0, 1, 1, 0]
    tested = [test.tolist() for _, test in LeaveOnePatientOut().split(y, y, patients)]
    assert tested == [[1, 3], [2], [0, 5], [4]]


def test_a_class_of_one_patient_could_never_be_trained_and_tested():
    patients, y = list("abcde"), ["als", "normal", "normal", "als", "myopathic"]
    message = (
        r"split 4 trains on nobody of class myopathic; patients a class: "
        r"\{'als': 2, 'myopathic': 1, 'normal': 2\}. Every class needs two patients"
    )
    with pytest.raises(ValueError, match=message):
        next(LeaveOnePatientOut().split(y, y, patients))


def test_real_data_with_one_patient_a_class_are_refused(skemg_data):
    emg = fetch_emgdb()
    with pytest.raises(ValueError, match=r"\{'myopathic': 1, 'neuropathic': 1,"):
        next(LeaveOnePatientOut().split(emg.data, emg.target))


def test_the_number_of_splits_needs_the_patients():
    X = Recordings.from_array(np.zeros((3, 2)), sfreq=1, groups=list("aab"))
    assert LeaveOnePatientOut().get_n_splits(X) == 2
    assert LeaveOnePatientOut().get_n_splits(groups=[1, 2, 3]) == 3
    with pytest.raises(ValueError, match="does not know the patients"):
        LeaveOnePatientOut().get_n_splits()
