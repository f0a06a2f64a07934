import errno
import json
import os
import pickle
import resource
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import joblib
import numpy as np
import pytest
from models import EMG, at_rate, fitted
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skemg.exceptions import ModelFileError, SignalError
from skemg.nn import LightCNNClassifier
from skemg.persistence import _file, _load, load, read_record, save
from skemg.systems import forest_pooled, svm_log_spectrum, tatlidil2025
from skemg.windowing import Windower, WindowVotingClassifier

HERE = Path(__file__).parent


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.skemg"


def small_net():
    net = LightCNNClassifier(max_epochs=1, device="cpu", random_state=0)
    return make_pipeline(Windower(0.1, 0.1), WindowVotingClassifier(net))


SYSTEMS = {
    "forest_pooled": lambda: forest_pooled(random_state=0),
    "gradient boosting": lambda: forest_pooled(random_state=0).set_params(
        randomforestclassifier=HistGradientBoostingClassifier(max_iter=5)
    ),
    "multi-layer perceptron": lambda: forest_pooled(random_state=0).set_params(
        randomforestclassifier=MLPClassifier(max_iter=400, random_state=0)
    ),
    "svm_log_spectrum": svm_log_spectrum,
    "net": small_net,
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_loaded_model_gives_the_same_bits(name, path):
    model = SYSTEMS[name]().fit(EMG.data, EMG.target)
    save(model, path, X=EMG.data, y=EMG.target)
    loaded = load(path)
    assert_array_equal(loaded.predict_proba(EMG.data), model.predict_proba(EMG.data))
    assert_array_equal(loaded.predict(EMG.data), model.predict(EMG.data))
    assert_array_equal(loaded.classes_, model.classes_)


def test_a_net_of_a_published_system_comes_back(path):
    model = tatlidil2025().set_params(
        windowvotingclassifier__estimator__max_epochs=1,
        windowvotingclassifier__estimator__conv_filters=4,
        windowvotingclassifier__estimator__rnn_units=(8, 4),
    )
    model.fit(EMG.data, EMG.target)
    save(model, path, X=EMG.data, y=EMG.target)
    assert_array_equal(
        load(path).predict_proba(EMG.data), model.predict_proba(EMG.data)
    )


def test_the_record_says_what_the_model_was_fitted_on(path):
    save(fitted(), path, X=EMG.data, y=EMG.target)
    record = read_record(path)
    training = record["training"]
    assert record["classes"] == ["myopathic", "neuropathic", "normal"]
    assert record["model"] == "Pipeline"
    assert record["parameters"]["windower__length"] == "0.1"
    assert training["sfreq"] == [24000.0]
    assert training["unit"] == "uV"
    assert training["n_channels"] == 1
    assert training["n_patients"] == {"myopathic": 2, "neuropathic": 2, "normal": 2}
    assert training["n_recordings"] == {
        name: int((EMG.target == name).sum()) for name in record["classes"]
    }


def test_the_digest_of_the_training_knows_samples_and_not_order(path):
    order = np.arange(len(EMG.data))[::-1]
    digests = []
    for X, y in [
        (EMG.data, EMG.target),
        (EMG.data[order], EMG.target[order]),
        (EMG.data.with_values(np.nextafter(EMG.data.values, 9)), EMG.target),
    ]:
        save(fitted(), path, X=X, y=y)
        digests.append(read_record(path)["training"]["sha256"])
    assert digests[0] == digests[1] != digests[2]


def test_the_file_names_no_patient(path):
    patients = np.array([f"Canary-{group}" for group in EMG.groups])
    X = EMG.data.with_groups(patients)
    save(fitted(), path, X=X, y=EMG.target)
    content = path.read_bytes()
    assert b"Canary" not in content
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"Canary" not in archive.read(name)


@pytest.mark.parametrize(
    "X, message",
    [
        (at_rate(48000.0), "recording 0 has 48000 Hz, the model was fitted at"),
        (
            at_rate(24000.0)[:, ...].with_values(EMG.data.values, unit=None),
            "X is uncal",
        ),
        (EMG.data.with_values(EMG.data.values * 1e3), "root mean square of"),
        (EMG.data.with_values(EMG.data.values / 1e3), "root mean square of 0"),
        (EMG.data.with_values(EMG.data.values * 0), "root mean square of 0"),
        (EMG.data.with_values(np.tile(EMG.data.values, (2, 1))), "X has 2 channels"),
        (EMG.data.to_list(), "X is a list whose rate and unit are not known"),
    ],
)
def test_recordings_of_another_kind_are_refused(X, message, path):
    save(fitted(), path, X=EMG.data, y=EMG.target)
    model = load(path)
    for method in (model.predict, model.predict_proba):
        with pytest.raises(SignalError, match=message):
            method(X)


def test_without_the_training_the_model_says_that_it_cannot_refuse(path):
    save(fitted(), path)
    with pytest.warns(UserWarning, match="does not say what the model was fitted on"):
        model = load(path)
    assert_array_equal(model.predict(at_rate(24000.0)), fitted().predict(EMG.data))


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_bytes(pickle.dumps(fitted())),
        lambda path: joblib.dump(fitted(), path),
        lambda path: joblib.dump(fitted(), path, compress=3),
    ],
)
def test_a_pickle_is_refused_and_not_read(write, path):
    write(path)
    with pytest.raises(ModelFileError, match="looks like a pickle"):
        load(path)


