"""Power spectra of the overlapping frames of windows."""

import numpy as np
from scipy import fft, signal

from skemg.utils._number import check_number
from skemg.utils._rate import require_rate

from ._checks import check_length

_ROWS = 16  # rows of which frames are made at once


def check_frames(estimator, windows):
    """Check `length` and `hop`, and that a frame fits into a window.

    Parameters
    ----------
    estimator : estimator
        Whose parameters they are, in seconds.
    windows : Windows
        The windows.

    Returns
    -------
    n_length, n_hop : int
        The parameters in samples.
    times : ndarray of shape (n_frames,)
        Middle of each frame in seconds.
    """
    sfreq = require_rate(estimator, windows.sfreq)
    name, length, hop = type(estimator).__name__, estimator.length, estimator.hop
    check_number(length, "length", min_val=0)
    n_length = round(length * sfreq)
    if n_length < 2:
        raise ValueError(
            f"length={length:g} s is {n_length} sample(s) at {sfreq:g} Hz; a frame of "
            f"{name} needs at least 2, which are {2 / sfreq:g} s"
        )
    hop = length / 4 if hop is None else hop
    check_number(hop, "hop", min_val=0)
    n_hop = max(1, round(hop * sfreq)) if estimator.hop is None else round(hop * sfreq)
    if n_hop < 1:
        raise ValueError(
            f"hop={hop:g} s is less than a sample at {sfreq:g} Hz; use at least "
            f"{1 / sfreq:g} s"
        )
    check_length(estimator, windows.n_times, n_length, f"a frame of {length:g} s")
    starts = np.arange(0, windows.n_times - n_length + 1, n_hop)
    return n_length, n_hop, (starts + n_length / 2) / sfreq


def fill_frames(weights, n_fft, n_hop, bins, over_bins, over_frames, rows, out):
    """Write the powers of frames over frequency and time.

    Parameters
    ----------
    weights : ndarray of shape (n_length,)
        Window function, scaled for powers of one side.
    n_fft : int
        Samples of a transform, at least `n_length`.
    n_hop : int
        Samples from one frame to the next.
    bins : slice
        Bins that are kept.
    over_bins : ndarray of shape (n_bins, n_frequencies) or None
        Applied to the bins of each frame.
    over_frames : ndarray of shape (n_out, n_frames) or None
        Applied to the frames.
    rows : ndarray of shape (n_rows, n_times)
        The windows.
    out : ndarray of shape (n_rows, n_frequencies, n_out)
        Filled with the powers.
    """
    frames = np.lib.stride_tricks.sliding_window_view(rows, len(weights), axis=1)
    frames = frames[:, ::n_hop]
    for first in range(0, len(rows), _ROWS):
        block = slice(first, first + _ROWS)
        spectrum = fft.rfft(frames[block] * weights, n_fft, overwrite_x=True)
        parts = spectrum.view(rows.dtype).reshape(*spectrum.shape, 2)[..., bins, :]
        parts *= parts
        to = out[block].transpose(0, 2, 1)
        as_they_are = over_bins is None and over_frames is None
        power = np.add(parts[..., 0], parts[..., 1], out=to if as_they_are else None)
        if bins.start == 0:
            power[..., 0] /= 2
        if 2 * (bins.stop - 1) == n_fft:
            power[..., -1] /= 2
        if as_they_are:
            continue
        if over_bins is not None:
            power = power @ over_bins
        if over_frames is not None:
            power = over_frames @ power
        to[...] = power


def frame_weights(n_length, dtype):
    """Return a periodic Hann window, so scaled that a sine on a bin has its power."""
    weights = signal.get_window("hann", n_length)
    return (weights * (np.sqrt(2) / weights.sum())).astype(dtype)
