"""
=======================================
Which seconds decided, and which spikes
=======================================

A class alone convinces nobody who can read EMG. This example asks two networks what
they looked at in one recording: a network with attention, which weighs the windows of a
recording, and a CNN-GRU, of which the gradient tells the samples that moved its answer.
"""

# %%
# Recordings
# ----------
#
# Simulated patients; the last ones of each class are not trained on. The variable
# ``SKEMG_EXAMPLES_FAST`` asks for fewer patients and epochs.

import os

import numpy as np

from skemg.datasets import make_needle_emg

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
n_patients, max_epochs = (18, 3) if fast else (36, 20)
emg = make_needle_emg(n_patients, n_recordings=2, duration=2.0, random_state=0)
held_out = np.isin(emg.groups, np.unique(emg.groups)[:: n_patients // 3])
train, test = emg.data[~held_out], emg.data[held_out]
y_train, y_test = emg.target[~held_out], emg.target[held_out]
print("held out:", ", ".join(np.unique(test.groups)))

# %%
# Attention over the windows
# --------------------------
#
# :class:`~skemg.nn.AttentionPoolingClassifier` needs no vote. It learns a weight for
# each window of a recording, and the weights of a recording sum to one.

from sklearn.pipeline import make_pipeline

from skemg.features import LogSpectrum
from skemg.nn import AttentionPoolingClassifier
from skemg.preprocessing import AmplitudeScaler, Bandpass, PeakPreservingDownsampler
from skemg.windowing import Windower

attention = make_pipeline(
    PeakPreservingDownsampler(factor=5),
    Bandpass(low=50),
    Windower(length=0.1, hop=0.05),
    LogSpectrum(low=60, high=4000, n_bands=32),
    AttentionPoolingClassifier(max_epochs=2 * max_epochs, random_state=0),
).fit(train, y_train)
print(f"right on held-out recordings: {attention.score(test, y_test):.2f}")

# %%
# Saliency of the samples
# -----------------------
#
# The CNN-GRU sees the signal itself. ``saliency`` follows the gradient of the class
# score back to the samples; given a pipeline and recordings, it lays the answers of
# overlapping windows back onto the time axis.

from skemg.nn import CNNGRUClassifier
from skemg.windowing import WindowVotingClassifier

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
voted = make_pipeline(
    PeakPreservingDownsampler(factor=5),
    Bandpass(low=50),
    AmplitudeScaler(),
    Windower(length=0.1, hop=0.05),
    WindowVotingClassifier(net),
).fit(train, y_train)
print(f"right on held-out recordings: {voted.score(test, y_test):.2f}")

# %%
# One recording, seen by both
# ---------------------------
#
# The one that was least clear to both, of those that they got right. Above the weights
# of the windows, below 200 ms of the signal with its saliency, around the window of the
# largest weight.

import matplotlib.pyplot as plt

from skemg.inspection import AttentionDisplay, AttributionDisplay, saliency

sure = np.ones(len(test))
for system in (attention, voted):
    proba = system.predict_proba(test)
    right = system.classes_[proba.argmax(axis=1)] == y_test
    sure = np.where(right, np.minimum(sure, proba.max(axis=1)), 2)
chosen = int(sure.argmin())
one = test[chosen : chosen + 1]
for name, system in [("attention", attention), ("CNN-GRU", voted)]:
    proba = system.predict_proba(one)[0]
    shares = ", ".join(
        f"{label} {p:.2f}" for label, p in zip(system.classes_, proba, strict=True)
    )
    print(f"{y_test[chosen]}, by {name}: {shares}")

windows = attention[:-1].transform(one)
weights = attention[-1].attention_weights(windows)
most = weights.start[weights.values.argmax()] / weights.sfreq
attribution = saliency(voted, one, random_state=0)
signal = voted[:-3].transform(one)
sfreq = float(signal.sfreq[0])
first = int(max(most - 0.05, 0) * sfreq)
span = slice(first, first + int(0.2 * sfreq))

figure, (top, bottom) = plt.subplots(2, figsize=(8, 5.5), layout="constrained")
AttentionDisplay.from_weights(weights).plot(ax=top)
top.axvspan(first / sfreq, first / sfreq + 0.2, color="0.9", zorder=0)
top.set_title("Weight of each window; grey: the part below")
AttributionDisplay(signal[0][span], attribution[0][span], sfreq=sfreq, unit="uV").plot(
    ax=bottom, label="Saliency"
)
bottom.set_title(f"Signal from {first / sfreq:.2f} s on, and its saliency")
plt.show()

# %%
# Is it true what the map says?
# -----------------------------
#
# An attribution is a claim that can be tested: blank the samples that it names, and the
# probability of the class must fall further than when others are blanked. ``occlusion``
# does so for every classifier, network or not. Here gaps of 5 ms move through each
# window of the held-out recordings, and the network answers again for each gap.

from skemg.inspection import occlusion

bags = voted[:-1].transform(test)
drop = occlusion(voted[-1], bags, length=0.005).values
of_windows = saliency(voted[-1], bags, random_state=0).values
named = of_windows > np.quantile(of_windows, 0.9, axis=1, keepdims=True)
print("mean drop of the probability of a window by a gap of 5 ms")
print(
    f"over the tenth of the samples with the largest saliency: {drop[named].mean():.4f}"
)
print(f"over all others: {drop[~named].mean():.4f}")

# %%
# The patients are simulated. On real recordings such maps have found hum and the edges
# of filters before they found a disease: look at them before you trust a score.
