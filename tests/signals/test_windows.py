import pickle
import tracemalloc

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from signal_strategies import bags, chosen, keys
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows


def cut(**kwargs):
    """Return three windows of the first recording and two of the second."""
    kwargs = {"sfreq": 1000, "groups": ["p1", "p2"], **kwargs}
    recordings = Recordings.from_list([np.arange(4.0), np.arange(10.0, 13)], **kwargs)
    return Windows.from_recordings(recordings, [0, 1, 2, 0, 1], [0, 3, 5], n_times=2)


def stored(**kwargs):
    """Return the same windows as an array."""
    kwargs = {"sfreq": 1000, "groups": ["p1", "p2"], **kwargs}
    values = [[0.0, 1], [1, 2], [2, 3], [10, 11], [11, 12]]
    return Windows(values, [0, 3, 5], start=[0, 1, 2, 0, 1], **kwargs)


both_forms = pytest.mark.parametrize("windows", [cut(), stored()], ids=["cut", "array"])


@given(bags())
def test_both_forms_hold_the_bags(drawn):
    for windows in drawn.both:
        assert len(windows) == len(drawn.bags)
        assert windows.shape == (len(drawn.bags),)
        assert_array_equal(windows.counts, [len(bag) for bag in drawn.bags])
        assert windows.n_windows == sum(len(bag) for bag in drawn.bags)
        assert_array_equal(windows.start, np.concatenate(drawn.starts))
        assert_array_equal(windows.values, np.concatenate(drawn.bags), strict=True)
        for ours, bag in zip(windows, drawn.bags, strict=True):
            assert_array_equal(ours, bag, strict=True)


@given(bags())
def test_both_forms_are_equal_and_say_the_same_of_themselves(drawn):
    one, other = drawn.both
    assert one == other
    assert other == one
    assert repr(one) == repr(other)
    assert one._repr_html_() == other._repr_html_()
    for name in ("n_times", "dtype", "sfreq", "unit", "channel_names"):
        assert getattr(one, name) == getattr(other, name)
    if one.values.ndim == 3:
        assert one.n_channels == other.n_channels == one.values.shape[1]


@given(st.data())
def test_a_key_chooses_bags_as_it_chooses_from_a_list(data):
    drawn = data.draw(bags())
    key = data.draw(keys(len(drawn.bags)))
    index = chosen(key, len(drawn.bags))
    one, other = (windows[key] for windows in drawn.both)
    assert one == other
    for windows in (one, other):
        assert len(windows) == len(index)
        assert_array_equal(windows.counts, [len(drawn.bags[i]) for i in index])
        for ours, i in zip(windows, index, strict=True):
            assert_array_equal(ours, drawn.bags[i], strict=True)
        if windows.groups is not None:
            assert_array_equal(windows.groups, drawn.stored.groups[index])


@given(st.data())
def test_a_number_gives_the_array_of_a_bag(data):
    drawn = data.draw(bags())
    n = len(drawn.bags)
    i = data.draw(st.integers(-n, n - 1))
    for windows in drawn.both:
        for key in (i, np.int64(i), (i, ...)):
            assert_array_equal(windows[key], drawn.bags[i], strict=True)


@given(bags(), st.integers(-25, 25), st.integers(-25, 25))
def test_rows_are_a_slice_of_the_values(drawn, start, stop):
    expected = np.concatenate(drawn.bags)[start:stop]
    for windows in drawn.both:
        assert_array_equal(windows.rows(start, stop), expected, strict=True)


@given(bags(), st.integers(1, 5))
def test_blocks_put_behind_each_other_are_the_values(drawn, n_rows):
    for windows in drawn.both:
        blocks = list(windows.blocks(n_rows))
        assert all(len(block) == n_rows for block in blocks[:-1])
        assert_array_equal(np.concatenate(blocks), windows.values, strict=True)


@given(bags())
def test_repeat_gives_every_window_what_its_recording_has(drawn):
    labels = [f"label {i}" for i in range(len(drawn.bags))]
    expected = np.concatenate(
        [[label] * len(bag) for label, bag in zip(labels, drawn.bags, strict=True)]
    )
    for windows in drawn.both:
        assert_array_equal(windows.repeat(labels), expected, strict=True)
        table = windows.repeat(np.eye(len(drawn.bags)))
        assert_array_equal(table.argmax(axis=1), windows.repeat(range(len(windows))))


