"""MATLAB files that hold a recording."""

import math

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import MAX_BYTES, read_packed_bytes
from ._channels import as_recording, check_dtype, choose_channels
from ._hdf5 import SIGNATURE, Hdf5
from ._hdf5_values import read_values
from ._mat5 import Mat5, Variable
from ._stated import resolve_rate

_VERSION_5 = (b"\x00\x01IM", b"\x01\x00MI")
_VERSION_73 = b"\x00\x02IM"
_USER_BLOCK = 512
_TIMES_LONGER = 100
_NUMERIC = (
    "double",
    "single",
    *(f"{u}int{n}" for u in ("", "u") for n in (8, 16, 32, 64)),
)
_N_SHOWN = 12


def is_matlab(head, path):
    """Return whether a file is a MATLAB file of version 5 to 7.3.

    Parameters
    ----------
    head : bytes
        Its first 4096 bytes.
    path : path-like
        The file; not opened.

    Returns
    -------
    found : bool
        Not for version 4, which has no mark.
    """
    return head[124:128] in _VERSION_5 or _is_hdf5(head)


def read_matlab(
    path,
    *,
    variable=None,
    sfreq_variable=None,
    time_axis=None,
    channels=None,
    sfreq=None,
    unit=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
):
    """Read a recording out of a MATLAB file, version 5 to 7.3.

    The signal is an array of real numbers, a variable of its own or a field of a
    struct. Other variables are not looked at: no object or function is made of them.

    Parameters
    ----------
    path : path-like
        The file; it may be packed with gzip.
    variable : str, default=None
        The signal, such as "emg", or "visit.emg" for a field of a struct. None takes
        the only array of more than one number and refuses where there are several.
    sfreq_variable : str, default=None
        A single number that is the rate in Hz.
    time_axis : {0, 1}, default=None
        Axis of time. None takes the only axis of a vector, and the longer one of a
        matrix if it is at least 100 times as long as the other (our choice); else it
        must be told.
    channels : list of str or int, default=None
        Which channels, by name ("channel 1", ...) or by position from 0; None takes
        all.
    sfreq : float, default=None
        Rate in Hz, if no variable holds it, or to be compared with it.
    unit : {"uV", "mV", "V", "uncalibrated"}
        Unit of the numbers.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Of the values.
    max_bytes : int, default=2 GiB
        Longest file, and largest variable, that is read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where `sfreq` and `sfreq_variable` differ; "warn" takes `sfreq`.

    Returns
    -------
    recording : Recordings of length 1
        In µV, or uncalibrated.

    Raises
    ------
    SignalError
        If the file is damaged, of version 4, or signal, rate, unit or orientation are
        not told.

    References
    ----------
    .. [1] The MathWorks. "MAT-File Format", version 5 and version 7.3.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from scipy.io import savemat
    >>> from skemg.io import read_matlab
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "visit.mat"
    ...     savemat(path, {"emg": np.zeros((3000, 2)), "fs": 1000})
    ...     emg = read_matlab(path, sfreq_variable="fs", unit="mV")
    >>> emg
    <Recordings: 1 recordings, 2 channels, 3 s at 1000 Hz, in µV>
    """
    dtype = check_dtype(dtype)
    if time_axis not in (None, 0, 1):
        raise ValueError(f"time_axis must be None, 0 or 1, got {time_axis!r}")
    variables = _find_variables(path, max_bytes)
    rate = _read_rate(path, variables, sfreq_variable, sfreq)
    rate = resolve_rate(path, rate, sfreq, on_mismatch=on_mismatch)
    name = _choose_variable(path, variables, variable)
    axis = _resolve_axis(path, name, variables[name].shape, time_axis)
    values = variables[name].load()
    signals = values.T if axis == 0 else values
    names = [f"channel {i + 1}" for i in range(len(signals))]
    index = choose_channels(path, names, channels)
    return as_recording(
        path,
        [signals[i] for i in index],
        [names[i] for i in index],
        [None] * len(index),
        sfreq=rate,
        unit=unit,
        dtype=dtype,
        on_mismatch=on_mismatch,
        metadata={"format": "matlab"},
    )


