"""Every system on needle EMG, on windows split at random and with patients apart.

    python benchmarks/all_systems.py [DIR] [--systems forest_dwt] [--folds 1] ...

The systems of `skemg.systems.list_systems` with their default settings, on simulated
patients and, where DIR is given, on the recordings of Algiers in it
(doi:10.17632/543xpjycj9.1), under two splits:

- "random": five stratified folds over windows, so that windows of one recording stand
  on both sides, as in most papers. What stands before the vote, such as a scale, is
  learned from all windows. Systems without a vote get folds over recordings, so that
  recordings of one patient stand on both sides.
- "apart": PatientKFold(5), the whole system fitted on the training patients.

Given is the balanced accuracy of three classes over windows, recordings (mean of their
test windows) and patients, pooled over the folds that are done; beside it the median of
the seconds and of the peak memory of a fold, which runs in a process of its own. The
peak holds the recordings too. On a processor the deep nets take days: --epochs caps
their epochs and --hop spreads their windows, and they show what they cost, not what
they can. The results name both.

Every finished fold is one line of all_systems.csv, together with the settings on which
it depends; a further run with the same settings goes on behind it. No fold is begun
that would not end within --minutes, as far as folds of the same system tell. The table
and the figures take all finished folds; of a system with several settings, those of
which most folds are done, then those with most epochs.
"""

import argparse
import csv
import multiprocessing
import os
import resource
import time
import warnings
from collections import defaultdict
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedKFold

from skemg.datasets import fetch_algiers, make_needle_emg
from skemg.metrics import vote_by_group
from skemg.model_selection import PatientKFold
from skemg.systems import list_systems
from skemg.windowing import WindowVotingClassifier

SYSTEMS = {s.name: s for s in list_systems()}
CLASSES = ["normal", "neuropathic", "myopathic"]
SPLITS, LEVELS = ["random", "apart"], ["window", "recording", "patient"]
N_FOLDS = 5
KEY = ["system", "data", "split", "fold", "patients", "epochs", "hop", "seed"]
FIELDS = [*KEY, *LEVELS, "seconds", "megabytes"]


def main():
    args = parse()
    args.out.mkdir(parents=True, exist_ok=True)
    file = args.out / "all_systems.csv"
    if not args.plot_only:
        run(args, file)
    results = summary(read(file))
    print_table(args, results)
    for data in data_sets(args):
        plot(args, results, data, args.out / f"all_systems_{data}.png")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("directory", metavar="DIR", nargs="?", type=Path)
    parser.add_argument("--systems", type=names, default=list(SYSTEMS))
    parser.add_argument("--folds", type=int, default=N_FOLDS, help="only the first")
    parser.add_argument("--patients", type=int, default=30, help="simulated")
    parser.add_argument("--epochs", type=int, default=1000, help="most epochs of a net")
    parser.add_argument("--hop", type=float, default=0, help="least, before nets, in s")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="folds at a time")
    parser.add_argument("--minutes", type=float, default=np.inf)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--plot-only", action="store_true")
    return parser.parse_args()


def names(text):
    wanted = text.split(",")
    if unknown := set(wanted) - set(SYSTEMS):
        known = ", ".join(SYSTEMS)
        raise argparse.ArgumentTypeError(f"no system {sorted(unknown)}; known: {known}")
    return wanted


def data_sets(args):
    return ["simulated"] + (["algiers"] if args.directory else [])


# -- which folds there are, and which are done ----------------------------------------


def tasks_of(args):
    """Return all folds by what they depend on; the first fold of all comes first."""
    settings = {"epochs": args.epochs, "hop": f"{args.hop:g}", "seed": args.seed}
    rows = [
        {"system": system, "data": data, "split": split, "fold": fold} | settings
        for fold in range(min(args.folds, N_FOLDS))
        for data in data_sets(args)
        for system in args.systems
        for split in SPLITS
    ]
    for row in rows:
        row["patients"] = args.patients if row["data"] == "simulated" else 0
    return [{name: str(row[name]) for name in KEY} for row in rows]


def read(file):
    """Return the finished folds, by all that they depend on."""
    if not file.exists():
        return {}
    with open(file, newline="") as lines:
        return {tuple(row[name] for name in KEY): row for row in csv.DictReader(lines)}


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


def run(args, file):
    """Run every fold that is not there yet, each in a process of its own."""
    end = time.time() + 60 * args.minutes
    done = read(file)
    todo = [task for task in tasks_of(args) if tuple(task.values()) not in done]
    print(f"{len(todo)} folds to do", flush=True)
    taken = {cost_of(row): float(row["seconds"]) for row in done.values()}
    pool = ProcessPoolExecutor(
        args.jobs,
        mp_context=multiprocessing.get_context("spawn"),
        max_tasks_per_child=1,
    )
    running, n_done = {}, 0
    with pool:
        while todo or running:
            while todo and len(running) < args.jobs:
                task = todo.pop(0)
                if time.time() + taken.get(cost_of(task), 0) < end:
                    running[pool.submit(one_fold, args, task)] = task
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task = running.pop(future)
                n_done += 1
                title = " ".join(task[name] for name in KEY[:4])
                if error := future.exception():
                    print(f"{n_done}. {title}: FAILED, {error!r}", flush=True)
                    continue
                row = future.result()
                append(file, row)
                taken[cost_of(row)] = float(row["seconds"])
                score = balanced(row["recording"])
                print(
                    f"{n_done}. {title}: {score:.3f} of recordings, {row['seconds']} s",
                    flush=True,
                )


