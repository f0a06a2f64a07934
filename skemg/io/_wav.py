"""Sound files that hold EMG."""

import numbers
import uuid

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import MAX_BYTES, read_packed_bytes
from ._channels import as_recording, check_dtype, choose_channels
from ._layout import Layout
from ._limits import common_limits
from ._stated import MICROVOLTS, UNCALIBRATED, check_unit, disagree, resolve_rate

_MAGIC = (b"RIFF", b"RIFX", b"RF64", b"BW64")
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_TYPES = {
    (_PCM, 8): "u1",
    (_PCM, 16): "<i2",
    (_PCM, 24): None,
    (_PCM, 32): "<i4",
    (_FLOAT, 32): "<f4",
    (_FLOAT, 64): "<f8",
}
# the end that all sub-formats of extensible files share
_SUBFORMAT = uuid.UUID("00000000-0000-0010-8000-00aa00389b71").bytes_le[4:]
_BLOCK = 1 << 20
_MAX_CHUNKS = 10_000


def is_wav(head, path):
    """Return whether a file is a WAV file, also of a kind that is refused.

    Parameters
    ----------
    head : bytes
        Its first 4096 bytes.
    path : path-like
        The file; not opened.

    Returns
    -------
    found : bool
    """
    return head[:4] in _MAGIC and head[8:12] == b"WAVE"


def read_wav(
    path,
    *,
    unit=None,
    scale=None,
    channels=None,
    sfreq=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
):
    """Read a WAV file whose samples are EMG.

    Integers of 8, 16, 24 and 32 bits and floats of 32 and 64 bits, plain and
    extensible, with any number of channels. A WAV file knows no volt, so what one count
    is worth must be told.

    Parameters
    ----------
    path : path-like
        The file; it may be packed with gzip.
    unit : {"uV", "mV", "V", "uncalibrated"}
        Unit of `scale`; "uncalibrated" takes the numbers of the file as they are.
    scale : float
        Units per count: per step of the integers as they are stored (8 bits: from the
        middle, 128), or per 1.0 of a file of floats. Negative turns the sign.
    channels : list of str or int, default=None
        Which channels, by name ("channel 1", ...) or by position from 0; None takes
        all.
    sfreq : float, default=None
        Rate in Hz, to be compared with the one in the file.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Of the values.
    max_bytes : int, default=2 GiB
        Longest file that is read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where the header and the size of the file differ, or `sfreq` and the
        header. "warn" reads what is there and takes the caller's rate.

    Returns
    -------
    recording : Recordings of length 1
        In µV, or uncalibrated. Its metadata has the ends of the range of integers as
        `clip_low` and `clip_high`.

    Raises
    ------
    SignalError
        If the file is damaged, of another kind (RF64, compressed), or its unit is not
        told.

    References
    ----------
    .. [1] IBM and Microsoft (1991). "Multimedia Programming Interface and Data
       Specifications 1.0", section RIFF WAVE.

    Examples
    --------
    >>> import tempfile, wave
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from skemg.io import read_wav
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "deltoid.wav"
    ...     with wave.open(str(path), "wb") as file:
    ...         file.setparams((1, 2, 10_000, 0, "NONE", ""))
    ...         file.writeframes(np.array([0, 100, -50], "<i2").tobytes())
    ...     emg = read_wav(path, unit="mV", scale=0.0005)
    >>> emg.values, emg.unit
    (array([  0.,  50., -25.], dtype=float32), 'uV')
    """
    dtype = check_dtype(dtype)
    _check_scale(path, unit, scale)
    layout = Layout(path, read_packed_bytes(path, max_bytes=max_bytes))
    chunks = _walk(layout, on_mismatch)
    code, n_channels, rate, n_bits = _read_format(layout, chunks)
    frame = n_channels * n_bits // 8
    data = chunks[b"data"]
    if len(data) % frame:
        disagree(
            f"{path} has {len(data)} bytes of samples, no multiple of {frame}, as "
            "each frame has",
            on_mismatch,
        )
    n_times = len(data) // frame
    if n_times == 0:
        layout.refuse("there is no sample")
    names = [f"channel {i + 1}" for i in range(n_channels)]
    index = choose_channels(path, names, channels)
    calibrated = unit != UNCALIBRATED
    factor = scale * MICROVOLTS[check_unit(unit)] if calibrated else 1.0
    signals = np.empty((len(index), n_times), dtype)
    for start in range(0, n_times, _BLOCK):
        block = data[start * frame : min(start + _BLOCK, n_times) * frame]
        counts = _decode(block, code, n_bits).reshape(-1, n_channels)[:, index]
        signals[:, start : start + _BLOCK] = counts.T * factor
    return as_recording(
        path,
        signals,
        [names[i] for i in index],
        [None] * len(index),
        sfreq=resolve_rate(path, rate, sfreq, on_mismatch=on_mismatch),
        unit="uV" if calibrated else UNCALIBRATED,
        dtype=dtype,
        on_mismatch=on_mismatch,
        metadata={"format": "wav", **_limits(code, n_bits, factor, dtype)},
    )


