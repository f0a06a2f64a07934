import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.io import read_folder

TABLE = {
    "file": ["a.txt", "deep/b.txt", "c.txt"],
    "patient": ["p1", "p1", "p2"],
    "label": ["normal", "normal", "myopathic"],
    "muscle": ["biceps", "deltoid", "biceps"],
}


@pytest.fixture
def clinic(tmp_path):
    """Three recordings of two patients, one of them in a folder below."""
    (tmp_path / "deep").mkdir()
    for number, name in enumerate(TABLE["file"]):
        values = "\n".join(f"{number + i / 10:.1f}" for i in range(5 + number))
        (tmp_path / name).write_text(values + "\n")
    return tmp_path


def read_clinic(clinic, table=TABLE, **kwargs):
    kwargs = {"sfreq": 1000, "unit": "uV", **kwargs}
    return read_folder(clinic / "**" / "*.txt", table=table, **kwargs)


def write_csv(path, columns, separator=","):
    names = separator.join(columns)
    rows = [separator.join(row) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join([names, *rows]) + "\n", encoding="utf-8-sig")
    return path


def as_csv(clinic):
    return write_csv(clinic / "table.csv", TABLE)


def as_semicolons(clinic):
    return str(write_csv(clinic / "table.csv", TABLE, ";"))


def as_tabs(clinic):
    return write_csv(clinic / "table.tsv", TABLE, "\t")


@pytest.mark.parametrize(
    "make",
    [lambda _: TABLE, lambda _: pd.DataFrame(TABLE), as_csv, as_semicolons, as_tabs],
)
def test_the_table_is_joined_to_the_files(make, clinic):
    emg = read_clinic(clinic, make(clinic))
    assert emg.frame["file"].tolist() == ["a.txt", "c.txt", "deep/b.txt"]
    assert emg.groups.tolist() == ["p1", "p2", "p1"]
    assert emg.target.tolist() == ["normal", "myopathic", "normal"]
    assert emg.frame["muscle"].tolist() == ["biceps", "biceps", "deltoid"]
    assert emg.data.n_times.tolist() == [5, 7, 6]
    assert emg.data.groups.tolist() == emg.groups.tolist()
    assert_array_equal(emg.data[1], np.float32([2, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6]))
    assert emg.left_out == []


def test_a_bare_name_is_enough_where_it_is_unique(clinic):
    table = {**TABLE, "file": ["a.txt", "b.txt", "c.txt"]}
    assert read_clinic(clinic, table).groups.tolist() == ["p1", "p2", "p1"]


def test_a_bare_name_that_two_files_have_is_refused(clinic):
    (clinic / "a.txt").unlink()
    for folder in ("deep", "deeper"):
        (clinic / folder).mkdir(exist_ok=True)
        (clinic / folder / "a.txt").write_text("7\n6\n")
    with pytest.raises(SignalError, match=r"may be 'deep/a\.txt' or 'deeper/a\.txt'"):
        read_clinic(clinic)


def test_a_folder_means_all_files_below(clinic):
    emg = read_folder(clinic, table=as_csv(clinic), sfreq=1000, unit="uV")
    assert len(emg.data) == 3


def test_without_a_table_the_patients_are_unknown(clinic):
    emg = read_clinic(clinic, None)
    assert emg.groups is None
    assert emg.target is None
    assert len(emg.data) == 3


def test_what_is_left_out_is_reported_and_warned_of(clinic):
    table = {name: column[:2] for name, column in TABLE.items()}
    table = {name: [*column, column[0]] for name, column in table.items()}
    table["file"][2] = "lost.txt"
    with pytest.warns(UserWarning, match="2 files or rows were left out"):
        emg = read_clinic(clinic, table)
    assert emg.left_out == [
        {"file": "lost.txt", "reason": "in the table, but no file"},
        {"file": "c.txt", "reason": "not in the table"},
    ]
    assert emg.frame["file"].tolist() == ["a.txt", "deep/b.txt"]


