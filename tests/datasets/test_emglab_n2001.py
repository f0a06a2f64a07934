import shutil

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from wfdb_records import write_record

from skemg.datasets import fetch_emglab_n2001
from skemg.exceptions import SignalError

NAMES = ["N2001A01BB02", "N2001C01BB02", "N2001C01BB10", "N2001M03AP05"]


@pytest.fixture
def n2001(tmp_path):
    """Return a folder of four records, each in a folder of its person."""
    for i, name in enumerate(NAMES):
        write_record(
            tmp_path / name[5:8] / name,
            {("EMG", "uV"): [10 * i, 20, -30, 40]},
            sfreq=23437.5,
            offset=20,
            comments="# Age: 44\n# Sex: F\n# Name: Zzyzx-Canary\n",
        )
    (tmp_path / "other.hea").write_text("no header")
    return tmp_path


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_classes_people_and_muscles_are_those_of_the_names(n2001):
    emg = fetch_emglab_n2001(n2001)
    assert_array_equal(emg.frame["recording"], NAMES)
    assert_array_equal(emg.target, ["neuropathic", "normal", "normal", "myopathic"])
    assert_array_equal(emg.frame["class"], ["ALS", "control", "control", "myopathy"])
    assert_array_equal(emg.groups, ["A01", "C01", "C01", "M03"])
    assert_array_equal(emg.frame["muscle"], ["BB", "BB", "BB", "AP"])
    assert emg.frame["file"][0] == "A01/N2001A01BB02.hea"
    assert_array_equal(emg.data.sfreq, [23437.5] * 4)
    assert_array_equal(emg.data[3], [3, 2, -3, 4])
    assert emg.data.metadata[0]["age"] == 44
    assert "Canary" not in repr(emg.data.metadata) + repr(emg.frame)


def test_forms_of_the_answer(n2001):
    X, y = fetch_emglab_n2001(n2001, np.float64, return_X_y=True)
    emg = fetch_emglab_n2001(n2001, np.float64, as_frame=True)
    assert emg.data == X
    assert_array_equal(emg.frame["patient"], X.groups)
    assert len(y) == 4


def test_person_without_leading_zero_is_the_same_person(n2001):
    write_record(n2001 / "N2001C1BB3", {("EMG", "uV"): [7, 7]}, sfreq=23437.5)
    emg = fetch_emglab_n2001(n2001)
    assert_array_equal(emg.groups, ["A01", "C01", "C01", "C01", "M03"])
    assert_array_equal(emg.frame["recording"][2], "N2001C1BB3")


def test_one_record_under_two_names_is_refused(n2001):
    write_record(n2001 / "N2001C1BB2", {("EMG", "uV"): [7, 7]}, sfreq=23437.5)
    with pytest.raises(SignalError, match="N2001C01BB02 and N2001C1BB2 are one record"):
        fetch_emglab_n2001(n2001)


def test_record_that_is_there_twice_is_refused(n2001):
    shutil.copytree(n2001 / "C01", n2001 / "copy")
    with pytest.raises(SignalError, match=r"C01BB02\.hea have one name; remove one"):
        fetch_emglab_n2001(n2001)


def test_copy_of_the_samples_under_another_person_is_refused(n2001):
    same = {("EMG", "uV"): [0, 20, -30, 40]}
    write_record(n2001 / "N2001M09BB01", same, sfreq=23437.5)
    with pytest.raises(SignalError, match="hold the same samples"):
        fetch_emglab_n2001(n2001)


@pytest.mark.parametrize("old, new", [("23437.5", "24000"), (" 1 23437.5", " 1")])
def test_other_rate_is_refused(n2001, old, new):
    replace(n2001 / "A01" / "N2001A01BB02.hea", old, new)
    with pytest.raises(SignalError, match=r"N2001A01BB02\.hea"):
        fetch_emglab_n2001(n2001)


def test_unit_that_no_header_states_is_asked_for(n2001):
    for path in n2001.rglob("N2001*.hea"):
        replace(path, "10/uV", "10")
    with pytest.raises(SignalError, match='pass unit="uV"'):
        fetch_emglab_n2001(n2001)
    assert_array_equal(
        fetch_emglab_n2001(n2001, unit="mV").data[0], [0, 2e3, -3e3, 4e3]
    )


def test_damaged_record_is_refused_by_name(n2001):
    path = n2001 / "A01" / "N2001A01BB02.bin"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SignalError, match=r"N2001A01BB02\.bin has 7 bytes"):
        fetch_emglab_n2001(n2001)


@pytest.mark.parametrize("folder", ["", "missing"])
def test_absent_set_is_told_with_its_source(tmp_path, folder):
    with pytest.raises(FileNotFoundError, match=r"N2001 of EMGLAB .*'emglab-n2001'"):
        fetch_emglab_n2001(tmp_path / folder)
