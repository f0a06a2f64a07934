"""Rows of numbers for the tests with damaged files."""

import numpy as np
from fuzzing import Sample

from skemg.io import read_matrix


def write(path, separator, decimal, header, labels):
    values = np.random.default_rng(0).normal(size=(20, 40))
    rows = [[f"{x:.4f}".replace(".", decimal) for x in row] for row in values]
    rows = [[*row, label] for row, label in zip(rows, labels, strict=True)]
    lines = [[f"t{i}" for i in range(40)] + ["class"], *rows][not header :]
    path.write_text("\r\n".join(separator.join(line) for line in lines))
    return path


SAMPLES = [
    Sample(
        "matrix-comma",
        lambda folder: write(folder / "a.csv", ",", ".", False, ["1"] * 20),
        lambda path: read_matrix(path, label=-1, sfreq=200, unit="uV", n_times=40),
        states_length=False,
    ),
    Sample(
        "matrix-semicolon",
        lambda folder: write(folder / "b.csv", ";", ",", True, ["ALS"] * 20),
        lambda path: read_matrix(path, label="class", sfreq=200, unit="uV"),
        free_text=lambda folder: [("b.csv", -3, -1)],
        states_length=False,
    ),
]
