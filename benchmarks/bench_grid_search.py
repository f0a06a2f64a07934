"""A grid over the classifier alone: features once a fit, or once.

python benchmarks/bench_grid_search.py

Every step before the vote learns nothing, so its output is the same in every fold. A
plain Pipeline in `GridSearchCV` computes the features again for every candidate and
fold, also where `memory=` caches them for fits alone. `ResumableGridSearchCV` computes
them once; "windows once" is what a user can do by hand, who then has no whole pipeline.
The last table is what its journal costs.
"""

import statistics
import tempfile
import time
from pathlib import Path

from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.datasets import make_needle_emg
from skemg.features import DWTFeatures
from skemg.model_selection import PatientKFold, ResumableGridSearchCV
from skemg.model_selection._resumable._journal import Journal
from skemg.preprocessing import Bandpass, PeakPreservingDownsampler
from skemg.windowing import Windower, WindowVotingClassifier

ROUNDS = 5
GRID = {"estimator__svc__C": [0.1, 1, 10, 100], "estimator__svc__gamma": [0.01, 0.1, 1]}

emg = make_needle_emg(n_patients=30, n_recordings=2, random_state=0)
calls = []


class Counted(DWTFeatures):
    """Wavelet features that count how often they are asked."""

    def transform(self, X):
        calls.append(len(X))
        return super().transform(X)


counting = False  # the workers of joblib cannot import the class of a script


def steps():
    return [
        Bandpass(low=50, zero_phase=True),
        PeakPreservingDownsampler(5),
        Windower(length=0.1, hop=0.1),
        Counted() if counting else DWTFeatures(),
    ]


def vote():
    return WindowVotingClassifier(make_pipeline(StandardScaler(), SVC()))


def whole(n_jobs=None, memory=None, search=GridSearchCV, **params):
    grid = {f"windowvotingclassifier__{key}": values for key, values in GRID.items()}
    pipeline = make_pipeline(*steps(), vote(), memory=memory)
    search = search(pipeline, grid, cv=PatientKFold(5), n_jobs=n_jobs, **params)
    return search.fit(emg.data, emg.target).cv_results_


def resumable(n_jobs=None):
    with tempfile.TemporaryDirectory(dir=".") as folder:
        path = Path(folder) / "journal"
        return whole(n_jobs, search=ResumableGridSearchCV, journal=path)


def cached(n_jobs=None):
    with tempfile.TemporaryDirectory() as folder:
        return whole(n_jobs, memory=folder)


def once(n_jobs=None):
    windows = make_pipeline(*steps()).fit_transform(emg.data)
    search = GridSearchCV(vote(), GRID, cv=PatientKFold(5), n_jobs=n_jobs)
    return search.fit(windows, emg.target).cv_results_


ways = {
    "Pipeline": whole,
    "Pipeline, 2 jobs": lambda: whole(2),
    "Pipeline with memory": cached,
    "Pipeline with memory, 2 jobs": lambda: cached(2),
    "windows once by hand": once,
    "windows once by hand, 2 jobs": lambda: once(2),
    "ResumableGridSearchCV": resumable,
    "ResumableGridSearchCV, 2 jobs": lambda: resumable(2),
}
expected = whole()
for way in ways.values():
    assert_array_equal(way()["mean_test_score"], expected["mean_test_score"])
counts, counting = {}, True
for name in ("Pipeline", "Pipeline with memory", "ResumableGridSearchCV"):
    calls.clear()
    ways[name]()
    counts[name] = len(calls)
counting = False
times = {name: [] for name in ways}
for _ in range(ROUNDS):
    for name, way in ways.items():
        start = time.perf_counter()
        way()
        times[name].append(time.perf_counter() - start)
medians = {name: statistics.median(taken) for name, taken in times.items()}
best_peer = min(m for name, m in medians.items() if name.startswith("Pipeline"))
print("Grid of 12 candidates in 5 folds, identical scores\n")
print("| way | seconds | x faster than the best Pipeline | calls of transform |")
print("|---|---:|---:|---:|")
for name, median in medians.items():
    count = counts.get(name, "")
    print(f"| {name} | {median:.2f} | {best_peer / median:.2f} | {count} |")

N_CELLS = 500
result = {"fit_error": None, "test_scores": {"window": 1 / 3, "patient": 2 / 3}}
with tempfile.TemporaryDirectory(dir=".") as folder:
    start = time.perf_counter()
    with Journal(Path(folder) / "journal", {}) as journal:
        for cell in range(N_CELLS):
            journal.append((cell, 0), result)
    taken = time.perf_counter() - start
print(
    f"\nJournal: {1000 * taken / N_CELLS:.2f} ms a cell, on the disk when it is written"
)
