"""Searches that are killed, and workers that are: nothing is lost, nothing differs."""

import errno
import multiprocessing
import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest
from joblib import parallel_config
from search_pieces import (
    CELLS,
    LABELS,
    TABLE,
    Killer,
    fit_logged,
    fit_with_little_room,
    logged_search,
    same_results,
)
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.datasets import make_needle_emg
from skemg.features import LogSpectrum
from skemg.model_selection import PatientKFold, ResumableGridSearchCV
from skemg.windowing import Windower, WindowVotingClassifier

GRID = {"C": [0.1, 1.0, 10.0]}


@pytest.fixture(scope="module")
def processes():
    """A server that has imported all, so that a process is there in a moment."""
    if sys.platform == "win32":
        pytest.skip("needs fork")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["search_pieces"])
    return context


def killed_and_resumed(processes, tmp_path, n_kills, n_jobs=None, longest=0.5):
    """Kill a search at random instants, let it end, and compare with a whole one."""
    path, log = tmp_path / "journal", tmp_path / "log"
    rng = random.Random(0)
    in_journal = set()
    n_killed = 0
    while n_killed < n_kills:
        # A search that has few fits left would end before it is killed.
        if len(in_journal) > CELLS - 5:
            path.unlink()
            log.write_bytes(b"")
            in_journal = set()
        process = processes.Process(target=fit_logged, args=(path, log, 0.03, n_jobs))
        process.start()
        time.sleep(rng.uniform(0, longest))
        process.kill()
        process.join()
        n_killed += 1
        lines = set(path.read_bytes().split(b"\n")[:-1]) if path.exists() else set()
        assert in_journal <= lines, "a finished fit was lost"
        in_journal = lines
    resumed = logged_search(path, log, 0.03, n_jobs=n_jobs).fit(TABLE, LABELS)
    assert resumed.n_resumed_ == max(len(in_journal) - 1, 0)
    whole = logged_search(None, log).fit(TABLE, LABELS)
    assert same_results(whole, resumed)
    return resumed


def test_a_search_killed_four_times_is_the_search_that_ran_through(processes, tmp_path):
    resumed = killed_and_resumed(processes, tmp_path, 4)
    assert resumed.n_resumed_ > 0


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs, longest", [(None, 0.5), (2, 8.0)])
def test_a_search_killed_fifty_times_is_the_search_that_ran_through(
    processes, tmp_path, n_jobs, longest
):
    n_kills = 50 if n_jobs is None else 8
    killed_and_resumed(processes, tmp_path, n_kills, n_jobs, longest)


def test_a_kill_repeats_no_more_than_the_fit_at_work(processes, tmp_path):
    path, log = tmp_path / "journal", tmp_path / "log"
    for _ in range(3):
        process = processes.Process(target=fit_logged, args=(path, log, 0.03))
        process.start()
        time.sleep(0.5)
        process.kill()
        process.join()
    logged_search(path, log, 0.03, refit=False).fit(TABLE, LABELS)
    assert CELLS <= log.stat().st_size <= CELLS + 3


def test_a_second_process_is_locked_out_until_the_first_dies(processes, tmp_path):
    path, log = tmp_path / "journal", tmp_path / "log"
    process = processes.Process(target=fit_logged, args=(path, log, 5.0))
    process.start()
    while not path.exists() or not path.stat().st_size:
        time.sleep(0.01)
    start = time.monotonic()
    with pytest.raises(RuntimeError, match="in use by another process"):
        logged_search(path, log, 5.0).fit(TABLE, LABELS)
    assert time.monotonic() - start < 2
    process.kill()
    process.join()
    log.write_bytes(b"")
    fresh = logged_search(path, log, 5.0)
    fresh.estimator.seconds = 5.0
    from skemg.model_selection._resumable._journal import Journal

    with pytest.raises(ValueError, match="is of another search"):
        Journal(path, {"data": {}})  # it is opened now


def test_a_file_system_that_is_full_stops_the_search(processes, tmp_path):
    path, log = tmp_path / "journal", tmp_path / "log"
    process = processes.Process(target=fit_with_little_room, args=(path, log, 4000))
    process.start()
    process.join()
    assert process.exitcode == errno.EFBIG
    content = path.read_bytes()
    assert len(content) <= 4000
    assert content.endswith(b"\n")
    resumed = logged_search(path, log).fit(TABLE, LABELS)
    assert resumed.n_resumed_ == content.count(b"\n") - 1 > 0
    assert same_results(resumed, logged_search(None, log).fit(TABLE, LABELS))


def killer_search(folder, times, **params):
    folder.mkdir()
    estimator = Killer(str(folder), times)
    return ResumableGridSearchCV(estimator, GRID, cv=KFold(2), **params)


@pytest.mark.filterwarnings("ignore:One or more of the:UserWarning")
def test_a_fit_that_always_kills_its_worker_costs_one_cell(tmp_path):
    path = tmp_path / "journal"
    search = killer_search(tmp_path / "a", 99, n_jobs=2, journal=path)
    with pytest.warns(FitFailedWarning, match="worker died"):
        search.fit(TABLE, LABELS)
    whole = killer_search(tmp_path / "b", 0).fit(TABLE, LABELS)
    assert len(list((tmp_path / "a").iterdir())) == 2  # it was tried once more
    expected = whole.cv_results_["split1_test_score"].copy()
    expected[1] = np.nan
    np.testing.assert_array_equal(search.cv_results_["split1_test_score"], expected)
    np.testing.assert_array_equal(
        search.cv_results_["split0_test_score"],
        whole.cv_results_["split0_test_score"],
    )
    assert search.best_params_ != {"C": 1.0}
    assert path.read_bytes().count(b"\n") == 1 + 6


@pytest.mark.slow
def test_a_fit_that_kills_its_worker_once_costs_nothing(tmp_path):
    search = killer_search(tmp_path / "a", 1, n_jobs=2).fit(TABLE, LABELS)
    assert len(list((tmp_path / "a").iterdir())) == 1
    assert same_results(search, killer_search(tmp_path / "b", 0).fit(TABLE, LABELS))


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_two_processes_of_dask_give_the_scores_of_one(cluster):
    emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    vote = WindowVotingClassifier(make_pipeline(StandardScaler(), SVC()))
    search = ResumableGridSearchCV(
        make_pipeline(Windower(length=0.1), LogSpectrum(), vote),
        {
            "windower__length": [0.1, 0.2],
            "windowvotingclassifier__estimator__svc__C": [0.1, 10],
        },
        cv=PatientKFold(2),
        refit=False,
    )
    serial = search.fit(emg.data, emg.target).cv_results_
    with parallel_config(backend="dask"):
        parallel = search.fit(emg.data, emg.target).cv_results_
    for fold in range(2):
        key = f"split{fold}_test_score"
        np.testing.assert_array_equal(parallel[key], serial[key])
    workers = cluster.run(os.getpid)
    assert len(set(workers.values()) - {os.getpid()}) == 2


@pytest.mark.slow
def test_a_worker_of_dask_that_dies_costs_nothing(cluster, tmp_path):
    with parallel_config(backend="dask"):
        search = killer_search(tmp_path / "a", 1).fit(TABLE, LABELS)
    assert len(list((tmp_path / "a").iterdir())) == 1
    assert same_results(search, killer_search(tmp_path / "b", 0).fit(TABLE, LABELS))
