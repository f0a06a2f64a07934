"""What a muscle does at rest: discharges that nobody wills.

Fibrillation potentials are those of single fibres near the needle. A positive sharp
wave is the potential of an injured fibre whose action potential, longer than a healthy
one, stops at the needle. A complex repetitive discharge is a ring of fibres that excite
each other in always the same order (Kimura, 2013). Rates and amplitudes are within the
ranges of textbooks; how they are distributed there is our choice.

References
----------
Kimura, J. (2013). "Electrodiagnosis in Diseases of Nerve and Muscle." 4th edition,
Oxford University Press.
"""

from dataclasses import dataclass

import numpy as np

from .fibre import Sources
from .muscle import draw_muscle
from .recording import band_limit, record, render_units
from .rest import RADIUS, VARIATION, draw_places, render_fibres, sum_trains

INJURED_RADIUS = (0.05, 0.2)  # mm; the needle itself has injured the fibre
INJURED_SHARPNESS = (0.25, 0.5)  # 1/mm, for waves of 10 to 30 ms
SLOW_RATE = (0.5, 15.0)  # Hz, fibrillations and positive sharp waves
FASCICULATION_RATE = (0.1, 2.0)  # Hz
FASCICULATION_SHAPE = 2.0  # of the gamma distribution of the intervals
LEAST_FASCICULATION = 100.0  # µV from peak to peak
REPETITIVE_RATE = (5.0, 100.0)  # Hz
REPETITIVE_VARIATION = (0.002, 0.01)
REPETITIVE_FIBRES = (4, 10)
MYOTONIC_LOWEST = (20.0, 40.0)  # Hz, of a burst
MYOTONIC_HIGHEST = (60.0, 150.0)
MYOTONIC_SECONDS = (2.0, 4.0)  # of a burst
MYOTONIC_PERIOD = 5.0  # s, in which there is one burst
MYOTONIC_AMPLITUDE = (0.3, 1.0)  # lowest and highest, of the fibre's potential
INSERTION_SECONDS = 0.3
INSERTION_RATE = 100.0  # Hz


@dataclass(frozen=True)
class Train:
    """Discharges of one source."""

    kind: str
    times: np.ndarray  # s, of the largest deflection
    gains: np.ndarray  # of each discharge
    potential: np.ndarray  # µV, as the recorder shows it


def simulate_spontaneous(patient, kinds, duration, sfreq, rng, *, insertion=False):
    """Record a muscle at rest.

    Parameters
    ----------
    patient : Patient
        Whose muscle it is.
    kinds : sequence of str
        Keys of `DISCHARGES`, in the order of `DISCHARGES`.
    duration : float
        Length in seconds.
    sfreq : float
        Sampling frequency in Hz.
    rng : Generator
        Source of randomness; the noise is drawn last.
    insertion : bool, default=False
        Whether the recording begins when the needle moves.

    Returns
    -------
    values : ndarray of shape (n_times,), float32
        The signal in µV.
    trains : list of Train
        What is in it.
    """
    drawn = [
        (kind, *train)
        for kind in kinds
        for train in DISCHARGES[kind](patient, duration, sfreq, rng)
    ]
    if insertion:
        drawn += [("insertion", *train) for train in _insert(patient, sfreq, rng)]
    n_times = round(duration * sfreq)
    parts, trains = [], []
    for kind, potential, peaks, gains in drawn:
        shown = band_limit(potential, sfreq)
        largest = int(np.abs(shown).argmax())
        first = np.round(peaks * sfreq).astype(int) - largest
        inside = (first + largest >= 0) & (first + largest < n_times)
        first, gains = first[inside], gains[inside].astype(np.float32)
        parts.append((potential, first, gains))
        trains.append(Train(kind, (first + largest) / sfreq, gains, shown))
    return record(sum_trains(parts, n_times), sfreq, rng), trains


def _fibrillate(patient, duration, sfreq, rng):
    for potential in _draw_fibres(patient, rng.integers(1, 4), sfreq, rng):
        yield potential, *_regular(duration, SLOW_RATE, VARIATION, rng)


def _wave_sharply(patient, duration, sfreq, rng):
    potentials = _draw_fibres(patient, rng.integers(1, 3), sfreq, rng, injured=True)
    for potential in potentials:
        yield potential, *_regular(duration, SLOW_RATE, VARIATION, rng)


def _fasciculate(patient, duration, sfreq, rng):
    for potential in _draw_muaps(patient, rng.integers(1, 4), sfreq, rng):
        mean = 1 / _log_uniform(FASCICULATION_RATE, rng)
        n_intervals = int(4 * duration / mean) + 20
        scale = mean / FASCICULATION_SHAPE
        intervals = 0.05 + rng.gamma(FASCICULATION_SHAPE, scale, n_intervals)
        intervals[0] = rng.random() * min(mean, duration)
        yield potential, *_until(duration, np.cumsum(intervals))


