"""
====================================
Three ways to take noise out of EMG
====================================

White noise lies between motor unit potentials and beneath them. A band-pass cannot take
it out, because it has the frequencies of the potentials too. Three steps try: wavelet
shrinkage, multiscale principal components and empirical mode decomposition. How much of
the noise does each remove, and how much of the potentials?
"""

# %%
# A recording whose noise is known
# --------------------------------
#
# A simulated myopathic muscle, to which white noise of 40 µV is added, as of a poor
# contact. So the truth is known, and the ratio of signal to noise (SNR) can be counted:
# the power of the signal over the power of what differs from it.

import numpy as np

from skemg.datasets import make_needle_emg

true = make_needle_emg(
    {"myopathic": 1}, n_recordings=1, duration=2.0, sfreq=24_000, random_state=1
).data
sfreq = true.sfreq[0]
white = np.random.default_rng(0).standard_normal(len(true[0]))


def with_noise(level):
    """Return the recording with white noise of a level in µV."""
    return true.with_values(true.values + np.float32(level * white))


def snr(recordings):
    """Return the ratio of signal to noise in dB."""
    error = recordings[0] - true[0]
    return 10 * np.log10(np.mean(true[0] ** 2) / np.mean(error**2))


noisy = with_noise(40)
print(f"SNR of the noisy recording: {snr(noisy):.1f} dB")

# %%
# Three denoisers
# ---------------
#
# :class:`~skemg.preprocessing.WaveletDenoiser` shrinks small coefficients of a wavelet
# transform. :class:`~skemg.preprocessing.MultiscalePCA` puts windows of the recording
# side by side and keeps, in each scale, what they share.
# :class:`~skemg.preprocessing.EMDDenoiser` drops the fastest mode of the recording. All
# have their default settings, and none learns anything from a recording of one channel.

import matplotlib.pyplot as plt

from skemg.preprocessing import EMDDenoiser, MultiscalePCA, WaveletDenoiser

denoisers = [WaveletDenoiser(), MultiscalePCA(), EMDDenoiser()]
BLUE, ORANGE = "#0072B2", "#D55E00"

denoised = {"Noisy": noisy}
for step in denoisers:
    denoised[type(step).__name__] = step.fit_transform(noisy)

peak = np.abs(true[0][12_000:36_000]).argmax() + 12_000
shown = slice(peak - 960, peak + 960)
milliseconds = 1000 * (np.arange(len(true[0]))[shown] - shown.start) / sfreq
figure, axes = plt.subplots(
    4, 1, figsize=(9, 9), sharex=True, sharey=True, layout="constrained"
)
for ax, (name, recordings) in zip(axes, denoised.items(), strict=True):
    ax.plot(milliseconds, true[0][shown], color=ORANGE, alpha=0.5, lw=3, label="Truth")
    ax.plot(milliseconds, recordings[0][shown], color=BLUE, lw=0.8, label=name)
    ax.set(ylabel="Amplitude in µV", title=f"{name}: SNR {snr(recordings):.1f} dB")
    ax.legend(loc="lower right", fontsize="small")
axes[0].invert_yaxis()  # negative up
axes[-1].set(xlabel="Time in ms", xlim=(0, 80))
plt.show()

# %%
# The wavelets leave nearly nothing between the potentials and keep the potentials. The
# modes leave the slower half of the noise. The principal components are blunter, since
# windows of needle EMG share little: a potential stands anywhere in them.

# %%
# Less noise is harder to take out
# --------------------------------
#
# A denoiser that costs the potentials something gains only as long as the noise costs
# more. So the gain falls with the noise, and for two of the three it ends as a loss.

levels = np.array([5, 10, 20, 40, 80])
figure, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
ax.axhline(0, color="0.5", linewidth=1)
markers = zip(denoisers, ["o-", "s--", "^-."], [BLUE, ORANGE, "#009E73"], strict=True)
for step, marker, color in markers:
    gains = []
    for level in levels:
        recordings = with_noise(level)
        gains.append(snr(step.fit_transform(recordings)) - snr(recordings))
    print(f"{type(step).__name__:16}", " ".join(f"{gain:6.1f} dB" for gain in gains))
    ax.plot(levels, gains, marker, color=color, label=type(step).__name__)
ax.set(
    xscale="log",
    xlabel="White noise in µV (standard deviation)",
    ylabel="Gain in SNR in dB",
)
ax.set_xticks(levels, [str(level) for level in levels])
ax.minorticks_off()
ax.legend()
plt.show()

# %%
# A gain in SNR is no gain in diagnosis: classifiers read noisy needle EMG well, and a
# denoiser can take away the short potentials that mark a myopathy. Compare a pipeline
# with and without it, with patients apart. For several channels that see the same
# source, ``MultiscalePCA(columns="channels")`` learns from the training recordings what
# the channels share.