def _check_scale(path, unit, scale):
    if unit is None or (unit != UNCALIBRATED and scale is None):
        raise SignalError(
            f"{path} is a WAV file, which states no unit; pass unit= and scale=, the "
            'units per count, or unit="uncalibrated" to take the numbers as they are'
        )
    if unit == UNCALIBRATED:
        if scale is not None:
            raise ValueError(
                f'unit="uncalibrated" takes no scale, got {scale!r}; leave one out'
            )
        return
    check_unit(unit)
    number = isinstance(scale, numbers.Real) and not isinstance(scale, bool)
    if not number or not np.isfinite(scale) or scale == 0:
        raise ValueError(f"scale must be a number other than 0, got {scale!r}")


def _walk(layout, on_mismatch):
    """Return the bytes of the chunks "fmt " and "data" by name."""
    magic, size, kind = layout.fields("<4sI4s", 0, "the head of a WAV file")
    if magic != b"RIFF" or kind != b"WAVE":
        found = magic.decode() if magic in _MAGIC and kind == b"WAVE" else "this"
        layout.refuse(
            f"{found} is no RIFF WAVE file; plain WAV files of up to 4 GB are read, "
            "RF64, BW64, RIFX and others are not"
        )
    # an odd last chunk may lack its byte of padding
    if len(layout) - 8 not in (size, size + 1):
        disagree(
            f"{layout.path} states {size + 8} bytes, but has {len(layout)}", on_mismatch
        )
    chunks, n_chunks, place = {}, 0, 12
    while place < len(layout) - 1:
        name, size = layout.fields("<4sI", place, "a chunk")
        place += 8
        rest = len(layout) - place
        # a recorder that was cut off leaves 0 or 2**32 - 1 as the size of the samples
        no_name = not (name.isascii() and name.decode().isprintable())
        if size > rest or (name == b"data" and size == 0) or no_name:
            disagree(
                f"{layout.path} states {size} bytes of {name!r}, but {rest} follow",
                on_mismatch,
            )
            size = rest
        n_chunks += 1
        if name in chunks or n_chunks > _MAX_CHUNKS:
            layout.refuse(f"there are two chunks {name!r}, or too many")
        if name in (b"fmt ", b"data"):
            chunks[name] = layout.take(place, size, "a chunk")
        place += size + size % 2
    for name in (b"fmt ", b"data"):
        if name not in chunks:
            layout.refuse(f"the chunk {name!r} is missing")
    return chunks


def _read_format(layout, chunks):
    """Return code, number of channels, rate and bits, which fit each other."""
    fmt = Layout(layout.path, chunks[b"fmt "])
    code, n_channels, rate, byte_rate, frame, n_bits = fmt.fields(
        "<HHIIHH", 0, "the format"
    )
    if code == _EXTENSIBLE:
        _, _, _, code, end = fmt.fields("<HHII12s", 16, "the extensible format")
        code = code if end == _SUBFORMAT else _EXTENSIBLE
    if (code, n_bits) not in _TYPES:
        layout.refuse(
            f"format {code} with {n_bits} bits is not read; integers (1) of 8, 16, 24 "
            "and 32 bits and floats (3) of 32 and 64 bits are"
        )
    if n_channels == 0 or frame != n_channels * n_bits // 8:
        layout.refuse(
            f"{n_channels} channels of {n_bits} bits do not make {frame} bytes a frame"
        )
    if byte_rate != rate * frame:
        layout.refuse(
            f"{rate} frames of {frame} bytes do not make {byte_rate} bytes a second"
        )
    return code, n_channels, rate, n_bits


def _decode(content, code, n_bits):
    """Return samples as numbers: integers from their middle, floats as they are."""
    if n_bits == 24:
        return _int24(content)
    values = np.frombuffer(content, _TYPES[code, n_bits])
    return values.astype(np.int16) - 128 if n_bits == 8 else values.astype(np.float64)


def _int24(content):
    """Return little-endian 24-bit integers as int32."""
    packed = np.frombuffer(content, np.uint8).reshape(-1, 3)
    wide = np.zeros((len(packed), 4), np.uint8)
    wide[:, 1:] = packed
    return wide.view("<i4")[:, 0] >> 8


def _limits(code, n_bits, scale, dtype):
    if code == _FLOAT:
        return {}
    top = 2 ** (n_bits - 1)
    low, high = np.sort(np.array([-top * scale, (top - 1) * scale], dtype))
    return common_limits([low], [high])
