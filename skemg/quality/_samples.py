"""What the samples of one channel say, one by one: runs, ends of the range, jumps."""

import numpy as np

FLAT_SECONDS = 0.1  # a run of one value as long as this is a flat line; our choice
_N_CODES = 1 << 16  # of a 16-bit converter


def measure_samples(x, sfreq, limits):
    """Return measures of a channel that may hold NaN.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        The samples, float64.
    sfreq : float
        Sampling frequency in Hz.
    limits : tuple of float or None
        Ends of the range of the amplifier in the unit of `x`.

    Returns
    -------
    measures : dict of float
        A column each.
    """
    finite = x[np.isfinite(x)]
    measures = {"missing": 1 - len(finite) / len(x)}
    if not len(finite):
        unknown = ("mean", "rms", "min", "max", "flat", "longest_flat")
        unknown += ("clipped", "wrapped", "repeated")
        return measures | dict.fromkeys(unknown, np.nan)
    low, high = finite.min(), finite.max()
    runs = _run_lengths(x)
    n_flat = min(max(10, round(FLAT_SECONDS * sfreq)), len(x))
    return measures | {
        "mean": finite.mean(),
        "rms": finite.std(),
        "min": low,
        "max": high,
        "flat": runs[runs >= n_flat].sum() / len(x) if len(x) > 1 else 0.0,
        "longest_flat": runs.max() / sfreq,
        "clipped": _clipped_share(x, low, high, limits),
        "wrapped": float(count_jumps(x, low, high)),
        "repeated": (len(x) - len(runs)) / max(len(x) - 1, 1),
    }


def _run_lengths(x):
    """Return the lengths of the runs of equal samples; NaN equals nothing."""
    (ends,) = np.nonzero(x[1:] != x[:-1])
    return np.diff(np.concatenate([[-1], ends, [len(x) - 1]]))


def _clipped_share(x, low, high, limits):
    if limits is not None:
        return np.count_nonzero((x <= limits[0]) | (x >= limits[1])) / len(x)
    if low == high:
        return 0.0  # a flat line
    return (_n_piled(x, low) + _n_piled(-x, -high)) / len(x)


def _n_piled(x, lowest):
    """Return how many samples stand in runs at the lowest value, if they pile up."""
    if not _piles_up(x, lowest):
        return 0
    at_end = x == lowest
    beside = np.zeros_like(at_end)
    beside[1:] = at_end[:-1]
    beside[:-1] |= at_end[1:]
    return np.count_nonzero(at_end & beside)


def _piles_up(x, lowest):
    """Whether the lowest value is more frequent than the one above it.

    It is at the end of a range. Elsewhere the lowest value is rare, and runs of it tell
    of a coarse resolution.
    """
    following = np.min(x, initial=np.inf, where=x > lowest)
    return np.count_nonzero(x == lowest) > np.count_nonzero(x == following)


def count_jumps(x, low, high):
    """Return the number of steps of more than half of a range of 16 bits.

    They are counted where the values fill such a range, which is 65536 times their
    resolution, without piling up at its ends.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        The samples, float64; those that are not finite are passed over.
    low, high : float
        The smallest and largest finite value.

    Returns
    -------
    n_jumps : int
        0 where the values do not fill a range of 16 bits.
    """
    x = x[np.isfinite(x)]
    extent = high - low
    steps = np.abs(np.diff(x))
    if not 0 < extent < np.inf or steps.max(initial=0) < extent / 2:
        return 0
    differences = np.diff(np.unique(x))
    period = _N_CODES * differences[differences > 1e-7 * extent].min()
    fills = 0.95 * period < extent < 1.001 * period
    if not fills or _piles_up(x, low) or _piles_up(-x, -high):
        return 0
    return np.count_nonzero(steps > period / 2)
