"""OpenSignals files: two real ones, and some made to mislead."""

import os
from pathlib import Path

import h5py
import numpy as np
import pytest
from limited import outcomes
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.io import read_opensignals
from skemg.io._opensignals import is_opensignals

CANARY = "Zzyzx-Canary"
COUNTS = np.uint16([0, 1024, 2048, 3072, 4095])


@pytest.fixture
def store(tmp_path):
    def store(counts=(COUNTS,), n_bits=None, device="00:07:80:00:00:00", **attributes):
        """A file with a channel for each array, numbered 1, 3, 5, ..."""
        path = tmp_path / "biceps.h5"
        numbers = [2 * i + 1 for i in range(len(counts))]
        with h5py.File(path, "w", libver="earliest") as file:
            group = file.create_group(device)
            group.attrs["sampling rate"] = np.int32(1000)
            group.attrs["resolution"] = np.int32(n_bits or [12] * len(counts))
            group.attrs["channels"] = np.int32(numbers)
            group.attrs["comments"] = CANARY
            group.attrs["date"] = "2017-1-23"
            for number, values in zip(numbers, counts, strict=True):
                group[f"raw/channel_{number}"] = np.asarray(values)[:, None]
                group[f"raw/channel_{number}"].attrs["sensor"] = "EMG"
                group[f"raw/channel_{number}"].attrs["label"] = CANARY
            for name, value in attributes.items():
                group.attrs[name.replace("_", " ")] = value
        return path

    return store


def test_the_transfer_function_gives_microvolts_and_the_ends_of_the_range(store):
    emg = read_opensignals(store(), sensor="emg")
    assert_allclose(emg.values, [-1500, -750, 0, 750, 1499.26757], rtol=1e-6)
    assert emg.unit == "uV"
    assert emg.sfreq.tolist() == [1000]
    assert emg.channel_names == ["channel_1"]
    (metadata,) = emg.metadata
    assert metadata["clip_low"] == emg.values.min()
    assert metadata["clip_high"] == emg.values.max()
    assert metadata["n_bits"] == 12


def test_another_supply_and_gain_may_be_given(store):
    emg = read_opensignals(store(), vcc=5, gain=500)
    assert_allclose(emg.values[:3], [-5000, -2500, 0])
    assert_allclose(
        read_opensignals(store(), sensor="emg", gain=500).values[:3], [-3000, -1500, 0]
    )


def test_counts_are_given_only_when_asked_for(store):
    with pytest.raises(SignalError, match='pass sensor="emg", or vcc= and gain='):
        read_opensignals(store())
    with pytest.raises(SignalError, match="pass sensor"):
        read_opensignals(store(), vcc=3)
    emg = read_opensignals(store(), unit="uncalibrated")
    assert_array_equal(emg.values, COUNTS)
    assert emg.unit is None
    assert emg.metadata[0]["clip_high"] == 4095


def test_parameters_that_contradict_each_other_are_refused(store):
    with pytest.raises(ValueError, match="leave out sensor, vcc and gain"):
        read_opensignals(store(), unit="uncalibrated", sensor="emg")
    with pytest.raises(ValueError, match='unit must be None or "uncalibrated"'):
        read_opensignals(store(), unit="mV")
    with pytest.raises(ValueError, match="sensor must be one of"):
        read_opensignals(store(), sensor="ecg")
    with pytest.raises(ValueError, match="gain must be a positive number"):
        read_opensignals(store(), vcc=3, gain=0)


def test_nothing_that_identifies_device_or_patient_is_kept(store):
    emg = read_opensignals(store(), sensor="emg")
    text = repr(emg) + repr(emg.metadata) + repr(emg.channel_names)
    assert CANARY not in text
    assert "00:07:80" not in text
    assert "2017" not in text


