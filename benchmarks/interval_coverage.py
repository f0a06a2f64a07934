"""How often the intervals of `patient_interval` hold the true score.

2,000 simulated cohorts of 26 patients (7, 8 and 11 of three classes) for each line.
`python benchmarks/interval_coverage.py [--cohorts 2000]` writes
`benchmarks/results/interval_coverage.csv`, the table of the user guide. A quarter of an
hour on one core.
"""

import argparse
import csv
from itertools import chain
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.special import softmax
from sklearn.metrics import roc_auc_score

from skemg.metrics import patient_interval
from skemg.metrics._patient_scores import get_score

N_PATIENTS = np.array([7, 8, 11])
CLASSES = np.arange(3)
P = (0.6, 0.7, 0.8, 0.9)
METHODS = ("wilson", "bca", "percentile")
RESULTS = Path(__file__).parent / "results" / "interval_coverage.csv"


def answers(rng, p, n_rows, correlation):
    """Return a cohort whose rows are right with probability p, alike by patient."""
    y = np.repeat(CLASSES, N_PATIENTS)
    rate = np.full(len(y), p)
    if correlation:
        count = (1 - correlation) / correlation
        rate = rng.beta(p * count, (1 - p) * count, len(y))
    groups = np.repeat(np.arange(len(y)), n_rows)
    wrong = rng.random(len(groups)) >= rate[groups]
    answer = (y[groups] + wrong * rng.integers(1, 3, len(groups))) % 3
    return y[groups], np.eye(3)[answer], groups


def probabilities(rng, distance, n_rows=1, n_patients=N_PATIENTS):
    """Return a cohort of a model that sees classes at a distance, and noise."""
    y = np.repeat(CLASSES, n_patients)
    groups = np.repeat(np.arange(len(y)), n_rows)
    seen = distance * np.eye(3)[y] + rng.normal(size=(len(y), 3))
    rows = seen[groups]
    if n_rows > 1:  # half of the noise is the patient's, half the row's
        rows = rows + rng.normal(size=rows.shape)
    return y[groups], softmax(1.5 * rows, axis=1), groups


def distance_of(p, n_rows):
    """Return the distance at which a share p of many patients is right."""

    def excess(distance):
        y, proba, _ = probabilities(
            np.random.default_rng(0), distance, n_rows, 2000 * N_PATIENTS
        )
        return (proba.argmax(axis=1) == y).mean() - p

    return brentq(excess, 0, 10, xtol=1e-3)


def true_score(metric, distance, n_rows):
    """Return the score of many patients."""
    rng = np.random.default_rng(1)
    n_patients = 10_000 * N_PATIENTS // n_rows
    y, proba, groups = probabilities(rng, distance, n_rows, n_patients)
    if metric == "roc_auc_ovr":
        return roc_auc_score(y, proba, multi_class="ovr")
    if metric == "f1_macro":
        groups = np.zeros(len(y), dtype=int)
    score = get_score(metric, CLASSES).fit(y, proba, groups)
    return score(np.ones((1, groups.max() + 1)))[0]


def measure(metric, draw, truth, n_cohorts):
    """Return coverage and mean width of each method."""
    ends = np.empty((n_cohorts, len(METHODS), 2))
    for i in range(n_cohorts):
        y, proba, groups = draw(np.random.default_rng(i))
        for j, method in enumerate(METHODS):
            ends[i, j] = patient_interval(
                metric,
                y,
                proba,
                groups=groups,
                classes=CLASSES,
                method=method,
                n_resamples=1000,
                random_state=i,
            )
    low, high = ends[..., 0] - 1e-12, ends[..., 1] + 1e-12
    return ((low <= truth) & (truth <= high)).mean(axis=0), (high - low).mean(axis=0)


def lines(n_cohorts):
    """Yield the lines of the table."""
    for n_rows, correlation in ((1, 0.0), (10, 0.1), (10, 0.5)):
        for metric in ("accuracy", "balanced_accuracy"):
            measured = [
                measure(
                    metric,
                    lambda rng, p=p, a=n_rows, b=correlation: answers(rng, p, a, b),
                    p,
                    n_cohorts,
                )
                for p in P
            ]
            rows = f"{n_rows}, correlation {correlation}" if n_rows > 1 else "1"
            yield from table_lines(metric, rows, measured)
    for n_rows in (1, 5):
        distances = [distance_of(p, n_rows) for p in P]
        for metric in ("f1_macro", "roc_auc_ovr", "brier"):
            measured = [
                measure(
                    metric,
                    lambda rng, d=distance, a=n_rows: probabilities(rng, d, a),
                    true_score(metric, distance, n_rows),
                    n_cohorts,
                )
                for distance in distances
            ]
            yield from table_lines(metric, f"{n_rows}", measured)


def table_lines(metric, rows, measured):
    """Return a line for each method."""
    for j, method in enumerate(METHODS):
        coverage = [f"{100 * c[j]:.1f}" for c, _ in measured]
        yield [metric, rows, method, *coverage, f"{measured[2][1][j]:.2f}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cohorts", type=int, default=2000)
    n_cohorts = parser.parse_args().cohorts
    header = ["score", "rows a patient", "method", *map(str, P), "width at 0.8"]
    with RESULTS.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        for line in chain([header], lines(n_cohorts)):
            table.writerow(line)
            print(*(f"{cell:>18}" for cell in line), flush=True)


if __name__ == "__main__":
    main()
