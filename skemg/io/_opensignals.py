"""Recordings of PLUX devices, as OpenSignals writes them to HDF5."""

import numbers
import re

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import MAX_BYTES, read_packed_bytes
from ._channels import as_recording, check_dtype, choose_channels
from ._hdf5 import SIGNATURE, Hdf5
from ._hdf5_values import read_values
from ._limits import common_limits
from ._stated import UNCALIBRATED, disagree, resolve_rate

_SENSORS = {"emg": (3.0, 1000.0)}  # supply in V, gain
_BLOCK = 1 << 20
_CHANNEL = re.compile(r"channel_(\d{1,3})")


def is_opensignals(head, path):
    """Return whether a file is HDF5 from its first byte on, as OpenSignals files are.

    Parameters
    ----------
    head : bytes
        Its first 4096 bytes.
    path : path-like
        The file; not opened.

    Returns
    -------
    found : bool
        Not for MATLAB files, where HDF5 starts later.
    """
    return head.startswith(SIGNATURE)


def read_opensignals(
    path,
    *,
    sensor=None,
    vcc=None,
    gain=None,
    unit=None,
    channels=None,
    sfreq=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
):
    """Read an OpenSignals HDF5 file of one device.

    The file holds counts of the converter and does not state what one is worth. The
    transfer function of the sensor gives the voltage,

    .. math:: V = \\left(\\frac{counts}{2^n} - \\frac{1}{2}\\right) \\frac{VCC}{gain},

    with the resolution `n` in bits that the file states [1]_. It is never applied
    unasked. The address of the device, its name and the date are not kept.

    Parameters
    ----------
    path : path-like
        The file; it may be packed with gzip.
    sensor : {"emg"}, default=None
        Take `vcc` and `gain` of this sensor: 3 V and 1000 for "emg". Compared with the
        sensor that the file names.
    vcc, gain : float, default=None
        Supply in V and gain of another sensor, or in place of those of `sensor`.
    unit : {"uncalibrated"}, default=None
        Take the counts as they are.
    channels : list of str or int, default=None
        Which channels, by name ("channel_1", ...) or by position from 0; None takes
        all.
    sfreq : float, default=None
        Rate in Hz, to be compared with the one in the file.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Of the values.
    max_bytes : int, default=2 GiB
        Longest file, and largest unpacked channel, that is read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where numbers of samples, sensors or rates differ, or the counter of
        samples shows that some were lost. "warn" takes what is there and what the
        caller says.

    Returns
    -------
    recording : Recordings of length 1
        In µV, or uncalibrated. Its metadata has `n_bits`, and the ends of the range of
        the converter as `clip_low` and `clip_high`.

    Raises
    ------
    SignalError
        If the file is damaged, not of OpenSignals or of several devices, or the
        transfer function is not told.

    References
    ----------
    .. [1] PLUX Wireless Biosignals. "Electromyography (EMG) sensor data sheet",
       transfer function.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import h5py
    >>> import numpy as np
    >>> from skemg.io import read_opensignals
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "biceps.h5"
    ...     with h5py.File(path, "w", libver="earliest") as file:
    ...         file["device/raw/channel_1"] = np.uint16([[2048], [4095], [0]])
    ...         for name, value in {
    ...             "sampling rate": 1000, "resolution": [12], "channels": [1],
    ...         }.items():
    ...             file["device"].attrs[name] = value
    ...     emg = read_opensignals(path, sensor="emg")
    >>> emg.values.round()
    array([    0.,  1499., -1500.], dtype=float32)
    """
    dtype = check_dtype(dtype)
    supply = _resolve_supply(path, sensor, vcc, gain, unit)
    content = read_packed_bytes(path, max_bytes=max_bytes)
    device = _open_device(path, content)
    raw = device.members()["raw"].members()
    n_bits = _find_channels(path, device, raw)
    index = choose_channels(path, list(n_bits), channels)
    names = [list(n_bits)[i] for i in index]
    if sensor is not None:
        _compare_sensors(path, raw, names, sensor, on_mismatch)
    signals = [_read_counts(path, raw, name, n_bits[name], max_bytes) for name in names]
    _compare_lengths(path, device, raw, signals, max_bytes, on_mismatch)
    bits = [n_bits[name] for name in names]
    values = [
        _transfer(s, n, supply, dtype) for s, n in zip(signals, bits, strict=True)
    ]
    ends = [_transfer(np.array([0, 2**n - 1]), n, supply, dtype) for n in bits]
    metadata = {"format": "opensignals", **common_limits(*zip(*ends, strict=True))}
    if len(set(bits)) == 1:
        metadata["n_bits"] = bits[0]
    rate = _number(device.attribute("sampling rate"))
    return as_recording(
        path,
        values,
        names,
        [None] * len(names),
        sfreq=resolve_rate(path, rate, sfreq, on_mismatch=on_mismatch),
        unit=UNCALIBRATED if supply is None else "uV",
        dtype=dtype,
        metadata=metadata,
    )


