"""WAV files whose bytes are laid out by hand."""

import gzip
import io
import struct

import numpy as np
import pytest
import soundfile
from limited import outcomes
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.io import read_wav
from skemg.io._wav import is_wav

SUBFORMAT = bytes.fromhex("00001000800000aa00389b71")


def chunk(name, content):
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def wav(data, *, code=1, n_channels=1, rate=4000, n_bits=16, more=b"", extension=b""):
    frame = n_channels * n_bits // 8
    form = struct.pack("<HHIIHH", code, n_channels, rate, rate * frame, frame, n_bits)
    body = b"WAVE" + chunk(b"fmt ", form + extension) + more + chunk(b"data", data)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.fixture
def store(tmp_path):
    def store(content, name="biceps.wav"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return store


@pytest.mark.parametrize(
    "n_bits, data, counts",
    [
        (8, bytes([0, 128, 255]), [-128, 0, 127]),
        (16, struct.pack("<3h", -32768, 1, 32767), [-32768, 1, 32767]),
        (24, b"\0\0\x80" + b"\1\0\0" + b"\xff\xff\x7f", [-(2**23), 1, 2**23 - 1]),
        (32, struct.pack("<3i", -(2**31), 1, 2**31 - 1), [-(2**31), 1, 2**31 - 1]),
    ],
)
def test_integers_are_counts_from_the_middle(store, n_bits, data, counts):
    path = store(wav(data, n_bits=n_bits))
    emg = read_wav(path, unit="uncalibrated", dtype=np.float64)
    assert_array_equal(emg.values, counts)
    assert emg.unit is None
    assert emg.sfreq.tolist() == [4000]
    assert emg.metadata == [
        {"format": "wav", "clip_low": counts[0], "clip_high": counts[2]}
    ]


def test_scale_and_unit_give_microvolts_and_the_ends_of_the_range(store):
    path = store(wav(struct.pack("<2h", 1000, -200)))
    emg = read_wav(path, unit="mV", scale=-0.0005)
    assert_allclose(emg.values, [-500, 100])
    assert emg.unit == "uV"
    assert_allclose(emg.metadata[0]["clip_low"], -32767 * 0.5)
    assert_allclose(emg.metadata[0]["clip_high"], 32768 * 0.5)


@pytest.mark.parametrize("n_bits, kind", [(32, "<f4"), (64, "<f8")])
def test_floats_are_scaled_and_have_no_ends(store, n_bits, kind):
    data = np.array([0.5, -0.25, 2.0], kind).tobytes()
    emg = read_wav(store(wav(data, code=3, n_bits=n_bits)), unit="V", scale=1e-3)
    assert_allclose(emg.values, [500, -250, 2000])
    assert emg.metadata == [{"format": "wav"}]


def test_extensible_format_and_channels_in_the_order_asked_for(store):
    data = struct.pack("<6h", 1, 2, 3, 4, 5, 6)
    extension = struct.pack("<HHII", 22, 16, 0, 1) + SUBFORMAT
    path = store(wav(data, code=0xFFFE, n_channels=3, extension=extension))
    emg = read_wav(path, unit="uncalibrated", channels=["channel 3", 0])
    assert_array_equal(emg.values, [[3, 6], [1, 4]])
    assert emg.channel_names == ["channel 3", "channel 1"]


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "DOUBLE"])
@pytest.mark.parametrize("format", ["WAV", "WAVEX"])
def test_samples_are_those_of_libsndfile(tmp_path, subtype, format):
    path = tmp_path / "noise.wav"
    noise = np.random.default_rng(0).uniform(-0.9, 0.9, (500, 3))
    soundfile.write(path, noise, 8000, subtype=subtype, format=format)
    expected, rate = soundfile.read(path)
    full_scale = {"PCM_U8": 7, "PCM_16": 15, "PCM_24": 23, "PCM_32": 31, "DOUBLE": 0}
    scale = 2.0 ** -full_scale[subtype]
    emg = read_wav(path, unit="uV", scale=scale, dtype=np.float64)
    assert_array_equal(emg.values, expected.T)
    assert emg.sfreq.tolist() == [rate]


