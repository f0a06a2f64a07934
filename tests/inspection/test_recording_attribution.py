"""Attributions of windows on the time axis: means by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.inspection import recording_attribution
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower

NAN = np.nan


def two_recordings():
    emg = Recordings.from_list(
        [np.arange(7.0), 10 + np.arange(4.0)], sfreq=1000, groups=["a", "b"], unit="uV"
    )
    return emg, Windower(length=0.004, hop=0.002).fit_transform(emg)


def test_overlapping_windows_are_averaged_and_the_rest_is_unknown():
    _, windows = two_recordings()
    values = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]]
    laid = recording_attribution(windows.with_values(values), windows)
    assert_allclose(laid[0], [1, 2, (3 + 5) / 2, (4 + 6) / 2, 7, 8, NAN])
    assert_allclose(laid[1], [9, 10, 11, 12])
    assert_array_equal(laid.groups, ["a", "b"])
    assert_array_equal(laid.sfreq, [1000, 1000])
    assert laid.unit is None


def test_windows_laid_back_are_the_signal():
    emg, windows = two_recordings()
    laid = recording_attribution(windows, windows)
    assert_allclose(laid[0], [*emg[0][:6], NAN])
    assert_allclose(laid[1], emg[1])


def test_windows_that_were_left_out_leave_gaps():
    emg = Recordings.from_list([np.ones(9)], sfreq=1)
    windows = Windower(length=2, hop=2).fit_transform(emg)
    kept = windows.select(np.array([True, False, False, True]))
    ones = kept.with_values(np.ones((2, 2)))
    assert_allclose(
        recording_attribution(ones, kept)[0], [1, 1, NAN, NAN, NAN, NAN, 1, 1, NAN]
    )


def test_padding_is_left_out():
    emg = Recordings.from_list([np.ones(6), np.ones(2)], sfreq=1)
    windows = Windower(length=3, hop=3, n_times=5, short="pad").fit_transform(emg)
    values = np.arange(15.0).reshape(3, 5)
    laid = recording_attribution(windows.with_values(values), windows)
    assert_allclose(laid[0], [0, 1, 2, 5, 6, 7])
    assert_allclose(laid[1], [10, 11])


def test_unknown_samples_of_a_window_are_no_part_of_the_mean():
    _, windows = two_recordings()
    values = [[1, 1, 1, NAN], [5, NAN, 5, 5], [NAN] * 4]
    laid = recording_attribution(windows.with_values(np.array(values)), windows)
    assert_allclose(laid[0], [1, 1, 3, NAN, 5, 5, NAN])
    assert_allclose(laid[1], [NAN] * 4)


def test_channels_stay_apart_and_keep_their_names():
    emg = Recordings.from_list(
        [np.stack([np.arange(4.0), -np.arange(4.0)])], sfreq=1, channel_names=["l", "r"]
    )
    windows = Windower(length=2, hop=1).fit_transform(emg)
    laid = recording_attribution(windows, windows)
    assert_allclose(laid[0], emg[0])
    assert laid.channel_names == ["l", "r"]
    of_both = windows.with_values(windows.values[:, 0])
    assert recording_attribution(of_both, windows).n_channels == 1


def test_stored_windows_end_with_the_last_of_them():
    windows = Windows(np.ones((3, 2)), [0, 2, 3], sfreq=None, start=np.array([0, 3, 1]))
    laid = recording_attribution(windows, windows)
    assert_allclose(laid[0], [1, 1, NAN, 1, 1])
    assert_allclose(laid[1], [NAN, 1, 1])
    assert laid.sfreq is None


def test_windows_that_do_not_fit_are_refused():
    _, windows = two_recordings()
    other = windows.select(np.array([True, False, True]))
    with pytest.raises(SignalError, match="not those of the windows"):
        recording_attribution(other, windows)
    features = windows.with_values(np.ones((3, 2)), feature_names=["rms", "wl"])
    with pytest.raises(SignalError, match="sees features, which lie on no time axis"):
        recording_attribution(features, features)
    lost = Windows(np.ones((3, 4)), [0, 2, 3], sfreq=1000)
    with pytest.raises(SignalError, match="do not know where they start"):
        recording_attribution(lost, lost)