def cost_of(row):
    return row["system"], row["data"], row["split"]


# -- a fold ----------------------------------------------------------------------------


def one_fold(args, task):
    """Return the line of a fold."""
    emg = recordings_of(args, task["data"])
    system = system_of(args, task["system"])
    warnings.simplefilter("ignore")  # of small folds and few epochs
    start = time.perf_counter()
    answer = {"random": at_random, "apart": patients_apart}[task["split"]]
    proba, recording, windows = answer(system, emg, int(task["fold"]), args.seed)
    seconds = time.perf_counter() - start
    row = task | dict.fromkeys(LEVELS, "")
    if windows is not None:
        row["window"] = counts(emg.target[windows[1]], windows[0])
    row["recording"] = counts(emg.target[recording], proba)
    vote = vote_by_group(proba, emg.groups[recording], y=emg.target[recording])
    row["patient"] = counts(vote.target, vote.proba)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return row | {"seconds": f"{seconds:.1f}", "megabytes": f"{peak:.0f}"}


def recordings_of(args, data):
    if data == "algiers":
        return fetch_algiers(args.directory)
    return make_needle_emg(
        args.patients, n_recordings=3, duration=3.0, random_state=args.seed
    )


def system_of(args, name):
    """Return a system with its seed set, and with nets that obey the command line."""
    system = SYSTEMS[name].make()
    params = system.get_params()
    changed = {"random_state": args.seed, "device": args.device}
    system.set_params(
        **{
            key: changed[key.split("__")[-1]]
            for key in params
            if key.split("__")[-1] in changed
        }
    )
    nets = [key for key in params if key.endswith("max_epochs")]
    system.set_params(**{key: min(params[key], args.epochs) for key in nets})
    if nets:
        system.set_params(windower__hop=max(params["windower__hop"], args.hop))
    return system


def patients_apart(system, emg, fold, seed):
    """Fit on the training patients; return probabilities of the others' recordings."""
    folds = PatientKFold(N_FOLDS, shuffle=True, random_state=seed)
    train, test = list(folds.split(emg.data, emg.target))[fold]
    system.fit(emg.data[train], emg.target[train])
    if not votes(system):
        return probabilities(system, emg.data[test]), test, None
    seen = system[:-1].transform(emg.data[test])
    proba = system[-1].predict_proba_windows(seen)
    return seen.mean(proba.values), test, (proba.values, test[numbers(seen)])


def at_random(system, emg, fold, seed):
    """Fit with the test recordings, or patients, in training too; return the same."""
    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=seed)
    if not votes(system):
        train, test = list(folds.split(emg.target, emg.target))[fold]
        system.fit(emg.data[train], emg.target[train])
        return probabilities(system, emg.data[test]), test, None
    seen = system[:-1].fit_transform(emg.data, emg.target)
    labels = seen.repeat(emg.target)
    _, test = list(folds.split(labels, labels))[fold]
    in_test = np.isin(np.arange(len(labels)), test)
    rest, train = picked(seen, ~in_test)
    system[-1].fit(rest, emg.target[train])
    left, held = picked(seen, in_test)
    proba = system[-1].predict_proba_windows(left)
    return left.mean(proba.values), held, (proba.values, held[numbers(left)])


def picked(windows, keep):
    """Return some windows, and which recordings they are of: those that have any."""
    recording = numbers(windows)
    held = np.unique(recording[keep])
    return windows[held].select(keep[np.isin(recording, held)]), held


def votes(system):
    return isinstance(system[-1], WindowVotingClassifier)


def probabilities(system, recordings):
    """Return probabilities, or ones for the predicted classes where there are none."""
    if hasattr(system, "predict_proba"):
        return system.predict_proba(recordings)
    predicted = system.predict(recordings)
    return (predicted[:, np.newaxis] == system.classes_).astype(float)


def numbers(windows):
    """Return the number of the recording of each window."""
    return np.repeat(np.arange(len(windows)), windows.counts)


def counts(truth, proba):
    """Return right/all of each class, as text; columns are the sorted classes."""
    predicted = np.array(sorted(CLASSES))[proba.argmax(axis=1)]
    return " ".join(
        f"{np.sum((truth == name) & (predicted == name))}/{np.sum(truth == name)}"
        for name in CLASSES
    )


# -- results ---------------------------------------------------------------------------


