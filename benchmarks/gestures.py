"""Which gesture a window is of: systems for surface EMG on the gestures of UCI.

    python benchmarks/gestures.py DIR [--models yu2025_svm] [--epochs 20]

DIR holds the set of doi:10.24432/C5ZP5C in `uci-emg-gestures`. Six classes (rest, fist,
flexion, extension, radial and ulnar deviation), windows of 200 ms every 100 ms,
unmarked and mixed windows left out. Three splits of the same windows: subjects apart
(five folds), the second series of the subjects of the first, and windows at random
(five folds). Two forms of the data: the rows as published, of which nine in ten repeat
the row before, and the distinct rows alone, taken as 100 Hz, for systems without a
filter.

Intervals are over subjects. All scores go into results/gestures.csv, where former
results of the same model and split are replaced.
"""

import argparse
import csv
import itertools
import time
from pathlib import Path

import numpy as np
from sklearn.base import clone
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

from skemg import systems
from skemg.datasets import fetch_uci_gestures
from skemg.features import TimeDomainFeatures
from skemg.metrics import patient_interval
from skemg.model_selection import PatientKFold
from skemg.signals import Recordings
from skemg.windowing import Windower, WindowVotingClassifier, make_windows

RESULTS = Path(__file__).parent / "results" / "gestures.csv"
FIELDS = "data,model,split,metric,score,low,high,n_windows,n_subjects,seconds"
METRICS = {
    "balanced_accuracy": balanced_accuracy_score,
    "f1_macro": lambda y, answer: f1_score(y, answer, average="macro"),
    "accuracy": accuracy_score,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("directory", metavar="DIR", type=Path)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--splits", default="subjects,series,random")
    parser.add_argument("--epochs", type=int, default=20)
    args = parser.parse_args()
    emg = fetch_uci_gestures(args.directory)
    for model in args.models.split(","):
        make, forms = MODELS[model]
        system = make()
        if model == "yu2025_cnn":
            system.set_params(windowvotingclassifier__estimator__max_epochs=args.epochs)
        for form, split in itertools.product(forms, args.splits.split(",")):
            recordings, tracks = FORMS[form](emg)
            rows = score(recordings, tracks, emg.frame["series"], system, split)
            rows = [{"data": form, "model": model, "split": split} | r for r in rows]
            for row in rows:
                print(*row.values(), flush=True)
            write(rows)


def score(recordings, tracks, series, system, split):
    """Return the scores of one system under one split, a record a metric."""
    start = time.perf_counter()
    windows = make_windows(
        recordings, tracks, system[:-1], drop_mixed=True, drop_labels=[0]
    )
    classifier = system[-1].estimator
    answer = np.zeros_like(windows.target)
    for train, test in folds(windows, series[windows.recording], split):
        fitted = clone(classifier).fit(windows.data[train], windows.target[train])
        answer[test] = fitted.predict(windows.data[test])
    tested = answer > 0
    y, answer, groups = windows.target[tested], answer[tested], windows.groups[tested]
    classes = np.unique(y)
    records = []
    for metric, formula in METRICS.items():
        low, high = patient_interval(
            metric,
            y,
            (answer[:, np.newaxis] == classes).astype(float),
            groups=groups,
            classes=classes,
        )
        records.append(
            {
                "metric": metric,
                "score": f"{formula(y, answer):.4f}",
                "low": f"{low:.4f}",
                "high": f"{high:.4f}",
                "n_windows": len(y),
                "n_subjects": len(np.unique(groups)),
                "seconds": f"{time.perf_counter() - start:.0f}",
            }
        )
    return records


def folds(windows, series, split):
    if split == "subjects":
        cv = PatientKFold(5)
        return cv.split(windows.target, windows.target, groups=windows.groups)
    if split == "series":
        return [(np.flatnonzero(series == 1), np.flatnonzero(series == 2))]
    cv = StratifiedKFold(5, shuffle=True, random_state=0)
    return cv.split(windows.target, windows.target)


def published(emg):
    return emg.data, emg.tracks


def distinct(emg):
    """Return the rows that differ from the row before, as if they came at 100 Hz."""
    signals, tracks = [], []
    for signal, track in zip(emg.data, emg.tracks, strict=True):
        new = np.append(True, (np.diff(signal, axis=1) != 0).any(axis=0))
        signals.append(signal[:, new])
        tracks.append(track[new])
    return (
        Recordings.from_list(signals, sfreq=100, groups=emg.groups, unit="uV"),
        Recordings.from_list(tracks, sfreq=100),
    )


def hudgins_lda():
    features = TimeDomainFeatures(
        ("mav", "zc", "ssc", "wl"), threshold=0, threshold_unit="signal"
    )
    return make_pipeline(
        Windower(length=0.2, hop=0.1),
        WindowVotingClassifier(make_pipeline(features, LinearDiscriminantAnalysis())),
    )


def svm_without_filter():
    return systems.yu2025_svm().set_params(bandpass="passthrough")


FORMS = {"rows": published, "distinct rows": distinct}
MODELS = {
    "hudgins_lda": (hudgins_lda, FORMS),
    "yu2025_svm": (systems.yu2025_svm, ["rows"]),
    "yu2025_cnn": (lambda: systems.yu2025_cnn(random_state=0), ["rows"]),
    "svm_without_filter": (svm_without_filter, FORMS),
}
KEYS = ("data", "model", "split")


def write(rows):
    former = []
    if RESULTS.exists():
        with RESULTS.open(newline="") as file:
            former = list(csv.DictReader(file))
    done = {tuple(row[key] for key in KEYS) for row in rows}
    rows = [r for r in former if tuple(r[key] for key in KEYS) not in done] + rows
    with RESULTS.open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS.split(","), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
