"""A name in a header is dropped when the file is read, and turns up nowhere later."""

import io
import pickle
import zipfile

import joblib
import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.features import TimeDomainFeatures
from skemg.io import read, read_folder
from skemg.persistence import load, save
from skemg.preprocessing import Bandpass
from skemg.quality import SignalQuality
from skemg.windowing import Windower, WindowPooling

NAME, BIRTH = "Zzyzx-Canary", "1961-04-17"
N_TIMES = 8000


def write_wfdb(folder, number, signal):
    counts = np.round(signal * 10).astype("<i2")
    (folder / f"{number}.dat").write_bytes(counts.tobytes())
    (folder / f"{number}.hea").write_text(
        f"{number} 1 4000 {N_TIMES}\n"
        f"{number}.dat 16 10000/mV 16 0 {counts[0]} {counts.sum() & 0xFFFF} 0 EMG\n"
        f"# Name: {NAME}\n# Birth date: {BIRTH}\n# {NAME}, born {BIRTH}\n# muscle: TA\n"
    )
    return f"{number}.hea"


def write_edf(folder, number, signal):
    def cell(value, width):
        return str(value).ljust(width).encode("ascii")

    header = cell("0", 8)
    header += cell(f"123 M 17-APR-1961 {NAME}", 80)
    header += cell(f"Startdate 02-MAR-2020 {NAME} {NAME} {NAME}", 80)
    header += cell("02.03.20", 8) + cell("10.00.00", 8) + cell(512, 8) + cell("", 44)
    header += cell(2, 8) + cell(1, 8) + cell(1, 4)
    header += cell("EMG", 16) + cell("needle", 80) + cell("uV", 8)
    header += cell(-3276.8, 8) + cell(3276.7, 8) + cell(-32768, 8) + cell(32767, 8)
    header += cell("", 80) + cell(4000, 8) + cell("", 32)
    counts = np.round(signal * 10).astype("<i2")
    (folder / f"{number}.edf").write_bytes(header + counts.tobytes())
    return f"{number}.edf"


def write_text(folder, number, signal):
    head = (
        f"Patient Name: {NAME}\nDate of Birth: {BIRTH}\nPhysician: {NAME}\n"
        "Sampling rate: 4000 Hz\nUnits: uV\nMuscle: biceps\n\n"
    )
    values = "\n".join(f"{value:.1f}" for value in signal)
    (folder / f"{number}.txt").write_text(head + values + "\n")
    return f"{number}.txt"


WRITERS = {"wfdb": write_wfdb, "edf": write_edf, "clinical text": write_text}


def holds_a_name(content):
    """Whether bytes hold the canary, as they are or in an archive."""
    found = NAME.encode() in content or BIRTH.encode() in content
    found |= b"17-APR-1961" in content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found |= any(
                holds_a_name(archive.read(name)) for name in archive.namelist()
            )
    return found


@pytest.mark.parametrize("name", WRITERS)
def test_a_name_reaches_neither_recordings_nor_cache_nor_model(name, tmp_path):
    files, cache = tmp_path / "files", tmp_path / "cache"
    files.mkdir()
    rng = np.random.default_rng(0)
    named = [
        WRITERS[name](files, number, rng.normal(scale=50, size=N_TIMES))
        for number in range(4)
    ]
    assert any(holds_a_name((files / file).read_bytes()) for file in named)
    emg = read_folder(
        files / f"*{named[0][1:]}",
        table={"file": named, "patient": list("abcd"), "label": ["n", "m"] * 2},
    )
    model = make_pipeline(
        Bandpass(20, 1000),
        Windower(0.2, 0.2),
        TimeDomainFeatures(),
        WindowPooling(),
        RandomForestClassifier(5, random_state=0),
        memory=joblib.Memory(cache, verbose=0),
    )
    model.fit(emg.data, emg.target)
    save(
        model.set_params(memory=None),
        tmp_path / "model.skemg",
        X=emg.data,
        y=emg.target,
    )
    quality = SignalQuality.from_recordings(emg.data)
    texts = [repr(emg), repr(emg.data.metadata), repr(quality), repr(quality.flags)]
    texts += [str(quality.table), str(load(tmp_path / "model.skemg").record)]
    assert not holds_a_name("\n".join(texts).encode())
    assert not holds_a_name(pickle.dumps(emg))
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    written = [path for path in written if files not in path.parents]
    assert len(written) > 5
    for path in written:
        content = path.read_bytes()
        assert not holds_a_name(content), path


@pytest.mark.parametrize("name", WRITERS)
def test_an_error_names_the_file_and_not_the_patient(name, tmp_path):
    file = WRITERS[name](tmp_path, 0, np.arange(N_TIMES) / 10)
    path = tmp_path / file
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    n_refused = 0
    for _ in range(200):
        damaged = bytearray(content)
        for place in rng.integers(min(len(content), 600), size=6):
            damaged[place] = rng.integers(32, 127)
        path.write_bytes(damaged)
        try:
            read(path)
        except SignalError as error:
            n_refused += 1
            assert NAME not in str(error)
            assert BIRTH not in str(error)
    assert n_refused > 20
