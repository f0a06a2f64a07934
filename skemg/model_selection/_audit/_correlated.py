"""Recordings that are changed copies: shifted, scaled, turned over, with noise added.

Cross-correlation through the FFT, each frequency with weight one (phase transform):
a line of the mains or a strong slow wave is then one frequency of thousands, and two
recordings are alike only where all their spectrum is.
"""

import numpy as np
from scipy import fft, signal

_LOW, _HIGH = 20.0, 0.9  # Hz, and part of the lowest Nyquist frequency
_MAX_BINS = 1 << 13
_MAX_VALUES = 1 << 24  # of all spectra together
_BATCH = 1 << 21  # values of a batch of correlations
_MIN_PEAK = 0.15
_CHANCE = 6.0  # of peaks of unrelated noise the largest of 1e12 lags is 5.3
_MIN_FREEDOM = 400  # band in Hz times duration in s
_BLOCK_BINS, _MIN_BLOCKS, _COHERENCE = 64, 4, 0.4


def changed_copies(signals, sfreq, known=()):
    """Return the pairs of signals that are alike at some lag.

    Parameters
    ----------
    signals : list of ndarray of shape (n_channels, n_times)
        The recordings, all with the same channels.
    sfreq : ndarray of shape (n_recordings,)
        Rates in Hz; 1 for all where they are unknown.
    known : collection of tuple of two int
        Pairs that need not be looked at.

    Returns
    -------
    pairs : dict of {(int, int): dict}
        For numbers of recordings `i < j`: `lag` in seconds, so that time `t` of j is
        `t + lag` of i, `seconds` of the overlap, `gain` of j over i and `correlation`.
    short : list of int
        Recordings that are too short to be compared.
    """
    seconds = np.array([x.shape[1] for x in signals]) / sfreq
    nyquist = sfreq.min() / 2
    low = _LOW if nyquist >= 5 * _LOW else 0.02 * nyquist
    pad = np.ceil(2 * seconds.max())
    n_bins = min(
        int((_HIGH * nyquist - low) * pad),
        _MAX_BINS,
        max(_MAX_VALUES // (len(signals) * len(signals[0])), 1),
    )
    band = (low, low + n_bins / pad)
    freedom = (band[1] - band[0]) * seconds
    short = np.flatnonzero(freedom < _MIN_FREEDOM)
    able = np.flatnonzero(freedom >= _MIN_FREEDOM)
    spectra = _phases([signals[i] for i in able], sfreq[able], pad, low, n_bins)
    pairs = {}
    for a, others, peaks, lags in _peaks(spectra):
        longer = np.maximum(freedom[able[a]], freedom[able[others]])
        high = peaks >= np.maximum(_MIN_PEAK, _CHANCE / np.sqrt(longer))
        for b, lag in zip(others[high], lags[high], strict=True):
            i, j = int(able[a]), int(able[b])
            if (i, j) in known:
                continue
            lag = (lag if lag < n_bins else lag - 2 * n_bins) * pad / (2 * n_bins)
            alike = _alike(signals[i], signals[j], sfreq[[i, j]], lag, band)
            if alike is not None:
                pairs[i, j] = alike
    return pairs, short.tolist()


def _phases(signals, sfreq, pad, low, n_bins):
    """Return the phases of each spectrum, on one grid of frequencies for all rates."""
    phases = np.empty((len(signals), len(signals[0]) if signals else 1, n_bins), "c8")
    first = round(low * pad)
    for i, (x, rate) in enumerate(zip(signals, sfreq, strict=True)):
        spectrum = fft.rfft(_tapered(x), round(pad * rate), axis=-1)
        phases[i] = _unit(spectrum[:, first : first + n_bins])
    return phases


def _tapered(x):
    x = x - x.mean(axis=1, keepdims=True)
    return x * signal.windows.tukey(x.shape[1], 0.5)


def _unit(spectrum):
    size = np.abs(spectrum)
    return spectrum / np.where(size > 0, size, 1)


def _peaks(spectra):
    """Yield a recording, later ones, and the highest correlation with each."""
    n, n_channels, n_bins = spectra.shape
    size = max(1, _BATCH // (2 * n_bins))
    for a in range(n - 1):
        for start in range(a + 1, n, size):
            others = np.arange(start, min(start + size, n))
            cross = np.zeros((len(others), n_bins), "c8")
            for c in range(n_channels):
                cross += spectra[a, c] * spectra[others, c].conj()
            envelope = np.abs(fft.ifft(cross, 2 * n_bins, overwrite_x=True))
            lags = envelope.argmax(axis=1)
            peaks = envelope[np.arange(len(others)), lags] * 2 / n_channels
            yield a, others, peaks, lags


def _alike(one, other, sfreq, lag, band):
    """Return how alike two recordings are near a lag, None where it was chance."""
    rate = sfreq.min()
    one, other = (
        x if r == rate else signal.resample(x, round(x.shape[1] * rate / r), axis=1)
        for x, r in zip((one, other), sfreq, strict=True)
    )
    lag = _refined(one, other, lag * rate, band, rate)
    first, stop = max(lag, 0), min(one.shape[1], other.shape[1] + lag)
    if stop - first < 2:
        return None
    one, other = one[:, first:stop], other[:, first - lag : stop - lag]
    if _coherence(one, other, band, rate) < _COHERENCE:
        return None
    one = one - one.mean(axis=1, keepdims=True)
    other = other - other.mean(axis=1, keepdims=True)
    product = float((one * other).sum())
    power, other_power = float((one**2).sum()), float((other**2).sum())
    return {
        "lag": lag / rate,
        "seconds": (stop - first) / rate,
        "gain": product / power,
        "correlation": product / np.sqrt(power * other_power),
    }


def _refined(one, other, lag, band, rate):
    """Return the lag in samples, to the sample."""
    n_fft = fft.next_fast_len(one.shape[1] + other.shape[1], real=True)
    cross = _unit(fft.rfft(_tapered(one), n_fft))
    cross = (cross * _unit(fft.rfft(_tapered(other), n_fft)).conj()).sum(0)
    f = fft.rfftfreq(n_fft, 1 / rate)
    cross[(f < band[0]) | (f > band[1])] = 0
    correlation = np.abs(fft.irfft(cross, n_fft))
    reach = int(np.ceil(2 * rate / (band[1] - band[0])))
    near = np.arange(round(lag) - reach, round(lag) + reach + 1)
    return int(near[correlation[near % n_fft].argmax()])


def _coherence(one, other, band, rate):
    """Return how well the phases agree, the median over blocks of time."""
    n_block = int(np.ceil(_BLOCK_BINS * rate / (band[1] - band[0])))
    n_blocks = one.shape[1] // n_block
    if n_blocks < _MIN_BLOCKS:
        return 0.0
    f = fft.rfftfreq(n_block, 1 / rate)
    inside = (f >= band[0]) & (f <= band[1])
    taper = signal.windows.hann(n_block)
    phases = []
    for x in (one, other):
        blocks = x[:, : n_blocks * n_block].reshape(len(x), n_blocks, n_block)
        blocks = (blocks - blocks.mean(axis=-1, keepdims=True)) * taper
        phases.append(_unit(fft.rfft(blocks)[..., inside]))
    return float(np.median(np.abs((phases[0] * phases[1].conj()).mean(axis=(0, 2)))))
