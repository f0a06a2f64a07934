import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.exceptions import SignalError
from skemg.preprocessing import Notch
from skemg.signals import Recordings

SFREQ = 4000.0


def tone(frequency, n_times=40_000, sfreq=SFREQ):
    """Return a sine of unit amplitude."""
    return np.sin(2 * np.pi * frequency * np.arange(n_times) / sfreq)


def gain(of, **parameters):
    """Return the amplitude that is left of a tone of ten seconds, near its end."""
    (filtered,) = Notch(**parameters, sfreq=SFREQ).fit_transform([tone(of)])
    return np.abs(filtered[-8000:]).max()


@pytest.mark.parametrize("frequency", [50, 60])
@pytest.mark.parametrize("multiple", [1, 2, 3, 20])
def test_mains_and_its_multiples_vanish(frequency, multiple):
    assert gain(frequency * multiple, frequency=frequency) < 1e-3


@pytest.mark.parametrize("frequency", [10, 25, 75, 1200, 1500])
def test_other_frequencies_stay(frequency):
    assert_allclose(gain(frequency), 1.0, atol=0.02)


@pytest.mark.parametrize("quality", [10, 30])
def test_quality_is_the_frequency_over_the_width_at_half_power(quality):
    half = 200 / quality / 2  # exact on a warped axis, so to 1 % here
    for edge in (np.sqrt(200**2 + half**2) - half, np.sqrt(200**2 + half**2) + half):
        left = gain(edge, frequency=200, harmonics=1, quality=quality)
        assert_allclose(left, np.sqrt(0.5), rtol=0.01)


@pytest.mark.parametrize("multiple", [1, 5, 20])
def test_mains_off_by_a_thousandth_are_damped_by_24_db_at_every_multiple(multiple):
    left = gain(50.05 * multiple)
    assert_allclose(20 * np.log10(left), -24.5, atol=1.0)


def test_only_as_many_multiples_as_asked_for():
    assert gain(100, harmonics=2) < 1e-3
    assert_allclose(gain(150, harmonics=2), 1.0, atol=0.01)


@pytest.mark.parametrize("sfreq, n_notches", [(48_000, 20), (1000, 9), (1001, 10)])
def test_multiples_from_half_of_the_rate_on_need_no_notch(sfreq, n_notches):
    x = np.random.default_rng(0).standard_normal((1, 3000))
    expected = x
    for k in range(1, n_notches + 1):
        b, a = signal.iirnotch(50 * k, 30, fs=sfreq)
        expected = signal.lfilter(b, a, expected)
    assert_allclose(Notch(sfreq=sfreq).fit_transform(x), expected, atol=1e-9)


@pytest.mark.parametrize("zero_phase", [False, True])
def test_equals_scipy_for_every_recording_at_its_own_rate(zero_phase):
    rng = np.random.default_rng(0)
    recordings = [rng.standard_normal(n) for n in (500, 3000, 70_000)]
    emg = Recordings.from_list(recordings, sfreq=[1000, 48_000, 1000])
    filtered = Notch(60, harmonics=5, zero_phase=zero_phase).fit_transform(emg)
    run = signal.sosfiltfilt if zero_phase else signal.sosfilt
    for i, sfreq in enumerate([1000, 48_000, 1000]):
        notches = [signal.iirnotch(60 * k, 30, fs=sfreq) for k in range(1, 6)]
        sos = np.array([np.concatenate(notch) for notch in notches])
        assert_allclose(filtered[i], run(sos, recordings[i]), rtol=0, atol=1e-12)


def test_hum_is_gone_after_the_stated_time():
    (clean,) = Notch(sfreq=SFREQ).fit_transform([tone(50)])
    settled = int(30 / 50 * SFREQ)
    assert np.abs(clean[settled:]).max() < 0.1
    assert np.abs(clean[: settled // 10]).max() > 0.5


@pytest.mark.parametrize("zero_phase", [False, True])
def test_needs_memory_for_the_result_and_one_recording(zero_phase):
    X = np.random.default_rng(0).standard_normal((16, 100_000))
    emg = Recordings.from_array(X, sfreq=SFREQ)
    step = Notch(harmonics=3, zero_phase=zero_phase).fit(emg)
    step.transform(emg[:1])
    tracemalloc.start()
    step.transform(emg)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    one = emg.values.nbytes / 16
    pieces = 3 * 8 * 65_536 if zero_phase else 0  # they stay in the cache
    assert peak < emg.values.nbytes + 1.1 * one + pieces


@pytest.mark.parametrize("frequency", [0, -50, 2000, 3000, np.nan, np.inf])
def test_frequency_outside_the_recording_is_refused(frequency):
    with pytest.raises(ValueError, match="0 < frequency < sfreq / 2"):
        Notch(frequency, sfreq=SFREQ).fit([tone(150)])


def test_message_names_the_recording_whose_rate_is_too_low():
    emg = Recordings.from_list([tone(20), tone(20)], sfreq=[2000, 100])
    with pytest.raises(ValueError, match=r"sfreq / 2 = 50 Hz in recording 1"):
        Notch().fit(emg)


@pytest.mark.parametrize(
    "parameters, error",
    [
        ({"frequency": "50"}, TypeError),
        ({"harmonics": 0}, ValueError),
        ({"harmonics": 2.5}, TypeError),
        ({"harmonics": None}, TypeError),
        ({"quality": 0}, ValueError),
        ({"quality": np.nan}, ValueError),
        ({"quality": None}, TypeError),
        ({"zero_phase": 1.5}, TypeError),
    ],
)
def test_bad_parameters_are_refused_by_name(parameters, error):
    with pytest.raises(error, match=next(iter(parameters))):
        Notch(**parameters, sfreq=SFREQ).fit([tone(150)])


def test_recording_shorter_than_the_padding_is_refused_with_the_minimum():
    step = Notch(harmonics=1, zero_phase=True, sfreq=SFREQ)
    assert_array_equal(step.fit_transform(np.zeros((1, 10))), np.zeros((1, 10)))
    with pytest.raises(SignalError, match=r"recording 1 .* 9, .* at least 10 samples"):
        step.fit([np.zeros(300), np.zeros(9)])
