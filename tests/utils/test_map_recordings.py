import numpy as np
import pandas as pd
import pytest
from door_steps import Look, Twice
from numpy.testing import assert_array_equal

from skemg.signals import Recordings
from skemg.utils._recordings import map_recordings


class Wrapped:
    """An array of somebody else, which shares its memory."""

    def __init__(self, array):
        self.array = array
        self.shape = array.shape

    def __len__(self):
        return len(self.array)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.array, dtype=dtype, copy=copy)


def objects(X):
    array = np.empty(len(X), dtype=object)
    for i, signal in enumerate(X):
        array[i] = signal
    return array


@pytest.mark.parametrize(
    "form",
    [
        np.asarray,
        list,
        objects,
        Wrapped,
        memoryview,
        lambda X: pd.DataFrame(X, copy=False),
        lambda X: X[:, np.newaxis],
        lambda X: X[:1],
        lambda X: Recordings.from_array(X, sfreq=1),
        lambda X: Recordings(X.reshape(-1), [0, 4, 12], sfreq=1),
    ],
)
@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.float64])
def test_what_the_user_holds_is_never_overwritten(form, dtype):
    X = np.arange(12, dtype=dtype).reshape(3, 4)
    Twice().fit_transform(form(X))
    assert_array_equal(X, np.arange(12, dtype=dtype).reshape(3, 4))


def test_a_copy_of_the_door_is_overwritten_and_not_copied_again():
    X = [np.arange(3.0), np.arange(4.0)]
    recordings = Look().recordings(X)
    doubled = map_recordings(lambda signal, _: 2 * signal, recordings, given=X)
    assert np.shares_memory(doubled.values, recordings.values)


@pytest.mark.parametrize(
    "X",
    [
        [np.ones(3), np.ones(4)],
        [np.ones(3), np.ones(3)],
        [np.ones((2, 3)), np.ones((2, 4))],
    ],
)
def test_a_list_comes_back_as_a_list_and_objects_as_objects(X):
    doubled = Twice().fit_transform(X)
    assert isinstance(doubled, list)
    in_objects = Twice().fit_transform(objects(X))
    assert in_objects.dtype == object
    assert in_objects.shape == (2,)
    for one, other, signal in zip(doubled, in_objects, X, strict=True):
        assert_array_equal(one, 2 * signal, strict=True)
        assert_array_equal(other, 2 * signal, strict=True)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (2, 2), (3, 2, 2)])
def test_objects_of_any_shape_come_back(shape):
    X = objects(np.ones(shape))
    doubled = Twice().fit_transform(X)
    assert doubled.shape == X.shape
    assert_array_equal(np.stack(list(doubled)), np.full(shape, 2.0))


@pytest.mark.parametrize("shape", [(2, 4), (2, 3, 4)])
def test_an_array_comes_back_as_an_array(shape):
    X = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    assert_array_equal(Twice().fit_transform(X), 2 * X, strict=True)


def test_each_signal_meets_its_own_rate_and_may_change_length_and_rate():
    recordings = Recordings.from_list(
        [np.ones(4), np.ones(6)], sfreq=[1000, 2000], groups=["a", "b"], unit="uV"
    )
    halved = map_recordings(
        lambda signal, sfreq: signal[::2] * sfreq,
        recordings,
        given=recordings,
        n_times=[2, 3],
        sfreq=recordings.sfreq / 2,
        unit=None,
    )
    assert [signal.tolist() for signal in halved] == [[1000.0] * 2, [2000.0] * 3]
    assert_array_equal(halved.sfreq, [500, 1000])
    assert_array_equal(halved.groups, ["a", "b"])
    assert halved.unit is None
    assert_array_equal(recordings.values, np.ones(10))
