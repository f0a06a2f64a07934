import numpy as np
import pytest
from numpy.testing import assert_array_equal
from wfdb_records import write_record

from skemg.datasets import fetch_semg_gait
from skemg.exceptions import SignalError

MUSCLES = ("TIB.A", "LAT.G", "REC.F", "HAM", "LAT.V")
CHANNELS = {
    ("gonio LT KNEE", "deg"): [600, 610, 620],
    ("baso LT FOOT", "V"): [0, 5, 50],
    **{
        (f"semg {side} {muscle}", "uV"): [i, -i, 10 * i]
        for side, start in (("LT", 1), ("RT", 6))
        for i, muscle in enumerate(MUSCLES, start)
    },
}


def write_person(folder, name, channels=CHANNELS, *, sfreq=2000, first=1):
    """Write a record whose first EMG value is its own."""
    channels = {key: list(steps) for key, steps in channels.items()}
    channels["semg LT TIB.A", "uV"][0] = first
    write_record(folder / name, channels, sfreq=sfreq)


@pytest.fixture
def gait(tmp_path):
    """Return a folder of three people."""
    for i, name in enumerate(("S01", "S02", "S10")):
        write_person(tmp_path / "physionet-semg", name, first=10 * i)
    return tmp_path


def test_emg_and_tracks_are_told_apart(gait):
    emg = fetch_semg_gait(gait, np.float64)
    sides = [f"semg {side} {muscle}" for side in ("LT", "RT") for muscle in MUSCLES]
    assert emg.data.channel_names == sides
    assert_array_equal(emg.groups, ["S01", "S02", "S10"])
    assert emg.data.unit == "uV"
    assert_array_equal(emg.data.sfreq, [2000] * 3)
    assert_array_equal(emg.data[1][0], [1, -0.1, 1])
    assert emg.tracks.channel_names == ["gonio LT KNEE", "baso LT FOOT"]
    assert emg.track_units == ["deg", "V"]
    assert_array_equal(emg.tracks[2], [[60, 61, 62], [0, 0.5, 5]])
    assert (emg.tracks.unit, emg.tracks.groups.tolist()) == (None, emg.groups.tolist())
    assert emg.frame["file"][2] == "S10.hea"
    assert "target" not in emg


def test_forms_of_the_answer(gait):
    data, tracks = fetch_semg_gait(gait, return_X_y=True)
    emg = fetch_semg_gait(gait, as_frame=True)
    assert (emg.data, emg.tracks) == (data, tracks)
    assert_array_equal(emg.frame["patient"], data.groups)


def test_records_without_tracks_have_none(tmp_path):
    muscles = {key: x for key, x in CHANNELS.items() if key[0].startswith("semg")}
    write_person(tmp_path, "S05", muscles)
    emg = fetch_semg_gait(tmp_path)
    assert (emg.tracks, emg.track_units) == (None, [])


@pytest.mark.parametrize(
    "channels, text",
    [
        ({**CHANNELS, ("ecg", "mV"): [1, 2, 3]}, "has a channel 'ecg', or two"),
        (
            {**CHANNELS, ("baso LT FOOT", "mV"): [1, 2, 3]},
            "has a channel 'baso LT FOOT', or two",
        ),
        ({**CHANNELS, ("baso RT FOOT", "V"): [1, 2, 3]}, "has other channels or units"),
    ],
)
def test_other_channels_are_refused(gait, channels, text):
    write_person(gait / "physionet-semg", "S31", channels)
    with pytest.raises(SignalError, match=rf"S31\.hea {text}"):
        fetch_semg_gait(gait)


def test_other_rate_is_refused(gait):
    write_person(gait / "physionet-semg", "S31", sfreq=1000)
    with pytest.raises(SignalError, match=r"S31\.hea has 3 samples at 1000 Hz"):
        fetch_semg_gait(gait)


def test_second_recording_of_a_person_is_refused(gait):
    write_person(gait / "physionet-semg", "S1", first=99)
    with pytest.raises(SignalError, match="is a second recording of S01"):
        fetch_semg_gait(gait)


def test_copy_under_another_person_is_refused(gait):
    write_person(gait / "physionet-semg", "S31", first=10)
    with pytest.raises(SignalError, match="hold the same samples"):
        fetch_semg_gait(gait)


@pytest.mark.parametrize("folder", ["", "missing"])
def test_absent_set_is_told_with_its_doi(tmp_path, folder):
    with pytest.raises(FileNotFoundError, match=r"grdj-qx06.*'physionet-semg'"):
        fetch_semg_gait(tmp_path / folder)
