"""Blank-separated numbers for the tests with damaged files."""

import numpy as np
from fuzzing import Sample

from skemg.io import read_columns


def write_times(folder):
    values = np.random.default_rng(0).normal(size=300)
    rows = [f"{i / 4000:.5f} {value:.4f}" for i, value in enumerate(values)]
    (folder / "times.txt").write_text("\n".join(rows))
    return folder / "times.txt"


def write_line(folder):
    values = np.random.default_rng(0).normal(size=400)
    path = folder / "line.asc"
    path.write_text("".join(f"{100 * value:11.4f}" for value in values))
    return path


SAMPLES = [
    Sample(
        "columns-times",
        write_times,
        lambda path: read_columns(path, time=0, unit="mV"),
        states_length=False,
    ),
    Sample(
        "columns-line",
        write_line,
        lambda path: read_columns(path, sfreq=32768, unit="uV"),
        states_length=False,
    ),
    Sample(
        "columns-counted",
        write_line,
        lambda path: read_columns(path, sfreq=32768, unit="uV", n_times=400),
    ),
]
