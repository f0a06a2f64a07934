"""What holds for the readers of binary files alike."""

import os

import numpy as np
import pytest
import sample_edf
import sample_matlab
import sample_opensignals
import sample_wav

from skemg.exceptions import SignalError
from skemg.io import read_edf, read_matlab, read_opensignals, read_wav
from skemg.io._edf import is_edf
from skemg.io._matlab import is_matlab
from skemg.io._opensignals import is_opensignals
from skemg.io._wav import is_wav

FORMATS = {
    is_edf: sample_edf,
    is_matlab: sample_matlab,
    is_opensignals: sample_opensignals,
    is_wav: sample_wav,
}
READERS = {
    read_edf: (sample_edf, {}),
    read_matlab: (sample_matlab, {"sfreq": 1000, "unit": "uV"}),
    read_opensignals: (sample_opensignals, {"sensor": "emg"}),
    read_wav: (sample_wav, {"unit": "uV", "scale": 1.0}),
}
FIRST = {is_x.__name__: module.SAMPLES[0] for is_x, module in FORMATS.items()}


@pytest.mark.parametrize("sample", FIRST.values(), ids=FIRST)
def test_what_is_no_file_of_the_format_is_refused(sample, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").touch()
    (tmp_path / "byte").write_bytes(b"R")
    (tmp_path / "zeros").write_bytes(bytes(5000))
    (tmp_path / "text").write_text("0.5\n" * 2000)
    for name, message in {
        ".": "no regular file",
        "missing": "cannot be read",
        "pipe": "no regular file",
        "empty": "is empty",
        "byte": None,
        "zeros": None,
        "text": None,
    }.items():
        with pytest.raises(SignalError, match=message):
            sample.read(tmp_path / name)


@pytest.mark.parametrize("sample", FIRST.values(), ids=FIRST)
def test_the_name_of_a_file_says_nothing(sample, tmp_path):
    path = sample.write(tmp_path)
    whole = sample.read(path)
    assert sample.read(path.rename(tmp_path / ("ä 💪 " + "x" * 200))) == whole


@pytest.mark.parametrize("sample", FIRST.values(), ids=FIRST)
def test_values_are_float32_unless_told(sample, tmp_path):
    assert sample.read(sample.write(tmp_path)).dtype == np.float32


@pytest.mark.parametrize("read", READERS)
def test_parameters_that_all_readers_share_are_checked(read, tmp_path):
    module, options = READERS[read]
    path = module.SAMPLES[0].write(tmp_path)
    assert read(path, **options, dtype=np.float64).dtype == np.float64
    assert read(path, **options, channels=[1]).n_channels == 1
    with pytest.raises(SignalError, match="more than max_bytes=1000"):
        read(path, **options, max_bytes=1000)
    with pytest.raises(SignalError, match="no channel 'none'"):
        read(path, **options, channels=["none"])
    with pytest.raises(ValueError, match=r"numpy.float32 or numpy.float64"):
        read(path, **options, dtype=int)
    with pytest.raises(ValueError, match="sfreq must be a positive number"):
        read(path, **options | {"sfreq": -1})


@pytest.mark.parametrize("is_x", FORMATS)
def test_every_file_is_recognised_as_one_format(is_x, tmp_path):
    for sample in FORMATS[is_x].SAMPLES:
        path = sample.write(tmp_path)
        head = path.read_bytes()[:4096]
        assert [f for f in FORMATS if f(head, path)] == [is_x]
