"""WAV files: integers and floats, plain and extensible."""

import numpy as np
import soundfile
from fuzzing import Sample

from skemg.io import read_wav

VALUES = np.random.default_rng(0).uniform(-0.9, 0.9, (600, 2))
NOTE = b"recorded on a quiet Monday, no canary"


def write(folder, subtype, format, values=VALUES):
    path = folder / "biceps.wav"
    soundfile.write(path, values, 8000, subtype=subtype, format=format)
    return path


def write_with_note(folder):
    """A 16-bit file with a chunk of free text of odd length before the samples."""
    path = write(folder, "PCM_16", "WAV")
    content = path.read_bytes()
    note = b"note" + len(NOTE).to_bytes(4, "little") + NOTE + b"\0" * (len(NOTE) % 2)
    content = content[:36] + note + content[36:]
    path.write_bytes(
        content[:4] + (len(content) - 8).to_bytes(4, "little") + content[8:]
    )
    return path


def place_of_note(folder):
    return [("biceps.wav", 44, 44 + len(NOTE))]


def read(path):
    return read_wav(path, unit="mV", scale=1e-4)


def sample(name, subtype, format):
    return Sample(name, lambda folder: write(folder, subtype, format), read)


SAMPLES = [
    Sample("wav", write_with_note, read, place_of_note),
    sample("wav-24", "PCM_24", "WAVEX"),
    sample("wav-float", "FLOAT", "WAV"),
]
