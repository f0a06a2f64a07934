"""What random splits add to the scores of one model, on real recordings.

    python benchmarks/leakage_gap.py DIR [--models forest_dwt] [--shuffles 2] [--jobs 2]

DIR holds the needle EMG of Algiers (doi:10.17632/543xpjycj9.1) in `algiers-needle` and
the surface EMG of the thigh of UCI (doi:10.24432/C5ZW3P) in `uci-lower-limb`. Every
model is scored with `leakage_gap` by window, by recording and by patient, five folds
each, with the true classes and with classes shuffled among the patients. All scores
with their intervals go into results/leakage_gap.csv, where former results of the same
model are replaced, the picture of the README into doc/_static/leakage_gap.png, the
balanced accuracy on the screen.
"""

import argparse
import csv
import time
from pathlib import Path

from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline

from skemg import datasets, systems
from skemg.features import TimeDomainFeatures
from skemg.model_selection import leakage_gap
from skemg.plot import LeakageGapDisplay
from skemg.preprocessing import Bandpass
from skemg.windowing import Windower, WindowVotingClassifier

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "leakage_gap.csv"
PICTURE = ROOT / "doc" / "_static" / "leakage_gap.png"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("directory", metavar="DIR", type=Path)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--shuffles", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=None)
    parser.add_argument("--plot-only", action="store_true")
    args = parser.parse_args()
    for model in [] if args.plot_only else args.models.split(","):
        data, load, make = MODELS[model]
        emg = load(args.directory)
        start = time.perf_counter()
        gap = leakage_gap(
            make(),
            emg.data,
            emg.target,
            n_shuffles=args.shuffles,
            n_jobs=args.jobs,
            verbose=1,
        )
        print(f"{data}, {model}: {time.perf_counter() - start:.0f} s\n{gap}\n")
        rows = [row for row in read() if row["model"] != model]
        for record in gap.scores:
            ends = {k: f"{record[k]:.4f}" for k in ("score", "low", "high")}
            rows.append({"data": data, "model": model} | record | ends)
        write(rows)
    draw([row for row in read() if row["model"] == "forest_dwt"])


def forest_time_domain():
    """Return a forest over the usual features of surface EMG."""
    forest = RandomForestClassifier(
        min_samples_leaf=5, class_weight="balanced", random_state=0
    )
    return make_pipeline(
        Bandpass(low=20, high=450),
        Windower(length=0.25, hop=0.125),
        TimeDomainFeatures(threshold_unit="signal"),
        WindowVotingClassifier(forest),
    )


def lower_limb(directory):
    """Return the thigh in all three tasks."""
    return datasets.fetch_uci_lower_limb(directory)


MODELS = {
    "svm_log_spectrum": ("algiers", datasets.fetch_algiers, systems.svm_log_spectrum),
    "forest_dwt": (
        "algiers",
        datasets.fetch_algiers,
        lambda: systems.forest_dwt(random_state=0),
    ),
    "forest_time_domain": ("lower-limb", lower_limb, forest_time_domain),
}


def read():
    """Return what former runs wrote."""
    if not RESULTS.exists():
        return []
    with open(RESULTS, newline="") as file:
        return list(csv.DictReader(file))


def write(rows):
    with open(RESULTS, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def draw(rows):
    """Draw the picture of the README from what was written."""
    import matplotlib

    matplotlib.use("agg")
    scores = [
        row | {name: float(row[name]) for name in ("score", "low", "high")}
        for row in rows
        if row["metric"] == "balanced_accuracy"
    ]
    if not scores:
        return
    display = LeakageGapDisplay(scores, metric="balanced_accuracy", chance=1 / 3).plot()
    n_patients = scores[0]["n_patients"]
    display.ax_.set(
        title=f"One forest, {n_patients} people (Algiers), three ways to split",
        ylim=(0.2, 1),
    )
    display.figure_.set_size_inches(10, 4.2)
    display.figure_.savefig(PICTURE, dpi=120)


if __name__ == "__main__":
    main()
