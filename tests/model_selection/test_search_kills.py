"""Searches that are killed, and workers that are: nothing is lost, nothing differs."""

import errno
import multiprocessing
import os
import random
import signal
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
    fit_slowly,
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
    context.set_forkserver_preload(["skemg.model_selection", "sklearn.linear_model"])
    return context


@pytest.fixture
def start(processes, tmp_path):
    """Return a function that starts a search which takes its time."""
    started = []

    def start(seconds, n_jobs=None):
        ready = processes.Event()
        args = (tmp_path / "journal", tmp_path / "log", seconds, n_jobs, ready)
        started.append(processes.Process(target=fit_slowly, args=args))
        started[-1].start()
        assert ready.wait(60)
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.join()


def kill_and_resume(start, folder, n_kills, *, n_jobs=None, longest):
    """Kill a search at random instants; it must end as one that ran through."""
    path, log = folder / "journal", folder / "log"
    log.touch()
    rng = random.Random(0)
    known = set()
    for i in range(n_kills):
        if len(known) > CELLS - 8:  # before it ends, begin anew
            check_resumed(path, log)
            path.unlink()
            known = set()
        process = start(0.02, n_jobs)
        n_fits = log.stat().st_size
        while i % 2 and log.stat().st_size < n_fits + 2:  # every second one gets far
            time.sleep(0.005)
        time.sleep(rng.uniform(0, longest))
        process.kill()
        process.join()
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
        assert known <= set(lines), "a finished fit was lost"
        known = set(lines)
    return check_resumed(path, log)


def check_resumed(path, log):
    n_finished = max(path.read_bytes().count(b"\n") - 1, 0)
    resumed = logged_search(path, log, refit=False).fit(TABLE, LABELS)
    assert resumed.n_resumed_ == n_finished
    n_fits = log.stat().st_size
    whole = logged_search(None, log, refit=False).fit(TABLE, LABELS)
    assert same_results(whole, resumed)
    log.write_bytes(b"")
    return n_fits, n_finished


def test_a_search_killed_four_times_is_the_one_that_ran_through(start, tmp_path):
    n_fits, n_finished = kill_and_resume(start, tmp_path, 4, longest=0.2)
    assert n_finished > 0
    assert CELLS <= n_fits <= CELLS + 4  # a kill repeats the fit at work


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs, n_kills, longest", [(None, 50, 0.3), (2, 10, 6.0)])
def test_a_search_killed_fifty_times_is_the_one_that_ran_through(
    start, tmp_path, n_jobs, n_kills, longest
):
    kill_and_resume(start, tmp_path, n_kills, n_jobs=n_jobs, longest=longest)


def test_ctrl_c_ends_the_search_and_leaves_a_journal_that_goes_on(start, tmp_path):
    path, log = tmp_path / "journal", tmp_path / "log"
    process = start(0.05)
    while not log.exists() or log.stat().st_size < 5:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    process.join(2)
    assert process.exitcode == 1
    n_finished = path.read_bytes().count(b"\n") - 1
    assert 4 <= n_finished < CELLS
    check_resumed(path, log)


def test_a_second_process_is_locked_out_until_the_first_dies(start, tmp_path):
    path, log = tmp_path / "journal", tmp_path / "log"
    process = start(60.0)
    while not path.exists() or not path.stat().st_size:
        time.sleep(0.01)
    begin = time.monotonic()
    with pytest.raises(RuntimeError, match="in use by another process"):
        logged_search(path, log).fit(TABLE, LABELS)
    assert time.monotonic() - begin < 2
    process.kill()
    process.join()
    assert logged_search(path, log).fit(TABLE, LABELS).n_resumed_ == 0


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
    from distributed import get_task_stream

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
    with parallel_config(backend="dask"), get_task_stream(cluster) as done:
        parallel = search.fit(emg.data, emg.target).cv_results_
    assert len(done.data) >= 8  # the fits ran on the workers, which are two processes
    assert len(set(cluster.run(os.getpid).values()) - {os.getpid()}) == 2
    for fold in range(2):
        key = f"split{fold}_test_score"
        np.testing.assert_array_equal(parallel[key], serial[key])


@pytest.mark.slow
def test_a_worker_of_dask_that_dies_costs_nothing(cluster, tmp_path):
    with parallel_config(backend="dask"):
        search = killer_search(tmp_path / "a", 1).fit(TABLE, LABELS)
    assert len(list((tmp_path / "a").iterdir())) == 1
    assert same_results(search, killer_search(tmp_path / "b", 0).fit(TABLE, LABELS))
