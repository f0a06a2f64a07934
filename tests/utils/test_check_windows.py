import numpy as np
import pytest
from door_steps import Look
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows


def stored(values=None, **kwargs):
    values = np.arange(6.0).reshape(3, 2) if values is None else values
    return Windows(values, [0, 1, 3], **{"sfreq": 1000, **kwargs})


def cut(signals=((0.0, 1.0), (2.0, 3.0, 4.0)), sfreq=1000):
    recordings = Recordings.from_list(signals, sfreq=sfreq)
    return Windows.from_recordings(recordings, [0, 0, 1], [0, 1, 3], 2)


def objects(*rows):
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array


@pytest.mark.parametrize("shape", [(3, 4), (3, 2, 4)])
def test_a_row_of_a_plain_array_is_a_bag_of_one(shape):
    X = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    windows = Look(sfreq=500).windows(X)
    assert_array_equal(windows.counts, [1, 1, 1])
    assert windows.sfreq == 500
    assert_array_equal(windows.values, X, strict=True)
    assert np.shares_memory(windows.values, X)


@pytest.mark.parametrize("windows", [cut(), stored()])
def test_windows_of_floats_come_in_as_they_are(windows):
    assert Look().windows(windows) is windows


@pytest.mark.parametrize(
    "windows",
    [cut([np.int16([1, -32768]), np.int16([2, 3, 4])]), stored([[1], [2], [3]])],
)
def test_integers_become_floats(windows):
    floats = Look().windows(windows)
    assert floats.dtype == np.float64
    assert_array_equal(floats.values, windows.values)


@pytest.mark.parametrize("windows", [cut(sfreq=None), stored(sfreq=None)])
def test_the_parameter_is_the_rate_of_windows_that_do_not_know_it(windows):
    assert Look(sfreq=500).windows(windows).sfreq == 500
    assert windows.sfreq is None


@pytest.mark.parametrize("windows", [cut(), stored()])
def test_a_rate_given_twice_must_be_the_same(windows):
    assert Look(sfreq=1000).windows(windows).sfreq == 1000
    with pytest.raises(
        SignalError, match=r"Look\(sfreq=500\) but recording 0 has 1000"
    ):
        Look(sfreq=500).windows(windows)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_not_a_number_is_refused_by_window_and_recording(value):
    rows = [[0.0, 1.0], [2.0, 3.0], [4.0, value]]
    with pytest.raises(SignalError, match="window 2, sample 1, of recording 1; leave"):
        Look().windows(stored(rows))
    with pytest.raises(SignalError, match="window 2, sample 1, of recording 2"):
        Look().windows(np.array(rows))
    with pytest.raises(SignalError, match="recording 1, sample 2 is"):
        Look().windows(cut([[0.0, 1.0], [2.0, 3.0, value]]))


@pytest.mark.parametrize(
    "X, error, message",
    [
        (Recordings.from_list([[1.0]], sfreq=1), SignalError, "put Windower before it"),
        (stored(feature_names=["rms", "mav"]), SignalError, r"features \(rms, ...\)"),
        (stored(np.zeros(3)), SignalError, "Look works on signals, got <Windows"),
        (stored(np.array(["a", "b", "b"])), SignalError, "Look works on signals"),
        (stored(np.zeros((3, 1, 4, 5))), SignalError, "Look works on signals"),
        (stored(np.ones((3, 2), complex)), SignalError, "Look works on signals"),
        (stored()[:0], SignalError, "there is no recording"),
        (cut()[:0], SignalError, "there is no recording"),
        (np.ones((2, 2, 2, 2)), SignalError, "Found array with dim 4: Look expects"),
        (np.ones(3), SignalError, r"pass X\[\[i\]\] of windows.* Reshape your data"),
        (np.empty((0, 3)), ValueError, r"0 sample\(s\)"),
        (np.ones((2, 2), complex), ValueError, "Complex data not supported"),
        (np.ma.ones((2, 2)), SignalError, "X is a masked array"),
        (
            [np.ones(2), np.ones(2), np.ones(3)],
            SignalError,
            r"rows \[2\] of X .* shape \(2,\) .* row 2 has \(3,\)\. Cut .* Windower",
        ),
        ([[1, 2], [1], [1, 2]], SignalError, r"rows \[1\] .* row 1 has \(1,\)"),
        ([[[1], [1, 2]], [1], [1]], SignalError, "row 0 has channels of different"),
        (
            [np.ones(n) for n in (5, 5, 5, 5, 5, 5, 5, 1, 2, 3, 4, 6, 7)],
            SignalError,
            r"rows \[7, 8, 9, 10, 11, \.\.\.\] of X",
        ),
        (objects(np.ones(2), np.ones(3)), SignalError, r"row 1 has \(3,\)"),
        (objects(np.ones(2), np.ones(2)), SignalError, r"np\.stack\(X\)"),
    ],
)
def test_what_is_no_window_is_refused(X, error, message):
    with pytest.raises(error, match=message):
        Look().windows(X)
