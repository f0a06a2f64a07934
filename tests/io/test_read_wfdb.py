import os
import time
import tracemalloc
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from wfdb_files import checksum, pack, write_wfdb

from skemg.exceptions import SignalError
from skemg.io import _wfdb_samples, read_wfdb
from skemg.io._wfdb import is_wfdb

ONE = [3, -5, 60, -90, 90, 0, 7]
TWO = [-1, 2, -3, 4, -5, 6, -7]


def edit(path, old, new):
    """Replace text in a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


@pytest.mark.parametrize("form", [16, 24, 32, 61, 80, 212])
@pytest.mark.parametrize("channels", [[ONE], [ONE, TWO]])
@pytest.mark.parametrize("offset", [0, 20])
def test_every_format_gives_the_samples_that_were_packed(
    tmp_path, form, channels, offset
):
    path = write_wfdb(tmp_path, channels, form=form, offset=offset)
    emg = read_wfdb(path, dtype=np.float64)
    assert_allclose(np.atleast_2d(emg[0]), channels, rtol=1e-12)
    assert (emg.unit, emg.sfreq.tolist()) == ("uV", [2000.0])
    assert emg.channel_names == ["EMG 1", "EMG 2"][: len(channels)]
    assert emg.metadata[0]["verified"] is True


@pytest.mark.parametrize(
    "form, extreme", [(16, 2**15), (61, 2**15), (24, 2**23), (32, 2**31), (212, 2**11)]
)
def test_extremes_of_a_format_are_read_and_the_smallest_is_invalid(
    tmp_path, form, extreme
):
    steps = [0, extreme - 1, 0, 1 - extreme, 0, -extreme]
    path = write_wfdb(tmp_path, [steps], form=form, gain="1/uV")
    with pytest.warns(UserWarning, match="has 1 invalid samples, now NaN"):
        emg = read_wfdb(path, dtype=np.float64)
    assert_array_equal(emg[0], [0, extreme - 1, 0, 1 - extreme, 0, np.nan])
    assert emg.metadata[0]["n_invalid"] == 1


def test_bytes_of_format_212_are_those_of_the_specification(tmp_path):
    # 0x7ff and -0x800 + 1 = 0x801: low byte, the two high halves, low byte
    path = write_wfdb(tmp_path, [[2047, -2047]], form=212, gain="1/uV")
    assert path.with_suffix(".dat").read_bytes() == b"\xff\x87\x01"
    with pytest.warns(UserWarning, match="has 1 steps of about the full range of 12"):
        assert_array_equal(read_wfdb(path)[0], [2047, -2047])


@pytest.mark.parametrize("n_times", [6, 7])
def test_spare_byte_behind_an_odd_number_of_12_bit_samples_is_allowed(
    tmp_path, n_times
):
    path = write_wfdb(tmp_path, [ONE[:n_times]], form=212)
    with open(path.with_suffix(".dat"), "ab") as file:
        file.write(b"\0")
    if n_times == 7:
        assert_allclose(read_wfdb(path)[0], ONE)
    else:
        with pytest.raises(SignalError, match="has 10 bytes of samples, expected 9"):
            read_wfdb(path)


@pytest.mark.parametrize(
    "gain, expected",
    [
        ("200/mV", [15, -25]),
        ("200(1)/mV", [10, -30]),
        ("2/uV", [1.5, -2.5]),
        ("2/µV", [1.5, -2.5]),
        ("2/μV", [1.5, -2.5]),
        ("1e3/V", [3000, -5000]),
    ],
)
def test_gain_baseline_and_unit_of_the_header_give_microvolts(tmp_path, gain, expected):
    emg = read_wfdb(write_wfdb(tmp_path, [[3, -5]], gain=gain), dtype=np.float64)
    assert_allclose(emg[0], expected, rtol=1e-12)


def test_zero_of_the_converter_is_the_baseline_where_none_is_stated(tmp_path):
    path = write_wfdb(tmp_path, [[3, -5]], gain="1/uV")
    assert_array_equal(read_wfdb(edit(path, " 12 0 ", " 12 2 "))[0], [1, -7])
    assert_array_equal(read_wfdb(edit(path, "1/uV", "1(3)/uV"))[0], [0, -8])


@pytest.mark.parametrize("spelling", ["r1.hea", "r1", "r1.dat"])
def test_record_is_found_by_header_name_or_data(tmp_path, spelling):
    write_wfdb(tmp_path, [ONE])
    assert read_wfdb(tmp_path / spelling).n_times[0] == 7


def test_signals_in_several_files_are_read_together(tmp_path):
    path = write_wfdb(tmp_path, [ONE])
    (tmp_path / "r1_b.dat").write_bytes(pack(TWO, 61))
    edit(path, "r1 1 ", "r1 2 ")
    with open(path, "a") as file:
        file.write("r1_b.dat 61 1000/mV 12 0 -1 -4 0 foot\n")
    assert_allclose(read_wfdb(path)[0], [ONE, TWO])
    assert_allclose(read_wfdb(path, channels="foot")[0], TWO)
    assert_allclose(read_wfdb(path, channels=[1, 0])[0], [TWO, ONE])


def test_several_samples_a_frame_raise_the_rate(tmp_path):
    frames = [1, 2, 3, 40, 5, 6, 7, 80]
    (tmp_path / "r1.dat").write_bytes(pack(frames, 16))
    (tmp_path / "r1.hea").write_text(
        "r1 2 500 2\nr1.dat 16x3 1/uV 16 0 1 24 0 EMG\nr1.dat 16 1/uV 16 0 40 120 0 a\n"
    )
    emg = read_wfdb(tmp_path / "r1", channels="EMG")
    assert_array_equal(emg[0], [1, 2, 3, 5, 6, 7])
    assert emg.sfreq.tolist() == [1500.0]
    angle = read_wfdb(tmp_path / "r1", channels="a")
    assert (angle[0].tolist(), angle.sfreq.tolist()) == ([40, 80], [500.0])
    with pytest.raises(SignalError, match=r"different rates .*'EMG': 3, 'a': 1.*chann"):
        read_wfdb(tmp_path / "r1")


@pytest.mark.parametrize("sfreq", ["4000/1", "4000/1:0", "4000/1(0)", "4e3/0.5(-10)"])
def test_counter_of_the_recorder_is_not_the_rate(tmp_path, sfreq):
    emg = read_wfdb(write_wfdb(tmp_path, [ONE], sfreq=sfreq))
    assert emg.sfreq.tolist() == [4000.0]


def test_missing_rate_is_asked_for_and_not_250(tmp_path):
    path = edit(write_wfdb(tmp_path, [ONE]), "r1 1 2000 7", "r1 1")
    with pytest.raises(SignalError, match=r"does not state its sampling rate; pass sf"):
        read_wfdb(path)
    emg = read_wfdb(path, sfreq=2000)
    assert (emg.sfreq.tolist(), emg.metadata[0]["verified"]) == ([2000.0], False)


def test_length_is_not_taken_for_the_rate(tmp_path):
    path = edit(write_wfdb(tmp_path, [ONE]), "r1 1 2000 7", "r1 1 7")
    with pytest.raises(SignalError, match="does not state its sampling rate"):
        read_wfdb(path)
    assert read_wfdb(path, sfreq=2000).sfreq.tolist() == [2000.0]


def test_checksum_without_a_sign_is_the_same(tmp_path):
    path = write_wfdb(tmp_path, [[-3, 1]])
    assert read_wfdb(edit(path, " -2 0", " 65534 0")).metadata[0]["verified"] is True


def test_rate_of_zero_is_impossible(tmp_path):
    with pytest.raises(SignalError, match=r"impossible sampling rate 0\.0 Hz"):
        read_wfdb(write_wfdb(tmp_path, [ONE], sfreq="0"))


@pytest.mark.parametrize(
    "gain, found",
    [("0/mV", "impossible gain 0"), ("-200/mV", "gain -200"), ("1e-300/mV", "1e-300")],
)
def test_impossible_gain_is_asked_for_and_not_200(tmp_path, gain, found):
    path = write_wfdb(tmp_path, [ONE], gain=gain)
    with pytest.raises(SignalError, match=rf"{found}; pass gain="):
        read_wfdb(path)
    assert_allclose(read_wfdb(path, gain=1000)[0], ONE)


def test_missing_gain_and_unit_are_asked_for(tmp_path):
    path = write_wfdb(tmp_path, [ONE])
    edit(path, path.read_text().split("\n")[1], "r1.dat 16")
    with pytest.raises(SignalError, match="states no gain; pass gain="):
        read_wfdb(path)
    with pytest.raises(SignalError, match="does not state its unit; pass unit="):
        read_wfdb(path, gain=1000)
    assert_allclose(read_wfdb(path, gain=1000, unit="mV")[0], ONE)
    raw = read_wfdb(path, gain=1, unit="uncalibrated")
    assert (raw[0].tolist(), raw.unit) == (ONE, None)


@pytest.mark.parametrize("unit", ["NU", "adu", "deg", "mmHg"])
def test_unit_that_is_no_voltage_is_refused(tmp_path, unit):
    path = write_wfdb(tmp_path, [ONE], gain=f"1/{unit}")
    with pytest.raises(SignalError, match=rf"channel 'EMG 1', is in '{unit}'; pass un"):
        read_wfdb(path)
    assert read_wfdb(path, unit="uncalibrated").unit is None


@pytest.mark.parametrize(
    "given, text",
    [
        ({"sfreq": 4000}, "states 2000 Hz, but sfreq=4000"),
        ({"unit": "V"}, "is in mV, but unit='V'"),
        ({"gain": 1}, "states the gain 1000, but 1 was given"),
    ],
)
def test_statement_of_the_caller_that_differs_is_refused_or_warned_of(
    tmp_path, given, text
):
    path = write_wfdb(tmp_path, [ONE])
    with pytest.raises(SignalError, match=text):
        read_wfdb(path, **given)
    with pytest.warns(UserWarning, match=text):
        emg = read_wfdb(path, **given, on_mismatch="warn")
    factor = {"unit": 1000, "gain": 1000}.get(*given, 1)
    assert_allclose(emg[0], np.multiply(ONE, factor))


@pytest.mark.parametrize(
    "old, new, text",
    [
        (" 3 65 0", " 4 65 0", "has the first sample 3, its header states 4"),
        (" 3 65 0", " 3 66 0", "has the checksum 65, its header states 66"),
        ("2000 7", "2000 8", "has 14 bytes of samples, expected 16 for the 8 x 1"),
        ("2000 7", "2000 6", "has 14 bytes of samples, expected 12 for the 6 x 1"),
        ("r1 1", "r2 1", "record of another name"),
    ],
)
def test_header_that_contradicts_the_data_is_refused_or_warned_of(
    tmp_path, old, new, text
):
    path = edit(write_wfdb(tmp_path, [ONE]), old, new)
    with pytest.raises(SignalError, match=text):
        read_wfdb(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        emg = read_wfdb(path, on_mismatch="warn")
    assert text in str(caught[0].message)
    assert_allclose(emg[0], ONE[: 6 if new == "2000 6" else 7])
    assert emg.metadata[0]["verified"] is (new == "r2 1")


@pytest.mark.parametrize("cut", range(14))
def test_truncated_data_never_give_fewer_samples_silently(tmp_path, cut):
    path = write_wfdb(tmp_path, [ONE])
    data = path.with_suffix(".dat")
    data.write_bytes(data.read_bytes()[:cut])
    with pytest.raises(SignalError, match=r"r1\.dat"):
        read_wfdb(path)


def test_data_without_a_stated_length_must_be_whole_frames(tmp_path):
    path = edit(write_wfdb(tmp_path, [ONE, TWO]), "2000 7", "2000")
    emg = read_wfdb(path)
    assert (emg.n_times[0], emg.metadata[0]["verified"]) == (7, False)
    data = path.with_suffix(".dat")
    data.write_bytes(data.read_bytes()[:-2])
    with pytest.raises(SignalError, match="has 26 bytes of samples, expected 24"):
        read_wfdb(path)


@pytest.mark.parametrize("n_times, n_signals", [(10**12, 1), (7, 0), (7, 10**6)])
def test_header_that_claims_the_impossible_costs_nothing(tmp_path, n_times, n_signals):
    path = edit(
        write_wfdb(tmp_path, [ONE]), "r1 1 2000 7", f"r1 {n_signals} 2000 {n_times}"
    )
    tracemalloc.start()
    with pytest.raises(SignalError, match=r"expected 2000000000000|describes 1"):
        read_wfdb(path)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    "old, new, text",
    [
        ("r1 1", "r1/2 1", "record of several segments; read the segments"),
        (" 16 ", " 16:3 ", "states a skew between its signals in line 2"),
        (" 16 ", " 508 ", r"states the format 508; those read are \[16, 24,"),
        (" 16 ", " 16x0 ", "states 0 samples a frame in line 2"),
        (" 16 ", " ", "no signal line of WFDB in line 2"),
        (" 16 ", " sixteen ", "no signal line of WFDB in line 2"),
        ("r1.dat", "-", "signal without a file"),
        ("r1.dat", "~", "signal without a file"),
        ("r1 1", "r1 one", "no record line of WFDB"),
    ],
)
def test_what_is_not_read_is_refused_by_name(tmp_path, old, new, text):
    path = edit(write_wfdb(tmp_path, [ONE]), old, new)
    with pytest.raises(SignalError, match=text):
        read_wfdb(path)


@pytest.mark.parametrize(
    "name", ["../r1.dat", "/etc/passwd", "sub/r1.dat", "..", "r1\0.dat", "C:r1", "a\\b"]
)
def test_data_outside_the_folder_of_the_header_are_refused(tmp_path, name):
    folder = tmp_path / "records"
    (folder / "sub").mkdir(parents=True)
    path = write_wfdb(folder, [ONE])
    for other in (tmp_path, folder / "sub"):
        (other / "r1.dat").write_bytes(pack(ONE, 16))
    with pytest.raises(SignalError, match="not in its folder"):
        read_wfdb(edit(path, "r1.dat", name))


def test_link_out_of_the_folder_is_refused_and_one_inside_is_not(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    path = write_wfdb(folder, [ONE])
    (folder / "r1.dat").rename(tmp_path / "r1.dat")
    (folder / "r1.dat").symlink_to(tmp_path / "r1.dat")
    with pytest.raises(SignalError, match="not in its folder"):
        read_wfdb(path)
    (folder / "r1.dat").unlink()
    (tmp_path / "r1.dat").rename(folder / "r1_data.dat")
    (folder / "r1.dat").symlink_to("r1_data.dat")
    assert read_wfdb(path).n_times[0] == 7


def test_data_of_another_record_are_refused(tmp_path):
    write_wfdb(tmp_path, [ONE], name="r2")
    path = edit(write_wfdb(tmp_path, [ONE]), "r1.dat", "r2.dat")
    with pytest.raises(SignalError, match=r"names r2\.dat, which is the data of .* r2"):
        read_wfdb(path)


def test_file_described_in_two_ways_is_refused(tmp_path):
    path = write_wfdb(tmp_path, [ONE, TWO])
    first, rest = path.read_text().split("r1.dat 16", 1)
    path.write_text(first + "r1.dat 61" + rest)
    with pytest.raises(SignalError, match=r"describes r1\.dat in two ways"):
        read_wfdb(path)


@pytest.mark.parametrize("fault", ["missing", "empty", "folder", "pipe"])
@pytest.mark.parametrize("suffix", [".hea", ".dat"])
def test_file_that_is_no_file_is_refused_at_once(tmp_path, suffix, fault):
    path = write_wfdb(tmp_path, [ONE]).with_suffix(suffix)
    path.unlink()
    if fault == "empty":
        path.touch()
    elif fault == "folder":
        path.mkdir()
    elif fault == "pipe":
        os.mkfifo(path)
    begin = time.perf_counter()
    with pytest.raises(SignalError, match="r1"):
        read_wfdb(tmp_path / "r1.hea")
    assert time.perf_counter() - begin < 1


@pytest.mark.parametrize("name", ["r.1", "R1-b", "señal_😀", "r" * 250])
def test_name_of_a_record_changes_nothing(tmp_path, name):
    folder = tmp_path / "folder with blanks"
    folder.mkdir()
    write_wfdb(folder, [ONE], name=name)
    for suffix in ("", ".hea", ".dat"):
        assert_allclose(read_wfdb(folder / f"{name}{suffix}")[0], ONE)


@pytest.mark.parametrize("name", ["", ".", "..", "/", "a" * 300, "a\0b"])
def test_name_that_no_record_can_have_is_refused(name):
    with pytest.raises(SignalError, match="has no header"):
        read_wfdb(name)


def test_name_too_long_for_a_header_is_refused_in_the_header(tmp_path):
    path = edit(write_wfdb(tmp_path, [ONE]), "r1.dat", "a" * 255)
    with pytest.raises(SignalError, match="is missing"):
        read_wfdb(path)


def test_data_that_shrink_while_they_are_read_are_refused(tmp_path, monkeypatch):
    path = write_wfdb(tmp_path, [ONE])
    monkeypatch.setattr(_wfdb_samples, "read_bytes", lambda path, max_bytes: b"1234")
    with pytest.raises(SignalError, match=r"r1\.dat changed while it was read"):
        read_wfdb(path)


def test_data_larger_than_the_limit_are_refused_unread(tmp_path):
    path = write_wfdb(tmp_path, [ONE])
    with pytest.raises(SignalError, match="14 bytes of data, more than max_bytes=13"):
        read_wfdb(path, max_bytes=13)


def test_data_file_that_the_header_does_not_name_is_refused(tmp_path):
    write_wfdb(tmp_path, [ONE])
    (tmp_path / "r1.txt").write_text("1 2\n")
    with pytest.raises(SignalError, match=r"does not name r1\.txt"):
        read_wfdb(tmp_path / "r1.txt")
    with pytest.raises(SignalError, match=r"r3 has no header r3\.hea beside it"):
        read_wfdb(tmp_path / "r3")


@pytest.mark.parametrize(
    "given, text",
    [
        ({"gain": 0}, "gain must be"),
        ({"gain": True}, "gain must be"),
        ({"gain": float("nan")}, "gain must be"),
        ({"dtype": int}, "dtype must be"),
        ({"sfreq": -1}, "sfreq must be"),
        ({"unit": "kV"}, "unit must be"),
        ({"gain": 1, "on_mismatch": "ignore"}, "on_mismatch must be"),
    ],
)
def test_bad_parameter_is_named(tmp_path, given, text):
    path = write_wfdb(tmp_path, [ONE])
    with pytest.raises(ValueError, match=text) as caught:
        read_wfdb(path, **given)
    assert not isinstance(caught.value, SignalError)


def test_channels_are_named_distinctly(tmp_path):
    path = edit(write_wfdb(tmp_path, [ONE, TWO]), "EMG 2", "EMG 1")
    assert read_wfdb(path).channel_names == ["EMG 1", "EMG 1 (2)"]
    path = edit(path, " 0 EMG 1", " 0")
    assert read_wfdb(path).channel_names == ["signal 0", "signal 1"]
    with pytest.raises(SignalError, match=r"no channel 'EMG 1'; it has \['signal 0'"):
        read_wfdb(path, channels="EMG 1")


def test_what_identifies_the_patient_never_leaves_the_header(tmp_path):
    comments = (
        "# <age>: 44 <sex>: F <name>: Zzyzx-Canary\n# Zzyzx-Canary, born 1.2.1950\n"
        "# muscle: biceps\n# Patient: Zzyzx-Canary\n# Site: Zzyzx hospital\n"
        "# Device: Synergy of Zzyzx\n# Diagnosis: ALS since 1.2.1970\n"
        "# Filters: 10 Hz Smith\n"
    )
    path = write_wfdb(tmp_path, [ONE], comments=comments)
    emg = read_wfdb(edit(path, "2000 7", "2000 7 12:30:00.5 01/02/1990"))
    assert emg.metadata == [
        {
            "format": "wfdb",
            "verified": True,
            "n_invalid": 0,
            "n_wraps": 0,
            "age": 44.0,
            "sex": "female",
            "muscle": "biceps",
            "n_withheld": 7,
        }
    ]


@pytest.mark.parametrize("line", ["a" * 100_000, "r1 " * 33_333, "1" * 100_000])
def test_hostile_line_is_refused_quickly(tmp_path, line):
    path = write_wfdb(tmp_path, [ONE])
    for text in (line, f"r1 1 2000 7\n{line}"):
        path.write_text(text)
        begin = time.perf_counter()
        with pytest.raises(SignalError):
            read_wfdb(path)
        assert time.perf_counter() - begin < 0.1


def test_format_is_recognised_by_content(tmp_path):
    path = write_wfdb(tmp_path, [ONE])
    head = path.read_bytes()
    assert is_wfdb(head, tmp_path / "renamed.txt")
    assert is_wfdb(path.with_suffix(".dat").read_bytes(), path.with_suffix(".dat"))
    assert not is_wfdb(b"0.00025 -0.0333\n", path.with_suffix(".txt"))
    assert not is_wfdb(b"1 2 3 4\n5 16 7 8\n", tmp_path / "matrix")
    assert not is_wfdb(b"", tmp_path / "empty")
    path.write_bytes(b"\xff" * 100)
    assert not is_wfdb(b"", path.with_suffix(".dat"))


def test_wrap_of_the_published_neuropathy_record_is_noticed(skemg_data):
    folder = skemg_data / "physionet-emgdb"
    with pytest.warns(UserWarning, match="steps of about the full range of 16 bits"):
        neuropathy = read_wfdb(folder / "emg_neuropathy")
    assert neuropathy.metadata[0]["n_wraps"] == 105
    for name, n_times in [("emg_healthy", 50860), ("emg_myopathy", 110337)]:
        emg = read_wfdb(folder / name, dtype=np.float64)
        assert (emg.n_times[0], emg.metadata[0]["n_wraps"]) == (n_times, 0)
        steps = np.fromfile(folder / f"{name}.dat", "<i2")
        assert_allclose(emg[0], steps / 10, rtol=1e-12)
        assert checksum(steps.tolist()) in (-29438, -6380)


def test_an_indented_comment_goes_on_with_the_value_before(tmp_path):
    """As in the records of PhysioNet; what is not indented is something else."""
    (tmp_path / "a.hea").write_text(
        "a 1 1000 4\na.dat 16 200/mV 16 0 0 0 0 EMG\n"
        "# <age>: 62 <sex>: M\n"
        "# <diagnoses>: chronic low back pain and neuropathy due to a\n"
        "#  right L5 radiculopathy\n"
        "# patient dorsiflexed the foot gently\n"
    )
    (tmp_path / "a.dat").write_bytes(bytes(8))
    (known,) = read_wfdb(tmp_path / "a.hea").metadata
    assert known["diagnosis"] == (
        "chronic low back pain and neuropathy due to a right L5 radiculopathy"
    )
    assert (known["age"], known["sex"], known["n_withheld"]) == (62.0, "male", 1)
