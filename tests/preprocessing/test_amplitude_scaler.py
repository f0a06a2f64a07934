import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from sklearn.exceptions import NotFittedError

from skemg.exceptions import SignalError
from skemg.preprocessing import AmplitudeScaler
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower

ROWWISE = ["zscore", "robust"]


def ragged(seed=0):
    """Return recordings of different lengths, amplitudes and offsets."""
    rng = np.random.default_rng(seed)
    return [a * rng.standard_normal(n) + b for n, a, b in [(300, 2, 5), (500, 70, -3)]]


def test_zscore_gives_each_recording_mean_zero_and_deviation_one():
    for x in AmplitudeScaler("zscore").fit_transform(ragged()):
        assert_allclose([x.mean(), x.std()], [0, 1], atol=1e-12)


def test_robust_gives_each_recording_median_zero_and_robust_deviation_one():
    for x in AmplitudeScaler("robust").fit_transform(ragged()):
        spread = stats.median_abs_deviation(x, scale="normal")
        assert_allclose([np.median(x), spread], [0, 1], atol=1e-5)


def test_robust_leaves_normal_noise_at_one_whatever_rare_potentials_it_holds():
    x = 7 * np.random.default_rng(0).standard_normal(100_000)
    x[::500] = 10_000
    (robust,) = AmplitudeScaler("robust").fit_transform([x])
    (zscore,) = AmplitudeScaler("zscore").fit_transform([x])
    noise = np.arange(len(x)) % 500 > 0
    assert_allclose(robust[noise].std(), 1.0, atol=0.02)
    assert zscore[noise].std() < 0.1


def test_global_divides_by_the_deviation_of_all_training_samples():
    recordings = ragged()
    scaler = AmplitudeScaler().fit(recordings)
    assert_allclose(scaler.scale_, np.concatenate(recordings).std(), rtol=1e-12)
    for scaled, x in zip(scaler.transform(ragged(1)), ragged(1), strict=True):
        assert_allclose(scaled, x / scaler.scale_, rtol=1e-12)


def test_global_keeps_the_amplitudes_of_recordings_and_channels_apart():
    X = np.random.default_rng(0).standard_normal((4, 2, 500))
    X[1] *= 3
    X[:, 1] *= 5
    scaled = AmplitudeScaler().fit_transform(X)
    assert_allclose(scaled.std(), 1.0)
    assert_allclose(scaled / scaled[0, 0, 0], X / X[0, 0, 0])


def test_global_learns_nothing_from_what_it_transforms():
    scaler = AmplitudeScaler().fit(ragged())
    before = scaler.scale_
    scaler.transform([1e6 * x for x in ragged()])
    assert scaler.scale_ == before


@pytest.mark.parametrize("method", ["global", *ROWWISE])
def test_result_has_no_unit(method):
    emg = Recordings.from_list(ragged(), sfreq=1000, unit="mV")
    assert AmplitudeScaler(method).fit_transform(emg).unit is None
    windows = Windower(length=0.1, hop=0.05).fit_transform(emg)
    assert windows.unit == "uV"
    assert AmplitudeScaler(method).fit_transform(windows).unit is None


@pytest.mark.parametrize("method", ROWWISE)
def test_every_window_is_scaled_by_itself(method):
    emg = Recordings.from_list(ragged(), sfreq=1000, groups=["a", "b"])
    windows = Windower(length=0.1, hop=0.05).fit_transform(emg)
    scaled = AmplitudeScaler(method).fit_transform(windows)
    assert isinstance(scaled, Windows)
    assert_array_equal(scaled.start, windows.start)
    assert_array_equal(scaled.groups, ["a", "b"])
    as_rows = AmplitudeScaler(method).fit_transform(windows.values)
    assert_array_equal(scaled.values, as_rows)


@pytest.mark.parametrize("method", ["global", *ROWWISE])
@pytest.mark.parametrize("n_channels", [1, 3])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_both_forms_of_windows_give_the_same(method, n_channels, dtype):
    rng = np.random.default_rng(0)
    signals = [rng.standard_normal((n_channels, n)).astype(dtype) for n in (900, 9000)]
    emg = Recordings.from_list(signals, sfreq=1000)
    lazy = Windower(length=0.1, hop=0.05).fit_transform(emg)
    stored = Windows(lazy.values, lazy.offsets, sfreq=1000, start=lazy.start)
    of_lazy = AmplitudeScaler(method).fit_transform(lazy)
    assert of_lazy == AmplitudeScaler(method).fit_transform(stored)
    assert of_lazy.dtype == dtype


