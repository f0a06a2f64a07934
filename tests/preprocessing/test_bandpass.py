import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.exceptions import SignalError
from skemg.preprocessing import Bandpass
from skemg.signals import Recordings

SFREQ = 2000.0


def tone(frequency, n_times=4000, sfreq=SFREQ):
    """Return a sine of unit amplitude."""
    return np.sin(2 * np.pi * frequency * np.arange(n_times) / sfreq)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("frequency, gain", [(5, 0.0), (150, 1.0), (900, 0.0)])
def test_gain_is_one_inside_the_band_and_zero_outside(frequency, gain):
    (filtered,) = Bandpass(20, 450, sfreq=SFREQ).fit_transform([tone(frequency)])
    assert_allclose(np.abs(filtered[2000:]).max(), gain, atol=0.02)


@pytest.mark.parametrize("low, high", [(100, None), (None, 100), (100, 400)])
@pytest.mark.parametrize("zero_phase, power", [(False, 0.5), (True, 0.25)])
def test_power_halves_at_a_cutoff_and_once_more_on_the_way_back(
    low, high, zero_phase, power
):
    step = Bandpass(low, high, zero_phase=zero_phase, sfreq=SFREQ)
    (filtered,) = step.fit_transform([tone(100, 20_000)])
    assert_allclose(np.mean(filtered[5000:15_000] ** 2) / 0.5, power, rtol=1e-3)


def test_default_removes_offset_and_keeps_the_needle_band():
    (filtered,) = Bandpass(sfreq=48_000).fit_transform(
        [1e4 + tone(2000, 48_000, sfreq=48_000)]
    )
    assert_allclose(filtered[-4800:].mean(), 0.0, atol=1e-3)
    assert_allclose(np.abs(filtered[-4800:]).max(), 1.0, atol=1e-3)


def test_zero_phase_moves_no_peak():
    pulse = np.zeros(4001)
    pulse[2000] = 1.0
    (there,) = Bandpass(20, 400, zero_phase=True, sfreq=SFREQ).fit_transform([pulse])
    assert there.argmax() == 2000
    assert_allclose(there, there[::-1], atol=1e-9)


def test_causal_filter_does_not_depend_on_later_samples():
    x = noise(1, 3000)
    changed = x.copy()
    changed[:, 2000:] = 7.0
    step = Bandpass(20, 400, sfreq=SFREQ)
    assert_array_equal(
        step.fit_transform(x)[:, :2000], step.fit_transform(changed)[:, :2000]
    )


