"""From a signal to its motor units, in rounds.

A round finds new groups of potentials in what is unexplained, places the templates of
all units anew, and drops what is no unit. Numbers without a source are our choice,
tuned on simulated recordings other than those of the reported figures.
"""

import numpy as np

from . import trains
from .clustering import ALIKE, cluster, find_peaks
from .detection import MEDIAN_OF_NORMAL, moving_mean, noise_of
from .superposition import REST, find_events
from .templates import explain, interpolation, recentre, refine, unexplained_power
from .trains import N_LEAST, fewest_discharges

RAREST = 0.2  # Hz, of the potentials of a group; a unit may be in several
SPAN = 0.012  # s, of the templates in the detection copy
N_ROUNDS = 4
EVIDENCE = 25.0  # half of the energy that an event explains, in powers of the noise
UNKNOWN = 2.0  # powers of what is usually unexplained, which an event must beat too
FINAL_EVIDENCE = 15.0  # the same once the units are known
FINAL_SEARCHES = 2
STANDS_OUT = 4.0  # threshold of a peak, in standard deviations
REGULAR = 0.1  # share of alike intervals beyond that of chance
FINAL_REGULAR = 0.35
TRUST = 1.0  # powers of the noise that a nat of the rhythm is worth
FINAL_TRUST = 2.0  # the same once the units are known
MIXED = 0.15  # share of short intervals from which on a unit may be two
TWICE = 0.003  # s, events of merged units as close as this are one


