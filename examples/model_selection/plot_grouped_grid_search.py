"""
====================================================
Tune a whole chain without a patient on both sides
====================================================

Which filter, which window length and which classifier tell normal, neuropathic and
myopathic muscles apart? Two windows of one patient resemble each other more than two
patients do, so every split below keeps all the recordings of a patient on one side: in
the search, and in the evaluation around it.

Without arguments the script runs on simulated patients. With ``--data DIR`` it runs on
the needle EMG of Algiers (doi:10.17632/543xpjycj9.1) in that folder, which needs
``pip install skemg[io]``.
"""

# %%
# Recordings, labels and patients
# -------------------------------
#
# A sample is a recording, and ``emg.data`` knows the rate and the patient of each. The
# variable ``SKEMG_EXAMPLES_FAST`` asks for the same code on fewer patients.

import argparse
import os

import numpy as np

from skemg.datasets import fetch_algiers, make_needle_emg

parser = argparse.ArgumentParser(description="Tune a chain by patients.")
parser.add_argument("--data", metavar="DIR", help="folder of the Algiers needle EMG")
args, _ = parser.parse_known_args()
fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))

if args.data:
    emg = fetch_algiers(args.data)
else:
    emg = make_needle_emg(n_patients=18, n_recordings=2, duration=3, random_state=0)
X, y = emg.data, emg.target
if fast:  # the first patients of each class
    few = [p for c in np.unique(y) for p in np.unique(X.groups[y == c])[:5]]
    kept = np.flatnonzero(np.isin(X.groups, few))
    X, y = X[kept], y[kept]
print(X)

# %%
# One pipeline from signal to vote
# --------------------------------
#
# What stands inside :class:`~skemg.windowing.WindowVotingClassifier` sees windows; what
# stands before it sees recordings. The grid tunes all of the chain at once: the filter,
# the down-sampling, the windows, what is measured in them, and the classifier.

from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.features import LogSpectrum, TimeDomainFeatures
from skemg.preprocessing import Bandpass, PeakPreservingDownsampler
from skemg.windowing import Windower, WindowVotingClassifier

classifier = make_pipeline(StandardScaler(), SVC(class_weight="balanced"))
pipeline = Pipeline(
    [
        ("filter", Bandpass()),
        ("downsample", PeakPreservingDownsampler()),
        ("window", Windower(hop=0.1)),
        ("features", LogSpectrum()),
        ("vote", WindowVotingClassifier(classifier)),
    ]
)
time_domain = ("rms", "wl", "zc", "ssc", "kurtosis", "turns", "turn_amplitude")
grid = {
    "filter__low": [20, 60],
    "downsample__factor": [1, 5],
    "window__length": [0.1, 0.2],
    "features": [
        LogSpectrum(low=60, high=2000, n_bands=24),
        TimeDomainFeatures(time_domain, threshold=25, threshold_unit="uV"),
    ],
    "vote__estimator__svc__C": [1, 10],
}

# %%
# Scores of windows, recordings and patients
# ------------------------------------------
#
# The search chooses by patients. It stands inside a second split by patients, so no
# score is of a patient by whom anything was chosen or fitted.

from sklearn.model_selection import GridSearchCV, cross_validate

from skemg.metrics import patient_scorer, window_scorer
from skemg.model_selection import PatientKFold

scoring = {
    "window": window_scorer("balanced_accuracy"),
    "recording": "balanced_accuracy",
    "patient": patient_scorer("balanced_accuracy"),
}
search = GridSearchCV(
    pipeline, grid, scoring=scoring, refit="patient", cv=PatientKFold(3), n_jobs=2
)
result = cross_validate(
    search,
    X,
    y,
    cv=PatientKFold(3),
    scoring=scoring,
    return_estimator=True,
    return_indices=True,
    verbose=3,
)

print("\nbalanced accuracy   fold 1  fold 2  fold 3    mean")
for level in scoring:
    scores = result[f"test_{level}"]
    print(f"{level:18}" + "".join(f"{s:8.2f}" for s in [*scores, scores.mean()]))
for i, fitted in enumerate(result["estimator"]):
    chosen = {**fitted.best_params_, "features": fitted.best_estimator_["features"]}
    chosen["features"] = type(chosen["features"]).__name__
    print(f"chosen in fold {i + 1}: {chosen}")

# %%
# The three levels differ: as a rule a vote of windows is better than a window. With so
# few patients a fold says little, so all folds are shown. Chance is one over the number
# of classes.

from pathlib import Path

import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(5, 3.5), layout="constrained")
at = np.arange(len(scoring))
for i in range(3):
    scores = [result[f"test_{level}"][i] for level in scoring]
    ax.plot(at + 0.08 * (i - 1), scores, "o", label=f"fold {i + 1}")
means = [result[f"test_{level}"].mean() for level in scoring]
ax.plot(at, means, "_k", markersize=40, label="mean")
ax.axhline(1 / len(np.unique(y)), color="gray", linestyle="--", label="chance")
ax.set(ylim=(0, 1.02), xlabel="One answer for each", ylabel="Balanced accuracy")
ax.set_xticks(at, list(scoring))
ax.margins(x=0.15)
ax.legend(loc="lower right", ncols=2)
outputs = Path("outputs")
outputs.mkdir(exist_ok=True)
figure.savefig(outputs / "grouped_grid_search_scores.png", dpi=150)

# %%
# Who is taken for whom
# ---------------------
#
# Each patient was in the test part once. The recordings of a patient vote.

from sklearn.metrics import ConfusionMatrixDisplay

from skemg.metrics import vote_by_group

classes = np.unique(y)
proba = np.empty((len(X), len(classes)))
for fitted, test in zip(result["estimator"], result["indices"]["test"], strict=True):
    proba[test] = fitted.predict_proba(X[test])
vote = vote_by_group(proba, X.groups, y=y)

figure, ax = plt.subplots(figsize=(5, 4), layout="constrained")
ConfusionMatrixDisplay.from_predictions(
    vote.target, classes[vote.proba.argmax(axis=1)], labels=classes, ax=ax, cmap="Blues"
)
ax.set(xlabel="Predicted class of the patient", ylabel="Class of the patient")
figure.savefig(outputs / "grouped_grid_search_patients.png", dpi=150)
print(f"figures: {outputs}")
plt.show()
