"""MATLAB files of scipy and h5py, of bytes laid out by hand, and hostile ones."""

import io
import struct
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
from limited import outcomes
from numpy.testing import assert_allclose, assert_array_equal
from sample_matlab import write_73

from skemg.exceptions import SignalError
from skemg.io import read_matlab
from skemg.io._matlab import is_matlab

REAL = Path(scipy.io.__file__).parent / "matlab" / "tests" / "data"
NOISE = np.random.default_rng(0).normal(size=(1000, 3))


@pytest.fixture
def store(tmp_path):
    def store(content, *, packed=False):
        path = tmp_path / "visit.mat"
        scipy.io.savemat(path, content, do_compression=packed)
        return path

    return store


def mat5(*variables, order="<"):
    """A file of version 5 of the given elements."""
    version = b"\x00\x01IM" if order == "<" else b"\x01\x00MI"
    return b"MATLAB 5.0 MAT-file".ljust(124) + version + b"".join(variables)


def element(kind, content, order="<"):
    head = struct.pack(f"{order}II", kind, len(content))
    return head + content + bytes(-len(content) % 8)


def packed(content):
    """A packed variable, which nothing fills up to 8 bytes."""
    return struct.pack("<II", 15, len(content)) + content


def matrix(name="emg", shape=(2, 1), kind=9, data=None, flags=6, order="<"):
    """A variable: flags with the class, dimensions, name and numbers."""
    data = struct.pack(f"{order}2d", 1.5, -2.5) if data is None else data
    parts = [
        element(6, struct.pack(f"{order}II", flags, 0), order),
        element(5, struct.pack(f"{order}{len(shape)}i", *shape), order),
        element(1, name.encode(), order),
        element(kind, data, order),
    ]
    return element(14, b"".join(parts), order)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_file_laid_out_by_hand_gives_its_numbers(tmp_path, order):
    path = tmp_path / "visit.mat"
    path.write_bytes(mat5(matrix(order=order), order=order))
    emg = read_matlab(path, sfreq=1000, unit="mV")
    assert_array_equal(emg.values, [1500, -2500])
    assert emg.unit == "uV"
    assert emg.metadata == [{"format": "matlab"}]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "dtype", ["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]
)
def test_numbers_are_those_that_scipy_reads(store, dtype, packed):
    values = (NOISE * 40).astype("i1").clip(0).astype(dtype)
    path = store({"emg": values, "fs": 2000.0, "note": "x"}, packed=packed)
    options = {"sfreq_variable": "fs", "unit": "uV", "dtype": np.float64}
    emg = read_matlab(path, **options)
    assert_array_equal(emg.values, scipy.io.loadmat(path)["emg"].T)
    assert emg.sfreq.tolist() == [2000]
    assert emg.channel_names == ["channel 1", "channel 2", "channel 3"]


@pytest.mark.parametrize("storage", [{}, {"chunks": (1, 100), "compression": "gzip"}])
def test_version_73_has_the_same_axes(tmp_path, storage):
    path = write_73(tmp_path, **storage)
    emg = read_matlab(
        path, variable="emg", sfreq_variable="fs", unit="mV", dtype=np.float64
    )
    with h5py.File(path) as file:
        assert_array_equal(emg.values, file["emg"][:] * 1000)
    assert emg.n_channels == 2
    assert is_matlab(path.read_bytes()[:4096], path)


def test_a_real_file_of_version_73():
    path = REAL / "testhdf5_7.4_GLNX86.mat"
    if not path.exists():
        pytest.skip("scipy is installed without its tests")
    emg = read_matlab(path, sfreq=1, unit="uncalibrated")
    assert_allclose(emg.values, np.arange(9) * np.pi / 4, rtol=1e-6)


def test_real_files_give_what_scipy_gives():
    paths = sorted(REAL.glob("test[!h]*_[67].*.mat"))
    if not paths:
        pytest.skip("scipy is installed without its tests")
    n_read = 0
    for path in paths:
        try:
            emg = read_matlab(path, sfreq=1, unit="uncalibrated", dtype=np.float64)
        except SignalError:
            continue
        (values,) = (
            v for k, v in scipy.io.loadmat(path).items() if not k.startswith("__")
        )
        if values.dtype.names is None:  # no struct
            assert_array_equal(emg.values, values.squeeze())
            n_read += 1
    assert n_read >= 4


