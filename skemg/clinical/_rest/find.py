"""The trains of one recording, or the finding that it is none of a muscle at rest."""

import numpy as np

from .contraction import (
    busiest_stretch,
    crowded,
    group_peaks,
    has_voluntary_unit,
    is_busy,
    is_dense,
)
from .joining import explained_by, fill_gaps, join_trains, strangers
from .rules import (
    LEAST_FASCICULATION,
    UNCLASSIFIED,
    is_chance,
    is_motor_unit,
    is_step,
    name_regular,
)
from .shape import cut, measure_shape
from .spikes import find_spikes
from .trains import FEWEST, MISSED, REGULAR, find_rhythms

SHORTEST = 1.0  # s; nothing can be said of less; our choice
LOST = 0.01  # share of samples that are no signal
RUN = 3  # samples at an extreme, of a saturated amplifier
HELD = 0.01  # s at any other value, of an electrode that is off; our choice
LOUDEST = 25.0  # µV, noise of a recording at rest; our choice
PLAUSIBLE = 0.1, 1000.0  # µV, noise; outside of it the unit is wrong; our choice


def find_trains(x, sfreq, *, threshold, min_peak, unit):
    """Find the trains of spontaneous discharges of a recording.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        The recording, positive voltages as positive numbers.
    sfreq : float
        Its rate in Hz.
    threshold : float
        Least peak, in standard deviations of the noise.
    min_peak : float or None
        And in µV.
    unit : "uV" or None
        Unit of the recording.

    Returns
    -------
    rest : float
        1 where the muscle is at rest, 0 where it contracts, NaN where nothing can be
        said: flat, saturated or short recordings, or those of another unit.
    trains : list of dict
        By time of the first discharge; empty unless the muscle is at rest.
    """
    if len(x) < SHORTEST * sfreq or _lost_share(x, round(HELD * sfreq)) > LOST:
        return np.nan, []
    spikes = find_spikes(x, sfreq, threshold, min_peak or 0.0)
    if spikes.noise == 0:
        return np.nan, []
    if min_peak is not None:
        low, high = PLAUSIBLE
        if not low <= spikes.noise <= high:
            return np.nan, []
        if spikes.noise > LOUDEST:
            return 0.0, []
    stretch = busiest_stretch(spikes)
    if stretch is not None and is_dense(_explain(stretch)[-1], spikes):
        return 0.0, []  # the rest of a dense contraction would only take time
    regular, potentials, left = _explain(spikes)
    if is_busy(left, spikes) or has_voluntary_unit(regular, spikes):
        return 0.0, []
    left = strangers(regular, left, spikes)
    trains = [_describe_regular(train, spikes) for train in regular]
    trains += _fasciculations(left[~crowded(left, potentials, spikes)], spikes)
    amplitude = "amplitude" if unit is None else "amplitude_uv"
    names = "kind", "times", "rate_hz", "interval_cv", amplitude
    trains.sort(key=lambda train: train[1][0])
    return 1.0, [dict(zip(names, train, strict=True)) for train in trains]


def _lost_share(x, n_held):
    """Return the share of samples in runs of one value, short ones at the extremes."""
    edges = np.concatenate([[0], np.flatnonzero(np.diff(x)) + 1, [len(x)]])
    runs, values = np.diff(edges), x[edges[:-1]]
    at_extreme = (values == x.min()) | (values == x.max())
    return runs[runs >= np.where(at_extreme, RUN, n_held)].sum() / len(x)


def _explain(spikes):
    """Return the regular trains, the potentials beside them, and those of no train."""
    regular = join_trains(find_rhythms(spikes), spikes)
    regular = [train for train in regular if not is_chance(train)]
    left = spikes.peaks[~explained_by(regular, spikes.peaks, spikes)]
    potentials = group_peaks(left, spikes)
    return regular, potentials, fill_gaps(regular, potentials, spikes)


def _describe_regular(train, spikes):
    shape = train.shape
    before, after = shape.first - 1, shape.last + 1
    pieces = cut(spikes.smooth, train.samples, -before, after)
    amplitudes = np.ptp(pieces, axis=1)
    return (
        name_regular(train, amplitudes),
        (train.samples + shape.largest) / spikes.rate,
        float(train.rate),
        train.variation,
        shape.amplitude,
    )


def _fasciculations(potentials, spikes):
    """Return the potentials of motor units that come without a rhythm, as one train."""
    amplitudes = {}  # by the sample of the largest deflection
    for sample in potentials:
        shape = measure_shape(spikes, np.array([sample]))
        large = shape.amplitude >= LEAST_FASCICULATION * spikes.level
        if large and is_motor_unit(shape) and not is_step(shape):
            amplitudes[sample + shape.largest] = shape.amplitude
    if not amplitudes:
        return []
    times = np.array(sorted(amplitudes)) / spikes.rate
    intervals = np.diff(times)
    variation = float(intervals.std() / intervals.mean()) if len(times) > 2 else np.nan
    steady = len(times) >= FEWEST and _is_steady(intervals)
    return [
        (
            UNCLASSIFIED if steady else "fasciculation",
            times,
            len(times) * spikes.rate / len(spikes.smooth),
            variation,
            float(np.median(list(amplitudes.values()))),
        )
    ]


def _is_steady(intervals):
    """Whether the intervals are those of one rhythm, of which some beats are missed."""
    beats = np.maximum(1, np.round(intervals / np.median(intervals)))
    intervals = intervals / beats
    steady = intervals.std() <= REGULAR * intervals.mean()
    return steady and np.mean(beats - 1) <= MISSED
