import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.features import TeagerFeatures
from skemg.features._teager import _FEATURES, desa1, desa2, teager_energy

RNG = np.random.default_rng(0)


def tone(omega, amplitude=3.0, n_times=200, phase=0.4):
    return amplitude * np.cos(omega * np.arange(n_times) + phase)[np.newaxis]


@pytest.mark.parametrize("omega", [0.01, 0.5, 1.5, 3.0])
def test_the_energy_of_a_tone_is_amplitude_times_sine_squared(omega):
    expected = np.full((1, 198), 9 * np.sin(omega) ** 2)
    assert_allclose(teager_energy(tone(omega)), expected, rtol=1e-9)


@pytest.mark.parametrize("omega", [0.02, 0.5, 1.5, 2.0, 3.1])
def test_desa1_of_a_tone_is_exact_at_every_sample(omega):
    amplitude, frequency = desa1(tone(omega))
    assert amplitude.shape == frequency.shape == (1, 196)
    assert_allclose(amplitude, 3, rtol=1e-6)
    assert_allclose(frequency, omega, rtol=1e-6)


@pytest.mark.parametrize("omega", [0.02, 0.5, 1.0, 1.5])
def test_desa2_of_a_tone_below_a_quarter_of_the_rate_is_exact(omega):
    amplitude, frequency = desa2(tone(omega))
    assert amplitude.shape == frequency.shape == (1, 196)
    assert_allclose(amplitude, 3, rtol=1e-6)
    assert_allclose(frequency, omega, rtol=1e-6)


def test_desa2_folds_what_is_above_a_quarter_of_the_rate():
    assert_allclose(desa2(tone(2.0))[1], np.pi - 2.0)


def desa_in_words(x, method):
    """Return pairs of amplitude and frequency, sample by sample, where they exist."""

    def psi(y, n):
        return y[n] ** 2 - y[n - 1] * y[n + 1]

    found = []
    for n in range(2, len(x) - 2):
        if method == "desa1":
            y = np.append(np.nan, np.diff(x))
            cosine = 1 - (psi(y, n) + psi(y, n + 1)) / (4 * psi(x, n))
            omega, square = np.arccos(cosine), psi(x, n) / (1 - cosine**2)
        else:
            y = np.append(np.nan, x[2:] - x[:-2])
            omega = np.arccos(1 - psi(y, n) / (2 * psi(x, n))) / 2
            square = 4 * psi(x, n) ** 2 / psi(y, n)
        if psi(x, n) > 0 and np.isfinite(omega) and square > 0:
            found.append((np.sqrt(square), omega))
    return np.array(found)


@pytest.mark.parametrize("method", ["desa1", "desa2"])
def test_features_are_those_of_the_formulas_over_the_samples_where_they_hold(method):
    rows = RNG.standard_normal((4, 300))
    step = TeagerFeatures(_FEATURES, method=method, sfreq=500)
    table = step.fit_transform(rows)
    assert list(step.get_feature_names_out()) == [
        f"teager_{name}" for name in _FEATURES
    ]
    for row, found in zip(rows, table, strict=True):
        energy = row[1:-1] ** 2 - row[:-2] * row[2:]
        with np.errstate(invalid="ignore"):
            amplitude, omega = desa_in_words(row, method).T
        assert 50 < len(omega) < 296
        frequency = omega * 500 / (2 * np.pi)
        expected = [
            f(v) for v in (energy, amplitude, frequency) for f in (np.mean, np.std)
        ]
        assert_allclose(found, expected)


@pytest.mark.parametrize("method", ["desa1", "desa2"])
def test_flat_windows_and_ramps_have_no_frequency(method):
    step = TeagerFeatures(_FEATURES, method=method, sfreq=1)
    flat, ramp = step.fit_transform([np.full(50, 0.1), np.arange(50.0)])
    assert_array_equal(flat, 0)
    assert_allclose(ramp, [1, 0, 0, 0, 0, 0])  # n² - (n - 1)(n + 1)


def test_columns_follow_the_list_and_the_energy_needs_no_rate():
    rows = np.concatenate([tone(0.5), tone(1.0, 2.0)])
    step = TeagerFeatures(("amp_mean", "energy_mean"))
    expected = [[3, 9 * np.sin(0.5) ** 2], [2, 4 * np.sin(1) ** 2]]
    assert_allclose(step.fit_transform(rows), expected)
    with pytest.raises(SignalError, match="is unknown"):
        TeagerFeatures().fit(rows)


def test_windows_that_are_too_short_are_refused_with_the_minimum():
    TeagerFeatures(("energy_std",)).fit(np.ones((2, 3)))
    with pytest.raises(SignalError, match=r"minimum of 3 .* for an energy"):
        TeagerFeatures(("energy_std",)).fit(np.ones((2, 2)))
    TeagerFeatures(("amp_mean",)).fit(np.ones((2, 5)))
    with pytest.raises(SignalError, match=r"minimum of 5 .* method='desa1'"):
        TeagerFeatures(("amp_mean",)).fit(np.ones((2, 4)))


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match='"desa1" or "desa2", got \'desa3\''):
        TeagerFeatures(method="desa3", sfreq=1).fit(np.ones((2, 9)))
