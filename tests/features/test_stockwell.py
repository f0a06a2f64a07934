"""The Stockwell transform: its definition, tones, its sum over time."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import fft

from skemg.exceptions import SignalError
from skemg.features import Stockwell
from skemg.features._image_axes import resize_matrix
from skemg.features._stockwell import _gains

SFREQ = 1000.0
WHOLE = {"n_frequencies": None, "n_frames": None, "range": None, "sfreq": SFREQ}


def naive(row, gamma=1.0):
    """Return the transform at the bins 0 to N / 2 by its definition in frequency."""
    N = len(row)
    X = np.fft.fft(row)
    m = np.fft.fftfreq(N, 1 / N)
    S = np.empty((N // 2 + 1, N), complex)
    S[0] = row.mean()
    for n in range(1, N // 2 + 1):
        gauss = np.exp(-2 * np.pi**2 * gamma**2 * m**2 / n**2)
        S[n] = np.fft.ifft(np.roll(X, -n) * gauss)
    return S


def noise(n_rows=3, n_times=96):
    return np.random.default_rng(0).standard_normal((n_rows, n_times)) + 0.5


@pytest.mark.parametrize("n_times", [2, 3, 96, 97])
@pytest.mark.parametrize("gamma", [0.5, 1.0, 3.0])
def test_powers_are_those_of_the_definition(n_times, gamma):
    rows = noise(n_times=n_times)
    expected = np.array([np.abs(naive(row, gamma)) ** 2 for row in rows])
    step = Stockwell(low=0, gamma=gamma, **WHOLE)
    assert_allclose(step.fit_transform(rows)[:, 0], expected, atol=1e-12)
    bins = np.arange(n_times // 2 + 1) * SFREQ / n_times
    assert_allclose(step.frequencies_, bins)
    without_mean = Stockwell(gamma=gamma, **WHOLE).fit(rows)
    assert_allclose(without_mean.frequencies_, bins[1:])
    assert_allclose(without_mean.transform(rows)[:, 0], expected[:, 1:], atol=1e-12)


def test_the_sum_over_time_is_the_fourier_transform():
    row = noise(1)[0]
    gains = _gains(np.arange(49), 96, 1.0, 0, 49)
    phase = np.exp(-2j * np.pi * np.arange(49)[:, np.newaxis] * np.arange(96) / 96)
    S = fft.ifft(fft.fft(row) * gains) * phase  # what the step takes the power of
    assert_allclose(S, naive(row), atol=1e-12)
    assert_allclose(S.sum(axis=1), fft.rfft(row), atol=1e-10)


@pytest.mark.parametrize("n", [4, 8, 20])
def test_a_unit_cosine_on_a_bin_has_one_half(n):
    tone = np.cos(2 * np.pi * n * np.arange(96) / 96 + 0.7)[np.newaxis]
    step = Stockwell(**WHOLE).fit(tone)
    image = step.transform(tone)[0, 0]
    assert_allclose(np.sqrt(image[n - 1]), 0.5, atol=1e-9)
    assert (image.argmax(axis=0) == n - 1).all()


def test_an_impulse_is_a_gaussian_that_lasts_a_cycle():
    rows = np.zeros((1, 400))
    rows[0, 200] = 1
    step = Stockwell(50, 100, **WHOLE)
    magnitude = np.sqrt(step.fit_transform(rows)[0, 0])
    away = (np.arange(400) - 200) / SFREQ
    f = step.frequencies_[:, np.newaxis]
    expected = f / np.sqrt(2 * np.pi) * np.exp(-0.5 * (away * f) ** 2) / SFREQ
    assert_allclose(magnitude, expected, atol=1e-6)


def test_the_ridge_of_a_chirp_follows_its_frequency():
    time = np.arange(1000) / SFREQ
    chirp = np.cos(2 * np.pi * (100 * time + 0.5 * 150 * time**2))[np.newaxis]
    step = Stockwell(gamma=3.0, **WHOLE)
    image = step.fit_transform(chirp)[0, 0]
    ridge = step.frequencies_[image.argmax(axis=0)]
    assert np.abs(ridge - (100 + 150 * time))[100:-100].max() < 5


def test_images_are_resized_or_picked_from_all_bins_and_samples():
    rows = noise()
    full = Stockwell(**WHOLE).fit_transform(rows)
    small = Stockwell(n_frequencies=12, n_frames=20, range=None, sfreq=SFREQ).fit(rows)
    over_bins, over_times = resize_matrix(48, 12), resize_matrix(96, 20)
    expected = over_bins @ full @ over_times.T
    assert_allclose(small.transform(rows), expected, atol=1e-12)
    bins = np.arange(1, 49) * SFREQ / 96
    assert_allclose(small.frequencies_, over_bins @ bins)
    points = Stockwell(
        n_frequencies=12, n_frames=24, range=None, resize="pick", sfreq=SFREQ
    ).fit(rows)
    assert_allclose(points.transform(rows), full[:, :, 2::4, 2::4], atol=1e-12)
    assert_allclose(points.frequencies_, bins[2::4])


def test_small_blocks_give_the_same(monkeypatch):
    rows = noise()
    step = Stockwell(n_frequencies=12, n_frames=20, range=None, sfreq=SFREQ)
    expected = step.fit_transform(rows)
    monkeypatch.setattr("skemg.features._filter_bank._VALUES", 700)
    assert_allclose(step.fit_transform(rows), expected, atol=1e-12)


def test_what_cannot_be_computed_is_refused():
    with pytest.raises(SignalError, match=r"1 feature.* minimum of 2 is required"):
        Stockwell(sfreq=SFREQ).fit(np.ones((2, 1)))
    with pytest.raises(SignalError, match="n_frequencies=64 is more than the 48 bins"):
        Stockwell(resize="pick", sfreq=SFREQ).fit(noise())
    with pytest.raises(SignalError, match="n_frames=64 is more than the 40 samples"):
        Stockwell(n_frequencies=4, resize="pick", sfreq=SFREQ).fit(noise(2, 40))
    with pytest.raises(ValueError, match="gamma"):
        Stockwell(gamma=0, sfreq=SFREQ).fit(noise())
    with pytest.raises(ValueError, match="no bin lies between low=12 and high=15"):
        Stockwell(12, 15, sfreq=SFREQ).fit(noise())
