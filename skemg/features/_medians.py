"""The median of more numbers than fit into memory."""

import numpy as np

_MOST = 1 << 22  # numbers that are sorted in memory
_DIGIT = 16  # bits found in one pass


def median(pieces):
    """Return the median of magnitudes that come piece by piece.

    Parameters
    ----------
    pieces : callable
        Gives an iterator of 1-D arrays of float32 or float64, none of them negative,
        the same each time.

    Returns
    -------
    median : floating
        What `np.median` of all of them gives.
    """
    n, held = 0, []
    for piece in pieces():
        n += piece.size
        if n <= _MOST:
            held.append(piece)
        else:
            held = []
    if held:
        return np.median(np.concatenate(held))
    return np.mean([_select(pieces, rank) for rank in ((n - 1) // 2, n // 2)])


def _select(pieces, rank):
    """Return the number that has `rank` smaller ones, digit by digit.

    The bits of numbers that are not negative are in order as the numbers are.
    """
    dtype = next(pieces()).dtype
    found, shift = 0, 8 * dtype.itemsize
    while shift:
        above, shift = shift, shift - _DIGIT
        counts = np.zeros(1 << _DIGIT, np.int64)
        for piece in pieces():
            bits = piece.view(f"u{dtype.itemsize}")
            if above < 8 * dtype.itemsize:
                bits = bits[bits >> above == found]
            digits = (bits >> shift) & (len(counts) - 1)
            counts += np.bincount(digits.astype(np.intp), minlength=len(counts))
        below = np.cumsum(counts)
        digit = int(np.searchsorted(below, rank, "right"))
        rank -= int(below[digit - 1]) if digit else 0
        found = found << _DIGIT | digit
    return np.array(found, f"u{dtype.itemsize}").view(dtype)[()]
