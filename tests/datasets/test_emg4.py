import gzip

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.datasets import fetch_emg4
from skemg.exceptions import SignalError
from skemg.model_selection import LeaveOnePatientOut


@pytest.fixture(scope="module")
def gestures(skemg_data):
    return fetch_emg4(skemg_data)


def drawn_rows(gesture, n_rows=13):
    return np.random.default_rng(gesture).integers(-128, 128, (n_rows, 64))


@pytest.fixture
def home(tmp_path):
    for gesture in range(4):
        lines = [
            ",".join([*(f"{value}.0" for value in row), str(gesture)])
            for row in drawn_rows(gesture)
        ]
        (tmp_path / f"{gesture}.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def edit(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_rows_become_signals_of_eight_sensors_in_six_blocks(home):
    emg = fetch_emg4(home, np.float64)
    assert len(emg.data) == 24
    assert emg.target.tolist() == [
        name for name in ("rock", "scissors", "paper", "ok") for _ in range(6)
    ]
    assert emg.groups[:7].tolist() == [f"block-{i}" for i in (1, 2, 3, 4, 5, 6, 1)]
    assert emg.frame["first_row"][:6].tolist() == [1, 3, 5, 7, 9, 11]
    assert emg.frame["n_rows"].tolist() == [2, 2, 2, 2, 2, 3] * 4
    for gesture in range(4):
        pieces = np.concatenate(emg.data[6 * gesture : 6 * gesture + 6].to_list(), 1)
        for reading in (0, 1, 7, 8, 103):
            row, time = divmod(reading, 8)
            sensors = drawn_rows(gesture)[row, 8 * time : 8 * time + 8]
            assert_array_equal(pieces[:, reading], sensors)
    assert emg.data.sfreq.tolist() == [200] * 24
    assert emg.data.unit is None
    assert emg.data.dtype == np.float64


def test_splits_by_group_keep_a_block_of_time_together(home):
    emg = fetch_emg4(home)
    for _, test in LeaveOnePatientOut().split(emg.data, emg.target):
        assert len(set(emg.frame["block"][test])) == 1
        assert len(set(emg.target[test])) == 4


def test_values_without_digits_are_zero_and_counted(home):
    row = drawn_rows(3)[4]
    start = ",".join(f"{value}.0" for value in row[:3]).encode()
    damaged = b".0" + start[start.index(b",") :]
    edit(home / "3.csv", b"\n" + start, b"\n" + damaged)
    emg = fetch_emg4(home)
    assert emg.frame["n_damaged"].tolist() == [0] * 20 + [1] + [0] * 3
    assert emg.data[20][0, 0] == 0
    assert_array_equal(emg.data[20][1:, 0], row[1:8])


def test_packed_files_are_read_too(home):
    expected = fetch_emg4(home).data
    content = (home / "2.csv").read_bytes()
    (home / "2.csv.gz").write_bytes(gzip.compress(content))
    (home / "2.csv").unlink()
    assert fetch_emg4(home).data == expected


def test_forms_of_the_answer(home):
    X, y = fetch_emg4(home, return_X_y=True)
    emg = fetch_emg4(home, as_frame=True)
    assert emg.data == X
    assert_array_equal(emg.target, y)
    assert emg.frame.loc[5, "first_row"] == 11
    assert "Apache 2.0" in emg.DESCR


@pytest.mark.parametrize(
    "old, new, message",
    [
        (b".0,0\n", b".0,1\n", "must hold 6 rows or more, all of class 0"),
        (b".0,0\n", b".0,0,0\n", "in line 1, expected 64 whole numbers and the class"),
        (b".0,0\n", b".5,0\n", "in line 1, expected 64 whole numbers"),
        (b".0,0\n", b",0\n", "in line 1, expected 64 whole numbers"),
        (b".0,0\n", b".0;0\n", "in line 1, expected 64 whole numbers"),
        (b".0,0\n", b".0,0\n\n", "in line 2, expected 64 whole numbers"),
        (b"\n", b"\n200.0,", "in line 2, expected 64 whole numbers"),
    ],
)
def test_rows_that_are_not_as_published_are_refused(home, old, new, message):
    edit(home / "0.csv", old, new)
    with pytest.raises(SignalError, match=message):
        fetch_emg4(home)


def test_values_out_of_range_and_short_files_are_refused(home):
    content = (home / "1.csv").read_bytes()
    first = content.split(b",")[0]
    (home / "1.csv").write_bytes(b"128.0" + content[len(first) :])
    with pytest.raises(SignalError, match="to 128, the armband gives -128 to 127"):
        fetch_emg4(home)
    (home / "1.csv").write_bytes(b"\n".join(content.split(b"\n")[:5]) + b"\n")
    with pytest.raises(SignalError, match="must hold 6 rows or more"):
        fetch_emg4(home)
    (home / "1.csv").unlink()
    with pytest.raises(SignalError, match="cannot be read"):
        fetch_emg4(home)


def test_missing_files_say_where_to_get_them(tmp_path):
    with pytest.raises(FileNotFoundError, match="cyber-punk-me/emg-nn"):
        fetch_emg4(tmp_path, download=False)


def test_real_files_have_their_rows_and_their_one_damaged_value(gestures):
    n_rows = gestures.frame["n_rows"].reshape(4, 6).sum(axis=1)
    assert n_rows.tolist() == [2896, 2892, 2929, 2907]
    assert_array_equal(gestures.data[0][:, 0], [26, 4, 5, 8, -1, -13, -109, -66])
    assert gestures.frame["n_damaged"].sum() == 1
    assert gestures.data[18][0, 334 * 8] == 0
    assert (gestures.data.values.min(), gestures.data.values.max()) == (-128, 127)


def test_real_neighbours_across_a_row_border_are_as_alike_as_within_a_row(gestures):
    signal = gestures.data[0][0]
    pairs = np.stack([signal[:-1], signal[1:]])
    border = np.arange(1, len(signal)) % 8 == 0
    across, within = (np.corrcoef(pairs[:, which])[0, 1] for which in (border, ~border))
    assert abs(across - within) < 0.1