def test_a_damaged_file_is_an_error_or_left_out_with_the_reason(clinic):
    (clinic / "c.txt").write_text("1.0\n2.x\n3.0\n")
    with pytest.raises(SignalError, match=r"c\.txt"):
        read_clinic(clinic)
    with pytest.warns(UserWarning, match="1 files or rows were left out"):
        emg = read_clinic(clinic, on_error="skip", format="columns")
    assert [entry["file"] for entry in emg.left_out] == ["c.txt"]
    assert "line 2" in emg.left_out[0]["reason"]
    assert emg.groups.tolist() == ["p1", "p1"]


def test_the_same_samples_under_two_names_are_refused(clinic):
    (clinic / "c.txt").write_bytes((clinic / "a.txt").read_bytes())
    with pytest.raises(SignalError, match=r"'a\.txt' and 'c\.txt' hold the same"):
        read_clinic(clinic)


@pytest.mark.parametrize(
    "column, entries",
    [("patient", ["N01", "n1", "p2"]), ("label", ["als", "ALS ", "normal"])],
)
def test_names_that_look_like_slips_are_warned_of(column, entries, clinic):
    plain = [entry.strip() for entry in entries]
    with pytest.warns(
        UserWarning, match=f"{plain[0]!r} and {plain[1]!r} of .*{column}"
    ):
        read_clinic(clinic, {**TABLE, column: entries, "file": TABLE["file"]})


@pytest.mark.parametrize(
    "table, message",
    [
        ({"file": ["a.txt"]}, "no column 'patient'"),
        ({"name": ["a.txt"], "patient": ["p1"]}, "no column 'file'"),
        ({"file": ["a.txt", "c.txt"], "patient": ["p1"]}, "differ in length"),
        ({"file": ["a.txt", "a.txt"], "patient": ["p1", "p1"]}, "names 'a.txt' twice"),
        ({"file": ["a.txt"], "patient": [""]}, "row 1 .* has no patient"),
        ({"file": ["a.txt"], "patient": [None]}, "row 1 .* has no patient"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(table, message, clinic):
    with pytest.raises(SignalError, match=message):
        read_clinic(clinic, table)


@pytest.mark.parametrize(
    "text, message",
    [
        (b"file,patient\na.txt,p1,x\n", "3 cells in row 2, expected 2"),
        (b"file,file\na.txt,p1\n", "two columns of one name"),
        (b"file,patient\na.txt,\xff\n", "not in UTF-8"),
        (b'file,patient\n"a.txt,p1\n', "is no table"),
        (b"", "is empty"),
        (b"\n\n", "holds no line of names"),
    ],
)
def test_a_table_file_that_is_none_is_refused(text, message, clinic):
    path = clinic / "table.csv"
    path.write_bytes(text)
    with pytest.raises(SignalError, match=message):
        read_clinic(clinic, path)


def test_columns_may_have_other_names(clinic):
    names = {"file": "Datei", "patient": "Kennung", "label": "Klasse"}
    table = {names.get(name, name): column for name, column in TABLE.items()}
    emg = read_clinic(clinic, table, **names)
    assert emg.groups.tolist() == ["p1", "p2", "p1"]
    assert emg.target.tolist() == ["normal", "myopathic", "normal"]


def test_files_of_other_channels_are_refused(clinic):
    (clinic / "c.txt").write_text("1 2\n3 4\n5 6\n")
    with pytest.raises(SignalError, match=r"has n_channels [12], .* has [12]"):
        read_clinic(clinic)


def test_no_file_is_an_error(tmp_path):
    with pytest.raises(SignalError, match="no file matches"):
        read_folder(tmp_path / "*.edf")


def test_a_word_that_is_no_choice_is_refused(clinic):
    with pytest.raises(ValueError, match='"raise" or "skip"'):
        read_clinic(clinic, on_error="ignore")
