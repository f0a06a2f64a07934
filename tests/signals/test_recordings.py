import pickle
import tracemalloc

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from signal_strategies import chosen, keys, models, one_row
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GroupKFold, cross_val_predict, train_test_split
from sklearn.utils import resample

from skemg.exceptions import SignalError
from skemg.signals import Recordings
from skemg.windowing import Windower


def assert_equal_to_model(recordings, model):
    """Assert that a container says what the plain lists say."""
    assert len(recordings) == len(model.signals)
    assert recordings.shape == (len(model.signals),)
    assert_array_equal(recordings.n_times, [s.shape[-1] for s in model.signals])
    for ours, signal in zip(recordings, model.signals, strict=True):
        assert_array_equal(ours, one_row(signal), strict=True)
    for name in ("sfreq", "groups"):
        given_, kept = getattr(model, name), getattr(recordings, name)
        assert kept is None if given_ is None else kept.tolist() == given_
    assert recordings.unit == model.unit
    assert recordings.channel_names == model.channel_names


def ragged(**kwargs):
    kwargs = {"sfreq": 1000, "groups": ["p1", "p1", "p2"], **kwargs}
    return Recordings.from_list([np.arange(n) * 1.0 for n in (4, 2, 3)], **kwargs)


@given(models())
def test_the_container_holds_what_the_list_held(model):
    recordings = model.recordings()
    assert_equal_to_model(recordings, model)
    for ours, signal in zip(recordings.to_list(), model.signals, strict=True):
        assert np.shares_memory(ours, recordings.values)
        assert_array_equal(ours, one_row(signal), strict=True)


def test_one_channel_is_one_row_however_it_comes():
    rows = np.arange(6.0).reshape(2, 3)
    plain = Recordings.from_array(rows, sfreq=1000)
    for other in (
        Recordings.from_array(rows[:, np.newaxis], sfreq=1000),
        Recordings.from_list(list(rows[:, np.newaxis]), sfreq=1000),
        Recordings(rows.reshape(1, -1), [0, 3, 6], sfreq=1000),
        plain.with_values(rows.reshape(1, -1)),
        Recordings.from_list([[row] for row in rows.tolist()], sfreq=1000),
    ):
        assert other == plain
        assert other.values.shape == (6,)
        assert joblib.hash(other) == joblib.hash(plain)
    assert np.shares_memory(plain.with_values(rows.reshape(1, -1)).values, rows)


@given(st.data())
def test_a_key_chooses_as_it_chooses_from_a_list(data):
    model = data.draw(models())
    key = data.draw(keys(len(model.signals)))
    index = chosen(key, len(model.signals))
    assert_equal_to_model(model.recordings()[key], model.take(index))


@given(st.data())
def test_a_number_gives_the_array(data):
    model = data.draw(models())
    n = len(model.signals)
    i = data.draw(st.integers(-n, n - 1))
    recordings = model.recordings()
    for key in (i, np.int32(i), (i,), (i, ...)):
        assert_array_equal(recordings[key], one_row(model.signals[i]), strict=True)


@given(st.data())
def test_a_selection_of_a_selection_is_the_selection_of_both(data):
    model = data.draw(models())
    first = data.draw(keys(len(model.signals)))
    recordings = model.recordings()[first]
    second = data.draw(keys(len(recordings)))
    index = np.array(chosen(first, len(model.signals)), int)
    index = index[chosen(second, len(recordings))]
    assert_equal_to_model(recordings[second], model.take(index))


@given(models(), st.data())
def test_pieces_put_behind_each_other_are_the_whole(model, data):
    recordings = model.recordings()
    at = data.draw(st.integers(0, len(recordings) - 1))
    parts = [part for part in (recordings[:at], recordings[at:]) if len(part)]
    assert Recordings.concatenate(parts) == recordings


@given(models())
def test_equal_content_built_twice_is_equal_and_hashes_equal(model):
    one, other = model.recordings(), model.recordings()
    assert one == other
    assert joblib.hash(one) == joblib.hash(other)


