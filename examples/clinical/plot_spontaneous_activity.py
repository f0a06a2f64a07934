"""
==========================
What a muscle does at rest
==========================

A healthy muscle that nobody moves is silent. Fibres that have lost their nerve, or
whose membrane is ill, fire by themselves, often long before strength fails. Clinicians
name what they hear by its form and its rhythm:

=================== ===================================== ==============================
kind                what fires                            what it speaks for
=================== ===================================== ==============================
fibrillation        one fibre, regularly                  a lost nerve, inflammation
positive sharp wave the same, injured by the needle       a lost nerve, inflammation
fasciculation       a motor unit, now and then            nothing when alone; with the
                                                          others, a motor neuron disease
complex repetitive  fibres that excite each other in turn a disease of long standing
myotonic            one fibre, faster and slower          a disease of the membrane
=================== ===================================== ==============================

This example shows what :class:`~skemg.clinical.SpontaneousActivity` finds of each, and
how the numbers become columns beside other features.
"""

# %%
# Five muscles at rest
# --------------------
#
# There is no public set of recordings in which each discharge is marked, so a simulator
# stands in. It knows kind, time and size of each discharge.

import os

from skemg.datasets import make_needle_rest

kinds = (
    "fibrillation",
    "positive sharp wave",
    "fasciculation",
    "complex repetitive",
    "myotonic",
)
rest = make_needle_rest(5, kinds=kinds, duration=8.0, sfreq=24_000, random_state=8)
print(rest.data)

# %%
# The evidence
# ------------
#
# :func:`~skemg.clinical.find_spontaneous_activity` gives the trains that it found, each
# with a name and the time of every discharge. Each discharge has a mark, each train a
# colour. Negative voltages are up, as on the screen in a clinic.

import matplotlib.pyplot as plt
import numpy as np

from skemg.clinical import find_spontaneous_activity

found = find_spontaneous_activity(rest.data)
sfreq = 24_000
start, stop = 2.0, 5.0  # seconds that are shown

figure, axes = plt.subplots(5, figsize=(8, 9), sharex=True, layout="constrained")
for ax, kind, signal, trains in zip(axes, rest.target, rest.data, found, strict=True):
    shown = slice(round(start * sfreq), round(stop * sfreq))
    signal = np.ravel(signal)
    ax.plot(np.arange(len(signal))[shown] / sfreq, signal[shown], "0.4", lw=0.5)
    top = signal[shown].min() * 1.2  # the axis is turned round
    for number, train in enumerate(trains):
        times = train["times"][(train["times"] > start) & (train["times"] < stop)]
        height = np.full(len(times), top)
        ax.plot(times, height, "v", ms=4, color=f"C{number}")
    ax.set(ylabel="µV", title=kind)
    ax.invert_yaxis()
axes[-1].set_xlabel("Time (s)")
plt.show()

# %%
# The form decides as much as the rhythm. All discharges of the longest train, one over
# the other, and their median: a fibrillation begins with a positive, downward wave; a
# positive sharp wave is one, with a long tail; a motor unit is longer and larger than a
# single fibre; a ring of fibres has many peaks.

figure, axes = plt.subplots(1, 5, figsize=(10, 2.6), layout="constrained")
around = np.arange(-round(0.012 * sfreq), round(0.018 * sfreq))
for ax, signal, trains in zip(axes, rest.data, found, strict=True):
    train = max(trains, key=lambda train: len(train["times"]))
    centres = np.rint(train["times"] * sfreq).astype(int)
    centres = centres[(centres > 0.012 * sfreq) & (centres < 7.98 * sfreq)]
    pieces = np.ravel(signal)[centres[:, np.newaxis] + around]
    ax.plot(1e3 * around / sfreq, pieces.T, "C0", lw=0.4, alpha=0.2)
    ax.plot(1e3 * around / sfreq, np.median(pieces, axis=0), "k", lw=1)
    ax.set(xlabel="Time (ms)", title=train["kind"])
    ax.invert_yaxis()
axes[0].set_ylabel("µV")
plt.show()

# %%
# Rate, regularity, amplitude
# ---------------------------
#
# A fibre on its own keeps its rhythm: its intervals vary by a few percent, which is the
# coefficient of variation, CV. Fasciculations come as they like. The last column counts
# the discharges of each source in the simulator.

print("found                 discharges    Hz   CV    µV   simulated")
for trains, truth in zip(found, rest.trains, strict=True):
    for train in trains:
        print(
            f"{train['kind']:20} {len(train['times']):11d} {train['rate_hz']:5.1f}"
            f" {train['interval_cv']:4.2f} {train['amplitude_uv']:5.0f}  ",
            ", ".join(f"{len(source['times'])}" for source in truth),
        )

# %%
# Columns of a table
# ------------------
#
# :class:`~skemg.clinical.SpontaneousActivity` gives the same as a row a recording, with
# units in the names. Where a kind is absent its count is 0 and its rate is NaN. Where
# the muscle is not at rest all are NaN but the first column, ``at_rest``, which is 0.

from skemg.clinical import SpontaneousActivity

activity = SpontaneousActivity().fit(rest.data)
names = activity.get_feature_names_out().tolist()
print(names[:6])
table = activity.transform(rest.data)
per_second = [names.index(f"{kind.replace(' ', '_')}_per_s") for kind in kinds]
print(table[:, per_second].round(1))

# %%
# Beside other features
# ---------------------
#
# A patient is recorded at rest and in contraction. Both become a table with a row a
# patient, put side by side, and a classifier that takes NaN reads all columns at once.
# Here half of the patients are healthy; the others have lost axons, which makes their
# muscles fibrillate at rest and their motor units large. The simulated patients of the
# two sets are paired for the purpose.

from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

from skemg.clinical import InterferencePattern
from skemg.datasets import make_needle_emg
from skemg.model_selection import PatientKFold

n_patients = 16 if os.environ.get("SKEMG_EXAMPLES_FAST") else 40
settings = {"duration": 6.0, "sfreq": 20_000, "random_state": 0}
at_rest = make_needle_rest(
    n_patients, kinds=["quiet", "fibrillation+positive sharp wave"], **settings
)
contracted = make_needle_emg(
    n_patients, 1, classes=["normal", "neuropathic"], **settings
)
table = np.hstack(
    [
        SpontaneousActivity().fit_transform(at_rest.data),
        InterferencePattern().fit_transform(contracted.data),
    ]
)
scores = cross_val_score(
    RandomForestClassifier(random_state=0),
    table,
    contracted.target,
    groups=contracted.groups,
    cv=PatientKFold(4),
    scoring="balanced_accuracy",
)
print(table.shape, "balanced accuracy:", scores.mean().round(2))

# %%
# This shows how the columns meet, and nothing about real patients. Features of
# the *same* recordings stand side by side through
# :func:`~sklearn.pipeline.make_union`; a classifier that refuses NaN needs an imputer
# in front. What the step cannot tell: :ref:`spontaneous_activity`.
