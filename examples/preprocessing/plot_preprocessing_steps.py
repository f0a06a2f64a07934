"""
================================================
What each preprocessing step does to a recording
================================================

Hum, drift, a lower sampling rate, a common amplitude: every step takes recordings and
gives recordings. The recordings here are simulated, so the signal without hum and drift
is known.
"""

# %%
# A recording with hum and drift
# ------------------------------
#
# A myopathic muscle during a slight contraction. Mains hum with two harmonics is added,
# and the slow drift of a moving needle. ``with_values`` keeps everything else: rate,
# patient and unit.

import numpy as np

from skemg.datasets import make_needle_emg

true = make_needle_emg(
    {"myopathic": 1}, n_recordings=1, duration=2.0, severity=0.8, random_state=0
).data
sfreq = true.sfreq[0]
time = np.arange(len(true[0])) / sfreq
hum = sum(
    amplitude * np.sin(2 * np.pi * frequency * time)
    for frequency, amplitude in [(50, 90), (150, 45), (250, 25)]
)
drift = 150 * np.sin(2 * np.pi * 2.5 * time + 1)
recorded = true.with_values(np.float32(true.values + hum + drift))
print(recorded)

# %%
# Notch and Bandpass
# ------------------
#
# :class:`~skemg.preprocessing.Notch` takes out the mains and its harmonics,
# :class:`~skemg.preprocessing.Bandpass` what is slower than motor unit potentials. Both
# filter forward and backward here, so that no potential moves. Negative is up, as on
# the screen of an EMG machine.

import matplotlib.pyplot as plt
from scipy import signal

from skemg.preprocessing import Bandpass, Notch

without_hum = Notch(frequency=50, harmonics=5, zero_phase=True).fit_transform(recorded)
filtered = Bandpass(low=20, zero_phase=True).fit_transform(without_hum)

BLUE, ORANGE = "#0072B2", "#D55E00"
shown = slice(int(0.9 * sfreq), int(1.03 * sfreq))


def draw_trace(ax, x, **kwargs):
    ax.plot(1000 * (time[shown] - time[shown][0]), x[shown], **kwargs)


def draw_spectrum(ax, x, **kwargs):
    frequencies, power = signal.welch(x, sfreq, nperseg=int(sfreq / 4))
    band = (frequencies > 0) & (frequencies <= 5000)
    ax.loglog(frequencies[band], power[band], **kwargs)


steps = {"Recorded": recorded, "After Notch": without_hum, "After Bandpass": filtered}
figure, axes = plt.subplots(
    3, 2, figsize=(9, 7), sharex="col", sharey="col", layout="constrained"
)
for (trace, spectrum), (name, recordings) in zip(axes, steps.items(), strict=True):
    for draw, ax in [(draw_trace, trace), (draw_spectrum, spectrum)]:
        draw(ax, true[0], color=ORANGE, alpha=0.5, lw=3, label="Without hum and drift")
        draw(ax, recordings[0], color=BLUE, lw=1, label=name)
    trace.set(ylabel="Amplitude in µV")
    spectrum.set(ylabel="Power in µV²/Hz")
    trace.legend(loc=(0.36, 0.03), fontsize="small")
axes[0, 0].invert_yaxis()  # shared by all traces
axes[0, 0].set_title("Signal, negative up")
axes[0, 1].set_title("Power spectrum")
axes[2, 0].set(xlabel="Time in ms")
axes[2, 1].set(xlabel="Frequency in Hz", ylim=(1e-3, 1e5))
plt.show()

# %%
# After both steps the two lines lie on each other, but for the slow parts below 20 Hz.
# What the spectrum shows of the hum is from the first half second, in which the notch
# settles.
#
# A filter only attenuates: the spectrum below 20 Hz is small, and not zero. A feature
# that takes a logarithm still reads it, so give ``low`` to
# :class:`~skemg.features.LogSpectrum` too.

# %%
# A lower rate that keeps the peaks
# ---------------------------------
#
# :class:`~skemg.preprocessing.PeakPreservingDownsampler` keeps of five samples the one
# where the signal turns most sharply. Plain decimation filters first and then takes
# every fifth sample.

from skemg.preprocessing import PeakPreservingDownsampler