@given(bags())
def test_mean_is_the_mean_of_each_bag(drawn):
    for windows in drawn.both:
        assert_allclose(
            windows.mean(windows.values), [bag.mean(axis=0) for bag in drawn.bags]
        )
        assert_allclose(
            windows.mean(windows.start), [np.mean(start) for start in drawn.starts]
        )


@given(st.data())
def test_select_keeps_the_windows_that_are_asked_for(data):
    drawn = data.draw(bags())
    keep = [
        data.draw(st.lists(st.booleans(), min_size=len(bag), max_size=len(bag)))
        for bag in drawn.bags
    ]
    flat = np.concatenate(keep)
    if all(map(any, keep)):
        one, other = (windows.select(flat) for windows in drawn.both)
        assert one == other
        for ours, bag, mask in zip(one, drawn.bags, keep, strict=True):
            assert_array_equal(ours, bag[mask], strict=True)
        assert_array_equal(one.start, np.concatenate(drawn.starts)[flat])
        return
    empty = [any(mask) for mask in keep].index(False)
    for windows in drawn.both:
        with pytest.raises(SignalError, match=f"recording {empty} has no window"):
            windows.select(flat)


@given(bags())
def test_with_values_with_groups_and_astype_are_the_same_of_both_forms(drawn):
    one, other = drawn.both
    values = one.values + 1
    assert one.with_values(values) == other.with_values(values)
    assert_array_equal(one.with_values(values).values, values)
    patients = [f"q{i}" for i in range(len(one))]
    assert one.with_groups(patients) == other.with_groups(patients)
    assert one.with_groups(patients).groups.tolist() == patients
    assert one.with_groups(None).groups is None
    assert one.astype(np.float32) == other.astype(np.float32)
    assert one.astype(np.float32).dtype == other.astype(np.float32).dtype == np.float32
    assert one.astype(one.dtype) is one
    assert other.astype(one.dtype) is other


@given(bags())
def test_an_array_has_an_axis_of_recordings_or_is_refused(drawn):
    for windows in drawn.both:
        if len(set(map(len, drawn.bags))) == 1:
            array = np.asarray(windows)
            assert array.ndim > 2
            assert_array_equal(array, np.stack(drawn.bags), strict=True)
        else:
            with pytest.raises(TypeError, match="inside the vote"):
                np.asarray(windows)


@given(bags())
def test_a_pickle_brings_back_the_same_with_the_same_hash(drawn):
    for windows in drawn.both:
        loaded = pickle.loads(pickle.dumps(windows))
        assert loaded == windows
        assert_array_equal(loaded.values, windows.values, strict=True)
        assert joblib.hash(loaded) == joblib.hash(windows)


@given(st.data())
def test_a_selection_hashes_as_the_same_windows_built_anew(data):
    drawn = data.draw(bags())
    index = chosen(data.draw(keys(len(drawn.bags))), len(drawn.bags))
    if not index:
        return
    selection = drawn.cut[index]
    again = Windows.from_recordings(
        drawn.cut._recordings[index],
        np.concatenate([drawn.starts[i] for i in index]).astype(np.int32),
        np.cumsum([0, *(len(drawn.starts[i]) for i in index)], dtype=np.int32),
        drawn.cut.n_times,
        n_cut=drawn.cut._n_cut,
    )
    assert selection == again
    assert joblib.hash(selection) == joblib.hash(again)


@both_forms
def test_no_bags_are_a_container_all_the_same(windows):
    nothing = windows[:0]
    assert len(nothing) == nothing.n_windows == 0
    assert nothing.values.shape == (0, 2)
    assert nothing.sfreq == 1000
    assert list(nothing.blocks()) == []
    assert nothing.repeat([]).shape == (0,)
    assert repr(nothing).startswith("<Windows: 0 windows of 0 recordings of 0 patients")
    with pytest.raises(TypeError, match="the container is empty"):
        np.asarray(nothing)


@both_forms
def test_the_repr_shows_numbers_shape_and_rate(windows):
    text = (
        "5 windows of 2 recordings of 2 patients, 2 to 3 each, values (5, 2) at 1000 Hz"
    )
    assert repr(windows) == f"<Windows: {text}>"
    assert text in windows._repr_html_()


