import gzip

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.datasets import fetch_uci_lower_limb
from skemg.exceptions import SignalError

ENGLISH = ["RF", "BF", "VM", "ST", "FX"]
SPANISH = ["Recto femoral", "Biceps Femoral", "Vasto Medial", "Semitendinoso", "Flexo"]


@pytest.fixture(scope="module")
def limb(skemg_data):
    return fetch_uci_lower_limb(skemg_data, np.float64)


def text(values, *, names=ENGLISH, tail=(), digital=False):
    """Return a file of values in mV, with an angle of 1 degree in each row."""
    n_times = len(values)
    lines = ["File Name: marcha.log"]
    for i, name in enumerate(names, 1):
        unit = "deg" if i == 5 else "mV"
        lines.append(
            f"Channel {i}: '{name}', {n_times} values, engineering units: {unit}, "
            "no filters."
        )
    if digital:
        lines.append(f"Digitals combined (event=16, d=8): {n_times} values, .")
    lines.append("")
    for row in values:
        fields = [f"{value:g}" for value in row] + ["1"] + ["31"] * digital
        lines.append("\t".join(fields))
    return "\r\n".join([*lines, *tail, "\t\t\t\t", ""])


def write(folder, name, content):
    folder = folder / f"{name.rstrip('mariepsn')[-1]}_TXT"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_bytes(content.encode("latin-1"))


def values(seed, n_times=6):
    return np.random.default_rng(seed).integers(-2000, 2000, (n_times, 4)) / 1000


@pytest.fixture
def home(tmp_path):
    write(tmp_path, "3Nmar", text(values(1), tail=["\t\t\t\t7.5", "\t\t\t\t"]))
    write(tmp_path, "11Asen", text(values(2), names=SPANISH, digital=True))
    return tmp_path


