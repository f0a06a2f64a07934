import gzip
import os
import time as clock

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.io import read, read_columns
from skemg.io._columns import is_columns


@pytest.fixture
def write(tmp_path):
    def write(content, name="emg.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def timed(times, values):
    return "\n".join(f"{t} {v:.4f}" for t, v in zip(times, values, strict=True))


def test_columns_are_channels_in_microvolts(write):
    path = write("1.5 -2\r\n 0.25\t4e-1 \r\n+3. .5\r\n\r\n")
    emg = read_columns(path, sfreq=1000, unit="mV", dtype=np.float64)
    assert_array_equal(emg[0], [[1500, 250, 3000], [-2000, 400, 500]])
    assert emg.channel_names == ["column 0", "column 1"]
    assert emg.unit == "uV"
    assert_array_equal(emg.sfreq, [1000])
    assert emg.metadata == [{"format": "columns"}]


def test_channels_are_chosen_by_name_and_by_position(write):
    path = write("1 2 3\n4 5 7\n")
    emg = read_columns(path, channels=["column 2", 0], sfreq=1, unit="uV")
    assert_array_equal(emg[0], [[3, 7], [1, 4]])
    with pytest.raises(SignalError, match="has no channel 3"):
        read_columns(path, channels=[3], sfreq=1, unit="uV")


@pytest.mark.parametrize("separator, decimal", [(",", "."), (";", ","), ("\t", ",")])
def test_columns_of_a_csv_are_channels(write, separator, decimal):
    rows = [(i / 1000, 0.5 - i, 2 * i) for i in range(200)]
    lines = [separator.join(f"{x:g}".replace(".", decimal) for x in r) for r in rows]
    path = write("\n".join([separator.join(("time", "left", "right")), *lines]))
    marks = {"separator": separator, "decimal": decimal, "n_header_lines": 1}
    emg = read_columns(path, time=0, time_unit="s", unit="uV", **marks)
    assert emg.sfreq.tolist() == [1000]
    assert_array_equal(emg.values, np.float32([row[1:] for row in rows]).T)
    assert emg == read(
        path, format="columns", time=0, time_unit="s", unit="uV", **marks
    )
    with pytest.raises(ValueError, match="decimal must be"):
        read_columns(path, sfreq=1, unit="uV", separator=",", decimal=",")


def test_one_line_is_one_channel_split_at_blanks_of_any_width(write):
    path = write(b"   -12.3000-10000.1000".replace(b"0-", b"0 -") + b" 3.0000")
    emg = read_columns(path, sfreq=32768, unit="uV", dtype=np.float64)
    assert_array_equal(emg[0], [-12.3, -10000.1, 3])


def test_real_times_with_six_digits_give_4000_hz(skemg_data):
    path = skemg_data / "physionet-emgdb/emg_healthy.txt"
    emg = read_columns(
        path, time=0, time_unit="s", unit="mV", dtype=np.float64, n_times=50860
    )
    assert_array_equal(emg.sfreq, [4000])
    assert emg[0][:4] == pytest.approx([-33.3, -35, -35, -30])


def test_real_malformed_line_is_named(skemg_data):
    path = skemg_data / "physionet-emgdb/emg_myopathy.txt"
    with pytest.raises(SignalError, match=r"64468, .*'0\.006750\.0250' as value 2"):
        read_columns(path, time=0, time_unit="s", unit="mV")


def test_real_gap_of_the_times_is_named_and_can_be_left_out(skemg_data):
    path = skemg_data / "physionet-emgdb/emg_neuropathy.txt"
    with pytest.raises(SignalError, match=r"line 49155 the step is 0\.0228 s"):
        read_columns(path, time=0, time_unit="s", unit="mV")
    emg = read_columns(path, channels=[1], sfreq=4000, unit="mV")
    assert len(emg[0]) == 147858


@pytest.mark.parametrize("rate", [1000, 23437.5, 32768])
@pytest.mark.parametrize("form", ["{:.6f}", "{!r}", "{:.3e}"])
def test_times_give_their_rate_however_they_are_printed(write, rate, form):
    n_times = 200 if form == "{:.3e}" else 5000
    times = [form.format(i / rate) for i in range(n_times)]
    emg = read_columns(
        write(timed(times, np.ones(n_times))), time=0, time_unit="s", unit="uV"
    )
    tolerance = 0.02 if form == "{:.3e}" else 1e-4
    assert emg.sfreq[0] == pytest.approx(rate, rel=tolerance)


@pytest.mark.parametrize("time_unit, scale", [("ms", 1e3), ("us", 1e6)])
def test_times_have_the_unit_that_is_given(write, time_unit, scale):
    path = write(timed(np.arange(100) * scale / 2000, np.ones(100)))
    emg = read_columns(path, time=0, time_unit=time_unit, unit="uV")
    with pytest.raises(SignalError, match="unit of its times; pass time_unit="):
        read_columns(path, time=0, unit="uV")
    assert_array_equal(emg.sfreq, [2000])


def test_given_rate_is_checked_against_the_times(write):
    path = write(timed([f"{i / 23437.5:.5f}" for i in range(2000)], np.ones(2000)))
    emg = read_columns(path, time=0, time_unit="s", sfreq=23437.5, unit="uV")
    assert_array_equal(emg.sfreq, [23437.5])
    with pytest.raises(SignalError, match="but sfreq=20000 was given"):
        read_columns(path, time=0, time_unit="s", sfreq=20000, unit="uV")
    with pytest.warns(UserWarning, match="but sfreq=20000 was given"):
        emg = read_columns(
            path, time=0, time_unit="s", sfreq=20000, unit="uV", on_mismatch="warn"
        )
    assert_array_equal(emg.sfreq, [20000])


def uneven(change):
    times = np.arange(200) / 1000
    change(times)
    return timed([f"{t:.6f}" for t in times], np.ones(200))


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda t: np.add.at(t, slice(50, None), 0.001), "line 51 the step is 0.002 s"),
        (lambda t: np.add.at(t, slice(50, None), 0.0005), "line 51 is off"),
        (lambda t: np.add.at(t, 50, 5e-5), "uneven times"),
        (lambda t: np.add.at(t, 50, -0.002), "line 51, has a time that is not later"),
        (lambda t: t.fill(1), "line 2, has a time that is not later"),
    ],
)
def test_uneven_times_are_refused(write, change, message):
    with pytest.raises(SignalError, match=message):
        read_columns(write(uneven(change)), time=0, time_unit="s", unit="uV")


