"""Table 2 of Tatlidil 2025 on simulated patients, as published and with patients apart.

    python benchmarks/table2.py [--rows 1,3,6,9,18] [--epochs 20] [--folds 2] ...

The 20 networks of doi:10.20883/medical.e1391, trained on windows of as many simulated
patients (11 normal, 8 neuropathic, 7 myopathic), recordings and windows of each class
as the source has: 96 recordings, 3,156 windows. Two protocols:

- "random windows", that of the source: ten stratified folds over windows, so that
  overlapping windows of one recording stand on both sides.
- "patients apart": PatientKFold with seven folds, as many as the smallest class has
  patients; there also the soft vote of each recording and of each patient.

Every finished fold is one line of table2.csv, together with the settings on which it
depends; a further run with the same settings goes on behind it. A fold that --minutes
interrupts is lost. Given are accuracies in percent; SD is that over folds, as in the
source. A score on simulated patients says nothing about real ones.
"""

import argparse
import csv
import os
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from skorch.callbacks import Callback

from skemg.datasets import make_needle_emg
from skemg.metrics import vote_by_group
from skemg.model_selection import PatientKFold
from skemg.systems import tatlidil2025
from skemg.systems._tatlidil2025_models import MODELS

# recordings of a patient and windows of a recording, close to the source's
COHORT = {"normal": (4, 28), "neuropathic": (3, 30), "myopathic": (4, 43)}
RANDOM, APART = "random windows", "patients apart"
SETTINGS = ["patients", "seed", "precision", "n_folds", "epochs"]
TASK = ["row", "protocol", "fold"]
COUNTS = ["windows", "recordings", "patients"]
FIELDS = [
    *(f"set_{name}" for name in SETTINGS),
    *TASK,
    *(f"{level}_{what}" for level in COUNTS for what in ("right", "all")),
    "train_loss",
    "seconds",
    "device",
]


class TimeUp(Exception):
    """The minutes are over."""


class Deadline(Callback):
    """Give a training up when the time is over."""

    def __init__(self, end):
        self.end = end

    def on_epoch_end(self, net, **kwargs):
        if time.time() > self.end:
            raise TimeUp


def main():
    args = parse()
    file = args.out / "table2.csv"
    args.out.mkdir(parents=True, exist_ok=True)
    if not args.plot_only:
        run(args, file)
    results = summary(args, read(file))
    print_table(args, results)
    plot(args, results, args.out / "table2.png")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=numbers, default=list(range(1, 21)))
    parser.add_argument("--epochs", type=int, default=1000, help="most epochs of a row")
    parser.add_argument("--folds", type=int, default=10, help="only the first folds")
    parser.add_argument("--patients", type=numbers, default=[11, 8, 7])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--jobs", type=int, default=1, help="folds at a time")
    parser.add_argument("--minutes", type=float, default=np.inf)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--plot-only", action="store_true")
    return parser.parse_args()


def numbers(text):
    return [int(number) for number in text.split(",")]


# -- which folds there are, and which are done ----------------------------------------


def tasks_of(args):
    """Return every row, protocol and fold; the first fold of all rows comes first."""
    n_folds = {RANDOM: 10, APART: min(7, *args.patients)}
    return [
        {"row": row, "protocol": protocol, "fold": fold, "n_folds": n}
        for fold in range(args.folds)
        for row in args.rows
        for protocol, n in n_folds.items()
        if fold < n
    ]


def key_of(args, task):
    """Return all that a result depends on, as text."""
    settings = {
        "patients": "-".join(map(str, args.patients)),
        "seed": args.seed,
        "precision": args.precision,
        "n_folds": task["n_folds"],
        "epochs": min(args.epochs, MODELS[task["row"] - 1].epochs),
    }
    key = {f"set_{name}": settings[name] for name in SETTINGS}
    return {name: str(value) for name, value in {**key, **only(task, TASK)}.items()}


def only(mapping, names):
    return {name: mapping[name] for name in names}


def read(file):
    """Return the finished folds, by all that they depend on."""
    if not file.exists():
        return {}
    with open(file, newline="") as lines:
        rows = list(csv.DictReader(lines))
    key = FIELDS[: len(SETTINGS) + len(TASK)]
    return {tuple(row[name] for name in key): row for row in rows}


