"""
===========================================
Answer the clear patients, refer the others
===========================================

A classifier need not answer for everybody. It can refer the patients of whom it is not
sure to a neurophysiologist, or name all the diagnoses that remain possible. Both are of
use only if it is known beforehand how often an answer is wrong. This example measures
it on patients that took no part in training.
"""

# %%
# Patients, some of them hard to tell
# -----------------------------------
#
# Simulated patients, some so mildly ill that they are hard to tell from healthy
# people. With the variable ``SKEMG_DATA`` the real ones of
# :func:`~skemg.datasets.fetch_algiers` are used. ``SKEMG_EXAMPLES_FAST`` asks for fewer
# simulated patients.
#
# The steps up to the features learn nothing, so they may run once for all folds. The
# windows know their patients.

import os

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skemg.datasets import fetch_algiers, make_needle_emg
from skemg.features import LogSpectrum
from skemg.preprocessing import Resampler
from skemg.windowing import Windower, WindowPooling

if os.environ.get("SKEMG_DATA"):
    emg = fetch_algiers()
else:
    fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
    emg = make_needle_emg(
        n_patients=90 if fast else 150,
        n_recordings=2,
        duration=0.5,
        sfreq=10_000,
        severity=(3, 3),
        random_state=0,
    )

to_features = make_pipeline(
    Resampler(10_000),
    Windower(length=0.1, hop=0.05),
    LogSpectrum(low=60, high=2000, n_bands=24),
)
X, y = to_features.fit_transform(emg.data), emg.target
classifier = make_pipeline(
    WindowPooling(), StandardScaler(), LogisticRegression(C=0.1, max_iter=1000)
)
print(emg.data)

# %%
# Fewer answers, fewer errors
# ---------------------------
#
# The curve sorts the patients by the largest probability of their vote. On the left
# only the surest get an answer, on the right all. A classifier whose confidence says
# nothing would have a flat line. The learned second stage is
# :class:`~skemg.decision.PatientVotingClassifier`. All votes are of patients that the
# classifier had not seen.

import matplotlib.pyplot as plt
from sklearn.model_selection import cross_val_predict

from skemg.decision import PatientVotingClassifier
from skemg.model_selection import PatientKFold
from skemg.plot import RiskCoverageDisplay

folds = PatientKFold(5, shuffle=True, random_state=0)
figure, ax = plt.subplots(figsize=(6, 4), layout="constrained")
models = {"mean vote": classifier, "second stage": PatientVotingClassifier(classifier)}
for name, model in models.items():
    proba = cross_val_predict(model, X, y, cv=folds, method="predict_proba")
    display = RiskCoverageDisplay.from_predictions(
        y, proba, groups=X.groups, name=name, ax=ax
    )
ax.axhline(display.risk[-1], color="0.6", linestyle="--", label="all are answered")
ax.legend(loc="upper left")
plt.show()

# %%
# A promise about the answers that remain
# ---------------------------------------
#
# :class:`~skemg.decision.ReferringClassifier` finds the threshold from which on, with a
# confidence of 0.95, at most three answers in ten are wrong. It looks at training
# patients, out of fold. :class:`~skemg.decision.PatientConformalClassifier` gives each
# patient a set of classes that holds the right one in nine of ten patients. The outer
# folds test both promises.

import numpy as np

from skemg.decision import PatientConformalClassifier, ReferringClassifier

referring = ReferringClassifier(classifier, target_risk=0.3, random_state=0)
conformal = PatientConformalClassifier(classifier, confidence=0.9, random_state=0)
answers = np.empty(len(y), dtype=object)
sets = np.empty((len(y), 3), dtype=bool)
for train, test in folds.split(X, y):
    answers[test] = referring.fit(X[train], y[train]).predict(X[test])
    sets[test] = conformal.fit(X[train], y[train]).predict_set(X[test])

first = np.unique(X.groups, return_index=True)[1]  # one recording stands for a patient
truth, answer, held = y[first], answers[first], sets[first]
answered = answer != "refer"
column = np.searchsorted(conformal.classes_, truth)
covered = held[np.arange(len(truth)), column]
print(f"referred: {np.mean(~answered):.0%} of {len(truth)} patients")
print(f"wrong among the answers: {np.mean(answer[answered] != truth[answered]):.0%}")
print(f"right class in the set: {covered.mean():.0%}")

# %%
# Where the doubt is
# ------------------
#
# A set of one class is an answer. A set of two says between what the patient lies, and
# one of three that the recordings say nothing. An empty set says that the patient
# resembles none of the training patients, of whatever class.

figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained", sharey=True)
classes = conformal.classes_
parts = {
    "right": answered & (answer == truth),
    "wrong": answered & (answer != truth),
    "referred": ~answered,
}
colors = ["#009E73", "#D55E00", "0.8"]
sizes = {f"{n} classes": held.sum(axis=1) == n for n in (0, 1, 2, 3)}
sizes["1 class"] = sizes.pop("1 classes")
shades = {"0 classes": "k", "1 class": "#08519C", "2 classes": "#6BAED6"}
for ax, groups, title, color in [
    (axes[0], parts, "One answer or a referral", dict(zip(parts, colors, strict=True))),
    (axes[1], sizes, "Classes in the set", shades | {"3 classes": "#DEEBF7"}),
]:
    bottom = np.zeros(len(classes))
    for name in color:
        if not groups[name].any():
            continue
        height = np.array([groups[name][truth == label].sum() for label in classes])
        ax.bar(classes, height, bottom=bottom, label=name, color=color[name])
        bottom += height
    ax.set(xlabel="True class", title=title)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=4, frameon=False)
axes[0].set(ylabel="Patients")
plt.show()

# %%
# The second promise does not depend on the classifier: a worse one gives larger sets
# that hold the right class as often. It does depend on this: the next patient must come
# as the ones before did, from the same clinic, needle and amplifier, with diagnoses as
# frequent as there. And it holds over all patients. That it holds in each class is
# another promise, ``class_conditional=True``, which needs more patients. The page
# :ref:`conformal` counts both on thousands of simulated patients.
