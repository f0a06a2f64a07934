"""Signs that somebody contracts the muscle."""

from bisect import bisect
from dataclasses import replace

import numpy as np

from .joining import explained_by
from .rules import FIRM, IRREGULAR, is_motor_unit
from .shape import cut, measure_shape
from .trains import ALIKE, REGULAR, WINDOW, variation_of

BLOCK = 0.5  # s
CROWDED = 5  # potentials of a block that no train explains; more are no rest
BUSY = 0.25  # share of crowded blocks from which on the muscle is not at rest
MANY_PEAKS = 80.0  # per second, of what may be a dense contraction; our choice
STRETCH = 0.4  # of the recording, more than `BUSY`; our choice
LEAST_STRETCH = 3.0  # s; less cuts too many trains; our choice
DENSE = 8  # potentials of a block that leave no doubt, even if trains are cut
MANY = 3  # potentials in half of the blocks that are no rest either
LOWEST_RATE = 4.0  # Hz, of a motor unit that somebody recruits
HIGHEST_RATE = 40.0
FEWEST = 10  # discharges of it
ONE_POTENTIAL = 0.012  # s between the peaks of one potential
MISSED = 1.7  # times the median; longer intervals miss a discharge
IN_A_ROW = 3  # intervals without a miss, somewhere in a train; our choice


def busiest_stretch(spikes):
    """Return the signal with the peaks of one stretch alone, where most of them are.

    None where there are few, or the recording is too short to be cut.
    """
    n_times, peaks = len(spikes.fast), spikes.peaks
    length = STRETCH * n_times
    is_short = length < LEAST_STRETCH * spikes.rate
    if is_short or len(peaks) < MANY_PEAKS * n_times / spikes.rate:
        return None
    stop = np.searchsorted(peaks, peaks + length)
    first = np.argmax(stop - np.arange(len(stop)))
    return replace(spikes, peaks=peaks[first : stop[first]])


def group_peaks(peaks, spikes):
    """Return the largest peak of each potential.

    Parameters
    ----------
    peaks : ndarray of int of shape (n_peaks,)
        Peaks, ascending.
    spikes : Spikes
        The signal.

    Returns
    -------
    potentials : ndarray of int of shape (n_potentials,)
        Some of the peaks.
    """
    size = np.abs(spikes.fast[peaks])
    distance = ONE_POTENTIAL * spikes.rate
    kept = []
    for i in np.argsort(-size, kind="stable"):
        near = bisect(kept, peaks[i])
        if all(
            abs(peak - peaks[i]) > distance
            for peak in kept[max(0, near - 1) : near + 1]
        ):
            kept.insert(near, int(peaks[i]))
    return np.array(kept, int)


def crowded(samples, potentials, spikes):
    """Whether each sample is among more potentials than a resting muscle has."""
    half = BLOCK / 2 * spikes.rate
    first = np.searchsorted(potentials, samples - half)
    last = np.searchsorted(potentials, samples + half, side="right")
    return last - first > CROWDED


def is_busy(potentials, spikes):
    """Whether there is more than a resting muscle or a needle that moves can do."""
    counts = _count(potentials, spikes)
    return np.median(counts) >= MANY or np.quantile(counts, 1 - BUSY) > CROWDED


def is_dense(potentials, spikes):
    """Whether a part of the potentials shows already that the muscle is busy."""
    return np.quantile(_count(potentials, spikes), 1 - BUSY) > DENSE


def has_voluntary_unit(trains, spikes):
    """Whether a motor unit discharges with the unsteady rhythm of a contraction.

    What belongs to a train that is firm is not looked at.
    """
    firm = [train for train in trains if train.variation <= FIRM]
    left = spikes.peaks[~explained_by(firm, spikes.peaks, spikes)]
    potentials = group_peaks(left, spikes)
    before, after = (round(seconds * spikes.rate) for seconds in WINDOW)
    pieces = cut(spikes.fast, potentials, before, after)
    energy = np.sum(pieces**2, axis=1)
    while len(potentials) >= FEWEST:
        leader = energy.argmax()
        distance = np.sum((pieces - pieces[leader]) ** 2, axis=1)
        alike = distance <= ALIKE * energy[leader]
        if _is_voluntary(potentials[alike], spikes):
            return True
        potentials, pieces, energy = (
            array[~alike] for array in (potentials, pieces, energy)
        )
    return False


def _count(potentials, spikes):
    """Return the number of potentials in each block."""
    n_block = BLOCK * spikes.rate
    n_blocks = max(1, int(len(spikes.smooth) / n_block))
    return np.bincount((potentials / n_block).astype(int), minlength=n_blocks)


def _is_voluntary(samples, spikes):
    if len(samples) < FEWEST:
        return False
    intervals = np.diff(samples) / spikes.rate
    median = np.median(intervals)
    hit = intervals <= MISSED * median
    in_a_row = np.lib.stride_tricks.sliding_window_view(hit, IN_A_ROW).all(axis=1)
    return (
        in_a_row.any()
        and LOWEST_RATE <= 1 / median <= HIGHEST_RATE
        and REGULAR < variation_of(intervals[hit]) < IRREGULAR
        and is_motor_unit(measure_shape(spikes, samples))
    )
