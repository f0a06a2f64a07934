import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.preprocessing import Resampler
from skemg.signals import Recordings

RATES = [
    (48_000, 9600),
    (48_000, 10_000),
    (23_437.5, 9600),
    (44_100, 48_000),
    (1000, 2048),
    (0.5, 1.5),
]

every_ratio = pytest.mark.parametrize("sfreq, target", RATES)


def tone(frequency, sfreq, n_times=20_000):
    """Return a cosine of unit amplitude."""
    return np.cos(2 * np.pi * frequency * np.arange(n_times) / sfreq)


def resample(x, sfreq, target):
    (resampled,) = Resampler(target, sfreq=sfreq).fit_transform([x])
    return resampled


@every_ratio
@pytest.mark.parametrize("share", [0.01, 0.3, 0.8])
def test_tone_below_both_limits_is_the_same_tone_at_the_new_rate(sfreq, target, share):
    frequency = share * min(sfreq, target) / 2
    resampled = resample(tone(frequency, sfreq), sfreq, target)
    expected = tone(frequency, target, len(resampled))
    inner = slice(len(resampled) // 10, -len(resampled) // 10)
    assert_allclose(resampled[inner], expected[inner], atol=0.01)


@pytest.mark.parametrize("sfreq, target", RATES[:3])
@pytest.mark.parametrize("share", [1.2, 1.5, 1.9])
def test_tone_above_the_new_limit_leaves_no_alias(sfreq, target, share):
    frequency = share * target / 2
    resampled = resample(tone(frequency, sfreq), sfreq, target)
    inner = slice(len(resampled) // 10, -len(resampled) // 10)
    assert np.abs(resampled[inner]).max() < 0.003  # -50 dB


@every_ratio
@pytest.mark.parametrize("n_times", [1, 2, 99, 1000])
def test_length_covers_the_recording(sfreq, target, n_times):
    ratio = target / sfreq
    assert len(resample(np.zeros(n_times), sfreq, target)) == int(
        np.ceil(round(n_times * ratio, 6))
    )


@every_ratio
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_offset_passes_exactly(sfreq, target, dtype):
    resampled = resample(np.full(500, 1e4, dtype), sfreq, target)
    assert_array_equal(resampled, dtype(1e4))


def test_a_single_sample_is_an_offset():
    (resampled,) = Resampler(3, sfreq=1).fit_transform([np.array([7.0])])
    assert_array_equal(resampled, [7.0, 7.0, 7.0])


def test_large_offset_does_not_hide_the_signal():
    small = tone(100, 48_000)
    there = resample(small, 48_000, 10_000)
    inner = slice(300, -300)
    raised = resample(1e4 + small, 48_000, 10_000) - 1e4
    assert_allclose(raised[inner], there[inner], atol=1e-9)


def test_drift_makes_no_step_at_the_ends():
    drift = np.linspace(-100, 300, 4800)
    resampled = resample(drift, 48_000, 10_000)
    expected = np.interp(np.arange(1000) * 4.8, np.arange(4800), drift)
    assert_allclose(resampled, expected, atol=0.02)


@every_ratio
def test_equals_scipy_away_from_the_ends(sfreq, target):
    x = np.random.default_rng(0).standard_normal(20_000)
    x -= x.mean()
    up, down = {
        9600 / 48_000: (1, 5),
        10_000 / 48_000: (5, 24),
        9600 / 23_437.5: (256, 625),
        48_000 / 44_100: (160, 147),
        2.048: (256, 125),
        3.0: (3, 1),
    }[target / sfreq]
    expected = signal.resample_poly(x, up, down)
    resampled = resample(x, sfreq, target)
    assert len(resampled) == len(expected)
    inner = slice(len(expected) // 10, -len(expected) // 10)
    assert_allclose(resampled[inner], expected[inner], atol=1e-12)


def test_recording_that_has_the_target_passes_unchanged():
    x = np.random.default_rng(0).standard_normal(1000)
    assert_array_equal(resample(x, 9600, 9600.0), x)


def test_mixed_rates_become_one():
    seconds, rates = 2, [48_000, 23_437.5, 9600]
    emg = Recordings.from_list(
        [tone(150, sfreq, int(seconds * sfreq)) for sfreq in rates],
        sfreq=rates,
        groups=["a", "b", "a"],
        unit="mV",
    )
    resampled = Resampler(9600).fit_transform(emg)
    assert_array_equal(resampled.sfreq, [9600] * 3)
    assert_array_equal(resampled.n_times, [19_200] * 3)
    assert_array_equal(resampled.groups, emg.groups)
    inner = np.asarray(resampled)[:, 1000:-1000]
    assert_allclose(inner / 1000, np.tile(inner[2] / 1000, (3, 1)), atol=0.01)


def test_needs_memory_for_the_result_and_one_recording():
    X = np.random.default_rng(0).standard_normal((16, 100_000))
    emg = Recordings.from_array(X, sfreq=48_000)
    step = Resampler(16_000).fit(emg)
    result = step.transform(emg)
    tracemalloc.start()
    step.transform(emg)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    one = (emg.values.nbytes + 2 * result.values.nbytes) / 16
    assert peak < result.values.nbytes + 1.1 * one


@pytest.mark.parametrize("target", [0, -1.0, np.nan, np.inf])
def test_target_that_is_no_rate_is_refused(target):
    with pytest.raises(ValueError, match="target_sfreq must be positive"):
        Resampler(target, sfreq=1000).fit(np.zeros((1, 100)))


@pytest.mark.parametrize("target", ["9600", None])
def test_target_that_is_no_number_is_refused(target):
    with pytest.raises(TypeError, match="target_sfreq"):
        Resampler(target, sfreq=1000).fit(np.zeros((1, 100)))


@pytest.mark.parametrize(
    "sfreq, target", [(48_000, 9600 * np.pi), (48_000, 1), (1, 48_000), (48_000, 1e-3)]
)
def test_ratio_of_no_whole_numbers_is_refused_with_the_recording(sfreq, target):
    emg = Recordings.from_list([np.zeros(100)] * 2, sfreq=[target, sfreq])
    with pytest.raises(ValueError, match=r"recording 1 have no ratio .* 10000; round"):
        Resampler(target).fit(emg)


@pytest.mark.parametrize("ratio", [1 / 3, 1e-4, 0.1, 9999 / 10_000, 1e4])
def test_ratio_of_whole_numbers_is_found_in_floats(ratio):
    assert len(Resampler(1000 * ratio, sfreq=1000).fit_transform([np.zeros(7)])) == 1