def balanced(*texts):
    """Return the mean recall of the classes over all folds, NaN where nothing is."""
    texts = [text for text in texts if text]
    if not texts:
        return np.nan
    pairs = [[pair.split("/") for pair in text.split()] for text in texts]
    right, total = np.array(pairs, int).sum(axis=0).T
    return np.mean(right[total > 0] / total[total > 0])


def summary(done):
    """Return the finished folds by system, data and split.

    Both splits of a system on a data set have one setting: the one of which both have
    most folds, then the one with most epochs.
    """
    found = defaultdict(lambda: defaultdict(list))
    for row in done.values():
        setting = tuple(row[name] for name in ("patients", "epochs", "hop", "seed"))
        found[row["system"], row["data"]][setting].append(row)
    results = defaultdict(list)
    for settings in found.values():
        for row in max(settings.values(), key=worth):
            results[cost_of(row)].append(row)
    return dict(results)


def worth(rows):
    """Return what makes one setting better to show than another."""
    n_folds = [sum(row["split"] == split for row in rows) for split in SPLITS]
    return min(n_folds), sum(n_folds), int(rows[0]["epochs"])


def median_cost(rows):
    """Return the median of the seconds and megabytes of the folds."""
    return [np.median([float(row[c]) for row in rows]) for c in FIELDS[-2:]]


def thinned(system, row):
    """Return how a net was cut short, where it was."""
    params = system.make().get_params()
    epochs = [value for key, value in params.items() if key.endswith("max_epochs")]
    if not epochs:
        return ""
    cuts = []
    if int(row["epochs"]) < max(epochs):
        cuts.append(f"{row['epochs']} of {max(epochs)} epochs")
    if float(row["hop"]) > params["windower__hop"]:
        cuts.append(f"hop of {float(row['hop']):g} s")
    return f" ({', '.join(cuts)})" if cuts else ""


def print_table(args, results):
    print(
        "\n| data | system | published (of) | split | windows | recordings | patients "
        "| folds | seconds | MB | epochs | hop |\n"
        "|---|---|---|---|---|---|---|---:|---:|---:|---:|---:|"
    )
    for data in data_sets(args):
        for name in args.systems:
            system = SYSTEMS[name]
            known = "-" if system.level is None else system.published
            published = known if known == "-" else f"{known} ({system.level})"
            for split in SPLITS:
                rows = results.get((name, data, split), [])
                if not rows:
                    continue
                scores = [balanced(*(row[level] for row in rows)) for level in LEVELS]
                texts = ["-" if np.isnan(s) else f"{s:.3f}" for s in scores]
                cost = [f"{value:.0f}" for value in median_cost(rows)]
                setting = [rows[0]["epochs"], rows[0]["hop"]]
                cells = [data, name, published, split, *texts, str(len(rows)), *cost]
                print("| " + " | ".join([*cells, *setting]) + " |")


def plot(args, results, data, file):
    """Draw each system's recordings at random and apart, with a line between both."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    scores = {
        name: [
            balanced(
                *(row["recording"] for row in results.get((name, data, split), []))
            )
            for split in SPLITS
        ]
        for name in args.systems
    }
    scores = {name: pair for name, pair in scores.items() if not np.isnan(pair).all()}
    if not scores:
        return
    scores = dict(sorted(scores.items(), key=lambda item: item[1][1], reverse=True))
    pairs, height = np.array(list(scores.values())), np.arange(len(scores))
    published = [SYSTEMS[name].published or np.nan for name in scores]
    figure, ax = plt.subplots(
        figsize=(8, 1.6 + 0.32 * len(scores)), dpi=150, layout="constrained"
    )
    ax.hlines(height, *pairs.T, color="0.75", zorder=1)
    series = [  # where two are equal, both are seen
        (pairs[:, 0], "o", 75, "tab:orange", "random: recordings on both sides"),
        (pairs[:, 1], "D", 25, "tab:blue", "patients apart"),
        (published, "|", 40, "0.25", "accuracy published, other data"),
    ]
    for values, marker, size, color, label in series:
        ax.scatter(values, height, size, color, marker=marker, label=label, zorder=2)
    ax.axvline(1 / 3, color="0.6", linestyle=":", label="chance")
    first = [results[name, data, SPLITS[1]][0] for name in scores]
    cuts = [thinned(SYSTEMS[row["system"]], row) for row in first]
    labels = [f"{name}\n{cut}".strip() for name, cut in zip(scores, cuts, strict=True)]
    ax.set_yticks(height, labels, linespacing=1)
    ax.set_ylim(len(scores) - 0.5, -0.5)
    ax.set_xlim(0.2, 1.02)
    ax.grid(axis="x", color="0.9")
    ax.set_xlabel(f"Balanced accuracy over recordings, {data}")
    figure.legend(loc="outside upper center", ncols=2, frameon=False)
    figure.savefig(file)
    plt.close(figure)
    print(f"\n{file}")


if __name__ == "__main__":
    main()
