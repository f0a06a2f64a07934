"""Simulated windows of rest, contraction and artefact."""

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_array_equal

from skemg.datasets import make_activity_windows
from skemg.datasets._simulator.artefacts import ARTEFACTS
from skemg.datasets._simulator.rest import (
    draw_fibre_potentials,
    draw_sharp_wave,
    simulate_rest,
)


@pytest.fixture(scope="module")
def windows():
    return make_activity_windows(6, 12, random_state=0)


def test_each_patient_gives_as_many_windows_of_each_class(windows):
    assert windows.data.shape == (216, 2000)
    assert windows.data.dtype == np.float32
    assert np.isfinite(windows.data).all()
    pairs = np.unique([*zip(windows.groups, windows.target, strict=True)], axis=0)
    assert len(pairs) == 18
    assert set(windows.kind[windows.target == "artefact"]) == set(ARTEFACTS)


def test_the_same_seed_gives_the_same_windows_for_any_number_of_jobs(windows):
    with parallel_config("threading"):
        fewer = make_activity_windows(2, 12, random_state=0, n_jobs=2)
    assert_array_equal(fewer.data, windows.data[: 2 * 36])
    other, _ = make_activity_windows(2, 12, random_state=1, return_X_y=True)
    assert not np.array_equal(other, fewer.data)


def test_contraction_is_louder_than_silence(windows):
    rms = windows.data.std(axis=1)
    silent = np.median(rms[windows.kind == "silent"])
    assert np.median(rms[windows.target == "contraction"]) > 5 * silent
    assert 4 < silent < 30


def test_a_lost_signal_has_a_line_and_saturation_a_flat_top(windows):
    for row in windows.data[windows.kind == "lost signal"]:
        assert np.mean(np.diff(row) == 0) > 0.5
    for row in windows.data[windows.kind == "saturation"]:
        at_end = (row == row.max()) | (row == row.min())
        assert np.count_nonzero(at_end[1:] & at_end[:-1]) >= 1


def test_a_muscle_at_rest_is_noise_of_four_microvolts():
    rng = np.random.default_rng(0)
    assert 3.6 < simulate_rest(5.0, 10_000, rng).std() < 4.4


def test_a_fibre_that_fires_by_itself_does_so_regularly():
    values = simulate_rest(20.0, 10_000, np.random.default_rng(3), n_spontaneous=1)
    (above,) = np.nonzero(np.abs(values) > 0.7 * np.abs(values).max())
    peaks = above[np.diff(above, prepend=-1000) > 300]
    intervals = np.diff(peaks) / 10_000
    assert 0.5 < 1 / intervals.mean() < 15
    assert intervals.std() / intervals.mean() < 0.06


def test_single_fibres_have_the_amplitudes_of_fibrillation_potentials():
    rng = np.random.default_rng(0)
    height = np.ptp(draw_fibre_potentials(50, 10_000, rng), axis=1)
    assert 20 < np.median(height) < 500
    waves = [draw_sharp_wave(10_000, rng) for _ in range(50)]
    assert all(wave.max() > -wave.min() for wave in waves)  # the sharp part is positive
    assert all(15 < wave.max() < 501 for wave in waves)


@pytest.mark.parametrize("name", ARTEFACTS)
def test_an_artefact_changes_the_window_and_leaves_the_given_one_alone(name):
    rng = np.random.default_rng(0)
    given = 20 * rng.normal(size=2000)
    before = given.copy()
    spoiled = ARTEFACTS[name](given, 10_000, rng)
    assert_array_equal(given, before)
    assert spoiled.shape == given.shape
    assert np.abs(spoiled - given).max() > 20


@pytest.mark.parametrize(
    "wrong, match",
    [
        ({"n_patients": 0}, "n_patients"),
        ({"n_windows": 0}, "n_windows"),
        ({"length": 0.0}, "duration|length"),
        ({"sfreq": 1000}, "at least 4000"),
    ],
)
def test_a_wrong_argument_is_named(wrong, match):
    with pytest.raises(ValueError, match=match):
        make_activity_windows(**wrong)
