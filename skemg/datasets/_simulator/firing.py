"""When motor units discharge.

The rate grows with the drive above the recruitment threshold up to a limit (Fuglevand
et al., 1993); intervals between discharges are normal. Spreads are our choice.

References
----------
Fuglevand, A. J., Winter, D. A. & Patla, A. E. (1993). "Models of recruitment and rate
coding organization in motor-unit pools." Journal of Neurophysiology, 70(6), 2470-2488.
doi:10.1152/jn.1993.70.6.2470
"""

import numpy as np

FULL_RANGE = 0.6  # drive above the threshold that brings the highest rate
SHORTEST_INTERVAL = 0.010  # s


def draw_rates(threshold, drive, rate_gain, rng):
    """Draw the mean discharge rate of recruited motor units, in Hz.

    Parameters
    ----------
    threshold : ndarray of shape (n_units,)
        Recruitment thresholds, below `drive`.
    drive : float
        Drive to the motor units; full drive is 1.
    rate_gain : float
        Factor on the slope of rate over drive.
    rng : Generator
        Source of randomness.

    Returns
    -------
    rates : ndarray of shape (n_units,)
        Mean rates.
    """
    lowest = rng.normal(7, 0.8, len(threshold))
    highest = rng.normal(32, 3, len(threshold))
    share = np.minimum(1, (drive - threshold) / FULL_RANGE) * rate_gain
    return np.minimum(highest, lowest + (highest - lowest) * share)


def draw_discharges(rates, duration, rng):
    """Draw the discharge times of each motor unit.

    Parameters
    ----------
    rates : ndarray of shape (n_units,)
        Mean rates, in Hz.
    duration : float
        Time to fill, in seconds.
    rng : Generator
        Source of randomness.

    Returns
    -------
    trains : list of ndarray
        Times between 0 and `duration` in seconds, one array a unit.
    """
    trains = []
    for rate in rates:
        variation = rng.uniform(0.12, 0.20)
        # A third more than expected, so that no train ends too early.
        n_intervals = int(4 / 3 * duration * rate) + 20
        intervals = rng.normal(1 / rate, variation / rate, n_intervals)
        intervals[0] = rng.random() / rate
        times = np.cumsum(np.maximum(intervals, SHORTEST_INTERVAL))
        trains.append(times[times < duration])
    return trains
