import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower, WindowSelector

SFREQ = 5000.0


def windows_of(*signals, hop=0.1, **kwargs):
    emg = Recordings.from_list(signals, sfreq=SFREQ, **kwargs)
    return Windower(length=0.1, hop=hop).fit_transform(emg)


def effort(*levels, seed=0):
    """Return white noise of 0.1 s at each of the levels."""
    rng = np.random.default_rng(seed)
    return np.concatenate([level * rng.normal(size=500) for level in levels])


def test_only_windows_above_the_rest_of_their_own_recording_stay():
    X = windows_of(effort(4, 4, 90, 4, 80), effort(400, 400, 400, 400, 9000))
    kept = WindowSelector(activity=3).fit_transform(X)
    assert_array_equal(kept.start, [1000, 2000, 2000])
    assert_array_equal(kept.counts, [2, 1])


def test_flat_clipped_and_mains_only_windows_are_left_out():
    time = np.arange(500) / SFREQ
    hum = 50 * np.sin(2 * np.pi * 50 * time)
    clipped = np.clip(effort(300, seed=1), -250, 250)
    X = windows_of(np.concatenate([effort(4), np.zeros(500), hum, clipped, effort(60)]))
    selector = WindowSelector(activity=1.5).fit(X)
    assert_array_equal(selector.transform(X).start, [2000])
    report = selector.report_
    assert report["n_flat"][0] == 1
    assert report["n_mains"][0] == 1
    assert report["n_clipped"][0] == 1
    assert report["n_quiet"][0] == 2


@pytest.mark.parametrize(
    "switch, start",
    [({"max_clipped": None}, 1500), ({"mains_frequency": None}, 1000)],
)
def test_a_criterion_that_is_switched_off_drops_nothing(switch, start):
    time = np.arange(500) / SFREQ
    hum = 50 * np.sin(2 * np.pi * 50 * time)
    clipped = np.clip(effort(300, seed=1), -250, 250)
    X = windows_of(np.concatenate([effort(4), effort(4), hum, clipped, effort(60)]))
    assert start in WindowSelector(**switch).fit_transform(X).start
    assert start not in WindowSelector().fit_transform(X).start


def test_where_nothing_passes_the_most_active_window_stays_and_a_warning_names_it():
    X = windows_of(effort(4, 90), np.concatenate([np.zeros(500), 1e-9 + np.zeros(500)]))
    with pytest.warns(UserWarning, match=r"recordings \[1\]"):
        kept = WindowSelector().fit_transform(X)
    assert_array_equal(kept.counts, [1, 1])
    assert WindowSelector().selection_report(X)["passed"].tolist() == [True, False]


def test_report_counts_seconds_once_where_windows_overlap():
    X = windows_of(effort(4, 4, 4, 90, 90), hop=0.05, groups=["p1"])
    report = WindowSelector().fit(X).report_
    assert report["patient"].tolist() == ["p1"]
    assert_array_equal(report["n_windows"], [9])
    kept = WindowSelector().fit_transform(X)
    assert kept.start.min() == 1250  # half in the burst
    assert_allclose(report["seconds_kept"], [0.25])
    assert_allclose(report["seconds_dropped"], [0.25])


@pytest.mark.parametrize(
    "cut, seconds",
    [
        ({"length": 0.1, "hop": 0.2, "n_times": 800}, [0.3]),  # 500 of them are cut
        ({"length": 1.0, "hop": 1.0, "short": "pad"}, [0.5]),
    ],
)
def test_report_counts_no_seconds_of_padding(cut, seconds):
    emg = Recordings.from_list([effort(4, 4, 4, 90, 90)], sfreq=SFREQ)
    X = Windower(**cut).fit_transform(emg)
    report = WindowSelector(activity=None).fit(X).report_
    assert_allclose(report["seconds_kept"] + report["seconds_dropped"], seconds)


def test_a_plain_array_is_returned_as_it_came():
    X = np.vstack([np.zeros(500), effort(3)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(WindowSelector().fit_transform(X), X)


def test_both_storage_forms_are_selected_alike():
    X = windows_of(effort(4, 4, 90, 4, 80))
    stored = Windows(X.values, X.offsets, sfreq=X.sfreq, start=X.start)
    assert WindowSelector().fit_transform(stored) == WindowSelector().fit_transform(X)


def test_a_channel_with_activity_is_enough():
    quiet, active = effort(4, 4, 4, 4, 4), effort(4, 4, 90, 4, 4, seed=1)
    kept = WindowSelector(activity=3).fit_transform(
        windows_of(np.stack([quiet, active]))
    )
    assert_array_equal(kept.start, [1000])


def test_windows_too_short_to_tell_hum_are_refused():
    emg = Recordings.from_list([effort(4, 90)], sfreq=SFREQ)
    short = Windower(length=0.02, hop=0.02).fit_transform(emg)
    with pytest.raises(SignalError, match=r"at least 0\.04 s or mains_frequency=None"):
        WindowSelector().fit(short)


@pytest.mark.parametrize(
    "parameter, value", [("activity", -1), ("max_clipped", 2), ("mains_frequency", 0)]
)
def test_parameters_out_of_range_are_refused(parameter, value):
    with pytest.raises(ValueError, match=parameter):
        WindowSelector(**{parameter: value}).fit(windows_of(effort(4, 90)))


def test_the_report_needs_windows():
    with pytest.raises(SignalError, match="put Windower before it"):
        WindowSelector().selection_report(np.zeros((3, 500)))
