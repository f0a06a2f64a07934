"""What holds for each step that turns windows into images."""

import os
import pickle
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.features import (
    MelSpectrogram,
    Scalogram,
    SmoothedPseudoWignerVille,
    Spectrogram,
    Stockwell,
)
from skemg.features._image_axes import resize_matrix
from skemg.nn import ImageCNNClassifier
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower, WindowVotingClassifier

SFREQ = 2000.0
SMALL = {"n_frequencies": 12, "n_frames": 10}
STEPS = [
    MelSpectrogram(0.02, n_frequencies=9, delta=True),
    Scalogram(**SMALL),
    Scalogram(**SMALL, resize="pick"),
    SmoothedPseudoWignerVille(20, 900, **SMALL),
    SmoothedPseudoWignerVille(lag_share=None, time_share=None, **SMALL),
    Spectrogram(0.02, low=20, high=900),
    Spectrogram(0.02, **SMALL, delta=True),
    Stockwell(20, 900, **SMALL),
    Stockwell(**SMALL, resize="pick"),
]
NAMES = [f"{type(step).__name__}-{i}" for i, step in enumerate(STEPS)]
each_step = pytest.mark.parametrize("step", STEPS, ids=NAMES)


def recordings(n_channels=None, dtype=np.float64):
    rng = np.random.default_rng(0)
    lead = () if n_channels is None else (n_channels,)
    signals = [rng.standard_normal((*lead, n)).astype(dtype) for n in (900, 500, 4000)]
    return Recordings.from_list(signals, sfreq=SFREQ, groups=["a", "a", "b"])


def windows(n_channels=None, dtype=np.float64):
    return Windower(length=0.1, hop=0.05).fit_transform(recordings(n_channels, dtype))


def on_plain(step, **settings):
    """Return the step with the rate that plain arrays do not carry."""
    return clone(step).set_params(sfreq=SFREQ, **settings)


@each_step
@pytest.mark.parametrize("n_channels", [None, 1, 3])
def test_windows_in_both_storage_forms_give_the_same_as_plain_rows(step, n_channels):
    cut = windows(n_channels)
    stored = Windows(cut.values, cut.offsets, sfreq=SFREQ, start=cut.start)
    from_cut, from_stored = step.fit_transform(cut), step.fit_transform(stored)
    images = on_plain(step).fit_transform(cut.values)
    assert_array_equal(from_cut.values, images)
    assert_array_equal(from_stored.values, images)
    assert_array_equal(from_cut.offsets, cut.offsets)
    assert_array_equal(from_cut.start, cut.start)
    assert_array_equal(from_cut.groups, ["a", "a", "b"])
    fitted = clone(step).fit(cut)
    assert_array_equal(fitted.transform(cut).values, images)
    n_maps = 2 if getattr(step, "delta", False) else 1
    assert images.shape == (
        cut.n_windows,
        n_maps * (n_channels or 1),
        len(fitted.frequencies_),
        len(fitted.times_),
    )


@each_step
def test_each_channel_has_the_images_that_it_has_alone(step):
    several = windows(3)
    images = step.fit_transform(several).values
    for channel in range(3):
        alone = on_plain(step).fit_transform(several.values[:, channel])
        assert_allclose(images[:, channel::3], alone, rtol=1e-9, atol=1e-9)


@each_step
def test_frequencies_rise_within_the_band_and_times_within_the_window(step):
    step = clone(step).fit(windows())
    low, high = step.low or 0, step.high or SFREQ / 2
    assert low <= step.frequencies_[0] and step.frequencies_[-1] <= high
    assert step.times_[0] >= 0 and step.times_[-1] < 0.1
    assert (np.diff(step.frequencies_) > 0).all()
    assert (np.diff(step.times_) > 0).all()


@each_step
def test_an_image_counts_decibels_down_from_the_largest_training_power(step):
    rows = windows().values
    powers = on_plain(step, range=None).fit_transform(rows)
    if getattr(step, "delta", False):
        powers = powers[:, :1]
    scaled = on_plain(step, range=40.0).fit(rows)
    assert_allclose(scaled.max_, [powers.max()])
    with np.errstate(divide="ignore"):
        decibels = 10 * np.log10(np.maximum(powers, 0) / powers.max())
    expected = np.clip(1 + decibels / 40, 0, 1)
    assert 0 < expected.mean() < 1
    assert_allclose(scaled.transform(rows)[:, :1], expected, atol=1e-12)
    # what is louder than the training data is cut at one
    assert scaled.transform(10 * rows)[:, :1].max() == 1
    assert not hasattr(on_plain(step, range=None).fit(rows), "max_")


