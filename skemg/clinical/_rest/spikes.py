"""Where a resting signal rises above its noise."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import ndimage, signal

RATE = 10_000.0  # Hz at least, of the copy in which potentials are sought; our choice
BAND = (80.0, 2500.0)  # Hz, of single fibres and sharp waves; our choice
SMOOTH = 4000.0  # Hz, up to which the form of potentials is measured; our choice
BLOCK = 0.01  # s; shorter than the pauses of fast trains
QUIET = 0.2  # share of the blocks that is noise
MEDIAN_OF_NORMAL = 0.6745  # median of the magnitudes of standard normal noise
APART = 0.0015  # s between two peaks of one potential
RINGS = 0.01  # of a peak, what the filters leave of it at most
RINGING = 0.02  # s, before and after it


@dataclass(frozen=True)
class Spikes:
    """The peaks of a signal above its noise."""

    smooth: np.ndarray  # the signal at `rate`, below `SMOOTH`
    fast: np.ndarray  # and in `BAND`
    rate: float  # Hz
    noise: float  # standard deviation of `fast` where it is quiet
    level: float  # threshold of the peaks
    peaks: np.ndarray  # samples at `rate`, ascending


def find_spikes(x, sfreq, threshold, smallest):
    """Find the peaks of a recording.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        The recording.
    sfreq : float
        Its rate in Hz.
    threshold : float
        Least magnitude of a peak, in standard deviations of the noise.
    smallest : float
        And in the unit of the signal.

    Returns
    -------
    spikes : Spikes
        The peaks, and the copy of the signal that they are in.
    """
    raw = x.astype(np.float64)
    raw -= np.median(raw)
    raw, rate = _change_rate(raw, sfreq)
    smooth = _filter(raw, "lowpass", min(SMOOTH, 0.45 * sfreq), rate)
    fast = _filter(raw, "bandpass", (BAND[0], min(BAND[1], 0.45 * sfreq)), rate)
    noise = _noise(fast, rate)
    level = max(threshold * noise, smallest)
    distance = max(1, round(APART * rate))
    size = np.abs(fast)
    rings = RINGS * ndimage.maximum_filter1d(size, 2 * round(RINGING * rate) + 1)
    least = np.maximum(rings, max(level, np.finfo(float).tiny))
    peaks, _ = signal.find_peaks(size, least, distance=distance)
    return Spikes(smooth, fast, rate, noise, level, peaks)


def _change_rate(x, sfreq):
    """Return the signal at one to two times `RATE`, in whole steps, and its rate."""
    if sfreq >= 2 * RATE:
        step = Fraction(1, int(sfreq // RATE))
    elif sfreq < RATE:
        step = Fraction(int(np.ceil(RATE / sfreq)))
    else:
        return x, float(sfreq)
    x = signal.resample_poly(x, step.numerator, step.denominator)
    return x, float(sfreq * step)


def _filter(x, kind, cutoff, rate):
    """Return the signal behind a filter of order 2 that shifts nothing."""
    sos = signal.butter(2, cutoff, kind, fs=rate, output="sos")
    x = signal.sosfiltfilt(sos, x, padlen=min(len(x) - 1, round(0.02 * rate)))
    return np.ascontiguousarray(x)  # it was filtered backward


def _noise(x, rate):
    n_block = round(BLOCK * rate)
    blocks = x[: len(x) // n_block * n_block].reshape(-1, n_block)
    power = np.einsum("ij,ij->i", blocks, blocks)
    n_quiet = max(1, round(QUIET * len(blocks)))
    quiet = np.argsort(power, kind="stable")[:n_quiet]
    return float(np.median(np.abs(blocks[quiet]))) / MEDIAN_OF_NORMAL
