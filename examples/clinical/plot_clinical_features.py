"""
========================================
A diagnosis from what clinicians measure
========================================

A clinician reads motor unit potentials and the interference pattern. A classifier can
read the same numbers, and then one can ask it which of them it used. This example goes
from one recording, looked at by eye, to sensitivities of patients that were not trained
on, and to a ranking of the measures.
"""

# %%
# Recordings of patients
# ----------------------
#
# Simulated needle EMG of three classes. With the variable ``SKEMG_DATA`` the real
# recordings of :func:`~skemg.datasets.fetch_algiers` are used;
# ``SKEMG_EXAMPLES_FAST`` asks for fewer simulated patients.

import os

from skemg.datasets import fetch_algiers, make_needle_emg

if os.environ.get("SKEMG_DATA"):
    emg = fetch_algiers()
else:
    fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
    emg = make_needle_emg(
        n_patients=24 if fast else 90,
        n_recordings=2,
        duration=2.0 if fast else 4.0,
        sfreq=20_000,
        random_state=0,
    )
print(emg.data)

# %%
# A table of measures
# -------------------
#
# :func:`~skemg.systems.clinical_features` is a pipeline: filters, the measures, and a
# classifier. Filters and measures learn nothing, so they may run once for all that
# follows.

from skemg.systems import clinical_features

measures = clinical_features()[:3]
table = measures.fit_transform(emg.data)
names = measures["featureunion"].get_feature_names_out().tolist()
print(len(names), "measures, such as", *names[::9])

# %%
# One recording, as a clinician sees it
# -------------------------------------
#
# The detector splits a recording into motor units. Their potentials are drawn with
# duration, amplitude and phases, the negative side up; the raster shows when each unit
# discharges, and how fast. Of the neuropathic recordings the one with most units is
# shown.

import matplotlib.pyplot as plt
import numpy as np

from skemg.clinical import MUAPDetector
from skemg.plot import FiringDisplay, MotorUnitsDisplay

n_units = np.where(emg.target == "neuropathic", table[:, names.index("n_units")], 0)
clean = measures[:2].transform(emg.data[[n_units.argmax()]])
units = MUAPDetector().fit_transform(clean)[0]
MotorUnitsDisplay.from_units(units)
FiringDisplay.from_units(units)
plt.show()

# %%
# At more effort the potentials overlap, and turns are counted instead. Where those of
# normal muscles lie is learned from normal people. Each point is half a second of the
# patients of one class.

from skemg.clinical import InterferencePattern
from skemg.plot import InterferenceCloudDisplay

pattern = InterferencePattern(normal="normal").fit(emg.data, emg.target)
figure, axes = plt.subplots(2, figsize=(7, 7), sharex=True, layout="constrained")
for ax, name in zip(axes, ["neuropathic", "myopathic"], strict=True):
    X = emg.data[emg.target == name]
    InterferenceCloudDisplay.from_estimator(pattern, X, ax=ax)
    ax.set_title(name)
axes[0].set_xlabel("")
plt.show()

# %%
# Patients that were not trained on
# ---------------------------------
#
# Four classifiers read the table, with patients apart.
# :func:`~skemg.model_selection.cross_validate_levels` gives the scores with intervals
# over patients.

from sklearn.pipeline import Pipeline

from skemg.model_selection import PatientKFold, cross_validate_levels


def classifier(name):
    """Return what stands behind the table."""
    return Pipeline(clinical_features(name, random_state=0).steps[3:])


folds = PatientKFold(5, shuffle=True, random_state=0)
results = {
    name: cross_validate_levels(
        classifier(name), table, emg.target, groups=emg.groups, cv=folds
    )
    for name in ["random_forest", "gradient_boosting", "svm", "mlp"]
}
print("balanced accuracy of patients")
for name, result in results.items():
    for record in result.scores:
        if (record["level"], record["metric"]) == ("patient", "balanced_accuracy"):
            print(name, "{score:.2f} [{low:.2f}, {high:.2f}]".format(**record))

# %%
# The scores of the forest in full, then recall (which is sensitivity) and F1 of each
# class, and its ROC curve against the rest. A row is a patient.

from sklearn.metrics import classification_report

from skemg.plot import RocDisplay

print(results["random_forest"])
answers = results["random_forest"].answers("patient")
classes = results["random_forest"].classes
predicted = classes[answers.proba.argmax(axis=1)]
print(classification_report(answers.target, predicted))
RocDisplay.from_predictions(
    answers.target,
    answers.proba,
    groups=answers.groups,
    classes=classes,
    random_state=0,
)
plt.show()

# %%
# Which measures the answers need
# -------------------------------
#
# All columns of a measure are permuted together, because one would speak for the other.
# Half of the patients are asked by a forest that has seen the other half, and the other
# way round; a point is the mean over both halves and all permutations. Measures of the
# same thing, such as duration and area, still hide each other: a loss near zero does
# not say that a measure is of no use.

import re

from skemg.inspection import patient_importance
from skemg.plot import ImportanceDisplay

columns = {}
for name in names:
    columns.setdefault(re.sub("_(mean|std|q10|q90)$", "", name), []).append(name)

losses = []
halves = PatientKFold(2, shuffle=True, random_state=0)
for train, test in halves.split(table, emg.target, groups=emg.groups):
    forest = classifier("random_forest").fit(table[train], emg.target[train])
    system = Pipeline([*measures.steps, *forest.steps])  # recordings in, all fitted
    importance = patient_importance(
        system,
        emg.data[test],
        emg.target[test],
        features=columns,
        scoring="roc_auc_ovr",
        n_repeats=5,
        random_state=0,
    )
    losses.append(importance.importances)
ImportanceDisplay(np.hstack(losses), list(columns), score="ROC area").plot(n_largest=12)
plt.show()

# %%
# Where muscle, side or age are known, they can stand in the same table, and measures
# can be compared with normal people muscle by muscle: :ref:`clinical_tables`.
