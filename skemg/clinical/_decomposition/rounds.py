"""From a signal to its motor units."""

import numpy as np

from . import trains
from .clustering import ALIKE, cluster, find_peaks
from .detection import detection_copy, moving_mean, noise_of
from .superposition import find_events
from .templates import interpolation, recentre, refine, unexplained_power

SPAN = 0.012  # s, of the templates in the detection copy
N_ROUNDS = 4  # of finding new units in what is unexplained
N_LEAST = 6  # potentials that make a template
SLOWEST = 2.0  # Hz, of a unit
EVIDENCE = 15.0  # half of the energy that an event explains, in powers of the noise
STANDS_OUT = 4.0  # threshold of a peak, in standard deviations
REGULAR = 0.42  # share of the intervals that are about equal
MIXED = 0.15  # share of short intervals that makes one unit two
TWICE = 0.003  # s, two events of merged units as close as this are one


def decompose(x, sfreq, lowest=0.0):
    x_, rate = detection_copy(x, sfreq)
    return _loop(x_, rate, lowest)


def _loop(x, rate, lowest):
    from skemg._kernels.motor_units import PHASES

    n_times = round(SPAN * rate)
    seconds = len(x) / rate
    noise = noise_of(x, rate)
    templates = np.zeros((0, n_times), np.float32)
    unit = start = np.zeros(0, np.int64)
    left, variance = x, np.full(len(x), noise**2, np.float32)
    for round_ in range(N_ROUNDS):
        templates = _split_mixed(left, templates, unit, start, noise, rate)
        new = _find_new(left, variance, n_times, lowest, rate, seconds)
        if len(new) == 0 :
            break
        templates = np.concatenate([templates, new])
        for _ in range(2):
            price = (EVIDENCE * moving_mean(variance, n_times // 4)).astype(np.float32)
            unit, start = find_events(
                x, templates, price, variance, rate=rate, n_searches=1
            )
            templates, start = recentre(templates, unit, start)
            templates, left = refine(x, templates, unit, start, 2)
            n_before = len(templates)
            templates, unit, start = _prune(templates, unit, start, rate, seconds)
            if len(templates) < n_before:
                templates, left = refine(x, templates, unit, start, 1)
            variance = noise**2 + unexplained_power(left, templates, unit, start, noise)
            if len(templates) == n_before:
                break
    return templates, unit, start, rate, left


def _find_new(left, variance, n_times, lowest, rate, seconds):
    from skemg._kernels.motor_units import PHASES, cut_pieces

    threshold = np.maximum(STANDS_OUT * np.sqrt(variance), lowest).astype(np.float32)
    peaks = find_peaks(left, threshold, rate=rate)
    peaks = peaks[(peaks > n_times * PHASES) & (peaks < (len(left) - n_times) * PHASES)]
    noise = noise_of(left, rate)
    groups = cluster(left, peaks, noise, rate=rate, n_least=N_LEAST)
    if not groups:
        return np.zeros((0, n_times), np.float32)
    return _merge_groups(left, [peaks[g] for g in groups], n_times, rate, seconds)


def _merge_groups(left, groups, n_times, rate, seconds):
    from skemg._kernels.motor_units import PHASES

    medians = _medians(left, groups, n_times)
    quarter = n_times // 4
    times = [np.sort(g) / PHASES for g in groups]
    unit, delay = trains.merge(
        medians[:, quarter:-quarter], times, rate=rate, seconds=seconds
    )
    merged = [
        np.concatenate([groups[g] + PHASES * delay[g] for g in np.flatnonzero(unit == k)])
        for k in np.unique(unit)
    ]
    return _medians(left, merged, n_times)


def _medians(x, groups, n_times):
    from skemg._kernels.motor_units import PHASES, cut_pieces

    half = n_times // 2 * PHASES
    return np.array(
        [
            np.median(cut_pieces(x, interpolation(), g - half, n_times), axis=0)
            for g in groups
        ],
        np.float32,
    )


def _split_mixed(left, templates, unit, start, noise, rate):
    from skemg._kernels.motor_units import PHASES
    from .templates import explain

    n_times = templates.shape[1]
    kept, new = [], []
    noise = noise_of(left, rate)
    for k in range(len(templates)):
        own = start[unit == k]
        kept.append(templates[k])
        if len(own) < 2 * N_LEAST:
            continue
        if trains.share_of_short_intervals(np.sort(own)) < MIXED:
            continue
        alone = explain(left, -templates[k:k+1], np.zeros(len(own), np.int64), own)
        peaks = own + n_times // 2 * PHASES
        for finer in (2, 4, 8):
            groups = cluster(
                alone, peaks, noise, rate=rate, alike=ALIKE / finer, n_least=N_LEAST
            )
            if len(groups) > 1:
                break
        if len(groups) > 1:
            kept.pop()
            new.extend(_medians(alone, [peaks[g] for g in groups], n_times))
    return np.array(kept + new, np.float32).reshape(-1, n_times)


def _prune(templates, unit, start, rate, seconds):
    from skemg._kernels.motor_units import PHASES

    n_units, n_times = templates.shape
    quarter = n_times // 4

    def times_of():
        return [np.sort(start[unit == k]) / PHASES for k in range(n_units)]

    root, delay = trains.merge(
        templates[:, quarter:-quarter], times_of(), rate=rate, seconds=seconds
    )
    start = start + PHASES * delay[unit]
    unit = root[unit]
    order = np.lexsort((start, unit))
    unit, start = unit[order], start[order]
    twice = (np.diff(unit, prepend=-1) == 0) & (
        np.diff(start, prepend=0) < TWICE * rate * PHASES
    )
    unit, start = unit[~twice], start[~twice]
    times = times_of()
    fewest = max(N_LEAST, SLOWEST * seconds)
    good = np.array(
        [
            len(t) >= fewest and trains.regularity(t, rate=rate) >= REGULAR
            for t in times
        ]
    )
    index = np.flatnonzero(good)
    locked = trains.find_locked(
        templates[index], [times[k] for k in index], rate=rate
    )
    good[index[locked]] = False
    number = np.cumsum(good) - 1
    kept = good[unit]
    return templates[good], number[unit[kept]], start[kept]