def _is_hdf5(head):
    place = slice(_USER_BLOCK, _USER_BLOCK + len(SIGNATURE))
    return head[124:128] == _VERSION_73 and head[place] == SIGNATURE


def _find_variables(path, max_bytes):
    content = read_packed_bytes(path, max_bytes=max_bytes)
    if content[124:128] in _VERSION_5:
        return Mat5(path, content, max_bytes).variables()
    if _is_hdf5(content):
        return _find_in_hdf5(path, content, max_bytes)
    raise SignalError(
        f"{path} is no MATLAB file of version 5 to 7.3; save files of version 4 again "
        "with save(..., '-v7')"
    )


def _find_in_hdf5(path, content, max_bytes):
    """Return the variables of version 7.3, which has the axes the other way round."""
    found = {}
    members = Hdf5(path, content, _USER_BLOCK).root.members()
    for name in members:
        if name.startswith("#"):
            continue  # what cells and objects refer to
        item = members[name]
        if not item.is_group:
            found[name] = _as_variable(item, max_bytes)
        elif item.attribute("MATLAB_class") == "struct":
            fields = item.members()
            for field in fields:
                part = fields[field]
                if not part.is_group:
                    found[f"{name}.{field}"] = _as_variable(part, max_bytes)
    return found


def _as_variable(item, max_bytes):
    numeric = item.attribute("MATLAB_class") in (None, *_NUMERIC)
    numeric &= isinstance(item.dtype, np.dtype) and item.dtype.kind in "iuf"
    numeric &= item.attribute("MATLAB_empty") is None
    numeric &= item.attribute("MATLAB_int_decode") is None
    return Variable(
        item.shape[::-1] if numeric else None,
        lambda: read_values(item, max_bytes=max_bytes).T,
    )


def _choose_variable(path, variables, wanted):
    if wanted is not None:
        _check_is_array(path, variables, wanted, "variable")
        return wanted
    found = [
        name
        for name, variable in variables.items()
        if variable.shape is not None and math.prod(variable.shape) > 1
    ]
    if len(found) != 1:
        raise SignalError(
            f"{path} has {len(found)} arrays of numbers, {found[:_N_SHOWN]}; pass "
            "variable=..., the one that is the signal"
        )
    return found[0]


def _read_rate(path, variables, name, sfreq):
    if name is None:
        if sfreq is None:
            single = [
                key
                for key, variable in variables.items()
                if variable.shape is not None and math.prod(variable.shape) == 1
            ]
            raise SignalError(
                f"{path} does not say what its sampling rate is; pass sfreq=... in Hz, "
                f"or sfreq_variable=... if one of {single[:_N_SHOWN]} is it"
            )
        return None
    _check_is_array(path, variables, name, "sfreq_variable")
    if math.prod(variables[name].shape) != 1:
        raise SignalError(
            f"sfreq_variable={name!r} of {path} has shape {variables[name].shape}; it "
            "must be a single number"
        )
    return float(variables[name].load().reshape(-1)[0])


def _check_is_array(path, variables, name, parameter):
    if name not in variables or variables[name].shape is None:
        arrays = [key for key, v in variables.items() if v.shape is not None]
        raise SignalError(
            f"{path} has no array of real numbers {parameter}={name!r}; it has "
            f"{arrays[:_N_SHOWN]}"
        )


def _resolve_axis(path, name, shape, wanted):
    """Return which axis is time."""
    if len(shape) != 2 or min(shape) == 0 or max(shape) < 2:
        raise SignalError(
            f"{name!r} of {path} has shape {shape}; a recording has the shape (n_times,"
            " n_channels) or (n_channels, n_times)"
        )
    if wanted is not None:
        return wanted
    longer = int(shape[1] > shape[0])
    if min(shape) > 1 and shape[longer] < _TIMES_LONGER * shape[1 - longer]:
        raise SignalError(
            f"{name!r} of {path} has shape {shape}; pass time_axis=0 or 1, the axis "
            "that is time"
        )
    return longer
