"""What several recordings become when they are put behind each other."""

import itertools

import numpy as np

from ._mapped import allocate, fill


def in_a_row(arrays):
    """Copy signals into one array, one after the other."""
    shape = (*arrays[0].shape[:-1], sum(array.shape[-1] for array in arrays))
    out = allocate(shape, np.result_type(*arrays), like=arrays[0])
    start = 0
    for array in arrays:
        stop = start + array.shape[-1]
        fill(out[..., start:stop], np.asarray, array)
        start = stop
    return out


def joined(arrays):
    """Return the entries of all parts as a list, or None where there are none."""
    if arrays[0] is None:
        return None
    return [entry for array in arrays for entry in array.tolist()]


def joined_metadata(parts):
    """Return the metadata of all recordings, or None where no part has any."""
    if all(part.metadata is None for part in parts):
        return None
    known = (part.metadata or [{} for _ in range(len(part))] for part in parts)
    return list(itertools.chain.from_iterable(known))
