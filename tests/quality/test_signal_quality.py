"""Every check of SignalQuality, on signals whose fault is known."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.quality import SignalQuality
from skemg.signals import Recordings, Windows

SFREQ = 10_000.0
NOTHING = dict.fromkeys(
    ["mains", "drift", "offset", "amplitude", "clipped", "flat", "repeated_rows"]
)


def noise(n_times=20_000, level=100.0, seed=0):
    return level * np.random.default_rng(seed).normal(size=n_times)


def tone(frequency, n_times=20_000, amplitude=100.0):
    return amplitude * np.sin(2 * np.pi * frequency * np.arange(n_times) / SFREQ)


def judge(*signals, unit="uV", **options):
    X = Recordings.from_list(signals, sfreq=SFREQ, unit=unit)
    return SignalQuality.from_recordings(X, **options)


def found(quality):
    return {(flag["recording"], flag["check"]) for flag in quality.flags}


def test_noise_of_a_plausible_amplitude_has_no_flag():
    quality = judge(noise(), noise(seed=1))
    assert quality.flags == []
    assert quality.ok.all()
    assert quality.raise_for() is quality
    assert repr(quality) == "<SignalQuality: 2 recordings, 0 with flags>"


def test_basic_numbers_are_those_of_numpy_on_the_finite_samples():
    x = noise(seed=2) + 30
    x[[0, 7000, -1]] = np.nan, np.inf, -np.inf
    table = judge(x).table
    good = x[np.isfinite(x)]
    assert_allclose(table["mean"], good.mean())
    assert_allclose(table["rms"], good.std())
    assert_allclose([table["min"][0], table["max"][0]], [good.min(), good.max()])
    assert_allclose(table["missing"], 3 / 20_000)
    assert_allclose(table["seconds"], 2.0)


def test_a_recording_of_nan_alone_is_missing_and_nothing_else():
    quality = judge(np.full(20_000, np.nan))
    assert found(quality) == {(0, "missing")}
    assert quality.flags[0]["value"] == 1


def test_the_spectrum_is_that_of_the_seconds_without_nan():
    x = np.concatenate([tone(50, 10_000), noise(10_000)])
    x[123] = np.nan
    assert judge(x).table["mains"][0] < 0.05
    assert np.isnan(judge(x[:10_000]).table["mains"][0])


def test_a_flat_line_counts_its_samples_and_its_longest_run():
    x = noise()
    x[4000:6000] = 0.0
    x[10_000:10_900] = 5.0  # shorter than 0.1 s
    quality = judge(x)
    assert_allclose(quality.table["flat"], 0.1)
    assert_allclose(quality.table["longest_flat"], 0.2)
    assert found(quality) == {(0, "flat")}


def test_a_constant_channel_is_flat_and_neither_clipped_nor_repeated():
    quality = judge(np.full(20_000, 3.0))
    assert found(quality) == {(0, "flat"), (0, "offset")}


def test_clipping_counts_runs_at_both_ends():
    x = noise(1000)
    x[:1000] = np.linspace(-80, 80, 1000)
    x[100:120], x[500:503], x[700] = 90, -90, -90
    assert_allclose(judge(x).table["clipped"], 23 / 1000)


def test_twelve_bits_that_reach_their_ends_are_clipped_and_eight_free_ones_are_not():
    adc = np.clip(np.round(noise(level=900) + 2048), 0, 4095)
    share = np.mean((adc == 0) | (adc == 4095))
    assert 0.02 < share < 0.03
    quality = judge(adc, unit=None, limits=(0, 4095))
    assert_allclose(quality.table["clipped"], share)
    assert (0, "clipped") in found(quality)
    slow = np.repeat(np.clip(np.round(noise(4000, 4000)), 0, 4095), 5)
    assert judge(slow, unit=None).table["clipped"][0] > 0.5  # found without limits
    coarse = np.repeat(np.round(noise(4000, 2.0)), 5)  # runs, but no end of a range
    assert judge(coarse, unit=None).table["clipped"][0] == 0


def test_steps_round_the_end_of_sixteen_bits_are_counted():
    truth = np.round(tone(200, amplitude=31_500) + noise(level=300))
    truth[7000:7100] *= 1.06  # two crests and two troughs beyond the range
    outside = (truth > 32_767) | (truth < -32_768)
    n_steps = np.count_nonzero(np.diff(outside))  # in and out again
    assert n_steps >= 8
    wrapped = truth.astype(np.int64).astype(np.int16)
    inside = np.where(outside, 0, truth).astype(np.int16)
    quality = judge(wrapped, inside * 0.9, unit=None)
    assert_array_equal(quality.table["wrapped"], [n_steps, 0])
    scaled = judge(wrapped * 0.1)
    assert scaled.table["wrapped"] == [n_steps]
    assert "came in at the other end" in scaled.flags[0]["text"]


@pytest.mark.parametrize("line", [50, 60])
def test_hum_is_the_share_of_the_power_and_names_its_line(line):
    x = noise() + tone(line, amplitude=100 * np.sqrt(2))  # as strong as the noise
    table = judge(x).table
    assert_allclose(table["mains"], 0.5, atol=0.02)
    assert table["mains_frequency"] == [line]


def test_harmonics_count_and_a_tone_beside_them_does_not():
    assert judge(noise() + tone(150, amplitude=300)).table["mains"][0] > 0.7
    assert judge(noise() + tone(137, amplitude=300)).table["mains"][0] < 0.02


def test_nothing_but_hum_is_an_electrode_that_is_off():
    (flag,) = judge(tone(60) + noise(level=5)).flags
    assert flag["check"] == "mains"
    assert "the electrode may be off" in flag["text"]


def test_drift_is_the_share_of_the_power_below_ten_hertz():
    x = tone(150) + tone(4, amplitude=100)
    assert_allclose(judge(x).table["drift"], 0.5, atol=1e-6)
    slower = tone(150) + tone(0.5, amplitude=100)  # a period of two seconds
    assert_allclose(judge(slower).table["drift"], 0.5, atol=0.01)
    assert judge(tone(150) + 1e4).table["drift"][0] < 1e-6  # a level is no drift


def test_short_or_slow_recordings_leave_hum_unknown():
    assert np.isnan(judge(noise(4000)).table["mains"][0])
    slow = SignalQuality.from_recordings([noise(500)], sfreq=100)
    assert slow.table["mains"] == [0]  # no line below half of the rate


@pytest.mark.parametrize(
    "factor, words",
    [
        (1e-3, "1,000 times too small, as mV read as µV"),
        (1e-6, "1,000,000 times too small, as V read as µV"),
        (1e3, "1,000 times too large, as µV read as mV"),
        (1e6, "1,000,000 times too large, as µV read as V"),
    ],
)
def test_a_slip_of_the_unit_is_named(factor, words):
    quality = judge(noise(level=150.0) * factor)
    assert found(quality) == {(0, "amplitude")}
    assert words in quality.flags[0]["text"]


def test_volts_read_as_microvolts_are_named_for_whole_recordings_in_their_units():
    x = noise(level=1e-4)  # volts
    X = Recordings.from_list([x], sfreq=SFREQ, unit="V")
    assert SignalQuality.from_recordings(X).ok.all()
    assert not judge(x).ok.any()


def test_surface_has_a_range_of_its_own():
    assert judge(noise(level=0.5), kind="surface").ok.all()
    assert found(judge(noise(level=0.5))) == {(0, "amplitude")}


def test_uncalibrated_data_have_no_plausible_range():
    assert judge(noise(level=1e-9), unit=None).ok.all()


def test_repeated_rows_give_the_true_rate():
    rows = np.stack([noise(2000, seed=i) for i in range(3)])
    quality = judge(np.repeat(rows, 10, axis=1))
    assert_allclose(quality.table["distinct_rate"], 1000)
    assert_allclose(quality.table["repeated_rows"], (20_000 - 2000) / 19_999)
    (flag,) = (f for f in quality.flags if f["check"] == "repeated_rows")
    assert flag["channel"] is None
    assert "1000 new ones a second, not 10000" in flag["text"]
    assert (0, "repeated") not in found(quality)


def test_one_slow_channel_beside_fast_ones_is_named():
    quality = judge(np.stack([noise(), np.repeat(noise(400, seed=1), 50)]))
    (flag,) = (f for f in quality.flags if f["check"].startswith("repeated"))
    assert (flag["channel"], flag["check"]) == (1, "repeated")


def test_exact_copies_name_the_first_one():
    x = noise()
    quality = judge(x, noise(seed=1), x.copy(), x[:-1], -x)
    assert_array_equal(quality.table["copy_of"], [-1, -1, 0, -1, -1])
    assert found(quality) == {(2, "copy")}


def test_time_stamps_tell_rate_gaps_and_steps_back():
    x = noise(10_001)
    time = np.arange(10_001) / SFREQ
    assert judge(x, timestamps=[time]).ok.all()
    slow = judge(x, timestamps=[time * 1.1])
    assert_allclose(slow.table["clock_rate"], SFREQ / 1.1)
    assert found(slow) == {(0, "rate")}
    lost = time.copy()
    lost[5000:] += 0.3
    gap = judge(x, timestamps=[lost], thresholds={"rate": None})
    assert found(gap) == {(0, "gaps")}
    assert_allclose(gap.table["longest_gap"], 0.3001)
    back = time.copy()
    back[[100, 101]] = back[[101, 100]]
    assert (0, "backwards") in found(judge(x, timestamps=[back]))
    shaken = time + np.random.default_rng(0).uniform(-0.2, 0.2, 10_001) / SFREQ
    assert_allclose(judge(x, timestamps=[shaken]).table["jitter"], 0.163, atol=0.005)


def test_channels_longer_than_the_signal_look_like_swapped_axes():
    assert (0, "axes") in found(judge(noise(4000).reshape(80, 50)))


def test_channels_carry_their_names_and_recordings_their_patients():
    X = Recordings.from_list(
        [np.stack([noise(), 0 * noise()])] * 2,
        sfreq=SFREQ,
        unit="uV",
        groups=["a", "b"],
        channel_names=["left", "right"],
    )
    quality = SignalQuality.from_recordings(X)
    assert quality.table["patient"].tolist() == ["a", "a", "b", "b"]
    assert quality.flags[0]["channel"] == "right"
    assert "recording 0, channel right: 100.0% of the samples" in repr(quality)
    assert len(quality.to_frame()) == 4
    assert quality.to_frame("flags")["check"].tolist() == ["flat", "copy", "flat"]


def test_thresholds_move_a_limit_or_leave_a_check_out():
    x = noise() + tone(50, amplitude=100)
    assert found(judge(x)) == {(0, "mains")}
    assert judge(x, thresholds={"mains": 0.5}).ok.all()
    assert judge(x, thresholds={"mains": None}).ok.all()


def test_raise_for_says_what_was_found_and_only_that():
    quality = judge(noise(level=1e-4))
    quality.raise_for("flat", "clipped")
    with pytest.raises(SignalError, match="recording 0, channel 0: an RMS of"):
        quality.raise_for("amplitude")
    with pytest.raises(ValueError, match="unknown checks"):
        quality.raise_for("loudness")


@pytest.mark.parametrize(
    "wrong, match",
    [
        ({"kind": "skin"}, "needle"),
        ({"thresholds": {"loud": 1}}, "loud"),
        ({"thresholds": {"flat": -1}}, "at least 0"),
        ({"limits": (3, 3)}, "low < high"),
        ({"timestamps": [np.arange(5.0)]}, r"expected \(20000,\)"),
        ({"timestamps": []}, "0 entries for 1 recordings"),
        ({"timestamps": [np.full(20_000, np.nan)]}, "NaN"),
        ({"sfreq": 7.0}, "leave sfreq out"),
    ],
)
def test_a_wrong_argument_is_named(wrong, match):
    with pytest.raises(ValueError, match=match):
        judge(noise(), **wrong)


def test_plain_arrays_need_a_rate_and_windows_are_refused():
    x = np.stack([noise(), noise(seed=1)])
    assert SignalQuality.from_recordings(x, sfreq=SFREQ).ok.all()
    assert SignalQuality.from_recordings(list(x), sfreq=SFREQ).ok.all()
    with pytest.raises(SignalError, match="sampling rate is unknown"):
        SignalQuality.from_recordings(x)
    with pytest.raises(SignalError, match="works on recordings"):
        SignalQuality.from_recordings(Windows(x, [0, 2], sfreq=SFREQ))


@pytest.mark.parametrize("dtype", [np.int16, np.float32, ">f8", np.uint16])
def test_any_type_of_samples_gives_the_measures_of_its_float_copy(dtype):
    x = np.round(noise(level=300) + 3000).astype(dtype)
    given = x.copy()
    one, other = judge(x, unit=None).table, judge(x.astype(float), unit=None).table
    assert all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)
    assert_array_equal(x, given)


EXTREMES = [0.0, np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 32_767, -32_768]


@pytest.mark.parametrize("n_times", [1, 2, 59, 300])
@pytest.mark.parametrize("sfreq", [0.5, 119.9, 1000])
def test_no_values_however_odd_make_it_fail(n_times, sfreq):
    rng = np.random.default_rng(n_times)
    for _ in range(20):
        x = rng.normal(size=(2, n_times))
        odd = rng.random(x.shape) < rng.random()
        x[odd] = rng.choice(EXTREMES, odd.sum())
        X = Recordings.from_list([x, x[:, ::-1]], sfreq=sfreq, unit="uV")
        quality = SignalQuality.from_recordings(X)
        missing = np.mean(~np.isfinite(x), axis=1)
        assert_allclose(quality.table["missing"][:2], missing)
        flagged = {(f["recording"], f["channel"]) for f in quality.flags}
        assert {(0, i) for i in np.flatnonzero(missing)} <= flagged
        assert "2 recordings" in repr(quality)
