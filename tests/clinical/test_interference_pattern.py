import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from scipy.signal import sawtooth

from skemg.clinical import InterferencePattern
from skemg.datasets import make_needle_emg
from skemg.exceptions import SignalError
from skemg.signals import Recordings

SFREQ = 10_000


def triangle(frequency, height, seconds=3.0):
    """Return a wave that turns 2 * frequency times a second, by `height` each time."""
    times = np.arange(round(seconds * SFREQ)) / SFREQ
    return height / 2 * sawtooth(2 * np.pi * frequency * times, width=0.5)


def as_recordings(signals, **kwargs):
    kwargs = {"sfreq": SFREQ, "unit": "uV", **kwargs}
    return Recordings.from_list(signals, **kwargs)


def measures(signal, **kwargs):
    pattern = InterferencePattern(**kwargs)
    row = pattern.fit_transform(as_recordings([signal]))[0]
    return dict(zip(pattern.get_feature_names_out(), row, strict=True))


@pytest.mark.parametrize("frequency, height", [(10, 500), (50, 200), (100, 3000)])
def test_a_triangle_has_the_turns_and_the_amplitude_of_its_formula(frequency, height):
    row = measures(triangle(frequency, height))
    # the ends of the recording cost a turn or two, in 3 s
    assert_allclose(row["ip_turns_per_s"], 2 * frequency, atol=1)
    assert_allclose(row["ip_turn_amplitude_uv"], height, rtol=1e-3)
    ratio = 2 * frequency / height
    assert_allclose(row["ip_turns_by_amplitude_per_s_uv"], ratio, rtol=0.04)
    assert_allclose(row["ip_peak_ratio_per_s_uv"], ratio, rtol=1e-2)
    assert_allclose(row["ip_envelope_uv"], 0.98 * height, rtol=0.03)


@pytest.mark.parametrize(
    "frequency, height, small, sharp",
    [
        (200, 500, 400, 1.0),  # segments of 2.5 ms
        (200, 2500, 0, 1.0),  # as short, but of more than 2 mV
        (125, 500, 0, 1.0),  # segments of 4 ms
        (50, 500, 0, 0.0),  # segments of 10 ms
    ],
)
def test_segments_are_small_or_sharp_by_their_size(frequency, height, small, sharp):
    row = measures(triangle(frequency, height))
    assert_allclose(row["ip_small_segments_per_s"], small, atol=2)
    assert_allclose(row["ip_activity_share"], sharp, atol=0.01)


def test_what_stays_below_the_threshold_does_not_turn():
    row = measures(triangle(50, 99.0))
    assert row["ip_turns_per_s"] == 0
    assert row["ip_activity_share"] == 0
    for name in (
        "ip_turn_amplitude_uv",
        "ip_turns_by_amplitude_per_s_uv",
        "ip_peak_ratio_per_s_uv",
    ):
        assert np.isnan(row[name])


def test_a_ripple_on_a_large_wave_is_no_turn():
    ripple = triangle(1000, 40.0)
    assert_allclose(measures(triangle(20, 1000) + ripple)["ip_turns_per_s"], 40, atol=1)


def test_a_flat_recording_has_counts_of_zero_and_nothing_made_up():
    row = measures(np.zeros(SFREQ))
    assert row["ip_turns_per_s"] == row["ip_envelope_uv"] == 0
    assert np.isnan(row["ip_turn_amplitude_uv"])


def test_turning_the_signal_round_changes_nothing():
    rng = np.random.default_rng(0)
    signal = rng.normal(scale=200, size=3 * SFREQ)
    row, other = measures(signal), measures(-signal)
    # the first slope may go the other way, which moves one turn
    for name, value in row.items():
        assert_allclose(other[name], value, rtol=1e-3)


def test_twice_the_signal_at_twice_the_threshold_has_twice_the_amplitude():
    signal = np.random.default_rng(1).normal(scale=80, size=3 * SFREQ)
    one, two = measures(signal), measures(2 * signal, threshold=200.0)
    assert two["ip_turns_per_s"] == one["ip_turns_per_s"]
    assert_allclose(two["ip_turn_amplitude_uv"], 2 * one["ip_turn_amplitude_uv"])
    assert_allclose(
        two["ip_turns_by_amplitude_per_s_uv"], one["ip_turns_by_amplitude_per_s_uv"] / 2
    )


