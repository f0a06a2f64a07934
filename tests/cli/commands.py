"""A saved model and files for the commands, small and written by hand."""

import numpy as np
from sklearn.pipeline import make_pipeline

from skemg.datasets import make_needle_emg
from skemg.features import TimeDomainFeatures
from skemg.io import read_wfdb
from skemg.windowing import Windower, WindowVotingClassifier

SFREQ = 24000
EMG = make_needle_emg(n_patients=6, duration=0.5, sfreq=SFREQ, random_state=0)


def fitted():
    """Return a fitted pipeline whose windows vote with probabilities."""
    return make_pipeline(
        Windower(0.1, 0.05), TimeDomainFeatures(["rms", "wl"]), WindowVotingClassifier()
    ).fit(EMG.data, EMG.target)


def write_record(folder, signal, name, *, sfreq=SFREQ, comments="# <age>: 44\n"):
    """Write a signal in µV as a WFDB record with steps of 0.1 µV; return its header."""
    steps = np.clip(np.round(10 * signal), -32768, 32767).astype("<i2")
    (folder / f"{name}.dat").write_bytes(steps.tobytes())
    checksum = (int(steps.sum(dtype=np.int64)) + 2**15) % 2**16 - 2**15
    header = folder / f"{name}.hea"
    header.write_text(
        f"{name} 1 {sfreq} {len(steps)}\n"
        f"{name}.dat 16 10/uV 16 0 {steps[0]} {checksum} 0 EMG\n{comments}"
    )
    return header


def proba_of(model, header):
    """Return the probabilities of one file, by class."""
    (proba,) = model.predict_proba(read_wfdb(header))
    return dict(zip(model.classes_.tolist(), proba.tolist(), strict=True))
