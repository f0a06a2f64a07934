"""Planted copies are found, and recordings that only resemble each other are not."""

import numpy as np
import pytest
from emg_cohorts import SFREQ, noise, patients_of
from scipy import signal

from skemg.datasets import fetch_algiers, fetch_emgdb, make_needle_emg
from skemg.model_selection import PatientKFold, audit_split
from skemg.signals import Recordings


def find(signals, *, sfreq=SFREQ, **kwargs):
    """Return the pairs that an audit reports, each recording of its own patient."""
    groups, classes = patients_of(len(signals))
    X = Recordings.from_list(signals, sfreq=sfreq, groups=groups)
    audit = audit_split(X, classes, cv=PatientKFold(2), n_permutations=100, **kwargs)
    return audit.copies


def colored(n_recordings, n_times=6000, *, seed=0):
    """Return noise of the band of surface EMG, with strong hum on top."""
    band = signal.butter(2, [20, 300], "band", fs=SFREQ, output="sos")
    t = np.arange(n_times) / SFREQ
    hum = 3 * np.sin(2 * np.pi * 50 * t)
    return [
        signal.sosfilt(band, x) + hum for x in noise(n_recordings, n_times, seed=seed)
    ]


def sos(kind, cutoff):
    return signal.butter(4, cutoff, kind, fs=SFREQ, output="sos")


