"""The journal: every bit comes back, nothing foreign is taken, no fault is silent."""

import errno
import os
import signal
import struct
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_pieces import (
    CELLS,
    LABELS,
    TABLE,
    Doubled,
    Greedy,
    logged_search,
    same_results,
)
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import skemg
from skemg.model_selection import ResumableGridSearchCV
from skemg.model_selection._resumable import _journal
from skemg.model_selection._resumable._digest import digest
from skemg.model_selection._resumable._journal import Journal
from skemg.signals import Recordings

SEARCH = {"data": {"X": "a"}, "folds": {"number": "5"}}


def search(journal, estimator=None, grid=None, **params):
    return ResumableGridSearchCV(
        make_pipeline(StandardScaler(), SVC()) if estimator is None else estimator,
        {"svc__C": [0.1, 1.0]} if grid is None else grid,
        journal=journal,
        **{"cv": KFold(3)} | params,
    )


def bits(value):
    return struct.pack("<d", value)


def test_every_float_comes_back_to_the_last_bit(tmp_path):
    path = tmp_path / "journal"
    rng = np.random.default_rng(0)
    values = rng.bytes(8 * 200)
    scores = list(struct.unpack("<200d", values))
    scores += [0.0, -0.0, 5e-324, np.inf, -np.inf, 0.1 + 0.2, 1 / 3]
    with Journal(path, SEARCH) as journal:
        journal.append((0, 1), {"test_scores": dict(enumerate(scores))})
    with Journal(path, SEARCH) as journal:
        read = journal.results[0, 1]["test_scores"].values()
    numbers = [(x, y) for x, y in zip(scores, read, strict=True) if not np.isnan(x)]
    assert len(numbers) > 190
    assert all(bits(x) == bits(y) for x, y in numbers)
    nans = [y for x, y in zip(scores, read, strict=True) if np.isnan(x)]
    assert np.isnan(nans).all()


def test_a_file_cut_at_any_byte_loses_the_cut_line_alone(tmp_path):
    path = tmp_path / "journal"
    with Journal(path, SEARCH) as journal:
        for fold in range(3):
            journal.append((7, fold), {"test_scores": fold / 3})
    whole = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == ord("\n")]
    near = {end + i for end in ends for i in (-2, -1, 0, 1)} - {len(whole) + 1}
    for length in sorted({*range(0, len(whole), 9), *near}):
        path.write_bytes(whole[:length])
        n_whole = max(sum(end <= length for end in ends) - 1, 0)
        with Journal(path, SEARCH) as journal:
            assert list(journal.results) == [(7, fold) for fold in range(n_whole)]
            for fold in range(n_whole, 3):
                journal.append((7, fold), {"test_scores": fold / 3})
        assert path.read_bytes() == whole


@given(st.data())
def test_a_damaged_line_is_left_out_and_said(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "journal"
    with Journal(path, SEARCH) as journal:
        start = os.path.getsize(path)
        for fold in range(3):
            journal.append((0, fold), {"test_scores": fold / 3})
    content = bytearray(path.read_bytes())
    line = data.draw(st.integers(0, 2))
    size = (len(content) - start) // 3
    places = content[start + line * size : start + (line + 1) * size]
    i = data.draw(st.integers(0, len(places.split(b"\n")[0]) - 1))
    flipped = content[start + line * size + i] ^ 1 << data.draw(st.integers(0, 7))
    if flipped == ord("\n") or chr(content[start + line * size + i]) == "\n":
        return
    content[start + line * size + i] = flipped
    path.write_bytes(content)
    with pytest.warns(UserWarning, match="1 damaged"), Journal(path, SEARCH) as journal:
        assert len(journal.results) == 2
        for fold, result in journal.results.items():
            assert result == {"test_scores": fold[1] / 3}


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"no line", b"\n", b"\x00" * 300])
def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is no journal"):
        Journal(path, SEARCH)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_an_error_with_its_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        search(tmp_path / "absent" / "journal").fit(TABLE, LABELS)


