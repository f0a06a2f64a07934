"""When a unit is expected to discharge, given its other discharges.

The intervals of a unit are taken as normal (Fuglevand et al., 1993), some of its
discharges as missed. The numbers are our choice.

References
----------
Fuglevand, A. J., Winter, D. A. & Patla, A. E. (1993). "Models of recruitment and rate
coding organization in motor-unit pools." Journal of Neurophysiology, 70(6), 2470-2488.
doi:10.1152/jn.1993.70.6.2470
"""

from functools import lru_cache

import numpy as np

SPREAD = 0.2  # standard deviation of an interval, as a share of the usual one
SIMILAR = 1.6  # longest over shortest of the intervals that show what is usual
FEWEST = 10  # discharges that show it
MISSED = 0.2  # share of the discharges that are not found
IN_A_ROW = 4  # intervals in one, with those that were missed
SHORTEST = 0.3  # of the usual interval; a shorter one is unusual
UNUSUAL = -4.0  # log-likelihood ratio of an unusual interval to chance
STEPS = 256  # of the usual interval, in which the likelihood is tabulated


def interval_table(times):
    """Return how likely each interval between discharges of a unit is.

    Parameters
    ----------
    times : ndarray of int of shape (n_discharges,)
        In samples, ascending.

    Returns
    -------
    table : ndarray of shape (n_lags,) or None
        Log-likelihood of an interval of so many samples less that of chance; None where
        discharges are too few to tell.
    """
    if len(times) < FEWEST:
        return None
    usual = _usual_interval(times)
    share = np.arange(int((IN_A_ROW + 1) * usual)) / usual
    return _log_likelihood()[(share * STEPS).astype(np.int64)]


@lru_cache(maxsize=1)
def _log_likelihood():
    """Return it at steps of the usual interval."""
    share = np.arange((IN_A_ROW + 1) * STEPS) / STEPS
    density = np.zeros(len(share))
    for n in range(1, IN_A_ROW + 1):
        spread = SPREAD * np.sqrt(n)
        bell = np.exp(-0.5 * ((share - n) / spread) ** 2) / (
            spread * np.sqrt(2 * np.pi)
        )
        density += (1 - MISSED) * MISSED ** (n - 1) * bell
    density[share < SHORTEST] = 0
    return np.log(np.maximum(density, np.exp(UNUSUAL))).astype(np.float32)


def _usual_interval(times):
    """Return the median of the largest group of similar intervals."""
    intervals = np.sort(np.diff(times))
    intervals = intervals[intervals > 0]
    last = np.searchsorted(intervals, SIMILAR * intervals, "right")
    first = (last - np.arange(len(intervals))).argmax()
    return float(np.median(intervals[first : last[first]]))
