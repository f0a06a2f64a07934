"""The rate of a column of times, if they are as even as a recorder's."""

import numpy as np

from skemg.exceptions import SignalError

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
JITTER = 0.01  # of a step, beside the rounding of the print; our choice
_WIDTH = 0.01  # of the rate, that the rounding may leave open; our choice
_GAP = 1.75  # steps; what rounding makes of one step is less, two steps are more
_DIGITS = 17  # of a float64


def rate_of_times(path, times, *, first_line=1):
    """Return the range of rates that evenly spaced times allow.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    times : ndarray of shape (n_times,)
        In seconds, as printed.
    first_line : int, default=1
        The line of the first time, for the messages.

    Returns
    -------
    low, high : float
        In Hz. Times are printed with few digits, so that a range is all they tell.

    Raises
    ------
    SignalError
        If the times do not rise, have a gap, jump about by more than 1 % of a step, or
        are too coarse to tell the rate within 1 %.
    """
    cure = "cut the file there, or leave the times out and pass sfreq=... in Hz"
    if len(times) < 3:
        raise SignalError(
            f"{path} has {len(times)} times, too few to tell a rate; pass sfreq=... "
            "in Hz instead"
        )
    steps = np.diff(times)
    fall = np.flatnonzero(steps <= 0)
    if len(fall):
        raise SignalError(
            f"{path}, line {first_line + fall[0] + 1}, has a time that is not later "
            f"than the one before; {cure}"
        )
    row = int(np.argmax(steps)) + 1
    usual = np.median(steps)
    if steps[row - 1] > _GAP * usual:
        raise SignalError(
            f"{path} has a gap in its times: in line {first_line + row} the step is "
            f"{steps[row - 1]:.4g} s, {usual:.4g} s elsewhere; {cure}"
        )
    coarse, slack = _roundings(times)
    span = times[-1] - times[0]
    if coarse > _WIDTH * span:
        raise SignalError(
            f"{path} has times too coarse to tell a rate; pass sfreq=... in Hz instead"
        )
    low, high = len(steps) / (span + coarse), len(steps) / (span - coarse)
    even = times[0] + np.arange(len(times)) / roundest(low, high)
    off = np.abs(times - even) - 2 * slack - JITTER * usual
    if off.max() > 0:
        raise SignalError(
            f"{path} has uneven times: that in line {first_line + np.argmax(off)} is "
            f"off by more than {JITTER:.0%} of a step; {cure}"
        )
    return low, high


def roundest(low, high):
    """Return the number with the fewest digits between two numbers."""
    for n_digits in range(1, _DIGITS + 1):
        number = float(f"{(low + high) / 2:.{n_digits - 1}e}")
        if low <= number <= high:
            return number
    return low


def _roundings(times):
    """Return the last digit of the times, the coarsest and that of each.

    A print of few digits, as "%g", loses decimals from decade to decade.
    """
    decades = np.floor(np.log10(np.maximum(np.abs(times), np.finfo(float).tiny)))
    slack = np.empty(len(times))
    usual = []
    for decade in np.unique(decades):
        members = decades == decade
        slack[members] = _resolution(times[members])
        if members.sum() >= 8:  # a few are round by chance
            usual.append(slack[members][0])
    return max(usual, default=slack.min()), slack


def _resolution(times):
    """Return the last printed digit of times: all are multiples of it."""
    largest = np.abs(times).max()
    for n_digits in range(_DIGITS):
        scaled = times * 10.0**n_digits
        rounding = 4 * np.spacing(largest * 10.0**n_digits)
        if rounding > 0.01:
            break
        if np.abs(scaled - np.rint(scaled)).max() <= rounding:
            return 10.0**-n_digits
    return 4 * np.spacing(largest)
