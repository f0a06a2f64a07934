import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.datasets import fetch_emgdb
from skemg.exceptions import SignalError

COUNTS = np.array([-333, 0, 1, 42417, -70000, 32767, -32768])


@pytest.fixture(scope="module")
def emgdb(skemg_data):
    return fetch_emgdb(skemg_data, np.float64)


def write_emgdb(folder):
    """Write three tiny records, of which some values leave the 16 bits."""
    for word in ("healthy", "myopathy", "neuropathy"):
        wrapped = COUNTS.astype(np.int16)
        checksum = np.sum(wrapped, dtype=np.int16)
        stem = folder / f"emg_{word}"
        stem.with_suffix(".dat").write_bytes(wrapped.astype("<i2").tobytes())
        stem.with_suffix(".hea").write_bytes(
            f"emg_{word} 1 4000 {len(COUNTS)}\r\nemg_{word}.dat 16 10000/mV 16 0 "
            f"{wrapped[0]} {checksum} 0 EMG\r\n# <age>: 44\r\n".encode()
        )
        stem.with_suffix(".txt").write_text(
            "".join(f"{i / 4000} {x / 1e4:.4f}\n" for i, x in enumerate(COUNTS, 1))
        )
    return folder


def edit(path, old, new):
    """Replace bytes in a file."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_records_have_their_published_lengths(emgdb):
    assert_array_equal(emgdb.data.n_times, [50860, 110337, 147858])
    assert_array_equal(emgdb.data.sfreq, 4000)
    assert_array_equal(emgdb.target, ["normal", "myopathic", "neuropathic"])
    assert_array_equal(emgdb.groups, ["emg_healthy", "emg_myopathy", "emg_neuropathy"])
    assert emgdb.frame["notes"][2].startswith("<age>: 62 <sex>: M")


def test_values_that_wrapped_round_in_the_dat_are_true(emgdb, skemg_data):
    neuropathy = emgdb.data[2]
    assert neuropathy[365] == -4241.7
    dat = np.fromfile(skemg_data / "physionet-emgdb/emg_neuropathy.dat", "<i2")
    turns = np.rint((neuropathy * 10 - dat) / 65536)
    assert np.count_nonzero(turns) == 410
    assert np.count_nonzero(abs(neuropathy) > 3276.7) == 410
    assert_array_equal(emgdb.frame["n_wrapped"], [0, 0, 410])


def test_value_with_something_sticking_to_it_is_cut_after_four_decimals(emgdb):
    assert emgdb.data[1][64467] == 6.7


def test_spurious_value_in_every_1001st_sample_is_left_as_published(emgdb):
    assert_array_equal(emgdb.data[2][1000:49035:1001], 100.0)


def test_values_beyond_16_bits_come_from_the_text(tmp_path):
    emg = fetch_emgdb(write_emgdb(tmp_path), np.float64)
    assert_array_equal(emg.data[1], COUNTS / 10)
    assert_array_equal(emg.frame["n_wrapped"], [2, 2, 2])
    assert fetch_emgdb(tmp_path).data.dtype == np.float32
    assert_array_equal(emg.frame["class"], ["healthy", "myopathy", "neuropathy"])


def test_forms_of_the_answer(tmp_path):
    X, y = fetch_emgdb(write_emgdb(tmp_path), return_X_y=True)
    emg = fetch_emgdb(tmp_path, as_frame=True)
    assert emg.data == X
    assert_array_equal(y, emg.target)
    assert emg.frame.loc[0, "notes"] == "<age>: 44"
    assert "10.13026/C24S3D" in emg.DESCR


@pytest.mark.parametrize("spelling", [b"/mv", b"/mV"])
def test_both_spellings_of_millivolt_are_read(tmp_path, spelling):
    edit(write_emgdb(tmp_path) / "emg_healthy.hea", b"/mV", spelling)
    assert fetch_emgdb(tmp_path, np.float64).data[0][0] == -33.3


@pytest.mark.parametrize("junk", [b"50.0250", b"\xff\xfe0.0250", b" "])
def test_what_sticks_to_a_value_is_cut_off(tmp_path, junk):
    edit(write_emgdb(tmp_path) / "emg_healthy.txt", b"0.0001", b"0.0001" + junk)
    assert fetch_emgdb(tmp_path, np.float64).data[0][2] == 0.1


@pytest.mark.parametrize(
    "old, new",
    [
        (b" 4000", b""),
        (b" 4000", b" 0"),
        (b"10000/mV", b"/mV"),
        (b"10000/mV", b"0/mV"),
        (b"10000/mV", b"-10000/mV"),
        (b"10000/mV", b"10000"),
        (b"10000/mV", b"10000/uV"),
        (b"10000/mV", b"10000(5)/mV"),
        (b" 1 4000", b" 2 4000"),
        (b" 16 10000", b" 212 10000"),
        (b" 4000 7", b" 4000 0"),
        (b".dat 16", b".dat 16+2"),
        (b".dat", b"/../../secret.dat"),
        (b".dat", b".txt"),
        (b" 1 4000", b""),
    ],
)
def test_other_header_is_refused(tmp_path, old, new):
    edit(write_emgdb(tmp_path) / "emg_myopathy.hea", old, new)
    with pytest.raises(SignalError, match=r"emg_myopathy\.hea (?:does not )?\w+ "):
        fetch_emgdb(tmp_path)


def test_header_of_another_record_is_refused(tmp_path):
    edit(write_emgdb(tmp_path) / "emg_healthy.hea", b"emg_healthy.dat", b"other.dat")
    with pytest.raises(SignalError, match=r"emg_healthy\.hea does not state what"):
        fetch_emgdb(tmp_path)


@pytest.mark.parametrize(
    "old, new, message",
    [
        (b" -333 ", b" -334 ", "first sample -333, its header states -334"),
        (b" -27916 0", b" -27915 0", "checksum -27916, its header states -27915"),
        (b"4000 7", b"4000 1000000000000", "has 14 bytes of .*expected 2000000000000"),
    ],
)
def test_header_that_contradicts_the_dat_is_refused(tmp_path, old, new, message):
    edit(write_emgdb(tmp_path) / "emg_healthy.hea", old, new)
    with pytest.raises(SignalError, match=rf"emg_healthy\..*{message}"):
        fetch_emgdb(tmp_path)


@pytest.mark.parametrize(
    "old, new, message",
    [
        (b"-0.0333", b"-0.0433", r"-0\.0433 mV in line 1, but .* has -0\.0333 mV"),
        (b"0.0001", b"nan", "'0.00075 nan' in line 3"),
        (b"0.0001", b"0,0001", "in line 3, expected"),
        (b"0.0001\n", b"0.0001 3\n", "in line 3, expected"),
        (b"0.00075 0.0001\n", b"", "has 6 lines, expected 7"),
    ],
)
def test_text_that_contradicts_the_dat_is_refused(tmp_path, old, new, message):
    edit(write_emgdb(tmp_path) / "emg_healthy.txt", old, new)
    with pytest.raises(SignalError, match=rf"emg_healthy\.txt .*{message}"):
        fetch_emgdb(tmp_path)


@pytest.mark.parametrize("suffix", [".hea", ".dat", ".txt"])
@pytest.mark.parametrize("fault", ["missing", "empty", "truncated", "no regular file"])
def test_damaged_file_is_refused_by_name(tmp_path, suffix, fault):
    path = write_emgdb(tmp_path) / f"emg_healthy{suffix}"
    content = path.read_bytes()
    path.unlink()
    if fault == "no regular file":
        path.mkdir()
    elif fault != "missing":
        path.write_bytes(content[: 0 if fault == "empty" else 12])
    with pytest.raises(SignalError, match=f"emg_healthy{suffix}"):
        fetch_emgdb(tmp_path)


def test_absent_set_is_told_with_its_doi(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"10\.13026/C24S3D.*physionet-emgdb"):
        fetch_emgdb(tmp_path, download=False)
