import numpy as np
import pytest
import pywt
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.preprocessing import WaveletDenoiser
from skemg.signals import Recordings

THRESHOLDS = ["bayes", "sure", "universal", 3.0]


def noise(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def bursts(n_times=20_000):
    """Return a sine of 200 Hz at 10 kHz that is there a quarter of the time."""
    t = np.arange(n_times) / 10_000
    return np.sin(2 * np.pi * 200 * t) * (np.sin(2 * np.pi * 3 * t) > 0.7)


def error(x, clean):
    return np.sqrt(np.mean((x - clean) ** 2))


@pytest.mark.parametrize("n_times", [1024, 1000, 999, 224])
@pytest.mark.parametrize("wavelet", ["db4", "sym4", "haar", "coif1", "bior2.2"])
@pytest.mark.parametrize("mode", ["soft", "hard"])
def test_threshold_of_zero_changes_nothing(n_times, wavelet, mode):
    X = noise(2, 3, n_times)
    step = WaveletDenoiser(wavelet, threshold=0, mode=mode)
    assert_allclose(step.fit_transform(X), X, rtol=0, atol=1e-10)


@pytest.mark.parametrize("mode", ["soft", "hard"])
def test_haar_by_hand(mode):
    x = np.array([5, 3, 8, 1, 4, 4, 9, 2.0])
    means = np.array([4, 4.5, 4, 5.5])
    halves = np.array([1, 3.5, 0, 3.5])  # from the mean of a pair to its first sample
    details = np.sqrt(2) * halves
    threshold = np.median(details) / 0.6745 * 0.5
    kept = {
        "soft": np.maximum(details - threshold, 0),
        "hard": details * (details > threshold),
    }[mode]
    expected = np.ravel(np.outer(means, [1, 1]) + np.outer(kept, [1, -1]) / np.sqrt(2))
    step = WaveletDenoiser("haar", 1, threshold=0.5, mode=mode)
    assert_allclose(step.fit_transform([x])[0], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("mode", ["soft", "hard"])
@pytest.mark.parametrize("estimate", ["level", "finest"])
def test_equals_the_formulas_of_the_universal_threshold(mode, estimate):
    x = 5 * bursts(4096) + noise(4096)
    rest, *details = pywt.wavedec(x, "db4", "periodization", level=5)
    of_finest = np.median(np.abs(details[-1])) / 0.6745
    shrunk = []
    for band in details:  # of 128, 256, ..., 2048 coefficients
        sigma = np.median(np.abs(band)) / 0.6745 if estimate == "level" else of_finest
        threshold = sigma * np.sqrt(2 * np.log(len(band)))
        shrunk.append(pywt.threshold(band, threshold, mode))
    expected = pywt.waverec([rest, *shrunk], "db4", "periodization")
    step = WaveletDenoiser(threshold="universal", mode=mode, noise=estimate)
    assert_allclose(step.fit_transform([x])[0], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("mode", ["soft", "hard"])
@pytest.mark.parametrize("estimate", ["level", "finest"])
def test_line_without_noise_is_not_changed(threshold, mode, estimate):
    line = np.linspace(-3, 7, 2048)
    step = WaveletDenoiser(threshold=threshold, mode=mode, noise=estimate)
    assert_allclose(step.fit_transform([line])[0], line, rtol=0, atol=1e-9)


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("mode", ["soft", "hard"])
@pytest.mark.parametrize("estimate", ["level", "finest"])
def test_noise_around_bursts_is_reduced(threshold, mode, estimate):
    clean = bursts()
    noisy = clean + 0.2 * noise(clean.size)
    step = WaveletDenoiser(threshold=threshold, mode=mode, noise=estimate)
    (denoised,) = step.fit_transform([noisy])
    assert error(denoised, clean) < 0.7 * error(noisy, clean)


@pytest.mark.parametrize("threshold", ["bayes", "sure", "universal"])
def test_of_pure_noise_only_the_approximation_stays(threshold):
    x = noise(65_536)
    (denoised,) = WaveletDenoiser(threshold=threshold).fit_transform([x])
    assert np.mean(denoised**2) < 1.5 * 2.0**-5  # AJ holds 1 / 32 of the power


def test_noise_of_any_spectrum_needs_an_estimate_in_each_level():
    clean = bursts()
    coloured = np.convolve(noise(clean.size + 7), np.hanning(8), "valid")
    noisy = clean + 0.2 * coloured
    (by_level,) = WaveletDenoiser(noise="level").fit_transform([noisy])
    (by_finest,) = WaveletDenoiser(noise="finest").fit_transform([noisy])
    assert error(by_level, clean) < 0.8 * error(noisy, clean)
    assert_allclose(error(by_finest, clean), error(noisy, clean), rtol=0.05)


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("factor", [-1.0, 1e-9, 1e9])
def test_result_grows_with_the_signal(threshold, factor):
    X = bursts()[np.newaxis] + noise(1, 20_000)
    step = WaveletDenoiser(threshold=threshold)
    scaled = step.fit_transform(factor * X) / factor
    assert_allclose(scaled, step.fit_transform(X), rtol=0, atol=1e-9)


def test_offset_stays_as_it_is():
    x = bursts() + noise(20_000)
    shifted, there = WaveletDenoiser().fit_transform([x + 1000, x])
    assert_allclose(shifted, there + 1000, rtol=0, atol=1e-9)


def test_lost_signal_with_a_spike_is_not_changed():
    x = np.zeros((1, 2000))
    x[0, 700] = 5.0
    assert_allclose(WaveletDenoiser().fit_transform(x), x, rtol=0, atol=1e-12)


def test_rate_of_the_recordings_does_not_matter():
    X = [noise(500), noise(700, seed=1)]
    emg = Recordings.from_list(X, sfreq=[1000, 4000])
    denoised = WaveletDenoiser().fit_transform(emg)
    assert_array_equal(denoised.sfreq, emg.sfreq)
    for ours, alone in zip(denoised, WaveletDenoiser().fit_transform(X), strict=True):
        assert_array_equal(ours, alone)


@pytest.mark.parametrize(
    "wavelet, level, minimum", [("db4", 5, 224), ("haar", 3, 8), ("sym8", 2, 60)]
)
def test_shorter_than_the_transform_is_refused_with_the_minimum(
    wavelet, level, minimum
):
    step = WaveletDenoiser(wavelet, level)
    step.fit([noise(minimum)])
    with pytest.raises(SignalError, match=f"recording 1 .* at least {minimum} samples"):
        step.fit([noise(minimum), noise(minimum - 1)])
    with pytest.raises(SignalError, match=f"allows level={level - 1}"):
        step.transform([noise(minimum - 1)])


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"wavelet": "db0"}, "unknown wavelet 'db0'"),
        ({"wavelet": "morl"}, "unknown wavelet 'morl'"),
        ({"wavelet": None}, "unknown wavelet None"),
        ({"level": 0}, "level == 0, must be >= 1"),
        ({"threshold": "minimax"}, "threshold must be .* got 'minimax'"),
        ({"threshold": -1.0}, "threshold == -1.0, must be >= 0"),
        ({"threshold": np.nan}, "threshold must be a name or a finite number"),
        ({"threshold": np.inf}, "threshold must be a name or a finite number"),
        ({"threshold": True}, "threshold must be a name or a finite number"),
        ({"mode": "firm"}, "mode must be .* got 'firm'"),
        ({"noise": 3}, "noise must be .* got 3"),
    ],
)
def test_parameter_out_of_range_is_refused_at_fit(parameters, message):
    with pytest.raises(ValueError, match=message):
        WaveletDenoiser(**parameters).fit(noise(1, 500))


@pytest.mark.parametrize("parameters", [{"level": 2.0}, {"threshold": None}])
def test_parameter_of_another_type_is_refused_at_fit(parameters):
    with pytest.raises(
        TypeError, match=f"{next(iter(parameters))} must be an instance"
    ):
        WaveletDenoiser(**parameters).fit(noise(1, 500))