def append(file, row):
    """Add a line by one write, so that a line is there in full or not at all."""
    lines = [] if file.exists() else [",".join(FIELDS)]
    lines.append(",".join(str(row[name]) for name in FIELDS))
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, ("\n".join(lines) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


# -- training -------------------------------------------------------------------------


def run(args, file):
    """Train every fold that is not there yet."""
    end = time.time() + 60 * args.minutes
    done = read(file)
    todo = [t for t in tasks_of(args) if tuple(key_of(args, t).values()) not in done]
    print(f"{len(todo)} folds to do", flush=True)
    if not todo:
        return
    data = prepare(args)
    taken = {int(row["row"]): float(row["seconds"]) for row in done.values()}

    def in_time():
        for task in todo:
            if time.time() + taken.get(task["row"], 0) < end:
                yield delayed(one_fold)(args, task, end, *data)

    parallel = Parallel(
        args.jobs,
        return_as="generator_unordered",
        batch_size=1,
        pre_dispatch=args.jobs,  # nothing waits in a queue when the time is over
    )
    for row in parallel(in_time()):
        if row is None:
            print("time is over; a fold is given up", flush=True)
            continue
        append(file, row)
        taken[int(row["row"])] = float(row["seconds"])
        share = row["windows_right"] / row["windows_all"]
        print(
            f"row {row['row']}, {row['protocol']}, fold {row['fold']}: "
            f"{100 * share:.1f} % of windows, {row['seconds']} s",
            flush=True,
        )


def prepare(args):
    """Return windows, their classes, patients and recordings, all before scaling."""
    patients = dict(zip(COHORT, args.patients, strict=True))
    tables, n_before = [], 0
    for name, (n_recordings, n_windows) in COHORT.items():
        emg = make_needle_emg(
            {name: patients[name]},
            n_recordings=n_recordings,
            duration=0.1 + 0.05 * (n_windows - 1),
            random_state=args.seed,
            n_jobs=args.jobs,
        )
        system = tatlidil2025()
        steps = [s for s in system.steps[:-1] if s[0] != "amplitudescaler"]
        windows = Pipeline(steps).fit_transform(emg.data)
        number = n_before + np.arange(len(windows))
        n_before += len(windows)
        columns = [emg.target, emg.groups, number]
        tables.append([windows.values, *(windows.repeat(c) for c in columns)])
        print(f"{name}: {windows.n_windows} windows", flush=True)
    return [np.concatenate(column) for column in zip(*tables, strict=True)]


def one_fold(args, task, end, X, y, groups, recording):
    """Return the line of a fold, or None where the time is over."""
    start = time.time()
    n_folds = task["n_folds"]
    if task["protocol"] == RANDOM:
        folds = StratifiedKFold(n_folds, shuffle=True, random_state=args.seed)
        splits = folds.split(X, y)
    else:
        folds = PatientKFold(n_folds, shuffle=True, random_state=args.seed)
        splits = folds.split(X, y, groups)
    train, test = list(splits)[task["fold"]]
    key = key_of(args, task)
    net = clone(tatlidil2025(task["row"], device=args.device)[-1].estimator)
    net.set_params(
        max_epochs=int(key["set_epochs"]),
        precision=args.precision,
        random_state=args.seed,
        callbacks=[Deadline(end)],
    )
    scale = X[train].std(dtype=np.float64)
    try:
        net.fit((X[train] / scale).astype(np.float32), y[train])
    except TimeUp:
        return None
    proba = net.predict_proba((X[test] / scale).astype(np.float32))
    answers = {"windows": (proba, y[test])}
    if task["protocol"] == APART:
        answers |= votes(proba, y[test], groups[test], recording[test])
    row = dict.fromkeys(FIELDS, "") | key
    for level, (proba, truth) in answers.items():
        row[f"{level}_right"] = np.sum(net.classes_[proba.argmax(axis=1)] == truth)
        row[f"{level}_all"] = len(truth)
    return row | {
        "train_loss": f"{net.history_[-1, 'train_loss']:.4f}",
        "seconds": f"{time.time() - start:.1f}",
        "device": net.net_.device,
    }


def votes(proba, y, groups, recording):
    """Return answers and classes of the recordings and of the patients."""
    recordings = vote_by_group(proba, recording, y=y)
    patient_of = groups[np.unique(recording, return_index=True)[1]]
    patients = vote_by_group(recordings.proba, patient_of, y=recordings.target)
    return {
        "recordings": (recordings.proba, recordings.target),
        "patients": (patients.proba, patients.target),
    }


# -- results ---------------------------------------------------------------------------


def summary(args, done):
    """Return the finished folds of these settings, by row and protocol."""
    folds = defaultdict(list)
    for task in tasks_of(args):
        row = done.get(tuple(key_of(args, task).values()))
        if row is not None:
            folds[task["row"], task["protocol"]].append(row)
    return folds


def shares(rows, level="windows"):
    """Return the accuracy of each fold in percent."""
    return [100 * int(r[f"{level}_right"]) / int(r[f"{level}_all"]) for r in rows]


def mean_sd(values):
    if not values:
        return "-"
    spread = f" ± {np.std(values, ddof=1):.2f}" if len(values) > 1 else ""
    return f"{np.mean(values):.2f}{spread} ({len(values)})"


def pooled(rows, level):
    """Return the accuracy over all folds, with the counts."""
    if not rows:
        return "-"
    n_right, n_all = (
        sum(int(row[f"{level}_{what}"]) for row in rows) for what in ("right", "all")
    )
    return f"{100 * n_right / n_all:.1f} ({n_right}/{n_all})"


def print_table(args, results):
    """Print a row for each model: mean ± SD (folds), and pooled counts."""
    print(
        f"\n| # | model | epochs | published | {RANDOM} "
        f"| {APART}: windows | recordings | patients |"
    )
    print("|---:|---|---:|---|---|---|---|---|")
    for row in args.rows:
        model, apart = MODELS[row - 1], results[row, APART]
        cells = [
            row,
            model.name,
            min(args.epochs, model.epochs),
            f"{model.accuracy:.2f} ± {model.spread:.2f} (10)",
            mean_sd(shares(results[row, RANDOM])),
            mean_sd(shares(apart)),
            pooled(apart, "recordings"),
            pooled(apart, "patients"),
        ]
        print("| " + " | ".join(map(str, cells)) + " |")


def plot(args, results, file):
    """Draw published and own accuracies over windows, a line a model."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    models = [MODELS[row - 1] for row in args.rows]
    capped = any(args.epochs < model.epochs for model in models)
    note = f"\nsimulated: at most {args.epochs} epochs" if capped else ""
    series = {"published, random windows": [(m.accuracy, m.spread) for m in models]}
    for protocol in (RANDOM, APART):
        folds = [shares(results[m.number, protocol]) for m in models]
        series[f"simulated, {protocol}"] = [
            (np.mean(f), np.std(f, ddof=1) if len(f) > 1 else 0) if f else (np.nan, 0)
            for f in folds
        ]
    height = np.arange(len(models))
    figure, ax = plt.subplots(figsize=(8, 1.6 + 0.36 * len(models)), dpi=150)
    styles = [("0.25", "s"), ("tab:orange", "o"), ("tab:blue", "D")]
    for i, ((name, points), (color, marker)) in enumerate(
        zip(series.items(), styles, strict=True)
    ):
        mean, spread = np.transpose(points)
        ax.errorbar(
            mean,
            height + 0.22 * (i - 1),
            xerr=spread,
            fmt=marker,
            color=color,
            markersize=4.5,
            capsize=2,
            linewidth=1,
            label=name,
        )
    ax.axvline(largest_class(args), color="0.6", linestyle=":", label="largest class")
    ax.set_yticks(height, [f"{m.number}  {m.name}" for m in models])
    ax.set_ylim(len(models) - 0.5, -0.5)
    for line in height[1:] - 0.5:
        ax.axhline(line, color="0.92", linewidth=0.8)
    ax.grid(axis="x", color="0.9")
    ax.set_xlabel("Accuracy over windows in %, mean and SD over folds" + note)
    ax.set_xlim(None, 101)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
    figure.tight_layout()
    figure.savefig(file)
    print(f"\n{file}")


def largest_class(args):
    """Return the share of the windows that belong to the largest class, in percent."""
    counts = [
        n * r * w for n, (r, w) in zip(args.patients, COHORT.values(), strict=True)
    ]
    return 100 * max(counts) / sum(counts)


if __name__ == "__main__":
    main()
