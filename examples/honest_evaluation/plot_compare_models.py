"""
==================================================
Which model is better: folds of windows, or people
==================================================

Papers on EMG often compare two models by the accuracies of ten folds: Shapiro-Wilk to
ask whether they are normal, then Student's t or Mann-Whitney. Tatlidil et al. (2025)
compare networks so, without a correction for their number. This example counts how
often that finds a difference where there is none, beside the tests of
:func:`~skemg.model_selection.compare_models`.
"""

# %%
# Two models that are equally good
# --------------------------------
#
# A cohort has 26 patients in three classes, as in that paper, and 20 windows each.
# Every window is seen by two sensors that are drawn in the same way: a shift for the
# class, a shift for the patient, noise. Model A reads the first sensor, model B the
# second. So neither is better, and a test at the level of 5 % may call one better in
# 5 % of the cohorts.

import os

import numpy as np
from scipy.stats import mannwhitneyu, shapiro, ttest_ind
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier

from skemg.model_selection import PatientKFold, compare_models

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
n_cohorts = 25 if fast else 300
n_windows = 20
classes = np.repeat([0, 1, 2], [7, 8, 11])


def make_cohort(rng):
    """Return what both sensors see, the classes and the patients of the windows."""
    groups = np.repeat(np.arange(26), n_windows)
    sensors = []
    for _ in range(2):
        patients = np.eye(3, 4)[classes] + rng.normal(size=(26, 4))
        noise = 0.7 * rng.normal(size=(len(groups), 4))
        sensors.append(patients[groups] + noise)
    return sensors, classes[groups], groups


def answer(X, y, folds):
    """Return the out-of-fold probabilities of the windows."""
    proba = np.empty((len(y), 3))
    for train, test in folds:
        model = KNeighborsClassifier(7).fit(X[train], y[train])
        proba[test] = model.predict_proba(X[test])
    return proba


# %%
# The tests
# ---------
#
# The recipe of the paper takes fold accuracies over windows for independent samples. It
# is run on windows split at random, as there, and on folds of whole patients. The four
# tests of :func:`~skemg.model_selection.compare_models` get the folds of patients.


def recipe(accuracy_a, accuracy_b):
    """Return the p value: Shapiro-Wilk, then t or Mann-Whitney."""
    if min(shapiro(accuracy_a).pvalue, shapiro(accuracy_b).pvalue) > 0.05:
        return ttest_ind(accuracy_a, accuracy_b).pvalue
    return mannwhitneyu(accuracy_a, accuracy_b).pvalue


def fold_accuracies(proba, y, folds):
    """Return the accuracy over the windows of each fold."""
    return [(proba[test].argmax(axis=1) == y[test]).mean() for _, test in folds]


def compare_all(sensors, y, groups, seed):
    """Return the p value of each test."""
    random = list(StratifiedKFold(10, shuffle=True, random_state=seed).split(groups, y))
    cv = PatientKFold(5, shuffle=True, random_state=seed)
    apart = list(cv.split(groups, y, groups))
    p_values = {}
    for name, folds in (("windows at random", random), ("patients apart", apart)):
        answers = [answer(X, y, folds) for X in sensors]
        accuracies = [fold_accuracies(proba, y, folds) for proba in answers]
        p_values[f"paper's recipe, {name}"] = recipe(*accuracies)
    proba = dict(zip("AB", answers, strict=True))
    fold = np.empty(len(y), dtype=int)
    for i, (_, test) in enumerate(apart):
        fold[test] = i
    for test in ("wilcoxon", "permutation", "mcnemar", "corrected_t"):
        table = compare_models(proba, y, groups=groups, test=test, folds=fold)
        p_values[test] = table.records[0]["p_value"]
    return p_values


p_values = [
    compare_all(*make_cohort(np.random.default_rng(seed)), seed)
    for seed in range(n_cohorts)
]

# %%
# How often each finds what is not there
# --------------------------------------

