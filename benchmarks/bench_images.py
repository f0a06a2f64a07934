"""Time-frequency images beside torch, librosa, PyWavelets and numpy on the batch.

python benchmarks/bench_images.py

librosa and ssqueezepy take part where they are installed. PyWavelets and ssqueezepy
compute each scale by a Fourier transform, on a batch or window by window.
"""

import importlib.util
import statistics

import numpy as np
import pywt
import torch
from _compare import ROUNDS, SFREQ, _seconds, compare, windows_and_rows
from numpy.testing import assert_allclose
from scipy import fft, signal

from skemg.features import (
    Scalogram,
    SmoothedPseudoWignerVille,
    Spectrogram,
    Stockwell,
)

ROWS = windows_and_rows()[1]
N_TIMES = ROWS.shape[1]


def close(tolerance):
    def agree(result, expected):
        n_rows = min(len(result), len(expected), 20)
        result, expected = result[:n_rows], np.asarray(expected[:n_rows])
        scale = np.abs(expected).max()
        assert_allclose(result / scale, expected / scale, atol=tolerance)

    return agree


# -- 65 x 27 spectrogram with its slope ----------------------------------------------

rows = ROWS[:5000]
n_fft, hop = 128, 32
spectrogram = Spectrogram(n_fft / SFREQ, hop / SFREQ, delta=True, range=60.0)
spectrogram.set_params(sfreq=SFREQ).fit(rows)
weights = signal.get_window("hann", n_fft).astype(np.float32)
scale = np.full((n_fft // 2 + 1, 1), 2 / weights.sum() ** 2, np.float32)
scale[[0, -1]] /= 2
scale /= spectrogram.max_[0]


def image_and_slope(power):
    image = np.maximum(power * scale, np.float32(1e-6))
    image = np.minimum(1 + np.log10(image) / 6, 1)
    padded = np.pad(image, [(0, 0), (0, 0), (2, 2)], mode="edge")
    near = padded[..., 3:-1] - padded[..., 1:-3]
    far = padded[..., 4:] - padded[..., :-4]
    return np.stack([image, (near + 2 * far) / 10], axis=1)


def with_torch():
    spectrum = torch.stft(
        torch.from_numpy(rows),
        n_fft,
        hop,
        window=torch.hann_window(n_fft),
        center=False,
        return_complex=True,
    )
    power = spectrum.real.square() + spectrum.imag.square()
    return image_and_slope(power.numpy())


def with_librosa():
    import librosa

    spectrum = librosa.stft(rows, n_fft=n_fft, hop_length=hop, center=False)
    return image_and_slope(np.abs(spectrum) ** 2)


peers = {"torch.stft, whole batch": with_torch}
if importlib.util.find_spec("librosa"):
    peers["librosa.stft, whole batch"] = with_librosa
compare(
    "Spectrogram, 65 x 27, with slope",
    {"skemg": lambda: spectrogram.transform(rows)},
    peers,
    close(1e-3),
    n_items=len(rows),
)

# -- scalograms ----------------------------------------------------------------------

few, some, many = ROWS[:64], ROWS[:256], ROWS[:4096]
band = {"low": 50, "high": 1500, "range": None, "sfreq": SFREQ}
full = Scalogram(n_frequencies=32, n_frames=None, **band).fit(few)


def with_pywt(rows, step, method="fft"):
    scales = SFREQ / step.frequencies_
    W, _ = pywt.cwt(rows, scales, "cmor1.5-1.0", method=method, axis=-1)
    return np.abs(W.transpose(1, 0, 2))[:, np.newaxis] ** 2


def in_batches(n_rows):
    batches = [some[i : i + n_rows] for i in range(0, len(some), n_rows)]
    return np.concatenate([with_pywt(batch, full) for batch in batches])


compare(
    "Scalogram, 32 x 960",
    {"skemg": lambda: full.transform(some)},
    {
        "pywt, batches of 32": lambda: in_batches(32),
        "pywt, window by window": lambda: in_batches(1),
    },
    close(0.2),  # pywt rounds scales
    n_items=len(some),
)

picking, resizing = (
    Scalogram(**band, resize=resize).fit(few) for resize in ("pick", "bilinear")
)
kept = np.rint(picking.times_ * SFREQ).astype(int)


def pick_from_pywt(method):
    one_by_one = [with_pywt(row[np.newaxis], picking, method) for row in few]
    return np.concatenate([image[..., kept] for image in one_by_one])


def pick_from_ssqueezepy(rows):
    import ssqueezepy

    centre = 2 * np.pi * np.sqrt(0.75)  # of the same wavelet, in its units
    scales = centre / (2 * np.pi) * SFREQ / picking.frequencies_[::-1]
    W, _ = ssqueezepy.cwt(
        rows,
        ("morlet", {"mu": centre}),
        scales=scales.astype(np.float32),
        fs=SFREQ,
        l1_norm=False,
        padtype="zero",
        astensor=False,
    )
    return np.abs(W[:, np.newaxis, ::-1, kept]) ** 2


def one_by_one(function):
    return np.concatenate([function(row[np.newaxis]) for row in few])


close(0.2)(picking.transform(few), pick_from_pywt("fft"))
# Each on as many windows as it can do in a moment; what counts is a window.
images = {
    "skemg, pick": (lambda: picking.transform(many), len(many)),
    "skemg, bilinear": (lambda: resizing.transform(some), len(some)),
    "pywt and pick, window by window, fft": (lambda: pick_from_pywt("fft"), len(few)),
    "pywt and pick, window by window, conv": (lambda: pick_from_pywt("conv"), len(few)),
}
if importlib.util.find_spec("ssqueezepy"):
    scale_of = [np.abs(f(few)).max() for f in (picking.transform, pick_from_ssqueezepy)]
    close(1e-5)(
        picking.transform(few) / scale_of[0], pick_from_ssqueezepy(few) / scale_of[1]
    )
    images |= {
        "ssqueezepy and pick, batch": (lambda: pick_from_ssqueezepy(few), len(few)),
        "ssqueezepy and pick, window by window": (
            lambda: one_by_one(pick_from_ssqueezepy),
            len(few),
        ),
    }
times = {name: [] for name in images}
for _ in range(ROUNDS):
    for name, (function, n_windows) in images.items():
        times[name].append(_seconds(function) / n_windows)
medians = {name: statistics.median(taken) for name, taken in times.items()}
print("\nScalogram, 64 x 64\n")
print("| implementation | windows/s | skemg, pick, x faster | bilinear, x faster |")
print("|---|---:|---:|---:|")
for name, median in medians.items():
    pick, bilinear = (
        median / medians["skemg, pick"],
        median / medians["skemg, bilinear"],
    )
    print(f"| {name} | {1 / median:,.0f} | {pick:.2f} | {bilinear:.2f} |")

# -- Stockwell and Wigner-Ville, 64 x 64 -----------------------------------------------

stockwell = Stockwell(range=None, sfreq=SFREQ).fit(few)
picking_bins = Stockwell(range=None, resize="pick", sfreq=SFREQ).fit(few)
bins = np.arange(1, N_TIMES // 2 + 1)[:, np.newaxis]


def resize(image):
    tensor = torch.from_numpy(np.ascontiguousarray(image, np.float32))[:, None]
    return torch.nn.functional.interpolate(
        tensor, size=(64, 64), mode="bilinear", antialias=True
    ).numpy()


def stockwell_in_numpy(rows):
    X = np.fft.fft(rows)
    m = np.fft.fftfreq(N_TIMES, 1 / N_TIMES)
    gauss = np.exp(-2 * np.pi**2 * m**2 / bins**2).astype(np.float32)
    shifted = X[:, (np.arange(N_TIMES) + bins) % N_TIMES]
    return np.abs(np.fft.ifft(shifted * gauss)) ** 2


def in_eights(function, rows):
    return np.concatenate(
        [resize(function(rows[i : i + 8])) for i in range(0, len(rows), 8)]
    )


compare(
    "Stockwell, 64 x 64",
    {
        "skemg": lambda: stockwell.transform(few),
        "skemg, pick": lambda: picking_bins.transform(few),
    },
    {"numpy, batches of 8": lambda: in_eights(stockwell_in_numpy, few)},
    lambda result, expected: None,
    n_items=len(few),
)
close(1e-4)(stockwell.transform(few), in_eights(stockwell_in_numpy, few))

wigner = SmoothedPseudoWignerVille(range=None, sfreq=SFREQ).fit(few)
n_lag, n_time = 241, 97  # the odd lengths nearest to a quarter and a tenth of 960
lag = np.arange(-(n_lag // 2), n_lag // 2 + 1)
lag_window = np.hamming(n_lag).astype(np.float32)
time_window = np.hamming(n_time).astype(np.float32)


def wigner_in_numpy(rows):
    z = signal.hilbert(rows)
    z = np.pad(z, [(0, 0), (n_lag // 2, n_lag // 2)])
    middle = np.arange(N_TIMES)[:, np.newaxis] + n_lag // 2
    products = z[:, middle + lag] * z[:, middle - lag].conj() * lag_window**2
    g = (time_window / time_window.sum())[:, np.newaxis]
    products = signal.fftconvolve(products, g[np.newaxis], mode="same", axes=1)
    padded = np.zeros((len(rows), N_TIMES, N_TIMES), products.dtype)
    padded[..., lag] = products
    return 2 * fft.fft(padded).real.transpose(0, 2, 1)


compare(
    "Smoothed pseudo Wigner-Ville, 64 x 64",
    {"skemg": lambda: wigner.transform(few)},
    {"numpy, batches of 8": lambda: in_eights(wigner_in_numpy, few)},
    close(1e-4),
    n_items=len(few),
)