def test_jitter_below_one_per_cent_of_a_step_is_no_fault(write):
    path = write(uneven(lambda t: np.add.at(t, slice(3, None, 7), 8e-6)))
    assert read_columns(path, time=0, time_unit="s", unit="uV").sfreq[
        0
    ] == pytest.approx(1000, 1e-4)


def test_times_too_coarse_for_a_rate_are_refused(write):
    with pytest.raises(SignalError, match="too coarse"):
        read_columns(
            write("0.1 1\n0.2 1\n0.3 1\n0.4 1\n"), time=0, time_unit="s", unit="uV"
        )


def test_column_of_times_is_never_read_as_a_channel(write):
    path = write(timed([f"{i / 1000:.3f}" for i in range(50)], np.ones(50)))
    with pytest.raises(SignalError, match="column 0 that only rises"):
        read_columns(path, sfreq=1000, unit="uV")
    with pytest.raises(ValueError, match="must not have the column of times"):
        read_columns(path, time=0, time_unit="s", channels=[0], unit="uV")


def test_rate_and_unit_must_be_given(write):
    path = write("1 2 3")
    with pytest.raises(SignalError, match=r"pass sfreq=\.\.\. in Hz"):
        read_columns(path, unit="uV")
    with pytest.raises(SignalError, match='unit="uncalibrated"'):
        read_columns(path, sfreq=1000)
    assert read_columns(path, sfreq=1, unit="uncalibrated").unit is None


@pytest.mark.parametrize(
    "content, message",
    [
        (b"1,5 2,5\n", "line 1, has '1,5' as value 1"),
        (b"1 2\n3\n", "line 2, differs in length: 1 against 2"),
        (b"1 2\n3 4 5\n", "line 2, differs in length: 3 against 2"),
        (b"1 2\n\n3 4\n", "line 2, holds no value"),
        (b"time\tvalue\n", "line 1, has text as value 1"),
        (b"1 nan\n", "line 1, has 'nan' as value 2"),
        (b"1 2\n1 --\n", "line 2, has '--' as value 2"),
        (b"1 2\n1 inf\n", "line 2, has text as value 2"),
        (b"1 2\n1 \xb5V\n", "line 2, has text as value 2"),
        (b"1 2\n1 1e99\n", "line 2, has a number beyond 1e"),
        (b"1 " * 100_000 + b"\n" + b"1 " * 100_000, "has 100000 columns, 1024 at most"),
        (b"1 2\r3 4x\r", "line 2, has '4x' as value 2"),
        (b" \n", "line 1, holds no value"),
        (b"", "is empty"),
        (b"\xff\xfe1", "no text in utf-16-le"),
    ],
)
def test_what_is_no_column_of_numbers_is_refused(write, content, message):
    with pytest.raises(SignalError, match=message):
        read_columns(write(content), sfreq=1, unit="uV")


@pytest.mark.parametrize(
    "content, marks, cure",
    [
        ("time,EMG 1\n0,1.5\n", {"separator": ","}, "pass n_header_lines=1 if names"),
        ("one\ntwo\n1\n", {"n_header_lines": 1}, "pass n_header_lines=2 if names"),
        ("0,15\n-0,2\n", {}, 'pass decimal="," or separator=","'),
        ("1.5;2\n3;4\n", {}, 'pass separator=";"'),
        ("1 2\n3 4,5\n", {}, "correct or export it again"),
    ],
)
def test_what_stands_in_the_first_line_has_its_cure(write, content, marks, cure):
    with pytest.raises(SignalError, match=f"expected a number such as -12.3; {cure}"):
        read_columns(write(content), sfreq=1, unit="uV", **marks)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_is_no_value(write, encoding):
    emg = read_columns(write("1 2\n3 4\n".encode(encoding)), sfreq=1, unit="uV")
    assert_array_equal(emg[0], [[1, 3], [2, 4]])