def _repeat(patient, duration, sfreq, rng):
    interval = 1 / _log_uniform(REPETITIVE_RATE, rng)
    n_fibres = rng.integers(*REPETITIVE_FIBRES, endpoint=True)
    delays = rng.uniform(0, min(20.0, 1e3 * interval / 2), n_fibres)  # ms
    delays -= delays.min()
    potential = _draw_fibres(patient, n_fibres, sfreq, rng, delays=delays).sum(axis=0)
    start, stop = duration * rng.uniform((0.05, 0.6), (0.3, 0.95))
    variation = rng.uniform(*REPETITIVE_VARIATION)
    n_intervals = int(1.5 * (stop - start) / interval) + 5
    times = start + np.cumsum(rng.normal(1, variation, n_intervals)) * interval
    yield potential, *_until(stop, times)


def _ring_out(patient, duration, sfreq, rng):
    n_bursts = max(1, int(duration / MYOTONIC_PERIOD))
    for slot in range(n_bursts):
        (potential,) = _draw_fibres(patient, 1, sfreq, rng)
        lasts = rng.uniform(*MYOTONIC_SECONDS)
        spare = max(0.0, duration / n_bursts - lasts)
        start = slot * duration / n_bursts + rng.uniform(0, spare)
        slow = _log_uniform(MYOTONIC_LOWEST, rng)
        fast = _log_uniform(MYOTONIC_HIGHEST, rng)
        crest = rng.uniform(0.25, 0.75)  # when rate and amplitude are highest
        times, gains, share = [], [], 0.0
        while share < 1:
            swell = np.sin(np.pi / 2 * min(share / crest, (1 - share) / (1 - crest)))
            times.append(start + share * lasts)
            low, high = MYOTONIC_AMPLITUDE
            gains.append(low + (high - low) * swell)
            rate = slow * (fast / slow) ** swell
            share += rng.normal(1, 0.02) / (rate * lasts)
        times, gains = np.array(times), np.array(gains)
        yield potential, times[times < duration], gains[times < duration]


DISCHARGES = {
    "fibrillation": _fibrillate,
    "positive sharp wave": _wave_sharply,
    "fasciculation": _fasciculate,
    "complex repetitive": _repeat,
    "myotonic": _ring_out,
}


def _insert(patient, sfreq, rng):
    """Draw the injury potentials of a movement of the needle."""
    for potential in _draw_fibres(patient, 8, sfreq, rng):
        n_discharges = rng.poisson(INSERTION_SECONDS * INSERTION_RATE / 8)
        times = np.sort(rng.uniform(0, INSERTION_SECONDS, n_discharges))
        yield potential, times, rng.uniform(0.3, 1.5, n_discharges)


def _draw_fibres(patient, n_fibres, sfreq, rng, *, injured=False, delays=0.0):
    """Draw potentials of a patient's fibres near the needle, (n_fibres, n_times)."""
    x, y = draw_places(n_fibres, INJURED_RADIUS if injured else RADIUS, rng)
    diameter = rng.normal(patient.fibre_diameter, 5, n_fibres)
    endplate = rng.normal(patient.endplate, patient.endplate_sd, n_fibres)
    fields = {}
    if injured:
        fields["half_length"] = np.abs(endplate)
        fields["sharpness"] = rng.uniform(*INJURED_SHARPNESS, n_fibres)
    sources = Sources(
        x=x,
        y=y,
        weight=np.ones(n_fibres),
        diameter=np.clip(diameter, 18, 100),
        endplate=endplate,
        **fields,
    )
    return render_fibres(sources, sfreq, delays) * np.float32(patient.gain)


def _draw_muaps(patient, n_units, sfreq, rng):
    """Draw potentials of motor units near the needle."""
    found = []
    while len(found) < n_units:
        muscle = draw_muscle(patient, rng)
        chosen = rng.random(len(muscle.threshold)) < 0.3
        _, muaps = render_units(patient, muscle, chosen, sfreq, rng)
        large = np.ptp(muaps[:, 0], axis=1) > LEAST_FASCICULATION
        found.extend(muaps[large, 0])
    return found[:n_units]


def _regular(duration, rates, variations, rng):
    interval = 1 / _log_uniform(rates, rng)
    n_intervals = int(1.5 * duration / interval) + 5
    intervals = interval * rng.normal(1, rng.uniform(*variations), n_intervals)
    intervals[0] *= rng.random()
    return _until(duration, np.cumsum(intervals))


def _until(duration, times):
    """Return the times before the end, and a gain of 1 for each."""
    times = times[times < duration]
    return times, np.ones(len(times))


def _log_uniform(bounds, rng):
    return np.exp(rng.uniform(*np.log(bounds)))