@given(models())
def test_a_pickle_brings_back_the_same(model):
    recordings = model.recordings()
    loaded = pickle.loads(pickle.dumps(recordings))
    assert loaded == recordings
    assert_equal_to_model(loaded, model)
    assert joblib.hash(loaded) == joblib.hash(recordings)


@given(st.data())
def test_a_selection_hashes_as_the_same_recordings_built_anew(data):
    model = data.draw(models())
    key = data.draw(keys(len(model.signals)))
    taken = model.take(chosen(key, len(model.signals)))
    if taken.signals:
        selection = model.recordings()[key]
        assert selection == taken.recordings()
        assert joblib.hash(selection) == joblib.hash(taken.recordings())


@pytest.mark.parametrize("key", [3, -4, [0, 3], [True, False], np.ones(4, bool)])
def test_a_key_past_the_end_is_an_index_error(key):
    with pytest.raises(IndexError):
        ragged()[key]


@pytest.mark.parametrize("key", [(0, 1), (0, slice(1, 3)), (0, ..., 1), ()])
def test_a_second_index_is_refused_and_not_ignored(key):
    with pytest.raises(IndexError, match=r"recordings\[i\]\[start:stop\]"):
        ragged()[key]


def test_seconds_are_samples_by_the_rate_of_each():
    recordings = ragged(sfreq=[1000, 500, 250])
    assert_array_equal(recordings.seconds, [0.004, 0.004, 0.012])
    assert ragged(sfreq=None).seconds is None


def test_one_rate_counts_for_all():
    assert_array_equal(ragged(sfreq=np.float32(500)).sfreq, [500.0] * 3)


@pytest.mark.parametrize("unit, factor", [("uV", 1), ("mV", 1e3), ("V", 1e6)])
def test_calibrated_values_are_in_microvolts(unit, factor):
    recordings = Recordings.from_list([[1.0, -2.5]], sfreq=1, unit=unit)
    assert recordings.unit == "uV"
    assert_array_equal(recordings.values, np.array([1.0, -2.5]) * factor)


@pytest.mark.parametrize("mu", ["\N{MICRO SIGN}V", "\N{GREEK SMALL LETTER MU}V"])
def test_both_letters_mu_are_understood(mu):
    assert Recordings.from_list([[1]], sfreq=1, unit=mu).unit == "uV"


@pytest.mark.parametrize("unit", [None, "uV"])
def test_integers_stay_integers_where_no_factor_is_needed(unit):
    signal = np.array([-32768, 32767], np.int16)
    recordings = Recordings.from_list([signal], sfreq=1, unit=unit)
    assert_array_equal(recordings.values, signal, strict=True)


def test_integers_in_millivolts_do_not_overflow():
    signal = np.array([-32768, 32767], np.int16)
    recordings = Recordings.from_list([signal], sfreq=1, unit="mV")
    assert_array_equal(recordings.values, [-32768e3, 32767e3])


def test_half_precision_volts_do_not_overflow():
    signal = np.array([0.125], np.float16)
    recordings = Recordings.from_list([signal], sfreq=1, unit="V")
    assert_array_equal(recordings.values, [125000.0])


def test_float32_stays_float32_in_millivolts():
    signal = np.ones(3, np.float32)
    recordings = Recordings.from_list([signal], sfreq=1, unit="mV")
    assert recordings.dtype == np.float32


def test_with_groups_changes_the_patients_and_copies_nothing():
    recordings = ragged()
    other = recordings.with_groups([3, 4, 4])
    assert_array_equal(other.groups, [3, 4, 4])
    assert other.values is recordings.values
    assert other != recordings
    assert other.with_groups(recordings.groups) == recordings
    assert recordings.with_groups(None).groups is None


