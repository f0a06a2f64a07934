"""
=======================================
Which gesture is it, ten times a second
=======================================

A prosthesis wants an answer all the time, and the gesture changes while the recording
runs. So the labels are a track and not one label a recording. This example goes from
tracks to windows with labels, asks about people whom the classifier has never seen, and
shows what a random split would have promised.
"""

# %%
# Recordings and their tracks
# ---------------------------
#
# With the variable ``SKEMG_DATA``, the gestures of
# :func:`~skemg.datasets.fetch_uci_gestures`. Else a small set that is made here: four
# electrodes around a forearm, two muscles that each of them sees in part. People differ
# in where the electrodes sit and in how they share the work, and no hold is the same.
# On the way from one state to the next are, as in the real set, rows that nobody
# marked. It shows how the steps go together, and nothing about people.

import os

import numpy as np
from scipy.signal import butter, sosfilt

from skemg.datasets import fetch_uci_gestures
from skemg.signals import Recordings

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
n_people = 6 if fast else 12


def make_series(rng, n_rounds=3, sfreq=1000):
    """Return four channels of one person in µV, and the state at each sample."""
    # unmarked, rest, flexion, extension, fist
    states = np.tile([0, 1, 0, 2, 0, 3, 0, 4], n_rounds)
    n_times = rng.integers(1000, 2000, len(states))
    track = np.repeat(states, n_times).astype(np.uint8)
    low, high = rng.uniform([10, 25], [25, 40])  # how this person shares the work
    goals = np.array([[0, 2, 50, low, high], [0, 2, low, 50, high]])[:, states]
    goals = goals * rng.lognormal(sigma=0.2, size=goals.shape)  # no hold is the same
    marked = np.flatnonzero(track)
    effort = [
        np.interp(np.arange(len(track)), marked, np.repeat(goal, n_times)[marked])
        for goal in goals
    ]
    band = butter(2, [30, 200], "bandpass", fs=sfreq, output="sos")
    muscles = sosfilt(band, rng.normal(size=(2, len(track)))) * effort * 2
    angle = np.arange(4) * np.pi / 2 + rng.normal(scale=0.8)  # where electrodes sit
    gain = np.exp([np.cos(angle), -np.cos(angle)])
    return gain.T @ muscles + rng.normal(scale=2, size=(4, len(track))), track


if os.environ.get("SKEMG_DATA"):
    emg = fetch_uci_gestures()
    chosen = np.isin(emg.groups, np.unique(emg.groups)[:n_people])
    X, tracks, names = emg.data[chosen], emg.tracks[chosen], emg.target_names
else:
    rng = np.random.default_rng(0)
    signals, labels = zip(*(make_series(rng) for _ in range(n_people)), strict=True)
    people = [f"p{i + 1:02d}" for i in range(n_people)]
    X = Recordings.from_list(signals, sfreq=1000, groups=people, unit="uV")
    tracks = Recordings.from_list(labels, sfreq=1000)
    names = np.array(["unmarked", "rest", "flexion", "extension", "fist"])
print(X)

# %%
# The first 20 seconds of one person: the amplitude of each channel over 100 ms, above
# the track.

from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.patches import Patch

seconds, sfreq = 20, 1000
n_blocks = seconds * 10
blocks = X[0][:, : seconds * sfreq].reshape(X.n_channels, n_blocks, -1)
amplitude = np.sqrt((blocks**2).mean(axis=-1))
track = tracks[0][: seconds * sfreq]
edges = [0, *np.flatnonzero(np.diff(track)) + 1, len(track)]
colours = plt.get_cmap("tab10").colors

figure, axes = plt.subplots(
    X.n_channels, sharex=True, sharey=True, figsize=(8, 1.5 + 0.7 * X.n_channels)
)
for i, (ax, row) in enumerate(zip(axes, amplitude, strict=True)):
    for begin, end in pairwise(edges):
        label = track[begin]
        if label:
            span = begin / sfreq, end / sfreq
            ax.axvspan(*span, color=colours[label], alpha=0.3, linewidth=0)
    ax.plot((np.arange(n_blocks) + 0.5) / 10, row, color="0.2", linewidth=1)
    ax.text(1.01, 0.5, f"channel {i + 1}", transform=ax.transAxes, va="center")
