"""The samples of a WFDB record, as the integers that its files hold."""

from typing import NamedTuple

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import read_bytes
from ._stated import disagree
from ._wfdb_header import signed_16


def _view(dtype):
    return lambda content, n_samples: np.frombuffer(content, dtype, n_samples)


def _unpack_24(content, n_samples):
    padded = np.zeros((n_samples, 4), np.uint8)
    padded[:, 1:] = np.frombuffer(content, np.uint8, 3 * n_samples).reshape(-1, 3)
    values = padded.view("<i4").ravel()
    values >>= 8  # brings the sign down
    return values


def _unpack_80(content, n_samples):
    return (np.frombuffer(content, np.uint8, n_samples) ^ 128).view(np.int8)


def _unpack_212(content, n_samples):
    n_pairs = (n_samples + 1) // 2
    triples = np.zeros((n_pairs, 3), np.uint8)
    packed = np.frombuffer(content, np.uint8)[: 3 * n_pairs]
    triples.reshape(-1)[: len(packed)] = packed
    values = np.empty((n_pairs, 2), "<i2")
    middle = triples[:, 1].astype(np.int16)
    values[:, 0] = (middle << 12) | (triples[:, 0].astype(np.int16) << 4)
    values[:, 1] = ((middle & 0xF0) << 8) | (triples[:, 2].astype(np.int16) << 4)
    values >>= 4  # brings the sign down
    return values.reshape(-1)[:n_samples]


_FORMATS = {
    16: (16, _view("<i2")),
    24: (24, _unpack_24),
    32: (32, _view("<i4")),
    61: (16, _view(">i2")),
    80: (8, _unpack_80),
    212: (12, _unpack_212),
}


class Samples(NamedTuple):
    """Integers of one channel, of how many bits, and whether the header proves them."""

    values: np.ndarray
    bits: int
    verified: bool


def read_samples(header, chosen, *, max_bytes, on_mismatch="raise"):
    """Return the integers of the chosen signals, checked against the header.

    Parameters
    ----------
    header : Header
        As `read_header` gives it.
    chosen : list of Signal
        Those to read, of one number of samples a frame.
    max_bytes : int
        Largest data that are read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where the data are not as long as the header states, or have another
        first sample or checksum. "warn" gives the samples that both have.

    Returns
    -------
    samples : list of Samples
        All of one length.

    Raises
    ------
    SignalError
        If a file is missing, too long or in another format, or contradicts the header.
    """
    files = {signal.path: signal for signal in chosen}
    n_bytes = {path: _size(path, header.path) for path in files}
    if sum(n_bytes.values()) > max_bytes:
        raise SignalError(
            f"{header.path} names {sum(n_bytes.values())} bytes of data, more than "
            f"max_bytes={max_bytes}; raise max_bytes if this is right"
        )
    n_there = {
        path: _frames_there(header, signal, n_bytes[path], on_mismatch)
        for path, signal in files.items()
    }
    n_frames = min(n_there.values())
    if n_frames == 0:
        raise SignalError(f"{header.path} has no whole sample of every signal")
    if max(n_there.values()) > n_frames:
        disagree(f"{header.path} names files of different lengths", on_mismatch)
    whole = n_frames == header.n_frames
    frames = {
        path: _decode(signal, n_frames, max_bytes) for path, signal in files.items()
    }
    samples = []
    for signal in chosen:
        columns = slice(signal.column, signal.column + signal.per_frame)
        values = frames[signal.path][:, columns].reshape(-1)
        place = f"{header.path}, signal {signal.name!r},"
        stated = (signal.first, signal.checksum if whole else None)
        found = (int(values[0]), signed_16(int(values.sum(dtype=np.int64))))
        named = ("first sample", "checksum")
        for what, one, other in zip(named, stated, found, strict=True):
            if one is not None and one != other:
                disagree(
                    f"{place} has the {what} {other}, its header states {one}",
                    on_mismatch,
                )
        verified = whole and stated == found
        samples.append(Samples(values, _FORMATS[signal.format][0], verified))
    return samples


def _size(path, header):
    try:
        return path.stat().st_size
    except (OSError, ValueError) as error:
        raise SignalError(
            f"{path} is missing, but {header.name} names it; bring both"
        ) from error


def _frames_there(header, signal, n_bytes, on_mismatch):
    """Return how many frames a file has that the header states, too."""
    if signal.format not in _FORMATS:
        raise SignalError(
            f"{header.path} states the format {signal.format}; those read are "
            f"{sorted(_FORMATS)}. Convert it to 16 with WFDB's xform"
        )
    bits = _FORMATS[signal.format][0]
    n_bytes -= signal.offset
    n_there = max(0, n_bytes * 8 // (bits * signal.n_columns))
    n_frames = n_there if header.n_frames is None else header.n_frames
    n_samples = n_frames * signal.n_columns
    n_needed = (n_samples * bits + 7) // 8
    n_spare = 1 if signal.format == 212 and n_samples % 2 else 0
    if not n_needed <= n_bytes <= n_needed + n_spare:
        disagree(
            f"{signal.path} has {n_bytes} bytes of samples, expected {n_needed} for "
            f"the {n_frames} x {signal.n_columns} samples of {header.path.name}",
            on_mismatch,
        )
    return min(n_frames, n_there)


def _decode(signal, n_frames, max_bytes):
    content = memoryview(read_bytes(signal.path, max_bytes=max_bytes))[signal.offset :]
    bits, unpack = _FORMATS[signal.format]
    n_samples = n_frames * signal.n_columns
    if 8 * len(content) < bits * n_samples:
        raise SignalError(
            f"{signal.path} changed while it was read; wait until it is written"
        )
    return unpack(content, n_samples).reshape(n_frames, signal.n_columns)
