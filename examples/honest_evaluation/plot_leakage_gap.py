"""
===================================
What a random split adds to a score
===================================

A paper reports 95 %. Its windows were dealt at random, so every test window had
siblings of the same recording in training. How much of the 95 % is disease, and how
much is knowing the patients? This example scores one model under three splits, and once
more with diagnoses that mean nothing.
"""

# %%
# The recordings
# --------------
#
# Simulated needle EMG, or, with the variable ``SKEMG_DATA``, the real one of
# :func:`~skemg.datasets.fetch_algiers`. ``SKEMG_EXAMPLES_FAST`` asks for fewer
# patients.

import os

import numpy as np

from skemg.datasets import fetch_algiers, make_needle_emg

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
if os.environ.get("SKEMG_DATA"):
    emg = fetch_algiers()
    X, y = emg.data, emg.target
    if fast:
        some = [np.unique(emg.groups[y == name])[:10] for name in np.unique(y)]
        keep = np.isin(emg.groups, np.concatenate(some))
        X, y = X[keep], y[keep]
else:
    emg = make_needle_emg(
        n_patients=18 if fast else 45, n_recordings=2, duration=2.0, random_state=0
    )
    X, y = emg.data, emg.target
print(X)

# %%
# One call
# --------
#
# The model takes the log-spectrum of windows of 200 ms to a support vector machine, and
# the windows vote. :func:`~skemg.model_selection.leakage_gap` splits by window, by
# recording and by patient. ``n_shuffles`` asks to do it all again, each time after
# every patient has got the diagnosis of another one, by lot.

from skemg.model_selection import leakage_gap
from skemg.systems import svm_log_spectrum

gap = leakage_gap(
    svm_log_spectrum(), X, y, n_splits=3 if fast else 5, n_shuffles=3 if fast else 5
)
print(gap)

# %%
# Filled points have the true diagnoses, and a bar is the interval of 95 %, by patient.
# Open points are means over the draws, and a bar reaches from the lowest to the
# highest. Only "by patient" tells about somebody whom the model has not met.

import matplotlib.pyplot as plt

from skemg.plot import LeakageGapDisplay

LeakageGapDisplay.from_result(gap)
plt.show()

# %%
# Who was taken for whom, by a model that knows nothing
# -----------------------------------------------------
#
# The open points by window are far above chance, though there is nothing to learn: the
# model recognises a recording and recalls the diagnosis that was drawn for it. The two
# tables have the patients of the first draw, a row a drawn diagnosis.

for split in ("by window", "by patient"):
    first = gap.control[split][0]
    print(split, *first.classes)
    print(first.confusion("patient").counts)

# %%
# So how good is it?
# ------------------
#
# The figure to report is that of patients, by patient, with its interval. The rest of
# the table says where it comes from.

apart = gap.results["by patient"]
print(apart)

# %%
# Behind the scores stands a row for each patient, with the fold in which it was tested:

for row in apart.patients[:5]:
    print(row["patient"], row["class"], "taken for", row["predicted"], row["fold"])

# %%
# How large the gap is depends on the recordings and on how much a model can remember.
# It cannot be taken off a published score: such a model has to be scored again.
