"""Scores of the systems on the needle EMG of Algiers, honest and leaking.

    python benchmarks/algiers.py DIR [--jobs 2] [--csv FILE]

DIR holds the recordings of doi:10.17632/543xpjycj9.1. Every system is scored at three
levels: windows, recordings, patients. "patients apart" is PatientKFold(5); "windows at
random" is what most papers do, the same classifier under StratifiedKFold(5) over all
windows, where windows of one recording stand on both sides. Intervals resample patients
within their class (1,000 draws, 95 %) over the fixed out-of-fold answers.
"""

import argparse
import csv
import time

import numpy as np
from sklearn.base import clone
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline

from skemg import systems
from skemg.datasets import load_algiers
from skemg.metrics import vote_by_group
from skemg.model_selection import PatientKFold
from skemg.windowing import WindowVotingClassifier

SYSTEMS = {
    "svm_log_spectrum": systems.svm_log_spectrum,
    "forest_dwt": lambda: systems.forest_dwt(random_state=0),
    "forest_pooled": lambda: systems.forest_pooled(random_state=0),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", metavar="DIR")
    parser.add_argument("--jobs", type=int, default=None)
    parser.add_argument("--csv", metavar="FILE")
    args = parser.parse_args()
    emg = load_algiers(args.data)
    rows = []
    for name, make in SYSTEMS.items():
        for row in scores_of(name, make(), emg.data, emg.target, args.jobs):
            print(" | ".join(row.values()), flush=True)
            rows.append(row)
    if args.csv:
        with open(args.csv, "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)


def scores_of(name, system, X, y, n_jobs):
    """Yield a row of the table for each split."""
    start = time.perf_counter()
    steps, last = Pipeline(system.steps[:-1]), system[-1]
    seen = steps.fit_transform(X)
    if isinstance(last, WindowVotingClassifier):
        apart = windows_apart(last, seen, y)
        random = windows_at_random(last, seen, y, n_jobs)
        splits = {"patients apart": apart, "windows at random": random}
    else:  # a row a recording: there are no windows to spread
        splits = {
            "patients apart": cross_val_predict(
                last, seen, y, groups=X.groups, cv=PatientKFold(5), n_jobs=n_jobs,
                method="predict_proba",
            ),
            "recordings at random": cross_val_predict(
                last, seen, y, cv=StratifiedKFold(5, shuffle=True, random_state=0),
                n_jobs=n_jobs, method="predict_proba",
            ),
        }  # fmt: skip
        splits = {split: (None, proba) for split, proba in splits.items()}
    for split, (windows, recordings) in splits.items():
        yield {
            "system": name,
            "split": split,
            **level_scores(windows, recordings, X.groups, y),
            "seconds": f"{time.perf_counter() - start:.0f}",
        }


def windows_apart(vote, windows, y):
    """Return out-of-fold answers of windows and recordings, patients apart."""
    by_window = np.empty((windows.n_windows, len(np.unique(y))))
    for train, test in PatientKFold(5).split(windows, y):
        fitted = clone(vote).fit(windows[train], y[train])
        rows = np.repeat(np.isin(np.arange(len(windows)), test), windows.counts)
        by_window[rows] = fitted.predict_proba_windows(windows[test]).values
    return windows.with_values(by_window), windows.mean(by_window)


def windows_at_random(vote, windows, y, n_jobs):
    """Return the same under a split that ignores recordings and patients."""
    cv = StratifiedKFold(5, shuffle=True, random_state=0)
    labels, inner = windows.repeat(y), vote.estimator
    soft = hasattr(inner, "predict_proba")
    answers = cross_val_predict(
        inner, windows.values, labels, cv=cv, n_jobs=n_jobs,
        method="predict_proba" if soft else "predict",
    )  # fmt: skip
    if not soft:
        answers = (answers[:, np.newaxis] == np.unique(y)).astype(float)
    return windows.with_values(answers), windows.mean(answers)


def level_scores(windows, recordings, groups, y):
    """Return balanced accuracy with its interval at each level, as text."""
    classes = np.unique(y)
    vote = vote_by_group(recordings, groups, y=y)
    levels = {"window": "-"}
    if windows is not None:
        predicted = classes[windows.values.argmax(axis=1)]
        patients = windows.repeat(groups)
        levels["window"] = with_interval(windows.repeat(y), predicted, patients)
    predicted = classes[recordings.argmax(axis=1)]
    levels["recording"] = with_interval(y, predicted, groups)
    predicted = classes[vote.proba.argmax(axis=1)]
    levels["patient"] = with_interval(vote.target, predicted, vote.groups)
    return levels


def with_interval(truth, predicted, patients, n_draws=1000):
    """Return balanced accuracy and the interval over resampled patients."""
    rng = np.random.default_rng(0)
    names, codes = np.unique(patients, return_inverse=True)
    classes, true_codes = np.unique(truth, return_inverse=True)
    right = np.zeros((len(names), len(classes)))
    total = np.zeros_like(right)
    np.add.at(right, (codes, true_codes), truth == predicted)
    np.add.at(total, (codes, true_codes), 1)
    of_class = [np.flatnonzero(total[:, c]) for c in range(len(classes))]
    draws = []
    for _ in range(n_draws):
        drawn = [rng.choice(members, len(members)) for members in of_class]
        recalls = [right[d, c].sum() / total[d, c].sum() for c, d in enumerate(drawn)]
        draws.append(np.mean(recalls))
    low, high = np.quantile(draws, [0.025, 0.975])
    score = balanced_accuracy_score(truth, predicted)
    return f"{score:.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
