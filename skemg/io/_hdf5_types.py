"""Shapes and types as HDF5 states them."""

import numpy as np

TEXT = "text"  # a string of variable length
_FIXED_POINT, _FLOAT, _STRING, _VARIABLE = 0, 1, 3, 9
# bit offset, precision, exponent place and size, mantissa place and size, bias
_IEEE = {4: (0, 32, 23, 8, 0, 23, 127), 8: (0, 64, 52, 11, 0, 52, 1023)}
_IMPLIED_BIT = 0x20  # of the mantissa


def parse_dataspace(body):
    """Return the shape that a dataspace message states, () for a scalar."""
    version, rank, _, kind = body.fields("<BBBB", 0, "a shape")
    if version not in (1, 2) or rank > 8 or (version == 2 and kind > 1):
        body.refuse("a shape is of an unknown kind")
    return body.fields(f"<{rank}Q", 8 if version == 1 else 4, "a shape")


def parse_datatype(body):
    """Return a numpy dtype, `TEXT`, or None for types that are neither."""
    head, bits, sign, size = body.fields("<BBBxI", 0, "a type")
    kind, order = head & 15, ">" if bits & 1 else "<"
    if kind == _FIXED_POINT and size in (1, 2, 4, 8):
        if body.fields("<HH", 8, "a type") == (0, 8 * size):
            return np.dtype(f"{order}{'i' if bits & 8 else 'u'}{size}")
    elif kind == _FLOAT and size in _IEEE:
        plain = bits & ~1 == _IMPLIED_BIT and sign == 8 * size - 1
        if plain and body.fields("<HHBBBBI", 8, "a type") == _IEEE[size]:
            return np.dtype(f"{order}f{size}")
    elif kind == _STRING and 0 < size <= 1 << 16:
        return np.dtype(f"S{size}")
    elif kind == _VARIABLE and bits & 15 == 1:
        return TEXT
    return None
