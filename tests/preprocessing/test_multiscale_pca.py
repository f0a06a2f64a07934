import numpy as np
import pytest
import pywt
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import NotFittedError

from skemg.exceptions import SignalError
from skemg.preprocessing import MultiscalePCA, WaveletDenoiser
from skemg.signals import Recordings

RULES = ["kaiser", "heuristic", 0.6, 1.0]
WINDOW = {"window_length": 240, "sfreq": 1}


def noise(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def mixture(n_columns, n_times, seed=0):
    """Return columns that share something: some sources, and noise of their own."""
    weights = noise(n_columns, 3, seed=seed)
    return weights @ noise(3, n_times, seed=seed + 1) + noise(n_columns, n_times)


def reference(columns, rule, threshold, wavelet="sym4", level=5):
    """Return what the steps of Bakshi (1998) say, by a singular value decomposition."""

    def reduce(matrix, shrink):  # of shape (n, n_columns)
        mean = matrix.mean(axis=0)
        left, singular, loadings = np.linalg.svd(matrix - mean, full_matrices=False)
        share = singular**2 / np.sum(singular**2)
        if rule == "kaiser":
            n_kept = np.sum(share >= 1 / matrix.shape[1])
        elif rule == "heuristic":
            n_kept = np.sum(share > 0.05)
        else:
            n_kept = np.sum(np.cumsum(share) < rule - 1e-12) + 1
        scores = left[:, :n_kept] * singular[:n_kept]
        if shrink:
            sigma = np.median(np.abs(scores), axis=0) / 0.6745
            limit = sigma * np.sqrt(2 * np.log(len(scores)))
            scores = np.sign(scores) * np.maximum(np.abs(scores) - limit, 0)
        return mean + scores @ loadings[:n_kept]

    approximation, *details = pywt.wavedec(
        columns.T, wavelet, "periodization", level, axis=0
    )
    bands = [reduce(approximation, False), *(reduce(d, threshold) for d in details)]
    rebuilt = pywt.waverec(bands, wavelet, "periodization", axis=0)
    return reduce(rebuilt[: columns.shape[1]], False).T


def without_mean(n_times, wavelet="sym4", level=5):
    """Return a signal whose details have no mean in any scale, nor has itself."""
    signals = noise(level + 2, n_times)
    bands = pywt.wavedec(signals, wavelet, "periodization", level)[1:]
    means = np.stack([signals.mean(axis=1), *(band.mean(axis=1) for band in bands)])
    return np.linalg.svd(means)[2][-1] @ signals  # the combination without means


@pytest.mark.parametrize("n_times", [2400, 2399, 2401, 2500, 240, 241])
@pytest.mark.parametrize("n_columns", [1, 3, 500])
def test_recording_is_rebuilt_where_all_components_of_windows_are_kept(
    n_times, n_columns
):
    X = noise(2, 3, n_times)
    step = MultiscalePCA(rule=1.0, n_columns=n_columns, **WINDOW)
    assert_allclose(step.fit_transform(X), X, rtol=0, atol=1e-10)


@pytest.mark.parametrize("n_times", [1024, 999])
@pytest.mark.parametrize("wavelet", ["sym4", "haar", "db4", "coif2"])
def test_recording_is_rebuilt_where_all_components_of_channels_are_kept(
    n_times, wavelet
):
    X = mixture(2 * 5, n_times).reshape(2, 5, n_times)
    step = MultiscalePCA(wavelet, 4, rule=1.0, columns="channels").fit(X[:1])
    assert_allclose(step.transform(X), X, rtol=0, atol=1e-10)


@pytest.mark.parametrize("rule", RULES)
def test_one_column_comes_back_as_it_was(rule):
    x = noise(240)
    by_windows = MultiscalePCA(rule=rule, **WINDOW).fit_transform([x])
    by_channels = MultiscalePCA(rule=rule, columns="channels").fit_transform([x])
    assert_allclose(by_windows[0], x, rtol=0, atol=1e-10)
    assert_allclose(by_channels[0], x, rtol=0, atol=1e-10)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "columns", [{"columns": "channels"}, {"window_length": 960, "sfreq": 1}]
)
def test_one_column_with_threshold_is_wavelet_shrinkage(rule, columns):
    x = without_mean(960)
    (ours,) = MultiscalePCA(rule=rule, threshold=True, **columns).fit_transform([x])
    (shrunk,) = WaveletDenoiser("sym4", threshold="universal").fit_transform([x])
    assert_allclose(ours, shrunk, rtol=0, atol=1e-10)
    assert np.std(shrunk - x) > 0.5


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("threshold", [False, True])
@pytest.mark.parametrize("n_columns", [2, 7, 40, 300])  # below and above n of a scale
def test_windows_go_through_the_steps_of_bakshi(rule, threshold, n_columns):
    columns = mixture(n_columns, 240)
    step = MultiscalePCA(rule=rule, threshold=threshold, **WINDOW)
    (ours,) = step.fit_transform([columns.ravel()])
    expected = reference(columns, rule, threshold)
    assert_allclose(ours.reshape(columns.shape), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("threshold", [False, True])
def test_channels_go_through_the_steps_of_bakshi(rule, threshold):
    columns = mixture(6, 960)
    step = MultiscalePCA(rule=rule, threshold=threshold, columns="channels")
    (ours,) = step.fit_transform([columns])
    assert_allclose(ours, reference(columns, rule, threshold), rtol=0, atol=1e-9)


def test_rest_of_a_recording_comes_from_a_last_window_that_overlaps():
    x = mixture(1, 600)[0]
    windows = np.stack([x[:240], x[240:480], x[-240:]])
    expected = reference(windows, "kaiser", False)
    (ours,) = MultiscalePCA(**WINDOW).fit_transform([x])
    assert_allclose(ours[:480], expected[:2].ravel(), rtol=0, atol=1e-9)
    assert_allclose(ours[480:], expected[2, 120:], rtol=0, atol=1e-9)


def test_long_recording_is_parted_into_equal_matrices():
    x = mixture(1, 7 * 240)[0]
    (ours,) = MultiscalePCA(n_columns=3, **WINDOW).fit_transform([x])
    whole = MultiscalePCA(**WINDOW)
    parts = [x[: 3 * 240], x[3 * 240 : 5 * 240], x[5 * 240 :]]
    assert_array_equal(ours, np.concatenate(whole.fit_transform(parts)))


def test_window_length_is_in_seconds_at_the_rate_of_each_recording():
    recordings = [noise(3000), noise(4800, seed=1)]
    emg = Recordings.from_list(recordings, sfreq=[9600, 19_200])
    ours = MultiscalePCA(window_length=0.025).fit_transform(emg)
    for i, n_window in enumerate([240, 480]):
        step = MultiscalePCA(window_length=n_window, sfreq=1)
        assert_array_equal(ours[i], step.fit_transform([recordings[i]])[0])


def test_finest_details_are_dropped():
    x = noise(960)
    bands = pywt.wavedec(x, "sym4", "periodization", 5)
    bands[-1][:], bands[-2][:] = 0, 0
    expected = pywt.waverec(bands, "sym4", "periodization")
    for columns in ({"columns": "channels"}, {"window_length": 960, "sfreq": 1}):
        (ours,) = MultiscalePCA(drop_finest=2, **columns).fit_transform([x])
        assert_allclose(ours, expected, rtol=0, atol=1e-10)


def test_source_of_all_channels_stays_and_their_noise_goes():
    weights = np.array([1.0, -2, 0.5, 1.5, -1, 3, 1, -0.5])
    clean = np.outer(weights, np.sin(np.arange(8000) / 30))
    noisy = clean + 0.5 * noise(8, 8000)
    (denoised,) = MultiscalePCA(columns="channels").fit_transform([noisy])
    # In the scale of the source 1 of 8 directions of the noise is left.
    assert np.std(denoised - clean) < 0.6 * np.std(noisy - clean)
    with_threshold = MultiscalePCA(columns="channels", threshold=True)
    (denoised,) = with_threshold.fit_transform([noisy])
    assert np.std(denoised - clean) < 0.3 * np.std(noisy - clean)


def test_potential_of_all_windows_stays_and_their_noise_goes():
    potential = np.hanning(60) * np.sin(np.arange(60) / 4)
    clean = np.tile(np.pad(potential, (50, 130)), 100)
    noisy = clean + 0.3 * noise(clean.size)
    step = MultiscalePCA(rule="heuristic", **WINDOW)
    (denoised,) = step.fit_transform([noisy])
    assert np.std(denoised - clean) < 0.5 * np.std(noisy - clean)


def test_components_of_one_source_are_its_weights():
    weights = np.array([2.0, -1, 2])
    X = [np.outer(weights, noise(n, seed=n)) for n in (500, 400)]
    step = MultiscalePCA(columns="channels", rule="heuristic").fit(X)
    assert len(step.components_) == len(step.means_) == 7
    for components in step.components_:
        assert_allclose(np.abs(components), [[2 / 3, 1 / 3, 2 / 3]], atol=1e-9)


def test_means_and_components_are_those_of_all_training_recordings():
    X = [mixture(4, n, seed=n) + 1e4 for n in (1024, 512)]
    step = MultiscalePCA(columns="channels", rule=1.0).fit(X)
    bands = [pywt.wavedec(x, "sym4", "periodization", 5)[::-1] for x in X]
    together = [np.hstack(scale) for scale in zip(*bands, strict=True)]
    for scale, mean, components in zip(
        [*together, np.hstack(X)], step.means_, step.components_, strict=True
    ):
        assert_allclose(mean, scale.mean(axis=1), rtol=0, atol=1e-8)
        values = np.var(components @ scale, axis=1)
        assert_allclose(values, np.linalg.eigvalsh(np.cov(scale, ddof=0))[::-1])


def test_transform_learns_nothing():
    train, test = mixture(4, 1000), mixture(4, 1000, seed=9)
    step = MultiscalePCA(columns="channels").fit([train])
    before = [mean.copy() for mean in step.means_]
    first = step.transform([test, train])[0]
    assert_array_equal(first, step.transform([test])[0])
    for mean, learned in zip(step.means_, before, strict=True):
        assert_array_equal(mean, learned)


@pytest.mark.parametrize("columns", [{"columns": "channels"}, WINDOW])
@pytest.mark.parametrize("factor", [-1.0, 1e-9, 1e9])
def test_result_grows_with_the_signal(columns, factor):
    X = mixture(3, 2400)[np.newaxis]
    step = MultiscalePCA(threshold=True, **columns)
    scaled = step.fit_transform(factor * X) / factor
    assert_allclose(scaled, step.fit_transform(X), rtol=0, atol=1e-9)


@pytest.mark.parametrize("columns", [{"columns": "channels"}, WINDOW])
@pytest.mark.parametrize("rule", RULES)
def test_flat_recording_comes_back_as_it_was(columns, rule):
    X = np.full((1, 2, 1000), 7.0)
    step = MultiscalePCA(rule=rule, threshold=True, **columns)
    assert_allclose(step.fit_transform(X), X, rtol=0, atol=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_type_of_floats_is_kept_with_channels_as_columns(dtype):
    X = mixture(4, 1000)[np.newaxis]
    step = MultiscalePCA(columns="channels")
    ours = step.fit_transform(X.astype(dtype))
    assert ours.dtype == dtype
    assert_allclose(ours, step.fit_transform(X), rtol=0, atol=1e-5)


def test_channels_must_be_fitted():
    with pytest.raises(NotFittedError):
        MultiscalePCA(columns="channels").transform([noise(2, 500)])
    MultiscalePCA(**WINDOW).transform([noise(2, 500)])


def test_recordings_unlike_those_learned_from_are_refused():
    X = [noise(2, 500)]
    step = MultiscalePCA(columns="channels")
    with pytest.raises(SignalError, match=r"from 2 channels and got .* with 3"):
        step.fit(X).transform([noise(3, 500)])
    learned = step.fit(Recordings.from_list(X, sfreq=1000, unit="uV"))
    with pytest.raises(SignalError, match="learned at 1000 Hz, but recording 0 has 2"):
        learned.transform(Recordings.from_list(X, sfreq=2000, unit="uV"))
    with pytest.raises(SignalError, match="uncalibrated"):
        learned.transform(Recordings.from_list(X, sfreq=1000))


def test_channels_of_several_rates_are_refused():
    emg = Recordings.from_list([noise(2, 500)] * 2, sfreq=[1000, 2000])
    with pytest.raises(SignalError, match=r"2 sampling rates.*Resampler"):
        MultiscalePCA(columns="channels").fit(emg)


def test_recording_shorter_than_a_window_is_refused():
    with pytest.raises(SignalError, match=r"recording 1 .* at least 240 samples"):
        MultiscalePCA(**WINDOW).fit([noise(240), noise(239)])


def test_window_shorter_than_the_transform_is_refused():
    emg = Recordings.from_list([noise(5000)] * 2, sfreq=[9600, 2000])
    message = "50 samples at the 2000 Hz of recording 1.* 224 samples, 0.112 s.* is 2"
    with pytest.raises(ValueError, match=message):
        MultiscalePCA().fit(emg)


def test_channels_shorter_than_the_transform_are_refused():
    with pytest.raises(SignalError, match=r"allows level=4.* at least 224 samples"):
        MultiscalePCA(columns="channels").fit([noise(2, 223)])


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"wavelet": "db0"}, "unknown wavelet 'db0'"),
        ({"level": 0}, "level == 0, must be >= 1"),
        ({"rule": "elbow"}, "rule must be .* got 'elbow'"),
        ({"rule": 1}, "rule must be .* got 1"),
        ({"rule": 0.0}, "rule must be .* got 0.0"),
        ({"rule": 1.1}, "rule must be .* got 1.1"),
        ({"rule": np.nan}, "rule must be .* got nan"),
        ({"rule": None}, "rule must be .* got None"),
        ({"columns": "patients"}, "columns must be .* got 'patients'"),
        ({"window_length": 0}, "window_length must be positive"),
        ({"window_length": np.inf}, "window_length must be positive"),
        ({"n_columns": 0}, "n_columns == 0, must be >= 1"),
        ({"drop_finest": 6}, "drop_finest == 6, must be <= 5"),
        ({"drop_finest": -1}, "drop_finest == -1, must be >= 0"),
    ],
)
def test_parameter_out_of_range_is_refused_at_fit(parameters, message):
    with pytest.raises(ValueError, match=message):
        MultiscalePCA(**{**WINDOW, **parameters}).fit(noise(1, 500))


@pytest.mark.parametrize("parameters", [{"threshold": "soft"}, {"n_columns": 2.0}])
def test_parameter_of_another_type_is_refused_at_fit(parameters):
    with pytest.raises(
        TypeError, match=f"{next(iter(parameters))} must be an instance"
    ):
        MultiscalePCA(**{**WINDOW, **parameters}).fit(noise(1, 500))
