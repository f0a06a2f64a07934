"""The spontaneous discharges of resting muscles, one by one."""

from ._spontaneous_activity import SpontaneousActivity


def find_spontaneous_activity(
    recordings, *, threshold=5.5, min_peak=10.0, negative_up=False, sfreq=None
):
    """Find the trains of spontaneous discharges of each recording at rest.

    The evidence behind :class:`SpontaneousActivity`, which says what is found and how.

    Parameters
    ----------
    recordings : Recordings of length n_recordings, list of ndarray, or array-like of \
            shape (n_recordings, n_times)
        Recordings of a muscle at rest, one channel.
    threshold : float, default=5.5
        Least peak of a potential, in standard deviations of the noise.
    min_peak : float or None, default=10.0
        Least peak of a potential in µV; None for uncalibrated recordings.
    negative_up : bool, default=False
        Whether negative voltages are positive numbers in these recordings.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

    Returns
    -------
    found : list of (list of dict or None)
        For each recording, its trains by the time of their first discharge, or None
        where it is none of a muscle at rest, or lost, saturated, below 1 s or in
        another unit than µV. A train is

        kind : str
            "fibrillation", "positive sharp wave", "fasciculation", "complex
            repetitive", "myotonic" or "unclassified". All fasciculations of a recording
            are one train.
        times : ndarray of shape (n_discharges,)
            Time of the largest deflection of each discharge in seconds. Of a polyphasic
            one it may be another that is as large, the same throughout the train.
        rate_hz : float
            Discharges per second within the train; per second of the recording for
            fasciculations.
        interval_cv : float
            Standard deviation over mean of the intervals, without their trend; NaN for
            fewer than three fasciculations.
        amplitude_uv : float
            Of the median potential, from peak to peak; of fasciculations, median of
            all. `amplitude` for uncalibrated recordings.

    Raises
    ------
    SignalError
        If recordings are uncalibrated, have several channels or a rate below 1000 Hz,
        or the rate is unknown.

    See Also
    --------
    SpontaneousActivity : The same as a table.

    Examples
    --------
    >>> from skemg.clinical import find_spontaneous_activity
    >>> from skemg.datasets import make_needle_rest
    >>> rest = make_needle_rest(1, duration=4.0, kinds=["fibrillation"], random_state=1)
    >>> (trains,) = find_spontaneous_activity(rest.data)
    >>> for train in trains:
    ...     print(train["kind"], len(train["times"]), round(train["rate_hz"], 1))
    fibrillation 12 2.9
    fibrillation 5 1.2
    """
    step = SpontaneousActivity(
        threshold, min_peak, negative_up=negative_up, sfreq=sfreq
    )
    found = step._find(step._check(recordings, reset=True))
    return [trains if rest == 1 else None for rest, trains in found]