def test_with_values_keeps_what_is_not_given():
    recordings = ragged(unit="uV")
    halved = recordings.with_values(
        np.arange(5.0), offsets=[0, 2, 3, 5], sfreq=[500] * 3, unit=None
    )
    assert_array_equal(halved.n_times, [2, 1, 2])
    assert_array_equal(halved.groups, recordings.groups)
    assert halved.unit is None
    assert recordings.with_values(recordings.values + 1).unit == "uV"


@pytest.mark.parametrize(
    "other",
    [
        ragged(sfreq=[1000, 1000, 999]),
        ragged(sfreq=None),
        ragged(groups=None),
        ragged(groups=[1, 1, 2]),
        ragged(unit="uV"),
        ragged(channel_names=["biceps"]),
        ragged()[:2],
        ragged().with_values(np.ones(9)),
        ragged().with_values(ragged().values, offsets=[0, 3, 6, 9]),
        "recordings",
    ],
)
def test_recordings_that_differ_in_anything_are_not_equal(other):
    assert ragged() != other


def test_an_array_is_2d_or_3d_where_all_lengths_are_equal():
    X = np.arange(12.0).reshape(2, 6)
    assert_array_equal(np.asarray(Recordings.from_array(X, sfreq=1)), X, strict=True)
    X = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    recordings = Recordings.from_array(X, sfreq=1)
    assert_array_equal(np.asarray(recordings), X, strict=True)
    assert_array_equal(recordings[1], X[1])
    assert np.asarray(recordings, dtype=np.float32).dtype == np.float32


def test_a_2d_array_is_not_copied():
    X = np.arange(12.0).reshape(2, 6)
    recordings = Recordings.from_array(X, sfreq=1)
    assert np.shares_memory(recordings.values, X)
    assert np.shares_memory(np.asarray(recordings), X)
    assert not np.shares_memory(np.array(recordings), X)


def test_recordings_of_several_lengths_are_no_array():
    with pytest.raises(TypeError, match=r"2 to 4 samples are no array; cut them with"):
        np.asarray(ragged())


def test_no_recording_is_no_array():
    with pytest.raises(TypeError, match="the container is empty"):
        np.asarray(ragged()[:0])


def test_no_recordings_are_a_container_all_the_same():
    nobody = ragged()[ragged().groups == "p9"]
    assert len(nobody) == 0
    assert nobody.to_list() == []
    assert repr(nobody).startswith("<Recordings: 0 recordings of 0 patients")


@pytest.mark.parametrize(
    "recordings, text",
    [
        (
            ragged(sfreq=[2, 1, 0.5], unit="mV"),
            "3 recordings of 2 patients, 2 to 6 s at 0.5 to 2 Hz, in µV",
        ),
        (
            ragged(sfreq=None, groups=None),
            "3 recordings, 2 to 4 samples, rate unknown, uncalibrated",
        ),
        (
            Recordings.from_array(np.zeros((2, 3, 8)), sfreq=4),
            "2 recordings, 3 channels, 2 s at 4 Hz, uncalibrated",
        ),
    ],
)
def test_the_repr_shows_numbers_lengths_and_rates(recordings, text):
    assert repr(recordings) == f"<Recordings: {text}>"
    assert text in recordings._repr_html_()


def test_a_container_is_not_hashable_because_its_values_can_change():
    with pytest.raises(TypeError, match="unhashable"):
        hash(ragged())


@pytest.mark.parametrize(
    "signals, message",
    [
        ([], "there is no recording"),
        ([[1.0], []], "recording 1 is empty; leave it out"),
        ([np.ones((2, 0))], "recording 0 is empty"),
        ([np.ones((0, 5))], "recording 0 is empty"),
        ([[1.0], 2.0], r"recording 1 has shape \(\); expected \(n_times,\)"),
        ([np.ones((1, 1, 1))], r"recording 0 has shape \(1, 1, 1\)"),
        ([[1.0], [[1.0], [2.0, 3.0]]], "recording 1 is no array"),
        ([np.ones(3), np.ones((2, 3))], r"recording 1 has shape \(2, 3\)"),
        ([np.ones((3, 4)), np.ones((2, 4))], "all recordings need the same channels"),
        ([[1.0], [1j]], "Complex data not supported: recording 1"),
        ([np.ma.array([1.0, 2.0])], "recording 0 is a masked array"),
    ],
)
def test_a_signal_that_is_none_is_refused_by_name(signals, message):
    with pytest.raises(SignalError, match=message):
        Recordings.from_list(signals, sfreq=1000)


