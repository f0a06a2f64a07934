"""Turns and amplitudes of each epoch, as the points of a cloud."""

from ._interference_pattern import InterferencePattern


def interference_points(
    X, *, epoch=0.5, threshold=100.0, threshold_unit="uV", sfreq=None
):
    """Return the epochs of each recording as points, turns per second and amplitude.

    They are what the region of :class:`InterferencePattern` is learned from, and what
    :class:`skemg.plot.InterferenceCloudDisplay` draws.

    Parameters
    ----------
    X : Recordings of length n_recordings, list of ndarray, or array-like of shape \
            (n_recordings, n_times)
        The recordings, one channel.
    epoch, threshold, threshold_unit, sfreq : object
        As in :class:`InterferencePattern`.

    Returns
    -------
    points : list of ndarray of shape (n_epochs, 2)
        For each recording the turns per second of its epochs and their mean amplitude,
        in the unit of the signal; the amplitude is NaN where an epoch has no two turns.

    Raises
    ------
    SignalError
        As in :class:`InterferencePattern`.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.signal import sawtooth
    >>> from skemg.clinical import interference_points
    >>> times = np.arange(10000) / 10000
    >>> triangle = 250 * sawtooth(2 * np.pi * 10 * times + 1, width=0.5)
    >>> points = interference_points([triangle], threshold_unit="signal", sfreq=10000)
    >>> points[0].round()
    array([[ 20., 500.],
           [ 20., 500.]])
    """
    pattern = InterferencePattern(
        epoch, threshold, threshold_unit=threshold_unit, sfreq=sfreq
    )
    return [epochs[:, :2] for epochs in pattern._epochs(pattern._check(X, reset=True))]
