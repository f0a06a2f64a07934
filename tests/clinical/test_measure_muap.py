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
    assert_allclose(muap["irregularity"], 2 * 500 / 400)  # all flanks, up and down


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
    assert_allclose(duration["slope"], 2.5, atol=0.05)  # 20 µV, and half of 0.5 ms
    assert duration["fast"] < 4


@pytest.mark.parametrize("noise", [0, 0.3])
def test_the_slope_is_followed_to_its_end_through_noise(noise):
    """-300 exp(-t) µV falls below 20 µV after 2.7 ms and to 10 µV/ms after 3.4."""
    ms = np.arange(1440) / SFREQ * 1e3 - 10
    wave = -300 * np.exp(-np.abs(ms))
    rng = np.random.default_rng(0)
    measured = [
        measure_muap(wave + rng.normal(0, noise, 1440), sfreq=SFREQ, onset="slope")
        for _ in range(20)
    ]
    duration = np.mean([muap["duration_ms"] for muap in measured])
    assert_allclose(duration, 2 * np.log(30), atol=0.3)


def test_noise_of_a_template_does_not_make_it_longer():
    rng = np.random.default_rng(0)
    wave = triangles(100, -300, 100)
    noisy = wave + rng.normal(0, 8, len(wave))
    unaware = measure_muap(noisy, sfreq=SFREQ)
    aware = measure_muap(noisy, sfreq=SFREQ, noise=8)
    assert unaware["duration_ms"] > 10
    assert_allclose(aware["duration_ms"], 5.7, atol=0.6)


@pytest.mark.parametrize("peak", [0, 14, -14])
def test_a_template_within_the_level_has_no_measures(peak):
    muap = measure_muap(triangles(peak), sfreq=SFREQ)
    assert np.isnan(list(muap.values())).all()


def test_the_ringing_of_the_filter_is_not_measured():
    """The fast part of a step at the edge of a template is largest before the step."""
    muap = measure_muap(np.repeat([0.0, 100.0], [4, 56]), sfreq=4000, onset="fast")
    assert np.isnan(list(muap.values())).all()


def test_no_spike_duration_without_two_positive_peaks():
    muap = measure_muap(triangles(-300), sfreq=SFREQ)
    assert np.isnan(muap["spike_duration_ms"])
    assert_allclose(muap["rise_time_ms"], 0.95, atol=0.03)  # from the onset


def test_a_positive_potential_does_not_rise_to_a_negative_peak():
    muap = measure_muap(triangles(300), sfreq=SFREQ)
    assert np.isnan(muap["rise_time_ms"])
    assert np.isnan(muap["spike_duration_ms"])


def test_a_potential_of_one_phase_is_as_large_as_its_distance_from_the_baseline():
    for sign in (-1, 1):
        muap = measure_muap(triangles(sign * 300), sfreq=SFREQ)
        assert muap["amplitude_uv"] == 300
        assert_allclose(muap["size_index"], 2 * np.log10(0.3) + 1, atol=0.01)
        assert muap["irregularity"] == 2


def test_notches_below_the_baseline_are_no_positive_peaks():
    """A negative phase with tops at -100 µV has turns and no spike duration."""
    times = np.array([0, 10, 13, 14, 15, 16, 17, 20, 30]) * SFREQ // 1000
    corners = [0, 0, -200, -100, -300, -100, -200, 0, 0]
    wave = np.interp(np.arange(times[-1]), times, corners)
    muap = measure_muap(wave, sfreq=SFREQ)
    assert muap["phases"] == 1
    assert muap["turns"] == 5
    assert np.isnan(muap["spike_duration_ms"])
    # The onset is where the first flank of 200 µV in 3 ms reaches 15 µV.
    assert_allclose(muap["rise_time_ms"], 5 - 15 / 200 * 3, atol=0.03)


def test_half_sines_have_the_area_of_their_integral():
    ms = np.arange(round(0.03 * SFREQ)) / SFREQ * 1e3 - 10
    peaks = np.select([ms < 0, ms < 3, ms < 5, ms < 8], [0, 120, -500, 80])
    width = np.where((ms >= 3) & (ms < 5), 2, 3)
    since = np.where(ms < 3, ms, np.where(ms < 5, ms - 3, ms - 5))
    muap = measure_muap(peaks * np.sin(np.pi * since / width), sfreq=SFREQ)
    area = 2 / np.pi * (120 * 3 + 500 * 2 + 80 * 3)
    starts = 3 / np.pi * np.arcsin(15 / 120), 3 / np.pi * np.arcsin(15 / 80)
    assert_allclose(muap["duration_ms"], 8 - sum(starts), atol=0.05)
    assert_allclose(muap["amplitude_uv"], 620, rtol=1e-4)
    assert_allclose(muap["area_uv_ms"], area, rtol=3e-3)  # the tips are below 15 µV
    assert_allclose(muap["thickness_ms"], area / 620, rtol=3e-3)
    assert_allclose(muap["size_index"], 2 * np.log10(0.62) + area / 620, atol=0.01)
    assert muap["phases"] == muap["turns"] == 3
    assert_allclose(muap["spike_duration_ms"], 6.5 - 1.5, atol=0.03)
    assert_allclose(muap["rise_time_ms"], 4 - 1.5, atol=0.03)
    assert muap["satellites"] == 0
    assert_allclose(muap["irregularity"], 2 * 700 / 620, rtol=1e-3)