def _resolve_supply(path, sensor, vcc, gain, unit):
    """Return supply in V and gain, or None for counts."""
    if sensor not in (None, *_SENSORS):
        raise ValueError(f"sensor must be one of {list(_SENSORS)}, got {sensor!r}")
    given = {"vcc": vcc, "gain": gain}
    for name, value in given.items():
        number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if value is not None and not (number and 0 < value < float("inf")):
            raise ValueError(f"{name} must be a positive number, got {value!r}")
    if unit == UNCALIBRATED:
        if sensor is not None or vcc is not None or gain is not None:
            raise ValueError(
                'unit="uncalibrated" takes the counts; leave out sensor, vcc and gain'
            )
        return None
    if unit is not None:
        raise ValueError(
            f'unit must be None or "uncalibrated", got {unit!r}; with sensor= or vcc= '
            "and gain= the values are in µV"
        )
    known = _SENSORS.get(sensor, (None, None))
    vcc, gain = (known[i] if v is None else v for i, v in enumerate((vcc, gain)))
    if vcc is None or gain is None:
        raise SignalError(
            f'{path} holds counts without a unit; pass sensor="emg", or vcc= and gain= '
            'of the sensor, or unit="uncalibrated" to take the counts'
        )
    return vcc, gain


def _open_device(path, content):
    devices = Hdf5(path, content).root.members()
    if len(devices) != 1:
        raise SignalError(
            f"{path} holds {len(devices)} devices, each with its own clock; export "
            "each to a file of its own"
        )
    device = devices.open(next(iter(devices)), "device")
    if not device.is_group or "raw" not in device.members():
        raise SignalError(
            f'{path} is no OpenSignals file: the device has no "raw" values; export '
            "the raw data"
        )
    return device


def _find_channels(path, device, raw):
    """Return the bits of each channel by name, in the order of the device."""
    numbers_ = device.attribute("channels")
    bits = device.attribute("resolution")
    found = sorted(int(m[1]) for m in map(_CHANNEL.fullmatch, raw) if m)
    for name, value in (("channels", numbers_), ("resolution", bits)):
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "iu":
            raise SignalError(f"{path} does not state its {name}; export it again")
    if sorted(numbers_.tolist()) != found or not found:
        raise SignalError(
            f"{path} states the channels {numbers_.tolist()[:16]}, but holds "
            f"{found[:16]}; export it again"
        )
    if len(bits) != len(found) or not all(1 <= n <= 32 for n in bits.tolist()):
        raise SignalError(
            f"{path} states resolutions of {bits.tolist()[:16]} bits for {len(found)} "
            "channels; export it again"
        )
    pairs = zip(numbers_.tolist(), bits.tolist(), strict=True)
    return {f"channel_{number}": n for number, n in pairs}


def _read_counts(path, raw, name, n_bits, max_bytes):
    counts = _read_column(path, raw, name, max_bytes)
    if counts.dtype.kind not in "iu" or counts.min() < 0 or counts.max() >> n_bits:
        raise SignalError(
            f"{path}: {name} runs from {counts.min()} to {counts.max()}, no counts of "
            f"{n_bits} bits; export the raw data"
        )
    return counts


def _read_column(path, raw, name, max_bytes):
    values = read_values(raw[name], max_bytes=max_bytes)
    if values.ndim != 1 and values.shape[1:] != (1,):
        raise SignalError(f"{path}: {name} has shape {values.shape}; export it again")
    return values.reshape(-1)


def _compare_sensors(path, raw, names, sensor, on_mismatch):
    for name in names:
        stated = raw[name].attribute("sensor")
        if isinstance(stated, str) and stated and stated.lower() != sensor:
            disagree(
                f"{path}: {name} is of the sensor {stated[:20]!r}, but "
                f"sensor={sensor!r} was given",
                on_mismatch,
            )


def _compare_lengths(path, device, raw, signals, max_bytes, on_mismatch):
    lengths = [len(signal) for signal in signals]
    if len(set(lengths)) > 1:
        raise SignalError(f"{path} has channels of {lengths} samples; export it again")
    stated = _number(device.attribute("nsamples"))
    if stated is not None and stated != lengths[0]:
        disagree(f"{path} states {stated:g} samples, but has {lengths[0]}", on_mismatch)
    if "nSeq" in raw:
        # the counter stays at its largest value once it is there
        counter = _read_column(path, raw, "nSeq", max_bytes)
        n_gaps = np.count_nonzero((np.diff(counter) != 1)[counter[:-1] < counter.max()])
        if n_gaps or len(counter) != lengths[0]:
            disagree(
                f"{path}: the counter of {len(counter)} samples jumps {n_gaps} times, "
                "so that samples were lost",
                on_mismatch,
            )


def _transfer(counts, n_bits, supply, dtype):
    """Return counts as µV, or as they are without a supply."""
    if supply is None:
        return counts.astype(dtype)
    vcc, gain = supply
    values = np.empty(len(counts), dtype)
    for start in range(0, len(counts), _BLOCK):
        block = slice(start, start + _BLOCK)
        values[block] = (counts[block] / 2**n_bits - 0.5) * (1e6 * vcc / gain)
    return values


def _number(value):
    single = isinstance(value, np.ndarray) and value.dtype.kind in "iuf"
    return float(value[0]) if single and len(value) == 1 else None