def test_windows_that_are_cut_share_the_samples():
    windows = cut()
    samples = windows._recordings.values
    assert np.shares_memory(windows.with_groups([1, 2])._recordings.values, samples)
    assert np.shares_memory(windows[1:]._recordings.values, samples)
    selection = windows.select(np.array([True, False, False, True, True]))
    assert selection._recordings is windows._recordings


@pytest.mark.parametrize(
    "other",
    [
        stored(sfreq=500),
        stored(sfreq=None),
        stored(groups=None),
        stored(groups=[1, 2]),
        stored(unit="uV"),
        stored(feature_names=["a", "b"]),
        stored(channel_names=["biceps"]),
        stored()[:1],
        stored().with_values(np.zeros((5, 2))),
        Windows(stored().values, [0, 3, 5], sfreq=1000, groups=["p1", "p2"]),
        Windows(stored().values, [0, 2, 5], sfreq=1000, start=[0, 1, 2, 0, 1]),
        "windows",
    ],
)
def test_windows_that_differ_in_anything_are_not_equal(other):
    assert stored() != other
    assert cut() != other


@pytest.mark.parametrize(
    "shape, n_times, n_channels",
    [((5,), None, 1), ((5, 7), 7, 1), ((5, 3, 7), 7, 3), ((5, 3, 4, 6), None, 3)],
)
def test_labels_and_images_have_no_samples(shape, n_times, n_channels):
    windows = stored().with_values(np.zeros(shape))
    assert windows.n_times == n_times
    assert windows.n_channels == n_channels


def test_features_are_named_and_have_no_samples():
    table = cut().with_values(np.zeros((5, 2)), feature_names=["rms", "mav"])
    assert table.feature_names == ["rms", "mav"]
    assert table.n_times is None
    assert table.unit is None
    assert table[:1].feature_names == ["rms", "mav"]


def test_channel_names_stay_while_the_channels_stay():
    windows = Windows(np.zeros((2, 2, 3)), [0, 2], sfreq=1, channel_names=["a", "b"])
    assert windows.with_values(np.ones((2, 2, 5))).channel_names == ["a", "b"]
    assert windows.with_values(np.ones((2, 1, 5))).channel_names is None
    assert windows.with_values(np.ones(2)).channel_names is None


@pytest.mark.parametrize("key", [2, -3, [0, 2], np.ones(3, bool)])
@both_forms
def test_a_key_past_the_end_is_an_index_error(windows, key):
    with pytest.raises(IndexError):
        windows[key]


@both_forms
def test_a_second_index_is_refused_and_not_ignored(windows):
    with pytest.raises(IndexError, match="one index, of recordings, is expected"):
        windows[0, 1]


@both_forms
def test_train_test_split_chooses_recordings(windows):
    train, test, y_train, y_test = train_test_split(windows, [3, 2], random_state=0)
    assert_array_equal(train.counts, y_train)
    assert_array_equal(test.counts, y_test)


def test_a_scaler_before_the_vote_fails_with_the_cure():
    with pytest.raises(TypeError, match=r"2 to 3 windows a recording .* inside the v"):
        StandardScaler().fit(cut())


def test_a_scaler_before_the_vote_fails_where_the_counts_are_equal_too():
    windows = Windows(np.zeros((4, 3)), [0, 2, 4], sfreq=1)
    with pytest.raises(ValueError, match="dim 3"):
        StandardScaler().fit(windows)


def test_windows_of_labels_are_no_array():
    with pytest.raises(TypeError, match="Windows of labels are no array"):
        np.asarray(Windows(["a", "b"], [0, 1, 2], sfreq=None))


