"""Recordings that are too short for a step are refused by name."""

import numpy as np

from skemg.exceptions import SignalError


def refuse_short(recordings, minimum, needed_by):
    """Raise where a recording has fewer samples than a step needs.

    Parameters
    ----------
    recordings : Recordings
        From `check_recordings`.
    minimum : int or ndarray of int of shape (n_recordings,)
        Samples that each recording needs.
    needed_by : str
        The step with the parameters that set the minimum.
    """
    minimum = np.broadcast_to(minimum, len(recordings))
    short = np.flatnonzero(recordings.n_times < minimum)
    if len(short):
        i = short[0]
        raise SignalError(
            f"recording {i} has n_times = n_features = {recordings.n_times[i]}, but "
            f"{needed_by} needs at least {minimum[i]} samples; leave the recording out "
            f"({len(short)} of {len(recordings)} are too short)"
        )
