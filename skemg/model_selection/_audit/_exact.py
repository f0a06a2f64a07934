"""Recordings that hold the same samples, whole or in part, wherever they begin.

Every stretch of 32 samples has a hash. A fixed share of the hashes is kept, chosen by
their own value: so equal stretches are kept or left out together, at any shift (as
winnowing does it for texts). Equal hashes are then looked up in the signals.
"""

import numpy as np

_LEVELS = 5
STRETCH = 2**_LEVELS  # samples of a hash
_CHANGES = 8  # a stretch that changes less often says nothing
_MAX_KEPT = 1 << 21  # hashes in memory
_NEIGHBOURS = 8  # of one hash, each is compared with so many
_BITS = 80.0  # what equal samples must tell before they are no coincidence
_MIX = np.random.default_rng(32).integers(0, 2**63, 1 << 10, dtype=np.uint64) * 2 + 1


def exact_copies(signals):
    """Return the pairs of signals that share a stretch of samples.

    Parameters
    ----------
    signals : list of ndarray of shape (n_channels, n_times)
        The recordings.

    Returns
    -------
    pairs : dict of {(int, int): (int, int)}
        For numbers of recordings `i < j`: the lag, so that sample `t` of j is sample
        `t + lag` of i, and the number of equal samples.
    """
    hashes, owner, place = _kept_hashes(signals)
    order = np.lexsort([place, owner, hashes])
    hashes, owner, place = hashes[order], owner[order], place[order]
    found = [np.empty((0, 3), int)]
    for d in range(1, _NEIGHBOURS + 1):
        same = (hashes[d:] == hashes[:-d]) & (owner[d:] != owner[:-d])
        one, other = np.flatnonzero(same), np.flatnonzero(same) + d
        lag = place[one] - place[other]
        found.append(np.column_stack([owner[one], owner[other], lag]))
    lags, counts = np.unique(np.concatenate(found), axis=0, return_counts=True)
    best = np.lexsort([-counts, lags[:, 1], lags[:, 0]])
    pairs = {}
    for i, j, lag in lags[best].tolist():
        if (i, j) not in pairs:
            n_equal = _equal_samples(signals[i], signals[j], lag)
            if n_equal:
                pairs[i, j] = (lag, n_equal)
    return pairs


def _kept_hashes(signals):
    n_total = sum(signal.shape[1] for signal in signals)
    share = 4
    while n_total // share > _MAX_KEPT:
        share *= 2
    hashes, owner, place = [], [], []
    for i, signal in enumerate(signals):
        if signal.shape[1] < STRETCH:
            continue
        h = _hash(signal)
        changes = np.concatenate([[0], (signal[:, 1:] != signal[:, :-1]).any(0)])
        changes = np.cumsum(changes)
        busy = changes[STRETCH - 1 :] - changes[: len(h)] >= _CHANGES
        kept = np.flatnonzero(busy & ((h >> np.uint64(40)) % np.uint64(share) == 0))
        hashes.append(h[kept])
        owner.append(np.full(len(kept), i))
        place.append(kept)
    if not hashes:
        return np.empty(0, np.uint64), np.empty(0, int), np.empty(0, int)
    return tuple(np.concatenate(parts) for parts in (hashes, owner, place))


def _hash(signal):
    """Return the hash of the stretch that begins at each sample."""
    bits = (signal.astype(np.float64) + 0.0).view(np.uint64)  # -0.0 becomes 0.0
    h = np.zeros(signal.shape[1], np.uint64)
    for c, row in enumerate(bits):
        h = _mixed(h, _MIX[0]) + _mixed(row, _MIX[(1 + c) % len(_MIX)])
    for level in range(_LEVELS):
        half = 2**level
        h = _mixed(h[:-half], _MIX[-2 * level - 2]) + _mixed(
            h[half:], _MIX[-2 * level - 1]
        )
    return h


def _mixed(h, factor):
    h = (h ^ (h >> np.uint64(32))) * factor
    return h ^ (h >> np.uint64(29))


def _equal_samples(one, other, lag):
    """Return how many samples are equal in long runs, 0 where they tell too little."""
    if len(one) != len(other):
        return 0
    first, stop = max(lag, 0), min(one.shape[1], other.shape[1] + lag)
    one, other = one[:, first:stop], other[:, first - lag : stop - lag]
    equal = np.concatenate([[False], (one == other).all(0), [False]])
    begin, end = np.flatnonzero(np.diff(equal.astype(np.int8))).reshape(-1, 2).T
    long = end - begin >= STRETCH
    bits, n_equal = 0.0, 0
    for b, e in zip(begin[long], end[long], strict=True):
        bits += sum(_information(row[b:e]) for row in one)
        n_equal += int(e - b)
    return n_equal if bits >= _BITS else 0


def _information(x):
    """Return the bits of a run: its length times the entropy of values or steps."""
    return len(x) * min(_entropy(x), _entropy(np.diff(x)))


def _entropy(x):
    share = np.unique(x, return_counts=True)[1] / len(x)
    return float(-(share * np.log2(share)).sum())
