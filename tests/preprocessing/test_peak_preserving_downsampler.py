import multiprocessing
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.preprocessing import PeakPreservingDownsampler
from skemg.signals import Recordings

factors = st.integers(1, 7)
modes = st.sampled_from(["abs", "min"])


def signals(dtype=np.float64):
    """Return a strategy of signals of at least 7 samples, many of them equal."""
    rough = st.integers(-3, 3).map(float)
    fine = st.floats(-1e6, 1e6, width=32)
    return st.one_of(
        arrays(dtype, st.integers(7, 60), elements=rough),
        arrays(dtype, st.integers(7, 60), elements=fine),
    )


def keep(x, factor=5, mode="abs"):
    (kept,) = PeakPreservingDownsampler(factor, mode).fit_transform([x])
    return kept


def by_the_definition(x, factor, mode):
    """Return the same sample by sample, in plain Python."""
    x = [float(value) for value in x]
    padded = [x[0], *x, x[-1]]
    bend = [padded[n] - 2 * padded[n + 1] + padded[n + 2] for n in range(len(x))]
    kept = []
    for start in range(0, len(x) - factor + 1, factor):
        run = range(start, start + factor)
        if mode == "abs":
            kept.append(x[max(run, key=lambda n: abs(bend[n]))])
        else:
            kept.append(x[min(run, key=lambda n: bend[n])])
    return kept


@given(signals(), factors, modes)
def test_equals_the_definition(x, factor, mode):
    assert keep(x, factor, mode).tolist() == by_the_definition(x, factor, mode)


@given(signals(np.float32), factors, modes)
def test_float32_keeps_the_same_samples_as_float64(x, factor, mode):
    kept = keep(x, factor, mode)
    assert kept.dtype == np.float32
    assert_array_equal(kept, keep(x.astype(np.float64), factor, mode))


@given(signals(), factors, modes)
def test_length_is_that_of_the_full_runs_and_no_value_is_new(x, factor, mode):
    kept = keep(x, factor, mode)
    assert len(kept) == len(x) // factor
    assert set(kept) <= set(x)


@given(signals(), modes)
def test_factor_one_changes_nothing(x, mode):
    assert_array_equal(keep(x, 1, mode), x)


@given(signals(), factors)
def test_abs_does_not_care_for_polarity(x, factor):
    assert_array_equal(keep(-x, factor), -keep(x, factor))


@pytest.mark.parametrize("at", range(19))
@pytest.mark.parametrize("height", [3.0, -3.0])
def test_every_lone_peak_before_the_last_sample_survives(at, height):
    x = np.zeros(20)
    x[at] = height
    expected = np.zeros(4)
    expected[at // 5] = height
    assert_array_equal(keep(x), expected)
    assert_array_equal(keep(x, mode="min"), np.maximum(expected, 0))


def test_first_of_equal_samples_is_kept():
    zigzag = np.array([0.0, 1.0, 0.0, 2.0, 1.0, 2.0])  # bends 1, -2, 3, -3, 2, -1
    assert_array_equal(keep(zigzag, 6), [0.0])
    assert_array_equal(keep([0.0, 1.0, 0.0, 0.0, -1.0, 0.0], 6), [1.0])
    assert_array_equal(keep(np.arange(4.0), 4, "min"), [3.0])


def test_long_recordings_are_worked_on_piece_by_piece():
    x = np.random.default_rng(0).standard_normal(100_003)
    for factor in (2, 5, 4096, 5000, 100_003):
        padded = np.pad(x, 1, mode="edge")
        bend = np.abs(padded[:-2] - 2 * padded[1:-1] + padded[2:])
        n_runs = len(x) // factor
        runs = bend[: n_runs * factor].reshape(n_runs, factor)
        expected = x[runs.argmax(axis=1) + np.arange(n_runs) * factor]
        assert_array_equal(keep(x, factor), expected)


def test_noise_changes_as_known():
    noise = np.random.default_rng(0).standard_normal(2_000_000)
    assert_allclose(np.sqrt(np.mean(keep(noise) ** 2)), 1.49, atol=0.01)
    assert_allclose(keep(noise, mode="min").mean(), 1.05, atol=0.01)
    assert_allclose(keep(noise, mode="min").std(), 0.73, atol=0.01)


def test_integer_extremes_do_not_overflow():
    x = np.array([-32768, 32767, -32768, 0, 0], dtype=np.int16)
    assert_array_equal(keep(x), [32767.0])


def test_huge_floats_do_not_overflow():
    x = np.full(10, 4e307)
    x[7] = -4e307
    assert_array_equal(keep(x), [4e307, -4e307])


def test_rates_of_recordings_are_divided():
    emg = Recordings.from_list(
        [np.arange(100.0), np.arange(50.0)], sfreq=[48_000, 24_000], unit="uV"
    )
    kept = PeakPreservingDownsampler(5).fit_transform(emg)
    assert_array_equal(kept.sfreq, [9600, 4800])
    assert_array_equal(kept.n_times, [20, 10])
    assert kept.unit == "uV"


def test_recordings_of_unknown_rate_stay_recordings():
    emg = Recordings.from_list([np.arange(100.0)], sfreq=None)
    kept = PeakPreservingDownsampler(5).fit_transform(emg)
    assert isinstance(kept, Recordings)
    assert kept.sfreq is None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_needs_little_memory_beside_the_result(dtype):
    X = np.random.default_rng(0).standard_normal((16, 200_000)).astype(dtype)
    emg = Recordings.from_array(X, sfreq=48_000)
    step = PeakPreservingDownsampler(5).fit(emg)
    kept = step.transform(emg)
    tracemalloc.start()
    step.transform(emg)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.15 * kept.values.nbytes


def test_eight_threads_at_once_give_the_same():
    x = np.random.default_rng(0).standard_normal((8, 50_000))
    with ThreadPoolExecutor(8) as pool:
        assert_array_equal(list(pool.map(keep, x)), [keep(row) for row in x])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_fork_after_a_call_gives_the_same():
    x = np.random.default_rng(0).standard_normal(50_000)
    before = keep(x)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert_array_equal(pool.map_async(keep, [x]).get(timeout=60)[0], before)


@pytest.mark.parametrize(
    "parameters, error",
    [
        ({"factor": 0}, ValueError),
        ({"factor": -5}, ValueError),
        ({"factor": 2.5}, TypeError),
        ({"factor": None}, TypeError),
        ({"mode": "max"}, ValueError),
        ({"mode": None}, ValueError),
    ],
)
def test_bad_parameters_are_refused_by_name(parameters, error):
    with pytest.raises(error, match=next(iter(parameters))):
        PeakPreservingDownsampler(**parameters).fit([np.arange(10.0)])


def test_recording_of_less_than_one_run_is_refused():
    with pytest.raises(SignalError, match=r"recording 1 .* 4, .* at least 5 samples"):
        PeakPreservingDownsampler(5).fit([np.arange(5.0), np.arange(4.0)])
    step = PeakPreservingDownsampler(5).fit([np.arange(5.0)])
    with pytest.raises(SignalError, match=r"recording 0 .*\(factor=5\)"):
        step.transform([np.arange(4.0)])
