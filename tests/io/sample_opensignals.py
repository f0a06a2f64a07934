"""OpenSignals files: contiguous, in chunks, and packed."""

import h5py
import numpy as np
from fuzzing import Sample

from skemg.io import read_opensignals

COUNTS = np.random.default_rng(0).integers(0, 4096, (2, 500, 1)).astype("u2")
DEVICE = "00:07:80:00:00:00"


def write(folder, **storage):
    path = folder / "biceps.h5"
    with h5py.File(path, "w", libver="earliest") as file:
        device = file.create_group(DEVICE)
        attributes = {
            "sampling rate": np.int32(1000),
            "resolution": np.int32([12, 12]),
            "channels": np.int32([2, 5]),
            "nsamples": np.int32(500),
            "device name": DEVICE,
        }
        device.attrs.update(attributes)
        for number, counts in zip((2, 5), COUNTS, strict=True):
            name = f"raw/channel_{number}"
            device.create_dataset(name, data=counts, **storage)
            device[name].attrs["sensor"] = "EMG"
        counter = np.arange(500, dtype="u2")[:, None]
        device.create_dataset("raw/nSeq", data=counter, **storage)
    return path


def read(path):
    return read_opensignals(path, sensor="emg")


def place_of_name(folder):
    """The name of the device: written twice, its value is free."""
    content = (folder / "biceps.h5").read_bytes()
    place = content.rindex(DEVICE.encode())
    return [("biceps.h5", place, place + len(DEVICE))]


PACKED = {"chunks": (128, 1), "compression": "gzip", "shuffle": True}
SAMPLES = [
    Sample("opensignals", write, read, place_of_name),
    Sample("opensignals-chunks", lambda folder: write(folder, chunks=(128, 1)), read),
    Sample(
        "opensignals-packed",
        lambda folder: write(folder, fletcher32=True, **PACKED),
        read,
    ),
]