@each_step
def test_float32_stays_float32_and_agrees_with_float64(step):
    narrow = windows(dtype=np.float32)
    for range in (None, 60.0):
        step = clone(step).set_params(range=range)
        images = step.fit_transform(narrow).values
        assert images.dtype == np.float32
        exact = step.fit_transform(narrow.astype(np.float64)).values
        assert exact.dtype == np.float64
        assert_allclose(images, exact, atol=1e-3 * exact.max(), rtol=1e-4)


@each_step
def test_integers_become_float64_before_any_arithmetic(step):
    rng = np.random.default_rng(0)
    rows = rng.integers(-32768, 32768, (5, 200)).astype(np.int16)
    step = on_plain(step)
    assert_array_equal(step.fit_transform(rows), step.fit_transform(rows.astype(float)))


@each_step
@pytest.mark.parametrize("level", [0.0, -1e6, 1e-9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_flat_window_has_finite_images(step, level, dtype):
    for range in (None, 60.0):
        step = on_plain(step, range=range)
        images = step.fit_transform(np.full((2, 200), level, dtype))
        assert np.isfinite(images).all()
        if level == 0:
            assert not images.any()


@each_step
def test_a_silent_training_set_gives_images_of_zeros(step):
    step = on_plain(step).fit(np.zeros((3, 200)))
    assert not step.transform(np.zeros((3, 200))).any()


@each_step
def test_rows_in_any_layout_give_the_same_and_stay_as_they_are(step):
    rows = windows().values
    step, before = on_plain(step), rows.copy()
    expected = step.fit_transform(rows)
    rows.flags.writeable = False
    for other in (
        rows,
        np.asfortranarray(rows),
        np.repeat(rows, 2, axis=1)[:, ::2],
        rows[:, ::-1].copy()[:, ::-1],
        rows.astype(">f8"),
    ):
        assert_array_equal(step.fit_transform(other), expected)
    assert_array_equal(rows, before)


@each_step
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_are_refused_with_their_place(step, bad):
    rows = windows().values.copy()
    rows[3, 7] = bad
    with pytest.raises(SignalError, match="window 3, sample 7"):
        on_plain(step).fit(rows)
    with pytest.raises(SignalError, match="window 3, sample 7"):
        on_plain(step).fit_transform(rows)


@each_step
def test_what_is_no_signal_or_has_no_rate_is_refused(step):
    with pytest.raises(SignalError, match="the sampling rate is unknown"):
        clone(step).fit(np.ones((4, 200)))
    with pytest.raises(SignalError, match=r"1 feature.* while a minimum of"):
        on_plain(step).fit(np.ones((4, 1)))
    with pytest.raises(SignalError, match="works on signals"):
        step.fit(step.fit_transform(windows()))
    with pytest.raises(SignalError, match="Windower before it"):
        step.fit(recordings())
    with pytest.raises(SignalError, match="1000"):
        clone(step).set_params(sfreq=1000).fit(windows())
    with pytest.raises(NotFittedError):
        clone(step).transform(windows())


@each_step
def test_windows_of_another_kind_than_in_fit_are_refused(step):
    step = clone(step).fit(windows())
    longer = Windower(length=0.2).fit_transform(recordings())
    with pytest.raises(
        SignalError, match=r"200 samples at 2000 Hz, got .* 400 samples"
    ):
        step.transform(longer)
    with pytest.raises(SignalError, match=r"1 channel.*, got 2 channel"):
        step.transform(windows(2))


@each_step
@pytest.mark.parametrize(
    "name, value",
    [
        ("range", 0),
        ("range", 301.0),
        ("range", "60"),
        ("n_frames", 0),
        ("n_frequencies", 1.5),
        ("low", -1.0),
        ("high", 1001.0),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(step, name, value):
    with pytest.raises((TypeError, ValueError), match=name):
        clone(step).set_params(**{name: value}).fit(windows())


@each_step
def test_set_output_changes_nothing_and_there_are_no_names(step):
    step = on_plain(step).set_output(transform="pandas")
    assert isinstance(step.fit_transform(windows().values), np.ndarray)
    assert not hasattr(step, "get_feature_names_out")


@each_step
def test_eight_threads_at_once_get_the_same_values(step):
    many = windows()
    step = clone(step).fit(many)
    expected = step.transform(many).values
    with ThreadPoolExecutor(8) as pool:
        for images in pool.map(step.transform, [many] * 8):
            assert_array_equal(images.values, expected)


FORK = """
import multiprocessing, pickle, sys
step, rows = pickle.load(sys.stdin.buffer)
before = step.fit_transform(rows)
with multiprocessing.get_context("fork").Pool(2) as pool:
    for after in pool.map(step.fit_transform, [rows] * 4):
        assert (after == before).all()
print("same")
"""


@pytest.mark.parametrize("step", [STEPS[2], STEPS[3], STEPS[6]])
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_fork_after_a_call_gives_the_same_values(step):
    done = subprocess.run(
        [sys.executable, "-c", FORK],
        input=pickle.dumps((on_plain(step), windows().values)),
        capture_output=True,
        timeout=120,
        env={**os.environ, "NUMBA_NUM_THREADS": "2"},
    )
    assert done.stdout.strip() == b"same", done.stderr.decode()


@each_step
def test_a_fitted_step_survives_pickle(step):
    step = clone(step).fit(windows())
    again = pickle.loads(pickle.dumps(step))
    assert_array_equal(
        again.transform(windows()).values, step.transform(windows()).values
    )


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_memory_is_the_output_and_a_block(step):
    rows = np.random.default_rng(0).standard_normal((2000, 200), dtype=np.float32)
    step = on_plain(step).fit(rows[:10])
    step.transform(rows[:10])
    tracemalloc.start()
    images = step.transform(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - images.nbytes < 8e6  # all filters of all windows would be 38e6


@pytest.fixture
def one_thread():
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)  # two threads wait for each other at every small step
    yield
    torch.set_num_threads(n_threads)


def two_kinds():
    """Return recordings of slow and of fast waves in noise, and their classes."""
    rng = np.random.default_rng(0)
    frequency = np.tile([100.0, 500.0], 6)
    angle = 2 * np.pi * frequency[:, np.newaxis] * np.arange(800) / SFREQ
    X = np.sin(angle) + rng.normal(0, 0.2, angle.shape)
    X = Recordings.from_array(X, sfreq=SFREQ, groups=[f"p{i}" for i in range(12)])
    return X, np.where(frequency > 200, "fast", "slow")


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
@pytest.mark.usefixtures("one_thread")
def test_images_reach_a_net_before_and_inside_the_vote(step):
    X, y = two_kinds()
    net = ImageCNNClassifier(
        conv_filters=(4, 4),
        dense_units=8,
        max_epochs=12,
        lr=0.03,
        device="cpu",
        random_state=0,
    )
    window = Windower(length=0.1, hop=0.1)
    before = make_pipeline(window, step, WindowVotingClassifier(net))
    inside = make_pipeline(window, WindowVotingClassifier(make_pipeline(step, net)))
    for pipeline in (before, inside):
        assert clone(pipeline).fit(X[:8], y[:8]).score(X[8:], y[8:]) == 1


@pytest.mark.parametrize("n_in, n_out", [(960, 64), (7, 3), (5, 5), (4, 9), (1, 3)])
def test_an_axis_is_resized_as_torch_resizes_images(n_in, n_out):
    image = np.random.default_rng(0).standard_normal((6, n_in))
    expected = torch.nn.functional.interpolate(
        torch.from_numpy(image)[None, None],
        size=(6, n_out),
        mode="bilinear",
        antialias=True,
    )
    resized = image @ resize_matrix(n_in, n_out).T
    assert_allclose(resized, expected[0, 0].numpy(), rtol=1e-9, atol=1e-9)


def test_channel_names_are_kept_where_the_channels_are():
    emg = recordings(2)
    emg = Recordings(
        emg.values, emg.offsets, sfreq=emg.sfreq, channel_names=["biceps", "triceps"]
    )
    cut = Windower(length=0.1).fit_transform(emg)
    assert Spectrogram().fit_transform(cut).channel_names == ["biceps", "triceps"]
    assert Spectrogram(delta=True).fit_transform(cut).channel_names is None