@pytest.mark.parametrize(
    "signal",
    ["emg", [True, False], ["1", "2"], [object()], np.array([1, "a"], object), [b"1"]],
)
def test_a_signal_of_no_numbers_is_a_type_error_that_names_it(signal):
    with pytest.raises(TypeError, match="recording 1"):
        Recordings.from_list([[1.0], signal], sfreq=1000)


def test_objects_that_are_numbers_become_numbers():
    signal = np.array([1, 2.5], dtype=object)
    recordings = Recordings.from_list([signal], sfreq=1)
    assert_array_equal(recordings.values, [1.0, 2.5], strict=True)


@pytest.mark.parametrize(
    "values, offsets, message",
    [
        (np.ones((1, 1, 3)), [0, 3], "values must have shape"),
        (np.ones((0, 3)), [0, 3], "values must have shape"),
        (np.ma.array([1.0]), [0, 1], "values is a masked array"),
        (np.ones(3) * 1j, [0, 3], "Complex data not supported"),
        (np.ones(3), [0.0, 3.0], "offsets must be a 1-D array of integers"),
        (np.ones(3), [[0, 3]], "offsets must be a 1-D array of integers"),
        (np.ones(3), np.array([], int), "offsets must be a 1-D array of integers"),
        (np.ones(3), [0, 2], r"from 0 to the number of samples \(3\), got 0 to 2"),
        (np.ones(3), [1, 3], "got 1 to 3"),
        (np.ones(3), [0, 2, 2, 3], "recording 1 is empty"),
        (np.ones(3), [0, 2, 1, 3], "recording 1 is empty"),
    ],
)
def test_values_and_offsets_that_do_not_fit_are_refused(values, offsets, message):
    with pytest.raises(SignalError, match=message):
        Recordings(values, offsets, sfreq=1000)


@pytest.mark.parametrize("X", [np.ones(3), np.ones((1, 1, 1, 1)), 1.0])
def test_an_array_of_another_rank_is_refused(X):
    with pytest.raises(SignalError, match=r"expected an array of shape \(n_recordings"):
        Recordings.from_array(X, sfreq=1000)


def test_a_masked_table_is_refused():
    with pytest.raises(SignalError, match="masked array; cut the masked samples out"):
        Recordings.from_array(np.ma.array([[1.0, 2.0]], mask=[[True, False]]), sfreq=1)


@pytest.mark.parametrize(
    "sfreq, message",
    [
        (0, "must be positive and finite, in Hz, got 0"),
        (-1000.0, "must be positive and finite"),
        (np.nan, "must be positive and finite"),
        (np.inf, "must be positive and finite"),
        ("2000", "sfreq must be a number in Hz, got '2000'"),
        (True, "sfreq must be a number in Hz"),
        ([1000, 1000], r"one for each of the 3 recordings, got shape \(2,\)"),
        ([1000, 0, 1000], "sfreq of recording 1 must be positive"),
        ([1000, 1000, np.nan], "sfreq of recording 2 must be positive"),
        (["a", "b", "c"], "sfreq must be numbers in Hz"),
        ([1000, None, 1000], "sfreq must be numbers in Hz"),
    ],
)
def test_a_rate_that_is_none_is_refused(sfreq, message):
    with pytest.raises(SignalError, match=message):
        ragged(sfreq=sfreq)


