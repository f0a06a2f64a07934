"""EDF files whose bytes are laid out by hand, and some of edfio."""

import struct

import edfio
import numpy as np
import pytest
from limited import outcomes
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.io import read_edf
from skemg.io._edf import is_edf

CANARY = "Zzyzx-Canary"
EMG = {
    "label": "EMG",
    "transducer": CANARY,
    "unit": "uV",
    "physical": ("-3276.8", "3276.7"),
    "digital": ("-32768", "32767"),
    "filters": "HP:20Hz",
    "n_samples": "4",
}
ANNOTATIONS = EMG | {"label": "EDF Annotations", "unit": "", "n_samples": "8"}


def edf(
    records,
    *signals,
    n_records=None,
    duration="1",
    reserved="",
    version=b"0       ",
    n_signals=None,
    n_bytes=None,
):
    """The bytes of a file; `records` are the bytes of its records."""
    signals = signals or (EMG,)
    n_records = len(records) if n_records is None else n_records
    n_signals = len(signals) if n_signals is None else n_signals
    patient = f"MCH-0234567 F 02-MAY-1951 {CANARY}"
    head = [
        (patient, 80),
        (f"Startdate 02-MAR-2002 {CANARY}", 80),
        ("02.03.02", 8),
        ("10.11.12", 8),
        (256 * (len(signals) + 1) if n_bytes is None else n_bytes, 8),
        (reserved, 44),
        (n_records, 8),
        (duration, 8),
        (n_signals, 4),
    ]
    columns = [
        [(s["label"], 16) for s in signals],
        [(s["transducer"], 80) for s in signals],
        [(s["unit"], 8) for s in signals],
        [(s["physical"][0], 8) for s in signals],
        [(s["physical"][1], 8) for s in signals],
        [(s["digital"][0], 8) for s in signals],
        [(s["digital"][1], 8) for s in signals],
        [(s["filters"], 80) for s in signals],
        [(s["n_samples"], 8) for s in signals],
        [("", 32) for s in signals],
    ]
    fields = head + [field for column in columns for field in column]
    text = b"".join(str(v).encode("latin-1").ljust(size) for v, size in fields)
    return version + text + b"".join(records)


RECORDS = [struct.pack("<4h", 0, 1, -1, 32767), struct.pack("<4h", -32768, 10, 20, 30)]


@pytest.fixture
def store(tmp_path):
    def store(content):
        path = tmp_path / "visit.edf"
        path.write_bytes(content)
        return path

    return store


def test_a_file_laid_out_by_hand_gives_its_microvolts(store):
    emg = read_edf(store(edf(RECORDS)))
    counts = [0, 1, -1, 32767, -32768, 10, 20, 30]
    assert_allclose(emg.values, 0.1 * np.array(counts), atol=1e-3)
    assert emg.sfreq.tolist() == [4]
    assert emg.unit == "uV"
    assert emg.channel_names == ["EMG"]


def test_nothing_that_identifies_is_kept(store):
    emg = read_edf(store(edf(RECORDS, reserved="EDF+C")))
    assert emg.metadata == [
        {
            "format": "edf",
            "sex": "female",
            "filters": "HP:20Hz",
            "n_withheld": 3,
            "clip_low": float(np.float32(-3276.8)),
            "clip_high": float(np.float32(3276.7)),
        }
    ]
    assert CANARY not in repr(emg.metadata) + repr(emg)


@pytest.mark.parametrize(
    "unit, factor", [("uV", 1), ("µV", 1), ("mV", 1e3), ("V", 1e6)]
)
def test_units_become_microvolts(store, unit, factor):
    signal = EMG | {"unit": unit, "physical": ("-32768", "32767")}
    emg = read_edf(store(edf(RECORDS, signal)), dtype=np.float64)
    assert_allclose(emg.values[:3], factor * np.array([0, 1, -1]), atol=1e-6 * factor)
    assert_allclose(emg.metadata[0]["clip_low"], -32768 * factor)