def test_a_finished_search_is_read_and_not_computed(tmp_path):
    log = tmp_path / "log"
    first = logged_search(tmp_path / "journal", log).fit(TABLE, LABELS)
    assert log.stat().st_size == CELLS + 1
    again = logged_search(tmp_path / "journal", log, n_jobs=2, refit=False)
    again.fit(TABLE, LABELS)
    assert log.stat().st_size == CELLS + 1
    assert (first.n_resumed_, again.n_resumed_) == (0, CELLS)
    assert same_results(first, again)
    times = "mean_fit_time", "std_score_time"
    assert all((first.cv_results_[t] == again.cv_results_[t]).all() for t in times)


@pytest.mark.filterwarnings("ignore:One or more of the:UserWarning")
def test_failures_and_their_warnings_come_back_too(tmp_path):
    tables = []
    for _ in range(2):
        with pytest.warns(FitFailedWarning, match="5 fits failed out of a total of 10"):
            tables.append(
                search(
                    tmp_path / "journal",
                    LogisticRegression(),
                    {"C": [-1.0, 1.0]},
                    cv=KFold(5),
                    scoring=["accuracy", "neg_log_loss"],
                    refit="accuracy",
                    return_train_score=True,
                ).fit(TABLE, LABELS)
            )
    assert same_results(*tables)
    assert tables[1].best_params_ == {"C": 1.0}


def changed_label():
    y = LABELS.copy()
    y[3] = 1 - y[3]
    return y


GROUPS = np.arange(40) % 8


@pytest.mark.parametrize(
    "params, fit, named",
    [
        ({}, {"X": TABLE + np.eye(40, 3) * 1e-15}, ["data X"]),
        ({}, {"X": TABLE.astype(np.float32)}, ["data X"]),
        ({}, {"y": changed_label()}, ["data y"]),
        ({}, {"groups": GROUPS[::-1].copy()}, ["data groups"]),
        ({}, {"svc__sample_weight": np.ones(40)}, ["data svc__sample_weight"]),
        (
            {"estimator": make_pipeline(StandardScaler(), SVC(gamma=2.0))},
            {},
            ["estimator svc__gamma ('scale' in the journal, 2.0 now)"],
        ),
        ({"estimator": make_pipeline(SVC())}, {}, ["estimator steps"]),
        (
            {"grid": {"svc__C": [0.1, 1.0, 10.0]}},
            {},
            ["param_grid svc__C ([0.1, 1.0] in the journal, [0.1, 1.0, 10.0] now)"],
        ),
        ({"grid": {"svc__C": [1.0, 0.1]}}, {}, ["param_grid candidates"]),
        ({"grid": {"svc__gamma": [1.0]}}, {}, ["param_grid svc__gamma"]),
        ({"cv": GroupKFold(4)}, {}, ["folds number (3 in the journal, 4 now)"]),
        (
            {"cv": GroupKFold(3, shuffle=True, random_state=0)},
            {},
            ["folds indices"],
        ),
        ({"scoring": "f1"}, {}, ["scoring scoring (None in the journal, 'f1' now)"]),
        ({"return_train_score": True}, {}, ["scoring return_train_score"]),
        ({"error_score": 0.0}, {}, ["scoring error_score (nan in the journal, 0.0"]),
    ],
)
def test_another_search_is_refused_and_what_differs_is_named(
    tmp_path, params, fit, named
):
    path, base = tmp_path / "journal", {"cv": GroupKFold(3)}
    given = {"X": TABLE, "y": LABELS, "groups": GROUPS}
    search(path, **base).fit(**given)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="is of another search") as error:
        search(path, **base | params).fit(**given | fit)
    for part in named:
        assert part in str(error.value)
    if "data X" in str(error.value):
        assert "data y" not in str(error.value)
    assert path.read_bytes() == before


