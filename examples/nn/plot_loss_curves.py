"""
==========================================
What the loss curve of a net does not tell
==========================================

A training loss that falls smoothly looks like a net that learns. Yu (2025, on the
recordings of Di Nardo et al. 2024, doi:10.13026/grdj-qx06) publishes one: 1.042 after
the first epoch, 0.296 after the twentieth. What does such a curve tell about new
people? This example trains the same small net on simulated patients, and also looks at
the loss of windows that were held out: once windows drawn at random, once all windows
of a few patients.
"""

# %%
# Few patients, many windows
# --------------------------
#
# Yu classifies surface EMG of people who walk, these recordings are needle EMG of
# simulated patients. So only the shape of the curves can be compared, no number. The
# net, its learning rate, the size of a batch, the overlap of the windows and the number
# of epochs are those of the source. The amplitude is part of the diagnosis here, so one
# number scales all recordings; the source scales each recording by itself. The variable
# ``SKEMG_EXAMPLES_FAST`` asks for fewer and shorter cohorts.

import os

from sklearn.pipeline import make_pipeline

from skemg.datasets import make_needle_emg
from skemg.preprocessing import AmplitudeScaler, Bandpass, PeakPreservingDownsampler
from skemg.windowing import Windower, make_windows

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
n_cohorts, duration = (2, 3.0) if fast else (5, 6.0)
max_epochs = 20


def make_cohort(seed):
    """Return the windows of twelve patients, four of each class."""
    emg = make_needle_emg(
        n_patients=12, n_recordings=1, duration=duration, sfreq=4000, random_state=seed
    )
    steps = make_pipeline(
        Bandpass(low=20, high=900),
        PeakPreservingDownsampler(factor=2),
        AmplitudeScaler(),
    )
    recordings = steps.fit_transform(emg.data)
    return make_windows(recordings, emg.target, Windower(length=0.1, hop=0.05))


cohorts = [make_cohort(seed) for seed in range(n_cohorts)]
print(f"{n_cohorts} cohorts, each {len(cohorts[0].data)} windows of 12 patients")

# %%
# Two ways to hold out
# --------------------
#
# With ``early_stopping`` a net holds out part of its data and notes its loss. Where it
# knows the patients, it holds out whole ones, here one of each class. Where it does
# not, it can only draw windows. A patience as long as the training lets it never stop.

import numpy as np

from skemg.nn import LightCNNClassifier

held_out = {"random windows": False, "whole patients": True}
curves = {}
for name, knows_patients in held_out.items():
    curves[name] = []
    for seed, windows in enumerate(cohorts):
        net = LightCNNClassifier(
            max_epochs=max_epochs,
            early_stopping=True,
            validation_fraction=0.2,
            patience=max_epochs,
            random_state=seed,
        )
        groups = windows.groups if knows_patients else None
        history = net.fit(windows.data, windows.target, groups=groups).history_
        curves[name].append(history[:, ("train_loss", "valid_loss", "valid_acc")])
    curves[name] = np.array(curves[name])  # (n_cohorts, n_epochs, 3)

# %%
# The losses beside the published one
# -----------------------------------
#
# Means of the cohorts. The loss of someone who guesses among three classes is the
# logarithm of three, 1.10; how many classes the published loss has to tell apart is a
# matter of its own.

published = {1: 1.042, 5: 0.582, 10: 0.379, 15: 0.321, 20: 0.296}
random, apart = (curves[name].mean(axis=0) for name in held_out)
print("       published   random windows held out   whole patients held out")
print("epoch      train         train    held out         train    held out")
for epoch, loss in published.items():
    a, b = random[epoch - 1], apart[epoch - 1]
    print(f"{epoch:5} {loss:10.3f} {a[0]:13.3f} {a[1]:11.3f} {b[0]:13.3f} {b[1]:11.3f}")
print(f"\nheld-out windows that are right after epoch {max_epochs} (chance 0.33)")
for name in held_out:
    each = ", ".join(f"{accuracy:.2f}" for accuracy in curves[name][:, -1, 2])
    print(f"{name}: {curves[name][:, -1, 2].mean():.2f} (cohorts {each})")

# %%
# In both cases the training loss falls, steeply first and then less and less, as the
# published one does; it ends lower, for these nets learn their few windows by heart.
# Windows held out at random follow it down: they are of patients that the net knows,
# and most of their samples are also in windows that it was trained on. The loss of
# unknown patients does not follow. In some cohorts it falls less far, in others it
# rises far above a guess, where the net is as sure of itself as before and wrong.

import matplotlib.pyplot as plt

epochs = np.arange(1, max_epochs + 1)
colours = {"random windows": "#0072B2", "whole patients": "#D55E00"}
figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
for name, colour in colours.items():
    for ax, losses in zip(axes, curves[name].T, strict=False):
        ax.plot(epochs, losses, color=colour, alpha=0.35, linewidth=1)
        mean = losses.mean(axis=1)
        ax.plot(epochs, mean, color=colour, linewidth=3, label=f"{name} held out")
axes[0].plot(*zip(*published.items(), strict=True), "ks", label="published (Yu 2025)")
for ax in axes:
    ax.axhline(np.log(3), color="0.4", linestyle="--", label="a guess among three")
    ax.set(xlabel="Epoch", ylabel="Cross-entropy", xticks=[1, 5, 10, 15, 20])
axes[0].set(title="Loss of what is trained on", ylim=(0, 1.3))
axes[1].set(title="Loss of what is held out", ylim=(0, None))
axes[0].legend(loc="upper right", bbox_to_anchor=(1, 0.8))
axes[1].legend(loc="upper left")
plt.show()

# %%
# Thin lines are cohorts, thick lines their mean; mind that the right axis reaches
# further. A training loss tells that a net can be trained, and nothing about whom it
# will fail. So a net that stops early should hold out patients, as it does inside
# :class:`~skemg.windowing.WindowVotingClassifier` where the recordings know them, and a
# score should be of yet other patients: :ref:`leak`.