def test_global_of_windows_learns_from_all_of_them():
    windows = Windows(np.random.default_rng(0).random((300, 40)), [0, 300], sfreq=1)
    assert_allclose(AmplitudeScaler().fit(windows).scale_, windows.values.std())


@pytest.mark.parametrize("method", ROWWISE)
@pytest.mark.parametrize("level", [0.0, 0.1, -1e4, 1e300])
def test_flat_row_becomes_zeros(method, level):
    rows = np.stack([np.full(333, level), np.arange(333.0)])
    scaled = AmplitudeScaler(method).fit_transform(rows)
    assert_array_equal(scaled[0], 0.0)
    assert scaled[1].std() > 0.5


def test_row_of_which_more_than_half_is_equal_is_only_centred_by_robust():
    row = np.array([[2.0, 2, 2, 2, 2, 9, -1]])
    scaled = AmplitudeScaler("robust").fit_transform(row)
    assert_array_equal(scaled, [[0, 0, 0, 0, 0, 7, -3]])


@pytest.mark.parametrize("level", [0.0, 0.1, -1e4])
def test_flat_training_data_are_refused_by_global(level):
    with pytest.raises(SignalError, match="flat throughout"):
        AmplitudeScaler().fit(np.full((3, 333), level))


@pytest.mark.parametrize("method", ["global", *ROWWISE])
@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_scaled_signal_does_not_depend_on_the_unit(method, factor):
    X = np.random.default_rng(0).standard_normal((3, 400))
    scaled = AmplitudeScaler(method).fit_transform(X)
    other = AmplitudeScaler(method).fit_transform(factor * X)
    assert_allclose(other, scaled, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("method", ROWWISE)
def test_offset_far_above_the_signal_does_no_harm(method):
    x = np.random.default_rng(0).integers(-500, 500, (1, 5000)) / 1024
    scaled = AmplitudeScaler(method).fit_transform(x)
    raised = AmplitudeScaler(method).fit_transform((x + 8192).astype(np.float32))
    assert_allclose(raised, scaled, atol=1e-6)


def test_global_has_to_be_fitted_and_the_others_need_not():
    with pytest.raises(NotFittedError):
        AmplitudeScaler().transform(ragged())
    for method in ROWWISE:
        AmplitudeScaler(method).transform(ragged())


@pytest.mark.parametrize("method", ["global", *ROWWISE])
def test_needs_memory_for_the_result_and_one_recording(method):
    X = np.random.default_rng(0).standard_normal((16, 100_000))
    emg = Recordings.from_array(X, sfreq=1000)
    step = AmplitudeScaler(method).fit(emg)
    tracemalloc.start()
    step.fit(emg)
    of_fit = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    step.transform(emg)
    of_transform = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    one = emg.values.nbytes / 16
    assert of_fit < 2.1 * one
    assert of_transform < emg.values.nbytes + 3.1 * one


@pytest.mark.parametrize("method", ["minmax", None, 1])
def test_unknown_method_is_refused(method):
    with pytest.raises(ValueError, match='method must be "global", "robust" or "zsc'):
        AmplitudeScaler(method).fit(ragged())


def test_features_are_refused():
    table = Windows(np.ones((3, 2)), [0, 1, 3], sfreq=1000, feature_names=["a", "b"])
    with pytest.raises(SignalError, match="already features"):
        AmplitudeScaler().fit(table)


def test_images_are_refused():
    with pytest.raises(SignalError, match="AmplitudeScaler works on signals"):
        AmplitudeScaler().fit(Windows(np.ones((3, 1, 4, 5)), [0, 1, 3], sfreq=1000))


def test_a_scale_learned_in_microvolts_is_not_applied_to_uncalibrated_data():
    def emg(unit):
        return Recordings.from_list([[1.0, -1.0]], sfreq=1000, unit=unit)

    scaler = AmplitudeScaler().fit(emg("mV"))
    with pytest.raises(SignalError, match=r"are in µV and got data .* uncalibrated"):
        scaler.transform(emg(None))
    assert_allclose(scaler.transform(emg("mV"))[0], [1, -1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_spread_too_small_to_divide_by_counts_as_none(dtype):
    x = np.full(101, np.finfo(dtype).smallest_subnormal)
    x[::2] = 0
    x[:10] = 1e4
    (scaled,) = AmplitudeScaler("robust").fit_transform([x])
    assert scaled.max() == dtype(1e4)