def test_inverted_physical_range_turns_the_sign(store):
    signal = EMG | {"physical": ("32767", "-32768")}
    emg = read_edf(store(edf(RECORDS, signal)), dtype=np.float64)
    assert_allclose(emg.values[:3], [-1, -2, 0], atol=1e-9)
    assert emg.metadata[0]["clip_low"] == -32768


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(8))
def test_samples_at_the_ends_of_the_range_are_at_the_limits(store, seed, dtype):
    rng = np.random.default_rng(seed)
    low, high = np.sort(rng.integers(-(2**15), 2**15, 2))
    signal = EMG | {
        "unit": "mV",
        "digital": (low, high),
        "physical": tuple(f"{x:.5f}"[:8] for x in rng.normal(size=2)),
    }
    record = struct.pack("<4h", low, high, (low + high) // 2, low)
    # the channel of annotations states a range that no 16 bits hold
    events = ANNOTATIONS | {"digital": ("-99999", "99999")}
    path = store(edf([record + bytes(16)], signal, events))
    emg = read_edf(path, dtype=dtype)
    assert emg.metadata[0]["clip_low"] == emg.values.min()
    assert emg.metadata[0]["clip_high"] == emg.values.max()


def test_24_bits_of_a_bdf_file(store):
    signal = EMG | {
        "physical": ("-8388608", "8388607"),
        "digital": ("-8388608", "8388607"),
    }
    record = b"\0\0\x80" + b"\1\0\0" + b"\xff\xff\xff" + b"\xff\xff\x7f"
    path = store(edf([record], signal, version=b"\xffBIOSEMI", reserved="24BIT"))
    emg = read_edf(path, dtype=np.float64)
    assert_allclose(emg.values, [-(2**23), 1, -1, 2**23 - 1], atol=1e-6)
    assert emg.metadata[0]["format"] == "bdf"


def test_channels_of_one_label_are_told_apart_and_come_in_the_order_asked_for(store):
    records = [struct.pack("<8h", *range(8))]
    signal = EMG | {"physical": ("-32768", "32767")}
    path = store(edf(records, signal, signal))
    emg = read_edf(path, channels=["EMG (2)", 0])
    assert_allclose(emg.values, [[4, 5, 6, 7], [0, 1, 2, 3]], atol=1e-9)
    assert emg.channel_names == ["EMG (2)", "EMG"]


def annotated(onsets, duration="1", reserved="EDF+D"):
    records = [
        f"{onset}\x14\x14\0".encode().ljust(16, b"\0") + record
        for onset, record in zip(onsets, RECORDS, strict=True)
    ]
    signals = (ANNOTATIONS, EMG)
    return edf(records, *signals, duration=duration, reserved=reserved)


def test_annotations_are_no_channel(store):
    emg = read_edf(store(annotated(["+0", "+1"], reserved="EDF+C")))
    assert emg.channel_names == ["EMG"]
    assert_allclose(emg.values[:3], [0, 0.1, -0.1], atol=1e-3)
    only = edf([bytes(16)], ANNOTATIONS, reserved="EDF+C")
    with pytest.raises(SignalError, match="annotations only"):
        read_edf(store(only))


def test_a_discontinuous_file_is_read_only_without_a_gap(store):
    whole = read_edf(store(annotated(["+0", "+1"], reserved="EDF+C")))
    assert read_edf(store(annotated(["+12.25", "+13.25"]))) == whole
    for onsets in (["+0", "+1.5"], ["+0", "x"], ["+1", "+0"]):
        with pytest.raises(SignalError, match="record 1 does not follow"):
            read_edf(store(annotated(onsets)))
    with pytest.raises(SignalError, match="no onsets"):
        read_edf(store(edf(RECORDS, reserved="EDF+D")))


@pytest.mark.parametrize("n_records, message", [(-1, "not closed"), (5, "states 5")])
def test_records_that_are_there_are_read_on_the_word_of_the_caller(
    store, n_records, message
):
    path = store(edf(RECORDS, n_records=n_records))
    with pytest.raises(SignalError, match=message):
        read_edf(path)
    with pytest.warns(UserWarning, match=message):
        emg = read_edf(path, on_mismatch="warn")
    assert emg.n_times.tolist() == [8]
    assert emg.metadata[0]["n_records_stated"] == n_records


def test_half_a_record_at_the_end_is_no_silent_loss(store):
    path = store(edf(RECORDS)[:-2])
    with pytest.raises(SignalError, match="1 and 6 bytes are there"):
        read_edf(path)
    with pytest.warns(UserWarning, match="1 and 6 bytes"):
        assert read_edf(path, on_mismatch="warn").n_times.tolist() == [4]


def test_a_record_without_duration_needs_the_rate_of_the_caller(store):
    path = store(edf(RECORDS, duration="0"))
    with pytest.raises(SignalError, match="pass sfreq="):
        read_edf(path)
    assert read_edf(path, sfreq=4000).sfreq.tolist() == [4000]


def test_channels_of_different_rates_are_refused_together_only(store):
    slow = EMG | {"label": "force", "n_samples": "2"}
    records = [record + bytes(4) for record in RECORDS]
    path = store(edf(records, EMG, slow))
    with pytest.raises(SignalError, match=r"different rates.*'force'.*channels="):
        read_edf(path)
    assert read_edf(path, channels=["force"]).sfreq.tolist() == [2]


def test_degrees_among_voltages_are_refused_with_the_cure(store):
    joint = EMG | {"label": "knee", "unit": "deg"}
    path = store(edf([record * 2 for record in RECORDS], EMG, joint))
    with pytest.raises(SignalError, match=r"'knee': 'deg'.*channels="):
        read_edf(path)
    with pytest.raises(SignalError, match=r"'knee': 'deg'.*channels="):
        read_edf(path, unit="uV")
    assert read_edf(path, channels=["EMG"]).n_channels == 1
    assert read_edf(path, unit="uncalibrated").unit is None


def test_a_unit_is_never_guessed_and_a_wrong_one_is_refused(store):
    path = store(edf(RECORDS, EMG | {"unit": ""}))
    with pytest.raises(SignalError, match="does not state its unit"):
        read_edf(path)
    assert_allclose(read_edf(path, unit="mV").metadata[0]["clip_high"], 3276.7e3)
    with pytest.raises(SignalError, match="is in uV, but unit='mV'"):
        read_edf(store(edf(RECORDS)), unit="mV")


@pytest.mark.parametrize(
    "content, message",
    [
        (edf(RECORDS, EMG | {"physical": ("5", "5")}), "physical range 5 to 5"),
        (edf(RECORDS, EMG | {"digital": ("7", "7")}), "digital range"),
        (edf(RECORDS, EMG | {"digital": ("7", "-7")}), "digital range"),
        (edf(RECORDS, EMG | {"digital": ("-40000", "40000")}), "digital range"),
        (edf(RECORDS, EMG | {"digital": ("1_0", "20")}), "no whole number"),
        (edf(RECORDS, EMG | {"physical": ("nan", "1")}), "no number"),
        (edf(RECORDS, EMG | {"physical": ("-1,5", "1,5")}), "no number"),
        (edf(RECORDS, EMG | {"n_samples": "0"}), "0 samples a record"),
        (edf(RECORDS, EMG | {"n_samples": "-4"}), "-4 samples a record"),
        (edf(RECORDS, n_signals=0), "0 signals"),
        (edf(RECORDS, n_signals=9999), "9999 signals"),
        (edf(RECORDS, n_signals="-1"), "-1 signals"),
        (edf(RECORDS, n_bytes=256 * 10_000, n_signals=9999), "the table of 9999"),
        (edf(RECORDS, n_records=-2), "-2 records"),
        (edf(RECORDS, duration="-1"), "of -1 s"),
        (edf(RECORDS, duration="1e999"), "no number"),
        (edf(RECORDS, version=b"1       "), "no EDF or BDF file"),
        (edf([], n_records=0), "no whole record"),
        (edf(RECORDS, n_records=99_999_999), "states 99999999 records"),
        (edf(RECORDS, EMG | {"n_samples": "99999999"}), "but 0 and 16 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_impossible_headers_are_refused(store, content, message):
    with pytest.raises(SignalError, match=message):
        read_edf(store(content))


def test_claims_of_many_samples_cost_no_memory(store, tmp_path):
    claims = [
        edf(RECORDS, n_records=99_999_999),
        edf(RECORDS, EMG | {"n_samples": "99999999"}, n_records=99_999_999),
        edf(RECORDS, n_bytes=2_560_000, n_signals=9999),
    ]
    paths = [tmp_path / f"{i}.edf" for i in range(len(claims))]
    for path, claim in zip(paths, claims, strict=True):
        path.write_bytes(claim)
    found = outcomes("read_edf", paths)
    assert [text.split(":")[0] for text in found] == ["SignalError"] * 3


@pytest.mark.parametrize("kind", ["Edf", "Bdf"])
def test_long_files_are_those_of_edfio_bit_for_bit(tmp_path, kind):
    signal = getattr(edfio, f"{kind}Signal")
    noise = np.random.default_rng(0).normal(size=(2, 300_000))
    file = getattr(edfio, kind)(
        [signal(x, 10_000, label=f"EMG {i}") for i, x in enumerate(noise)],
        annotations=[edfio.EdfAnnotation(1.5, None, "needle in")],
    )
    path = tmp_path / "long.edf"
    file.write(path)
    emg = read_edf(path, unit="uV", dtype=np.float64)
    stored = getattr(edfio, f"read_{kind.lower()}")(path)
    assert_array_equal(emg.values, [s.data for s in stored.signals])


def test_edf_files_are_recognised_by_their_first_bytes():
    assert is_edf(edf(RECORDS)[:4096], "x")
    assert is_edf(edf(RECORDS, version=b"\xffBIOSEMI")[:4096], "x")
    assert not is_edf(edf(RECORDS, n_signals=2)[:4096], "x")
    assert not is_edf(b"0       1       2      ", "x")
