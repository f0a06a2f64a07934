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
