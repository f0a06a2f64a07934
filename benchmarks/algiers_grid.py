"""A nested grid over window, features and forest on the needle EMG of Algiers.

    python benchmarks/algiers_grid.py DIR [--jobs 2]

DIR holds the recordings of doi:10.17632/543xpjycj9.1. The search chooses by balanced
accuracy of patients in PatientKFold(4), inside PatientKFold(5); beside it stands the
same pipeline with the recordings split at random on both levels. The filters learn
nothing and stand in no grid, so they run once.
"""

import argparse

import numpy as np
from algiers import level_scores
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline

from skemg.datasets import fetch_algiers
from skemg.metrics import patient_scorer
from skemg.model_selection import PatientKFold
from skemg.systems import forest_pooled

GRID = {
    "windower__length": [0.05, 0.1, 0.2],
    "featureunion__pipeline-2__dwtfeatures__level": [4, 5],
    "randomforestclassifier__min_samples_leaf": [1, 3],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", metavar="DIR")
    parser.add_argument("--jobs", type=int, default=None)
    args = parser.parse_args()
    emg = fetch_algiers(args.data)
    system = forest_pooled(random_state=0)
    index = [name for name, _ in system.steps].index("windower")
    X = Pipeline(system.steps[:index]).fit_transform(emg.data)
    tuned = Pipeline(system.steps[index:]).set_params(
        randomforestclassifier__n_estimators=200
    )
    splits = {
        "patients apart": (
            PatientKFold(4),
            PatientKFold(5, shuffle=True, random_state=0),
        ),
        "recordings at random": (
            StratifiedKFold(4, shuffle=True, random_state=0),
            StratifiedKFold(5, shuffle=True, random_state=0),
        ),
    }
    for split, (inner, outer) in splits.items():
        search = GridSearchCV(
            tuned,
            GRID,
            scoring=patient_scorer("balanced_accuracy"),
            cv=inner,
            n_jobs=args.jobs,
            error_score="raise",
        )
        proba = np.empty((len(X), len(np.unique(emg.target))))
        for fold, (train, test) in enumerate(outer.split(X, emg.target)):
            fitted = clone(search).fit(X[train], emg.target[train])
            proba[test] = fitted.predict_proba(X[test])
            print(f"{split}, fold {fold + 1}: {fitted.best_params_}", flush=True)
        levels = level_scores(None, proba, emg.groups, emg.target)
        for level in ("recording", "patient"):
            score, low, high = levels[level]
            print(
                f"{split} | {level} | {score:.3f} [{low:.3f}, {high:.3f}]", flush=True
            )


if __name__ == "__main__":
    main()
