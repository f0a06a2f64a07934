"""Spectrograms: tones, noise, Parseval's theorem, a loop over frames, librosa."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.exceptions import SignalError
from skemg.features import LogSpectrum, MelSpectrogram, Spectrogram

SFREQ = 4000.0
RAW = {"range": None, "sfreq": SFREQ}


def tone(frequency, n_times=400, amplitude=1.0):
    time = np.arange(n_times) / SFREQ
    return amplitude * np.sin(2 * np.pi * frequency * time + 0.3)[np.newaxis]


def naive(row, n_length, n_hop):
    """Return the powers by the definition, a frame and a bin at a time."""
    w = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_length) / n_length)
    n_frames = (len(row) - n_length) // n_hop + 1
    powers = np.empty((n_length // 2 + 1, n_frames))
    for k in range(len(powers)):
        turn = np.exp(-2j * np.pi * k * np.arange(n_length) / n_length)
        sides = 1 if k == 0 or 2 * k == n_length else 2
        for m in range(n_frames):
            x = row[m * n_hop : m * n_hop + n_length]
            powers[k, m] = sides * abs((x * w * turn).sum()) ** 2 / w.sum() ** 2
    return powers


@pytest.mark.parametrize("n_length, n_hop", [(40, 10), (41, 7), (100, 130), (2, 1)])
def test_powers_are_those_of_the_definition(n_length, n_hop):
    rows = np.random.default_rng(0).standard_normal((3, 300))
    step = Spectrogram(n_length / SFREQ, n_hop / SFREQ, **RAW)
    expected = [naive(row, n_length, n_hop) for row in rows]
    assert_allclose(step.fit_transform(rows)[:, 0], expected, atol=1e-12)
    times = (np.arange(len(expected[0][0])) * n_hop + n_length / 2) / SFREQ
    assert_allclose(step.times_, times)
    bins = np.arange(n_length // 2 + 1) * SFREQ / n_length
    assert_allclose(step.frequencies_, bins)


def test_powers_are_those_of_scipy():
    rows = np.random.default_rng(0).standard_normal((3, 300))
    step = Spectrogram(0.01, 0.0025, **RAW)
    f, t, expected = signal.spectrogram(
        rows,
        SFREQ,
        window="hann",
        nperseg=40,
        noverlap=30,
        detrend=False,
        scaling="spectrum",
    )
    assert_allclose(step.fit_transform(rows)[:, 0], expected, atol=1e-12)
    assert_allclose(step.frequencies_, f)
    assert_allclose(step.times_, t)


def test_a_tone_has_half_its_square_at_its_bin_and_a_quarter_of_that_beside():
    step = Spectrogram(0.025, **RAW)  # 100 samples: bins of 40 Hz
    powers = step.fit_transform(tone(800, amplitude=6.0))[0, 0]
    row = np.flatnonzero(step.frequencies_ == 800)[0]
    assert_allclose(powers[row], 18.0)
    assert_allclose(powers[[row - 1, row + 1]], 4.5)
    assert_allclose(np.delete(powers, [row - 1, row, row + 1], axis=0), 0, atol=1e-12)


def test_the_hop_is_a_quarter_of_a_frame():
    assert_allclose(np.diff(Spectrogram(0.02, **RAW).fit(tone(200)).times_), 0.005)


def test_the_sum_over_bins_is_the_energy_of_the_tapered_frame():
    rows = np.random.default_rng(0).standard_normal((2, 200))
    powers = Spectrogram(0.01, **RAW).fit_transform(rows)[:, 0]
    w = signal.get_window("hann", 40)
    frames = np.lib.stride_tricks.sliding_window_view(rows, 40, axis=1)[:, ::10]
    energy = ((frames * w) ** 2).sum(axis=-1) * 40 / w.sum() ** 2
    assert_allclose(powers.sum(axis=1), energy)


def test_one_frame_as_long_as_the_window_is_the_log_spectrum():
    rows = np.random.default_rng(0).standard_normal((4, 200))
    powers = Spectrogram(0.05, low=100, high=900, **RAW).fit_transform(rows)
    spectra = LogSpectrum(100, 900, sfreq=SFREQ).fit_transform(rows)
    assert_allclose(np.log10(powers[:, 0, :, 0] + 1e-20), spectra)


def test_the_ridge_of_a_chirp_follows_its_frequency_within_a_bin():
    time = np.arange(2000) / SFREQ
    chirp = np.sin(2 * np.pi * (200 * time + 0.5 * 2400 * time**2))[np.newaxis]
    step = Spectrogram(0.025, **RAW)
    image = step.fit_transform(chirp)[0, 0]
    ridge = step.frequencies_[image.argmax(axis=0)]
    assert np.abs(ridge - (200 + 2400 * step.times_)).max() <= 40


def test_a_steady_tone_has_no_slope_and_a_growing_one_has_its_own():
    # 20 dB each 10 ms; a hop of 2.5 ms is 5 dB, 5 / 300 of the range
    time = np.arange(400) / SFREQ
    growing = np.sin(2 * np.pi * 800 * time) * 10 ** (time / 0.01) * 1e-14
    step = Spectrogram(0.01, low=800, high=800, range=300.0, delta=True, sfreq=SFREQ)
    power, slope = step.fit_transform(growing[np.newaxis])[0, :, 0]
    assert_allclose(np.diff(power), 5 / 300, atol=1e-6)
    assert_allclose(slope[2:-2], 5 / 300, atol=1e-6)
    # at the end, the last column is repeated: (1 * 0 + 1 * 1 + 2 * 0 + 2 * 2) / 10
    assert_allclose(slope[-1], 0.5 * 5 / 300, atol=1e-6)
    assert_allclose(slope[0], 0.5 * 5 / 300, atol=1e-6)
    power, slope = step.fit_transform(tone(800))[0, :, 0]
    assert_allclose(slope, 0, atol=1e-12)


def test_slopes_of_all_channels_stand_behind_the_powers_of_all():
    rows = np.random.default_rng(0).standard_normal((3, 2, 400))
    both = Spectrogram(delta=True, sfreq=SFREQ).fit_transform(rows)
    alone = Spectrogram(sfreq=SFREQ).fit_transform(rows)
    assert_array_equal(both[:, :2], alone)
    padded = np.pad(alone, [(0, 0)] * 3 + [(2, 2)], mode="edge")
    slope = sum(n * np.roll(padded, -n, axis=-1) for n in (-2, -1, 1, 2)) / 10
    assert_allclose(both[:, 2:], slope[..., 2:-2], atol=1e-12)


def test_an_image_is_resized_before_the_decibels():
    rows = np.random.default_rng(0).standard_normal((3, 400))
    full = Spectrogram(**RAW).fit_transform(rows)
    half = Spectrogram(n_frames=len(full[0, 0, 0]), n_frequencies=17, **RAW)
    small = half.fit_transform(rows)
    # 51 bins become 17 rows: a triangle over five bins
    expected = (full[:, :, 23:28] * np.array([1, 2, 3, 2, 1])[:, None]).sum(axis=2) / 9
    assert_allclose(small[:, :, 8], expected)
    assert_allclose(half.frequencies_[8], 25 * 40)


@pytest.mark.parametrize("step", [Spectrogram, MelSpectrogram])
def test_windows_shorter_than_a_frame_are_refused_with_the_minimum(step):
    with pytest.raises(SignalError, match=r"99 feature.* a minimum of 100 .*0.025 s"):
        step(sfreq=SFREQ).fit(np.ones((2, 99)))
    with pytest.raises(ValueError, match=r"length=0.0001 s is 0 sample"):
        step(0.0001, sfreq=SFREQ).fit(np.ones((2, 99)))
    with pytest.raises(ValueError, match=r"hop=0.0001 s is less than a sample"):
        step(0.01, 0.0001, sfreq=SFREQ).fit(np.ones((2, 99)))


def test_a_band_without_a_bin_is_refused():
    with pytest.raises(ValueError, match="no bin lies between low=50 and high=70"):
        Spectrogram(low=50, high=70, sfreq=SFREQ).fit(tone(200))
    with pytest.raises(ValueError, match="low <= high <= sfreq / 2 = 2000 Hz"):
        Spectrogram(low=90, high=80, sfreq=SFREQ).fit(tone(200))
    with pytest.raises(ValueError, match="low and high must differ"):
        MelSpectrogram(low=80, high=80, sfreq=SFREQ).fit(tone(200))


# -- mel -----------------------------------------------------------------------------


def mel(frequency):
    return 1127.01048 * np.log(1 + frequency / 700)


def test_bands_are_triangles_on_the_mel_scale_over_the_powers_of_the_spectrogram():
    rows = np.random.default_rng(0).standard_normal((3, 400))
    powers = Spectrogram(**RAW).fit_transform(rows)[:, 0]
    bands = MelSpectrogram(low=100, high=1900, n_frequencies=8, **RAW).fit(rows)
    edges = np.interp(
        np.linspace(mel(100), mel(1900), 10),
        mel(np.arange(0, 2001, 0.5)),
        np.arange(0, 2001, 0.5),
    )
    assert_allclose(bands.frequencies_, edges[1:-1], rtol=1e-4)
    expected = np.empty((3, 8, powers.shape[-1]))
    for band in range(8):
        weights = np.interp(
            np.arange(51) * 40.0, edges[band : band + 3], [0, 1, 0], left=0, right=0
        )
        expected[:, band] = np.einsum("k,ikm->im", weights / weights.sum(), powers)
    assert_allclose(bands.transform(rows)[:, 0], expected, rtol=1e-3)


def test_a_tone_is_strongest_in_the_band_around_it():
    step = MelSpectrogram(n_frequencies=12, **RAW).fit(tone(200))
    for band, centre in enumerate(step.frequencies_):
        assert (step.transform(tone(centre))[0, 0].argmax(axis=0) == band).all()


def test_white_noise_is_as_strong_in_each_band_however_narrow():
    rows = np.random.default_rng(0).standard_normal((4000, 100))
    powers = MelSpectrogram(n_frequencies=64, **RAW).fit_transform(rows)
    mean = powers.mean(axis=(0, 1, 3))
    w = signal.get_window("hann", 100)
    assert_allclose(mean[2:-2], 2 * (w**2).sum() / w.sum() ** 2, rtol=0.1)


def test_the_mel_scale_is_that_of_librosa():
    librosa = pytest.importorskip("librosa")
    step = MelSpectrogram(n_frequencies=20, **RAW).fit(tone(200))
    edges = librosa.mel_frequencies(22, fmin=0, fmax=SFREQ / 2, htk=True)
    assert_allclose(step.frequencies_, edges[1:-1])
