"""Scores of the systems on the needle EMG of Algiers, honest and leaking.

    python benchmarks/algiers.py DIR [--jobs 2] [--csv FILE]

DIR holds the recordings of doi:10.17632/543xpjycj9.1. Every system is scored at three
levels: windows, recordings, patients. "patients apart" is PatientKFold(5), over several
seeds of the folds; "windows at random" is what most papers do, the same classifier
under StratifiedKFold(5) over all windows, where windows of one recording stand on both
sides. Given are the mean and SD over seeds, and for the first seed the interval that
resamples patients within their class (1,000 draws, 95 %) over the fixed out-of-fold
answers. Balanced accuracy of three classes throughout.
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
from skemg.datasets import fetch_algiers
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
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--csv", metavar="FILE")
    args = parser.parse_args()
    emg = fetch_algiers(args.data)
    rows = []
    print("| system | split | window | recording | patient | seconds |")
    print("|---|---|---|---|---|---|")
    for name, make in SYSTEMS.items():
        system = make()
        seen = Pipeline(system.steps[:-1]).fit_transform(emg.data)  # learns nothing
        for split, answer in splits_of(system[-1]).items():
            start = time.perf_counter()
            scores = [
                level_scores(
                    *answer(system[-1], seen, emg, seed, args.jobs),
                    emg.groups,
                    emg.target,
                )
                for seed in range(args.seeds)
            ]
            took = (time.perf_counter() - start) / args.seeds
            row = {"system": name, "split": split, **summary(scores)}
            rows.append(row | {"seconds": f"{took:.0f}"})
            print("| " + " | ".join(rows[-1].values()) + " |", flush=True)
    if args.csv:
        with open(args.csv, "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)


def splits_of(last):
    """Return the splits by name, each with the function that gives the answers."""
    if isinstance(last, WindowVotingClassifier):
        return {"patients apart": windows_apart, "windows at random": windows_at_random}
    return {"patients apart": rows_apart, "recordings at random": rows_at_random}


def windows_apart(vote, windows, emg, seed, n_jobs):
    """Return out-of-fold answers of windows and recordings, patients apart."""
    by_window = np.empty((windows.n_windows, len(np.unique(emg.target))))
    folds = PatientKFold(5, shuffle=True, random_state=seed)
    for train, test in folds.split(windows, emg.target):
        fitted = clone(vote).fit(windows[train], emg.target[train])
        rows = np.repeat(np.isin(np.arange(len(windows)), test), windows.counts)
        by_window[rows] = fitted.predict_proba_windows(windows[test]).values
    return windows.with_values(by_window), windows.mean(by_window)


def windows_at_random(vote, windows, emg, seed, n_jobs):
    """Return the same under a split that ignores recordings and patients."""
    labels, inner = windows.repeat(emg.target), vote.estimator
    soft = hasattr(inner, "predict_proba")
    answers = cross_val_predict(
        inner,
        windows.values,
        labels,
        cv=StratifiedKFold(5, shuffle=True, random_state=seed),
        n_jobs=n_jobs,
        method="predict_proba" if soft else "predict",
    )
    if not soft:
        answers = (answers[:, np.newaxis] == np.unique(labels)).astype(float)
    return windows.with_values(answers), windows.mean(answers)


def rows_apart(model, table, emg, seed, n_jobs):
    """Return out-of-fold answers of recordings, patients apart."""
    folds = PatientKFold(5, shuffle=True, random_state=seed)
    return None, predict_rows(model, table, emg, folds, n_jobs)


def rows_at_random(model, table, emg, seed, n_jobs):
    """Return the same with the recordings of a patient on both sides."""
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    return None, predict_rows(model, table, emg, folds, n_jobs)


def predict_rows(model, table, emg, folds, n_jobs):
    splits = list(folds.split(emg.data, emg.target))
    return cross_val_predict(
        model, table, emg.target, cv=splits, n_jobs=n_jobs, method="predict_proba"
    )


def summary(scores):
    """Return mean and SD over seeds and the interval of the first seed, as text."""
    texts = {}
    for level, (_, low, high) in scores[0].items():
        values = [score[level][0] for score in scores]
        if np.isnan(values).any():
            texts[level] = "-"
            continue
        spread = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
        texts[level] = f"{np.mean(values):.3f}{spread} [{low:.3f}, {high:.3f}]"
    return texts


def level_scores(windows, recordings, groups, y):
    """Return balanced accuracy with its interval at each level."""
    classes = np.unique(y)
    vote = vote_by_group(recordings, groups, y=y)
    levels = {"window": (np.nan, np.nan, np.nan)}
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
    return balanced_accuracy_score(truth, predicted), low, high


if __name__ == "__main__":
    main()
