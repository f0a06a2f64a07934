"""Power of the outputs of a bank of complex filters, as images.

Up to the modulus, an image is linear in the window. Where only some of its points are
wanted, they come from one matrix product; the whole image comes from Fourier
transforms.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import fft

from skemg.exceptions import SignalError
from skemg.utils._imagewise import Plan

from ._image_axes import resized

_VALUES = 1 << 17  # complex values of one inverse transform: they stay in the cache
_MATRIX = 1 << 27  # bytes of the matrix of picked points


class Voices(NamedTuple):
    """Some filters of a bank, applied by circular convolution of one length."""

    frequencies: np.ndarray  # Hz
    n_fft: int
    responses: Callable  # responses(i, j): real gains (j - i, n_fft) of filters i to j


def check_resize(estimator):
    """Raise unless `resize` is known."""
    if estimator.resize not in ("bilinear", "pick"):
        raise ValueError(
            f'resize must be "bilinear" or "pick", got {estimator.resize!r}'
        )


def picked(n_in, n_out, name):
    """Return the pixels nearest to the middles of `n_out` equal parts of an axis."""
    if n_out is None:
        return np.arange(n_in)
    if n_out > n_in:
        noun = "samples of a window" if name == "n_frames" else "bins"
        raise SignalError(
            f"{name}={n_out} is more than the {n_in} {noun} (n_times = n_features); "
            f'use longer windows, lower {name}, or set resize="bilinear"'
        )
    return np.floor((np.arange(n_out) + 0.5) * n_in / n_out).astype(int)


def picking_plan(bank, kept, windows):
    """Return a plan that computes the given samples of each filter and no others.

    Parameters
    ----------
    bank : list of Voices
        The filters.
    kept : ndarray of int of shape (n_frames,)
        Samples of a window.
    windows : Windows
        Their length, rate and dtype.

    Returns
    -------
    plan : Plan
        One matrix product where the matrix is small enough to be stored.
    """
    n_times, dtype = windows.n_times, windows.dtype
    frequencies = np.concatenate([voices.frequencies for voices in bank])
    n_points = len(frequencies) * len(kept)
    if 2 * n_times * n_points * dtype.itemsize <= _MATRIX:
        matrix = _matrix(bank, kept, n_times, dtype)
        fill = functools.partial(_fill_points, matrix)
    else:
        fill = functools.partial(_fill_images, bank, kept, None, None)
    return Plan(frequencies, kept / windows.sfreq, fill)


def whole_plan(bank, n_frequencies, n_frames, windows):
    """Return a plan that computes each sample of each filter, and resizes.

    Parameters
    ----------
    bank : list of Voices
        The filters.
    n_frequencies, n_frames : int or None
        The new size; None leaves an axis as it is.
    windows : Windows
        Their length, rate and dtype.

    Returns
    -------
    plan : Plan
        Inverse Fourier transforms of as many values as stay in the cache.
    """
    frequencies = np.concatenate([voices.frequencies for voices in bank])
    over_voices, frequencies = resized(frequencies, n_frequencies)
    times = np.arange(windows.n_times) / windows.sfreq
    over_times, times = resized(times, n_frames)
    over_voices, over_times = (
        None if weights is None else weights.astype(windows.dtype)
        for weights in (over_voices, None if over_times is None else over_times.T)
    )
    fill = functools.partial(_fill_images, bank, None, over_voices, over_times)
    return Plan(frequencies, times, fill)


def _matrix(bank, kept, n_times, dtype):
    """Return real parts, then imaginary parts, of all points of an image."""
    n_voices = sum(len(voices.frequencies) for voices in bank)
    matrix = np.empty((2, n_voices, len(kept), n_times), dtype)
    first = 0
    for voices in bank:
        n = len(voices.frequencies)
        # The tap of lag kept - time, for times one after the other.
        lags = np.arange(n_times - 1, -n_times, -1) % voices.n_fft
        taps = fft.ifft(voices.responses(0, n))[:, lags]
        spans = np.lib.stride_tricks.sliding_window_view(taps, n_times, axis=1)
        for i in range(n):
            points = spans[i, n_times - 1 - kept]
            matrix[0, first + i], matrix[1, first + i] = points.real, points.imag
        first += n
    return matrix.reshape(-1, n_times).T


def _fill_points(matrix, rows, out):
    values = (rows @ matrix).reshape(len(rows), 2, -1)
    values *= values
    np.add(values[:, 0], values[:, 1], out=out.reshape(len(rows), -1))


def _fill_images(bank, kept, over_voices, over_times, rows, out):
    n_times = rows.shape[1]
    if over_voices is not None:
        out[...] = 0
    first_voice = 0
    for voices in bank:
        n_voices = len(voices.frequencies)
        at_once = max(1, min(n_voices, _VALUES // voices.n_fft))
        n_rows = max(1, _VALUES // (at_once * voices.n_fft))
        spectra = fft.fft(rows, voices.n_fft)
        for i in range(0, n_voices, at_once):
            j = min(i + at_once, n_voices)
            gains = voices.responses(i, j).astype(rows.dtype, copy=False)
            to = slice(first_voice + i, first_voice + j)
            for k in range(0, len(rows), n_rows):
                block = slice(k, k + n_rows)
                values = fft.ifft(spectra[block, np.newaxis] * gains, overwrite_x=True)
                values = values[..., :n_times] if kept is None else values[..., kept]
                direct = over_voices is None and over_times is None
                power = np.square(values.real, out=out[block, to] if direct else None)
                power += np.square(values.imag)
                if over_times is not None:
                    power = power @ over_times
                if over_voices is not None:
                    out[block] += over_voices[:, to] @ power
                elif not direct:
                    out[block, to] = power
        first_voice += n_voices
