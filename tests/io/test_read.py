"""One door for all formats: what the file holds decides, not its name."""

import gzip
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from fuzzing import all_samples
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.io import read
from skemg.io._read import recognise

SAMPLES = all_samples()
FORMATS = {  # of the samples, by the beginning of their name
    "wfdb": "wfdb",
    "edf": "edf",
    "bdf": "edf",
    "wav": "wav",
    "matlab": "matlab",
    "opensignals": "opensignals",
    "uci_lower_limb": "uci_lower_limb",
    "uci_gestures": "uci_gestures",
    "clinical": "clinical_text",
    "columns": "columns",
    "matrix": "matrix",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_content_says_which_format_it_is(name, tmp_path):
    path = SAMPLES[name].write(tmp_path)
    name = name.replace("-", "_")
    (format_,) = {f for start, f in FORMATS.items() if name.startswith(start)}
    if path.suffix != ".hea":  # a header names its data file by name
        path = path.rename(tmp_path / "no_name_to_go_by")
    assert recognise(path) == format_


@pytest.mark.parametrize("name", ["wfdb-16", "wfdb-212", "uci_gestures", "edf", "bdf"])
def test_one_door_reads_what_the_reader_of_the_format_reads(name, tmp_path):
    sample = SAMPLES[name]
    path = sample.write(tmp_path)
    assert read(path) == sample.read(path)


def test_a_packed_text_is_recognised(tmp_path):
    path = tmp_path / "recording"
    path.write_bytes(gzip.compress(b"0.1\n-0.2\n0.05\n"))
    emg = read(path, sfreq=1000, unit="mV")
    assert_array_equal(emg.values, np.float32([100, -200, 50]))


@pytest.mark.parametrize(
    "content", [b"\x00" * 100, b"PK\x03\x04" + b"\x00" * 50, b"Dear doctor,\n", b"\xff"]
)
def test_what_no_reader_knows_is_refused(content, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(SignalError, match=r"letter\.txt is in no format that is known"):
        read(path)


def test_a_text_that_no_reader_knows_gets_the_way_to_read_columns(tmp_path):
    path = tmp_path / "comma.txt"
    path.write_text("0,1\n-0,2\n0,3\n")
    with pytest.raises(SignalError, match=r'"columns", .* and with decimal="," or'):
        read(path, sfreq=1000, unit="mV")
    emg = read(path, sfreq=1000, unit="mV", format="columns", decimal=",")
    assert_array_equal(emg[0], np.float32([100, -200, 300]))


def test_annotations_are_no_recording(tmp_path):
    path = tmp_path / "a.eaf"
    path.write_text("<?xml version='1.0'?>\n<emglab_annotation_file>\n")
    with pytest.raises(SignalError, match="use read_eaf"):
        read(path)


def test_nothing_that_is_no_regular_file_is_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, message in [
        (tmp_path / "pipe", "no regular file"),
        (tmp_path, "no regular file"),
        (tmp_path / "missing", "cannot be read"),
        ("with\0zero", "cannot be read"),
    ]:
        with pytest.raises(SignalError, match=message):
            read(path)


def test_names_of_any_kind_give_the_same(tmp_path):
    source = SAMPLES["wav"].write(tmp_path)
    names = ["with blank", "émg-📈", "x" * 255, "UPPER", "upper"]
    expected = read(source, unit="uncalibrated").values
    for name in names:
        shutil.copy(source, tmp_path / name)
        assert_array_equal(read(tmp_path / name, unit="uncalibrated").values, expected)


def test_a_parameter_without_meaning_is_not_ignored(tmp_path):
    path = SAMPLES["uci_gestures"].write(tmp_path)
    with pytest.raises(ValueError, match="unit='mV' has no meaning in the format"):
        read(path, unit="mV")


def test_parameters_of_one_format_go_through_the_door(tmp_path):
    path = SAMPLES["wav"].write(tmp_path)
    emg = read(path, unit="mV", scale=0.5)
    raw = read(path, unit="uncalibrated")
    np.testing.assert_allclose(emg.values, 500 * raw.values)
    with pytest.raises(ValueError, match="gain=2 has no meaning in the format wav"):
        read(path, unit="mV", scale=0.5, gain=2)


def test_what_a_header_says_in_its_comments_makes_it_no_other_format(tmp_path):
    path = SAMPLES["wfdb-16"].write(tmp_path)
    with path.open("a") as file:
        file.write("# Sampling rate: 50 Hz\n")
    assert recognise(path) == "wfdb"


def test_a_mismatch_is_handled_in_one_of_two_ways(tmp_path):
    path = SAMPLES["edf"].write(tmp_path)
    with pytest.raises(ValueError, match="on_mismatch must be"):
        read(path, on_mismatch="ignore")


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(ValueError, match="format must be None or one of"):
        read(tmp_path, format="nicolet")


@pytest.mark.parametrize(
    "file",
    [
        "physionet-emgdb/emg_healthy.hea",
        "physionet-emgdb/emg_healthy.dat",
        "physionet-emgdb/emg_healthy.txt",
        "uci-lower-limb/A_TXT/10Amar.txt.gz",
        "uci-emg-gestures/01/1_raw_data_13-12_22.03.16.txt.gz",
        "opensignals-h5/emg_bursts.h5",
        "kaggle-emg4/0.csv",
    ],
)
def test_real_files_are_recognised(file, skemg_data):
    known = {
        "physionet-emgdb/emg_healthy.txt": "columns",
        "physionet-emgdb/emg_healthy.dat": "wfdb",
        "kaggle-emg4/0.csv": "matrix",
        "opensignals-h5/emg_bursts.h5": "opensignals",
    }
    folder = {"physionet-emgdb": "wfdb", "uci-lower-limb": "uci_lower_limb"}
    folder["uci-emg-gestures"] = "uci_gestures"
    expected = known.get(file) or folder[Path(file).parts[0]]
    assert recognise(skemg_data / file) == expected


def test_the_published_asc_files_are_recognised(skemg_data):
    (path, *_) = (skemg_data / "algiers-needle" / "original").rglob("*.asc.gz")
    assert recognise(path) == "columns"
    emg = read(path, sfreq=32768, unit="uV")
    assert emg.n_times[0] in (163840, 163841)
