"""What the power spectrum of one channel says: drift and hum of the mains."""

import numpy as np
from scipy import fft

SLOW = 10.0  # Hz, drift and movement lie below; our choice
MAINS = (50.0, 60.0)  # Hz
_N_HARMONICS = 5  # as in WindowSelector
_BESIDE = 8.0  # Hz, the neighbourhood of a line
_SHORTEST = 0.5  # s, below it a line does not stand out of its neighbourhood
_SAMPLES = 1 << 20  # that are transformed at once


def measure_power(x, sfreq):
    """Return the share of drift and of hum in a channel that may hold NaN.

    The channel is cut into pieces of 1 s; those with NaN are left out, and so is the
    rest behind the last one.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        The samples, float64.
    sfreq : float
        Sampling frequency in Hz.

    Returns
    -------
    measures : dict of float
        `drift`, `mains` and `mains_frequency`, NaN where they cannot be known.
    """
    measures = {"drift": np.nan, "mains": np.nan, "mains_frequency": np.nan}
    n_piece = max(1, min(round(sfreq), len(x)))
    pieces = x[: len(x) // n_piece * n_piece].reshape(-1, n_piece)
    pieces = pieces[np.isfinite(pieces).all(axis=1)]
    if not len(pieces):
        return measures
    between = pieces.mean(axis=1).var()  # slower than a piece is long
    power = _mean_power(pieces)
    frequencies = fft.rfftfreq(n_piece, 1 / sfreq)
    slow = frequencies < SLOW
    total, fast = between + power.sum(), power[~slow].sum()
    if fast <= 1e-20 * (pieces**2).mean():  # a flat line but for rounding
        return measures
    measures["drift"] = (between + power[slow].sum()) / total
    if n_piece / sfreq >= _SHORTEST:
        share = {line: _hum(power, frequencies, line) / fast for line in MAINS}
        line = max(share, key=share.get)
        measures["mains"] = share[line]
        if share[line] > 0:
            measures["mains_frequency"] = line
    return measures


def _mean_power(pieces):
    """Return the one-sided power of the pieces without their means; sums to variance.

    The pieces are as long as whole periods of the mains, so no taper is needed.
    """
    n_pieces, n_times = pieces.shape
    n_rows = max(1, _SAMPLES // n_times)
    power = np.zeros(n_times // 2 + 1)
    for first in range(0, n_pieces, n_rows):
        rows = pieces[first : first + n_rows]
        spectra = fft.rfft(rows - rows.mean(axis=1, keepdims=True))
        power += (np.abs(spectra) ** 2).sum(axis=0)
    power[1 : (n_times + 1) // 2] *= 2
    return power / n_pieces / n_times**2


def _hum(power, frequencies, line):
    """Return the power at a line and its multiples that their neighbours have not."""
    step = frequencies[1]
    excess = 0.0
    for multiple in line * np.arange(1, _N_HARMONICS + 1):
        distance = np.abs(frequencies - multiple)
        near = distance < 1.01 * step
        beside = (distance > 1.99 * step) & (distance <= _BESIDE)
        if multiple + _BESIDE < frequencies[-1]:
            excess += max(0.0, power[near].sum() - near.sum() * power[beside].mean())
    return excess