def test_channels_keep_their_own_resolution(store):
    path = store([COUNTS, COUNTS * 16], n_bits=[12, 16])
    emg = read_opensignals(path, sensor="emg", dtype=np.float64)
    assert_allclose(emg.values[0], emg.values[1])
    assert "clip_high" not in emg.metadata[0]
    one = read_opensignals(path, sensor="emg", channels=["channel_3"])
    assert_allclose(one.metadata[0]["clip_high"], 1500 - 3000 / 2**16)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"counts": [COUNTS * 2]}, "runs from 0 to 8190, no counts of 12 bits"),
        ({"counts": [np.float32([1, 2])]}, "no counts of 12 bits"),
        ({"counts": [COUNTS, COUNTS[:3]]}, r"channels of \[5, 3\] samples"),
        ({"nsamples": 7}, "states 7 samples, but has 5"),
        ({"channels": np.int32([2])}, r"states the channels \[2\], but holds \[1\]"),
        ({"channels": "none"}, "does not state its channels"),
        ({"resolution": np.int32([12, 12])}, "resolutions"),
        ({"resolution": np.int32([0])}, "resolutions"),
        ({"sampling_rate": np.int32(0)}, "impossible sampling rate 0"),
        ({"sampling_rate": "fast"}, "pass sfreq="),
    ],
)
def test_what_contradicts_itself_is_refused(store, options, message):
    with pytest.raises(SignalError, match=message):
        read_opensignals(store(**options), sensor="emg")


def test_lost_samples_are_seen_by_their_counter(store):
    path = store()
    with h5py.File(path, "a") as file:
        file["00:07:80:00:00:00/raw/nSeq"] = np.uint16([[0], [1], [4], [5], [6]])
    with pytest.raises(SignalError, match="jumps 1 times"):
        read_opensignals(path, sensor="emg")
    with pytest.warns(UserWarning, match="jumps 1 times"):
        read_opensignals(path, sensor="emg", on_mismatch="warn")


def test_another_sensor_than_the_file_names_is_refused(store):
    path = store()
    with h5py.File(path, "a") as file:
        file["00:07:80:00:00:00/raw/channel_1"].attrs["sensor"] = "ECG"
    with pytest.raises(SignalError, match="is of the sensor 'ECG'"):
        read_opensignals(path, sensor="emg")


def test_several_devices_and_other_hdf5_files_are_refused(store, tmp_path):
    path = store()
    with h5py.File(path, "a") as file:
        file.create_group("second")
    with pytest.raises(SignalError, match="2 devices"):
        read_opensignals(path, sensor="emg")
    other = tmp_path / "other.h5"
    with h5py.File(other, "w", libver="earliest") as file:
        file["emg"] = [1.0, 2.0]
    with pytest.raises(SignalError, match="no OpenSignals file"):
        read_opensignals(other, sensor="emg")


def test_links_and_claims_are_refused_with_little_memory(tmp_path):
    def file_with(name, fill):
        with h5py.File(tmp_path / name, "w", libver="earliest") as file:
            device = file.create_group("device")
            attributes = {"sampling rate": 1000, "resolution": [12], "channels": [1]}
            device.attrs.update(attributes)
            fill(device.create_group("raw"))
        return tmp_path / name

    packed = {"chunks": (5_000_000,), "compression": "gzip"}
    paths = [
        file_with("a.h5", lambda raw: raw.update(channel_1=h5py.SoftLink("/x"))),
        file_with(
            "b.h5", lambda raw: raw.update(channel_1=h5py.ExternalLink("c.h5", "/x"))
        ),
        file_with(
            "c.h5",
            lambda raw: raw.create_dataset("channel_1", (10**12,), "u2", **packed),
        ),
        file_with(
            "d.h5",
            lambda raw: raw.create_dataset(
                "channel_1", data=np.zeros(30_000_000, "u2"), **packed
            ),
        ),
    ]
    found = outcomes("read_opensignals", paths, sensor="emg")
    assert [text.split(":")[0] for text in found] == ["SignalError"] * 4


@pytest.mark.skipif("SKEMG_DATA" not in os.environ, reason="needs SKEMG_DATA")
@pytest.mark.parametrize(
    "name, n_times, low, high",
    [("emg_bursts.h5", 28519, 12880, 43226), ("emg_fatigue.h5", 126900, 0, 4095)],
)
def test_real_files_are_those_of_the_library(name, n_times, low, high):
    path = Path(os.environ["SKEMG_DATA"]) / "opensignals-h5" / name
    emg = read_opensignals(path, unit="uncalibrated")
    with h5py.File(path) as file:
        raw = next(iter(file.values()))["raw"]
        (channel,) = (key for key in raw if key != "nSeq")
        assert_array_equal(emg.values, raw[channel][:, 0])
    assert emg.n_times.tolist() == [n_times]
    assert (emg.values.min(), emg.values.max()) == (low, high)
    volts = read_opensignals(path, sensor="emg")
    assert volts.metadata[0]["clip_low"] == -1500
    assert is_opensignals(path.read_bytes()[:4096], path)
