"""WaveletDenoiser and MultiscalePCA beside pywt and scikit-learn's PCA.

python benchmarks/bench_denoise.py

One core. The second table has the signal-to-noise ratio of simulated needle EMG in dB,
mean over recordings, before and after: what a denoiser takes out of the noise, and what
it costs the signal where there is little noise. Noise is white, or has passed a
low-pass of 5 kHz.
"""

import time

import numpy as np
import pywt
from _compare import compare, needle_like
from numpy.testing import assert_allclose
from scipy import signal
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_limits

from skemg.datasets import make_needle_emg
from skemg.preprocessing import MultiscalePCA, WaveletDenoiser
from skemg.signals import Recordings

SFREQ = 24_000
SECONDS = 10
N_WINDOW = 600  # samples of a window of MultiscalePCA
rows = np.asarray(needle_like(n_recordings=4, n_times=SECONDS * SFREQ), dtype=float)
emg = Recordings.from_array(rows, sfreq=SFREQ)


def agree(result, expected):
    assert_allclose(np.asarray(result), expected, rtol=0, atol=1e-6)


def by_pywt(x):
    rest, *details = pywt.wavedec(x, "db4", "periodization", 5)
    shrunk = []
    for band in details:
        noise = np.median(np.abs(band)) / 0.6745
        limit = noise * np.sqrt(2 * np.log(len(band)))
        shrunk.append(pywt.threshold(band, limit, "soft"))
    return pywt.waverec([rest, *shrunk], "db4", "periodization")


def reduced(columns):
    pca = PCA(svd_solver="full")
    scores = pca.fit_transform(columns)
    values = pca.explained_variance_
    kept = values >= values.sum() / columns.shape[1]
    return pca.mean_ + scores[:, kept] @ pca.components_[kept]


def by_pca(x):
    columns = x.reshape(-1, N_WINDOW).T
    bands = pywt.wavedec(columns, "sym4", "periodization", 5, axis=0)
    bands = [reduced(band) for band in bands]
    return reduced(pywt.waverec(bands, "sym4", "periodization", axis=0)).T.ravel()


def speed():
    universal = WaveletDenoiser(threshold="universal").fit(emg)
    windows = MultiscalePCA().fit(emg)
    for title, step, name, peer in [
        ("WaveletDenoiser, universal", universal, "pywt", by_pywt),
        ("MultiscalePCA of windows", windows, "pywt, PCA of scikit-learn", by_pca),
    ]:
        compare(
            title,
            {"skemg": lambda step=step: step.transform(emg)},
            {name: lambda peer=peer: np.stack([peer(x) for x in rows])},
            agree,
            n_items=rows.size,
            unit="samples",
        )
    channels = Recordings.from_array(rows[np.newaxis], sfreq=SFREQ)
    print(f"\n| step | seconds of a channel at {SFREQ:,} Hz in a second |\n|---|---:|")
    for step, given in [
        (WaveletDenoiser(), emg),
        (WaveletDenoiser(threshold="sure"), emg),
        (universal, emg),
        (windows, emg),
        (MultiscalePCA(threshold=True), emg),
        (MultiscalePCA(columns="channels"), channels),
    ]:
        step.fit(given)
        times = []
        for _ in range(5):
            start = time.perf_counter()
            step.transform(given)
            times.append(time.perf_counter() - start)
        print(f"| {step} | {len(rows) * SECONDS / np.median(times):,.0f} |")


def gain():
    clean = make_needle_emg(9, 1, SECONDS, sfreq=SFREQ, random_state=0).data
    X = np.asarray(clean, dtype=float)
    rng = np.random.default_rng(0)
    white = rng.standard_normal(X.shape)
    sos = signal.butter(4, 5000, fs=SFREQ, output="sos")
    low = signal.sosfilt(sos, white)
    low /= low.std()
    noises = [(kind, level) for kind in (white, low) for level in (20, 6)]
    print("\n| step | white, 20 | white, 6 | up to 5 kHz, 20 | up to 5 kHz, 6 |")
    print("|---|---:|---:|---:|---:|")
    for step in [
        WaveletDenoiser(),
        WaveletDenoiser(noise="finest"),
        WaveletDenoiser(threshold="sure"),
        WaveletDenoiser(threshold="universal"),
        WaveletDenoiser(threshold="universal", noise="finest"),
        MultiscalePCA(),
        MultiscalePCA(rule=0.99),
        MultiscalePCA(threshold=True),
    ]:
        after = []
        for kind, level in noises:
            scale = X.std(axis=1, keepdims=True) * 10 ** (-level / 20)
            noisy = Recordings.from_array(X + scale * kind, sfreq=SFREQ)
            error = np.asarray(step.fit_transform(noisy)) - X
            after.append(np.mean(10 * np.log10(X.var(axis=1) / error.var(axis=1))))
        print(f"| {step} | " + " | ".join(f"{value:.1f}" for value in after) + " |")


with threadpool_limits(1):
    speed()
    gain()
