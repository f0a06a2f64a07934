"""From attributions of windows back to the time axis of the recordings."""

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals import Recordings


def recording_attribution(attribution, windows):
    """Lay the attributions of windows back onto the time axis of their recordings.

    A sample gets the mean over the windows that cover it, and NaN where no window
    does. Read more in the :ref:`User Guide <explanations>`.

    Parameters
    ----------
    attribution : Windows
        Values of shape (n_windows, n_times) or (n_windows, n_channels, n_times).
    windows : Windows
        The windows that were explained. They tell where each lies and what of it is
        padding, which is left out.

    Returns
    -------
    recordings : Recordings
        A value for each sample, without a unit. Windows that do not know their
        recordings give recordings that end with their last window.

    Raises
    ------
    SignalError
        If the windows are no signals, do not know where they start, or are not those
        of the attribution.

    See Also
    --------
    saliency : Does this by itself when it gets a pipeline and recordings.

    Examples
    --------
    >>> from skemg.inspection import recording_attribution
    >>> from skemg.signals import Recordings
    >>> from skemg.windowing import Windower
    >>> emg = Recordings.from_list([[0.0] * 7], sfreq=1000)
    >>> windows = Windower(length=0.004, hop=0.002).fit_transform(emg)
    >>> of_windows = windows.with_values([[1.0] * 4, [3.0] * 4])
    >>> recording_attribution(of_windows, windows)[0]
    array([ 1.,  1.,  2.,  2.,  3.,  3., nan])
    """
    refuse_no_signal(windows)
    if (
        attribution.n_times != windows.n_times
        or not np.array_equal(attribution.offsets, windows.offsets)
        or not np.array_equal(attribution.start, windows.start)
    ):
        raise SignalError(
            "the attributions are not those of the windows; hand over the windows that "
            "were explained"
        )
    n_cut, offsets = windows._n_cut, _offsets(windows)
    first = windows.repeat(offsets[:-1]) + windows.start
    sample = first[:, np.newaxis] + np.arange(n_cut)
    inside = sample < windows.repeat(offsets[1:])[:, np.newaxis]
    values = attribution.values[..., :n_cut]
    channels = values.reshape(len(values), -1, n_cut).swapaxes(0, 1)
    means = [_mean_of_each(v, sample, inside, offsets[-1]) for v in channels]
    has_channels = values.ndim > 2
    return Recordings(
        np.stack(means) if has_channels else means[0],
        offsets,
        sfreq=windows.sfreq,
        groups=windows.groups,
        channel_names=windows.channel_names if has_channels else None,
    )


def refuse_no_signal(windows):
    """Raise for windows that cannot be laid onto a time axis."""
    if windows.n_times is None:
        raise SignalError(
            "the classifier sees features, which lie on no time axis; explain the "
            "windows, pipeline[-1] on pipeline[:-1].transform(X), or use "
            "occlusion(pipeline, X)"
        )
    if windows.start is None:
        raise SignalError(
            "the windows do not know where they start; cut them with Windower or pass "
            "Windows(..., start=...)"
        )


def _offsets(windows):
    """Return where each recording begins and ends, one behind the other."""
    if windows._recordings is not None:
        return windows._recordings.offsets
    ends = np.maximum.reduceat(windows.start + windows.n_times, windows.offsets[:-1])
    return np.concatenate([[0], np.cumsum(ends)])


def _mean_of_each(values, sample, inside, n_samples):
    counted = inside & ~np.isnan(values)
    sample = sample[counted]
    total = np.bincount(sample, values[counted], n_samples)
    with np.errstate(invalid="ignore"):  # 0 / 0 where there is no window
        return total / np.bincount(sample, minlength=n_samples)
