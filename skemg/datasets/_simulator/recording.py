"""One recording: a needle position, an effort, and the signal that results."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import signal

from .fibre import Sources
from .firing import draw_discharges, draw_rates
from .muap import render_muaps
from .muscle import draw_fibres, draw_muscle
from .reinnervation import draw_lost_units, reinnervate

EFFORT = (0.04, 0.18)  # slight to moderate; full effort is 1
NEAR = 1.0  # mm, a unit is rendered when one of its fibres comes as close
FULL = 1.5  # mm, every fibre is computed up to here
AUDIBLE = 5.0  # mm, and one of THINNING up to here
THINNING = 5
N_VARIANTS = 6  # of a unit's potential, one is drawn for each discharge
NOISE = 4.0  # µV, after the band-pass
LOW = 20.0  # Hz, of the band-pass
HIGH = 10000.0


@dataclass(frozen=True)
class SimulatedRecording:
    """A recording and the truth about it."""

    signal: np.ndarray  # µV, float32
    effort: float
    templates: np.ndarray  # (n_units, n_times), µV, without jitter
    discharges: list  # seconds, an array a unit


def simulate_recording(patient, duration, sfreq, rng, *, effort=EFFORT):
    """Insert the needle at a new place and record.

    Parameters
    ----------
    patient : Patient
        Whose muscle it is.
    duration : float
        Length in seconds.
    sfreq : float
        Sampling frequency in Hz.
    rng : Generator
        Source of randomness; the noise is drawn last.
    effort : tuple of float, default=(0.04, 0.18)
        Range to draw the effort from; full effort is 1.

    Returns
    -------
    recording : SimulatedRecording
        The signal and its ground truth.
    """
    disease = patient.disease
    effort = rng.uniform(*effort)
    drive = effort * disease.drive
    muscle = draw_muscle(patient, rng)
    units, muaps = render_units(patient, muscle, muscle.threshold < drive, sfreq, rng)

    # A discharge up to one template before the start still reaches into the recording.
    n_before = muaps.shape[2]
    n_times = round(duration * sfreq)
    rates = draw_rates(muscle.threshold[units], drive, disease.rate_gain, rng)
    trains = draw_discharges(rates, (n_before + n_times) / sfreq, rng)
    starts = [(times * sfreq).astype(int) for times in trains]
    values = _sum_trains(muaps, starts, n_before + n_times, rng)
    return SimulatedRecording(
        signal=record(values, sfreq, rng)[n_before:],
        effort=effort,
        templates=muaps[:, 0].copy(),  # leaves the variants behind
        discharges=[(start - n_before) / sfreq for start in starts],
    )


def render_units(patient, muscle, recruited, sfreq, rng):
    """Render the potentials of the recruited motor units near the needle.

    Parameters
    ----------
    patient : Patient
        Whose muscle it is.
    muscle : Muscle
        Its motor units.
    recruited : ndarray of shape (n_units,), bool
        Which of them discharge.
    sfreq : float
        Sampling frequency in Hz.
    rng : Generator
        Source of randomness.

    Returns
    -------
    units : ndarray of int of shape (n_near,)
        The recruited units near the needle.
    muaps : ndarray of shape (n_near, 1 + N_VARIANTS, n_times), float32
        Their potentials in µV; the first variant has no jitter.
    """
    fibres = _draw_living_fibres(patient, muscle, rng)
    fibres, weight = _take_audible(fibres, recruited, rng)
    units, unit = np.unique(fibres.unit, return_inverse=True)
    sources = _draw_sources(fibres, weight, patient, rng)
    shifts, fires = _draw_variants(fibres, patient.disease, rng)
    muaps = render_muaps(sources, unit, len(units), shifts, fires, sfreq=sfreq)
    muaps *= np.float32(patient.gain)
    return units, muaps


def _draw_living_fibres(patient, muscle, rng):
    """Return the fibres around the needle that the disease leaves, with their units."""
    fibres = draw_fibres(muscle, patient.fibre_density, rng)
    fibres = fibres.take(np.hypot(fibres.x, fibres.y) < AUDIBLE)
    survives = rng.random(len(fibres.unit)) < patient.disease.fibre_survival
    lost = draw_lost_units(patient.n_units, patient.disease.unit_loss, rng)
    return reinnervate(fibres.take(survives), muscle, lost, rng)


def _take_audible(fibres, recruited, rng):
    """Return the fibres of units near the needle, sorted by unit, and their weights."""
    active = fibres.take(recruited[fibres.unit])
    radius = np.hypot(active.x, active.y)
    near_units = np.zeros(len(recruited), bool)
    near_units[active.unit[radius < NEAR]] = True
    weight = np.where(radius < FULL, 1, 0)
    remote = np.flatnonzero(radius >= FULL)
    weight[rng.permutation(remote)[::THINNING]] = THINNING
    kept = np.flatnonzero(near_units[active.unit] & (weight > 0))
    kept = kept[np.argsort(active.unit[kept], kind="stable")]
    return active.take(kept), weight[kept]


def _draw_sources(fibres, weight, patient, rng):
    """Draw the diameters and the endplates of the fibres."""
    n_fibres = len(weight)
    disease = patient.disease
    mean = patient.fibre_diameter + disease.diameter_shift
    diameter = rng.normal(mean, disease.diameter_sd, n_fibres)
    kind = rng.random(n_fibres)
    atrophic = kind < disease.atrophic
    hypertrophic = kind > 1 - disease.hypertrophic
    diameter[atrophic] = rng.normal(36, 8, atrophic.sum())
    diameter[hypertrophic] = rng.normal(82, 8, hypertrophic.sum())
    endplate = rng.normal(patient.endplate, patient.endplate_sd, n_fibres)
    endplate[fibres.adopted] += rng.normal(
        0, disease.adopted_endplate_sd, fibres.adopted.sum()
    )
    return Sources(
        x=fibres.x,
        y=fibres.y,
        weight=weight,
        diameter=np.clip(diameter, 18, 100),
        endplate=endplate,
    )


def _draw_variants(fibres, disease, rng):
    """Draw the delays of the fibres in each variant of their unit's potential.

    The first variant is the template: no jitter and no blocking.
    """
    shape = (len(fibres.unit), 1 + N_VARIANTS)
    delay = np.abs(rng.normal(0, 0.1, shape[0]))
    delay[fibres.adopted] += rng.gamma(
        2, disease.adopted_delay / 2, fibres.adopted.sum()
    )
    jitter = rng.normal(0, disease.jitter, shape)
    blocked = rng.random(shape) < disease.blocking
    blocked[~fibres.adopted] = False
    jitter[:, 0] = 0
    blocked[:, 0] = False
    return delay[:, np.newaxis] + jitter, ~blocked


def _sum_trains(muaps, starts, n_times, rng):
    """Add a random variant of each unit's potential at each of its discharges."""
    n_units, n_variants, n_template = muaps.shape
    values = np.zeros(n_times + n_template, np.float32)
    for unit in range(n_units):
        variants = rng.integers(1, n_variants, len(starts[unit]))
        for start, variant in zip(starts[unit], variants, strict=True):
            values[start : start + n_template] += muaps[unit, variant]
    return values[:n_times]


def record(values, sfreq, rng):
    """Return what a recorder makes of a signal: noise of an RMS of `NOISE`, a band.

    Parameters
    ----------
    values : ndarray of shape (n_times,), float32
        The signal at the needle in µV; the noise is added in place.
    sfreq : float
        Sampling frequency in Hz.
    rng : Generator
        Source of the noise.

    Returns
    -------
    recorded : ndarray of shape (n_times,), float32
        The signal in µV.
    """
    noise = rng.standard_normal(len(values), dtype=np.float32)
    noise *= np.float32(NOISE * np.sqrt(sfreq / 2 / _band(sfreq)[1]))
    values += noise
    return band_limit(values, sfreq)


def band_limit(values, sfreq):
    """Return what the band-pass of the recorder leaves of a signal."""
    return signal.sosfilt(_design_bandpass(sfreq), values).astype(np.float32)


def _band(sfreq):
    """Return the cutoffs of the band-pass, in Hz."""
    return LOW, min(HIGH, 0.45 * sfreq)


@lru_cache(maxsize=8)
def _design_bandpass(sfreq):
    """Return the causal Butterworth filter of the recorder."""
    return signal.butter(2, _band(sfreq), "bandpass", fs=sfreq, output="sos")
