import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.exceptions import SignalError
from skemg.features import HilbertFeatures
from skemg.features._hilbert import _FEATURES

SFREQ = 1000.0
TIME = np.arange(1000) / SFREQ
ROWS = 3 + np.random.default_rng(0).standard_normal((5, 961))


def tone(frequency, amplitude=1.0):
    return amplitude * np.sin(2 * np.pi * frequency * TIME)


def test_features_are_those_of_scipy_and_numpy():
    z = signal.hilbert(ROWS - ROWS.mean(axis=1, keepdims=True))
    frequency = np.diff(np.unwrap(np.angle(z))) * SFREQ / (2 * np.pi)
    expected = []
    for values in (np.abs(z), frequency):
        quantiles = np.quantile(values, (0.1, 0.5, 0.9), axis=1)
        expected += [values.mean(axis=1), values.std(axis=1), *quantiles]
    step = HilbertFeatures(_FEATURES, sfreq=SFREQ)
    assert_allclose(step.fit_transform(ROWS), np.stack(expected, axis=1), rtol=1e-9)
    assert list(step.get_feature_names_out()) == [
        f"hilbert_{name}" for name in _FEATURES
    ]


@pytest.mark.parametrize("frequency", [10, 100, 499])
def test_a_tone_has_one_amplitude_and_one_frequency(frequency):
    rows = tone(frequency, amplitude=7)[np.newaxis] + 2
    table = HilbertFeatures(_FEATURES, sfreq=SFREQ).fit_transform(rows)
    values = [7, 0, 7, 7, 7, frequency, 0, frequency, frequency, frequency]
    assert_allclose(table, [values], atol=1e-6)


def test_the_envelope_of_a_beat_and_the_frequency_of_a_swing_are_known():
    beat = (1 + 0.5 * tone(5)) * tone(100)
    (mean, std), *_ = HilbertFeatures(("env_mean", "env_std")).fit_transform([beat])
    assert_allclose([mean, std], [1, 0.5 / np.sqrt(2)])
    swing = np.cos(2 * np.pi * 200 * TIME + 20 / 5 * np.sin(2 * np.pi * 5 * TIME))
    step = HilbertFeatures(("freq_mean", "freq_std"), sfreq=SFREQ)
    (found,) = step.fit_transform([swing])
    assert_allclose(found, [200, 20 / np.sqrt(2)], rtol=1e-3)


def test_each_band_sees_what_is_inside_and_not_its_upper_edge():
    rows = (tone(40, 3) + tone(200, 2) + tone(300, 50) + 9)[np.newaxis]
    step = HilbertFeatures(
        ("env_mean", "freq_mean"), bands=[(0, 100), (150, 300)], sfreq=SFREQ
    )
    assert_allclose(step.fit_transform(rows), [[3, 40, 2, 200]])
    assert list(step.get_feature_names_out()) == [
        "hilbert_0_100hz_env_mean",
        "hilbert_0_100hz_freq_mean",
        "hilbert_150_300hz_env_mean",
        "hilbert_150_300hz_freq_mean",
    ]


def test_a_flat_window_has_zeros():
    step = HilbertFeatures(_FEATURES, bands=[(0, 100), (100, 501)], sfreq=SFREQ)
    assert_array_equal(step.fit_transform(np.full((2, 100), 0.1)), 0)


def test_only_the_envelope_of_the_whole_needs_no_rate():
    HilbertFeatures(("env_mean",)).fit(ROWS)
    for step in (HilbertFeatures(), HilbertFeatures(("env_mean",), bands=[(1, 50)])):
        with pytest.raises(SignalError, match="is unknown"):
            step.fit(ROWS)


@pytest.mark.parametrize(
    "bands, error, message",
    [
        ([], ValueError, r"bands must be None or a list of bands, got \[\]"),
        ([(20,)], ValueError, "two frequencies in Hz, got"),
        ([(100, 100)], ValueError, "holds no frequency"),
        ([(600, 700)], ValueError, r"\(600, 700\) holds no frequency.* to 499.48 Hz"),
        ([(0, 0.5)], ValueError, "holds no frequency"),
        ([("a", "b")], TypeError, "bands"),
    ],
)
def test_impossible_bands_are_refused_at_fit(bands, error, message):
    with pytest.raises(error, match=message):
        HilbertFeatures(bands=bands, sfreq=SFREQ).fit(ROWS)
