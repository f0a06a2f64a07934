import time as clock

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg import io
from skemg.exceptions import SignalError
from skemg.io import read_matrix
from skemg.io._columns import is_columns
from skemg.io._matrix import is_matrix

GIVEN = {"sfreq": 1000, "unit": "uV"}
COUNTED = ",".join(map(str, range(20))) + "\n" + "1.5," * 20


@pytest.fixture
def read(tmp_path):
    def read(content, **parameters):
        path = tmp_path / "windows.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_matrix(path, **{**GIVEN, **parameters})

    return read


@pytest.mark.parametrize(
    "content",
    [
        "1.5,-2,0.25\n4,5,6\n",
        "1.5, -2, 0.25\r\n4, 5, 6\r\n",
        "1.5;-2;0.25\n4;5;6\n",
        "1,5;-2;0,25\n4;5;6\n",
        "1,5\t-2\t0,25\n4\t5\t6\n",
        "1.5\t-2\t0.25\t\n4\t5\t6\t\n",
        "1.5 -2  .25\n 4 5 6",
        "1,5 -2 0,25\n4 5 6",
        "a,b,c\n1.5,-2,0.25\n4,5,6\n",
        '"a b";"b";"c"\n1,5;-2;0,25\n4;5;6\n',
        "\ufeff1.5,-2,0.25\n4,5,6\n",
    ],
)
def test_each_row_is_a_recording_whatever_the_marks(read, content):
    emg = read(content)
    assert_array_equal(np.asarray(emg), [[1.5, -2, 0.25], [4, 5, 6]])
    assert emg.unit == "uV"
    assert_array_equal(emg.sfreq, [1000, 1000])
    assert emg.metadata == [{"format": "matrix"}] * 2


def test_940_columns_are_as_numpy_reads_them(read):
    values = np.random.default_rng(0).normal(size=(30, 940)).round(4)
    text = "\n".join(",".join(map(repr, row)) for row in values.tolist())
    emg = read(text, unit="mV", dtype=np.float64, n_times=940)
    assert_array_equal(np.asarray(emg), values * 1000)
    with pytest.raises(SignalError, match=r"has 940 samples .* n_times=941"):
        read(text, n_times=941)


def test_real_emg4_rows_are_eight_times_of_eight_sensors(skemg_data):
    path = skemg_data / "kaggle-emg4/1.csv"
    X, y = read_matrix(
        path,
        label=-1,
        n_channels=8,
        interleaved=True,
        sfreq=200,
        unit="uncalibrated",
        return_X_y=True,
    )
    raw = np.loadtxt(path, delimiter=",")
    assert len(X) == len(raw) == 2892
    assert X[5].shape == (8, 8)
    assert_array_equal(X[5][3], raw[5, 3:64:8])
    assert_array_equal(y, np.ones(2892, int))
    assert X.unit is None


def test_channels_can_follow_one_another(read):
    emg = read("1,2,3,4\n5,6,7,9", n_channels=2, interleaved=False)
    assert_array_equal(emg[0], [[1, 2], [3, 4]])
    emg = read("1,2,3,4\n5,6,7,9", n_channels=2, interleaved=True, channel_names="ab")
    assert_array_equal(emg[0], [[1, 3], [2, 4]])
    assert emg.channel_names == ["a", "b"]
    with pytest.raises(ValueError, match="interleaved must be True or False"):
        read("1,2,3,4", n_channels=2)
    with pytest.raises(SignalError, match=r"has 3 samples in a row.* pass label="):
        read("1,2,4\n1,2,2\n", n_channels=2, interleaved=True)


def test_labels_and_patients_come_from_columns_by_name_or_position(read):
    text = "id,t0,t1,kind\np1,1.5,2,ALS\np2,2,1,healthy\n"
    X, y = read(text, label="kind", groups=0, return_X_y=True)
    assert_array_equal(np.asarray(X), [[1.5, 2], [2, 1]])
    assert_array_equal(y, ["ALS", "healthy"])
    assert_array_equal(X.groups, ["p1", "p2"])
    assert [entry["label"] for entry in X.metadata] == ["ALS", "healthy"]
    emg = read(text, label="kind", leave_out=["id"])
    assert emg.groups is None
    with pytest.raises(SignalError, match="no column 'class'"):
        read(text, label="class")
    with pytest.raises(SignalError, match="has no column 4; it has 4"):
        read(text, label=4)


def test_whole_labels_are_integers_and_others_strings(read):
    for words, kind in ((("0.0", "2.0"), "i"), (("0.5", "2"), "U"), (("x", "2"), "U")):
        text = "".join(f"1.5,2,{word}\n" for word in words)
        assert read(text, label=-1, return_X_y=True)[1].dtype.kind == kind


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_labels_keep_their_letters(read, encoding):
    content = "1,5;2;gesünd\n3;4;kränk\n".encode(encoding)
    y = read(content, label=-1, return_X_y=True)[1]
    assert_array_equal(y, ["gesünd", "kränk"])


