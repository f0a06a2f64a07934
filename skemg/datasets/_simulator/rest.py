"""A muscle at rest, silent or with spontaneous activity of denervated fibres.

Fibrillation potentials are those of single fibres near the needle, positive sharp waves
have a sharp positive and a long negative part; both fire regularly (Kimura, 2013).
Amplitudes, rates and numbers of fibres are our choice within the ranges of textbooks.

References
----------
Kimura, J. (2013). "Electrodiagnosis in Diseases of Nerve and Muscle." 4th edition,
Oxford University Press.
"""

import numpy as np

from .fibre import Sources
from .muap import render_muaps
from .recording import record

VARIATION = (0.02, 0.05)  # of the intervals between discharges
RATE = (0.5, 15.0)  # Hz
SHARP_WAVE = (20.0, 500.0)  # µV


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
    angle = rng.uniform(np.pi, 2 * np.pi, n_fibres)  # the side away from the shaft
    radius = rng.uniform(0.1, 0.5, n_fibres)
    sources = Sources(
        x=radius * np.cos(angle),
        y=radius * np.sin(angle),
        weight=np.ones(n_fibres),
        diameter=np.clip(rng.normal(45, 8, n_fibres), 25, 80),
        endplate=-rng.uniform(15, 25, n_fibres),
    )
    alone = np.zeros((n_fibres, 1))
    return render_muaps(
        sources,
        np.arange(n_fibres),
        n_fibres,
        alone,
        np.ones_like(alone, bool),
        sfreq=sfreq,
    )[:, 0]


def draw_sharp_wave(sfreq, rng):
    """Draw a positive sharp wave in µV."""
    time = np.arange(round(0.04 * sfreq)) / sfreq * 1e3  # ms
    sharp, long = rng.uniform(0.3, 0.8), rng.uniform(4, 8)
    wave = (time / sharp) * np.exp(1 - time / sharp)
    wave -= rng.uniform(0.2, 0.4) * (time / long) * np.exp(1 - time / long)
    return (np.exp(rng.uniform(*np.log(SHARP_WAVE))) * wave).astype(np.float32)


def simulate_rest(duration, sfreq, rng, *, n_spontaneous=0):
    """Record a muscle at rest.

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
    n_times = round(duration * sfreq)
    values = np.zeros(n_times, np.float32)
    for _ in range(n_spontaneous):
        if rng.random() < 0.5:
            potential = draw_fibre_potentials(1, sfreq, rng)[0]
        else:
            potential = draw_sharp_wave(sfreq, rng)
        for start in _draw_regular(duration, sfreq, rng):
            stop = min(start + len(potential), n_times)
            values[start:stop] += potential[: stop - start]
    return record(values, sfreq, rng)


def _draw_regular(duration, sfreq, rng):
    """Draw the first samples of a regular train."""
    interval = 1 / rng.uniform(*RATE)
    n_intervals = int(1.5 * duration / interval) + 5
    intervals = rng.normal(interval, rng.uniform(*VARIATION) * interval, n_intervals)
    intervals[0] = interval * rng.random()
    times = np.cumsum(intervals)
    return (times[times < duration] * sfreq).astype(int)
