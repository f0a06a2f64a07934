import gzip

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sample_uci_gestures import drawn_steps, text

from skemg.exceptions import SignalError
from skemg.io import read_uci_gestures
from skemg.io._uci_gestures import is_uci_gestures

LABELS = [0, 0, 1, 1, 7, 7]


@pytest.fixture
def path(tmp_path):
    (tmp_path / "1.txt").write_bytes(text(drawn_steps(6), LABELS))
    return tmp_path / "1.txt"


def edit(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_steps_become_microvolts_and_classes_a_track_of_the_same_rate(path, dtype):
    recording, track = read_uci_gestures(path, dtype=dtype)
    assert_array_equal(recording[0], (10 * drawn_steps(6).T).astype(dtype), strict=True)
    assert_array_equal(track[0], np.array(LABELS, np.uint8), strict=True)
    assert recording.unit == "uV"
    assert recording.channel_names == [f"channel{i}" for i in range(1, 9)]
    assert recording.sfreq.tolist() == track.sfreq.tolist() == [1000]


def test_channels_are_chosen_by_name_or_number(path):
    recording, track = read_uci_gestures(path, channels=["channel8", 0])
    assert_array_equal(recording[0], drawn_steps(6).T[[7, 0]] * 10)
    assert recording.channel_names == ["channel8", "channel1"]
    assert len(track[0]) == 6
    with pytest.raises(SignalError, match="has no channel 'time'"):
        read_uci_gestures(path, channels="time")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_packed_files_and_both_line_ends_are_read(tmp_path, end):
    content = text(drawn_steps(6), LABELS, end=end)
    (tmp_path / "1.txt.gz").write_bytes(gzip.compress(content))
    (tmp_path / "1.txt").write_bytes(content)
    packed = read_uci_gestures(tmp_path / "1.txt.gz")
    assert packed == read_uci_gestures(tmp_path / "1.txt")
    assert_array_equal(packed[0][0], drawn_steps(6).T * 10)


def test_files_longer_than_a_piece_are_read_whole(tmp_path):
    steps = drawn_steps(40_000)  # 2.6 MB
    (tmp_path / "1.txt").write_bytes(text(steps, np.arange(40_000) % 8))
    recording, track = read_uci_gestures(tmp_path / "1.txt")
    assert_array_equal(recording[0], steps.T * 10)
    assert_array_equal(track[0], np.arange(40_000) % 8)
    steps[39_989, 3] = 128
    (tmp_path / "1.txt").write_bytes(text(steps, np.arange(40_000) % 8))
    with pytest.raises(SignalError, match=r"in line 39991, expected steps of 1e-05 V"):
        read_uci_gestures(tmp_path / "1.txt")


def test_jitter_and_repeated_rows_are_counted_and_not_removed(tmp_path):
    steps = np.repeat(drawn_steps(3), [4, 5, 3], axis=0)
    time = np.array([1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13])
    (tmp_path / "1.txt").write_bytes(text(steps, [1] * 12, time=time))
    recording, _ = read_uci_gestures(tmp_path / "1.txt")
    assert recording.metadata == [
        {
            "format": "uci-gestures",
            "n_incomplete_rows": 0,
            "rows_per_second": 11 / 0.012,
            "n_jumps": 1,
            "longest_step_ms": 2,
            "share_repeated": 0.75,
            "distinct_rows_per_second": 2 / 0.012,
        }
    ]
    assert recording.n_times.tolist() == [12]
    assert recording.sfreq.tolist() == [1000]


def test_the_rate_is_that_of_the_times_or_the_caller_is_asked(tmp_path):
    path = tmp_path / "1.txt"
    path.write_bytes(text(drawn_steps(6), LABELS, time=5 * np.arange(6)))
    assert read_uci_gestures(path)[0].sfreq.tolist() == [200]
    with pytest.raises(SignalError, match="states 200 Hz, but sfreq=1000 was given"):
        read_uci_gestures(path, sfreq=1000)
    with pytest.warns(UserWarning, match="but sfreq=1000 was given"):
        recording, track = read_uci_gestures(path, sfreq=1000, on_mismatch="warn")
    assert recording.sfreq.tolist() == track.sfreq.tolist() == [1000]


def test_times_with_a_hole_are_refused_or_reported(tmp_path):
    path = tmp_path / "1.txt"
    path.write_bytes(text(drawn_steps(6), LABELS, time=[1, 2, 3, 4, 5, 500]))
    with pytest.raises(SignalError, match=r"1000 Hz by .* 10\.02 rows a second"):
        read_uci_gestures(path)
    with pytest.warns(UserWarning, match="rows a second"):
        recording, _ = read_uci_gestures(path, on_mismatch="warn")
    assert recording.metadata[0]["longest_step_ms"] == 495


@pytest.mark.parametrize(
    "old, new, message",
    [
        (b"class", b"label", "does not begin with the names of the columns"),
        (b"time", b"\xef\xbb\xbftime", "does not begin with the names"),
        (b"time\t", b"time,", "does not begin with the names"),
        (b"\r\n2\t", b"\r\n2\tnan\t", "in line 3, expected time, eight voltages"),
        (b"\r\n2\t", b"\r\n2,", "in line 3, expected time"),
        (b"\r\n2\t", b"\r\n\r\n2\t", "has b'\\\\r' in line 3, expected time"),
        (b"\r\n2\t", b"\r\n2\t\t", "in line 3, expected time"),
        (b"\t1\r\n", b"\t8\r\n", "in line 4, expected .* a class 0 to 7"),
        (b"\t1\r\n", b"\r\n", "in line 4, expected time"),
        (b"\t1\r\n", b"\t1\t1\r\n", "in line 4, expected time"),
        (b"\r\n2\t", b"\r\n2\t0.00128\t", "in line 3, expected time"),
        (b"\r\n2\t", b"\r\n1\t", "goes back in time: line 3 is of 1 ms"),
        (b"\r\n2\t", b"\r\n9999999999\t", "in line 3, expected time"),
    ],
)
def test_rows_that_are_not_as_published_are_refused(path, old, new, message):
    edit(path, old, new)
    with pytest.raises(SignalError, match=message):
        read_uci_gestures(path)


@pytest.mark.parametrize("value", [b"0.00128", b"-0.00129", b"0.000015", b"9"])
def test_voltages_that_no_armband_gives_are_refused(tmp_path, value):
    content = text(np.zeros((3, 8), int), [1, 1, 1])
    (tmp_path / "1.txt").write_bytes(content.replace(b"\t0\t0\t", b"\t0\t%b\t" % value))
    with pytest.raises(SignalError, match="in line 2, expected steps of 1e-05 V"):
        read_uci_gestures(tmp_path / "1.txt")


def test_a_file_cut_anywhere_but_at_a_row_is_refused(path):
    content = path.read_bytes()
    for n_bytes in range(len(content)):
        kept = content[:n_bytes]
        path.write_bytes(kept)
        if kept.endswith(b"\n") and kept.count(b"\n") > 2:
            assert read_uci_gestures(path)[0].n_times[0] == kept.count(b"\n") - 1
        else:
            with pytest.raises(SignalError):
                read_uci_gestures(path)


@pytest.mark.parametrize("n_bytes", [1, 2, 3, 20])
def test_an_incomplete_last_row_is_left_out_if_the_caller_wants_it(path, n_bytes):
    path.write_bytes(path.read_bytes()[:-n_bytes])
    with pytest.raises(SignalError, match="ends in an incomplete row, line 7; correct"):
        read_uci_gestures(path)
    with pytest.warns(UserWarning, match="ends in an incomplete row, line 7"):
        recording, track = read_uci_gestures(path, on_mismatch="warn")
    assert_array_equal(recording[0], 10 * drawn_steps(6).T[:, :5])
    assert track[0].tolist() == LABELS[:5]
    assert recording.metadata[0]["n_incomplete_rows"] == 1


def test_an_unknown_choice_for_mismatches_is_named(path):
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(ValueError, match="on_mismatch must be"):
        read_uci_gestures(path, on_mismatch="ignore")


def test_a_length_limit_and_a_bad_type_are_named(path):
    with pytest.raises(SignalError, match="more than max_bytes=100"):
        read_uci_gestures(path, max_bytes=100)
    with pytest.raises(ValueError, match="dtype must be"):
        read_uci_gestures(path, dtype=np.int16)


def test_the_format_is_known_by_its_header_alone(path):
    content = path.read_bytes()
    assert is_uci_gestures(content[:4096], path)
    assert not is_uci_gestures(content[1:], path)
    assert not is_uci_gestures(b"", path)
    assert not is_uci_gestures(content.replace(b"\tclass", b""), path)


def test_real_files_have_their_first_rows_and_the_traps_that_are_known(skemg_data):
    folder = skemg_data / "uci-emg-gestures" / "01"
    recording, track = read_uci_gestures(folder / "1_raw_data_13-12_22.03.16.txt.gz")
    assert recording.n_times.tolist() == track.n_times.tolist() == [63196]
    assert_array_equal(recording[0][:, 0], [10, -20, -10, -30, 0, -10, 0, -10])
    assert (recording.values.min(), recording.values.max()) == (-1280, 1270)
    assert np.unique(track.values).tolist() == [0, 1, 2, 3, 4, 5, 6]
    known = recording.metadata[0]
    assert 0.89 < known["share_repeated"] < 0.9
    assert 101 < known["distinct_rows_per_second"] < 102
    assert round(known["rows_per_second"]) == 962
    assert (known["n_jumps"], known["longest_step_ms"]) == (1924, 12)