def test_lines_of_a_header_are_skipped_unread_if_asked_for(write):
    path = write("Zzyzx-Canary\r\n12 3\r\n1,5 2\r\n2,5 x\r\n")
    with pytest.raises(SignalError, match="line 4, has text as value 2"):
        read_columns(path, n_header_lines=2, decimal=",", sfreq=1, unit="uV")
    with pytest.raises(SignalError, match="has 4 lines, n_header_lines=5"):
        read_columns(path, n_header_lines=5, sfreq=1, unit="uV")


def test_words_of_a_file_are_never_shown(write):
    for content in ("Zzyzx-Canary 1\n", "12-03-1970 1\n", "1 2\nZzyzx-Canary\n"):
        with pytest.raises(SignalError) as error:
            read_columns(write(content), sfreq=1, unit="uV")
        assert "Zzyzx" not in str(error.value)
        assert "1970" not in str(error.value)


def test_number_of_samples_is_checked_where_it_is_given(write):
    path = write("1 2 3")
    assert len(read_columns(path, n_times=3, sfreq=1, unit="uV")[0]) == 3
    with pytest.raises(SignalError, match="has 3 samples, but n_times=4"):
        read_columns(path, n_times=4, sfreq=1, unit="uV")
    with pytest.warns(UserWarning, match="has 3 samples"):
        read_columns(path, n_times=4, sfreq=1, unit="uV", on_mismatch="warn")


@pytest.mark.parametrize(
    "name, value",
    [
        ("time_unit", "min"),
        ("decimal", ";"),
        ("time", -1),
        ("n_times", 0),
        ("n_header_lines", 1.5),
        ("dtype", np.int16),
        ("unit", "A"),
        ("sfreq", -1),
    ],
)
def test_parameter_out_of_range_is_refused(write, name, value):
    with pytest.raises(ValueError, match=name):
        read_columns(write("1 2 3"), **{"sfreq": 1, "unit": "uV", name: value})


def test_packed_file_equals_the_plain_one(write):
    plain = read_columns(write("1 2 3"), sfreq=1, unit="uV")
    path = write(gzip.compress(b"1 2 3"), "emg.asc.gz")
    assert read_columns(path, sfreq=1, unit="uV") == plain
    with pytest.raises(SignalError, match="no gzip file"):
        read_columns(write("1 2 3", "emg.txt.gz"), sfreq=1, unit="uV")


def test_name_of_a_file_changes_nothing(write):
    names = [
        "a b.txt",
        "EMG.TXT",
        "emg.txt",
        "\N{ELECTRIC PLUG}.txt",
        "x" * 251 + ".txt",
    ]
    for i, name in enumerate(names):
        assert read_columns(write(f"{i} 7", name), sfreq=1, unit="uV")[0][0] == i


def test_what_is_no_readable_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, message in (
        (tmp_path / "pipe", "no regular file"),
        (tmp_path, "cannot be read|no regular file"),
        (tmp_path / "none.txt", "cannot be read"),
    ):
        with pytest.raises(SignalError, match=message):
            read_columns(path, sfreq=1, unit="uV")


def test_file_that_changes_while_it_is_read_is_refused(write, monkeypatch):
    path = write("1 2 3 4 5 6 7 8")
    true_fstat = os.fstat

    def fstat(handle):
        status = true_fstat(handle)
        os.truncate(path, 3)
        return status

    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(SignalError, match="changed while it was read"):
        read_columns(path, sfreq=1, unit="uV")


@pytest.mark.parametrize("cut", range(1, 640, 64))
def test_counted_file_cut_anywhere_is_refused(write, cut):
    content = b"".join(b"%11.4f" % i for i in range(64))
    with pytest.raises(SignalError):
        read_columns(write(content[:cut]), sfreq=1, unit="uV", n_times=64)


@pytest.mark.parametrize(
    "line",
    [
        b"1 " * 50_000 + b"x",
        b" " * 100_000,
        b"1" * 100_000,
        b"1." * 50_000,
        b"-" * 99999,
    ],
)
def test_hostile_line_takes_no_time(write, line):
    begin = clock.perf_counter()
    with pytest.raises(SignalError):
        read_columns(write(line), sfreq=1, unit="uV")
    assert clock.perf_counter() - begin < 2


def test_columns_are_recognised_by_their_content():
    assert is_columns(b"0.1 2\n0.2 3\n", "x")
    assert is_columns(b"    1.0000" * 500, "x")
    assert is_columns((b"0.1 2\n" * 1000)[:4096], "x")
    for head in (b"1,2,3\n", b"a 1 2\n", b"1 2\n3\n", b"7\n", b"\x00\x01", b""):
        assert not is_columns(head, "x")
