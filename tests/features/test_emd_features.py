import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg._kernels.emd import FIXED, RATIO, emd
from skemg.exceptions import SignalError
from skemg.features import EMDFeatures
from skemg.features._emd import _FUNCTIONS, _modes

SFREQ = 1000.0
TIME = np.arange(1000) / SFREQ
RNG = np.random.default_rng(0)
ROWS = RNG.standard_normal((6, 960))


def modes_of(x):
    """Return what the features see of a signal that is an IMF."""
    return _modes(x[np.newaxis, np.newaxis], SFREQ)


def feature(name, x):
    return _FUNCTIONS[name](modes_of(x)).item()


def spectral_deviation(imfs):
    """Return the standard deviation of the spectrum of z, in Hz."""
    n_times = imfs.shape[-1]
    power = np.abs(np.fft.fft(signal.hilbert(imfs))) ** 2
    frequency = np.arange(n_times) * SFREQ / n_times  # the upper half is empty
    mean = (power * frequency).sum(-1) / power.sum(-1)
    square = (power * (frequency - mean[..., np.newaxis]) ** 2).sum(-1)
    return np.sqrt(square / power.sum(-1))


@pytest.mark.parametrize("n_times", [960, 961])
def test_both_bandwidths_together_are_the_spread_of_the_spectrum(n_times):
    rows = RNG.standard_normal((5, n_times))
    table = EMDFeatures(4, ("bam", "bfm"), sfreq=SFREQ).fit_transform(rows)
    together = np.sqrt((table.reshape(5, 4, 2) ** 2).sum(axis=2))
    imfs = emd(rows, 4, FIXED, 10.0)[0][:, :4]
    assert_allclose(together, spectral_deviation(imfs), rtol=1e-9)


@pytest.mark.parametrize("depth", [0.1, 0.5, 0.9])
def test_bandwidths_of_an_amplitude_modulated_tone(depth):
    x = (1 + depth * np.cos(2 * np.pi * 10 * TIME)) * np.sin(2 * np.pi * 100 * TIME)
    bandwidth = 10 * depth / np.sqrt(2) / np.sqrt(1 + depth**2 / 2)
    assert_allclose(feature("bam", x), bandwidth)
    assert_allclose(feature("bfm", x), 0, atol=1e-9)
    assert_allclose(feature("amp_mean", x), 1)
    assert_allclose(feature("amp_std", x), depth / np.sqrt(2))


@pytest.mark.parametrize("swing", [1.0, 20.0])
def test_bandwidths_of_a_frequency_modulated_tone(swing):
    phase = 2 * np.pi * 200 * TIME + swing / 8 * np.sin(2 * np.pi * 8 * TIME)
    x = 5 * np.cos(phase)  # the frequency swings by so many Hz
    assert_allclose(feature("bfm", x), swing / np.sqrt(2))
    assert_allclose(feature("bam", x), 0, atol=1e-6)
    assert_allclose(feature("amp_mean", x), 5)


@pytest.mark.parametrize("name, value", [("bam", 10 / 3), ("amp_std", 0.5**0.5 / 2)])
def test_the_decomposition_leaves_a_modulated_tone_nearly_as_it_is(name, value):
    x = (1 + 0.5 * np.cos(2 * np.pi * 10 * TIME)) * np.sin(2 * np.pi * 100 * TIME)
    found = EMDFeatures(1, (name,), sfreq=SFREQ).fit_transform(x[np.newaxis])
    assert_allclose(found, value, rtol=0.03)


def test_moment_area_and_amplitude_of_a_tone():
    x = 3 * np.cos(2 * np.pi * 60 * TIME + 1)
    assert_allclose(feature("sm1", x), 60 * 3**2 / 2)
    assert_allclose(feature("amp_mean", x), 3)
    # Both parts have a variance of 9 / 2; 5.991 holds 95 % of a chi-square of two.
    assert_allclose(feature("area", x), np.pi * 5.991 * 9 / 2, rtol=1e-4)
    assert_allclose(feature("freq_slope", x), 0, atol=1e-6)


def test_the_moment_of_the_fastest_signal_is_that_of_the_power_spectrum():
    x = np.tile([2.0, -2.0], 500) + 1
    frequency, power = signal.periodogram(x, SFREQ, detrend=False, scaling="spectrum")
    assert_allclose(feature("sm1", x), frequency @ power)
    assert_allclose(feature("sm1", x), SFREQ / 2 * 4)