def test_the_peak_ratio_is_that_of_the_richest_epoch():
    weak, strong = triangle(20, 400, 1.0), triangle(100, 400, 1.0)
    row = measures(np.concatenate([weak, strong, weak]))
    assert_allclose(row["ip_peak_ratio_per_s_uv"], 200 / 400, rtol=0.03)


def test_without_a_unit_the_names_have_none():
    emg = as_recordings([triangle(10, 5.0)], unit=None)
    pattern = InterferencePattern(threshold=1.0, threshold_unit="signal").fit(emg)
    assert "ip_turn_amplitude" in pattern.get_feature_names_out()
    assert_allclose(pattern.transform(emg)[0][1], 5.0, rtol=1e-3)


def cohort(n_patients=4, seed=0):
    """Return patients of lognormal turns and amplitudes, three kinds of them."""
    rng = np.random.default_rng(seed)
    signals, classes, groups = [], [], []
    for kind, factor in (("normal", 1.0), ("neuropathic", 4.0), ("myopathic", 0.25)):
        for patient in range(n_patients):
            pieces = [
                triangle(
                    100 * np.exp(rng.normal(scale=0.2)),
                    800 * factor * np.exp(rng.normal(scale=0.2)),
                    0.5,
                )
                for _ in range(20)
            ]
            signals.append(np.concatenate(pieces))
            classes.append(kind)
            groups.append(f"{kind} {patient}")
    return as_recordings(signals, groups=groups), np.array(classes)


def test_the_region_is_the_ellipse_of_the_normal_epochs():
    emg, y = cohort(n_patients=40)
    pattern = InterferencePattern(normal="normal").fit(emg, y)
    assert_allclose(pattern.cloud_.centre, np.log([200, 800]), atol=0.05)
    assert_allclose(np.sqrt(np.diag(pattern.cloud_.covariance)), 0.2, atol=0.03)
    assert_allclose(pattern.cloud_.limit, stats.chi2.ppf(0.95, 2))
    outside = pattern.transform(emg)[y == "normal", 7]
    assert 0.03 < outside.mean() < 0.07


def test_the_direction_tells_neuropathy_from_myopathy():
    emg, y = cohort()
    table = InterferencePattern(normal="normal").fit(emg, y).transform(emg)
    above, below = table[:, 8], table[:, 9]
    assert (above[y == "neuropathic"] > 0.9).all()
    assert (below[y == "neuropathic"] == 0).all()
    assert (below[y == "myopathic"] > 0.9).all()
    assert (above[y == "myopathic"] == 0).all()
    assert_allclose(table[:, 7], above + below)


def test_all_patients_weigh_the_same_in_the_region():
    """Of two patients one has ten recordings: the centre stays between them."""
    rng = np.random.default_rng(0)

    def recordings(height, n):
        return [
            np.concatenate(
                [triangle(100 * np.exp(rng.normal(scale=0.1)), height, 0.5)] * 20
            )
            for _ in range(n)
        ]

    signals = recordings(400, 10) + recordings(1600, 1)
    emg = as_recordings(signals, groups=["a"] * 10 + ["b"])
    pattern = InterferencePattern(normal=0).fit(emg, np.zeros(11, int))
    assert_allclose(pattern.cloud_.centre[1], np.log(800), atol=0.03)


def test_simulated_patients_are_in_the_order_of_the_clinic():
    emg = make_needle_emg(n_patients=18, duration=3.0, random_state=0)
    pattern = InterferencePattern(normal="normal").fit(emg.data, emg.target)
    table = pattern.transform(emg.data)
    names = list(pattern.get_feature_names_out())

    def mean(name, kind):
        return np.nanmean(table[emg.target == kind, names.index(name)])

    # more and smaller turns in myopathy
    assert mean("ip_peak_ratio_per_s_uv", "myopathic") > mean(
        "ip_peak_ratio_per_s_uv", "normal"
    )
    assert mean("ip_turn_amplitude_uv", "myopathic") < mean(
        "ip_turn_amplitude_uv", "normal"
    )
    assert mean("ip_below_share", "myopathic") > mean("ip_below_share", "normal")


