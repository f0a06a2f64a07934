"""What holds for each step that turns windows into features."""

import os
import pickle
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skemg.exceptions import SignalError
from skemg.features import (
    DWTFeatures,
    EMDFeatures,
    EntropyFeatures,
    HilbertFeatures,
    LogSpectrum,
    SpectralFeatures,
    TeagerFeatures,
    TimeDomainFeatures,
    WaveletPacketFeatures,
)
from skemg.features._entropy import _ENTROPIES
from skemg.features._spectral import _FUNCTIONS
from skemg.features._time_domain import _FEATURES
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower

SFREQ = 2000.0
STEPS = [
    DWTFeatures(level=2),
    EMDFeatures(),
    HilbertFeatures(bands=[(20, 200), (200, 900)]),
    LogSpectrum(low=20, high=900, n_bands=7),
    SpectralFeatures(
        tuple(_FUNCTIONS), low_band=(20, 300), high_band=(300, 900), peak_width=40
    ),
    TeagerFeatures(),
    TimeDomainFeatures(
        _FEATURES,
        threshold=0.7,
        threshold_unit="signal",
        turn_threshold=1.5,
        turn_threshold_unit="signal",
    ),
    EntropyFeatures(_ENTROPIES, max_samples=150),
    EntropyFeatures(_ENTROPIES, on="dwt", level=2),
    WaveletPacketFeatures(level=2),
]
each_step = pytest.mark.parametrize("step", STEPS, ids=lambda s: type(s).__name__)


def recordings(n_channels=None, dtype=np.float64):
    rng = np.random.default_rng(0)
    lead = () if n_channels is None else (n_channels,)
    signals = [rng.standard_normal((*lead, n)).astype(dtype) for n in (900, 500, 2000)]
    return Recordings.from_list(signals, sfreq=SFREQ, groups=["a", "a", "b"])


def windows(n_channels=None, dtype=np.float64):
    return Windower(length=0.1, hop=0.05).fit_transform(recordings(n_channels, dtype))


def on_plain(step):
    """Return the step with the rate that plain arrays do not carry."""
    step = clone(step)
    return step.set_params(sfreq=SFREQ) if "sfreq" in step.get_params() else step


@each_step
@pytest.mark.parametrize("n_channels", [None, 1, 3])
def test_windows_in_both_storage_forms_give_the_same_as_plain_rows(step, n_channels):
    cut = windows(n_channels)
    stored = Windows(cut.values, cut.offsets, sfreq=SFREQ, start=cut.start)
    from_cut, from_stored = step.fit_transform(cut), step.fit_transform(stored)
    table = on_plain(step).fit_transform(cut.values)
    assert_array_equal(from_cut.values, table)
    assert_array_equal(from_stored.values, table)
    assert_array_equal(from_cut.offsets, cut.offsets)
    assert_array_equal(from_cut.groups, ["a", "a", "b"])


@each_step
def test_each_channel_has_the_columns_that_it_has_alone(step):
    several = windows(3)
    table = step.fit_transform(several).values
    alone = [
        on_plain(step).fit_transform(several.values[:, channel]) for channel in range(3)
    ]
    assert_allclose(table, np.concatenate(alone, axis=1), rtol=1e-12)


@each_step
def test_columns_are_named_by_channel(step):
    names = list(step.fit(windows()).get_feature_names_out())
    expected = [f"ch{i}_{name}" for i in (1, 2) for name in names]
    assert list(step.fit(windows(2)).get_feature_names_out()) == expected
    emg = recordings(2)
    emg = Recordings(
        emg.values, emg.offsets, sfreq=emg.sfreq, channel_names=["biceps", "triceps"]
    )
    named = step.fit_transform(Windower(length=0.1).fit_transform(emg))
    assert named.feature_names == [
        f"{c}_{n}" for c in ("biceps", "triceps") for n in names
    ]


@each_step
def test_float32_stays_float32_and_agrees_with_float64(step):
    narrow = windows(dtype=np.float32)
    features = step.fit_transform(narrow).values
    assert features.dtype == np.float32
    exact = step.fit_transform(narrow.astype(np.float64)).values
    assert exact.dtype == np.float64
    scale = np.abs(exact).max(axis=0)
    assert_allclose(features / scale, exact / scale, rtol=1e-4, atol=1e-5)


