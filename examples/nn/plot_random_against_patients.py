"""
=============================================
How much of a score is owed to known patients
=============================================

Most papers on nets for EMG cut recordings into windows and split the windows at random.
The windows of one patient are then in training and in test. Others keep the patients
apart. This example scores one and the same CNN-GRU both ways, on the same windows, and
asks how far the two scores are from each other.
"""

# %%
# The same windows for both
# -------------------------
#
# Each cohort is 15 simulated patients, five of each class, and windows that do not
# overlap: two of them never share a sample. Nothing before the net looks at the
# diagnosis; the scale of the amplitude is one number for all. The variable
# ``SKEMG_EXAMPLES_FAST`` asks for fewer cohorts and epochs.

import os

from sklearn.pipeline import make_pipeline

from skemg.datasets import make_needle_emg
from skemg.preprocessing import AmplitudeScaler, Bandpass, PeakPreservingDownsampler
from skemg.windowing import Windower, make_windows

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
n_cohorts, max_epochs = (2, 8) if fast else (5, 15)
steps = make_pipeline(
    Bandpass(low=50), PeakPreservingDownsampler(factor=10), AmplitudeScaler()
)


def make_cohort(seed):
    """Return the windows of 15 patients."""
    emg = make_needle_emg(
        n_patients=15, n_recordings=2, duration=2.0, random_state=seed
    )
    recordings = steps.fit_transform(emg.data)
    return make_windows(recordings, emg.target, Windower(length=0.1, hop=0.1))


# %%
# Two splits of one net
# ---------------------
#
# Both splits make three folds, and both spread the classes evenly over them. Only
# :class:`~skemg.model_selection.PatientKFold` knows who a window is of.

import numpy as np
from sklearn.model_selection import StratifiedKFold, cross_val_score

from skemg.model_selection import PatientKFold
from skemg.nn import CNNGRUClassifier

net = CNNGRUClassifier(
    n_conv=3,
    conv_filters=32,
    conv_stride=4,
    pool=True,
    rnn_units=(32,),
    readout="mean",
    max_epochs=max_epochs,
    lr=3e-3,
    random_state=0,
)
by_windows = StratifiedKFold(3, shuffle=True, random_state=0)
by_patients = PatientKFold(3)


def score(windows, cv, **who):
    """Return the mean score of the folds of one split."""
    X, y = windows.data, windows.target
    return cross_val_score(net, X, y, cv=cv, scoring="balanced_accuracy", **who).mean()


cohorts = [make_cohort(seed) for seed in range(n_cohorts)]
random = np.array([score(windows, by_windows) for windows in cohorts])
apart = np.array(
    [score(windows, by_patients, groups=windows.groups) for windows in cohorts]
)

print("balanced accuracy of windows, mean of three folds")
print("cohort  at random  patients apart  difference")
for i in range(n_cohorts):
    gap = random[i] - apart[i]
    print(f"{i:6} {random[i]:10.2f} {apart[i]:15.2f} {gap:+11.2f}")
gap = (random - apart).mean()
print(f"  mean {random.mean():10.2f} {apart.mean():15.2f} {gap:+11.2f}")

# %%
# What the difference is
# ----------------------
#
# Nothing of the net, its settings or the recordings differs between the two columns.
# A line is a cohort.

import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(5.5, 4), layout="constrained")
for pair in zip(random, apart, strict=True):
    (line,) = ax.plot([0, 1], pair, "o-", color="#0072B2", alpha=0.5, linewidth=1)
line.set_label("one cohort")
means = [random.mean(), apart.mean()]
ax.hlines(
    means, [-0.1, 0.9], [0.1, 1.1], color="k", linewidth=3, label="mean of cohorts"
)
ax.axhline(1 / 3, color="0.4", linestyle="--", label="chance")
ax.set(ylabel="Balanced accuracy of windows", xlim=(-0.4, 1.4), ylim=(0, 1))
ax.set_xticks([0, 1], ["windows at random", "patients apart"])
ax.legend(loc="lower left")
plt.show()

# %%
# Two windows of one recording resemble each other: the same motor units at the same
# distance from the same needle. With windows at random, a window of the test has such
# siblings in training, so a net can get it right by knowing the patient again. The
# score answers how well it would do on another second of the same recordings. It says
# nothing of the next patient: that is what the other column is about, and the
# difference is no skill of the net.
#
# How large it is depends on the recordings. It can be expected to grow where there are
# few patients and much of each, where windows overlap, and where the rooms and
# amplifiers of the patients differ, which they do not in this simulation. So the
# difference seen here corrects no published score: such a net has to be scored again.
# :ref:`leak` shows the same with labels drawn by lot.