@pytest.mark.parametrize(
    "groups, message",
    [
        (["p1", "p2"], "groups has 2 entries for 3 recordings"),
        (["p1", None, "p2"], "the patient of recording 1 is None"),
        ([1.0, 2.0, np.nan], "the patient of recording 2 is nan"),
        ([1, 2, np.float32("nan")], "the patient of recording 2"),
        (np.array([1.0, np.nan, 2.0]), "the patient of recording 1 is nan"),
        (pd.Series(["p1", None, "p2"]), "the patient of recording 1"),
        (["p1", 2, "p2"], "groups mixes strings and numbers"),
        ([["p1"], ["p2"], ["p3"]], r"the patient of recording 0 is \['p1'\]"),
        ([b"p1", b"p2", b"p3"], "give a string or a number"),
        ("abc", "groups must be a list or array .* got a str"),
        ({0: "p1", 1: "p1", 2: "p2"}, "groups must be a list or array .* got a dict"),
        ({"p1", "p2", "p3"}, "groups must be a list or array .* got a set"),
    ],
)
def test_patients_that_are_none_are_refused(groups, message):
    with pytest.raises(SignalError, match=message):
        ragged(groups=groups)


def test_patients_may_come_from_a_table():
    table = pd.DataFrame({"patient": pd.Categorical(["p1", "p2", "p2"])})
    assert_array_equal(ragged(groups=table["patient"]).groups, ["p1", "p2", "p2"])


def test_an_unknown_unit_is_refused():
    with pytest.raises(SignalError, match='unit must be "uV", "mV", "V" or None'):
        ragged(unit="volt")


@pytest.mark.parametrize(
    "names, message",
    [
        (["a"], "1 channel names were given for 2 channels"),
        (["a", "a"], "the channel names are not unique"),
    ],
)
def test_channel_names_that_do_not_fit_are_refused(names, message):
    with pytest.raises(SignalError, match=message):
        Recordings.from_list([np.ones((2, 5))], sfreq=1, channel_names=names)


