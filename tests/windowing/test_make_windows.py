from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.features import TimeDomainFeatures
from skemg.preprocessing import AmplitudeScaler, Bandpass, PeakPreservingDownsampler
from skemg.signals import Recordings
from skemg.windowing import Windower, make_windows


def emg(*lengths, sfreq=1000, groups=None):
    """Return recordings whose samples count from zero."""
    signals = [np.arange(n, dtype=float) for n in lengths]
    return Recordings.from_list(signals, sfreq=sfreq, groups=groups)


def track(*labels, sfreq=1000):
    return Recordings.from_list(labels, sfreq=sfreq)


def test_every_window_has_its_label_patient_recording_and_start():
    windows = make_windows(
        emg(4, 6, groups=["p1", "p2"]), ["a", "b"], Windower(0.002, 0.002)
    )
    assert_array_equal(windows.data, [[0, 1], [2, 3], [0, 1], [2, 3], [4, 5]])
    assert windows.target.tolist() == ["a", "a", "b", "b", "b"]
    assert windows.groups.tolist() == ["p1", "p1", "p2", "p2", "p2"]
    assert windows.recording.tolist() == [0, 0, 1, 1, 1]
    assert windows.start.tolist() == [0, 2, 0, 2, 4]
    assert (windows.n_dropped, windows.n_mixed, windows.n_unwanted) == (0, 0, 0)


def test_plain_recordings_take_their_patients_from_the_argument():
    X = [np.arange(4.0), np.arange(2.0)]
    windower = Windower(2, 2, sfreq=1)
    assert make_windows(X, [0, 1], windower).groups is None
    windows = make_windows(X, [0, 1], windower, groups=[7, 8])
    assert windows.groups.tolist() == [7, 7, 8]


def test_steps_before_and_after_the_cut_are_applied():
    X = emg(400)
    steps = make_pipeline(Bandpass(20, 400), Windower(0.1, 0.1))
    windows = make_windows(X, [1], steps)
    assert_array_equal(windows.data, steps.fit_transform(X).values)
    features = make_pipeline(Windower(0.1, 0.1), TimeDomainFeatures(["mav"]))
    assert_array_equal(
        make_windows(X, [1], features).data, [[49.5], [149.5], [249.5], [349.5]]
    )


