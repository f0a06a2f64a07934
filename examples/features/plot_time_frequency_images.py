"""
===============================
One window, five kinds of image
===============================

A spectrogram, a mel spectrogram, a scalogram, a Stockwell transform and a Wigner-Ville
distribution all show how the power of a window spreads over frequency and time. What
do they show alike, and where do they differ? Here are a myopathic and a neuropathic
muscle, both simulated.
"""

# %%
# Two windows
# -----------
#
# A window is 100 ms of a slight contraction, at 10 kHz. From a second of each muscle we
# take the window with the largest potential in its middle third. Negative is up, as on
# the screen of an EMG machine. Short potentials of few fibres are on the left; on the
# right is a large one, of a unit that has taken over the fibres of others.

import matplotlib.pyplot as plt
import numpy as np

from skemg.datasets import make_needle_emg
from skemg.preprocessing import Bandpass, Resampler
from skemg.windowing import Windower

classes = ["myopathic", "neuropathic"]
emg = make_needle_emg(
    dict.fromkeys(classes, 1),
    n_recordings=1,
    duration=1.5,
    severity=0.8,
    random_state=3,
)
recordings = Bandpass(low=20).fit_transform(Resampler(10_000).fit_transform(emg.data))
windows = Windower(length=0.1, hop=0.02).fit_transform(recordings)
chosen = []
for label in classes:
    (recording,) = np.flatnonzero(emg.target == label)
    rows = windows[[recording]].values[5:]  # without the start of the filters
    middle = rows[:, rows.shape[1] // 3 : -rows.shape[1] // 3]
    chosen.append(rows[np.abs(middle).max(axis=1).argmax()])
chosen = np.stack(chosen)
sfreq = windows.sfreq
print(chosen.shape, sfreq)

# %%
# Five steps with one interface
# -----------------------------
#
# Every step takes windows and gives images of four axes: window, channel, frequency and
# time. ``frequencies_`` and ``times_`` are what its rows and columns stand for, in Hz
# and seconds. ``range=60`` makes images of 0 to 1 over the 60 decibels below the
# largest power of the windows that it was fitted on: one scale for both muscles, so
# that the stronger one stays the stronger one.

from skemg.features import (
    MelSpectrogram,
    Scalogram,
    SmoothedPseudoWignerVille,
    Spectrogram,
    Stockwell,
)

RANGE = 60.0
shared = {"high": 3000, "range": RANGE, "sfreq": sfreq}
steps = {
    "Spectrogram": Spectrogram(length=0.0128, hop=0.001, **shared),
    "Mel spectrogram": MelSpectrogram(
        length=0.0128, hop=0.001, n_frequencies=32, **shared
    ),
    "Scalogram": Scalogram(low=100, n_frequencies=64, n_frames=200, **shared),
    "Stockwell": Stockwell(low=100, n_frequencies=64, n_frames=200, **shared),
    "Wigner-Ville, smoothed": SmoothedPseudoWignerVille(
        n_frequencies=64, n_frames=200, time_share=0.05, **shared
    ),
}
images = {name: step.fit_transform(chosen) for name, step in steps.items()}
for name, image in images.items():
    frequencies = steps[name].frequencies_
    print(f"{name:23} {image.shape}, {frequencies[0]:4.0f} to {frequencies[-1]:.0f} Hz")

# %%
# The images
# ----------
#
# Decibels count down from the largest power of each step, because the five powers have
# units of their own. The frequencies of the scalogram and of the mel spectrogram are
# not equally spaced; all rows are drawn where they belong.

milliseconds = 1000 * np.arange(chosen.shape[1]) / sfreq
figure, axes = plt.subplots(
    6, 2, figsize=(9, 12), sharex=True, sharey="row", layout="constrained"
)
for ax, x, label in zip(axes[0], chosen, classes, strict=True):
    ax.plot(milliseconds, x, color="#0072B2", linewidth=0.8)
    ax.set(title=label.capitalize(), xlim=(0, 100))
axes[0, 0].set(ylabel="Amplitude in µV")
axes[0, 0].invert_yaxis()
for pair, (name, image) in zip(axes[1:], images.items(), strict=True):
    step = steps[name]
    for ax, powers in zip(pair, image[:, 0], strict=True):
        mesh = ax.pcolormesh(
            1000 * step.times_,
            step.frequencies_,
            RANGE * (powers - 1),
            vmin=-RANGE,
            vmax=0,
            cmap="magma",
            shading="nearest",
            rasterized=True,
        )
        ax.set(ylim=(0, 3000), facecolor="black")
    pair[0].set(ylabel=f"{name}\nFrequency in Hz")
for ax in axes[-1]:
    ax.set(xlabel="Time in ms")
figure.colorbar(mesh, ax=axes[1:], label="Power in dB below the largest", aspect=50)
plt.show()

# %%
# The spectrogram has frames of one length, 12.8 ms: a short potential is as wide as a
# frame, and the first and last half frame of a window are missing. The scalogram and
# the Stockwell transform look longer at low frequencies and shorter at high ones: sharp
# spikes become narrow towers. The Wigner-Ville distribution is as narrow at low
# frequencies too, but what is left of its cross terms stands between potentials where
# there is no power, and where it is negative it is drawn black.

# %%
# They hold much the same, at different cost. The spectrogram is the cheapest by far;
# scalogram and Stockwell transform are many times faster with ``resize="pick"``, which
# computes the points that are shown and no others. Images go to
# :class:`~skemg.nn.ImageCNNClassifier`; :func:`skemg.systems.sengur2017` is a system
# with three of them.