@pytest.mark.parametrize("packed", [False, True])
def test_fields_of_a_struct_have_dotted_names(store, packed):
    visit = {"emg": NOISE, "fs": 500.0, "who": "Zzyzx-Canary", "more": {"deep": NOISE}}
    path = store({"visit": visit}, packed=packed)
    emg = read_matlab(path, sfreq_variable="visit.fs", unit="uV", dtype=np.float64)
    assert_array_equal(emg.values, NOISE.T)
    assert "Zzyzx" not in repr(emg.metadata)
    with pytest.raises(SignalError, match=r"variable='visit.more'.*'visit.emg'"):
        read_matlab(path, variable="visit.more", sfreq=500, unit="uV")


def test_fields_of_a_struct_of_version_73(tmp_path):
    path = write_73(tmp_path)
    with h5py.File(path, "a") as file:
        group = file.create_group("visit")
        group.attrs["MATLAB_class"] = np.bytes_("struct")
        group["force"] = NOISE[:, :1].T
        other = file.create_group("cells")
        other["emg"] = NOISE
    emg = read_matlab(path, variable="visit.force", sfreq=10, unit="uV")
    assert_allclose(emg.values, NOISE[:, 0], rtol=1e-6)
    with pytest.raises(SignalError, match="no array of real numbers"):
        read_matlab(path, variable="cells.emg", sfreq=10, unit="uV")


def test_signal_rate_and_unit_are_never_guessed(store):
    path = store({"left": NOISE, "right": NOISE, "fs": 1000.0})
    told = {"variable": "left", "sfreq_variable": "fs", "unit": "uV"}
    read_matlab(path, **told)
    for name, message in {
        "variable": r"2 arrays of numbers, \['left', 'right'\]; pass variable",
        "sfreq_variable": r"pass sfreq=.*\['fs'\]",
        "unit": "does not state its unit",
    }.items():
        with pytest.raises(SignalError, match=message):
            read_matlab(path, **{k: v for k, v in told.items() if k != name})
    with pytest.raises(SignalError, match="must be a single number"):
        read_matlab(path, **told | {"sfreq_variable": "right"})
    with pytest.raises(SignalError, match="states 1000 Hz, but sfreq=500"):
        read_matlab(path, **told, sfreq=500)


def test_time_is_the_much_longer_axis_or_is_told(store):
    told = {"sfreq": 1000, "unit": "uV"}
    for values in (NOISE, NOISE.T):
        assert read_matlab(store({"x": values}), **told).values.shape == (3, 1000)
    for values in (NOISE[:, :1], NOISE[:, :1].T):
        assert read_matlab(store({"x": values}), **told).values.shape == (1000,)
    path = store({"x": NOISE[:250]})
    with pytest.raises(SignalError, match=r"shape \(250, 3\); pass time_axis=0 or 1"):
        read_matlab(path, **told)
    assert read_matlab(path, **told, time_axis=0).values.shape == (3, 250)
    assert read_matlab(path, **told, time_axis=1).values.shape == (250, 3)
    with pytest.raises(SignalError, match=r"shape \(5, 5, 5\)"):
        read_matlab(store({"x": np.zeros((5, 5, 5))}), **told)
    with pytest.raises(ValueError, match="time_axis must be"):
        read_matlab(path, **told, time_axis=2)


def test_what_is_no_array_of_real_numbers_is_no_signal(store):
    content = {
        "logical": NOISE > 0,
        "complex": NOISE * 1j,
        "text": "abc" * 100,
        "cells": np.array([NOISE, 1], dtype=object),
    }
    with pytest.raises(SignalError, match="0 arrays of numbers"):
        read_matlab(store(content), sfreq=1, unit="uV")


def opaque():
    """A function, an old object, and a date, which has no dimensions."""
    date = element(6, struct.pack("<II", 17, 0)) + element(1, b"when")
    date += element(1, b"MCOS") + element(1, b"datetime") + matrix()
    return matrix("f", flags=16) + matrix("o", flags=3) + element(14, date)


