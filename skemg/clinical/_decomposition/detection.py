"""The copy of the signal in which potentials are told apart."""

from functools import lru_cache

import numpy as np
from scipy import ndimage, signal

LOWEST_RATE = 8000.0  # Hz, of the copy; our choice
HIGH_PASS = 400.0  # Hz; slow waves of different units are alike
QUIET = 0.05, 0.2  # seconds of a block, share of the blocks that count as noise
ARTEFACT = 3.0  # times what the potentials reach
RINGING = 0.005  # s around an artefact, in the filter
MEDIAN_OF_NORMAL = 0.6745  # median of the magnitudes of standard normal noise


def detection_copy(x, sfreq):
    """Return the fast part of a signal at a lower rate, and that rate.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        The signal, around 0.
    sfreq : float
        Its rate in Hz.

    Returns
    -------
    copy : ndarray of shape (n_fewer_times,), float32
        Sample `i` is at the time of sample ``i * sfreq / rate`` of the signal.
    rate : float
        Its rate in Hz, `sfreq` divided by an integer.
    """
    factor = max(1, int(sfreq // LOWEST_RATE))
    copy = x.astype(np.float32)
    if factor > 1:
        half = 10 * factor
        copy = signal.upfirdn(_low_pass(factor), np.pad(copy, half, "edge"), 1, factor)
        copy = copy[2 * half // factor :][: -(-len(x) // factor)]
    rate = sfreq / factor
    high_pass = signal.butter(1, min(HIGH_PASS, 0.2 * rate), "high", fs=rate)
    padding = min(len(copy) - 1, round(0.01 * rate))
    return signal.filtfilt(*high_pass, copy, padlen=padding).astype(np.float32), rate


@lru_cache(maxsize=8)
def _low_pass(factor):
    """Return the filter before a decimation, symmetric, 20 `factor` + 1 taps."""
    taps = signal.firwin(20 * factor + 1, 1 / factor, window="hamming")
    return taps.astype(np.float32)


def silence_artefacts(x, sfreq, fewest):
    """Put zeros where a signal is far larger than any unit makes it, in place.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The signal.
    sfreq : float
        Its rate in Hz.
    fewest : int
        Discharges of a unit; what is rarer is none.
    """
    n_block = round(QUIET[0] * sfreq)
    magnitude = np.abs(x)
    tops = np.maximum.reduceat(magnitude, np.arange(0, len(x), n_block))
    if len(tops) <= fewest:
        return
    artefact = magnitude > ARTEFACT * np.partition(tops, -fewest)[-fewest]
    if artefact.any():
        x[ndimage.binary_dilation(artefact, iterations=round(RINGING * sfreq))] = 0


def noise_of(x, sfreq):
    """Return the standard deviation of a signal where it is quietest."""
    seconds, share = QUIET
    n_block = min(len(x), max(1, round(seconds * sfreq)))
    blocks = x[: len(x) // n_block * n_block].reshape(-1, n_block)
    power = np.einsum("ij,ij->i", blocks, blocks)
    alive = np.flatnonzero(power)  # zeros are a lost signal, no rest
    if len(alive) == 0:
        return 0.0
    n_quiet = max(1, int(share * len(alive)))
    quiet = alive[np.argsort(power[alive], kind="stable")[:n_quiet]]
    return float(np.median(np.abs(blocks[quiet]))) / MEDIAN_OF_NORMAL


def moving_mean(x, n_times):
    """Return the mean of the `n_times` samples around each sample."""
    return ndimage.uniform_filter1d(x, max(1, n_times), mode="nearest")