@pytest.mark.parametrize(
    "other, message",
    [
        (ragged(unit="mV"), "the parts differ in unit"),
        (ragged(channel_names=["biceps"]), "the parts differ in channel_names"),
        (Recordings.from_list([np.ones((2, 3))], sfreq=1), "differ in n_channels"),
        (ragged(groups=None), "some parts have groups and some do not"),
        (ragged(sfreq=None), "some parts have sfreq and some do not"),
        (ragged(groups=[1, 1, 2]), "groups mixes strings and numbers"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(other, message):
    with pytest.raises(SignalError, match=message):
        Recordings.concatenate([ragged(), other])


def test_nothing_is_not_concatenated():
    with pytest.raises(SignalError, match="there is nothing to concatenate"):
        Recordings.concatenate([])


def test_train_test_split_and_resample_choose_recordings():
    recordings = ragged()
    train, test, y_train, _ = train_test_split(recordings, [4, 2, 3], random_state=0)
    assert_array_equal(train.n_times, y_train)
    assert len(train) + len(test) == 3
    drawn, y = resample(recordings, [4, 2, 3], random_state=0)
    assert_array_equal(drawn.n_times, y)


class LastSample(ClassifierMixin, BaseEstimator):
    """Predict for each recording its last sample."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.array([signal.flat[-1] for signal in X])


@pytest.mark.parametrize("cut", [lambda X: X, Windower(2, 1).fit_transform])
def test_cross_val_predict_brings_every_recording_back_to_its_place(cut):
    y = np.arange(12) % 2
    signals = [np.full(3 + i, label) for i, label in enumerate(y)]
    X = Recordings.from_list(signals, sfreq=1, groups=np.arange(12) // 2)
    predicted = cross_val_predict(
        LastSample(), cut(X), y, groups=X.groups, cv=GroupKFold(3)
    )
    assert_array_equal(predicted, y)


def test_a_run_of_recordings_is_a_view_of_one_channel():
    recordings = ragged()
    assert np.shares_memory(recordings[1:].values, recordings.values)
    assert np.shares_memory(recordings[[1, 2]].values, recordings.values)


def test_a_pickle_costs_the_samples_and_little_more():
    recordings = Recordings.from_array(np.zeros((100, 10_000)), sfreq=1000)
    n_bytes = recordings.values.nbytes
    assert len(pickle.dumps(recordings)) < 1.01 * n_bytes
    assert len(pickle.dumps(recordings[:10])) < 0.11 * n_bytes


def test_a_hash_copies_no_samples():
    recordings = Recordings.from_array(np.zeros((100, 10_000)), sfreq=1000)
    tracemalloc.start()
    joblib.hash(recordings)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.05 * recordings.values.nbytes


def test_a_memory_map_is_a_memory_map_in_every_worker(tmp_path):
    def backing_file(recordings):
        array = recordings.values
        while getattr(array, "filename", None) is None:
            array = array.base
        return str(array.filename)

    path = tmp_path / "emg.npy"
    np.save(path, np.arange(6000.0))
    values = np.load(path, mmap_mode="r")
    recordings = Recordings(values, [0, 1000, 3000, 6000], sfreq=1000)
    assert backing_file(recordings) == str(path)
    assert backing_file(recordings[1:]) == str(path)
    table = Recordings.from_array(values.reshape(2, 3000), sfreq=1000)
    assert backing_file(table) == str(path)
    windows = Windower(0.1, 0.1).transform(recordings)

    def look(i):
        return backing_file(recordings), recordings[i].sum(), windows[i].sum()

    found = joblib.Parallel(n_jobs=2)(joblib.delayed(look)(i) for i in range(3))
    assert [file for file, *_ in found] == [str(path)] * 3
    sums = [signal.sum() for signal in recordings]
    assert [total for _, total, _ in found] == sums
    assert [total for *_, total in found] == sums


def test_metadata_travels_with_its_recording():
    emg = ragged(metadata=[{"muscle": "biceps"}, {"muscle": "deltoid"}, {"age": 61}])
    assert emg[[2, 0]].metadata == [{"age": 61}, {"muscle": "biceps"}]
    assert emg.with_groups(None).metadata == emg.metadata
    assert emg.with_values(emg.values * 2).metadata == emg.metadata
    joined = Recordings.concatenate([emg[[1]], ragged()])
    assert joined.metadata == [{"muscle": "deltoid"}, {}, {}, {}]
    assert emg != ragged()


@pytest.mark.parametrize("form", [dict, pd.DataFrame])
def test_metadata_may_be_columns_as_the_frame_of_a_data_set(form):
    frame = form({"muscle": np.array(["apb", "fdi", "apb"]), "age": [61, 40, 52]})
    emg = ragged().with_metadata(frame)
    assert emg[[1, 2]].metadata == [
        {"muscle": "fdi", "age": 40},
        {"muscle": "apb", "age": 52},
    ]
    assert type(emg.metadata[0]["muscle"]) is str


@pytest.mark.parametrize(
    "metadata, message",
    [
        ([{}], "metadata has 1 entries for 3 recordings"),
        ({"age": [1, 2]}, "metadata has 2 entries for 3 recordings"),
        ({"age": [1, 2], "side": ["left"]}, "columns of metadata differ in length"),
        ({"muscle": "apb"}, "metadata has muscle='apb'; give a dict for each"),
        ([{}, "biceps", {}], "the metadata of recording 1 is a str"),
        ([{}, {}, {"sides": ["left"]}], "recording 2 has 'sides': list"),
    ],
)
def test_metadata_that_does_not_fit_is_refused(metadata, message):
    with pytest.raises(SignalError, match=message):
        ragged(metadata=metadata)


def test_a_short_recording_of_many_channels_is_concatenated_as_it_is():
    short = Recordings(np.arange(24.0).reshape(8, 3), [0, 3], sfreq=1)
    both = Recordings.concatenate([short, short])
    assert_array_equal(both.values, np.tile(short.values, 2))
    assert both.n_times.tolist() == [3, 3]
