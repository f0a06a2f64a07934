import gzip

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.datasets import fetch_uci_gestures
from skemg.exceptions import SignalError
from skemg.preprocessing import AmplitudeScaler, Bandpass
from skemg.windowing import Windower, make_windows

LABELS = [0, 0, 1, 1, 1, 0, 2, 2, 2, 0]


def write(folder, subject, series, steps, labels, *, packed=False):
    """Write a series of steps of 1e-05 V, of shape (n_times, 8)."""
    lines = [["time", *(f"channel{i}" for i in range(1, 9)), "class"]]
    for time, (row, label) in enumerate(zip(steps, labels, strict=True), 1):
        lines.append([time, *(f"{step / 100_000:g}" for step in row), label])
    content = "".join("\t".join(map(str, line)) + "\r\n" for line in lines).encode()
    path = folder / subject / f"{series}_raw_data_10-11_30.03.16.txt"
    path.parent.mkdir(exist_ok=True)
    if packed:
        path, content = path.with_name(f"{path.name}.gz"), gzip.compress(content)
    path.write_bytes(content)
    return path


def drawn_steps(seed, n_times=10):
    return np.random.default_rng(seed).integers(-128, 128, (n_times, 8))


@pytest.fixture
def home(tmp_path):
    write(tmp_path, "10", 1, drawn_steps(3), LABELS)
    write(tmp_path, "03", 2, drawn_steps(2), [6] * 4 + [0] * 2 + [6] * 4, packed=True)
    write(tmp_path, "03", 1, drawn_steps(1), LABELS)
    (tmp_path / "README.txt").write_text("not a series")
    return tmp_path


def test_series_come_by_subject_with_a_track_of_the_same_length(home):
    emg = fetch_uci_gestures(home, np.float64)
    assert emg.groups.tolist() == ["03", "03", "10"]
    assert emg.frame["subject"].tolist() == ["03", "03", "10"]
    assert emg.frame["series"].tolist() == [1, 2, 1]
    for i in range(3):
        assert_array_equal(emg.data[i], 10.0 * drawn_steps(i + 1).T)
    assert_array_equal(emg.tracks[0], np.array(LABELS, np.uint8), strict=True)
    assert_array_equal(emg.tracks.n_times, emg.data.n_times)
    assert_array_equal(emg.tracks.sfreq, emg.data.sfreq)
    assert emg.frame["n_unmarked"].tolist() == [4, 2, 4]
    assert emg.n_dropped == 0
    assert "target" not in emg
    assert emg.target_names[[0, 2, 6]].tolist() == [
        "unmarked",
        "fist",
        "ulnar deviation",
    ]


def test_holds_are_cut_at_the_marks_and_never_glued(home):
    emg = fetch_uci_gestures(home, np.float64, drop_unmarked=True)
    assert emg.target.tolist() == [
        "rest",
        "fist",
        "ulnar deviation",
        "ulnar deviation",
        "rest",
        "fist",
    ]
    assert emg.groups.tolist() == ["03"] * 4 + ["10"] * 2
    assert emg.frame["series"].tolist() == [1, 1, 2, 2, 1, 1]
    assert emg.frame["start"].tolist() == [2, 6, 0, 6, 2, 6]
    assert_array_equal(emg.data[1], 10.0 * drawn_steps(1)[6:9].T)
    assert_array_equal(emg.data[3], 10.0 * drawn_steps(2)[6:].T)
    assert emg.n_dropped == 10
    assert emg.data.n_times.sum() + emg.n_dropped == 30
    assert "tracks" not in emg


def test_series_that_meet_with_one_gesture_stay_two_holds(tmp_path):
    write(tmp_path, "01", 1, drawn_steps(1, 4), [3] * 4)
    write(tmp_path, "01", 2, drawn_steps(2, 5), [3] * 5)
    emg = fetch_uci_gestures(tmp_path, drop_unmarked=True)
    assert emg.data.n_times.tolist() == [4, 5]
    assert emg.frame["start"].tolist() == [0, 0]


def test_forms_of_the_answer(home):
    X, tracks = fetch_uci_gestures(home, return_X_y=True)
    emg = fetch_uci_gestures(home, as_frame=True)
    assert (emg.data, emg.tracks) == (X, tracks)
    assert X.dtype == np.float32
    assert emg.frame.loc[1, "n_unmarked"] == 2
    assert "CC BY 4.0" in emg.DESCR
    X, y = fetch_uci_gestures(home, return_X_y=True, drop_unmarked=True)
    assert len(X) == len(y) == 6