@pytest.mark.parametrize("rate", [2000, 4000, 10_000, 23437.5, 48_000])
def test_measures_do_not_depend_on_the_sampling_rate(rate):
    """On average over the place of the samples, in which the rate leaves a choice."""
    corners = np.array([0, 10, 12, 14, 16, 18, 20, 22, 35]) / 1e3
    peaks = [0, 0, 160, 0, -320, 0, 80, 0, 0]
    measured = []
    for shift in np.linspace(0, 1, 20, endpoint=False):
        times = (np.arange(round(0.035 * rate)) + shift) / rate
        measured.append(measure_muap(np.interp(times, corners, peaks), sfreq=rate))
    mean = {name: np.mean([one[name] for one in measured]) for name in measured[0]}
    duration = 12 - 2 * 15 / 160 - 2 * 15 / 80
    assert_allclose(mean["duration_ms"], duration, atol=0.05)
    area = 2 * (160 + 320 + 80) - 15 * (2 * 15 / 160 + 2 * 15 / 80) / 2
    assert_allclose(mean["area_uv_ms"], area, rtol=0.01)
    assert_allclose(mean["amplitude_uv"], 480, rtol=0.15 if rate < 4000 else 0.07)
    assert_allclose(mean["spike_duration_ms"], 8, atol=0.05)
    assert_allclose(mean["rise_time_ms"], 4, atol=0.05)
    assert mean["phases"] == mean["turns"] == 3


def test_one_sample_above_the_level_has_finite_measures():
    muap = measure_muap(np.pad([-30.0], 30), sfreq=2000)
    assert muap["duration_ms"] == 0.5
    assert muap["amplitude_uv"] == 30
    assert muap["area_uv_ms"] == 15
    assert_allclose(muap["size_index"], 2 * np.log10(0.03) + 0.5)
    assert muap["phases"] == muap["turns"] == 1


@pytest.mark.parametrize(
    "peaks", [[100, -200, 19], [100, -200, 22], [60, -30, 90, -200, 19, -60]]
)
def test_a_potential_has_as_many_turns_forward_as_backward(peaks):
    forward = measure_muap(triangles(*peaks), sfreq=SFREQ)
    backward = measure_muap(triangles(*peaks[::-1]), sfreq=SFREQ)
    assert backward["turns"] == forward["turns"]
    assert backward["spike_duration_ms"] == pytest.approx(
        forward["spike_duration_ms"], nan_ok=True
    )


def test_slow_parts_that_a_rule_leaves_out_are_no_satellites():
    """A spike on a wave of 80 µV and 30 ms, which the fast rule does not see."""
    wave = np.pad(80 * np.hanning(1440), 960)
    spike = triangles(100, -400, 100, flat_ms=0)
    wave[1536 : 1536 + len(spike)] += spike
    fast = measure_muap(wave, sfreq=SFREQ, onset="fast")
    assert fast["duration_ms"] < 8
    assert fast["satellites"] == 0
    assert measure_muap(wave, sfreq=SFREQ)["duration_ms"] > 15


@pytest.mark.parametrize(
    "sides, n_satellites", [("after", 1), ("before", 1), ("both", 2)]
)
def test_satellites_are_counted_on_both_sides(sides, n_satellites):
    late = triangles(-40, flat_ms=4)
    parts = [triangles(100, -300, 100, flat_ms=4)]
    parts = [late, *parts] if sides != "after" else parts
    parts = [*parts, late] if sides != "before" else parts
    muap = measure_muap(np.concatenate(parts), sfreq=SFREQ)
    assert muap["satellites"] == n_satellites
    assert_allclose(muap["duration_ms"], 6 - 0.3, atol=0.05)


@pytest.mark.parametrize("dtype", [np.float32, np.int16, ">f8"])
def test_any_type_of_number_has_the_measures_of_its_floats(dtype):
    wave = triangles(96, -288, 48).round().astype(dtype)
    before = wave.copy()
    assert measure_muap(wave, sfreq=SFREQ) == measure_muap(wave.tolist(), sfreq=SFREQ)
    assert np.array_equal(wave, before)


def test_noise_of_a_template_makes_neither_turns_nor_phases():
    rng = np.random.default_rng(0)
    for noise in (8, 12, 20):
        wave = triangles(200, -600, 200)
        noisy = wave + rng.normal(0, noise, len(wave))
        muap = measure_muap(noisy, sfreq=SFREQ, noise=noise)
        assert muap["phases"] == 3
        assert muap["turns"] <= 7  # without knowing the noise more than 20
        assert muap["satellites"] == 0


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
