"""Files of the UCI set "EMG data for gestures", for the damage."""

import gzip

import numpy as np
from fuzzing import Sample

from skemg.io import read_uci_gestures


def text(steps, labels, *, time=None, end="\r\n"):
    """Return a file of steps of 1e-05 V, of shape (n_times, 8), with classes."""
    time = np.arange(1, len(steps) + 1) if time is None else time
    lines = [["time", *(f"channel{i}" for i in range(1, 9)), "class"]]
    for moment, row, label in zip(time, steps, labels, strict=True):
        lines.append([moment, *(f"{step / 100_000:g}" for step in row), label])
    return "".join("\t".join(map(str, line)) + end for line in lines).encode()


def drawn_steps(n_times, seed=0):
    return np.random.default_rng(seed).integers(-128, 128, (n_times, 8))


def _content():
    return text(drawn_steps(80), np.repeat([0, 2, 0, 6], 20))


def _write(folder):
    (folder / "1.txt").write_bytes(_content())
    return folder / "1.txt"


def _write_packed(folder):
    (folder / "1.txt.gz").write_bytes(gzip.compress(_content(), mtime=0))
    return folder / "1.txt.gz"


def _read(path):
    return read_uci_gestures(path)[0]


SAMPLES = [
    Sample("uci_gestures", _write, _read, states_length=False),
    Sample("uci_gestures_gz", _write_packed, _read),
]