@pytest.mark.parametrize(
    "change, message",
    [
        ({"unit": None}, "needs calibrated recordings"),
        ({"sfreq": None}, "the sampling rate is unknown"),
        ({"sfreq": 100_000}, "recording 0 has 30000 samples, epoch=0.5 s needs 50000"),
    ],
)
def test_recordings_that_do_not_fit_are_refused(change, message):
    with pytest.raises(SignalError, match=message):
        InterferencePattern().fit(as_recordings([triangle(10, 500)], **change))


def test_several_channels_are_refused():
    emg = as_recordings([np.stack([triangle(10, 500)] * 2)])
    with pytest.raises(
        SignalError, match="one channel, the recordings have 2; read one"
    ):
        InterferencePattern().fit(emg)


def test_a_region_needs_classes_patients_and_normal_epochs():
    emg, y = cohort(n_patients=2)
    pattern = InterferencePattern(normal="normal")
    with pytest.raises(ValueError, match="pass y, or normal=None"):
        pattern.fit(emg)
    with pytest.raises(SignalError, match="patients are unknown"):
        pattern.fit(emg.with_groups(None), y)
    with pytest.raises(ValueError, match=r"normal='normal', only \['myopathic'\]"):
        pattern.fit(emg, np.full(len(y), "myopathic"))
    for wrong in (y[:-1], [*y, "normal"], y[:, np.newaxis]):
        with pytest.raises(ValueError, match=r"y must have shape \(6,\)"):
            pattern.fit(emg, wrong)
    with pytest.raises(SignalError, match="got 20 of 1"):
        pattern.fit(emg[[0]], y[[0]])


def test_normal_epochs_that_are_all_alike_have_no_region():
    emg = as_recordings([triangle(50, 500, 12.0)] * 2, groups=["a", "b"])
    with pytest.raises(SignalError, match="lie on a line"):
        InterferencePattern(normal=0).fit(emg, [0, 0])


def test_a_region_is_not_applied_to_data_in_another_unit():
    emg, y = cohort()
    pattern = InterferencePattern(normal="normal", threshold_unit="signal").fit(emg, y)
    volts = emg.with_values(emg.values / 1e6, unit=None)
    with pytest.raises(SignalError, match="in µV and got data that are uncalibrated"):
        pattern.transform(volts)


def test_classes_may_have_any_name():
    emg, y = cohort()
    expected = InterferencePattern(normal="normal").fit(emg, y).cloud_
    for normal, classes in [
        (1, y == "normal"),
        ("gesund", np.where(y == "normal", "gesund", y)),
    ]:
        found = InterferencePattern(normal=normal).fit(emg, classes).cloud_
        assert_array_equal(found.centre, expected.centre)
        assert_array_equal(found.covariance, expected.covariance)


def test_patients_who_are_not_normal_teach_nothing():
    emg, y = cohort()
    ill = np.repeat(y != "normal", emg.n_times)
    other = emg.with_values(np.where(ill, 3 * emg.values, emg.values))
    one, two = (InterferencePattern(normal="normal").fit(X, y) for X in (emg, other))
    assert_array_equal(one.cloud_.centre, two.cloud_.centre)
    assert_array_equal(one.cloud_.covariance, two.cloud_.covariance)