@pytest.mark.parametrize(
    "content, parameters, message",
    [
        ("1.5,2,3\n4,5\n", {}, "line 2, differs in length: 2 against 3"),
        ("a,b,c\n1.5,2,3\n4,5\n", {}, "line 3, differs in length: 2 against 3"),
        ("1.5,2,x\n4,5,x,7\n", {"label": 2}, "line 2, differs in length: 4 against 3"),
        ("1.5,2,3\n4,nan,6\n", {}, "line 2, has 'nan' as value 2"),
        ("1.5,2,3\n4,--,6\n", {}, "line 2, has '--' as value 2"),
        ("1.5,2,3\n4,,6\n", {}, "line 2, has nothing as value 2"),
        ("1.5,2,x\n4,y,x\n", {"label": 2}, "line 2, has text as value 2"),
        (
            "1.5,2,x\n4,5,\n4,6,x\n",
            {"label": 2},
            "line 2, differs|no entry in column 2",
        ),
        ("1.5,2,x\n4,5,nan\n", {"label": 2}, "no entry in column 2 of row 1"),
        ("1.5,2,3\n4,5,x\n", {}, "line 2, has text as value 3"),
        ("1.5;2,5;3\n", {}, "has commas and points"),
        ("1.234;2.345\n4.567;5.678\n", {}, "may be one of thousands"),
        ("1,234;2,345\n4,567;5,678\n", {}, "may be one of thousands"),
        ("1,5\n4,2\n", {}, 'pass decimal="," or decimal="."'),
        ("a;b;c\n", {}, "a line of names and no row"),
        ("a;b\n1;2;3\n", {}, "has 2 names, but line 2 has 3 values"),
        (
            ",".join(map(str, range(20))) + "\n" + "1.5," * 20,
            {},
            "header=True if these",
        ),
        ("i,a,b\n0,1.5,3\n1,5,2\n2,8,8", {}, r"counts its rows; pass leave_out=\[0\]"),
        ("x\ny\n", {"label": 0, "header": False}, "has 0 samples in a row"),
        ("", {}, "is empty"),
    ],
)
def test_rows_that_leave_a_doubt_are_refused(read, content, parameters, message):
    with pytest.raises(SignalError, match=message):
        read(content, **parameters)


def test_doubts_end_where_the_marks_are_given(read):
    assert_array_equal(
        read("1.234;2.345\n", decimal=".")[0], np.float32([1.234, 2.345])
    )
    assert_array_equal(read("1,5\n4,2\n", separator=",")[0], [1, 5])
    assert_array_equal(read("1,5\n4,2\n", decimal=",")[0], [1.5])
    assert len(read(COUNTED, header=True)) == 1
    assert len(read(COUNTED, header=False)) == 2
    with pytest.raises(SignalError, match="as separator and decimal mark"):
        read("1,5\n", separator=",", decimal=",")


def test_words_of_a_file_are_never_shown(read):
    for text in ("Zzyzx-Canary,1,2\n", "1.5,2,3\n1,2,Zzyzx-Canary\n", "Zzyzx,b\n1,2,3"):
        with pytest.raises(SignalError) as error:
            read(text)
        assert "Zzyzx" not in str(error.value)


@pytest.mark.parametrize(
    "name, value",
    [
        ("separator", "|"),
        ("decimal", ";"),
        ("header", 2),
        ("n_channels", 0),
        ("return_X_y", True),
        ("dtype", int),
    ],
)
def test_parameter_out_of_range_is_refused(read, name, value):
    with pytest.raises(ValueError, match=name):
        read("1.5,2,3\n", **{name: value})


def test_rate_and_unit_must_be_given(read):
    with pytest.raises(SignalError, match="pass sfreq="):
        read("1.5,2\n", sfreq=None)
    with pytest.raises(SignalError, match="pass unit="):
        read("1.5,2\n", unit=None)


@pytest.mark.parametrize("tail", ["x\n", "1,2\n"])
def test_hostile_line_takes_no_time(read, tail):
    begin = clock.perf_counter()
    with pytest.raises(SignalError):
        read("1.5," * 25_000 + tail, n_times=7)
    assert clock.perf_counter() - begin < 2


def row_of(*fields, n=32, separator=","):
    return separator.join(["1"] * (n - len(fields)) + list(fields)).encode()


def test_matrices_are_recognised_by_their_content():
    names = b",".join(b"t%d" % i for i in range(32))
    cut = row_of(n=3000)[:4096]
    heads = [row_of("2.5") + b"\n4,5,6\n", row_of("1,5", separator=";") + b"\n"]
    heads += [names + b"\n" + row_of(), row_of("ALS"), cut]
    for head in heads:
        assert is_matrix(head, "x")
        assert not is_columns(head, "x")
    heads = [b"1 2 3\n", b"a,b\n1,2\n", b"\x00\x01,\x02,", b"", b"a,b,c\nd,e,f\n"]
    heads += [b"sampling rate: 1 kHz\n" + row_of() + b"\n1", names + b"\n" + names]
    for head in heads:
        assert not is_matrix(head, "x")


def test_few_columns_are_channels_and_never_taken_for_a_matrix(tmp_path):
    """Three columns, time and two channels, are the usual export as CSV."""
    rows = [f"{i / 1000:.3f},{i % 7 - 3},{i % 5}.5" for i in range(400)]
    path = tmp_path / "emg.csv"
    path.write_text("\n".join(["time,left,right", *rows]))
    with pytest.raises(
        SignalError, match=r"no format that is known.*Columns in a text"
    ):
        io.read(path, sfreq=1000, unit="mV")
    with pytest.raises(SignalError, match="column 'time' that would be a sample"):
        io.read(path, format="matrix", sfreq=1000, unit="mV")
    path.write_text("\n".join(rows))
    with pytest.raises(SignalError, match="only rises, as times do"):
        read_matrix(path, sfreq=1000, unit="mV")


def test_column_of_classes_never_becomes_a_sample(read):
    rows = "\n".join(f"{i % 7}.5,{i % 5}.25,{i % 3}" for i in range(20))
    with pytest.raises(SignalError, match="last column, as classes are; pass label=-1"):
        read(rows)
    assert read(rows, label=-1).n_times[0] == 2
    with pytest.raises(SignalError, match="column 'Label' that would be a sample"):
        read("a,Label\n0.5,1\n0.25,2\n")