def test_subjects_are_chosen_by_name(home):
    emg = fetch_uci_gestures(home, subjects=["10"])
    assert emg.groups.tolist() == ["10"]
    for wanted in (["01"], [], ["10", "10"], "10", [10]):
        with pytest.raises(SignalError, match="subjects must be one or more of"):
            fetch_uci_gestures(home, subjects=wanted)


def test_names_that_are_not_as_published_are_refused(home):
    path = write(home, "10", 2, drawn_steps(9), LABELS)
    path.rename(path.with_name("2_raw_data.txt"))
    with pytest.raises(SignalError, match="is no series of a subject"):
        fetch_uci_gestures(home)


def test_a_series_that_is_there_twice_is_refused(home):
    write(home, "03", 1, drawn_steps(1), LABELS, packed=True)
    with pytest.raises(SignalError, match="are there; remove one"):
        fetch_uci_gestures(home)


def test_copies_of_another_subject_are_refused(home):
    write(home, "11", 1, drawn_steps(3), LABELS)
    with pytest.raises(SignalError, match="hold the same samples"):
        fetch_uci_gestures(home)


def test_series_that_end_early_are_refused_unless_the_caller_wants_them(home):
    path = write(home, "10", 2, drawn_steps(9), LABELS)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(SignalError, match="ends in an incomplete row, line 11"):
        fetch_uci_gestures(home)
    with pytest.warns(UserWarning, match="ends in an incomplete row"):
        emg = fetch_uci_gestures(home, on_mismatch="warn")
    assert emg.data.n_times.tolist() == emg.tracks.n_times.tolist() == [10, 10, 10, 9]
    assert [entry["n_incomplete_rows"] for entry in emg.data.metadata] == [0, 0, 0, 1]


def test_missing_files_say_where_to_get_them(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"10\.24432/C5ZP5C"):
        fetch_uci_gestures(tmp_path)


def test_real_series_hold_six_gestures_twice(skemg_data):
    emg = fetch_uci_gestures(skemg_data, subjects=["01", "03"])
    assert emg.data.n_times.tolist() == [63196, 57974, 56568, 49217]
    holds = fetch_uci_gestures(skemg_data, subjects=["01", "03"], drop_unmarked=True)
    names, counts = np.unique(holds.target, return_counts=True)
    assert set(names) == set(emg.target_names[1:7])
    assert set(counts) == {8}
    assert holds.n_dropped == emg.frame["n_unmarked"].sum()
    # the first holds of subject 01, counted in the file by hand
    assert holds.data.n_times[:3].tolist() == [2115, 1794, 1988]
    assert holds.frame["start"][:3].tolist() == [2287, 6424, 12534]


def test_real_windows_of_the_marked_rows_are_those_of_the_holds(skemg_data):
    raw = {"home": skemg_data, "subjects": ["01"]}
    emg = fetch_uci_gestures(raw["home"], subjects=raw["subjects"])
    kept = make_windows(
        emg.data, emg.tracks, Windower(0.2, 0.1), drop_mixed=True, drop_labels=[0]
    )
    assert kept.n_mixed + kept.n_unwanted == kept.n_dropped
    n_cut = ((emg.data.n_times - 200) // 100 + 1).sum()
    assert len(kept.target) + kept.n_dropped == n_cut
    for row in range(0, len(kept.target), 20):
        rows = slice(kept.start[row], kept.start[row] + 200)
        assert set(emg.tracks[kept.recording[row]][rows]) == {kept.target[row]}
        assert_array_equal(emg.data[kept.recording[row]][:, rows], kept.data[row])


def test_a_fist_is_louder_than_rest_after_a_scale_over_the_series(skemg_data):
    emg = fetch_uci_gestures(skemg_data, subjects=["01"])
    scaled = AmplitudeScaler("zscore").fit_transform(
        Bandpass(20, 450).fit_transform(emg.data)
    )
    windows = make_windows(scaled, emg.tracks, Windower(0.2, 0.1), drop_labels=[0])
    rms = np.sqrt((windows.data**2).mean(axis=(1, 2)))
    loudness = {label: np.median(rms[windows.target == label]) for label in (1, 2)}
    assert loudness[2] > 3 * loudness[1]
