"""Settings of every test run, and the fixtures that several files share."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Before numba and torch are imported: compiled kernels stay outside the working tree,
# and the workers of pytest-xdist do not fight for the cores.
os.environ.setdefault(
    "NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / "skemg-numba-cache")
)
os.environ.setdefault("MPLBACKEND", "Agg")  # figures that need no screen
if "PYTEST_XDIST_WORKER" in os.environ:
    for variable in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")

# The same examples on every run, and no example fails because a machine is busy.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def skemg_data():
    """Return the folder of the real data sets, or skip where there is none."""
    if not os.environ.get("SKEMG_DATA"):
        pytest.skip("SKEMG_DATA is not set")
    return Path(os.environ["SKEMG_DATA"])


@pytest.fixture(autouse=True)
def one_thread():
    """Let nets repeat bit by bit, and small ones not wait for a second thread."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def model():
    """Return the fitted model of the tests of commands."""
    from commands import fitted

    return fitted()


@pytest.fixture(scope="session")
def model_file(model, tmp_path_factory):
    """Return the file of that model."""
    from commands import EMG

    from skemg.persistence import save

    path = tmp_path_factory.mktemp("model") / "vote.skemg"
    save(model, path, X=EMG.data, y=EMG.target)
    return str(path)


@pytest.fixture
def records(tmp_path):
    """Return three records that the model can classify."""
    from commands import EMG, write_record

    return [str(write_record(tmp_path, EMG.data[i], f"r{i}")) for i in (0, 2, 4)]