class Canary:
    """Writes a file where somebody unpickles it."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.mkdir, (self.target,)


def test_a_pickle_with_a_program_is_not_run(path, tmp_path):
    canary = tmp_path / "canary"
    path.write_bytes(pickle.dumps(Canary(str(canary))))
    with pytest.raises(ModelFileError):
        load(path)
    assert not canary.exists()


@pytest.mark.parametrize(
    "function", ["os.system", "os.mkdir", "operator.call", "builtins.eval"]
)
def test_a_file_that_names_a_program_is_refused(function, path):
    """The digest is right, the record too: only the list of classes stands between."""
    import skops.io

    model = skops.io.dumps(FunctionTransformer(np.log1p))
    module, name = function.rsplit(".", 1)
    save(fitted(), path)
    record, _ = _load._read(path)
    path.write_bytes(_file.pack(record, renamed(model, module, name)))
    with (
        pytest.warns(UserWarning, match="fitted on"),
        pytest.raises(ModelFileError, match=r"UntrustedTypes\w*: .*" + name),
    ):
        load(path)


def renamed(model, module, name):
    """Return a skops file in which the function log1p is another one."""
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(model)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            text = old.read(member)
            if member == "schema.json":
                schema = json.loads(text)
                rename(schema, module, name)
                text = json.dumps(schema).encode()
            new.writestr(member, text)
    return out.getvalue()


def rename(node, module, name):
    if isinstance(node, dict):
        if node.get("__class__") == "log1p" or node.get("content") == "log1p":
            node["__class__"], node["__module__"] = name, module
        for value in node.values():
            rename(value, module, name)
    elif isinstance(node, list):
        for value in node:
            rename(value, module, name)


class Stranger(BaseEstimator):
    """A class that nobody has looked at."""

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        return X


def test_a_class_that_is_not_trusted_is_refused_when_it_is_saved(path):
    model = fitted()
    model.steps.insert(0, ("stranger", Stranger().fit(None)))
    with pytest.raises(ModelFileError, match="Stranger"):
        save(model, path)
    assert not path.exists()


def test_of_a_search_the_best_estimator_is_saved(path):
    search = GridSearchCV(fitted(), {"windower__length": [0.1]}, cv=GroupKFold(2))
    search.fit(EMG.data, EMG.target, groups=EMG.groups)
    save(search.best_estimator_, path, X=EMG.data, y=EMG.target)
    assert_array_equal(load(path).predict(EMG.data), search.predict(EMG.data))


def test_what_is_not_fitted_is_not_saved(path):
    with pytest.raises(NotFittedError):
        save(RandomForestClassifier(), path)
    assert not path.exists()


def test_half_of_the_training_is_refused(path):
    with pytest.raises(ValueError, match="X and y belong together"):
        save(fitted(), path, X=EMG.data)


def test_training_that_knows_no_rate_is_refused(path):
    with pytest.raises(SignalError, match="X is a list; pass the Recordings"):
        save(fitted(), path, X=EMG.data.to_list(), y=EMG.target)


def test_every_flipped_bit_is_found(path):
    save(fitted(), path, X=EMG.data, y=EMG.target)
    content = bytearray(path.read_bytes())
    rng = np.random.default_rng(0)
    for place in rng.integers(len(content), size=200):
        bit = 1 << rng.integers(8)
        content[place] ^= bit
        path.write_bytes(content)
        with pytest.raises(ModelFileError):
            read_record(path)
        content[place] ^= bit


@pytest.mark.parametrize("n_bytes", [0, 5, 14, 80, 90, 2000])
def test_a_file_cut_short_is_refused(n_bytes, path):
    save(fitted(), path)
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(ModelFileError):
        load(path)


@pytest.mark.parametrize(
    "text",
    [b"[" * 100_000, b"{}", b"[]", b'{"versions": {}}', b"\xff", b"NaN"],
)
def test_a_hostile_record_is_refused(text, path):
    import hashlib

    rest = len(text).to_bytes(8, "little") + text
    digest = hashlib.sha256(rest).hexdigest().encode()
    path.write_bytes(_file.MARK + digest + b"\n" + rest)
    with pytest.raises(ModelFileError, match=r"record"):
        load(path)


def test_a_folder_is_no_model(tmp_path):
    with pytest.raises(ModelFileError, match="no regular file"):
        load(tmp_path)


def test_another_minor_version_warns_and_another_major_one_is_refused(path):
    save(fitted(), path, X=EMG.data, y=EMG.target)
    record, model = _load._read(path)
    major, minor, *_ = record["versions"]["numpy"].split(".")
    for numpy, outcome in [
        (f"{major}.{int(minor) + 1}.0", pytest.warns(UserWarning, match="may differ")),
        (f"{int(major) + 1}.0.0", pytest.raises(ModelFileError, match="fit and save")),
    ]:
        record["versions"]["numpy"] = numpy
        path.write_bytes(_file.pack(record, bytes(model)))
        with outcome:
            load(path)


def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(path, tmp_path):
    save(fitted(), path)
    old = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="bytes are needed") as caught:
            save(fitted(), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.errno == errno.EFBIG
    assert caught.value.filename == str(path)
    assert path.read_bytes() == old
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_others_may_read_the_file_as_the_mask_of_the_process_says(path):
    old = os.umask(0o027)
    try:
        save(fitted(), path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_process_killed_while_saving_leaves_a_whole_file(tmp_path):
    script = HERE / "killed_saves.py"
    run = subprocess.run(
        [sys.executable, script, tmp_path, "40"], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert report["n_kills"] == 40
    assert report["n_unreadable"] == 0
    assert report["n_other"] == 0
    assert report["n_cut"] > 0  # some were killed in the middle of writing
