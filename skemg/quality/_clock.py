"""What time stamps say about the rate of a recording."""

import numpy as np

from skemg.exceptions import SignalError

UNKNOWN = dict.fromkeys(
    ("clock_rate", "n_gaps", "longest_gap", "jitter", "n_backwards"), np.nan
)
_GAP = 1.5  # nominal intervals; a sample is missing


def check_timestamps(timestamps, recordings):
    """Return the time stamps of each recording as arrays of float.

    Parameters
    ----------
    timestamps : sequence of array-like of shape (n_times,), or None
        Seconds.
    recordings : Recordings
        Whose stamps they are.

    Returns
    -------
    stamps : list of ndarray or None
        One a recording.
    """
    if timestamps is None:
        return None
    if len(timestamps) != len(recordings):
        raise SignalError(
            f"timestamps has {len(timestamps)} entries for {len(recordings)} "
            "recordings; give an array of seconds for each"
        )
    stamps = [np.asarray(stamp, dtype=np.float64) for stamp in timestamps]
    for i, (stamp, n_times) in enumerate(zip(stamps, recordings.n_times, strict=True)):
        if stamp.shape != (n_times,):
            raise SignalError(
                f"timestamps of recording {i} have shape {stamp.shape}, expected "
                f"({n_times},), one for each sample"
            )
        if not np.isfinite(stamp).all():
            raise SignalError(f"timestamps of recording {i} hold NaN or infinity")
    return stamps


def measure_clock(stamps, sfreq):
    """Return measures of the time stamps of one recording.

    Parameters
    ----------
    stamps : ndarray of shape (n_times,)
        Seconds.
    sfreq : float
        Nominal rate in Hz.

    Returns
    -------
    measures : dict of float
        A column each.
    """
    if len(stamps) < 2:
        return UNKNOWN
    steps = np.diff(stamps) * sfreq  # in nominal intervals
    forward = steps > 0
    gap = steps > _GAP
    usual = steps[forward & ~gap]
    passed = stamps[-1] - stamps[0]
    return {
        "clock_rate": len(steps) / passed if passed > 0 else np.nan,
        "n_gaps": float(gap.sum()),
        "longest_gap": steps[gap].max() / sfreq if gap.any() else 0.0,
        "jitter": usual.std() if len(usual) else np.nan,
        "n_backwards": float((~forward).sum()),
    }
