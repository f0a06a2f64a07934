import csv
import gzip
import os
import sys
from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.clinical import RecordingMetadata
from skemg.datasets import fetch_algiers
from skemg.exceptions import SignalError

N_TIMES = 163840
SAMPLES = b"".join(b"%11.4f" % (0.1 * i) for i in range(-N_TIMES // 2, N_TIMES // 2))
MYOPATHY = "01_Deltoid/Myopathy/EMG _104 _04_ RD_Myo.asc"
HEALTHY = "02_Biceps Brachii/Healthy/EMG _203 _02_ LB_Hea.asc"
COLUMNS = "recording,file,class,patient,side,muscle,sfreq,scale,offset,n_times"


@pytest.fixture(scope="module")
def algiers(skemg_data):
    return fetch_algiers(skemg_data, np.float64)


def write_tree(folder, *files):
    """Write recordings that differ in their first value."""
    for i, file in enumerate(files):
        path = folder / "EMG Dataset Repository" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%11.4f" % i + SAMPLES[11:])
    return path


def write_compact(
    folder, *, rate=32768, n_written=N_TIMES, subtype="PCM_16", **changes
):
    """Write one recording as FLAC, and the table that names it."""
    soundfile = pytest.importorskip("soundfile")
    row = {
        "recording": "104_Myo04_RD",
        "file": "recordings/104_Myo04_RD.flac",
        "class": "myopathy",
        "patient": "Myo04",
        "side": "right",
        "muscle": "deltoid",
        "sfreq": "32768.0",
        "scale": "0.78125",
        "offset": "2.0",
        "n_times": str(N_TIMES),
    } | changes
    path = folder / "recordings/104_Myo04_RD.flac"
    path.parent.mkdir()
    counts = np.arange(n_written).astype(np.int16)
    soundfile.write(path, counts, rate, subtype=subtype)
    table = folder / "recordings.csv"
    table.write_text(f"{','.join(row)}\n{','.join(row.values())}\n")
    return path


def test_classes_are_counted_as_in_the_card_of_the_set(algiers):
    assert Counter(zip(algiers.target, algiers.frame["muscle"], strict=True)) == {
        ("normal", "deltoid"): 68,
        ("normal", "biceps"): 68,
        ("myopathic", "deltoid"): 34,
        ("myopathic", "biceps"): 33,
        ("neuropathic", "deltoid"): 35,
        ("neuropathic", "biceps"): 34,
    }
    patients = [patient[:3] for patient in np.unique(algiers.groups)]
    assert Counter(patients) == {"Hea": 34, "Myo": 65, "Neu": 62}


def test_recordings_are_in_the_order_and_length_of_the_table(algiers, skemg_data):
    with open(skemg_data / "algiers-needle/recordings.csv") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["recording"][:3]))
    assert_array_equal(algiers.data.n_times, [int(row["n_times"]) for row in rows])
    assert_array_equal(algiers.groups, [row["patient"] for row in rows])
    assert_array_equal(algiers.frame["side"], [row["side"] for row in rows])
    assert_array_equal(algiers.frame["file"], [row["file"] for row in rows])
    assert_array_equal(np.unique(algiers.data.sfreq), [32768])
    assert algiers.data.unit == "uV"


def test_values_are_microvolts(algiers):
    (quiet,) = np.flatnonzero(algiers.frame["recording"] == 133)
    assert np.std(algiers.data[quiet]) == pytest.approx(8, abs=0.5)
    assert np.median([x.mean() for x in algiers.data]) == pytest.approx(-50, abs=5)


def test_both_forms_hold_the_same_values(algiers, skemg_data):
    published = fetch_algiers(skemg_data / "algiers-needle/original", np.float64)
    numbers = [3, 104, 152, 203, 301, 352]
    assert_array_equal(published.frame["recording"], numbers)
    for number, expected in zip(numbers, published.data, strict=True):
        (i,) = np.flatnonzero(algiers.frame["recording"] == number)
        assert algiers.groups[i] == published.groups[numbers.index(number)]
        assert algiers.target[i] == published.target[numbers.index(number)]
        (off,) = np.nonzero(abs(algiers.data[i] - expected) > 0.06)
        # the first and the last sample of 104 are off the grid as published
        assert_array_equal(off, [0, N_TIMES] if number == 104 else [])


