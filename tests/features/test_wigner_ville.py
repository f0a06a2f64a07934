"""Wigner-Ville: the defining sums, marginals, cross terms, chirps."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import signal

from skemg.exceptions import SignalError
from skemg.features import SmoothedPseudoWignerVille
from skemg.features._image_axes import resize_matrix

SFREQ = 1000.0
PLAIN = {"lag_share": None, "time_share": None}
WHOLE = {"n_frequencies": None, "n_frames": None, "range": None, "sfreq": SFREQ}


def naive(row, n_lag=None, n_time=None):
    """Return the distribution by its defining sums, of shape (N, N) as [k, n]."""
    N = len(row)
    z = signal.hilbert(row)

    def at(i):
        return z[i] if 0 <= i < N else 0.0

    h = np.ones(2 * N - 1) if n_lag is None else np.hamming(n_lag)
    g = np.ones(1) if n_time is None else np.hamming(n_time)
    g = g / g.sum()
    W = np.zeros((N, N), complex)
    k = np.arange(N)
    for n in range(N):
        for m in range(-(len(h) // 2), len(h) // 2 + 1):
            smooth = sum(
                g[lag + len(g) // 2] * at(n - lag + m) * np.conj(at(n - lag - m))
                for lag in range(-(len(g) // 2), len(g) // 2 + 1)
            )
            weight = h[m + len(h) // 2] ** 2
            W[:, n] += 2 * weight * smooth * np.exp(-2j * np.pi * k * m / N)
    assert_allclose(W.imag, 0, atol=1e-9)
    return W.real


def noise(n_rows=2, n_times=40):
    return np.random.default_rng(0).standard_normal((n_rows, n_times))


def wigner(**settings):
    return SmoothedPseudoWignerVille(**{**WHOLE, **settings})


@pytest.mark.parametrize("n_times", [40, 41])
@pytest.mark.parametrize(
    "shares, lengths",
    [
        (PLAIN, (None, None)),
        ({"lag_share": None, "time_share": 0.12}, (None, 5)),
        ({"lag_share": 0.26, "time_share": None}, (11, None)),
        ({"lag_share": 0.52, "time_share": 0.17}, (21, 7)),
    ],
)
def test_values_are_those_of_the_defining_sums(n_times, shares, lengths):
    rows = noise(n_times=n_times)
    step = wigner(**shares)
    images = step.fit_transform(rows)[:, 0]
    expected = [naive(row, *lengths) for row in rows]
    assert_allclose(images, expected, atol=1e-9)
    assert_allclose(step.frequencies_, np.arange(n_times) * SFREQ / (2 * n_times))
    assert_allclose(step.times_, np.arange(n_times) / SFREQ)


def test_sums_over_frequency_are_the_power_over_time():
    rows = noise(3, 120)
    power = np.abs(signal.hilbert(rows)) ** 2
    plain = wigner(**PLAIN).fit_transform(rows)[:, 0]
    assert_allclose(plain.sum(axis=1), 2 * 120 * power)
    g = np.hamming(13)  # the odd length nearest to a tenth of 120
    g = g / g.sum()
    smoothed = wigner(time_share=13 / 120).fit_transform(rows)[:, 0]
    expected = [2 * 120 * np.convolve(row, g, mode="same") for row in power]
    assert_allclose(smoothed.sum(axis=1), expected)


@pytest.mark.parametrize("shares", [PLAIN, {}])
def test_the_ridge_of_a_chirp_follows_its_frequency_within_a_bin(shares):
    time = np.arange(400) / SFREQ
    chirp = np.cos(2 * np.pi * (80 * time + 0.5 * 700 * time**2))[np.newaxis]
    step = wigner(**shares)
    image = step.fit_transform(chirp)[0, 0]
    ridge = step.frequencies_[image.argmax(axis=0)]
    middle = slice(40, 360)
    assert np.abs(ridge - (80 + 700 * time))[middle].max() <= SFREQ / 800 + 1e-9


def test_two_tones_have_a_cross_term_midway_that_smoothing_removes():
    time = np.arange(400) / SFREQ
    tones = np.cos(2 * np.pi * 100 * time) + np.cos(2 * np.pi * 300 * time)
    rows = [80, 160, 240]  # 100, 200 and 300 Hz
    plain = wigner(**PLAIN).fit_transform(tones[np.newaxis])[0, 0][rows]
    n_lags = 2 * np.minimum(np.arange(400), 399 - np.arange(400)) + 1
    beat = 2 * np.cos(2 * np.pi * 200 * time)
    inner = slice(100, 300)
    assert_allclose(plain[0, inner], 2 * n_lags[inner], rtol=0.05)
    assert_allclose(plain[1, inner], (2 * n_lags * beat)[inner], rtol=0.05, atol=20)
    smoothed = wigner().fit_transform(tones[np.newaxis])[0, 0][rows]
    assert smoothed[[0, 2], inner].min() > 30
    assert np.abs(smoothed[1, inner]).max() < 0.03 * smoothed[0, inner].min()


def test_images_are_resized_from_all_values_of_the_kept_band():
    rows = noise(3, 90)
    for shares in (PLAIN, {}):
        full = wigner(low=100, high=400, **shares).fit(rows)
        whole = full.transform(rows)
        over_bins = resize_matrix(len(full.frequencies_), 12)
        over_times = resize_matrix(90, 20)
        small = wigner(low=100, high=400, n_frequencies=12, n_frames=20, **shares)
        assert_allclose(
            small.fit_transform(rows), over_bins @ whole @ over_times.T, atol=1e-10
        )
        assert_allclose(small.frequencies_, over_bins @ full.frequencies_)
        tall = wigner(low=100, high=400, n_frames=20, **shares)
        assert_allclose(tall.fit_transform(rows), whole @ over_times.T, atol=1e-10)
        wide = wigner(low=100, high=400, n_frequencies=12, **shares)
        assert_allclose(wide.fit_transform(rows), over_bins @ whole, atol=1e-10)


@pytest.mark.parametrize("size", [{}, {"n_frequencies": 12, "n_frames": 20}])
def test_small_blocks_give_the_same(size, monkeypatch):
    rows = noise(3, 90)
    expected = wigner(**size).fit_transform(rows)
    monkeypatch.setattr("skemg.features._wigner_ville._VALUES", 200)
    monkeypatch.setattr("skemg.features._wigner_ville._MATRIX", 200)
    assert_allclose(wigner(**size).fit_transform(rows), expected, atol=1e-10)


def test_negative_values_are_black_in_decibels():
    rows = noise(2, 90)
    raw = wigner(**PLAIN).fit_transform(rows)
    images = wigner(**{**PLAIN, "range": 60.0}).fit_transform(rows)
    assert (raw < 0).any()
    assert not images[raw <= 0].any()


def test_windows_that_are_too_short_are_refused_with_the_minimum():
    with pytest.raises(SignalError, match=r"19 feature.* minimum of 20 .*time_share"):
        wigner().fit(noise(2, 19))
    assert wigner().fit(noise(2, 20))
    with pytest.raises(SignalError, match=r"7 feature.* minimum of 8 .*lag_share=0.25"):
        wigner(time_share=None).fit(noise(2, 7))
    with pytest.raises(SignalError, match=r"1 feature.* minimum of 2 "):
        wigner(**PLAIN).fit(noise(2, 1))


@pytest.mark.parametrize("name", ["lag_share", "time_share"])
@pytest.mark.parametrize("value", [0, 1.5, "0.2"])
def test_shares_are_above_zero_and_at_most_one(name, value):
    with pytest.raises((TypeError, ValueError), match=name):
        wigner(**{name: value}).fit(noise())
