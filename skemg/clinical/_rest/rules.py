"""From trains to the names that clinicians give them.

The ranges are those of Kimura (2013); where the ranges of two kinds overlap, the limit
between them is our choice.

References
----------
Kimura, J. (2013). "Electrodiagnosis in Diseases of Nerve and Muscle." 4th edition,
Oxford University Press.
"""

import numpy as np

from .trains import REGULAR

KINDS = (
    "fibrillation",
    "positive sharp wave",
    "fasciculation",
    "complex repetitive",
    "myotonic",
)
UNCLASSIFIED = "unclassified"
POLYPHASIC = 4  # phases; more are polyphasic
HIGHEST_SLOW = 30.0  # Hz, of fibrillations and positive sharp waves
LOWEST_MYOTONIC = 20.0  # Hz
WAXING_RATE = 1.3  # highest over lowest rate of a myotonic train; our choice
WAXING_AMPLITUDE = 1.5  # and of its amplitudes
SMOOTH = 5  # discharges over which the rate is taken
SHARP = 1.1  # positive over negative peak of a positive sharp wave; our choice
LONGEST_FIBRE = 0.004  # s, of the potential of a single fibre: 1 to 5 ms
LOWEST_REPETITIVE = 4.0  # Hz; a slower train of motor unit potentials is chance
LEAST_FASCICULATION = 4.0  # times the threshold, from peak to peak; our choice
MOST_BY_CHANCE = 9  # discharges of such a train; our choice
FIRM = 0.05  # CV of the intervals that neither chance nor a voluntary unit has
IRREGULAR = 0.3  # CV of the intervals from which on no will is behind them
STEP = 0.5  # of the amplitude, between the levels before and after; our choice
CLOCK = 0.002  # CV of the intervals of a pacemaker, below that of fibres; our choice
MAINS = 50.0, 60.0  # Hz
MAINS_WITHIN = 0.003  # of these or of their multiples
MAINS_JITTER = 0.0003  # s, of discharges that keep the time of the mains; our choice


def name_regular(train, amplitudes):
    """Name a train of like potentials at regular intervals.

    Parameters
    ----------
    train : Rhythm
        The train.
    amplitudes : ndarray of shape (n_discharges,)
        From peak to peak.

    Returns
    -------
    kind : str
        One of `KINDS`, or `UNCLASSIFIED`.
    """
    shape = train.shape
    if (
        train.variation > REGULAR
        or is_step(shape)
        or _is_slow_unit(train)
        or _keeps_time_of_mains(train)
    ):
        return UNCLASSIFIED
    rates = 1 / _smooth(train.intervals)
    waxes = (
        _range(rates) >= WAXING_RATE or _range(_smooth(amplitudes)) >= WAXING_AMPLITUDE
    )
    if np.median(rates) >= LOWEST_MYOTONIC and waxes and shape.n_phases <= POLYPHASIC:
        return "myotonic"
    if shape.n_phases > POLYPHASIC or train.rate > HIGHEST_SLOW:
        return "complex repetitive" if train.variation <= FIRM else UNCLASSIFIED
    if not shape.positive_first or train.variation < CLOCK:
        return UNCLASSIFIED
    if is_sharp_wave(shape):
        return "positive sharp wave"
    return "fibrillation"


def is_chance(train):
    """Whether a train may be some fasciculations that are in line by chance."""
    return _is_slow_unit(train) and (
        len(train.samples) <= MOST_BY_CHANCE or train.variation > FIRM
    )


def is_sharp_wave(shape):
    """Whether the positive peak comes first and is the larger one."""
    return shape.positive_first and shape.sharpness >= SHARP and shape.n_phases <= 3


def is_motor_unit(shape):
    """Whether a potential is too long or too complex for one fibre."""
    return shape.n_phases > POLYPHASIC or (
        shape.duration > LONGEST_FIBRE and not is_sharp_wave(shape)
    )


def is_step(shape):
    """Whether the signal is at another level afterwards."""
    return shape.step >= STEP * shape.amplitude


def _is_slow_unit(train):
    return train.rate < LOWEST_REPETITIVE and is_motor_unit(train.shape)


def _keeps_time_of_mains(train):
    mean = train.intervals.mean()
    cycles = 1 / (mean * np.array(MAINS))
    off = cycles / np.maximum(1, np.round(cycles)) - 1
    jitter = np.std(np.cumsum(train.intervals - mean))
    return jitter <= MAINS_JITTER and np.abs(off).min() <= MAINS_WITHIN


def _smooth(values):
    """Return the running medians of `SMOOTH` values."""
    if len(values) <= SMOOTH:
        return np.median(values, keepdims=True)
    return np.median(np.lib.stride_tricks.sliding_window_view(values, SMOOTH), axis=1)


def _range(values):
    return np.quantile(values, 0.95) / np.quantile(values, 0.05)