def test_published_tree_is_read_from_each_folder_that_leads_to_it(tmp_path):
    write_tree(tmp_path / "algiers-needle", HEALTHY, MYOPATHY)
    (tmp_path / "algiers-needle/EMG Dataset Repository/.DS_Store").write_bytes(b"x")
    inner = tmp_path / "algiers-needle"
    for folder in (tmp_path, str(inner), inner / "EMG Dataset Repository"):
        emg = fetch_algiers(folder, np.float64)
        assert_array_equal(emg.frame["recording"], [104, 203])
        assert_array_equal(emg.frame["class"], ["Myopathy", "Healthy"])
        assert_array_equal(emg.frame["side"], ["right", "left"])
        assert_array_equal(emg.target, ["myopathic", "normal"])
        assert_array_equal(emg.groups, ["Myo04", "Hea02"])
        assert_array_equal(emg.data[0][:2], [1.0, -8191.9])


def test_muscle_and_side_travel_with_the_recordings(tmp_path):
    write_tree(tmp_path, MYOPATHY, HEALTHY)
    X, _ = fetch_algiers(tmp_path, return_X_y=True)
    table = RecordingMetadata(["muscle", "side"]).fit_transform(X)
    assert table.tolist() == [["deltoid", "right"], ["biceps", "left"]]


def test_packed_recording_equals_the_plain_one(tmp_path):
    path = write_tree(tmp_path, MYOPATHY)
    plain = fetch_algiers(tmp_path)
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 1))
    path.unlink()
    assert fetch_algiers(tmp_path).data == plain.data
    assert plain.data.dtype == np.float32


def test_compact_copy_is_scale_times_integer_plus_offset(tmp_path):
    write_compact(tmp_path)
    emg = fetch_algiers(tmp_path, np.float64)
    assert_array_equal(emg.data[0][[0, 1, 40000]], [2.0, 2.78125, -19948.0])


def test_forms_of_the_answer(tmp_path):
    write_tree(tmp_path, MYOPATHY)
    X, y = fetch_algiers(tmp_path, return_X_y=True)
    emg = fetch_algiers(tmp_path, as_frame=True)
    assert emg.data == X
    assert_array_equal(y, emg.target)
    assert emg.frame.loc[0, "patient"] == "Myo04"
    assert "10.17632/543xpjycj9.1" in emg.DESCR


def test_dtype_other_than_a_float_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"numpy\.float64, got 'int16'"):
        fetch_algiers(tmp_path, "int16")


def test_absent_set_is_told_with_its_doi(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"543xpjycj9\.1.*data_home"):
        fetch_algiers(tmp_path)
    monkeypatch.delenv("SKEMG_DATA", raising=False)
    with pytest.raises(FileNotFoundError, match=r"SKEMG_DATA is not set.*543xpjycj9"):
        fetch_algiers()


def test_environment_variable_names_the_parent(tmp_path, monkeypatch):
    write_tree(tmp_path / "algiers-needle", MYOPATHY)
    monkeypatch.setenv("SKEMG_DATA", str(tmp_path))
    assert_array_equal(fetch_algiers().groups, ["Myo04"])


@pytest.mark.parametrize(
    "file, message",
    [
        (MYOPATHY.replace("RD_Myo", "RD_ALS"), "no name of a recording"),
        (MYOPATHY.replace(".asc", ".txt"), "no name of a recording"),
        (MYOPATHY.replace("/Myopathy/", "/Healthy/"), "lies in another folder"),
        (MYOPATHY.replace("RD_", "RB_"), "lies in another folder"),
        (MYOPATHY.replace("EMG", "more/EMG"), "lies in another folder"),
        (MYOPATHY.replace("_04_", "_05_"), "recording 104 is there twice"),
        (MYOPATHY.replace(".asc", ".asc.gz"), "recording 104 is there twice"),
    ],
)
def test_file_out_of_place_is_refused(tmp_path, file, message):
    write_tree(tmp_path, MYOPATHY, file)
    with pytest.raises(SignalError, match=message):
        fetch_algiers(tmp_path)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is empty"),
        (b"  ", "holds no value"),
        (SAMPLES[:-11], "has 163839 samples, expected 163840 or 163841"),
        (SAMPLES[:-2], r"'8191.90' as value 163840"),
        (SAMPLES + 2 * SAMPLES[:11], "has 163842 samples"),
        (3 * SAMPLES, "samples, expected|as value"),
        (b"        nan" + SAMPLES[11:], "'nan' as value 1, expected microvolts"),
        (SAMPLES[:22] + b"     1,0000" + SAMPLES[33:], "'1,0000' as value 3"),
        (SAMPLES[:22] + b" 1.00001.0000" + SAMPLES[33:], r"1\.00001\.0000' as value 3"),
        (b"\xff\xfe" + SAMPLES, "as value 1"),
    ],
)
def test_damaged_text_is_refused(tmp_path, content, message):
    write_tree(tmp_path, MYOPATHY).write_bytes(content)
    with pytest.raises(SignalError, match=message) as error:
        fetch_algiers(tmp_path)
    assert "RD_Myo.asc" in str(error.value)