from skemg.metrics import wilson_interval

names = list(p_values[0])
found = {name: sum(p[name] <= 0.05 for p in p_values) for name in names}
for name in names:
    low, high = wilson_interval(found[name], n_cohorts)
    print(f"{name:35} {found[name] / n_cohorts:.2f} [{low:.2f}, {high:.2f}]")

import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
share = np.array([found[name] / n_cohorts for name in names])
ends = np.array([wilson_interval(found[name], n_cohorts) for name in names])
colors = ["#D55E00" if "recipe" in name else "#0072B2" for name in names]
ax.barh(names, share, color=colors)
ax.hlines(names, ends[:, 0], ends[:, 1], color="k", linewidth=1.5)
ax.axvline(0.05, color="0.4", linestyle="--", label="level of the tests")
ax.set(xlabel="Share of cohorts with p at most 0.05, models equal", xlim=(0, 0.7))
ax.invert_yaxis()
ax.legend(loc="lower right")
plt.show()

# %%
# The recipe counts windows. Ten folds of them differ little, because each holds windows
# of all 26 patients, so a difference that is owed to these patients looks certain. With
# other patients it would turn round.
#
# The permutation, McNemar and Wilcoxon tests count patients. They take the answers of
# the models as they are. That one of the two was luckier with these training patients
# is not in them, and a test that looks at probabilities finds more of that than one
# that looks at right and wrong. Only the corrected t test of Nadeau and Bengio asks
# about the next cohort of training patients too. Choose it for claims about a method,
# the others for claims about models as they were trained.
#
# One comparison
# --------------
#
# Three classifiers of the same spectra of simulated needle EMG, the patients kept
# apart. A line is a pair: the balanced accuracies of the patients, their difference
# with its interval, and p before and after Holm's correction for three pairs.

from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.datasets import make_needle_emg
from skemg.features import LogSpectrum
from skemg.preprocessing import Bandpass, PeakPreservingDownsampler
from skemg.windowing import Windower, WindowVotingClassifier

emg = make_needle_emg(n_patients=27, duration=1.0, random_state=0)
features = make_pipeline(
    Bandpass(low=50),
    PeakPreservingDownsampler(factor=5),
    Windower(length=0.2, hop=0.2),
    LogSpectrum(low=60, high=2000, n_bands=24),
)
X, y = features.fit_transform(emg.data), emg.target
models = {
    "one neighbour": make_pipeline(StandardScaler(), KNeighborsClassifier(1)),
    "svm": make_pipeline(StandardScaler(), SVC()),
    "forest": RandomForestClassifier(50, random_state=0),
}
proba = {
    name: cross_val_predict(
        WindowVotingClassifier(model), X, y, cv=PatientKFold(5), method="predict_proba"
    )
    for name, model in models.items()
}
compare_models(proba, y, groups=X.groups)

# %%
# What so many patients can show
# ------------------------------
#
# "No significant difference" says little where few patients could have shown none. Here
# is the smallest difference of two accuracies that the test of McNemar finds in four of
# five studies, for three shares of patients about whom the two models disagree.

from skemg.model_selection import smallest_detectable_difference

numbers = np.arange(16, 201, 2)
figure, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
for discordance, color in ((0.2, "#0072B2"), (0.3, "#E69F00"), (0.4, "#009E73")):
    smallest = [
        smallest_detectable_difference(int(n), discordance=discordance) for n in numbers
    ]
    label = f"disagree about {100 * discordance:.0f} %"
    ax.plot(numbers, smallest, color=color, label=label)
ax.axvline(26, color="0.4", linestyle="--", label="26 patients")
ax.set(xlabel="Patients", ylabel="Smallest difference of accuracy", ylim=(0, 0.4))
ax.legend()
plt.show()

# %%
# A curve begins where it does because fewer patients show no difference at all. With 26
# patients, two models that disagree about 30 % of them must differ by 29 points: nearly
# every patient about whom they disagree has to speak for the same one.