FACTOR = 5
x = filtered[0].astype(float)
methods = {
    "Peak-preserving": PeakPreservingDownsampler(FACTOR).fit_transform(filtered)[0],
    "Plain decimation": signal.decimate(x, FACTOR, ftype="fir"),
}


def missing_height(peak, sign, kept):
    """Return how much of the height of a peak the kept samples near it miss."""
    near = slice(peak // FACTOR - 1, peak // FACTOR + 2)
    return max(0.0, sign * x[peak] - (sign * kept[near]).max())


peaks = [
    (peak, sign)
    for sign in (-1, 1)
    for peak in signal.find_peaks(sign * x, prominence=100)[0]
    if 100 < peak < len(x) - 100
]
missing = {
    name: np.array([missing_height(peak, sign, kept) for peak, sign in peaks])
    for name, kept in methods.items()
}
for name, height in missing.items():
    print(f"{name:16} median {np.median(height):3.1f} µV, largest {height.max():3.0f}")

# %%
# The left figure shows the peak where the two differ most, the right one how much of
# the height of every peak is lost. Both methods keep every peak to within 20 µV here;
# the peak-preserving one keeps more than half of them without any loss.

worst = np.argmax(missing["Plain decimation"] - missing["Peak-preserving"])
centre = peaks[worst][0]
near = np.arange(centre - 60, centre + 61)

# sphinx_gallery_thumbnail_number = 2
figure, (trace, share) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
trace.plot(
    1000 * (near - centre) / sfreq,
    x[near],
    color="0.75",
    linewidth=4,
    label="Before, 48 kHz",
)
kinds = zip(methods.items(), [BLUE, ORANGE], ["o-", "s--"], strict=True)
for (name, kept), color, marker in kinds:
    index = np.arange(near[0] // FACTOR + 1, near[-1] // FACTOR)
    middle = (FACTOR - 1) / 2 if name == "Peak-preserving" else 0  # of the run
    at = 1000 * (index * FACTOR + middle - centre) / sfreq
    trace.plot(at, kept[index], marker, color=color, markersize=4, label=name)
    height = np.sort(missing[name])
    share.plot(
        height,
        100 * np.arange(1, len(height) + 1) / len(height),
        marker[1:],
        color=color,
        label=name,
    )
trace.set(xlabel="Time in ms", ylabel="Amplitude in µV", title="One sharp peak")
trace.invert_yaxis()
trace.legend(fontsize="small")
share.set(
    xlabel="Missing height in µV",
    ylabel="Peaks that miss no more, in %",
    title=f"All {len(peaks)} peaks of the recording",
)
share.legend(loc="lower right")
plt.show()

# %%
# The price: a sample may stand up to four old samples away from its place, noise grows
# by about half, and what lies above half of the new rate folds back. Where that matters
# more than the peaks, take :class:`~skemg.preprocessing.Resampler`.

# %%
# Amplitude, kept or taken away
# -----------------------------
#
# In needle EMG the amplitude is part of the diagnosis.
# :class:`~skemg.preprocessing.AmplitudeScaler` with "global" divides all recordings by
# one number and keeps their differences; "zscore" makes them all alike.

from skemg.preprocessing import AmplitudeScaler

emg = make_needle_emg(n_patients=3, n_recordings=1, duration=1.0, random_state=0)
scaled = {
    "As recorded, in µV": emg.data,
    'AmplitudeScaler("global")': AmplitudeScaler("global").fit_transform(emg.data),
    'AmplitudeScaler("zscore")': AmplitudeScaler("zscore").fit_transform(emg.data),
}
figure, axes = plt.subplots(
    3, 3, figsize=(9, 5.5), sharex=True, sharey="col", layout="constrained"
)
for column, (name, recordings) in zip(axes.T, scaled.items(), strict=True):
    for ax, x, label in zip(column, recordings, emg.target, strict=True):
        ax.plot(np.arange(len(x)) / sfreq, x, color=BLUE, linewidth=0.5)
        ax.set(ylabel=f"{label}\nµV" if ax in axes[:, 0] else "no unit")
    column[0].set_title(name, fontsize="medium")
    column[0].invert_yaxis()
    column[-1].set(xlabel="Time in s")
plt.show()
