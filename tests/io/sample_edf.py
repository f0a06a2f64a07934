"""EDF, EDF+ and BDF files."""

import numpy as np
from edfio import Bdf, BdfSignal, Edf, EdfAnnotation, EdfSignal
from fuzzing import Sample

from skemg.io import read_edf

WAVES = np.random.default_rng(0).normal(size=(2, 600))
LABELS = ("EMG deltoid", "EMG biceps")


def write(folder, kind, signal, annotations=None):
    signals = [
        signal(
            wave,
            200,
            label=label,
            physical_dimension="mV",
            physical_range=(-8, 8),
            prefiltering="HP:20Hz LP:90Hz",
        )
        for wave, label in zip(WAVES, LABELS, strict=True)
    ]
    path = folder / "visit.edf"
    kind(signals, annotations=annotations, data_record_duration=1).write(path)
    return path


def write_plus(folder):
    return write(folder, Edf, EdfSignal, [EdfAnnotation(1.0, None, "needle in")])


def write_discontinuous(folder):
    """A file that says so, but whose records follow each other."""
    path = write_plus(folder)
    content = path.read_bytes()
    path.write_bytes(content[:192] + b"EDF+D" + content[197:])
    return path


def free_text(folder):
    transducers = 256 + 3 * 16
    return [
        ("visit.edf", 8, 184),
        ("visit.edf", transducers, transducers + 3 * 80),
    ]


SAMPLES = [
    Sample("edf", lambda folder: write(folder, Edf, EdfSignal), read_edf),
    Sample("edf-plus", write_plus, read_edf, free_text),
    Sample("edf-discontinuous", write_discontinuous, read_edf),
    Sample("bdf", lambda folder: write(folder, Bdf, BdfSignal), read_edf),
]
