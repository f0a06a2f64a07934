"""Recordings on a memory map, as if they were larger than memory."""

import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from every_transformer import RECORDING_STEPS, SFREQ, TABLES, WINDOW_STEPS
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

import skemg
from skemg.features import TimeDomainFeatures, _medians
from skemg.preprocessing import AmplitudeScaler, Bandpass, _sections
from skemg.signals import Recordings, _mapped
from skemg.windowing import Windower, WindowVotingClassifier

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "robustness" / "large_recording.py"
LENGTHS = [500, 300, 700, 450]


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Treat every map as a large one; return the folder of temporary files."""
    monkeypatch.setattr(_mapped, "LARGE", 1)
    monkeypatch.setattr(_mapped, "_PIECE", 97)
    monkeypatch.setattr(_sections, "_PIECE", 89)
    monkeypatch.setattr(_medians, "_MOST", 50)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


def signals(dtype, n_channels=2):
    rng = np.random.default_rng(0)
    values = 1000 * rng.standard_normal((n_channels, sum(LENGTHS)))
    return values.astype(dtype)


def on_file(values, path, mode="r"):
    np.asarray(values).tofile(path)
    return np.memmap(path, values.dtype, mode=mode, shape=values.shape)


def recordings(values, **settings):
    return Recordings(
        values,
        np.cumsum([0, *LENGTHS]),
        sfreq=SFREQ,
        groups=["p1", "p2", "p3", "p4"],
        **settings,
    )


def is_mapped(array):
    return _mapped._map_of(array) is not None


@pytest.mark.parametrize("step", RECORDING_STEPS, ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.float64])
def test_recordings_on_a_map_give_what_those_in_memory_give(step, dtype, folder):
    values = signals(dtype)
    values = values[0] if isinstance(step, TABLES) else values
    expected = clone(step).fit_transform(recordings(values, unit="mV"))
    given = recordings(on_file(values, folder.parent / "x"), unit="mV")
    found = clone(step).fit_transform(given)
    if isinstance(step, TABLES):
        assert_array_equal(found, expected)  # NaN where there is nothing to measure
    else:
        assert np.all(found == expected)
    assert given == recordings(values, unit="mV")
    if isinstance(found, Recordings):
        assert is_mapped(found.values)
    assert not list(folder.glob("skemg-*"))  # the files have no name


@pytest.mark.filterwarnings("ignore:no window passed")
@pytest.mark.parametrize(
    "step",
    [s for s in WINDOW_STEPS if not isinstance(s, AmplitudeScaler)],
    ids=lambda s: type(s).__name__,
)
def test_windows_of_a_map_give_the_same_features(step, folder):
    values = signals(np.float32)
    windower = Windower(0.1, 0.05)
    of_memory = windower.fit_transform(recordings(values))
    of_file = windower.fit_transform(recordings(on_file(values, folder.parent / "x")))
    assert clone(step).fit_transform(of_file) == clone(step).fit_transform(of_memory)


def test_a_pipeline_predicts_the_same_from_a_map(folder):
    values = signals(np.float32)
    y = ["a", "b", "a", "b"]
    pipeline = make_pipeline(
        Bandpass(20, 400),
        Windower(0.1, 0.05),
        TimeDomainFeatures(),
        WindowVotingClassifier(),
    )
    of_file = recordings(on_file(values, folder.parent / "x"))
    expected = clone(pipeline).fit(recordings(values), y)
    found = clone(pipeline).fit(of_file, y)
    assert_array_equal(
        found.predict_proba(of_file), expected.predict_proba(recordings(values))
    )


def test_parts_and_copies_of_a_map_are_maps_too(folder):
    values = signals(np.float32)
    of_file = recordings(on_file(values, folder.parent / "x"))
    some = of_file[[2, 0]]
    assert is_mapped(some.values) and some == recordings(values)[[2, 0]]
    joined = Recordings.concatenate([of_file[:2], of_file[2:]])
    assert is_mapped(joined.values) and joined == recordings(values)
    assert pickle.loads(pickle.dumps(some)) == some


def test_a_file_of_interleaved_channels_is_put_in_order_on_another_one(folder):
    values = signals(np.int16, n_channels=3)
    interleaved = on_file(np.ascontiguousarray(values.T), folder.parent / "x")
    found = recordings(interleaved.T)
    assert is_mapped(found.values)
    assert_array_equal(found.values, values)


def test_what_was_changed_on_a_private_map_stays_changed(folder):
    private = on_file(signals(np.float32), folder.parent / "x", mode="c")
    private[:, 100] = 7
    Bandpass(20, 400).fit_transform(recordings(private))
    assert (private[:, 100] == 7).all()


def test_what_was_changed_on_a_shared_map_stays_changed(folder):
    shared = on_file(signals(np.float32), folder.parent / "x", mode="r+")
    shared[:, 100] = 7
    Bandpass(20, 400).fit_transform(recordings(shared))
    assert (shared[:, 100] == 7).all()


def test_nan_on_a_map_is_found_with_its_place(folder):
    values = signals(np.float32)
    values[1, LENGTHS[0] + 17] = np.nan
    with pytest.raises(ValueError, match="recording 1, channel 1, sample 17 is nan"):
        Bandpass(20, 400).fit(recordings(on_file(values, folder.parent / "x")))


def test_a_full_disk_is_named_and_nothing_stays_behind(folder):
    resource = pytest.importorskip("resource")
    given = recordings(on_file(signals(np.float32), folder.parent / "x"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(
            OSError, match=r"does not fit into .*temporary; set .*TMPDIR"
        ):
            Bandpass(20, 400).fit_transform(given)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(folder.iterdir())


def test_room_is_made_where_the_system_has_no_call_for_it(folder, monkeypatch):
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    values = signals(np.float32)
    expected = Bandpass(20, 400).fit_transform(recordings(values))
    given = recordings(on_file(values, folder.parent / "x"))
    assert Bandpass(20, 400).fit_transform(given) == expected


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="counts in /proc")
def test_300_megabytes_need_a_quarter_of_it_and_give_the_same_features(tmp_path):
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        from large_recording import write_recording
    finally:
        sys.path.remove(str(SCRIPT.parent))
    n_bytes = 300_000_000
    write_recording(tmp_path / "x", n_bytes, "float32")

    def run(*options):
        command = [sys.executable, SCRIPT, "--run", "time_domain", *options]
        command += ["--path", tmp_path / "x"]
        done = subprocess.run(
            command,
            check=True,
            capture_output=True,
            env={
                **os.environ,
                "NUMBA_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
                "PYTHONPATH": str(Path(skemg.__file__).parents[1]),
            },
        )
        return json.loads(done.stdout)

    mapped, in_memory = run("--mapped"), run()
    assert mapped["sha256"] == in_memory["sha256"]
    assert mapped["growth_mb"] < n_bytes / 4 / 2**20
    assert in_memory["growth_mb"] > n_bytes / 2**20  # the counter counts
