"""Measures of potentials whose measures follow from a drawing."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skemg.clinical import measure_muap
from skemg.exceptions import SignalError

SFREQ = 48000


def triangles(*peaks, width_ms=2.0, flat_ms=10.0):
    """Return triangles of given heights one after the other, between flat parts."""
    n_half = round(width_ms / 2 * SFREQ / 1e3)
    times = n_half * np.arange(2 * len(peaks) + 1)
    corners = np.zeros(len(times))
    corners[1::2] = peaks
    wave = np.interp(np.arange(times[-1] + 1), times, corners)
    return np.pad(wave, round(flat_ms * SFREQ / 1e3))


def test_triphasic_triangles_have_the_measures_of_their_geometry():
    muap = measure_muap(triangles(100, -300, 100), sfreq=SFREQ)
    # The flanks of the outer triangles reach 15 µV after 15 % of a millisecond.
    assert_allclose(muap["duration_ms"], 6 - 0.3, atol=0.05)
    assert muap["amplitude_uv"] == 400
    # Areas of the triangles, without the tips of two flanks below 15 µV.
    assert_allclose(muap["area_uv_ms"], 100 + 300 + 100 - 2 * 0.15 * 15 / 2, rtol=2e-3)
    assert_allclose(muap["thickness_ms"], muap["area_uv_ms"] / 400)
    assert_allclose(muap["size_index"], 2 * np.log10(0.4) + muap["thickness_ms"])
    assert muap["phases"] == 3
    assert muap["turns"] == 3
    assert_allclose(muap["spike_duration_ms"], 4, atol=1e-9)
    assert_allclose(muap["rise_time_ms"], 2, atol=1e-9)
    assert muap["satellites"] == 0
    assert_allclose(muap["irregularity"], (2 * 500 - 2 * 15) / 400, atol=0.01)


@pytest.mark.parametrize(
    "peaks, phases, turns",
    [
        ([-200], 1, 1),
        ([100, -200], 2, 2),
        ([100, -200, 90, -80, 70], 5, 5),
        ([100, -200, 19], 2, 2),  # neither a phase of 20 µV nor a turn of 25
        ([100, -200, 22], 3, 2),  # a phase, and no turn
    ],
)
def test_phases_and_turns_are_counted(peaks, phases, turns):
    muap = measure_muap(triangles(*peaks), sfreq=SFREQ)
    assert muap["phases"] == phases
    assert muap["turns"] == turns


def test_a_notch_within_a_phase_is_two_turns_and_no_phase():
    wave = triangles(-300, width_ms=6)
    middle = slice(len(wave) // 2 - 30, len(wave) // 2 + 31)
    wave[middle] += 120 * np.bartlett(61)
    muap = measure_muap(wave, sfreq=SFREQ)
    assert muap["phases"] == 1
    assert muap["turns"] == 3


def test_a_late_potential_is_a_satellite_and_no_part_of_the_duration():
    main = triangles(100, -300, 100, flat_ms=5)
    late = triangles(60, -60, flat_ms=5)
    alone = measure_muap(main, sfreq=SFREQ)
    both = measure_muap(np.concatenate([main, late]), sfreq=SFREQ)
    assert both["satellites"] == 1
    assert both["duration_ms"] == alone["duration_ms"]
    assert both["phases"] == alone["phases"]


@pytest.mark.parametrize("onset", ["level", "slope", "fast"])
def test_polarity_changes_neither_size_nor_counts(onset):
    wave = triangles(100, -300, 150, -60)
    up = measure_muap(wave, sfreq=SFREQ, onset=onset)
    down = measure_muap(-wave, sfreq=SFREQ, onset=onset)
    for name in set(up) - {"spike_duration_ms", "rise_time_ms"}:
        assert_allclose(down[name], up[name], err_msg=name)


def test_a_scaled_potential_keeps_its_shape_where_it_is_steep():
    wave = np.repeat([0.0, 100.0, -300.0, 100.0, 0.0], [480, 48, 48, 48, 480])
    once = measure_muap(wave, sfreq=SFREQ)
    thrice = measure_muap(3 * wave, sfreq=SFREQ)
    for name in ("amplitude_uv", "area_uv_ms"):
        assert_allclose(thrice[name], 3 * once[name])
    for name in ("duration_ms", "thickness_ms", "phases", "turns", "irregularity"):
        assert_allclose(thrice[name], once[name])
    assert_allclose(thrice["size_index"] - once["size_index"], 2 * np.log10(3))


@pytest.mark.parametrize("name", ["duration_ms", "area_uv_ms", "rise_time_ms"])
def test_a_stretched_potential_is_longer_in_proportion(name):
    wave = triangles(100, -300, 100)
    slow = measure_muap(wave, sfreq=SFREQ / 2)
    assert_allclose(slow[name], 2 * measure_muap(wave, sfreq=SFREQ)[name])


def test_rules_of_the_onset_differ_as_they_say():
    # A slow foot of 18 µV, flanks of 3 ms down from 100 µV, and a steep spike.
    foot = np.full(480, 18.0)
    wave = np.concatenate([np.zeros(960), foot, triangles(-300, flat_ms=0), foot])
    wave = np.pad(wave, (0, 960))
    duration = {
        onset: measure_muap(wave, sfreq=SFREQ, onset=onset)["duration_ms"]
        for onset in ("level", "slope", "fast")
    }
    assert_allclose(duration["level"], 22, atol=0.1)  # the feet are above 15 µV
    assert_allclose(duration["slope"], 2, atol=0.2)  # and below 20 µV
    assert duration["fast"] < 4


def test_noise_of_a_template_does_not_make_it_longer():
    rng = np.random.default_rng(0)
    wave = triangles(100, -300, 100)
    noisy = wave + rng.normal(0, 8, len(wave))
    unaware = measure_muap(noisy, sfreq=SFREQ)
    aware = measure_muap(noisy, sfreq=SFREQ, noise=8)
    assert unaware["duration_ms"] > 10
    assert_allclose(aware["duration_ms"], 5.7, atol=0.6)


def test_a_flat_template_has_no_measures():
    muap = measure_muap(np.zeros(480), sfreq=SFREQ)
    counts = {name: muap.pop(name) for name in ("phases", "turns", "satellites")}
    assert set(counts.values()) == {0.0}
    assert np.isnan(list(muap.values())).all()


def test_no_spike_duration_without_two_positive_turns():
    muap = measure_muap(triangles(-300), sfreq=SFREQ)
    assert np.isnan(muap["spike_duration_ms"])
    assert_allclose(muap["rise_time_ms"], 0.95, atol=0.03)  # from the onset


@pytest.mark.parametrize(
    "template, kwargs, message",
    [
        ([[1.0, 2.0, 3.0]], {}, "one row"),
        ([1.0, np.nan, 3.0], {}, "finite"),
        ([1.0, 2.0, 3.0], {"onset": "eye"}, "onset must be one of"),
        ([1.0, 2.0, 3.0], {"noise": -1.0}, "noise"),
    ],
)
def test_bad_input_is_refused(template, kwargs, message):
    with pytest.raises((SignalError, ValueError), match=message):
        measure_muap(template, sfreq=SFREQ, **kwargs)
