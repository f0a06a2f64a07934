"""A grid over the classifier alone: windows once, then scikit-learn's own search.

python benchmarks/bench_grid_search.py

Every step before the vote learns nothing, so its output is the same in every fold.
`GridSearchCV` runs on `Windows` as on any X; a plain Pipeline computes the features
again for every candidate and fold, also where `memory=` caches them for fits alone.
"""

import statistics
import tempfile
import time

from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.datasets import make_needle_emg
from skemg.features import DWTFeatures
from skemg.model_selection import PatientKFold
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


def steps():
    return [
        Bandpass(low=50, zero_phase=True),
        PeakPreservingDownsampler(5),
        Windower(length=0.1, hop=0.1),
        Counted(),
    ]


def vote():
    return WindowVotingClassifier(make_pipeline(StandardScaler(), SVC()))


def whole(n_jobs=None, memory=None):
    grid = {f"windowvotingclassifier__{key}": values for key, values in GRID.items()}
    pipeline = make_pipeline(*steps(), vote(), memory=memory)
    search = GridSearchCV(pipeline, grid, cv=PatientKFold(5), n_jobs=n_jobs)
    return search.fit(emg.data, emg.target).cv_results_


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
    "windows once": once,
    "windows once, 2 jobs": lambda: once(2),
}
expected = whole()
for way in ways.values():
    assert_array_equal(way()["mean_test_score"], expected["mean_test_score"])
counts = {}
for name in ("Pipeline", "Pipeline with memory", "windows once"):
    calls.clear()
    ways[name]()
    counts[name] = len(calls)
times = {name: [] for name in ways}
for _ in range(ROUNDS):
    for name, way in ways.items():
        start = time.perf_counter()
        way()
        times[name].append(time.perf_counter() - start)
medians = {name: statistics.median(taken) for name, taken in times.items()}
best_peer = min(median for name, median in medians.items() if "once" not in name)
print("Grid of 12 candidates in 5 folds, identical scores\n")
print("| way | seconds | x faster than the best Pipeline | calls of transform |")
print("|---|---:|---:|---:|")
for name, median in medians.items():
    count = counts.get(name, "")
    print(f"| {name} | {median:.2f} | {best_peer / median:.2f} | {count} |")
