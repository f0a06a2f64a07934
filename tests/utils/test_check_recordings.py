import numpy as np
import pandas as pd
import pytest
from door_steps import Look, Twice
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy import sparse

from skemg.exceptions import SignalError
from skemg.signals import Recordings
from skemg.windowing import Windower


def signals(*lengths, dtype=float):
    """Return recordings in which no sample occurs twice."""
    cuts = np.cumsum(lengths)
    return np.split(np.arange(cuts[-1], dtype=dtype), cuts[:-1])


def objects(arrays):
    array = np.empty(len(arrays), dtype=object)
    for i, entry in enumerate(arrays):
        array[i] = entry
    return array


def emg(arrays, sfreq=1000, **kwargs):
    return Recordings.from_list(arrays, sfreq=sfreq, **kwargs)


@pytest.mark.parametrize(
    "form", [list, tuple, objects, emg, lambda arrays: [a.tolist() for a in arrays]]
)
@pytest.mark.parametrize("lengths", [(4, 2, 3), (3, 3), (2, 2), (5,)])
def test_every_form_of_recordings_comes_in(form, lengths):
    arrays = signals(*lengths)
    recordings = Look().recordings(form(arrays))
    assert len(recordings) == len(arrays)
    for ours, signal in zip(recordings, arrays, strict=True):
        assert_array_equal(ours, signal, strict=True)


@pytest.mark.parametrize("shape", [(2, 5), (2, 3, 5), (1, 2, 4)])
@pytest.mark.parametrize("form", [np.asarray, np.ndarray.tolist, list])
def test_rows_of_an_array_are_recordings(shape, form):
    X = np.arange(np.prod(shape), dtype=float).reshape(shape)
    recordings = Look().recordings(form(X))
    assert_array_equal(np.asarray(recordings), X, strict=True)
    assert recordings.sfreq is None


def test_rows_of_one_channel_lose_its_axis():
    X = np.arange(8.0).reshape(2, 1, 4)
    assert_array_equal(np.asarray(Look().recordings(X)), X[:, 0], strict=True)


def test_a_table_comes_in_with_the_names_of_its_columns():
    step = Twice().fit(pd.DataFrame(np.eye(3), columns=["a", "b", "c"]))
    assert step.feature_names_in_.tolist() == ["a", "b", "c"]
    with pytest.raises(ValueError, match="feature names should match"):
        step.transform(pd.DataFrame(np.eye(3), columns=["c", "b", "a"]))


def test_an_array_of_another_length_than_in_fit_is_refused():
    with pytest.raises(ValueError, match="X has 4 features, but Twice is expecting 3"):
        Twice().fit(np.eye(3)).transform(np.eye(4))


def test_recordings_of_another_length_than_in_fit_are_welcome():
    assert Twice().fit(signals(3, 4)).transform(signals(2))[0].tolist() == [0, 2]


def inside(value, position):
    """Return three recordings with a bad sample in the second."""
    arrays = signals(4, 3, 5)
    arrays[1][position] = value
    return arrays


@pytest.mark.parametrize("form", [list, objects, emg])
@pytest.mark.parametrize("position, sample", [(0, 0), (1, 1), (-1, 2)])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_not_a_number_is_refused_by_recording_and_sample(form, position, sample, value):
    message = f"NaN or infinity: recording 1, sample {sample} is {value}; cut the reco"
    with pytest.raises(SignalError, match=message):
        Look().recordings(form(inside(value, position)))


@given(
    st.integers(0, 3),
    st.integers(0, 2),
    st.integers(0, 6),
    st.sampled_from(["nan", "inf", "-inf"]),
)
def test_the_first_bad_sample_of_an_array_is_named(i, channel, sample, value):
    X = np.ones((4, 3, 7), np.float32)
    X[i, channel, sample] = value
    message = f"recording {i}, channel {channel}, sample {sample} is {value};"
    with pytest.raises(SignalError, match=message):
        Look().recordings(X)
    with pytest.raises(
        SignalError, match=f"recording {i}, sample {sample} is {value};"
    ):
        Look().recordings(X[:, channel])


def test_a_bad_sample_far_behind_is_found():
    X = np.zeros((2, 200_000))
    X[1, -1] = np.nan
    with pytest.raises(SignalError, match="recording 1, sample 199999 is nan"):
        Look().recordings(X)


