import gzip
import time as clock

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sample_uci_lower_limb import content

from skemg.exceptions import SignalError
from skemg.io import read_uci_lower_limb
from skemg.io._uci_lower_limb import is_uci_lower_limb

VALUES = np.random.default_rng(0).normal(0, 0.1, (120, 5)).round(4).T


@pytest.fixture
def path(tmp_path):
    (tmp_path / "1Nmar.txt").write_bytes(content())
    return tmp_path / "1Nmar.txt"


def test_four_channels_are_microvolts_with_the_published_decimals(path):
    emg = read_uci_lower_limb(path, dtype=np.float64)
    assert_array_equal(emg[0], np.rint(VALUES[:4] * 10_000) / 10)
    assert emg.channel_names == ["RF", "BF", "VM", "ST"]
    assert_array_equal(emg.sfreq, [1000])
    assert emg.unit == "uV"
    assert emg.metadata == [{"format": "uci-lower-limb", "n_rows_without_emg": 1}]


def test_channels_are_chosen(path):
    emg = read_uci_lower_limb(path, channels=["ST", 0], dtype=np.float64)
    assert_array_equal(emg[0], np.rint(VALUES[[3, 0]] * 10_000) / 10)
    with pytest.raises(SignalError, match="has no channel 'FX'"):
        read_uci_lower_limb(path, channels=["FX"])


def test_real_packed_file_with_a_trailing_column(skemg_data):
    emg = read_uci_lower_limb(skemg_data / "uci-lower-limb/A_TXT/9Amar.txt.gz")
    assert emg[0].shape == (4, 32080)
    assert_array_equal(emg[0][:, 0], np.float32([2.2, 0.7, -6.8, -1.5]))


def test_packed_file_equals_the_plain_one(path):
    plain = read_uci_lower_limb(path)
    path.with_name("1Nmar.txt.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert read_uci_lower_limb(path.with_name("1Nmar.txt.gz")) == plain


def test_file_with_fewer_rows_is_refused_or_read_with_a_warning(path):
    path.write_bytes(b"\n".join(content().splitlines()[:-21]))
    with pytest.raises(SignalError, match="has 100 rows, its header promises 120"):
        read_uci_lower_limb(path)
    with pytest.warns(UserWarning, match="has 100 rows"):
        emg = read_uci_lower_limb(path, on_mismatch="warn")
    assert emg[0].shape == (4, 100)
    assert emg.metadata[0]["n_times_promised"] == 120


@pytest.mark.parametrize("cut", range(1, len(content()) - 30, 256))
def test_file_cut_anywhere_is_refused(path, cut):
    path.write_bytes(content()[:cut])
    with pytest.raises(SignalError):
        read_uci_lower_limb(path)


@pytest.mark.parametrize(
    "old, new, message",
    [
        (b"\r\n\r\n", b"\r\n\r\n\t\t\t\t7.5\r\n", "line 8, expected four values"),
        (b"\r\n\r\n", b"\r\n\r\n0,1\t1\t1\t1\t1\r\n", "line 8, expected four values"),
        (b"\t\t\t\t1.5", b"0\t0\t0\t0\t7.5", "no EMG behind the 120 rows"),
        (b"'BF', 120 values", b"'BF', 121 values", "one number of values"),
        (b"120 values", b"000 values", "one number of values"),
        (b"mV", b"uV", "begins with"),
        (b"'BF'", b"'Zzyzx-Canary'", "another name stands where BF belongs"),
        (b"File Name: marcha", b"Zzyzx-Canary\r\n\r\n", "begins with"),
    ],
)
def test_file_that_is_not_as_published_is_refused(path, old, new, message):
    path.write_bytes(content().replace(old, new))
    with pytest.raises(SignalError, match=message) as error:
        read_uci_lower_limb(path)
    assert "Zzyzx" not in str(error.value)


@pytest.mark.parametrize(
    "line",
    [b"Channel " + b"1" * 100_000, b"1\t" * 50_000, b"1." * 50_000, b"'" * 100_000],
)
@pytest.mark.parametrize("number", [1, 7])
def test_hostile_line_takes_no_time(path, line, number):
    lines = content().splitlines()
    lines[number] = line
    path.write_bytes(b"\n".join(lines))
    begin = clock.perf_counter()
    with pytest.raises(SignalError):
        read_uci_lower_limb(path)
    assert clock.perf_counter() - begin < 2


def test_format_is_recognised_by_its_content(path):
    assert is_uci_lower_limb(content()[:4096], path)
    assert not is_uci_lower_limb(content()[100:4096], path)
    assert not is_uci_lower_limb(b"1 2 3\n" * 9, path)