axes[-1].set(xlabel="Time in s", xlim=(0, seconds))
figure.supylabel("Amplitude in µV")
figure.legend(
    handles=[
        Patch(color=colours[label], alpha=0.3, label=names[label])
        for label in np.unique(track[track > 0])
    ],
    loc="upper center",
    ncols=6,
    frameon=False,
)
figure.subplots_adjust(right=0.88)
plt.show()

# %%
# Windows with labels
# -------------------
#
# The steps before the cut see the whole series, so a scale does not take the loudness
# of a single gesture away. Then windows of 200 ms are cut every 100 ms, and two kinds
# are left out: those across a border, and those that nobody marked.

from sklearn.pipeline import make_pipeline

from skemg.preprocessing import AmplitudeScaler
from skemg.windowing import Windower, make_windows

cut = make_pipeline(AmplitudeScaler("zscore"), Windower(length=0.2, hop=0.1))
windows = make_windows(X, tracks, cut, drop_mixed=True, drop_labels=[0])
print(
    f"{len(windows.target)} windows; left out: {windows.n_mixed} across a border, "
    f"{windows.n_unwanted} unmarked"
)

# %%
# Two splits, two questions
# -------------------------
#
# The usual features of prosthesis control (Hudgins 1993: mean absolute value, zero
# crossings, slope sign changes, waveform length) and a linear discriminant. Once the
# test windows are of people whom the classifier has not seen, once they are dealt at
# random among windows of everybody.

from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from skemg.features import TimeDomainFeatures
from skemg.model_selection import LeaveOnePatientOut

classifier = make_pipeline(
    TimeDomainFeatures(
        ("mav", "zc", "ssc", "wl"), threshold=0, threshold_unit="signal"
    ),
    LinearDiscriminantAnalysis(),
)
data, target, groups = windows.data, windows.target, windows.groups
at_random = StratifiedKFold(5, shuffle=True, random_state=0)
splits = {
    "another person": LeaveOnePatientOut().split(data, target, groups),
    "at random": at_random.split(data, target),
}
answers = {
    name: cross_val_predict(classifier, data, target, cv=folds)
    for name, folds in splits.items()
}
people = np.unique(groups)
scores = np.array(
    [
        [
            balanced_accuracy_score(target[groups == person], answer[groups == person])
            for person in people
        ]
        for answer in answers.values()
    ]
)
for name, row in zip(answers, scores, strict=True):
    print(f"{name}: mean {row.mean():.2f}, worst person {row.min():.2f}")

# %%
# Each line is a person. A random split tells how well the classifier knows the people
# whom it has met; whoever buys a prosthesis is somebody else.

figure, ax = plt.subplots(figsize=(5, 4), layout="constrained")
ax.plot(list(splits), scores, "o-", color="0.6", linewidth=1)
ax.plot(list(splits), scores.mean(axis=1), "o-", color="#0072B2", label="mean")
n_classes = len(np.unique(target))
ax.axhline(1 / n_classes, color="0.4", linestyle="--", label="chance")
ax.set(ylabel="Balanced accuracy of windows", ylim=(0, 1.02))
ax.margins(x=0.2)
ax.legend(loc="lower right")
plt.show()

# %%
# An answer at every moment
# -------------------------
#
# The person who was hardest, with the classifier that never saw them. In use nobody
# leaves out what is unmarked, so every window is asked.

worst = people[scores[0].argmin()]
others = groups != worst
fitted = classifier.fit(data[others], target[others])
number = int(np.flatnonzero(X.groups == worst)[0])
every = make_windows(X[[number]], tracks[[number]], cut)
answer = fitted.predict(every.data)
moment = every.start / sfreq + 0.1
early = moment < seconds

figure, ax = plt.subplots(figsize=(8, 3), layout="constrained")
track = tracks[number][: seconds * sfreq]
ax.plot(
    np.arange(len(track)) / sfreq,
    np.where(track, track, np.nan),
    color="#E69F00",
    linewidth=14,
    solid_capstyle="butt",
    label="marked",
)
ax.plot(moment[early], answer[early], ".", color="0.1", label="answer")
known = np.unique(target)
ax.set_yticks(known, names[known])
ax.set(xlabel="Time in s, centre of the window", ylabel="Gesture", xlim=(0, seconds))
ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.17), ncols=2, frameon=False)
plt.show()

# %%
# Between two gestures the hand is on its way, and any answer there is neither right nor
# wrong. What a device does with them, such as to wait for three equal ones, is a
# question of its own. :ref:`label_tracks` has the scores of two published systems on 21
# people.