@pytest.mark.parametrize("damage", ["truncated", "bit", "no gzip"])
def test_damaged_packed_file_is_refused(tmp_path, damage):
    path = write_tree(tmp_path, MYOPATHY)
    packed = bytearray(gzip.compress(SAMPLES, 1))
    if damage == "truncated":
        del packed[-100:]
    elif damage == "bit":
        packed[-6] ^= 1
    else:
        packed = SAMPLES
    path.with_name(f"{path.name}.gz").write_bytes(packed)
    path.unlink()
    with pytest.raises(SignalError, match=r"RD_Myo\.asc\.gz cannot be read"):
        fetch_algiers(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_pipe_is_refused_at_once(tmp_path):
    path = write_tree(tmp_path, MYOPATHY)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(SignalError, match="no regular file"):
        fetch_algiers(tmp_path)


def test_folder_without_recordings_is_refused(tmp_path):
    write_tree(tmp_path, MYOPATHY).unlink()
    with pytest.raises(SignalError, match="holds no recording"):
        fetch_algiers(tmp_path)


def test_same_samples_under_two_numbers_are_refused(tmp_path):
    other = write_tree(tmp_path, MYOPATHY, HEALTHY)
    other.write_bytes(b"%11.4f" % 0 + SAMPLES[11:])
    with pytest.raises(SignalError, match=r"104.*203.*hold the same samples"):
        fetch_algiers(tmp_path)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"file": "../secret.flac"}, "file is '../secret.flac'"),
        ({"recording": "104"}, "recording is '104', expected a name"),
        ({"class": "healthy"}, "class is 'healthy', but .* says 'myopathy'"),
        ({"patient": "Myo05"}, "patient is 'Myo05'"),
        ({"sfreq": "48000"}, "sfreq is 48000, expected 32768"),
        ({"sfreq": "fast"}, "sfreq is 'fast'"),
        ({"scale": "0"}, "scale is '0'"),
        ({"offset": "inf"}, "offset is 'inf'"),
        ({"n_times": "163841"}, "has 163840 samples, but recordings.csv says 163841"),
        ({"n_times": "163841,1"}, "line 2 has 11 columns, expected 10"),
        ({"rate": 48000}, "PCM_16, 48000 Hz, expected 1 channel, PCM_16, 32768 Hz"),
        ({"subtype": "PCM_24"}, "PCM_24, 32768 Hz, expected"),
        ({"n_written": 1000, "n_times": "1000"}, "1000 samples, expected 163840 or"),
    ],
)
def test_table_and_file_that_disagree_are_refused(tmp_path, changes, message):
    write_compact(tmp_path, **changes)
    with pytest.raises(SignalError, match=message):
        fetch_algiers(tmp_path)


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "bit"])
def test_damaged_flac_is_refused(tmp_path, damage):
    path = write_compact(tmp_path)
    content = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    with pytest.raises(SignalError, match=r"RD\.flac (is|cannot be read)"):
        fetch_algiers(tmp_path)


def test_flac_that_the_table_does_not_name_is_refused(tmp_path):
    path = write_compact(tmp_path)
    path.with_name("105_Myo05_RD.flac").write_bytes(path.read_bytes())
    with pytest.raises(SignalError, match=r"105_Myo05_RD\.flac is not named in"):
        fetch_algiers(tmp_path)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is empty"),
        (b"\n", "has the columns"),
        (b"recording;file\n", "has the columns"),
        (f"{COLUMNS}\n".encode(), "holds no recording"),
        (b"\xff" + COLUMNS.encode(), "no table in UTF-8"),
    ],
)
def test_damaged_table_is_refused(tmp_path, content, message):
    (tmp_path / "recordings.csv").write_bytes(content)
    with pytest.raises(SignalError, match=message):
        fetch_algiers(tmp_path)


def test_missing_soundfile_is_told_with_the_extra(tmp_path, monkeypatch):
    write_compact(tmp_path)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(ImportError, match=r"pip install skemg\[io\]"):
        fetch_algiers(tmp_path)