@pytest.mark.parametrize(
    "content, message",
    [
        *((mat5(matrix(kind=k)), "type") for k in (0, 8, 10, 11, 19, 20, 57, 236)),
        (mat5(matrix(shape=(-2, 1))), r"dimensions \(-2, 1\)"),
        (mat5(matrix(shape=(2**31 - 1, 2**31 - 1))), "do not make an array"),
        (mat5(matrix(shape=(2, 2))), "16 bytes do not make an array of shape"),
        (mat5(matrix(shape=(2,))), "no dimensions"),
        (mat5(matrix(name="../../x")), "impossible name"),
        (mat5(matrix(name="x" * 64)), "no name"),
        (mat5(matrix(), matrix()), "two variables have one name"),
        (mat5(opaque()), "0 arrays of numbers"),
        (mat5(matrix()[:-8]), "a variable needs"),
        (mat5(element(9, bytes(8))), "unknown type 9"),
        (mat5(packed(b"no zlib")), "cannot be unpacked"),
        (mat5(packed(zlib.compress(matrix())[:-1])), "does not unpack"),
        (mat5(packed(zlib.compress(matrix() + b"x"))), "does not unpack"),
        (struct.pack("<5i", 0, 2, 1, 0, 4) + b"emg\0" + bytes(300), "version 4"),
        (b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM" + bytes(400), "no MATLAB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_kill_another_reader_is_refused(tmp_path, content, message):
    path = tmp_path / "visit.mat"
    path.write_bytes(content)
    with pytest.raises(SignalError, match=message):
        read_matlab(path, time_axis=0, sfreq=1, unit="uV")


def test_functions_and_objects_beside_the_signal_do_no_harm(tmp_path):
    path = tmp_path / "visit.mat"
    path.write_bytes(mat5(opaque(), matrix()))
    assert_array_equal(read_matlab(path, sfreq=1, unit="uV").values, [1.5, -2.5])


def test_bombs_and_claims_are_refused_with_little_memory(tmp_path):
    bomb = io.BytesIO()
    scipy.io.savemat(bomb, {"emg": np.zeros(30_000_000)}, do_compression=True)
    claim = matrix(shape=(10**6, 10**6))
    long = zlib.compress(struct.pack("<II", 14, 2**32 - 8) + matrix()[8:])
    contents = [bomb.getvalue(), mat5(claim), mat5(packed(long))]
    for fill in (
        lambda f: f.create_dataset("emg", (10**6, 10**6), "f8", chunks=(10, 1000)),
        lambda f: f.update({"emg": h5py.ExternalLink("other.h5", "/emg")}),
        lambda f: f.update({"emg": h5py.SoftLink("/fs")}),
        lambda f: f.create_dataset(
            "emg", (8,), "f4", external=[("/etc/passwd", 0, 32)]
        ),
    ):
        file = io.BytesIO()
        with h5py.File(file, "w", libver="earliest", userblock_size=512) as root:
            fill(root)
        content = bytearray(file.getvalue())
        content[:128] = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM"
        contents.append(content)
    paths = [tmp_path / f"{i}.mat" for i in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    found = outcomes("read_matlab", paths, variable="emg", sfreq=1, unit="uV")
    assert [text.split(":")[0] for text in found] == ["SignalError"] * 7


def test_all_structs_together_unpack_to_no_more_than_max_bytes(store):
    content = {name: {"x": np.zeros(10**5)} for name in "abcde"}
    path = store(content | {"emg": NOISE, "fs": 1000.0}, packed=True)
    options = {"variable": "emg", "sfreq_variable": "fs", "unit": "uV"}
    assert read_matlab(path, **options).n_channels == 3
    with pytest.raises(SignalError, match="max_bytes=2000000 in all"):
        read_matlab(path, **options, max_bytes=2_000_000)


def test_matlab_files_are_recognised_by_their_first_bytes():
    assert is_matlab(mat5(matrix()), "x")
    assert is_matlab(mat5(matrix(order=">"), order=">"), "x")
    assert not is_matlab(
        b"MATLAB 5.0 MAT-file, a text that begins so" + b" " * 200, "x"
    )
