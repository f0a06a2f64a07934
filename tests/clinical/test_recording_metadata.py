"""Metadata become columns, and nothing is guessed where there are none."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.clinical import RecordingMetadata
from skemg.exceptions import SignalError
from skemg.signals import Recordings


def recordings(*known):
    return Recordings.from_array(
        np.ones((len(known), 5)), sfreq=1000, metadata=list(known)
    )


def test_the_columns_are_the_names_in_their_order():
    X = recordings({"age": 40, "muscle": "apb"}, {"muscle": "fdi", "age": 61.5})
    step = RecordingMetadata(["muscle", "age"])
    table = step.fit_transform(X)
    assert table.tolist() == [["apb", 40.0], ["fdi", 61.5]]
    assert table.dtype == object
    assert step.text_.tolist() == [True, False]
    assert step.get_feature_names_out().tolist() == ["muscle", "age"]


def test_numbers_and_flags_alone_make_a_table_of_floats():
    X = recordings({"age": 40, "deep": True}, {"age": 61, "deep": False})
    table = RecordingMetadata(["age", "deep"]).fit_transform(X)
    assert table.dtype == np.float64
    assert_array_equal(table, [[40, 1], [61, 0]])


def test_a_recording_keeps_its_entries_wherever_it_goes():
    X = recordings(*({"age": age} for age in range(10)))
    step = RecordingMetadata(["age"]).fit(X)
    assert step.transform(X[[7, 2]]).tolist() == [[7], [2]]
    changed = X.with_metadata([{"age": -age} for age in range(10)])
    assert step.transform(changed[[7, 2]]).tolist() == [[-7], [-2]]
    assert changed.values is X.values


@pytest.mark.parametrize("lacking", [{}, {"age": None}, {"muscle": "apb"}])
def test_a_missing_entry_is_refused_by_name_or_nan_where_asked(lacking):
    X = recordings({"age": 40}, lacking)
    with pytest.raises(
        SignalError, match=r"recording 1 have (no 'age'|age=None).*missing="
    ):
        RecordingMetadata(["age"]).fit(X)
    table = RecordingMetadata(["age"], missing="nan").fit_transform(X)
    assert_array_equal(table, [[40], [np.nan]])


def test_a_missing_word_is_nan_among_objects():
    X = recordings({"side": "left"}, {})
    table = RecordingMetadata(["side"], missing="nan").fit_transform(X)
    assert table[0, 0] == "left"
    assert np.isnan(table[1, 0])


@pytest.mark.parametrize("plain", [np.ones((2, 9)), [np.ones(3), np.ones(4)]])
def test_plain_arrays_are_refused_with_the_cure(plain):
    with pytest.raises(SignalError, match=r"metadata=\[a dict"):
        RecordingMetadata().fit(plain)


def test_recordings_without_metadata_are_refused_with_the_cure():
    X = recordings({"age": 1}).with_metadata(None)
    with pytest.raises(SignalError, match=r"no metadata.*with_metadata"):
        RecordingMetadata(["age"]).fit(X)


def test_words_among_numbers_are_refused_in_fit_and_in_transform():
    mixed = recordings({"age": 40}, {"age": "sixty"})
    with pytest.raises(SignalError, match=r"recording 0 have age=40.*strings"):
        RecordingMetadata(["age"]).fit(mixed)
    step = RecordingMetadata(["age"]).fit(mixed[:1])
    with pytest.raises(SignalError, match=r"recording 0 have age='sixty'.*numbers"):
        step.transform(mixed[1:])


@pytest.mark.parametrize(
    "kwargs, words",
    [
        ({"names": "age"}, "list of names"),
        ({"names": []}, "list of names"),
        ({"names": ["age", "age"]}, "once"),
        ({"names": ["age"], "missing": "drop"}, "missing must be one of"),
    ],
)
def test_a_bad_parameter_is_refused(kwargs, words):
    with pytest.raises(ValueError, match=words):
        RecordingMetadata(**kwargs).fit(recordings({"age": 1}))


def test_no_recording_is_refused():
    with pytest.raises(SignalError, match="no recording"):
        RecordingMetadata(["age"]).fit(recordings({"age": 1})[:0])


def test_an_entry_of_none_is_said_to_be_there():
    X = recordings({"muscle": "apb"}, {"muscle": None})
    with pytest.raises(SignalError, match="recording 1 have muscle=None; add it"):
        RecordingMetadata(["muscle"]).fit(X)


def test_the_one_that_differs_is_blamed():
    ages = ({"age": age} for age in (41, 52, 63, "57"))
    with pytest.raises(SignalError, match=r"recording 3 have age='57', .* numbers"):
        RecordingMetadata(["age"]).fit(recordings(*ages))
    muscles = ({"muscle": np.str_(name)} for name in ("apb", "fdi"))
    step = RecordingMetadata(["muscle"]).fit(recordings({"muscle": 1}))
    with pytest.raises(SignalError, match=r"recording 0 have muscle='apb', .* numbers"):
        step.transform(recordings(*muscles))
