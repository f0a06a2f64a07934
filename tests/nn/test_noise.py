"""Noise of the strength that was asked for, at the frequencies that its name says."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy import signal

from skemg.nn._noise import Noise, noise_like, power

SFREQ = 2000.0
KINDS = ("white", "mains", "motion")


def windows(n_windows=20, n_channels=2, n_times=4000, seed=0):
    """Return windows of their own strengths and offsets, in double precision."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_windows, n_channels, n_times))
    X *= np.exp(rng.normal(size=(n_windows, 1, 1)))
    return torch.from_numpy(X + rng.normal(size=(n_windows, n_channels, 1)))


def snr(clean, noise):
    """Return the SNR of each window in dB, as it is defined."""
    clean, noise = clean.numpy(), noise.numpy()
    about_mean = clean - clean.mean(axis=-1, keepdims=True)
    ratio = np.square(about_mean).mean(axis=(1, 2)) / np.square(noise).mean(axis=(1, 2))
    return 10 * np.log10(ratio)


def spectrum(noise):
    """Return frequencies and mean power of a batch."""
    frequencies = np.fft.rfftfreq(noise.shape[-1], 1 / SFREQ)
    power = np.abs(np.fft.rfft(noise.numpy())) ** 2
    return frequencies, power.mean(axis=(0, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_the_snr_is_the_one_that_was_asked_for(kind):
    X = windows()
    asked = np.linspace(-10, 20, len(X))
    with torch.random.fork_rng():
        noise = noise_like(X, kind, torch.from_numpy(asked), SFREQ)
        assert_allclose(snr(X, noise), asked, atol=1e-9)
        assert_allclose(snr(X, noise_like(X, kind, 3.0, SFREQ)), 3.0, atol=1e-9)


def test_the_power_of_a_window_is_about_the_mean_of_each_channel():
    X = torch.tensor([[[1.0, 3.0], [5.0, 5.0]], [[0.1, 0.1], [7.0, 7.0]]])
    assert_allclose(power(X), [0.5, 0.0])


@pytest.mark.parametrize("mains_frequency", [50.0, 60.0])
def test_mains_sit_at_multiples_of_their_frequency(mains_frequency):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        X = windows(n_windows=400)
        noise = noise_like(X, "mains", 0.0, SFREQ, mains_frequency)
    frequencies, power = spectrum(noise)  # a bin is 0.5 Hz
    of_multiple = power[np.isin(frequencies, mains_frequency * np.arange(1, 11))]
    assert_allclose(of_multiple.sum() / power.sum(), 1.0, rtol=1e-9)
    slope = np.polyfit(np.log(np.arange(1, 11)), np.log(of_multiple), 1)[0]
    assert_allclose(slope, -2.0, atol=0.3)


def test_multiples_above_half_the_rate_are_left_out():
    with torch.random.fork_rng():
        noise = noise_like(windows(n_times=1000), "mains", 0.0, 250.0)
    power = np.abs(np.fft.rfft(noise.numpy())).max(axis=(0, 1))  # a bin is 0.25 Hz
    assert np.flatnonzero(power > 1e-6).tolist() == [200, 400]


def test_motion_is_drift_below_20_hz_that_falls_as_1_over_f():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        noise = noise_like(windows(n_windows=400), "motion", 0.0, SFREQ)
    frequencies, power = spectrum(noise)
    inside = (frequencies > 0) & (frequencies < 20)
    assert_allclose(power[inside].sum() / power.sum(), 1.0, rtol=1e-9)
    slope = np.polyfit(np.log(frequencies[inside]), np.log(power[inside]), 1)[0]
    assert_allclose(slope, -1.0, atol=0.1)


def test_a_short_window_shows_a_piece_of_a_slow_drift():
    X = windows(n_windows=200, n_times=40)  # 20 ms
    with torch.random.fork_rng():
        noise = noise_like(X, "motion", 0.0, SFREQ).numpy()
    line = noise - signal.detrend(noise, type="linear")
    assert np.square(line).sum() > 0.95 * np.square(noise).sum()


def test_white_noise_is_flat_and_other_in_each_channel():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        noise = noise_like(windows(n_windows=200), "white", 0.0)
    _, power = spectrum(noise)
    thirds = [part.mean() for part in np.array_split(power[1:], 3)]
    assert_allclose(thirds, np.mean(thirds), rtol=0.05)
    a, b = noise[0].numpy()
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.1


def test_a_flat_window_stays_flat():
    X = torch.full((3, 1, 50), 0.1)
    for kind in KINDS:
        assert not noise_like(X, kind, -10.0, SFREQ).any()
    assert torch.equal(Noise(KINDS, (-10, 20), SFREQ)(X), X)


def test_each_window_gets_an_snr_of_its_own_between_the_bounds():
    X = windows(n_windows=500, n_times=400)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        values = snr(X, Noise(KINDS, (-10.0, 20.0), SFREQ)(X) - X)
    assert -10 - 1e-9 <= values.min() < -9 and 19 < values.max() <= 20 + 1e-9
    assert_allclose(np.quantile(values, [0.25, 0.5, 0.75]), [-2.5, 5, 12.5], atol=1.5)


def test_kinds_come_alone_and_together():
    X = windows(n_windows=400, n_channels=1, n_times=2000)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        noise = Noise(("mains", "motion"), (0.0, 0.0), SFREQ)(X) - X
    power = np.abs(np.fft.rfft(noise.numpy()[:, 0])) ** 2  # a bin is 1 Hz
    share = power[:, 30:].sum(axis=1) / power.sum(axis=1)
    alone = [(share > 0.99).mean(), (share < 0.05).mean()]
    assert_allclose(alone, [0.25, 0.25], atol=0.08)  # one is sure, the other a coin
    together = share[(share > 0.2) & (share < 0.8)]
    assert_allclose(together.mean(), 0.5, atol=0.1)
    assert_allclose(len(together) / 400, 0.5, atol=0.1)


def test_without_kinds_the_windows_are_as_they_were():
    X = windows()
    before = torch.get_rng_state()
    assert Noise((), (-10, 20), None)(X) is X
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    "params, message",
    [
        ((("pink",), (0, 1), SFREQ), r"noise must be a tuple of some of .*\('pink',\)"),
        (("white", (0, 1), SFREQ), "noise must be a tuple of some of .* got 'white'"),
        ((KINDS, (1, 0), SFREQ), r"snr must be a tuple \(lowest, highest\)"),
        ((KINDS, 3.0, SFREQ), r"snr must be a tuple \(lowest, highest\)"),
        ((KINDS, (0, np.inf), SFREQ), r"snr must be a tuple \(lowest, highest\)"),
        ((KINDS, (0, 1), None), "kind 'mains' is in Hz, .* unknown: give sfreq="),
        ((("motion",), (0, 1), None), "'motion' is in Hz, .* unknown: give sfreq="),
        ((("mains",), (0, 1), 100.0), "begins at 50 Hz, .*sfreq=100 end at 50 Hz"),
        ((("motion",), (0, 1), 1.0), "begins at 0.5 Hz, .*sfreq=1 end at 0.5 Hz"),
        ((KINDS, (0, 1), SFREQ, 0.0), "mains_frequency must be > 0, got 0.0"),
    ],
)
def test_impossible_noise_is_refused(params, message):
    with pytest.raises(ValueError, match=message):
        Noise(*params)
