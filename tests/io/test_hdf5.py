"""The classic HDF5 layout, against the HDF5 library, and what is refused of it."""

import io
import itertools
from functools import partial

import h5py
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.io._hdf5 import Hdf5
from skemg.io._hdf5_values import read_values

TYPES = ("u1", "<u2", ">u2", "<i4", "<f4", ">f4", "<f8", ">f8", "<u8")
SHAPES = ((7,), (1000, 1), (3, 333), (5, 6, 7))
STORAGE = (
    {},
    {"chunks": True},
    {"compression": "gzip", "chunks": True},
    {"shuffle": True, "compression": "gzip", "fletcher32": True},
    {"fletcher32": True},
)
MAX_BYTES = 10**8


def stored(fill, libver="earliest"):
    """The bytes of a file that `fill` writes."""
    content = io.BytesIO()
    with h5py.File(content, "w", libver=libver) as file:
        fill(file)
    return content.getvalue()


def store_values(values, storage, file):
    file.create_dataset("emg", data=values, **storage)


def values_of(content, name="emg", max_bytes=MAX_BYTES):
    return read_values(Hdf5("x.h5", content).root.members()[name], max_bytes=max_bytes)


@pytest.mark.parametrize("storage", STORAGE, ids=lambda s: "+".join(s) or "plain")
def test_values_are_those_that_the_library_wrote(storage):
    rng = np.random.default_rng(0)
    for dtype, shape in itertools.product(TYPES, SHAPES):
        # noise does not pack, counts do
        for values in (rng.normal(size=shape) * 50, rng.integers(0, 9, shape)):
            values = values.clip(0).astype(dtype)
            content = stored(partial(store_values, values, storage))
            assert_array_equal(values_of(content), values, strict=True)


def test_groups_of_many_members_and_attributes_of_all_kinds():
    def fill(file):
        for i in range(300):
            file[f"group/set {i}"] = i
        attributes = {"text": "Zürich", "fixed": np.bytes_("EMG"), "list": [1, 2, 3]}
        file["group"].attrs.update(attributes)

    group = Hdf5("x.h5", stored(fill)).root.members()["group"]
    members = group.members()
    assert sorted(members) == sorted(f"set {i}" for i in range(300))
    assert read_values(members["set 77"], max_bytes=8) == 77
    assert group.attribute("text") == "Zürich"
    assert group.attribute("fixed") == "EMG"
    assert group.attribute("list").tolist() == [1, 2, 3]
    assert group.attribute("none") is None


def external_values(file):
    file.create_dataset("emg", (8,), "f4", external=[("/etc/passwd", 0, 32)])


def virtual(file):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "emg", (4,))
    file.create_virtual_dataset("emg", layout)


def packed_with_lzf(file):
    file.create_dataset("emg", data=np.zeros(100), compression="lzf")


def bomb(file):
    file.create_dataset("emg", (50_000_000,), "u1", chunks=(5_000_000,), **GZIP)
    file["emg"][:] = 0


def one_bomb(file):
    file.create_dataset("emg", (50_000_000,), "u1", chunks=(50_000_000,), **GZIP)
    file["emg"][:] = 0


def huge_chunk(file):
    file.create_dataset("emg", (100,), "u1", chunks=(10**9,), maxshape=(None,), **GZIP)


def wide_chunks(file):
    file.create_dataset(
        "emg", (1000, 1), "u1", chunks=(1, 10**6), maxshape=(None, None), **GZIP
    )


def claim(file):
    file.create_dataset("emg", (10**12,), "f8", chunks=(1000,))


def missing_chunks(file):
    file.create_dataset("emg", (100,), "f8", chunks=(10,))[:50] = 1


GZIP = {"compression": "gzip"}


@pytest.mark.parametrize(
    "fill, message",
    [
        (lambda f: f.update({"emg": h5py.SoftLink("/other")}), "is a link"),
        (
            lambda f: f.update({"emg": h5py.ExternalLink("y.h5", "/a")}),
            "lead elsewhere",
        ),
        (external_values, "in another file, which is not opened"),
        (packed_with_lzf, "filter 32000"),
        (bomb, "50000000 bytes, packed into"),
        (one_bomb, "50000000 bytes, packed into"),
        (huge_chunk, "chunks of shape"),
        (wide_chunks, "chunks of shape"),
        (claim, "8000000000000 bytes; max_bytes"),
        (missing_chunks, "5 of 10 chunks"),
        (lambda f: f.create_dataset("emg", (0,), "f8"), "states 0 bytes"),
        (lambda f: f.create_dataset("emg", data=["a", "b"]), "does not hold numbers"),
        (lambda f: f.create_dataset("emg", data=1j), "does not hold numbers"),
    ],
)
def test_what_leads_elsewhere_or_takes_too_much_is_refused(fill, message):
    with pytest.raises(SignalError, match=message):
        values_of(stored(fill))


def test_virtual_data_sets_and_newer_layouts_are_refused():
    with pytest.raises(SignalError, match=r"virtual|libver"):
        values_of(stored(virtual))
    newer = stored(lambda f: f.create_dataset("emg", data=[1.0]), libver="latest")
    with pytest.raises(SignalError, match="superblock"):
        values_of(newer)


def test_a_wrong_checksum_is_refused():
    values = np.arange(100, dtype="u1")
    content = stored(
        lambda f: f.create_dataset("emg", data=values, chunks=(100,), fletcher32=True)
    )
    place = content.index(values.tobytes())
    damaged = content[:place] + b"\7" + content[place + 1 :]
    with pytest.raises(SignalError, match="checksum is wrong"):
        values_of(damaged)


def test_a_chunk_that_stands_for_two_is_refused():
    places = []

    def fill(file):
        data = file.create_dataset("emg", data=np.arange(200.0), chunks=(100,))
        file.flush()
        places.extend(data.id.get_chunk_info(i).byte_offset for i in range(2))

    content = stored(fill)
    first, second = (place.to_bytes(8, "little") for place in places)
    assert content.count(second) == 1
    with pytest.raises(SignalError, match="1 of 2 chunks"):
        values_of(content.replace(second, first))


def test_a_file_cut_anywhere_is_refused():
    content = stored(lambda f: f.create_dataset("emg", data=np.arange(9.0)))
    for n_bytes in range(0, len(content), 7):
        with pytest.raises(SignalError):
            values_of(content[:n_bytes])


def test_a_tree_that_leads_back_to_itself_ends():
    content = stored(lambda f: f.create_dataset("emg", data=np.arange(9.0)))
    place = content.index(b"TREE")
    looped = bytearray(content)
    looped[place + 5] = 1  # a level above leaves
    looped[place + 32 : place + 40] = place.to_bytes(8, "little")
    with pytest.raises(SignalError, match="a tree is broken"):
        values_of(bytes(looped))
