"""Power of the outputs of a bank of complex filters, as images.

Up to the modulus, an image is linear in the window. Where only some of its points are
wanted, they come from products with its matrix; the whole image comes from Fourier
transforms. The matrix is cut into blocks of neighbouring points: each looks at a few
samples of the window, and through a narrow band, so a block is a product of two small
matrices.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import fft, linalg

from skemg.exceptions import SignalError
from skemg.utils._imagewise import Plan

from ._image_axes import resized

_VALUES = 1 << 17  # complex values of one inverse transform: they stay in the cache
_MATRIX = 1 << 27  # bytes of the matrix of picked points
_BLOCK = 16  # filters, and picked samples, of a block of it
_CACHED = 4  # sets of blocks that a process keeps, as folds ask for the same again


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


class _Block(NamedTuple):
    """Points of neighbouring filters and samples as products with part of a window."""

    voices: slice
    frames: slice
    samples: slice
    factors: list  # one or two matrices, from samples to real, then imaginary parts


def picking_plan(make_bank, args, kept, windows):
    """Return a plan that computes the given samples of each filter and no others.

    Parameters
    ----------
    make_bank : callable
        Returns the filters, a list of Voices. A function of a module.
    args : tuple
        Its arguments, which can be hashed.
    kept : ndarray of int of shape (n_frames,)
        Samples of a window.
    windows : Windows
        Their length, rate and dtype.

    Returns
    -------
    plan : Plan
        Matrix products where the matrix is small enough.
    """
    n_times, dtype = windows.n_times, windows.dtype
    bank = make_bank(*args)
    frequencies = np.concatenate([voices.frequencies for voices in bank])
    n_points = len(frequencies) * len(kept)
    if 2 * n_times * n_points * dtype.itemsize <= _MATRIX:
        blocks = _blocks(make_bank, args, tuple(kept.tolist()), n_times, dtype)
        fill = functools.partial(_fill_points, blocks)
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


@functools.lru_cache(maxsize=_CACHED)
def _blocks(make_bank, args, kept, n_times, dtype):
    """Return the matrix of all points, cut into blocks."""
    kept, blocks, first = np.array(kept), [], 0
    frames = [slice(i, i + _BLOCK) for i in range(0, len(kept), _BLOCK)]
    for voices in make_bank(*args):
        n_voices = len(voices.frequencies)
        # The tap of lag kept - time, for times one after the other.
        lags = np.arange(n_times - 1, -n_times, -1) % voices.n_fft
        for i in range(0, n_voices, _BLOCK):
            j = min(i + _BLOCK, n_voices)
            taps = fft.ifft(voices.responses(i, j))[:, lags]
            spans = np.lib.stride_tricks.sliding_window_view(taps, n_times, axis=1)
            for frame in frames:
                points = spans[:, n_times - 1 - kept[frame]]
                matrix = np.stack([points.real, points.imag]).reshape(-1, n_times).T
                to = slice(first + i, first + j)
                blocks.append(_Block(to, frame, *_factorised(matrix, dtype)))
        first += n_voices
    return blocks


def _factorised(matrix, dtype):
    """Return the samples that count, and one or two matrices for them.

    What is left out is as small as rounding: a pivoted QR decomposition has the largest
    directions first.
    """
    least = 10 * np.finfo(dtype).eps
    size = np.abs(matrix).max(axis=1)
    first, last = np.flatnonzero(size > least * size.max())[[0, -1]]
    samples = slice(first, last + 1)
    matrix = matrix[samples]
    q, r, order = linalg.qr(matrix, mode="economic", pivoting=True)
    pivots = np.abs(np.diag(r))
    rank = np.count_nonzero(pivots > least * pivots[0])
    factors = [matrix]
    if rank * sum(matrix.shape) < matrix.size:
        right = np.empty((rank, matrix.shape[1]))
        right[:, order] = r[:rank]
        factors = [q[:, :rank], right]
    return samples, [np.ascontiguousarray(factor, dtype) for factor in factors]


def _fill_points(blocks, rows, out):
    for block in blocks:
        values = rows[:, block.samples]
        for factor in block.factors:
            values = values @ factor
        to = out[:, block.voices, block.frames]
        values = values.reshape(len(rows), 2, *to.shape[1:])
        values *= values
        np.add(values[:, 0], values[:, 1], out=to)


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
