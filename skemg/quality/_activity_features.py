"""What tells rest, contraction and artefact apart in a window."""

import itertools

import numpy as np
from scipy import fft, signal

_BANDS = (0.0, 20.0, 100.0, 500.0, 1500.0, 4000.0, np.inf)  # Hz
_MAINS = (50.0, 60.0)
_N_HARMONICS = 5
_SMALLEST = 1e-3  # µV; keeps the logarithm of a flat line finite
_N_ROWS = 256


def activity_features(windows, sfreq, amplitude):
    """Compute the features of windows of one channel.

    Parameters
    ----------
    windows : ndarray of shape (n_windows, n_times)
        In µV, where `amplitude` is wanted.
    sfreq : float
        Sampling frequency in Hz.
    amplitude : bool
        Whether to give amplitudes, or only what does not change with the gain.

    Returns
    -------
    features : ndarray of shape (n_windows, n_features)
        Finite numbers.
    """
    parts = [
        _of_block(windows[i : i + _N_ROWS].astype(np.float64), sfreq, amplitude)
        for i in range(0, len(windows), _N_ROWS)
    ]
    return np.concatenate(parts)


def _of_block(rows, sfreq, amplitude):
    centred = rows - rows.mean(axis=1, keepdims=True)
    size = np.abs(centred)
    rms = np.sqrt((centred**2).mean(axis=1))
    # Flat but for rounding: the shape would be that of the rounding.
    is_flat = rms <= 1e-12 * np.abs(rows).max(axis=1)
    scale = np.where(is_flat, 1.0, rms)[:, np.newaxis]
    centred, size = centred / scale, size / scale
    centred[is_flat], size[is_flat] = 0, 0
    steps = np.abs(np.diff(centred, axis=1)) if rows.shape[1] > 1 else 0 * size
    middle = np.median(size, axis=1)
    columns = [
        size.max(axis=1),
        middle,
        (centred**4).mean(axis=1),
        np.abs((centred**3).mean(axis=1)),
        np.sqrt((steps**2).mean(axis=1)),
        steps.max(axis=1) / np.maximum(size.max(axis=1), 1),
        _longest_run(rows),
        (size > 5 * middle[:, np.newaxis]).mean(axis=1),
        _end_share(rows),
        *_shares(centred, sfreq),
        *_parts(centred),
    ]
    if amplitude:
        columns += [np.log10(rms + _SMALLEST), np.log10(rms * middle + _SMALLEST)]
    return np.column_stack(columns)


def _longest_run(rows):
    """Return the share of the longest run of equal samples."""
    n_times = rows.shape[1]
    place = np.arange(n_times)
    begin = np.zeros(rows.shape, int)
    begin[:, 1:] = np.where(rows[:, 1:] != rows[:, :-1], place[1:], 0)
    begin = np.maximum.accumulate(begin, axis=1)
    return (place - begin).max(axis=1) / n_times


def _end_share(rows):
    """Return the share of samples in runs at the smallest or largest value."""
    at_end = (rows == rows.min(axis=1, keepdims=True)) | (
        rows == rows.max(axis=1, keepdims=True)
    )
    return (at_end[:, 1:] & at_end[:, :-1]).sum(axis=1) / rows.shape[1]


def _shares(centred, sfreq):
    """Return the shares of the power in bands, and at 50 or 60 Hz and multiples."""
    n_times = centred.shape[1]
    taper = signal.get_window("hann", n_times) if n_times > 2 else np.ones(n_times)
    power = np.abs(fft.rfft(centred * taper)) ** 2
    total = power.sum(axis=1)
    power /= np.where(total > 0, total, 1)[:, np.newaxis]
    frequencies = fft.rfftfreq(n_times, 1 / sfreq)
    edges = itertools.pairwise(_BANDS)
    bands = [(frequencies >= low) & (frequencies < high) for low, high in edges]
    width = 1.5 * sfreq / n_times  # the main lobe of the Hann window
    hum = np.max([_hum(power, frequencies, line, width) for line in _MAINS], axis=0)
    return [power[:, band].sum(axis=1) for band in bands] + [hum]


def _hum(power, frequencies, line, width):
    """Return the power at a line and its multiples above that between them."""
    multiples = line * np.arange(1, _N_HARMONICS + 1)
    distance = np.abs(frequencies[:, np.newaxis] - multiples)
    near = (distance < width).any(axis=1)
    beside = ~near & (frequencies > line / 2) & (frequencies < multiples[-1] + line / 2)
    excess = power[:, near].sum(axis=1)
    if beside.any():
        excess = excess - near.sum() * power[:, beside].mean(axis=1)
    return excess


def _parts(centred):
    """Return the smallest and largest RMS of the tenths of a window."""
    n_parts = min(10, centred.shape[1])
    parts = [
        np.sqrt((part**2).mean(axis=1))
        for part in np.array_split(centred, n_parts, axis=1)
    ]
    return [np.min(parts, axis=0), np.max(parts, axis=0)]