@pytest.mark.parametrize("rate", [2000, 4000, 10_000, 23437.5, 48_000])
def test_a_zigzag_by_hand_has_its_measures_at_every_rate(rate):
    """Segments of 2 ms and 300 µV, of 4 ms and 2400 µV, of 10 ms and 600 µV in turn."""
    corners = np.cumsum(np.tile([2, 4, 10, 2, 4, 10], 16)) / 1e3  # 0.512 s
    heights = np.cumsum(np.tile([300, -2400, 600, -300, 2400, -600], 16))
    times = np.arange(round(0.512 * rate) + 1) / rate
    signal = np.interp(times, np.append(0, corners), np.append(0, heights))
    pattern = InterferencePattern(epoch=0.512)
    row = dict(
        zip(
            pattern.fit(
                emg := as_recordings([signal], sfreq=rate)
            ).get_feature_names_out(),
            pattern.transform(emg)[0],
            strict=True,
        )
    )
    # 95 inner corners are turns, and 94 segments lie between two of them
    assert_allclose(row["ip_turns_per_s"], 95 / 0.512, rtol=1e-3)
    amplitude = (31 * 300 + 32 * 2400 + 31 * 600) / 94
    assert_allclose(row["ip_turn_amplitude_uv"], amplitude, rtol=0.03)
    ratio = 95 / 0.512 / amplitude
    assert_allclose(row["ip_turns_by_amplitude_per_s_uv"], ratio, rtol=0.03)
    assert_allclose(row["ip_peak_ratio_per_s_uv"], ratio, rtol=0.03)
    assert_allclose(row["ip_small_segments_per_s"], 31 / 0.512, rtol=1e-3)
    assert_allclose(row["ip_activity_share"], (31 * 2 + 32 * 4) / 512, atol=0.01)


@pytest.mark.parametrize("unit, factor", [("mV", 1e-3), ("V", 1e-6)])
def test_recordings_in_other_units_have_the_measures_of_their_microvolts(unit, factor):
    signal = np.random.default_rng(2).normal(scale=200, size=2 * SFREQ)
    table = InterferencePattern().fit_transform(as_recordings([signal]))
    emg = as_recordings([factor * signal], unit=unit)
    assert_allclose(InterferencePattern().fit_transform(emg), table)


@pytest.mark.parametrize(
    "params, message",
    [
        ({"epoch": 0.0}, "epoch"),
        ({"epoch": np.nan}, "epoch"),
        ({"threshold": -1.0}, "threshold"),
        ({"threshold_unit": "mV"}, "threshold_unit must be one of"),
        ({"region": 1.0}, "region"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(params, message):
    with pytest.raises(ValueError, match=message):
        InterferencePattern(**params).fit(as_recordings([triangle(10, 500)]))


def test_each_recording_is_measured_at_its_own_rate():
    slow = triangle(10, 500)[::2]
    emg = Recordings.from_list([triangle(10, 500), slow], sfreq=[10e3, 5e3], unit="uV")
    table = InterferencePattern().fit_transform(emg)
    assert_allclose(table[0], table[1], rtol=0.01)


def test_float32_gives_what_float64_gives():
    signal = np.random.default_rng(0).normal(scale=200, size=3 * SFREQ)
    single = as_recordings([signal.astype(np.float32)])
    table = InterferencePattern().fit_transform(single)
    exact = as_recordings([signal.astype(np.float32).astype(np.float64)])
    assert_allclose(table, InterferencePattern().fit_transform(exact), rtol=1e-5)


def test_the_kernel_finds_the_turns_that_a_plain_scan_finds():
    from skemg._kernels.turns import find_turns

    rng = np.random.default_rng(0)
    for _ in range(50):
        signal = rng.integers(-5, 6, size=40).astype(float)
        assert_array_equal(find_turns(signal, 3.0), plain_scan(signal, 3.0))


def plain_scan(signal, level):
    """Return the turns by their definition: zigzag of swings that reach the level."""
    turns, candidate, direction = [], None, 0
    low = high = 0
    for i in range(1, len(signal)):
        if direction == 0:
            low = i if signal[i] < signal[low] else low
            high = i if signal[i] > signal[high] else high
            if signal[high] - signal[i] >= level and signal[high] > signal[i]:
                direction, candidate = -1, i
            elif signal[i] - signal[low] >= level and signal[i] > signal[low]:
                direction, candidate = 1, i
        elif direction * (signal[i] - signal[candidate]) > 0:
            candidate = i
        elif abs(signal[i] - signal[candidate]) >= level:
            turns.append(candidate)
            direction, candidate = -direction, i
    return np.array(turns, int)