@pytest.mark.parametrize(
    "low, high, cutoffs, kind",
    [
        (20, 450, (20, 450), "bandpass"),
        (20, None, 20, "highpass"),
        (None, 450, 450, "lowpass"),
    ],
)
@pytest.mark.parametrize("order", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("zero_phase", [False, True])
def test_equals_scipy_for_every_recording(low, high, cutoffs, kind, order, zero_phase):
    sos = signal.butter(order, cutoffs, kind, fs=SFREQ, output="sos")
    run = signal.sosfiltfilt if zero_phase else signal.sosfilt
    recordings = [noise(n, seed=n) for n in (60, 1000, 140_000)]
    step = Bandpass(low, high, order=order, zero_phase=zero_phase, sfreq=SFREQ)
    for filtered, x in zip(step.fit_transform(recordings), recordings, strict=True):
        assert_allclose(filtered, run(sos, x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("zero_phase", [False, True])
def test_channels_are_filtered_one_by_one(zero_phase):
    X = noise(3, 2, 500)
    step = Bandpass(20, 400, zero_phase=zero_phase, sfreq=SFREQ)
    filtered = step.fit_transform(X)
    assert filtered.shape == X.shape
    assert_array_equal(filtered[:, 1], step.fit_transform(X[:, 1]))


@pytest.mark.parametrize("zero_phase", [False, True])
def test_float32_stays_float32_and_is_computed_in_float64(zero_phase):
    X = noise(2, 5000).astype(np.float32)
    step = Bandpass(1, 400, order=6, zero_phase=zero_phase, sfreq=SFREQ)
    single = step.fit_transform(X)
    assert single.dtype == np.float32
    assert_allclose(single, step.fit_transform(X.astype(np.float64)), atol=1e-6)


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.uint16])
def test_integer_extremes_are_filtered_as_floats(dtype):
    extremes = np.resize(np.array([np.iinfo(dtype).min, np.iinfo(dtype).max]), (1, 400))
    X = extremes.astype(dtype)
    step = Bandpass(20, 400, sfreq=SFREQ)
    assert_array_equal(step.fit_transform(X), step.fit_transform(X.astype(float)))


@pytest.mark.parametrize("zero_phase", [False, True])
def test_every_recording_is_filtered_at_its_own_rate(zero_phase):
    recordings = [noise(900), noise(1200, seed=1), noise(700, seed=2)]
    emg = Recordings.from_list(
        recordings, sfreq=[1000, 4000, 1000], groups=["a", "b", "a"], unit="mV"
    )
    step = Bandpass(20, 400, zero_phase=zero_phase)
    filtered = step.fit_transform(emg)
    assert filtered.unit == "uV"
    assert_array_equal(filtered.groups, emg.groups)
    assert_array_equal(filtered.sfreq, emg.sfreq)
    for i, sfreq in enumerate([1000, 4000, 1000]):
        alone = Bandpass(20, 400, zero_phase=zero_phase, sfreq=sfreq)
        assert_array_equal(filtered[i], alone.fit_transform([emg[i]])[0])


@pytest.mark.parametrize("zero_phase", [False, True])
def test_needs_memory_for_the_result_and_one_recording(zero_phase):
    emg = Recordings.from_array(noise(16, 100_000), sfreq=SFREQ)
    step = Bandpass(20, 400, zero_phase=zero_phase).fit(emg)
    step.transform(emg[:1])
    tracemalloc.start()
    step.transform(emg)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    one = emg.values.nbytes / 16
    extra = 3 * 8 * 65_536 if zero_phase else 0  # the pieces that stay in the cache
    assert peak < emg.values.nbytes + 1.1 * one + extra


@pytest.mark.parametrize("low", [0.5, 5, 20])
@pytest.mark.parametrize("order", [2, 4, 8])
def test_filter_is_stable_far_below_the_rate(low, order):
    pulse = np.zeros((1, 400_000))
    pulse[0, 0] = 1.0
    filtered = Bandpass(low, 10_000, order=order, sfreq=48_000).fit_transform(pulse)
    assert np.abs(filtered[0, -1000:]).max() < 1e-2 * np.abs(filtered).max()


@pytest.mark.parametrize(
    "low, high",
    [
        (450, 20),
        (20, 20),
        (20, 1000),
        (1000, None),
        (None, 1000),
        (0, 100),
        (-5, 100),
        (np.nan, 100),
        (20, np.nan),
        (20, np.inf),
        (None, np.nan),
    ],
)
def test_impossible_band_is_refused_at_fit(low, high):
    with pytest.raises(ValueError, match="low < high < sfreq / 2"):
        Bandpass(low, high, sfreq=SFREQ).fit([tone(150)])


def test_message_names_values_and_the_recording_whose_rate_does_not_fit():
    emg = Recordings.from_list([tone(150), tone(150)], sfreq=[2000, 800])
    with pytest.raises(ValueError, match=r"low=20, high=450 .* 400 Hz in recording 1"):
        Bandpass(20, 450).fit(emg)


def test_no_cutoff_is_refused():
    with pytest.raises(ValueError, match="low=None and high=None"):
        Bandpass(None, None, sfreq=SFREQ).fit([tone(150)])


@pytest.mark.parametrize(
    "parameters, error",
    [
        ({"low": "20"}, TypeError),
        ({"order": 0}, ValueError),
        ({"order": 2.5}, TypeError),
        ({"zero_phase": "yes"}, TypeError),
        ({"sfreq": 0}, ValueError),
        ({"sfreq": -1.0}, ValueError),
        ({"sfreq": np.nan}, ValueError),
        ({"sfreq": "2000"}, ValueError),
    ],
)
def test_bad_parameters_are_refused_by_name(parameters, error):
    with pytest.raises(error, match=next(iter(parameters))):
        Bandpass(**{"sfreq": SFREQ, **parameters}).fit([tone(150)])


def test_unknown_rate_is_never_guessed():
    with pytest.raises(SignalError, match=r"unknown: .*Bandpass\(sfreq=...\)"):
        Bandpass(20, 400).fit(noise(2, 300))


def test_parameter_that_contradicts_the_recordings_is_refused():
    emg = Recordings.from_list([tone(150)], sfreq=4000)
    with pytest.raises(SignalError, match="recording 0 has 4000 Hz"):
        Bandpass(20, 400, sfreq=SFREQ).fit(emg)


def test_recording_shorter_than_the_padding_is_refused_with_the_minimum():
    step = Bandpass(20, 400, zero_phase=True, sfreq=SFREQ)
    step.fit([noise(28)])
    with pytest.raises(SignalError, match=r"recording 1 .* 27, .* at least 28 samples"):
        step.fit([noise(300), noise(27)])


def test_transform_checks_recordings_that_fit_has_not_seen():
    step = Bandpass(20, 450).fit(Recordings.from_list([tone(150)], sfreq=2000))
    with pytest.raises(ValueError, match="low < high < sfreq / 2"):
        step.transform(Recordings.from_list([tone(150)], sfreq=800))
