"""MATLAB files: version 5, packed and not, a struct, and version 7.3."""

import h5py
import numpy as np
from fuzzing import Sample
from scipy.io import savemat

from skemg.io import read_matlab

VALUES = np.random.default_rng(0).normal(size=(400, 2))
CLASS = "MATLAB_class"


def write(folder, content, *, packed):
    path = folder / "visit.mat"
    savemat(path, content, do_compression=packed)
    return path


def write_flat(folder, *, packed):
    return write(folder, {"emg": VALUES, "fs": 1000.0, "who": "x"}, packed=packed)


def write_struct(folder):
    visit = {"emg": VALUES.astype("f4"), "fs": 1000.0, "notes": "quiet"}
    return write(folder, {"visit": visit}, packed=False)


def write_73(folder, **storage):
    path = folder / "visit.mat"
    with h5py.File(path, "w", libver="earliest", userblock_size=512) as file:
        file.create_dataset("emg", data=VALUES.T, **storage)
        file.create_dataset("fs", data=[[1000.0]])
        for name in ("emg", "fs"):
            file[name].attrs[CLASS] = np.bytes_("double")
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")
    return path


def read(path):
    return read_matlab(path, variable="emg", sfreq_variable="fs", unit="mV")


def read_struct(path):
    return read_matlab(path, variable="visit.emg", sfreq_variable="visit.fs", unit="mV")


def head(folder):
    return [("visit.mat", 0, 116)]


PACKED = {"chunks": (1, 128), "compression": "gzip"}
SAMPLES = [
    Sample("matlab", lambda folder: write_flat(folder, packed=False), read, head),
    Sample("matlab-packed", lambda folder: write_flat(folder, packed=True), read, head),
    Sample("matlab-struct", write_struct, read_struct, head),
    Sample("matlab-7.3", write_73, read, head),
    Sample("matlab-7.3-packed", lambda folder: write_73(folder, **PACKED), read),
]
