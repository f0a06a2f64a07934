"""
=========================================
Look at a classifier from patient to page
=========================================

A score is one number. These figures tell what is taken for what, how sure a classifier
is and with what right, which features it needs, and when in a recording its vote
settles. Every answer below is for a patient whom the classifier has not seen.
"""

# %%
# Answers for unseen patients
# ---------------------------
#
# Simulated patients, three recordings each. Every fold leaves out whole patients. The
# variable ``SKEMG_EXAMPLES_FAST`` asks for fewer.

import os

import numpy as np
from sklearn.model_selection import cross_val_predict

from skemg.datasets import make_needle_emg
from skemg.model_selection import PatientKFold
from skemg.systems import forest_dwt

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
emg = make_needle_emg(
    n_patients=24 if fast else 60,
    n_recordings=3,
    duration=2.0,
    sfreq=10_000,
    random_state=0,
)
system, folds = forest_dwt(), PatientKFold(4)
system.set_params(windowvotingclassifier__estimator__random_state=0)
proba = cross_val_predict(
    system, emg.data, emg.target, cv=folds, method="predict_proba"
)
classes = np.unique(emg.target)
print(emg.data)

# %%
# What is taken for what
# ----------------------
#
# The recordings of a patient vote; a cell is the mean share of the patients of a class
# over the folds, and its standard deviation.

import matplotlib.pyplot as plt

from skemg.metrics import vote_by_group
from skemg.plot import ConfusionDisplay

vote = vote_by_group(proba, emg.groups, y=emg.target)
fold = {
    patient: number
    for number, (_, test) in enumerate(folds.split(emg.data, emg.target))
    for patient in emg.groups[test]
}
ConfusionDisplay.from_predictions(
    vote.target,
    classes[vote.proba.argmax(axis=1)],
    fold=[fold[patient] for patient in vote.groups],
    classes=["normal", "neuropathic", "myopathic"],
)
plt.show()

# %%
# How sure, and with what right
# -----------------------------
#
# The bands of the ROC curves draw patients again and again, each with all of his
# recordings. In the second figure an answer under the diagonal was given with too much
# confidence; the bars are long because patients are few.

from skemg.plot import ReliabilityDisplay, RocDisplay

figure, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
RocDisplay.from_predictions(
    emg.target, proba, groups=emg.groups, random_state=0, ax=axes[0]
)
ReliabilityDisplay.from_predictions(
    emg.target, proba, groups=emg.groups, n_bins=4, ax=axes[1]
)
plt.show()

# %%
# Which features the answers need
# -------------------------------
#
# Fitted on three folds, permuted on the fourth. All features of one wavelet band are
# permuted together, because they tell the same.

from skemg.plot import ImportanceDisplay

train, test = next(folds.split(emg.data, emg.target))
system.fit(emg.data[train], emg.target[train])
names = system[:-1].transform(emg.data[test[:1]]).feature_names
bands = {}
for name in names:
    bands.setdefault("_".join(name.split("_")[:2]), []).append(name)
ImportanceDisplay.from_estimator(
    system,
    emg.data[test],
    emg.target[test],
    features=bands,
    n_repeats=5,
    random_state=0,
)
plt.show()

# %%
# When the vote settles
# ---------------------
#
# A point is a window; a line is the vote of all windows so far. The recording is the
# one about which the system is least sure: a longer one might help, or it might not.

from skemg.plot import WindowVoteDisplay

answers = system.predict_proba(emg.data[test])
unsure = int(answers.max(axis=1).argmin())
display = WindowVoteDisplay.from_estimator(system, emg.data[test], unsure)
display.ax_.set_title(f"A recording that is {emg.target[test[unsure]]}")
plt.show()