def find_units(x, *, rate):
    """Find the motor units of a detection copy.

    Parameters
    ----------
    x : ndarray of shape (n_samples,), float32
        The detection copy.
    rate : float
        Its rate in Hz.

    Returns
    -------
    templates : ndarray of shape (n_units, n_times)
        The potentials of the units in the copy.
    unit, start : ndarray of int of shape (n_events,)
        The unit of each discharge, and where its template starts, in steps of
        ``1 / PHASES`` of a sample.
    """
    n_times = round(SPAN * rate)
    templates = np.zeros((0, n_times), np.float32)
    unit = start = np.zeros(0, np.int64)
    noise = noise_of(x, rate)
    if noise == 0 or len(x) < 4 * n_times:
        return templates, unit, start
    left, variance = x, np.full(len(x), noise**2, np.float32)
    for _ in range(N_ROUNDS):
        new = _find_new(left, variance, n_times, rate)
        n_before = len(templates)
        templates, unit, start = _split_mixed(left, templates, unit, start, rate)
        if len(new) == 0 and len(templates) == n_before:
            break
        templates = np.concatenate([templates, new])
        # Units that are not found yet are noise too, and make a bad fit look good.
        usual = (np.median(np.abs(left)) / MEDIAN_OF_NORMAL) ** 2
        power = np.maximum(variance, UNKNOWN * usual)
        price = EVIDENCE * moving_mean(power, n_times // 4)
        templates, unit, start, left = _place(
            x,
            templates,
            unit,
            start,
            price,
            variance,
            rate,
            n_searches=1,
            trust=TRUST,
            is_last=False,
        )
        # Of many units, some discharge in the quietest blocks too.
        noise = min(noise, noise_of(left, rate))
        variance = noise**2 + unexplained_power(left, templates, unit, start, noise)
    if len(templates):
        price = FINAL_EVIDENCE * moving_mean(variance, n_times // 4)
        templates, unit, start, _ = _place(
            x,
            templates,
            unit,
            start,
            price,
            variance,
            rate,
            n_searches=FINAL_SEARCHES,
            trust=FINAL_TRUST,
            is_last=True,
        )
    return templates, unit, start


def _place(
    x, templates, unit, start, price, variance, rate, *, n_searches, trust, is_last
):
    """Find more discharges, drop what is no unit, estimate the templates."""
    unit, start = find_events(
        x,
        templates,
        unit,
        start,
        price,
        variance,
        rate=rate,
        n_searches=n_searches,
        trust=trust,
    )
    templates, start = recentre(templates, unit, start)
    templates, left = refine(x, templates, unit, start, 2)
    n_before = len(templates)
    templates, unit, start = _prune(
        templates, unit, start, rate, len(x) / rate, is_last
    )
    if len(templates) < n_before:
        templates, left = refine(x, templates, unit, start, 1)
    return templates, unit, start, left


def _find_new(left, variance, n_times, rate):
    """Return the templates of new groups of potentials."""
    from skemg._kernels.pieces import PHASES

    threshold = (STANDS_OUT * np.sqrt(variance)).astype(np.float32)
    peaks = find_peaks(left, threshold, rate=rate)
    inside = (peaks > n_times * PHASES) & (peaks < (len(left) - n_times) * PHASES)
    peaks = peaks[inside]
    n_least = max(N_LEAST, round(RAREST * len(left) / rate))
    groups = cluster(left, peaks, noise_of(left, rate), rate=rate, n_least=n_least)
    groups = [peaks[group] for group in groups]
    if len(groups) > 1:
        unit, delay = trains.merge(
            _middle(_medians(left, groups, n_times)),
            [np.sort(group) / PHASES for group in groups],
            rate=rate,
            seconds=len(left) / rate,
            rest=REST,
        )
        moved = [g + PHASES * d for g, d in zip(groups, delay, strict=True)]
        groups = [
            np.concatenate([moved[i] for i in np.flatnonzero(unit == k)])
            for k in np.unique(unit)
        ]
    return _medians(left, groups, n_times)


def _split_mixed(left, templates, unit, start, rate):
    """Group the discharges of irregular units again, finer.

    Returns the templates, and the events of those units that stay as they are.
    """
    from skemg._kernels.pieces import PHASES

    n_times = templates.shape[1]
    noise = noise_of(left, rate)
    parts = [templates[:0]]
    number = np.full(len(templates), -1)
    for k in range(len(templates)):
        own = np.sort(start[unit == k])
        number[k] = sum(map(len, parts))
        parts.append(templates[k : k + 1])
        if len(own) < 2 * N_LEAST or trains.share_of_short_intervals(own) < MIXED:
            continue
        which = np.zeros(len(own), np.int64)
        alone = explain(left, -templates[k : k + 1], which, own)
        peaks = own + n_times // 2 * PHASES
        for finer in (2, 4, 8):
            groups = cluster(
                alone, peaks, noise, rate=rate, alike=ALIKE / finer, n_least=N_LEAST
            )
            if len(groups) > 1:
                parts[-1] = _medians(alone, [peaks[g] for g in groups], n_times)
                number[k] = -1
                break
    stays = number[unit] >= 0
    return np.concatenate(parts), number[unit[stays]], start[stays]


def _medians(x, groups, n_times):
    """Return the median of the potentials of each group."""
    from skemg._kernels.pieces import PHASES, cut_pieces

    medians = np.zeros((len(groups), n_times), np.float32)
    for median, peaks in zip(medians, groups, strict=True):
        starts = peaks - n_times // 2 * PHASES
        pieces = cut_pieces(x, interpolation(), starts, n_times)
        median[:] = np.median(pieces, axis=0)
    return medians


def _middle(templates):
    """Return templates without their ends, where others' potentials are."""
    quarter = templates.shape[1] // 4
    return templates[:, quarter : templates.shape[1] - quarter]


def _prune(templates, unit, start, rate, seconds, is_last):
    """Merge groups of one unit; drop what is rare, irregular or a part of another."""
    from skemg._kernels.pieces import PHASES

    def trains_of():
        return [np.sort(start[unit == k]) / PHASES for k in range(len(templates))]

    one, delay = trains.merge(
        _middle(templates), trains_of(), rate=rate, seconds=seconds, rest=REST
    )
    start = start + PHASES * delay[unit]
    unit = one[unit]
    order = np.lexsort((start, unit))
    unit, start = unit[order], start[order]
    again = (np.diff(unit, prepend=-1) == 0) & (
        np.diff(start, prepend=0) < TWICE * rate * PHASES
    )
    unit, start = unit[~again], start[~again]

    def keeps_time(train):
        least = FINAL_REGULAR if is_last else REGULAR
        seen_as = [train, trains.at_one_rate(train)] if is_last else [train]
        return any(
            trains.excess_regularity(times, rate=rate, rest=REST) >= least
            for times in seen_as
        )

    times = trains_of()
    fewest = fewest_discharges(seconds)
    good = np.array([len(t) >= fewest and keeps_time(t) for t in times], bool)
    kept = np.flatnonzero(good)
    locked = trains.find_locked(templates[kept], [times[k] for k in kept], rate=rate)
    good[kept[locked]] = False
    number = np.cumsum(good) - 1
    return templates[good], number[unit[good[unit]]], start[good[unit]]
