"""Signals larger than memory: read from a memory map, results on temporary files."""

import math
import mmap
import os
import tempfile

import numpy as np

LARGE = 1 << 28  # bytes: what is smaller stays in memory; our choice
_PIECE = 1 << 18  # samples worked on at once


class _Scratch(mmap.mmap):
    """A map of a file without a name, which is gone with the last array on it."""


def allocate(shape, dtype, *, like):
    """Return an array without values, on a file where it is large and `like` mapped.

    Parameters
    ----------
    shape : tuple of int
        Its shape.
    dtype : dtype
        Its type.
    like : ndarray
        The signals of which it will be the result.

    Returns
    -------
    array : ndarray
        In memory, or on a temporary file.

    Raises
    ------
    OSError
        If the disk has no room. It is asked for all of it now: a page that finds none
        later would end the process.
    """
    dtype = np.dtype(dtype)
    n_bytes = math.prod(shape) * dtype.itemsize
    if n_bytes < LARGE or _map_of(like) is None:
        return np.empty(shape, dtype)
    try:
        with tempfile.TemporaryFile(prefix="skemg-") as file:
            _reserve(file, n_bytes)
            return np.ndarray(shape, dtype, buffer=_Scratch(file.fileno(), n_bytes))
    except OSError as error:
        raise OSError(
            error.errno,
            f"{os.strerror(error.errno)}: a result of {n_bytes / 1e9:.3g} GB does not "
            f"fit into {tempfile.gettempdir()}; set the environment variable TMPDIR to "
            "a folder with room",
        ) from error


def apply(function, values, dtype):
    """Apply a function of single samples, piece by piece where they are mapped.

    Parameters
    ----------
    function : callable
        Called as `function(piece)`.
    values : ndarray of shape (..., n_times)
        The signals.
    dtype : dtype
        Type of the result.

    Returns
    -------
    result : ndarray of shape (..., n_times)
        In C order.
    """
    out = allocate(values.shape, dtype, like=values)
    fill(out, function, values)
    return out


def fill(out, function, values):
    """Write `function(values)` into `out`, piece by piece."""
    for piece in pieces(values):
        out[..., piece] = function(values[..., piece])
        release(values[..., piece], out[..., piece])


def pieces(values):
    """Yield slices of the last axis, of as many samples as one works on at once."""
    n_times = values.shape[-1]
    step = max(1, _PIECE // max(1, math.prod(values.shape[:-1])))
    for start in range(0, n_times, step):
        yield slice(start, min(start + step, n_times))


def release(*arrays):
    """Let the resident pages of large maps go; what was written stays in the file."""
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    for array in arrays:
        memory = _map_of(array)
        if memory is None or len(memory) < LARGE or not array.size:
            continue
        start = np.frombuffer(memory, np.uint8).__array_interface__["data"][0]
        low, high = np.lib.array_utils.byte_bounds(array)
        low = (low - start) // mmap.PAGESIZE * mmap.PAGESIZE
        memory.madvise(mmap.MADV_DONTNEED, low, high - start - low)


def _map_of(array):
    """Return the map, shared with its file, on which an array lies, or None."""
    shared = False
    while isinstance(array, np.ndarray):
        if isinstance(array, np.memmap):
            shared = array.mode != "c"  # whose changes are in memory only
        array = array.base
    if isinstance(array, _Scratch) or (shared and isinstance(array, mmap.mmap)):
        return array
    return None


def _reserve(file, n_bytes):
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, n_bytes)
        return
    zeros = bytes(_PIECE)
    for start in range(0, n_bytes, _PIECE):
        file.write(zeros[: n_bytes - start])
    file.flush()