@given(
    st.lists(st.integers(0, 3), min_size=12, max_size=40),
    st.integers(1, 12),
    st.integers(1, 15),
)
def test_a_track_of_the_same_rate_labels_as_a_loop_would(labels, n, hop):
    X, y = emg(len(labels)), track(labels)
    windower = Windower(n / 1000, hop / 1000)
    centre = make_windows(X, y, windower)
    majority = make_windows(X, y, windower, rule="majority")
    pieces = [labels[s : s + n] for s in range(0, len(labels) - n + 1, hop)]
    assert centre.target.tolist() == [piece[n // 2] for piece in pieces]
    assert majority.target.tolist() == [
        min(
            label
            for label in piece
            if piece.count(label) == max(Counter(piece).values())
        )
        for piece in pieces
    ]
    pure = [i for i, piece in enumerate(pieces) if len(set(piece)) == 1]
    kept = make_windows(X, y, windower, drop_mixed=True)
    assert_array_equal(kept.start, centre.start[pure])
    assert kept.target.tolist() == [pieces[i][0] for i in pure]
    assert kept.n_dropped == len(pieces) - len(pure)
    assert len(kept.data) == len(kept.recording) == len(pure)


@pytest.mark.parametrize("track_sfreq", [10, 50, 100, 3000, 1000 / 3])
@pytest.mark.parametrize("rule", ["centre", "majority"])
def test_a_track_of_another_rate_is_aligned_in_seconds(track_sfreq, rule):
    border = 0.6  # label 1 from here on
    n = round(1.2 * track_sfreq)
    labels = (np.arange(n) / track_sfreq >= border - 1e-9).astype(int)
    windows = make_windows(
        emg(1200), track(labels, sfreq=track_sfreq), Windower(0.1, 0.1), rule=rule
    )
    assert windows.target.tolist() == [0] * 6 + [1] * 6


def test_a_coarse_track_labels_each_window_by_the_sample_at_its_centre():
    labels = [1, 2, 3, 4]  # 0.1 s each
    windows = make_windows(
        emg(400), track(labels, sfreq=10), Windower(0.1, 0.04), drop_mixed=False
    )
    centres = windows.start / 1000 + 0.05
    assert_array_equal(windows.target, np.floor(centres * 10 + 1e-9).astype(int) + 1)
    pure = make_windows(
        emg(400), track(labels, sfreq=10), Windower(0.1, 0.04), drop_mixed=True
    )
    assert pure.start.tolist() == [0, 200]
    assert pure.n_dropped == 6


def test_a_window_that_begins_with_a_label_has_it_alone():
    sfreq = 49  # 27 / 49 * 49 is less than 27 in floats
    X, y = emg(300, sfreq=sfreq), track(np.arange(300) // 3, sfreq=sfreq)
    windows = make_windows(X, y, Windower(3 / sfreq, 3 / sfreq), drop_mixed=True)
    assert windows.target.tolist() == list(range(100))


def test_each_track_has_its_own_rate():
    y = Recordings.from_list([[0, 1], [5] * 5 + [6] * 5], sfreq=[10, 50])
    windows = make_windows(emg(200, 200), y, Windower(0.1, 0.1))
    assert windows.target.tolist() == [0, 1, 5, 6]


@pytest.mark.parametrize("rule", ["centre", "majority"])
def test_a_padded_window_is_labelled_by_the_samples_that_it_has(rule):
    X, y = emg(30), track([3] * 20 + [4] * 10)
    windows = make_windows(X, y, Windower(0.1, 0.1, short="pad"), rule=rule)
    assert windows.target.tolist() == [3]
    longer = Windower(0.01, 0.01, n_times=100)
    assert make_windows(X, y, longer, rule=rule).target.tolist() == [3, 3, 4]


def test_recordings_whose_rate_only_the_windower_knows_take_tracks_too():
    windower = Windower(0.1, 0.1, sfreq=1000)
    y = track([0, 0, 1, 1], sfreq=10)
    expected = make_windows(emg(400), y, Windower(0.1, 0.1)).target
    for X in (emg(400, sfreq=None), [np.zeros(400)], np.zeros((1, 400))):
        assert_array_equal(make_windows(X, y, windower).target, expected)


@pytest.mark.parametrize("n", [399, 400, 401])
def test_a_track_may_end_a_sample_early_or_late(n):
    windows = make_windows(emg(400), track([2] * n), Windower(0.1, 0.1))
    assert windows.target.tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize(
    "y, message",
    [
        (track([0] * 398), r"recording 0 lasts 0.398 s, the recording 0.4 s; align"),
        (track([0] * 40, sfreq=1000), "align them first, tracks are not resampled"),
        (track([0] * 400, [0] * 400), "y has 2 tracks for 1 recordings"),
        (track([0.0] * 400), "a track is Recordings of integers with one channel"),
        (track([[0] * 400] * 2), "a track is Recordings of integers with one channel"),
        (track([0] * 400, sfreq=None), "and a known rate"),
        ([0, 1], "y has 2 labels for 1 recordings"),
    ],
)
def test_labels_that_do_not_fit_are_refused(y, message):
    with pytest.raises(SignalError, match=message):
        make_windows(emg(400), y, Windower(0.1, 0.1))


def test_a_track_over_features_is_refused_with_the_cure():
    steps = make_pipeline(Windower(0.1, 0.1), TimeDomainFeatures(["mav"]))
    with pytest.raises(SignalError, match="compute the features of data"):
        make_windows(emg(400), track([0] * 400), steps)


def test_labels_of_another_rank_are_refused():
    with pytest.raises(ValueError, match="y should be a 1d array"):
        make_windows(emg(400), np.zeros((1, 2)), Windower(0.1, 0.1))


@pytest.mark.parametrize(
    "groups, message",
    [
        (["p1"], "groups has 1 entries for 2 recordings"),
        (["p1", "p3"], "recording 1 is of patient 'p3', the data say 'p2'"),
        (["p1", 2], "groups mixes strings and numbers"),
        ([1.0, np.nan], "the patient of recording 1 is nan"),
    ],
)
def test_patients_that_do_not_fit_are_refused(groups, message):
    X = emg(200, 200, groups=["p1", "p2"])
    with pytest.raises(SignalError, match=message):
        make_windows(X, [0, 1], Windower(0.1, 0.1), groups=groups)


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match='rule must be "centre" or "majority", got'):
        make_windows(emg(400), [0], Windower(0.1, 0.1), rule="first")


def test_steps_that_end_in_no_windows_are_refused():
    with pytest.raises(
        TypeError, match="gives Recordings, no Windows; pass a Windower"
    ):
        make_windows(emg(400), [0], Bandpass(20, 400))


def test_a_track_fits_plain_recordings_whose_rate_a_step_lowers():
    windower = make_pipeline(
        PeakPreservingDownsampler(5, sfreq=1000), Windower(0.1, 0.1)
    )
    labels = track([0] * 50 + [1] * 50, sfreq=100)
    windows = make_windows([np.arange(1000.0)], labels, windower)
    assert windows.target.tolist() == [0] * 5 + [1] * 5


def test_a_track_asks_for_the_rate_where_no_recording_tells_it():
    windower = make_pipeline(Windower(0.1, 0.1, sfreq=1000), AmplitudeScaler())
    with pytest.raises(SignalError, match="a track needs recordings that know"):
        make_windows([np.arange(1000.0)], track([0] * 100, sfreq=100), windower)


def test_unwanted_labels_are_left_out_after_the_cut_and_counted():
    labels = [0] * 30 + [2] * 45 + [0] * 25  # of 100 samples, windows of 20
    whole = make_windows(emg(100), track(labels), Windower(0.02, 0.02))
    assert whole.target.tolist() == [0, 2, 2, 2, 0]
    kept = make_windows(emg(100), track(labels), Windower(0.02, 0.02), drop_labels=[0])
    assert kept.start.tolist() == [20, 40, 60]
    assert_array_equal(kept.data, whole.data[1:4])
    assert kept.target.tolist() == [2, 2, 2]
    assert (kept.n_dropped, kept.n_mixed, kept.n_unwanted) == (2, 0, 2)


def test_a_window_that_is_mixed_and_unwanted_counts_once_as_mixed():
    labels = [0] * 25 + [2] * 30 + [0] * 45  # windows 20-40 and 40-60 are mixed
    kept = make_windows(
        emg(100),
        track(labels),
        Windower(0.02, 0.02),
        drop_mixed=True,
        drop_labels=np.array([0], np.uint8),
    )
    assert kept.start.tolist() == []
    assert (kept.n_dropped, kept.n_mixed, kept.n_unwanted) == (5, 2, 3)


def test_labels_of_recordings_are_left_out_by_name():
    X, y = emg(4, 6, 4, groups=["p1", "p2", "p3"]), ["a", "unknown", "b"]
    kept = make_windows(X, y, Windower(0.002, 0.002), drop_labels=["unknown"])
    assert kept.target.tolist() == ["a", "a", "b", "b"]
    assert kept.groups.tolist() == ["p1", "p1", "p3", "p3"]
    assert kept.recording.tolist() == [0, 0, 2, 2]
    assert (kept.n_dropped, kept.n_unwanted) == (3, 3)


@pytest.mark.parametrize(
    "drop_labels, message",
    [
        ([0, 7], r"drop_labels has 7, which is nowhere in y; the labels are \[0, 2\]"),
        (["0"], "drop_labels has '0', which is nowhere in y"),
        (0, "drop_labels must be a list of labels, got 0"),
        ("rest", "drop_labels must be a list of labels, got 'rest'"),
    ],
)
def test_labels_to_leave_out_that_do_not_occur_are_refused(drop_labels, message):
    y = track([0] * 50 + [2] * 50)
    with pytest.raises(ValueError, match=message):
        make_windows(emg(100), y, Windower(0.02, 0.02), drop_labels=drop_labels)


def test_windows_of_the_filtered_whole_are_kept_when_others_are_left_out():
    X = Recordings.from_list(
        [np.random.default_rng(0).normal(size=400)], sfreq=1000, unit="uV"
    )
    steps = make_pipeline(Bandpass(20, 400), AmplitudeScaler(), Windower(0.1, 0.1))
    y = track([0] * 200 + [1] * 200)
    kept = make_windows(X, y, steps, drop_labels=[0])
    assert_array_equal(kept.data, steps.fit_transform(X).values[2:])
