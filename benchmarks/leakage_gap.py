"""What random splits add to the scores of one model, on real recordings.

    python benchmarks/leakage_gap.py DIR [--data algiers,lower-limb] [--jobs 2]

DIR holds the needle EMG of Algiers (doi:10.17632/543xpjycj9.1) in `algiers-needle` and
the surface EMG of the thigh of UCI (doi:10.24432/C5ZW3P) in `uci-lower-limb`. Every
model is scored with `leakage_gap` by window, by recording and by patient, five folds
each, with the true classes and with classes shuffled among the patients. All scores
with their intervals go into results/leakage_gap.csv, the picture of the README into
doc/_static/leakage_gap.png, the balanced accuracy on the screen.
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
    parser.add_argument("--data", default="algiers,lower-limb")
    parser.add_argument("--jobs", type=int, default=None)
    args = parser.parse_args()
    rows = [row for row in read() if row["data"] not in args.data.split(",")]
    for name in args.data.split(","):
        emg, models = DATA[name](args.directory)
        for model, estimator in models.items():
            start = time.perf_counter()
            gap = leakage_gap(
                estimator,
                emg.data,
                emg.target,
                shuffled_control=True,
                n_jobs=args.jobs,
                verbose=1,
            )
            print(f"{name}, {model}: {time.perf_counter() - start:.0f} s\n{gap}\n")
            for record in gap.scores:
                ends = {k: f"{record[k]:.4f}" for k in ("score", "low", "high")}
                rows.append({"data": name, "model": model} | record | ends)
            write(rows)
            if (name, model) == ("algiers", "forest_dwt"):
                draw(gap)


def algiers(directory):
    emg = datasets.load_algiers(directory)
    return emg, {
        "svm_log_spectrum": systems.svm_log_spectrum(),
        "forest_dwt": systems.forest_dwt(random_state=0),
    }


def lower_limb(directory):
    """Return the thigh, all three tasks, and a forest over the usual features."""
    emg = datasets.load_uci_lower_limb(directory)
    forest = make_pipeline(
        Bandpass(low=20, high=450),
        Windower(length=0.25, hop=0.125),
        TimeDomainFeatures(),
        WindowVotingClassifier(
            RandomForestClassifier(
                min_samples_leaf=5, class_weight="balanced", random_state=0
            )
        ),
    )
    return emg, {"forest_time_domain": forest}


DATA = {"algiers": algiers, "lower-limb": lower_limb}


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


def draw(gap):
    """Draw the picture of the README."""
    import matplotlib

    matplotlib.use("agg")
    display = LeakageGapDisplay.from_result(gap)
    n_patients = len(gap.results["by patient"].patients)
    display.ax_.set(
        title=f"One forest, {n_patients} people (Algiers), three ways to split",
        ylim=(0.2, 1),
    )
    display.figure_.set_size_inches(10, 4.2)
    display.figure_.savefig(PICTURE, dpi=120)


if __name__ == "__main__":
    main()
