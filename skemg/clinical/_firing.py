"""When motor units discharge: rates, their variability, recruitment."""

import numpy as np

# Intervals in medians. Beyond 3 is usual for misses, but one miss already makes 2.
USUAL = 0.4, 1.8
STEADY = 0.25  # s; a unit that starts this early was active before the recording
N_BEFORE = 4  # intervals of the first unit before the second one starts


def usual_intervals(times):
    """Return the intervals of a train without those of wrong or missed discharges.

    Parameters
    ----------
    times : ndarray of shape (n_discharges,)
        Discharge times in seconds, ascending.

    Returns
    -------
    intervals : ndarray
        In seconds, between 0.4 and 1.8 medians.
    """
    intervals = np.diff(times)
    if len(intervals) == 0:
        return intervals
    low, high = np.multiply(USUAL, np.median(intervals))
    return intervals[(intervals >= low) & (intervals <= high)]


def firing_rate(times):
    """Return the rate of a train in Hz, 1 / mean interval; NaN where it is unknown."""
    intervals = usual_intervals(times)
    return 1 / intervals.mean() if len(intervals) else np.nan


def isi_variability(times):
    """Return SD / mean of the intervals of a train; NaN with fewer than two."""
    intervals = usual_intervals(times)
    return intervals.std() / intervals.mean() if len(intervals) > 1 else np.nan


def recruitment_interval(trains):
    """Return the interval of the first unit when the second one starts, in seconds.

    Parameters
    ----------
    trains : list of ndarray
        Discharge times of each unit in seconds, ascending.

    Returns
    -------
    interval : float
        Mean of the last four intervals before. Where the second unit discharges from
        the beginning, so that its start was not seen, the mean interval of the fastest
        unit, which is a lower limit. NaN with fewer than two units, and where no rate
        is known.
    """
    if len(trains) < 2:
        return np.nan
    first, second = sorted(trains, key=lambda times: times[0])[:2]
    before = usual_intervals(first[first <= second[0]])
    if second[0] >= STEADY and len(before):
        return float(before[-N_BEFORE:].mean())
    rates = np.array([firing_rate(times) for times in trains])
    known = rates[~np.isnan(rates)]
    return float(1 / known.max()) if len(known) else np.nan
