import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.signals import Recordings
from skemg.utils._groups import resolve_groups


def emg(groups):
    return Recordings.from_list([[1.0], [2.0]], sfreq=1, groups=groups)


def test_the_patients_come_from_the_argument_or_from_the_data():
    assert resolve_groups(None, np.ones((2, 3)), 2) is None
    assert resolve_groups(None, emg(None), 2) is None
    assert_array_equal(resolve_groups(["a", "b"], np.ones((2, 3)), 2), ["a", "b"])
    assert_array_equal(resolve_groups(["a", "b"], emg(None), 2), ["a", "b"])
    assert_array_equal(resolve_groups(None, emg(["a", "b"]), 2), ["a", "b"])


@pytest.mark.parametrize(
    "said, known",
    [(["a", "b"], ["a", "b"]), ([1, 2], [1.0, 2.0]), (np.uint8([1, 2]), [1, 2])],
)
def test_the_same_patients_given_twice_are_no_contradiction(said, known):
    assert_array_equal(resolve_groups(said, emg(known), 2), known)


@pytest.mark.parametrize(
    "said, known, message",
    [
        (["a", "c"], ["a", "b"], "recording 1 is of patient 'c', the data say 'b'"),
        ([1, 2], ["1", "2"], "recording 0 is of patient 1, the data say '1'"),
        ([1, 3], [1, 2], "recording 1 is of patient 3, the data say 2; leave groups"),
        ([1, 2, 3], [1, 2], "groups has 3 entries for 2 recordings"),
        ([1, np.nan], [1, 2], "the patient of recording 1 is nan"),
        ([1, "b"], None, "groups mixes strings and numbers"),
    ],
)
def test_patients_that_contradict_are_refused(said, known, message):
    with pytest.raises(SignalError, match=message):
        resolve_groups(said, emg(known), 2)