def test_what_changes_no_score_may_differ(tmp_path):
    path = tmp_path / "journal"
    search(path).fit(TABLE, LABELS)
    cached = make_pipeline(StandardScaler(), SVC(verbose=0), memory=str(tmp_path / "m"))
    again = search(path, cached, refit=False, verbose=1, n_jobs=2, pre_dispatch=2)
    assert again.fit(TABLE, LABELS).n_resumed_ == 6


def test_shared_steps_are_not_computed_for_what_is_in_the_journal(tmp_path):
    pipeline = make_pipeline(Doubled(), LogisticRegression())
    grid = {"doubled__factor": [1.0, 3.0, 5.0]}
    search(tmp_path / "journal", pipeline, grid).fit(TABLE, LABELS)
    lines = (tmp_path / "journal").read_bytes().splitlines(keepends=True)
    (tmp_path / "journal").write_bytes(b"".join(lines[:5]))  # 3 cells and 1 of 3
    Doubled.calls.clear()
    again = search(tmp_path / "journal", pipeline, grid, refit=False)
    assert again.fit(TABLE, LABELS).n_resumed_ == 4
    assert Doubled.calls == [(3.0, 40), (5.0, 40)]


def test_another_version_is_refused_by_name(tmp_path, monkeypatch):
    search(tmp_path / "journal").fit(TABLE, LABELS)
    monkeypatch.setattr(skemg, "__version__", "7.0")
    with pytest.raises(ValueError, match=r"version skemg \(.* in the journal, 7.0 now"):
        search(tmp_path / "journal").fit(TABLE, LABELS)


def test_a_second_opening_is_locked_out_until_the_first_is_closed(tmp_path):
    with (
        Journal(tmp_path / "journal", SEARCH),
        pytest.raises(RuntimeError, match="in use by another process"),
    ):
        Journal(tmp_path / "journal", SEARCH)
    with Journal(tmp_path / "journal", SEARCH):
        pass


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_full_disk_stops_the_search_which_goes_on_later(
    tmp_path, monkeypatch, n_jobs
):
    path, log = tmp_path / "journal", tmp_path / "log"
    room = [3000]

    def write(descriptor, data):
        data = data[: room[0]]
        if not data:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= len(data)
        return os.write(descriptor, data)

    class Full:
        """The module os, on a disk that is nearly full."""

        __getattr__ = staticmethod(lambda name: getattr(os, name))

    full = Full()
    full.write = write
    monkeypatch.setattr(_journal, "os", full)
    with pytest.raises(OSError, match="run it again") as error:
        logged_search(path, log, n_jobs=n_jobs).fit(TABLE, LABELS)
    assert error.value.errno == errno.ENOSPC
    assert error.value.filename == str(path)
    n_finished = path.read_bytes().count(b"\n") - 1
    assert 0 < n_finished < CELLS
    if n_jobs == 1:
        assert log.stat().st_size == n_finished + 1  # it stopped at once
    monkeypatch.undo()
    resumed = logged_search(path, log).fit(TABLE, LABELS)
    assert resumed.n_resumed_ == n_finished
    assert same_results(resumed, logged_search(None, log).fit(TABLE, LABELS))


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_lack_of_memory_is_raised_and_never_a_score(tmp_path, n_jobs):
    params = {"estimator": Greedy(), "grid": {"C": [0.1, 1.0, 10.0]}, "n_jobs": n_jobs}
    with pytest.raises(MemoryError, match="candidate 1 ran out of memory in fold"):
        search(tmp_path / "journal", **params).fit(TABLE, LABELS)
    lines = (tmp_path / "journal").read_bytes().splitlines()[1:]
    assert all(b'"candidate":1' not in line for line in lines)


def out_of_memory(estimator, X, y):
    raise MemoryError("in the score")


@pytest.mark.parametrize("scoring", [out_of_memory, {"a": out_of_memory}])
def test_a_lack_of_memory_in_a_score_is_raised_too(scoring):
    refit = "a" if isinstance(scoring, dict) else True
    with pytest.raises(MemoryError, match="in the score"):
        search(None, scoring=scoring, refit=refit).fit(TABLE, LABELS)


