"""
================================================
Which window length gets the most patients right
================================================

A short window holds a piece of one motor unit potential, a long one holds several. But
a recording has many short windows and few long ones, and they vote. This example asks
which length is best for a patient, and how sure the answer is.
"""

# %%
# Several cohorts of patients
# ---------------------------
#
# One score of one cohort tells little. So the whole study is repeated on several
# cohorts of simulated patients, each cross-validated with the patients kept apart. The
# variable ``SKEMG_EXAMPLES_FAST`` asks for fewer and smaller ones.

import os

import numpy as np
from sklearn.model_selection import cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.datasets import make_needle_emg
from skemg.features import LogSpectrum
from skemg.metrics import patient_scorer, window_scorer
from skemg.model_selection import PatientKFold
from skemg.preprocessing import Bandpass, PeakPreservingDownsampler
from skemg.windowing import Windower, WindowVotingClassifier

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
n_cohorts, n_patients = (3, 18) if fast else (6, 30)
lengths = np.array([0.05, 0.1, 0.2, 0.4, 0.8])
scoring = {
    "a window": window_scorer("balanced_accuracy"),
    "a recording": "balanced_accuracy",
    "a patient": patient_scorer("balanced_accuracy"),
}


def score_cohort(seed):
    """Return the scores of one cohort, of shape (n_levels, n_lengths)."""
    emg = make_needle_emg(n_patients, n_recordings=2, duration=3.2, random_state=seed)
    steps = make_pipeline(Bandpass(low=50), PeakPreservingDownsampler(factor=5))
    X = steps.fit_transform(emg.data)  # learns nothing, so once for all folds
    scores = []
    for length in lengths:
        pipeline = make_pipeline(
            Windower(length=length, hop=length),
            LogSpectrum(low=60, high=2000, n_bands=16),
            WindowVotingClassifier(make_pipeline(StandardScaler(), SVC())),
        )
        result = cross_validate(
            pipeline, X, emg.target, cv=PatientKFold(5), scoring=scoring
        )
        scores.append([result[f"test_{level}"].mean() for level in scoring])
    return np.transpose(scores)


scores = np.array([score_cohort(seed) for seed in range(n_cohorts)])

# %%
# Windows, recordings, patients
# -----------------------------
#
# Three questions to the same classifiers: how often is a window right, a recording, a
# patient? Thin lines are cohorts, the thick line is their mean.

import matplotlib.pyplot as plt

COLOURS = ["#0072B2", "#D55E00", "#009E73"]
figure, axes = plt.subplots(1, 3, figsize=(9, 4), sharey=True, layout="constrained")
for i, (ax, level, colour) in enumerate(zip(axes, scoring, COLOURS, strict=True)):
    for cohort in scores[:, i]:
        (line,) = ax.plot(1000 * lengths, cohort, color=colour, alpha=0.4, linewidth=1)
    line.set_label("one cohort")
    mean = scores[:, i].mean(axis=0)
    ax.plot(
        1000 * lengths, mean, "o-", color=colour, linewidth=3, label="mean of cohorts"
    )
    ax.axhline(1 / 3, color="0.4", linestyle="--", label="chance")
    ax.set_xscale("log")
    ax.set_xticks(1000 * lengths, [f"{1000 * length:.0f}" for length in lengths])
    ax.minorticks_off()
    ax.set(title=f"One answer for {level}", xlabel="Length of a window in ms")
    ax.legend(loc="lower right")
axes[0].set(ylabel="Balanced accuracy", ylim=(0, 1))
plt.show()

# %%
# One window is right more often when it is longer. A patient is not: many short votes
# make up for what each of them lacks. Short windows also give the classifier more rows
# to learn from; the two effects are not told apart here.

# %%
# How sure is the answer
# ----------------------
#
# Every cohort was scored with every length, so lengths are compared within cohorts: the
# difference to the length that is best on average, and its standard deviation (sd) over
# cohorts.

patient = scores[:, -1]
best = patient.mean(axis=0).argmax()
print(f"{n_cohorts} cohorts of {n_patients} patients, balanced accuracy of patients")
for length, column in zip(lengths, patient.T, strict=True):
    behind = column - patient[:, best]
    print(
        f"{1000 * length:4.0f} ms: {column.mean():.2f}, "
        f"cohorts {column.min():.2f} to {column.max():.2f}, "
        f"to the best length {behind.mean():+.2f} (sd {behind.std(ddof=1):.2f})"
    )

# %%
# Between neighbouring lengths, cohorts differ more than lengths do. A study of one such
# cohort could not tell them apart, and the best of five scores is too good anyway. Put
# the length into the grid of a search, and the search inside a second split by
# patients:
# :ref:`sphx_glr_auto_examples_model_selection_plot_grouped_grid_search.py`. These
# patients are simulated; for other muscles and other features another length may be
# best.
