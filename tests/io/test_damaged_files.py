"""No damage to a file gives anything but its recording or a SignalError."""

import numpy as np
import pytest
from fuzzing import all_samples, fuzz
from numpy.testing import assert_array_equal

SAMPLES = all_samples()


@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_files_are_read_or_refused_and_nothing_else(name):
    report = fuzz(name, n_files=300)
    assert report["faults"] == []
    assert report["n_read"] + report["n_refused"] == 300
    assert report["n_refused"] > 0


@pytest.mark.parametrize("name", SAMPLES)
def test_damage_to_free_text_changes_no_sample(name, tmp_path):
    sample = SAMPLES[name]
    path = sample.write(tmp_path)
    whole = sample.read(path)
    rng = np.random.default_rng(0)
    for file, start, stop in sample.free_text(tmp_path):
        content = (tmp_path / file).read_bytes()
        for _ in range(20):
            damaged = bytearray(content)
            damaged[rng.integers(start, stop)] = rng.integers(ord("a"), ord("z"))
            (tmp_path / file).write_bytes(damaged)
            again = sample.read(path)
            assert_array_equal(again.values, whole.values, strict=True)
            assert again.sfreq.tolist() == whole.sfreq.tolist()
        (tmp_path / file).write_bytes(content)