@pytest.mark.parametrize(
    "values, offsets, kwargs, message",
    [
        (np.ones((2, 1, 1, 1, 1)), [0, 2], {}, "have 1 to 4 axes"),
        (np.ma.array(np.ones((2, 2))), [0, 2], {}, "values is a masked array"),
        (np.ones((3, 2)), [0, 1, 1, 3], {}, "recording 1 has no window"),
        (np.ones((3, 2)), [0, 0, 3], {}, "recording 0 has no window"),
        (np.ones((3, 2)), [0, 3, 3], {}, "recording 1 has no window"),
        (np.ones((3, 2)), [0, 2], {}, r"from 0 to the number of windows \(3\)"),
        (np.ones((3, 2)), [0.0, 3.0], {}, "1-D array of integers"),
        (np.ones((3, 2)), [0, 3], {"sfreq": 0}, "sfreq must be positive"),
        (np.ones((3, 2)), [0, 3], {"sfreq": [1, 1]}, "sfreq must be a number"),
        (np.ones((3, 2)), [0, 3], {"groups": ["a", "b"]}, "2 entries for 1 rec"),
        (np.ones((3, 2)), [0, 3], {"start": [0, 1]}, "one integer for each of the 3"),
        (np.ones((3, 2)), [0, 3], {"start": [0.0, 1, 2]}, "one integer for each"),
        (np.ones((3, 2)), [0, 3], {"unit": "mV"}, 'must be "uV" or None'),
        (np.ones((3, 2)), [0, 3], {"feature_names": ["a"]}, "1 feature names"),
        (np.ones((3, 2)), [0, 3], {"feature_names": ["a", "a"]}, "not unique"),
        (np.ones((3, 2, 2)), [0, 3], {"feature_names": ["a", "b"]}, "for a table"),
        (np.ones((3, 2, 2)), [0, 3], {"channel_names": ["a"]}, "1 channel names"),
    ],
)
def test_what_does_not_fit_is_refused(values, offsets, kwargs, message):
    with pytest.raises(SignalError, match=message):
        Windows(values, offsets, **{"sfreq": 1000, **kwargs})


@pytest.mark.parametrize(
    "start, offsets, n_cut, message",
    [
        ([0, 4, 0], [0, 2, 3], None, "recording 0 starts at sample 4, the recording"),
        ([0, 0, -1], [0, 2, 3], None, "recording 1 starts at sample -1"),
        ([0, 0], [0, 2], None, "offsets describe 1 recordings, 2 were given"),
        ([0, 0], [0, 0, 2], None, "recording 0 has no window"),
        ([0, 0], [0, 1, 2], 3, "n_cut must be between 1 and n_times=2, got 3"),
        ([0, 0], [0, 1, 2], 0, "n_cut must be between 1 and n_times=2, got 0"),
    ],
)
def test_windows_outside_their_recordings_are_refused(start, offsets, n_cut, message):
    with pytest.raises(SignalError, match=message):
        Windows.from_recordings(cut()._recordings, start, offsets, 2, n_cut=n_cut)


def test_windows_of_several_rates_are_refused():
    recordings = Recordings.from_list([[1.0], [2.0]], sfreq=[1000, 2000])
    with pytest.raises(SignalError, match=r"1000 to 2000 Hz; put Resampler\(target_s"):
        Windows.from_recordings(recordings, [0, 0], [0, 1, 2], 1)


@both_forms
def test_entries_of_another_number_are_refused(windows):
    with pytest.raises(SignalError, match="3 entries were given for 2 recordings"):
        windows.repeat([1, 2, 3])
    with pytest.raises(SignalError, match="2 rows were given for 5 windows"):
        windows.mean([1, 2])
    with pytest.raises(SignalError, match="keep must be 5 booleans"):
        windows.select([True, False])
    with pytest.raises(SignalError, match="keep must be 5 booleans, got int64"):
        windows.select(np.ones(5, int))
    with pytest.raises(SignalError, match="groups has 1 entries for 2 recordings"):
        windows.with_groups(["p1"])


def overlapping():
    """Return windows that overlap by nine tenths, and the bytes of the samples."""
    recordings = Recordings.from_array(np.ones((50, 10_000)), sfreq=1000)
    start = np.tile(np.arange(0, 9000, 100), 50)
    windows = Windows.from_recordings(recordings, start, np.arange(51) * 90, 1000)
    return windows, recordings.values.nbytes


def test_a_pickle_costs_the_recordings_and_not_the_overlap():
    windows, n_bytes = overlapping()
    assert windows.values.nbytes == 9 * n_bytes
    assert len(pickle.dumps(windows)) < 1.05 * n_bytes
    assert len(pickle.dumps(windows[:5])) < 0.11 * n_bytes


def test_a_hash_costs_the_recordings_and_not_the_overlap():
    windows, n_bytes = overlapping()
    tracemalloc.start()
    joblib.hash(windows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.1 * n_bytes