def test_ctrl_c_that_a_fit_swallows_stops_the_search(tmp_path, request):
    # where tests run in the background, the shell has told them to ignore Ctrl-C
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    path, grid = tmp_path / "journal", {"C": [0.1, 1.0, 10.0]}
    with pytest.raises(KeyboardInterrupt):
        search(path, Greedy("interrupt"), grid).fit(TABLE, LABELS)
    with Journal(path, read_search(path)) as journal:
        assert list(journal.results) == [(0, 0), (0, 1), (0, 2)]


def read_search(path):
    with open(path, "rb") as file:
        return _journal._decode(file.readline().rstrip(b"\n"))["search"]


def test_changing_folds_are_refused_where_a_journal_is_kept(tmp_path):
    cv = KFold(3, shuffle=True)
    with pytest.raises(ValueError, match="other folds with each call"):
        search(tmp_path / "journal", cv=cv).fit(TABLE, LABELS)
    assert not (tmp_path / "journal").exists()
    search(None, cv=cv).fit(TABLE, LABELS)


def test_a_seed_that_is_missing_and_used_is_said(tmp_path):
    forest = make_pipeline(StandardScaler(), RandomForestClassifier(2))
    name = "randomforestclassifier__random_state"
    grid = {"randomforestclassifier__max_depth": [1, 2]}
    with pytest.warns(UserWarning, match=f"{name} is None"):
        search(tmp_path / "journal", forest, grid).fit(TABLE, LABELS)
    seeded = forest.set_params(**{name: 0})
    search(tmp_path / "seeded", seeded, grid).fit(TABLE, LABELS)


def test_groups_of_a_journal_without_groups_are_named(tmp_path):
    search(tmp_path / "journal").fit(TABLE, LABELS)
    with pytest.raises(ValueError, match=r"data groups \(nothing in the journal"):
        search(tmp_path / "journal", cv=GroupKFold(3)).fit(TABLE, LABELS, groups=GROUPS)


SAME = """
import numpy as np
from functools import partial
from search_pieces import Doubled, Loop
from skemg.metrics import patient_scorer
from skemg.model_selection._resumable._digest import digest
from skemg.signals import Recordings
words = np.array(["a", "b" * 20], dtype=object)
emg = Recordings.from_list([[1.0, 2], [3.0]], sfreq=1000, groups=["p1", "p2"])
things = [{"b": 1, "a": {3, 1, 2, "x"}}, words, emg, Doubled(), Doubled,
          patient_scorer("accuracy"), partial(int, base=2), lambda x: x + 1, Loop()]
print(digest(things))
"""


def test_a_digest_is_the_same_in_every_process():
    folder = os.path.dirname(__file__)
    env = os.environ | {"PYTHONPATH": os.pathsep.join([folder, *sys.path])}
    seen = {
        subprocess.run(
            [sys.executable, "-c", SAME],
            env=env | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    assert len(seen.pop().strip()) == 32


def test_a_digest_differs_where_the_content_does(tmp_path):
    values = np.arange(6.0)
    np.save(tmp_path / "values.npy", values)
    mapped = np.load(tmp_path / "values.npy", mmap_mode="r")
    assert digest(values) == digest(mapped) == digest(values.copy())

    def recordings(**params):
        return Recordings(values, [0, 2, 6], **{"sfreq": 1000} | params)

    different = [
        values,
        values.reshape(2, 3),
        values.reshape(2, 3).T,
        values.astype(np.float32),
        -values,
        list(values),
        tuple(values),
        recordings(),
        recordings(sfreq=2000),
        recordings(groups=["a", "b"]),
        np.array(["a", None], dtype=object),
        {"a": 1},
        {"a": 1.0},
        {"a": True},
        {1: "a"},
        SVC(),
        SVC(C=2),
        SVC,
        lambda x: x + 1,
        lambda x: x + 2,
        KFold(3),
        KFold(4),
        None,
        "None",
        b"None",
        np.random.RandomState(0),
        np.random.RandomState(1),
    ]
    assert len({digest(value) for value in different}) == len(different)
