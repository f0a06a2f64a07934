"""What both containers ask of values: real numbers, no mask, microvolts."""

import numpy as np

from skemg.exceptions import SignalError

from ._mapped import apply

_MICROVOLTS = {"uV": 1.0, "µV": 1.0, "μV": 1.0, "mV": 1e3, "V": 1e6}


def as_values(values, name):
    """Return values as a native C-contiguous array, copied only where they are none."""
    refuse_masked(values, name)
    values = np.asarray(values)
    dtype = values.dtype.newbyteorder("=")
    if values.flags.c_contiguous and dtype == values.dtype:
        values = np.ascontiguousarray(values)  # no number, but one row
        if 1 in values.shape:  # such an axis has any stride, and joblib hashes strides
            values = values.reshape(-1).reshape(values.shape)
        return values
    return apply(np.asarray, values, dtype)


def as_native(X):
    """Return X, an array of swapped bytes as the same type in the order of the machine.

    scikit-learn would make float64 of float32.
    """
    if isinstance(X, np.ndarray) and not X.dtype.isnative:
        return apply(np.asarray, X, X.dtype.newbyteorder("="))
    return X


def refuse_masked(values, name):
    """Raise for a masked array, whose mask no later step would see."""
    if isinstance(values, np.ma.MaskedArray):
        raise SignalError(f"{name} is a masked array; cut the masked samples out first")


def as_signal(signal, index):
    """Return one recording of a list as an array of numbers."""
    refuse_masked(signal, f"recording {index}")
    try:
        array = np.asarray(signal)
    except ValueError as error:
        raise SignalError(f"recording {index} is no array: {error}") from error
    if array.dtype == object:
        array = _numbers_of_objects(array, index)
    refuse_no_numbers(array, f"recording {index}")
    if array.ndim not in (1, 2):
        hint = (
            "" if array.ndim else "; one array or table goes into Recordings.from_array"
        )
        raise SignalError(
            f"recording {index} has shape {array.shape}; expected (n_times,) or "
            f"(n_channels, n_times){hint}"
        )
    if array.size == 0:
        raise SignalError(f"recording {index} is empty; leave it out or read it again")
    refuse_swapped(array.shape, f"recording {index}")
    return array


def refuse_swapped(shape, name):
    """Raise where a signal has more channels than samples."""
    if len(shape) == 2 and shape[0] > shape[1] > 0:
        raise SignalError(
            f"{name} has shape {shape}: {shape[0]} channels of {shape[1]} samples; "
            "time is the last axis, so pass signal.T"
        )


def _numbers_of_objects(array, index):
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"recording {index} holds objects that are no numbers: {error}"
        ) from error


def refuse_no_numbers(array, name):
    """Raise for complex numbers, booleans, strings and objects."""
    if array.dtype.kind == "c":
        raise SignalError(
            f"Complex data not supported: {name} has dtype {array.dtype}; take the "
            "real part or the envelope first"
        )
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")


def in_microvolts(values, unit):
    """Return values in microvolts with their unit; None stays uncalibrated."""
    if unit is None:
        return values, None
    if unit not in _MICROVOLTS:
        raise SignalError(
            f'unit must be "uV", "mV", "V" or None for uncalibrated data, got {unit!r}'
        )
    factor = _MICROVOLTS[unit]
    dtype = values.dtype
    if dtype == np.float16:  # ends at 65504, which is 65 mV in microvolts
        dtype = np.float32
    if factor == 1.0:
        return as_type(values, dtype), "uV"
    dtype = np.result_type(dtype, 1.0)
    return apply(lambda piece: piece.astype(dtype) * factor, values, dtype), "uV"


def as_type(values, dtype):
    """Return values as another type, themselves where they have it already."""
    if values.dtype == dtype:
        return values
    return apply(np.asarray, values, dtype)