def test_two_infinities_that_cancel_are_found():
    with pytest.raises(SignalError, match="recording 0, sample 1 is inf"):
        Look().recordings([[0.0, np.inf, -np.inf], [1.0, 2.0, 3.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_whose_sum_overflows_are_numbers(dtype):
    X = np.full((2, 3), np.finfo(dtype).max, dtype)
    assert_array_equal(np.asarray(Look().recordings(X)), X, strict=True)


@pytest.mark.parametrize(
    "X, error, message",
    [
        ([], ValueError, "Expected 2D array, got 1D array"),
        (np.empty(0, object), SignalError, "there is no recording"),
        (np.empty((0, 5)), ValueError, r"Found array with 0 sample\(s\)"),
        (np.empty((3, 0)), ValueError, r"Found array with 0 feature\(s\)"),
        (np.empty((0, 2, 5)), ValueError, r"Found array with 0 sample\(s\)"),
        (np.empty((2, 0, 5)), SignalError, "values must have shape"),
        (np.empty((2, 1, 0)), SignalError, "recording 0 is empty"),
        (emg(signals(2))[:0], SignalError, "there is no recording"),
        ([[1.0, 2.0], []], SignalError, "recording 1 is empty; leave it out"),
        ([np.ones(2), np.empty(0)], SignalError, "recording 1 is empty"),
        ([np.ones((2, 3)), np.empty((2, 0))], SignalError, "recording 1 is empty"),
        (3.0, ValueError, "Expected 2D array, got scalar"),
        (np.ones(4), SignalError, r"pass X\[\[i\]\] .* Reshape your data"),
        (np.ones((2, 2, 2, 2)), SignalError, r"n_channels, n_times\), got \(2, 2, 2"),
        ([np.ones(3), np.ones((1, 1, 3))], SignalError, "recording 1 has shape"),
        ([np.ones(3), 4.0], SignalError, r"recording 1 has shape \(\)"),
        ([np.ones((2, 3)), np.ones((3, 3))], SignalError, "need the same channels"),
        ([np.ones(3), np.ones((2, 3))], SignalError, "need the same channels"),
        (np.ones((2, 3), complex), ValueError, "Complex data not supported"),
        ([np.ones(2), np.ones(3, complex)], SignalError, "not supported: recording 1"),
        (np.array([["a", "b"]]), ValueError, "could not convert string to float"),
        ([np.ones(2), np.array(["1"])], TypeError, "recording 1 must hold real numb"),
        (objects([np.ones(2), "emg"]), TypeError, "recording 1 is 'emg'; expected"),
        (objects([np.ones(2), 1.5]), TypeError, "recording 1 is 1.5; expected"),
        (objects([np.ones(2), None]), TypeError, "recording 1 is None; expected"),
        ([np.ones(2), objects([{}])], TypeError, "recording 1 holds objects"),
        (np.array([[{}]]), TypeError, "must be a string or a.* number, not 'dict'"),
        ([np.ones(2), np.ones(3, bool)], TypeError, "recording 1 .* got dtype bool"),
        (sparse.eye_array(3).tocsr(), TypeError, "Sparse data was passed"),
        (np.ma.array(np.ones((2, 3))), SignalError, "X is a masked array; cut the m"),
        ([np.ones(2), np.ma.ones(3)], SignalError, "recording 1 is a masked array"),
        (pd.DataFrame({"a": [1.0, None]}), SignalError, "recording 1, sample 0 is nan"),
        (Windower(2, 1).transform(emg(signals(9), 1)), SignalError, "before Windower"),
    ],
)
def test_what_is_no_recording_is_refused(X, error, message):
    with pytest.raises(error, match=message):
        Look().recordings(X)


def test_booleans_in_a_table_are_numbers_as_in_scikit_learn():
    recordings = Look().recordings(np.array([[True, False]]))
    assert_array_equal(recordings.values, [1.0, 0.0], strict=True)


def test_objects_that_are_numbers_are_converted_as_in_scikit_learn():
    X = np.array([[1, 2.5], [3, 4]], dtype=object)
    assert_array_equal(np.asarray(Look().recordings(X)), X.astype(float), strict=True)


@pytest.mark.parametrize("form", [np.asarray, list, objects, emg])
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int64])
def test_the_ends_of_the_integers_become_floats(form, dtype):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    X = np.array([[low, high, 0], [high, low, 1]], dtype)
    doubled = Twice().fit_transform(form(X))
    for ours, row in zip(doubled, X.tolist(), strict=True):
        assert_array_equal(ours, [2.0 * sample for sample in row], strict=True)


@pytest.mark.parametrize("form", [np.asarray, list, objects, emg])
@pytest.mark.parametrize(
    "dtype, kept",
    [
        (np.float16, np.float64),
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.longdouble, np.float64),
    ],
)
def test_float32_and_float64_stay_and_other_floats_become_float64(form, dtype, kept):
    X = np.array([[0.5, -2], [1, 4]], dtype)
    recordings = Look().recordings(form(X))
    assert_array_equal(recordings.to_list(), X.astype(kept), strict=True)


