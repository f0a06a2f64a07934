"""
======================================
Look at recordings before you use them
======================================

A volt that was read as a microvolt, hum of the mains or an electrode that fell off
raise no error. They go into the features, and from there into the answers. This example
spoils some recordings, lets :class:`~skemg.quality.SignalQuality` find what was done,
and keeps the windows in which a muscle contracts.
"""

# %%
# Ten recordings, most of them spoiled
# ------------------------------------
#
# The first two are left as they are. To each of the others one thing is done.

import matplotlib.pyplot as plt
import numpy as np

from skemg.datasets import make_needle_emg
from skemg.signals import Recordings

SFREQ = 10_000
emg = make_needle_emg(
    n_patients=5, n_recordings=2, duration=2.0, sfreq=SFREQ, random_state=0
)
signals = [signal.astype(float) for signal in emg.data]
time = np.arange(2 * SFREQ) / SFREQ
wave = 200 * np.sin(2 * np.pi * 50 * time)

spoil = {
    "as it is": lambda x: x,
    "also": lambda x: x,
    "V as µV": lambda x: x / 1e6,
    "hum": lambda x: x + wave,
    "drift": lambda x: x + 100 * np.sin(2 * np.pi * 1.5 * time),
    "clipped": lambda x: np.clip(x, *np.quantile(x, [0.02, 0.98])),
    "electrode off": lambda x: np.where((time > 0.8) & (time < 1.3), 0.0, x),
    "every 5th": lambda x: np.repeat(x[::5], 5),
    "a NaN": lambda x: np.where(time == time[5000], np.nan, x),
    "copy of 0": lambda x: signals[0].copy(),
}
spoiled = [change(x) for change, x in zip(spoil.values(), signals, strict=True)]
X = Recordings.from_list(spoiled, sfreq=SFREQ, unit="uV", groups=emg.groups)

# %%
# What was found, in words
# ------------------------

from skemg.quality import SignalQuality

quality = SignalQuality.from_recordings(X)
print(quality)

# %%
# And as a picture
# ----------------
#
# The colour is the share of its limit that a value reaches. An orange cell is a flag.
# Grey is not known: there are no time stamps here.

from skemg.plot import SignalQualityDisplay

SignalQualityDisplay.from_quality(quality, names=list(spoil))
plt.show()

# %%
# A flag is no verdict. Hum goes away with a :class:`~skemg.preprocessing.Notch`; a
# clipped potential does not come back. ``X[quality.ok]`` keeps the recordings without a
# flag, and ``quality.raise_for("amplitude")`` stops a script where a unit slipped.

good = X[quality.ok]
print(good)

# %%
# Which windows show a contraction
# --------------------------------
#
# A recording may be fine but for a moment.
# :class:`~skemg.quality.ActivityClassifier` tells rest, contraction and artefact apart
# in windows. It learns from simulated ones, of the same length and rate.

import os

from skemg.datasets import make_activity_windows
from skemg.quality import ActivityClassifier

fast = bool(os.environ.get("SKEMG_EXAMPLES_FAST"))
known = make_activity_windows(30 if fast else 60, sfreq=SFREQ, random_state=0)
activity = ActivityClassifier(sfreq=SFREQ, random_state=0)
activity.fit(known.data, known.target)

# %%
# New patients, who took no part in the training. The recording below is put together
# from the windows of one of them.

new = make_activity_windows(12, sfreq=SFREQ, random_state=1)
print(f"accuracy: {activity.score(new.data, new.target):.2f}")

mine = np.flatnonzero(new.groups == new.groups[30])
order = mine[[0, 1, 2, 10, 11, 12, 13, 20, 21, 14, 15, 22, 3, 4]]
recording = Recordings.from_list([new.data[order].ravel()], sfreq=SFREQ, unit="uV")

# %%
# :class:`~skemg.windowing.WindowSelector` keeps the contractions and counts the rest.
# ``FrozenEstimator`` lets the classifier keep what it learned where a search clones the
# pipeline.

from sklearn.frozen import FrozenEstimator

from skemg.windowing import Windower, WindowSelector

windows = Windower(length=0.2, hop=0.2).fit_transform(recording)
selector = WindowSelector(activity=FrozenEstimator(activity)).fit(windows)
kept = selector.transform(windows)
report = selector.report_
print({name: report[name].tolist() for name in ("n_windows", "n_kept", "n_quiet")})

called = activity.predict_windows(windows).values
colors = {"rest": "0.6", "contraction": "#009E73", "artefact": "#D55E00"}
figure, ax = plt.subplots(figsize=(9, 3.2), layout="constrained")
for start, name, row in zip(windows.start, called, windows.values, strict=True):
    begin = start / SFREQ
    ax.plot(begin + time[: len(row)], row / 1000, color=colors[name], linewidth=0.7)
    if start in kept.start:
        ax.axvspan(begin, begin + 0.2, color=colors["contraction"], alpha=0.12)
for name, color in colors.items():
    ax.plot([], [], color=color, label=name)
ax.set(xlabel="Time (s)", ylabel="EMG (mV)", title="Shaded: kept by the selector")
ax.set_xlim(0, len(windows.values) * 0.2)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
plt.show()

# %%
# The score holds for simulated patients. On recordings of a clinic it is lower, and how
# much lower depends on the recorder: the page :ref:`activity` has numbers.
