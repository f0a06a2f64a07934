"""What clinicians measure, alone and beside wavelet features, on real patients.

    python benchmarks/clinical_systems.py DIR [--jobs 2] [--csv FILE]

DIR holds the recordings of doi:10.17632/543xpjycj9.1 (Algiers). The tables of
`clinical_features` are computed once, because nothing is learned in them; classifiers
are fitted under PatientKFold(5). Given are balanced accuracy of recordings and patients
[95 % by patient], and the sensitivity of each class, of patients. `forest_pooled` is
there too; "dwt" are its wavelet features alone.
"""

import argparse
import csv
import time

import numpy as np
from sklearn.pipeline import Pipeline

from skemg.datasets import fetch_algiers
from skemg.model_selection import PatientKFold, cross_validate_levels
from skemg.systems import clinical_features, forest_pooled

CLASSIFIERS = ["random_forest", "gradient_boosting", "svm", "mlp"]
CLASSES = ["normal", "neuropathic", "myopathic"]
FIELDS = ["features", "classifier", "recording", "patient", *CLASSES]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", metavar="DIR")
    parser.add_argument("--jobs", type=int, default=None)
    parser.add_argument("--csv", metavar="FILE")
    args = parser.parse_args()
    emg = fetch_algiers(args.data)
    if args.csv:
        with open(args.csv, "w", newline="") as file:
            csv.DictWriter(file, FIELDS).writeheader()
    for features, table in tables(emg.data, args.jobs):
        pooled = features == "forest_pooled"
        for name in CLASSIFIERS[:1] if pooled else CLASSIFIERS:
            system = clinical_features(name, random_state=0, n_jobs=args.jobs)
            steps = system.steps[3:]
            if pooled:
                steps = forest_pooled(random_state=0, n_jobs=args.jobs).steps[-1:]
            result = cross_validate_levels(
                Pipeline(steps),
                table,
                emg.target,
                groups=emg.groups,
                cv=PatientKFold(5),
            )
            row = row_of(features, name, result)
            print("| " + " | ".join(row.values()) + " |", flush=True)
            if args.csv:
                with open(args.csv, "a", newline="") as file:
                    csv.DictWriter(file, FIELDS).writerow(row)


def tables(data, n_jobs):
    """Yield the tables by name; what stands in several of them is computed once."""
    joined = clinical_features(join_dwt=True, n_jobs=n_jobs)
    clean = joined[:2].fit_transform(data)
    branches = [step for _, step in joined["featureunion"].transformer_list]
    motor_units, interference, dwt = (
        timed(step, clean, name)
        for step, name in zip(branches, ["motor units", "turns", "dwt"], strict=True)
    )
    clinical = np.hstack([motor_units, interference])
    yield "motor units", motor_units
    yield "interference pattern", interference
    yield "clinical", clinical
    yield "dwt", dwt
    yield "clinical and dwt", np.hstack([clinical, dwt])
    yield "forest_pooled", timed(forest_pooled()[:-1], data, "forest_pooled")


def timed(step, data, name):
    start = time.perf_counter()
    table = step.fit_transform(data)
    seconds = time.perf_counter() - start
    print(f"{name}: {table.shape[1]} columns in {seconds:.0f} s", flush=True)
    return table


def row_of(features, classifier, result):
    scores = {(one["level"], one["metric"]): one for one in result.scores}
    text = {
        level: "{score:.3f} [{low:.3f}, {high:.3f}]".format(
            **scores[level, "balanced_accuracy"]
        )
        for level in ("recording", "patient")
    }
    sensitivity = {
        name: f"{scores['patient', f'sensitivity_{name}']['score']:.3f}"
        for name in CLASSES
    }
    return {"features": features, "classifier": classifier} | text | sensitivity


if __name__ == "__main__":
    main()
