"""A folder with a model and three records."""

import pytest
from commands import EMG, fitted, write_record

from skemg.persistence import save


@pytest.fixture(scope="session")
def model():
    return fitted()


@pytest.fixture(scope="session")
def model_file(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "vote.skemg"
    save(model, path, X=EMG.data, y=EMG.target)
    return str(path)


@pytest.fixture
def records(tmp_path):
    return [str(write_record(tmp_path, EMG.data[i], f"r{i}")) for i in (0, 2, 4)]