@each_step
def test_integers_become_float64_before_any_arithmetic(step):
    rng = np.random.default_rng(0)
    rows = rng.integers(-32768, 32768, (5, 200)).astype(np.int16)
    rows[0, :50] = -32768
    step = on_plain(step)
    assert_array_equal(step.fit_transform(rows), step.fit_transform(rows.astype(float)))


@each_step
@pytest.mark.parametrize("level", [0.0, 0.1, -1e6, 1e-9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_flat_window_has_finite_features(step, level, dtype):
    features = on_plain(step).fit_transform(np.full((2, 200), level, dtype))
    assert np.isfinite(features).all()
    assert not np.signbit(features[features == 0]).any()


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


@each_step
def test_a_single_sample_or_a_second_feature_step_is_refused(step):
    if not isinstance(step, LogSpectrum):
        with pytest.raises(SignalError, match=r"1 feature.* while a minimum of"):
            on_plain(step).fit(np.ones((4, 1)))
    with pytest.raises(SignalError, match="already features"):
        step.fit(step.fit_transform(windows()))
    with pytest.raises(SignalError, match="Windower before it"):
        step.fit(recordings())


@each_step
def test_eight_threads_at_once_get_the_same_values(step):
    rows = np.tile(windows(2).values, (20, 1, 1))
    many = Windows(rows, [0, 500, len(rows)], sfreq=SFREQ)
    step = clone(step).fit(many)
    expected = step.transform(many).values
    with ThreadPoolExecutor(8) as pool:
        for features in pool.map(step.transform, [many] * 8):
            assert_array_equal(features.values, expected)


FORK = """
import multiprocessing, pickle, sys
step, rows = pickle.load(sys.stdin.buffer)
before = step.fit_transform(rows)
with multiprocessing.get_context("fork").Pool(2) as pool:
    for after in pool.map(step.fit_transform, [rows] * 4):
        assert (after == before).all()
print("same")
"""


@each_step
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_fork_after_a_call_gives_the_same_values(step):
    rows = np.tile(windows().values, (20, 1))  # enough rows for several threads
    done = subprocess.run(
        [sys.executable, "-c", FORK],
        input=pickle.dumps((on_plain(step), rows)),
        capture_output=True,
        timeout=120,
        env={**os.environ, "NUMBA_NUM_THREADS": "2"},
    )
    assert done.stdout.strip() == b"same", done.stderr.decode()


@each_step
def test_pandas_gets_the_names_of_plain_arrays_and_windows_stay_windows(step):
    step = on_plain(step).set_output(transform="pandas")
    frame = step.fit_transform(windows().values)
    assert list(frame.columns) == list(step.get_feature_names_out())
    features = step.fit_transform(windows())
    assert isinstance(features, Windows)
    assert features.feature_names == list(frame.columns)


@pytest.mark.parametrize(
    "step",
    [s for s in STEPS if hasattr(s, "features")],
    ids=lambda s: type(s).__name__,
)
@pytest.mark.parametrize(
    "features, message",
    [
        (("mav", "nonsense"), "'.*'; the features are"),
        ("rms", "must be a list of names"),
        ((), "must be a list of names"),
        (None, "must be a list of names, got None"),
    ],
)
def test_a_list_of_features_that_makes_no_sense_is_refused(step, features, message):
    with pytest.raises(ValueError, match=message):
        clone(step).set_params(features=features).fit(windows())
    twice = (step.features[0], step.features[0])
    with pytest.raises(ValueError, match="each one once"):
        clone(step).set_params(features=twice).fit(windows())


@pytest.mark.parametrize(
    "step",
    [s for s in STEPS if "sfreq" in s.get_params()],
    ids=lambda s: type(s).__name__,
)
def test_a_rate_that_contradicts_the_windows_is_refused(step):
    with pytest.raises(SignalError, match="1000"):
        clone(step).set_params(sfreq=1000).fit(windows())


def test_long_windows_need_no_more_scratch_than_short_ones():
    x = np.random.default_rng(0).standard_normal((20, 480_000), dtype=np.float32)
    emg = Recordings.from_array(x, sfreq=48_000)
    windows = Windower(length=10, hop=10).fit_transform(emg)
    step = DWTFeatures().fit(windows)
    step.transform(windows)
    tracemalloc.start()
    step.transform(windows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.5 * emg.values.nbytes