RNG = np.random.default_rng(1)
CHANGES = {
    "scaled": lambda x: 0.1 * x,
    "turned over": lambda x: -x + 5,
    "as much noise as EMG": lambda x: x + RNG.normal(size=x.shape),
    "high-pass": lambda x: signal.sosfiltfilt(sos("high", 100), x),
    "filtered forward": lambda x: signal.sosfilt(sos("band", [20, 200]), x),
    "clipped": lambda x: np.clip(x, -x.std(), x.std()),
    "coarse steps": lambda x: np.round(x / x.std() * 2),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("shift", [0, 1537])
def test_changed_copy_is_found_at_its_lag(change, shift):
    signals = colored(6)
    signals.append(CHANGES[change](signals[2])[:, shift:])
    (copy,) = find(signals)
    assert copy["recordings"] == (2, 6)
    assert copy["kind"] == "changed"
    assert copy["lag"] == pytest.approx(shift / SFREQ, abs=0.01)
    assert copy["seconds"] == pytest.approx((6000 - shift) / SFREQ, abs=0.01)
    assert copy["n_splits"] > 0


def test_changed_copy_of_two_fifths_of_both_recordings_is_found():
    signals = colored(6)
    other = colored(1, seed=7)[0]
    other[:, -2400:] = -2 * signals[2][:, :2400]
    (copy,) = find([*signals, other])
    assert copy["recordings"] == (2, 6)
    assert (copy["lag"], copy["seconds"]) == (-3.6, 2.4)


def test_rows_too_short_for_changed_copies_are_counted():
    signals = [x[:, :500] for x in noise(5)]
    groups, y = patients_of(6)
    X = [*signals, 2 * signals[0]]
    audit = audit_split(X, y, groups, PatientKFold(2), sfreq=SFREQ, n_permutations=100)
    text = next(r["text"] for r in audit.records if r["check"] == "copies")
    assert text == (
        "no two recordings hold the same signal; 6 recordings are too short to look "
        "for changed copies"
    )


def test_gain_and_correlation_of_a_copy_are_those_planted():
    signals = colored(4)
    signals.append(-0.25 * signals[1] + 7)
    (copy,) = find(signals)
    assert copy["gain"] == pytest.approx(-0.25)
    assert copy["correlation"] == pytest.approx(-1)


def test_copy_at_another_rate_is_found():
    signals = colored(4)
    half = signal.resample_poly(signals[3], 1, 2, axis=1)
    (copy,) = find([*signals, half], sfreq=[SFREQ] * 4 + [SFREQ / 2])
    assert copy["recordings"] == (3, 4)
    assert copy["lag"] == pytest.approx(0, abs=0.002)


@pytest.mark.parametrize("n_channels", [1, 3])
@pytest.mark.parametrize("n_shared", [200, 3000])
def test_equal_part_is_found_to_the_sample_wherever_it_stands(n_channels, n_shared):
    signals = noise(5, 3000, n_channels=n_channels)
    other = noise(1, 4000, seed=9, n_channels=n_channels)[0]
    other[:, 700 : 700 + n_shared] = signals[3][:, -n_shared:]
    (copy,) = find([*signals, other])
    assert copy["recordings"] == (3, 5)
    assert copy["kind"] == "equal"
    assert copy["seconds"] == n_shared / SFREQ
    assert copy["lag"] == (3000 - n_shared - 700) / SFREQ


def test_many_copies_of_one_recording_are_all_found():
    signals = noise(2, 2000)
    found = find([*signals, signals[0].copy(), signals[0].copy()])
    pairs = {copy["recordings"] for copy in found}
    assert pairs == {(0, 2), (0, 3), (2, 3)}


def test_copies_are_counted_in_the_splits_that_tear_them_apart():
    signals = noise(6, 1000)
    signals[5] = signals[1]
    groups, y = patients_of(6)
    X = Recordings.from_list(signals, sfreq=SFREQ, groups=groups)
    folds = [([0, 2, 3], [1, 4]), ([0, 1, 2], [5, 4]), ([1, 5, 0], [2, 3])]
    audit = audit_split(X, y, cv=folds, n_permutations=100)
    assert [copy["n_splits"] for copy in audit.copies] == [1]
    together = audit_split(X, y, cv=folds[2:], n_permutations=100)
    assert [copy["n_splits"] for copy in together.copies] == [0]
    # two patients who share a signal are wrong, wherever this split puts them
    assert next(r for r in together.records if r["check"] == "copies")["status"] == (
        "leak"
    )


def test_what_recordings_of_one_room_share_is_no_copy():
    """Hum, a slow wave, the same switch-on transient, silence and a railed input."""
    t = np.arange(6000) / SFREQ
    shared = 20 * np.sin(2 * np.pi * 50 * t) + 30 * np.sin(2 * np.pi * 0.5 * t)
    shared += 200 * np.exp(-t / 0.05)
    signals = []
    for x in colored(8):
        x = np.round((x + shared) * 8) / 8
        x[:, 2000:3000] = 0
        x[:, 4000:4300] = 100
        signals.append(x)
    assert find(signals) == []


def test_windows_that_overlap_are_copies_where_their_recording_is_not_named():
    x = noise(1, 1000)[0]
    windows = [x[:, start : start + 200] for start in range(0, 801, 100)]
    found = find(windows)
    pairs = {copy["recordings"] for copy in found}
    assert pairs <= {(i, i + 1) for i in range(8)}
    assert len(pairs) >= 6  # a hash of every fourth sample is kept


def test_beyond_max_pairs_only_equal_samples_are_looked_for():
    signals = colored(4)
    signals += [-signals[0], signals[1].copy()]
    found = find(signals, max_pairs=14)
    assert [copy["recordings"] for copy in found] == [(1, 5)]
    groups, y = patients_of(6)
    audit = audit_split(
        signals,
        y,
        groups,
        PatientKFold(2),
        sfreq=SFREQ,
        max_pairs=14,
        n_permutations=100,
    )
    assert "15 pairs of recordings are more than max_pairs=14" in str(audit)


def test_unknown_rate_gives_samples():
    signals = colored(4)
    signals.append(-signals[2][:, 500:])
    groups, y = patients_of(5)
    (copy,) = audit_split(
        signals, y, groups, PatientKFold(2), n_permutations=100
    ).copies
    assert (copy["lag"], copy["seconds"], copy["unit"]) == (500, 5500, "samples")


def test_simulated_needle_positions_of_one_muscle_are_no_copies():
    emg = make_needle_emg(
        n_patients=6, n_recordings=3, duration=1.0, sfreq=8000, random_state=0
    )
    audit = audit_split(emg.data, emg.target, cv=PatientKFold(2), n_permutations=100)
    assert audit.copies == []


def test_of_real_recordings_only_the_planted_copy_is_found(skemg_data):
    emg = fetch_emgdb(skemg_data)
    (copy,) = find([*emg.data, -emg.data[0][2000:]], sfreq=4000)
    assert copy["recordings"] == (0, 3)
    assert (copy["kind"], copy["lag"], copy["seconds"]) == ("changed", 0.5, 12.215)
    assert copy["gain"] == pytest.approx(-1)


@pytest.mark.slow
def test_needle_emg_of_algiers_holds_no_recording_twice(skemg_data):
    emg = fetch_algiers(skemg_data)
    audit = audit_split(emg.data, emg.target)
    assert audit.copies == []
    found = {record["check"]: record for record in audit.records}
    assert found["hum"]["status"] == "shortcut"
    assert found["roll-off low"]["status"] == "suspect"
