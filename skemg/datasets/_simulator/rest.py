"""A muscle at rest: noise, and the discharges of single fibres near the needle.

What `make_activity_windows` needs is here as a whole: fibrillation potentials and
positive sharp waves, which have a sharp positive and a long negative part, that fire
regularly (Kimura, 2013). `spontaneous` builds all kinds of discharges on the same
fibres. Amplitudes, rates and numbers of fibres are our choice within the ranges of
textbooks.

References
----------
Kimura, J. (2013). "Electrodiagnosis in Diseases of Nerve and Muscle." 4th edition,
Oxford University Press.
"""

import numpy as np

from .fibre import Sources
from .muap import render_muaps
from .recording import record

RADIUS = (0.1, 0.5)  # mm, of a fibre that fires by itself from the needle
VARIATION = (0.02, 0.05)  # of the intervals between discharges
RATE = (0.5, 15.0)  # Hz
SHARP_WAVE = (20.0, 500.0)  # µV


def draw_places(n_fibres, radius, rng):
    """Draw where fibres are: on the side of the needle away from its shaft.

    Parameters
    ----------
    n_fibres : int
        How many.
    radius : tuple of float
        Lowest and highest distance from the needle in mm.
    rng : Generator
        Source of randomness.

    Returns
    -------
    x, y : ndarray of shape (n_fibres,)
        In mm.
    """
    angle = rng.uniform(np.pi, 2 * np.pi, n_fibres)
    radius = rng.uniform(*radius, n_fibres)
    return radius * np.cos(angle), radius * np.sin(angle)


def render_fibres(sources, sfreq, delays=0.0):
    """Render the potential of each fibre alone.

    Parameters
    ----------
    sources : Sources
        The fibres.
    sfreq : float
        Sampling frequency in Hz.
    delays : ndarray of shape (n_fibres,) or float, default=0.0
        Of the discharges, in ms.

    Returns
    -------
    potentials : ndarray of shape (n_fibres, n_times), float32
        In µV, 43 ms long.
    """
    n_fibres = len(sources.x)
    shifts = np.broadcast_to(delays, n_fibres)[:, np.newaxis]
    fires = np.ones((n_fibres, 1), bool)
    potentials = render_muaps(
        sources, np.arange(n_fibres), n_fibres, shifts, fires, sfreq=sfreq
    )
    return potentials[:, 0]


def sum_trains(trains, n_times):
    """Add up discharges.

    Parameters
    ----------
    trains : iterable of tuple
        For each source its potential, the first sample of each discharge, which may lie
        outside the recording, and the gain of each discharge.
    n_times : int
        Samples of the recording.

    Returns
    -------
    values : ndarray of shape (n_times,), float32
        The sum.
    """
    values = np.zeros(n_times, np.float32)
    for potential, starts, gains in trains:
        for start, gain in zip(starts, gains, strict=True):
            low, high = max(0, start), min(n_times, start + len(potential))
            values[low:high] += gain * potential[low - start : high - start]
    return values


def draw_fibre_potentials(n_fibres, sfreq, rng):
    """Draw potentials of single fibres close to the needle.

    Parameters
    ----------
    n_fibres : int
        How many.
    sfreq : float
        Sampling frequency in Hz.
    rng : Generator
        Source of randomness.

    Returns
    -------
    potentials : ndarray of shape (n_fibres, n_times), float32
        In µV, 43 ms long.
    """
    x, y = draw_places(n_fibres, RADIUS, rng)
    sources = Sources(
        x=x,
        y=y,
        weight=np.ones(n_fibres),
        diameter=np.clip(rng.normal(45, 8, n_fibres), 25, 80),
        endplate=-rng.uniform(15, 25, n_fibres),
    )
    return render_fibres(sources, sfreq)


def draw_sharp_wave(sfreq, rng):
    """Draw a positive sharp wave in µV."""
    time = np.arange(round(0.04 * sfreq)) / sfreq * 1e3  # ms
    sharp, long = rng.uniform(0.3, 0.8), rng.uniform(4, 8)
    wave = (time / sharp) * np.exp(1 - time / sharp)
    wave -= rng.uniform(0.2, 0.4) * (time / long) * np.exp(1 - time / long)
    return (np.exp(rng.uniform(*np.log(SHARP_WAVE))) * wave).astype(np.float32)


def simulate_rest(duration, sfreq, rng, *, n_spontaneous=0):
    """Record a muscle at rest, for windows of which no discharge is to be known.

    Parameters
    ----------
    duration : float
        Length in seconds.
    sfreq : float
        Sampling frequency in Hz.
    rng : Generator
        Source of randomness.
    n_spontaneous : int, default=0
        Number of fibres that fire by themselves.

    Returns
    -------
    values : ndarray of shape (n_times,), float32
        In µV.
    """
    trains = (_draw_train(duration, sfreq, rng) for _ in range(n_spontaneous))
    return record(sum_trains(trains, round(duration * sfreq)), sfreq, rng)


def _draw_train(duration, sfreq, rng):
    """Draw a fibrillation or a positive sharp wave that comes regularly."""
    if rng.random() < 0.5:
        potential = draw_fibre_potentials(1, sfreq, rng)[0]
    else:
        potential = draw_sharp_wave(sfreq, rng)
    interval = 1 / rng.uniform(*RATE)
    n_intervals = int(1.5 * duration / interval) + 5
    intervals = rng.normal(interval, rng.uniform(*VARIATION) * interval, n_intervals)
    intervals[0] = interval * rng.random()
    times = np.cumsum(intervals)
    starts = (times[times < duration] * sfreq).astype(int)
    return potential, starts, np.ones(len(starts), np.float32)
