"""
===================================================
Ask what a score could rest on before fitting a net
===================================================

A score can be high because the test was in training, or because something that is no
disease tells the class. :func:`~skemg.model_selection.audit_split` looks for both
without fitting a model. This example plants what it looks for, and then reads real
recordings where others have planted it.
"""

# %%
# A clean set, split in two ways
# ------------------------------
#
# Fifteen simulated patients, five of each class. The variable
# ``SKEMG_EXAMPLES_FAST`` asks for fewer draws.

import os

from skemg.datasets import make_needle_emg
from skemg.model_selection import audit_split

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
n_permutations = 200 if fast else 1000
emg = make_needle_emg(
    n_patients=15, n_recordings=2, duration=1.0, sfreq=16000, random_state=0
)
audit = audit_split(emg.data, emg.target, n_permutations=n_permutations)
print(audit)

# %%
# Each line is a check. Nothing leaks, and no measure tells the class better than chance
# would in one set of a hundred. Now the same recordings as most papers split them:
# windows that overlap by half, at random.

from sklearn.model_selection import StratifiedKFold

from skemg.windowing import Windower, make_windows

flat = make_windows(emg.data, emg.target, Windower(length=0.1, hop=0.05))
leaking = audit_split(
    flat.data,
    flat.target,
    flat.groups,
    cv=StratifiedKFold(5, shuffle=True, random_state=0),
    recording=flat.recording,
    start=flat.start,
    sfreq=16000,
    n_permutations=n_permutations,
)
for record in leaking.records[:4]:
    print(f"{record['check']:10s} {record['status']:5s} {record['text']}")

# %%
# Every patient is on both sides, and nearly every window of the tests shares half of
# its samples with a window that the model was trained on.
#
# Three faults, planted
# ---------------------
#
# The normal recordings get a little hum, as if they came from another room. They are
# also cut short. And one recording of the first patient stands under the name of the
# last one a second time: turned over, at half the amplitude, and a tenth of a second
# late.

import numpy as np

from skemg.signals import Recordings

signals = []
for signal, target in zip(emg.data, emg.target, strict=True):
    if target == "normal":
        time = np.arange(12000) / 16000
        signal = signal[:12000] + 30 * np.sin(2 * np.pi * 50 * time)
    signals.append(signal)
signals[-1] = -0.5 * emg.data[2][1600:]
faulty = Recordings.from_list(signals, sfreq=16000, groups=emg.groups, unit="uV")
audit = audit_split(faulty, emg.target, n_permutations=n_permutations)
print(audit)

# %%
# The report as a figure
# ----------------------
#
# What each measure reaches alone is in the records, for the class that it tells best.
# The level of chance is that of the best of its kind with labels drawn anew, patient by
# patient.

import matplotlib.pyplot as plt

colors = {"ok": "0.5", "shortcut": "#D55E00", "suspect": "#E69F00"}


def draw(audit, ax):
    """Draw the AUC of each measure beside what chance reaches."""
    told = [record for record in audit.records if record["auc"] is not None]
    for row, record in enumerate(reversed(told)):
        ax.plot(
            [0.5, record["chance"]],
            [row, row],
            color="0.85",
            lw=8,
            solid_capstyle="butt",
        )
        ax.plot(record["best_auc"], row, "o", color=colors[record["status"]])
    ax.set_yticks(range(len(told)), [record["check"] for record in reversed(told)])
    for status, color in colors.items():
        ax.plot([], [], "o", color=color, label=status)
    ax.plot([], [], color="0.85", linewidth=8, label="chance")
    ax.set(xlabel="AUC of one measure alone, best class", xlim=(0, 1.05))
    ax.axvline(0.5, color="0.4", linestyle="--", linewidth=1)


def draw_length(audit, target, ax):
    """Draw the length of the recordings of each class."""
    for row, name in enumerate(np.unique(target)):
        seconds = audit.measures["length"][target == name]
        ax.plot(seconds, np.full(len(seconds), row), "o", color="#0072B2", alpha=0.5)
    ax.set_yticks(range(row + 1), np.unique(target))
    ax.set(xlabel="Length of the recording (s)", ylim=(-0.6, row + 0.6))


figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
draw(audit, left)
draw_length(audit, emg.target, right)
figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4)
plt.show()

# %%
# A suspect is a measure that amplifiers and muscles change alike: the amplitude, the
# ends of the spectrum. It is no proof of a fault, and somebody has to judge it. A fault
# of the apparatus is called a shortcut.
#
# Real recordings
# ---------------
#
# With ``SKEMG_DATA`` set to a folder of public sets, the audit reads surface EMG of the
# thigh. Its source counts 1N and 2N as two men, and they share two recordings, sample
# for sample. In gait the men without a knee abnormality were recorded for 5 to 10 s and
# the others for longer: length alone tells them apart.

if os.environ.get("SKEMG_DATA"):
    from skemg.datasets import fetch_uci_lower_limb

    limb = fetch_uci_lower_limb()
    as_published = limb.data.with_groups(limb.frame["subject"])
    audit = audit_split(as_published, limb.target, recording=limb.frame["recording"])
    print(audit.records[3]["text"])

    gait = fetch_uci_lower_limb(task="gait")
    audit = audit_split(gait.data, gait.target)
    print(audit)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    draw(audit, left)
    draw_length(audit, gait.target, right)
    figure.suptitle("Gait, knee abnormality or none")
    handles = left.get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=4)
    plt.show()

# %%
# In the needle EMG of Algiers the hum of the mains tells healthy people from patients,
# and so do the ends of the spectrum. A model that sees the raw signal may use them.

if os.environ.get("SKEMG_DATA") and not fast:
    from skemg.datasets import fetch_algiers

    needle = fetch_algiers()
    healthy = np.where(needle.target == "normal", "healthy", "patient")
    print(audit_split(needle.data, healthy))

# %%
# PhysioNet's three recordings are of three people, one a class. There is no split that
# could say how well new patients are told apart, so none is audited.

if os.environ.get("SKEMG_DATA"):
    from skemg.datasets import fetch_emgdb

    three = fetch_emgdb()
    try:
        audit_split(three.data, three.target)
    except ValueError as error:
        print(error)

# %%
# In a script or a test of one's own, ``raise_on="leaks"`` stops before a score is
# computed, and :meth:`~skemg.model_selection.SplitAudit.raise_for` does so later.
# :ref:`audit` says what each check can and cannot see.