def test_the_frequency_of_a_chirp_rises_by_its_rate():
    x = signal.chirp(TIME, 100, 1, 160) * signal.windows.hann(1000)
    assert_allclose(feature("freq_slope", x), 60, rtol=0.03)


def test_area_is_that_of_the_covariance():
    z = signal.hilbert(ROWS[0])
    covariance = np.cov(z.real, z.imag, bias=True)
    expected = 5.9914645 * np.pi * np.sqrt(np.linalg.det(covariance))
    assert_allclose(feature("area", ROWS[0]), expected)


def test_columns_go_imf_by_imf_in_the_order_of_the_list():
    names = ("area", "bam", "freq_slope")
    step = EMDFeatures(3, names, sfreq=SFREQ)
    table = step.fit_transform(ROWS)
    imfs = emd(ROWS, 3, FIXED, 10.0)[0][:, :3]
    modes = _modes(imfs, SFREQ)
    expected = [_FUNCTIONS[name](modes)[:, k] for k in range(3) for name in names]
    assert_array_equal(table, np.stack(expected, axis=1))
    assert list(step.get_feature_names_out()) == [
        f"emd_imf{k}_{name}" for k in (1, 2, 3) for name in names
    ]
    assert len(EMDFeatures(sfreq=1).fit(ROWS).get_feature_names_out()) == 28


def test_the_rule_reaches_the_sifting():
    step = EMDFeatures(2, ("amp_mean",), stop="ratio", stop_at=0.2, sfreq=SFREQ)
    expected = np.abs(signal.hilbert(emd(ROWS, 2, RATIO, 0.2)[0][:, :2])).mean(-1)
    assert_allclose(step.fit_transform(ROWS), expected)
    usual = EMDFeatures(2, stop="ratio", sfreq=SFREQ).fit_transform(ROWS)
    said = EMDFeatures(2, stop="ratio", stop_at=0.05, sfreq=SFREQ).fit_transform(ROWS)
    assert_array_equal(usual, said)


def test_missing_imfs_and_flat_windows_have_zeros():
    rows = np.stack([np.full(100, 7.0), np.linspace(0, 1, 100), ROWS[0, :100]])
    table = EMDFeatures(6, sfreq=SFREQ).fit_transform(rows).reshape(3, 6, 7)
    assert_array_equal(table[:2], 0)
    n_found = emd(rows, 6, FIXED, 10.0)[1]
    assert 2 <= n_found[2] < 6
    assert (table[2, : n_found[2], 0] > 0).all()
    assert_array_equal(table[2, n_found[2] :], 0)


def test_bandwidths_do_not_depend_on_the_unit_and_frequencies_follow_the_rate():
    table = EMDFeatures(3, ("bam", "bfm"), sfreq=SFREQ).fit_transform(ROWS)
    scaled = EMDFeatures(3, ("bam", "bfm"), sfreq=4 * SFREQ).fit_transform(1e6 * ROWS)
    assert_allclose(scaled, 4 * table, rtol=1e-6)


@pytest.mark.parametrize("n_imfs, shortest", [(1, 3), (2, 4), (4, 16), (8, 256)])
def test_windows_that_are_too_short_are_refused_with_the_minimum(n_imfs, shortest):
    step = EMDFeatures(n_imfs, sfreq=SFREQ).fit(np.ones((2, shortest)))
    with pytest.raises(SignalError, match=f"minimum of {shortest} .* n_imfs={n_imfs}"):
        step.fit(np.ones((2, shortest - 1)))


@pytest.mark.parametrize(
    "parameters, error, message",
    [
        ({"n_imfs": 0}, ValueError, "n_imfs == 0"),
        ({"n_imfs": 2.5}, TypeError, "n_imfs"),
        ({"stop": "never"}, ValueError, "'fixed', 'ratio', 's_number', got 'never'"),
        ({"stop_at": 0}, ValueError, "stop_at == 0"),
        ({"stop_at": 0.5}, TypeError, "stop_at"),
        ({"stop": "ratio", "stop_at": 0.0}, ValueError, "stop_at == 0"),
        ({"stop": "s_number", "stop_at": 1.5}, TypeError, "stop_at"),
        ({"features": ("mnf",)}, ValueError, "unknown feature 'mnf'.* bam, bfm"),
        ({"sfreq": None}, SignalError, "is unknown"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(parameters, error, message):
    with pytest.raises(error, match=message):
        EMDFeatures(**{"sfreq": SFREQ, **parameters}).fit(ROWS)