def edit(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_real_recordings_have_their_published_lengths_and_first_values(limb):
    names = limb.frame["recording"].tolist()
    assert len(names) == 42
    n_times = dict(zip(names, limb.data.n_times.tolist(), strict=True))
    assert [n_times[name] for name in ("1Nmar", "8Nsen", "9Amar")] == [
        5681,
        24161,
        32080,
    ]
    assert_array_equal(limb.data[names.index("1Nmar")][:, 0], [0.7, -8.3, 4.5, -9.1])
    assert_array_equal(limb.data[names.index("1Amar")][:, 0], [-54.8, -1.5, 42, 28.5])
    assert_array_equal(limb.data.sfreq, 1000)
    assert limb.data.unit == "uV"
    assert limb.data.channel_names == ["RF", "BF", "VM", "ST"]


def test_real_rows_without_emg_are_counted_and_do_not_become_zeros(limb):
    names = limb.frame["recording"].tolist()
    n_left_out = dict(zip(names, limb.frame["n_rows_without_emg"], strict=True))
    assert n_left_out["1Nmar"] == 19
    assert n_left_out["3Npie"] == 21
    assert sum(n > 0 for n in n_left_out.values()) == 8
    last = limb.data[names.index("1Nmar")][:, -14:]
    assert (last != 0).any(axis=0).all()


def test_subjects_who_share_recordings_are_one_patient_with_two_names(limb):
    names = limb.frame["recording"].tolist()
    for task in ("pie", "sen"):
        one, other = names.index(f"1N{task}"), names.index(f"2N{task}")
        assert_array_equal(limb.data[one], limb.data[other])
        assert limb.groups[one] == limb.groups[other] == "1N+2N"
        assert limb.frame["subject"][one] != limb.frame["subject"][other]
    assert len(np.unique(limb.groups)) == 13
    assert len(np.unique(limb.frame["subject"])) == 14


def test_one_task_can_be_read_alone(skemg_data, limb):
    gait = fetch_uci_lower_limb(skemg_data, task="gait")
    assert len(gait.data) == 14
    assert set(gait.frame["task"]) == {"gait"}
    abnormal = gait.target == "knee abnormality"
    assert gait.data.seconds[~abnormal].max() < gait.data.seconds[abnormal].min()


def test_millivolts_become_microvolts_with_the_published_decimals(home):
    limb = fetch_uci_lower_limb(home, np.float64)
    assert_array_equal(limb.data[0], np.rint(values(1).T * 1000))
    assert_array_equal(limb.data[1], np.rint(values(2).T * 1000))
    assert_array_equal(limb.target, ["no knee abnormality", "knee abnormality"])
    assert_array_equal(limb.frame["subject"], ["3N", "11A"])
    assert_array_equal(limb.frame["task"], ["gait", "extension"])
    assert_array_equal(limb.frame["n_rows_without_emg"], [1, 0])
    assert fetch_uci_lower_limb(home).data.dtype == np.float32


def test_forms_of_the_answer(home):
    X, y = fetch_uci_lower_limb(home, return_X_y=True)
    limb = fetch_uci_lower_limb(home, as_frame=True)
    assert limb.data == X
    assert_array_equal(limb.target, y)
    assert limb.frame.loc[1, "file"] == "A_TXT/11Asen.txt"
    assert "10.24432/C5ZW3P" in limb.DESCR


def test_packed_text_is_read_too(home):
    expected = fetch_uci_lower_limb(home).data
    path = home / "N_TXT" / "3Nmar.txt"
    (home / "N_TXT" / "3Nmar.txt.gz").write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(SignalError, match="are there; remove one"):
        fetch_uci_lower_limb(home)
    path.unlink()
    assert fetch_uci_lower_limb(home).data == expected


@pytest.mark.parametrize(
    "old, new, message",
    [
        (b"\t1\r\n", b"\r\n", "in line 8, expected four values in mV"),
        (b"\r\n\r\n", b"\r\n\r\n\t\t\t\t7.5\r\n", "line 8, expected four values"),
        (b"\r\n\r\n", b"\r\n\r\n7.5V\t1\t1\t1\t1\r\n", "line 8, expected four values"),
        (b"\t\t\t\t7.5", b"0\t0\t0\t0\t7.5", "expected no EMG behind the 6 rows"),
        (b"6 values", b"7 values", "one number of values"),
        (b"mV", b"uV", "begins with"),
        (b"'BF'", b"'VM'", "'VM' stands where BF belongs"),
        (b"no filters", b"100 Hz filter", "begins with"),
    ],
)
def test_file_that_is_not_as_published_is_refused(home, old, new, message):
    edit(home / "N_TXT" / "3Nmar.txt", old, new)
    with pytest.raises(SignalError, match=message):
        fetch_uci_lower_limb(home)


def test_file_that_ends_early_is_refused(tmp_path):
    content = text(values(1)).split("\r\n")
    write(tmp_path, "3Nmar", "\r\n".join(content[:-4]))
    with pytest.raises(SignalError, match="has 4 rows, its header promises 6"):
        fetch_uci_lower_limb(tmp_path)


def test_name_of_another_folder_is_refused(home):
    (home / "N_TXT" / "3Nmar.txt").rename(home / "N_TXT" / "3Amar.txt")
    with pytest.raises(SignalError, match="is no recording of this folder"):
        fetch_uci_lower_limb(home)


def test_copies_are_refused_but_for_the_two_subjects_of_the_source(tmp_path):
    for name in ("1Npie", "2Npie"):
        write(tmp_path, name, text(values(1)))
    assert_array_equal(fetch_uci_lower_limb(tmp_path).groups, ["1N+2N"] * 2)
    write(tmp_path, "5Npie", text(values(1)))
    with pytest.raises(SignalError, match="hold the same samples"):
        fetch_uci_lower_limb(tmp_path)


def test_task_that_is_not_there_is_refused(home):
    with pytest.raises(ValueError, match="task must be None or one of"):
        fetch_uci_lower_limb(home, task="marcha")
    with pytest.raises(SignalError, match="no recording of flexion"):
        fetch_uci_lower_limb(home, task="flexion")


def test_missing_files_say_where_to_get_them(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"10\.24432/C5ZW3P"):
        fetch_uci_lower_limb(tmp_path)
