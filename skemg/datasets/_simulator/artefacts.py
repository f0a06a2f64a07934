"""What is no muscle: movement, hum, saturation, spikes and lost signals.

An artefact is drawn for a window and comes on top of what the muscle does there. Forms
and amplitudes are our choice. An artefact is at least as high as the signal it covers;
hum has at least twice the power.
"""

import numpy as np
from scipy import signal

from .rest import draw_fibre_potentials

SMALLEST = 100.0  # µV
LONGEST_SPIKE = 0.0002  # s
LARGEST = 10.0  # in multiples of the signal, or of SMALLEST where that is more


def needle_movement(window, sfreq, rng):
    """A slow deflection, and a burst of fibres that the needle has touched."""
    n_times = len(window)
    sos = signal.butter(2, rng.uniform(5, 30), "lowpass", fs=sfreq, output="sos")
    slow = signal.sosfilt(sos, rng.normal(size=2 * n_times))[n_times:]
    moved = window + _height(window, rng) * slow / np.abs(slow).max()
    potentials = draw_fibre_potentials(5, sfreq, rng)
    n_discharges = rng.poisson(rng.uniform(50, 300) * n_times / sfreq)
    begin, decay = rng.uniform(-0.5, 0.7) * n_times, rng.uniform(0.1, 0.5) * n_times
    burst = np.zeros(n_times + potentials.shape[1])
    for start in (begin + rng.exponential(decay, n_discharges)).astype(int):
        if 0 <= start < n_times:
            fibre = rng.integers(len(potentials))
            burst[start : start + potentials.shape[1]] += potentials[fibre]
    return moved + rng.uniform(0.5, 3) * burst[:n_times]


def cable_movement(window, sfreq, rng):
    """Steps of the level that fade."""
    moved = window.copy()
    for _ in range(rng.integers(1, 4)):
        begin = int(rng.uniform(0, 0.9) * len(window))
        time = np.arange(len(window) - begin) / sfreq
        fading = np.exp(-time / rng.uniform(0.005, 0.1))
        moved[begin:] += rng.choice([-1, 1]) * _height(window, rng) * fading
    return moved


def mains_burst(window, sfreq, rng):
    """Hum that fills the window or begins within it."""
    time = np.arange(len(window)) / sfreq
    line = rng.choice([50.0, 60.0])
    hum = np.zeros(len(window))
    for multiple, weight in zip((1, 2, 3, 5), (1.0, 0.1, 0.5, 0.3), strict=True):
        phase = rng.uniform(0, 2 * np.pi)
        strength = weight * (1 if multiple == 1 else rng.random())
        hum += strength * np.sin(2 * np.pi * line * multiple * time + phase)
    if rng.random() < 0.3:
        hum[: int(rng.uniform(0, 0.5) * len(window))] = 0
    level = max(SMALLEST, 2 * window.std()) * np.exp(rng.uniform(0, np.log(LARGEST)))
    return window + level * hum


def saturation(window, sfreq, rng):
    """An amplifier at its end, pushed there by movement."""
    draw = cable_movement if rng.random() < 0.5 else needle_movement
    moved = draw(window, sfreq, rng)
    centre = np.median(moved)
    end = rng.uniform(0.1, 0.7) * np.abs(moved - centre).max()
    return np.clip(moved, centre - end, centre + end)


def spikes(window, sfreq, rng):
    """Impulses shorter than those of a muscle, at random or in a row."""
    hit = window.copy()
    height, n_spikes = _height(window, rng), rng.integers(1, 20)
    if rng.random() < 0.5:
        places = rng.integers(0, len(window), n_spikes)
    else:
        places = np.linspace(rng.random(), 1, n_spikes, endpoint=False) * len(window)
    for place in places.astype(int):
        width = max(1, round(rng.uniform(0, LONGEST_SPIKE) * sfreq))
        hit[place : place + width] += rng.choice([-1, 1]) * rng.uniform(0.7, 1) * height
    return hit


def lost_signal(window, sfreq, rng):
    """A line without the noise of any electrode, from some moment on."""
    lost = window.copy()
    begin = int(rng.uniform(-0.5, 0.5) * len(window))
    lost[max(begin, 0) :] = rng.choice([0.0, lost[max(begin, 0)]])
    return lost


ARTEFACTS = {
    draw.__name__.replace("_", " "): draw
    for draw in (
        needle_movement,
        cable_movement,
        mains_burst,
        saturation,
        spikes,
        lost_signal,
    )
}


def _height(window, rng):
    peak = max(SMALLEST, np.abs(window - window.mean()).max())
    return peak * np.exp(rng.uniform(0, np.log(LARGEST)))