def test_other_chunks_of_odd_length_and_gzip_change_nothing(store):
    data = struct.pack("<2h", 7, 8)
    noted = wav(data, more=chunk(b"note", b"Zzyzx-Canary!"))
    for path in (store(noted), store(gzip.compress(noted), "biceps.wav.gz")):
        emg = read_wav(path, unit="uncalibrated")
        assert_array_equal(emg.values, [7, 8])
        assert "Zzyzx" not in repr(emg.metadata)


def test_unit_and_scale_are_never_guessed(store):
    path = store(wav(b"\0\0"))
    with pytest.raises(SignalError, match="pass unit= and scale="):
        read_wav(path)
    with pytest.raises(SignalError, match="pass unit= and scale="):
        read_wav(path, unit="mV")
    with pytest.raises(ValueError, match="leave one out"):
        read_wav(path, unit="uncalibrated", scale=1.0)
    with pytest.raises(ValueError, match="scale must be a number other than 0"):
        read_wav(path, unit="mV", scale=0)
    with pytest.raises(ValueError, match="unit must be"):
        read_wav(path, unit="g", scale=1.0)


@pytest.mark.parametrize("stated", [0, 0xFFFFFFFF, 10])
def test_samples_of_a_recorder_that_was_cut_off_need_the_word_of_the_caller(
    store, stated
):
    content = bytearray(wav(struct.pack("<4h", 1, 2, 3, 4)))
    content[40:44] = struct.pack("<I", stated)
    path = store(content)
    with pytest.raises(SignalError, match=f"states {stated} bytes"):
        read_wav(path, unit="uncalibrated")
    with pytest.warns(UserWarning, match="8 follow"):
        emg = read_wav(path, unit="uncalibrated", on_mismatch="warn")
    assert_array_equal(emg.values, [1, 2, 3, 4])


def test_a_file_cut_at_any_byte_is_refused(store):
    content = wav(struct.pack("<20h", *range(20)), more=chunk(b"note", b"abc"))
    for n_bytes in range(1, len(content)):
        with pytest.raises(SignalError):
            read_wav(store(content[:n_bytes]), unit="uncalibrated")


def _changed(place, content, whole=None):
    whole = bytearray(whole or wav(bytes(8)))
    whole[place : place + len(content)] = content
    return bytes(whole)


@pytest.mark.parametrize(
    "content, message",
    [
        (_changed(0, b"RF64"), "RF64 is no RIFF WAVE"),
        (_changed(0, b"RIFX"), "RIFX is no RIFF WAVE"),
        (_changed(8, b"AVI "), "no RIFF WAVE"),
        (_changed(20, b"\x11\0"), "format 17 with 16 bits"),
        (_changed(34, b"\x0c\0"), "with 12 bits"),
        (_changed(22, b"\0\0"), "0 channels"),
        (_changed(22, b"\xff\xff"), "65535 channels"),
        (_changed(24, b"\xa1"), "frames of 2 bytes do not make"),
        (wav(b""), "states 0 bytes"),
        (wav(bytes(8), more=chunk(b"fmt ", bytes(16))), "two chunks"),
        (_changed(36, b"bata"), "b'data' is missing"),
        (wav(bytes(7)), "no multiple of 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_read_is_refused_by_name(store, content, message):
    with pytest.raises(SignalError, match=message):
        read_wav(store(content), unit="uncalibrated")


def test_another_rate_than_stated_needs_the_word_of_the_caller(store):
    path = store(wav(bytes(8)))
    with pytest.raises(SignalError, match="states 4000 Hz, but sfreq=2000"):
        read_wav(path, unit="uncalibrated", sfreq=2000)


def test_claims_of_gigabytes_cost_no_memory(store):
    huge = _changed(40, struct.pack("<I", 2**32 - 8))
    found = outcomes("read_wav", [store(huge)], unit="uncalibrated")
    assert [text.split(":")[0] for text in found] == ["SignalError"]


def test_wav_files_are_recognised_by_their_first_bytes(store):
    assert is_wav(wav(bytes(8)), "x")
    assert is_wav(_changed(0, b"RF64"), "x")
    file = io.BytesIO()
    soundfile.write(file, np.zeros(10), 8000, format="AIFF")
    assert not is_wav(file.getvalue(), "x")