def in_memory(X, layout, folder):
    """Return an array of equal values that lies differently in memory."""
    if layout == "gaps":
        return np.repeat(X, 2, axis=-1)[..., ::2]
    if layout == "reversed":
        return np.ascontiguousarray(X[..., ::-1])[..., ::-1]
    if layout == "fortran":
        return np.asfortranarray(X)
    if layout == "read-only":
        same = X.copy()
        same.flags.writeable = False
        return same
    if layout == "byte-swapped":
        return X.astype(X.dtype.newbyteorder())
    np.save(folder / "emg.npy", X)
    return np.load(folder / "emg.npy", mmap_mode="r")


@pytest.mark.parametrize("form", [np.asarray, list, objects, emg])
@pytest.mark.parametrize("shape", [(3, 4), (3, 2, 4)])
@pytest.mark.parametrize(
    "layout", ["gaps", "reversed", "fortran", "read-only", "byte-swapped", "map"]
)
def test_layout_in_memory_changes_nothing(layout, shape, form, tmp_path):
    X = np.arange(np.prod(shape), dtype=float).reshape(shape)
    same = in_memory(X, layout, tmp_path)
    doubled = Twice().fit_transform(form(same))
    for ours, signal in zip(doubled, X, strict=True):
        assert_array_equal(ours, 2 * signal, strict=True)
    assert_array_equal(same, X)


def test_a_contiguous_array_is_not_copied_on_the_way_in():
    X = np.ones((2, 5), np.float32)
    assert np.shares_memory(Look().recordings(X).values, X)
    recordings = emg(signals(3, 4))
    assert Look().recordings(recordings) is recordings


def test_a_rate_given_twice_must_be_the_same():
    recordings = emg(signals(3, 4, 5), sfreq=[1000, 1000, 2000])
    with pytest.raises(
        SignalError,
        match=r"Look\(sfreq=1000\) but recording 2 has 2000 Hz; leave sfreq out",
    ):
        Look(sfreq=1000).recordings(recordings)
    same = Look(sfreq=1000).recordings(recordings[:2])
    assert_array_equal(same.sfreq, [1000, 1000])


def test_the_parameter_is_the_rate_of_plain_arrays():
    assert_array_equal(Look(sfreq=500).recordings(signals(3, 4)).sfreq, [500, 500])
    unknown = emg(signals(3, 4), sfreq=None, groups=["a", "b"])
    known = Look(sfreq=500).recordings(unknown)
    assert_array_equal(known.sfreq, [500, 500])
    assert_array_equal(known.groups, ["a", "b"])
    assert np.shares_memory(known.values, unknown.values)
    assert unknown.sfreq is None


@pytest.mark.parametrize("sfreq", [0, -1, np.nan, np.inf, "1000", True, [1000]])
def test_a_parameter_that_is_no_rate_is_refused(sfreq):
    with pytest.raises(SignalError, match="sfreq must be"):
        Look(sfreq=sfreq).recordings(signals(3, 4))


def test_a_step_in_seconds_asks_for_an_unknown_rate():
    with pytest.raises(
        SignalError,
        match=r"from_list\(..., sfreq=...\) or Windower\(sfreq=...\); sfreq=1 means",
    ):
        Windower().fit(signals(200))


def test_mixed_rates_are_sent_to_the_resampler():
    recordings = emg(signals(300, 300, 300), sfreq=[1000, 500, 2000])
    with pytest.raises(
        SignalError,
        match=r"3 sampling rates, 500 to 2000 Hz; put Resampler\(target_sfreq=...\) b",
    ):
        Windower().fit(recordings)
