"""A file of the UCI lower limb for the tests with damaged files."""

import gzip

import numpy as np
from fuzzing import Sample

from skemg.io import read_uci_lower_limb


def content():
    values = np.random.default_rng(0).normal(0, 0.1, (120, 5))
    lines = ["File Name: marcha.log"]
    for i, name in enumerate(["RF", "BF", "VM", "ST", "FX"], 1):
        unit = f"engineering units: {'deg' if i == 5 else 'mV'}"
        lines.append(f"Channel {i}: '{name}', 120 values, {unit}, no filters.")
    lines += ["", *("\t".join(f"{x:.4f}" for x in row) for row in values)]
    return "\r\n".join([*lines, "\t\t\t\t1.5", ""]).encode()


def write_plain(folder):
    (folder / "1Nmar.txt").write_bytes(content())
    return folder / "1Nmar.txt"


def write_packed(folder):
    (folder / "1Nmar.txt.gz").write_bytes(gzip.compress(content(), mtime=0))
    return folder / "1Nmar.txt.gz"


SAMPLES = [
    Sample(
        "uci-lower-limb",
        write_plain,
        read_uci_lower_limb,
        free_text=lambda folder: [("1Nmar.txt", 11, 21)],
    ),
    Sample("uci-lower-limb-gz", write_packed, read_uci_lower_limb),
]
