"""The scalogram: tones, chirps, the defining sum, and PyWavelets where it is right."""

import numpy as np
import pytest
import pywt
from numpy.testing import assert_allclose

from skemg.exceptions import SignalError
from skemg.features import Scalogram
from skemg.features._filter_bank import picked
from skemg.features._image_axes import resize_matrix

SFREQ = 2000.0
RAW = {"range": None, "sfreq": SFREQ}


def naive(row, frequencies):
    """Return the transform by its defining sum, a point at a time."""
    n = np.arange(len(row))
    W = np.empty((len(frequencies), len(row)), complex)
    for i, a in enumerate(SFREQ / frequencies):
        for b in n:
            t = (n - b) / a
            psi = np.exp(-(t**2) / 1.5 + 2j * np.pi * t) / np.sqrt(1.5 * np.pi)
            W[i, b] = (row * psi.conj()).sum() / np.sqrt(a)
    return W


def noise(n_rows=3, n_times=150):
    return np.random.default_rng(0).standard_normal((n_rows, n_times))


@pytest.mark.parametrize("low, high, n", [(14, 900, 9), (80, 640, 1), (200, 200, 3)])
def test_powers_are_those_of_the_defining_sum(low, high, n):
    rows = noise()
    step = Scalogram(low, high, n_frequencies=n, n_frames=None, **RAW)
    images = step.fit_transform(rows)
    expected = [np.abs(naive(row, step.frequencies_)) ** 2 for row in rows]
    assert_allclose(images[:, 0], expected, rtol=1e-9, atol=1e-12)
    assert_allclose(step.times_, np.arange(150) / SFREQ)


def test_frequencies_have_equal_ratios_from_five_cycles_to_a_third_of_the_rate():
    step = Scalogram(n_frequencies=5, **RAW).fit(noise())
    assert_allclose(step.frequencies_[[0, -1]], [5 * SFREQ / 150, 0.32 * SFREQ])
    assert_allclose(np.diff(np.log(step.frequencies_), 2), 0, atol=1e-12)
    long = Scalogram(n_frequencies=5, **RAW).fit(noise(1, 1000))
    assert_allclose(long.frequencies_[0], 20)


@pytest.mark.parametrize("resize", ["bilinear", "pick"])
def test_a_tone_has_its_amplitude_times_half_the_root_of_the_scale(resize):
    time = np.arange(800) / SFREQ
    step = Scalogram(50, 500, n_frequencies=21, n_frames=40, resize=resize, **RAW)
    step.fit(noise(1, 800))
    for row, frequency in enumerate(step.frequencies_):
        tone = 3 * np.cos(2 * np.pi * frequency * time + 0.4)[np.newaxis]
        magnitude = np.sqrt(step.transform(tone)[0, 0, row, 15:25])
        assert_allclose(magnitude, 3 * np.sqrt(SFREQ / frequency) / 2, rtol=1e-5)


def test_the_ridge_of_a_chirp_follows_its_frequency_within_a_row():
    time = np.arange(2000) / SFREQ
    chirp = np.cos(2 * np.pi * (100 * time + 0.5 * 300 * time**2))[np.newaxis]
    step = Scalogram(60, 600, n_frequencies=40, n_frames=None, **RAW)
    image = step.fit_transform(chirp)[0, 0]
    scale = SFREQ / step.frequencies_[:, np.newaxis]
    ridge = step.frequencies_[(image / scale).argmax(axis=0)]
    away = np.log(ridge / (100 + 300 * time)) / np.log(10 ** (1 / 39))
    assert np.abs(away[100:-100]).max() <= 1


def test_images_are_resized_or_picked_from_all_samples():
    rows = noise()
    settings = {"low": 40, "high": 600, "n_frequencies": 12, **RAW}
    full = Scalogram(n_frames=None, **settings).fit_transform(rows)
    small = Scalogram(n_frames=20, **settings).fit(rows)
    weights = resize_matrix(150, 20)
    assert_allclose(small.transform(rows), full @ weights.T, atol=1e-12)
    assert_allclose(small.times_, weights @ (np.arange(150) / SFREQ))
    points = Scalogram(n_frames=20, resize="pick", **settings).fit(rows)
    kept = [3, 11, 18, 26, 33, 41, 48, 56, 63, 71, 78, 86, 93, 101, 108, 116, 123]
    kept += [131, 138, 146]
    assert_allclose(points.transform(rows), full[..., kept], atol=1e-12)
    assert_allclose(points.times_, np.array(kept) / SFREQ)


def test_points_are_the_same_where_the_matrix_would_be_too_large(monkeypatch):
    rows = noise()
    step = Scalogram(40, 600, n_frequencies=12, n_frames=20, resize="pick", **RAW)
    expected = step.fit_transform(rows)
    monkeypatch.setattr("skemg.features._filter_bank._MATRIX", 0)
    monkeypatch.setattr("skemg.features._filter_bank._VALUES", 1000)
    assert_allclose(step.fit_transform(rows), expected, atol=1e-12)


def test_pywavelets_agrees_where_scales_are_long():
    rows = noise(2, 600)
    step = Scalogram(25, 50, n_frequencies=4, n_frames=None, **RAW)
    images = step.fit_transform(rows)
    scales = SFREQ / step.frequencies_
    W, _ = pywt.cwt(rows, scales, "cmor1.5-1.0", axis=-1, precision=16)
    expected = np.abs(W.transpose(1, 0, 2)) ** 2
    assert np.abs(images[:, 0] - expected).max() < 0.03 * expected.max()


def test_the_middle_of_each_part_is_picked():
    assert picked(9, 3, "n_frames").tolist() == [1, 4, 7]
    assert picked(4, 4, "n_frames").tolist() == [0, 1, 2, 3]


def test_windows_that_are_too_short_are_refused_with_the_minimum():
    with pytest.raises(SignalError, match=r"15 feature.* minimum of 16 .*5 cycles"):
        Scalogram(**RAW).fit(noise(2, 15))
    assert len(Scalogram(**RAW).fit(noise(2, 16)).frequencies_) == 64
    with pytest.raises(
        SignalError, match=r"39 feature.* minimum of 40 .*a cycle of 50"
    ):
        Scalogram(50, **RAW).fit(noise(2, 39))
    with pytest.raises(SignalError, match="n_frames=64 is more than the 50 samples"):
        Scalogram(50, resize="pick", **RAW).fit(noise(2, 50))


def test_parameters_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="low must be above zero"):
        Scalogram(0, **RAW).fit(noise())
    with pytest.raises(ValueError, match='resize must be "bilinear" or "pick"'):
        Scalogram(resize="nearest", **RAW).fit(noise())
    with pytest.raises(TypeError, match="n_frequencies"):
        Scalogram(n_frequencies=None, **RAW).fit(noise())
