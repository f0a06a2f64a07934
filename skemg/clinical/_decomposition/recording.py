"""From a recording to its motor units: the copy, the rounds, the potentials in full."""

from dataclasses import dataclass

import numpy as np

from .detection import detection_copy, silence_artefacts
from .rounds import find_units
from .templates import explain, interpolation, refine
from .trains import fewest_discharges

BEFORE = 0.4  # share of a template before the middle of its fast part
BASELINE = 0.003  # s at the start of a template that are its baseline
N_REFINED = 5  # rounds of taking the other potentials out
FINE = 20000.0  # Hz, a rate at which parts of a sample do not matter
JIGGLED = 0.003  # s to each side of the peak, where discharges are compared
DISTURBED = 5.0  # times what is usually left around a discharge of the unit
FAR = 50.0  # medians of the magnitude; what is left beyond is no noise
CLIPPED = 0.01  # share of samples at one end of the range that is no signal any more
MACHINE = 0.01  # quartile range of the intervals over their median; mains, no unit


@dataclass(frozen=True)
class Decomposition:
    """Motor units of one signal, the largest first."""

    templates: np.ndarray  # (n_units, n_times), in the unit of the signal
    discharges: list  # times of the largest peak in seconds, an array a unit
    jiggle: np.ndarray  # (n_units,)
    noise: np.ndarray  # (n_units,), standard error of each sample of a template
    unexplained: float  # share of the energy of the detection copy


def decompose(x, sfreq, *, template_length, min_amplitude=0.0):
    """Decompose a signal into its motor units.

    Parameters
    ----------
    x : ndarray of shape (n_times,)
        The signal.
    sfreq : float
        Its rate in Hz.
    template_length : float
        Length of a template in seconds.
    min_amplitude : float, default=0.0
        Units of a lower peak-to-peak amplitude are left out.

    Returns
    -------
    decomposition : Decomposition
        Without any unit where the signal is flat, clipped or too short.
    """
    from skemg._kernels.pieces import PHASES

    n_times = round(template_length * sfreq)
    nothing = Decomposition(
        np.zeros((0, n_times), np.float32), [], np.zeros(0), np.zeros(0), np.nan
    )
    if len(x) < 4 * n_times:
        return nothing
    x = x.astype(float)
    x -= np.median(x)
    fewest = fewest_discharges(len(x) / sfreq)
    if _is_clipped(x, fewest) or _is_clipped(-x, fewest):
        return nothing
    n_units, unit, middle, unexplained = _find(x, sfreq, fewest)
    if n_units == 0:
        return nothing
    n_before = round(BEFORE * n_times)
    start = np.round((middle * sfreq - n_before) * PHASES).astype(np.int64)
    if sfreq >= FINE:
        start = (start + PHASES // 2) // PHASES * PHASES
    signal = x.astype(np.float32)
    templates, left, noise = _measure(signal, n_units, unit, start, n_times)
    jiggle = np.array(
        [
            _jiggle(left, template, start[unit == k], n_before, sfreq)
            for k, template in enumerate(templates)
        ]
    )
    n_baseline = max(1, round(BASELINE * sfreq))
    templates -= templates[:, :n_baseline].mean(axis=1, keepdims=True)

    discharges = []
    for k, template in enumerate(templates):
        peak = np.abs(template).argmax()
        discharges.append(np.sort(start[unit == k] / PHASES + peak) / sfreq)
    amplitude = np.ptp(templates, axis=1)
    kept = [
        k
        for k in np.argsort(-amplitude, kind="stable")
        if amplitude[k] >= min_amplitude and not _is_machine(discharges[k])
    ]
    return Decomposition(
        templates[kept],
        [discharges[k] for k in kept],
        jiggle[kept],
        noise[kept],
        unexplained,
    )


def _find(x, sfreq, fewest):
    """Find the units in the detection copy.

    Returns their number, the unit of each discharge and the time of the middle of its
    potential, and the share of the energy that they leave unexplained.
    """
    from skemg._kernels.pieces import PHASES

    copy, rate = detection_copy(x, sfreq)
    silence_artefacts(copy, rate, fewest)
    fast, unit, start = find_units(copy, rate=rate)
    middle = (start / PHASES + fast.shape[1] // 2) / rate
    if len(fast) == 0:
        return 0, unit, middle, np.nan
    energy = np.einsum("i,i", copy, copy, dtype=float)
    left = explain(copy, fast, unit, start)
    unexplained = np.einsum("i,i", left, left, dtype=float) / energy
    return len(fast), unit, middle, unexplained


def _measure(signal, n_units, unit, start, n_times):
    """Return the potentials in full, what they leave, and their standard errors."""
    nil = np.zeros((n_units, n_times), np.float32)
    _, left = refine(signal, nil, unit, start, 1)
    calm = _is_calm(left, unit, start, n_times)
    templates, left = refine(signal, nil, unit[calm], start[calm], N_REFINED - 1)
    some = left[::16]  # to be quick
    some = some[some != 0]  # zeros are a lost signal
    some = some[np.abs(some) < FAR * np.median(np.abs(some))]
    noise = np.std(some) / np.sqrt(np.bincount(unit[calm], minlength=n_units))
    return templates, left, noise


def _is_clipped(x, fewest):
    """Whether potentials are cut off at the upper end of the range.

    Then the highest value lasts three samples, as often as a unit discharges, and more
    often than the value below it is there, as it is where the resolution is coarse.
    """
    highest = x.max()
    at_end = np.flatnonzero(x == highest)
    if len(at_end) > CLIPPED * len(x):
        return True
    lasts = at_end[2:] - at_end[:-2] == 2
    n_cut = np.count_nonzero(lasts & np.diff(lasts, prepend=False))
    if n_cut < fewest:
        return False
    below = np.max(x, where=x < highest, initial=-np.inf)
    return n_cut > np.count_nonzero(x == below)


def _is_calm(left, unit, start, n_times):
    """Whether what is left around each discharge is as usual for its unit."""
    from skemg._kernels.pieces import cut_pieces

    pieces = cut_pieces(left, interpolation(), start, n_times)
    largest = np.abs(pieces).max(axis=1)
    usual = np.array([np.median(largest[unit == k]) for k in range(unit.max() + 1)])
    return largest <= DISTURBED * usual[unit]


def _is_machine(times):
    low, median, high = np.percentile(np.diff(times), [25, 50, 75])
    return high - low < MACHINE * median


def _jiggle(left, template, start, n_before, sfreq):
    """Return the consecutive amplitude difference of a unit over its area.

    The median over pairs of consecutive discharges is blind to the few in which
    another potential was not taken out well.
    """
    from skemg._kernels.pieces import PHASES, cut_pieces

    n_side = round(JIGGLED * sfreq)
    first = max(0, n_before - n_side)
    around = template[first : n_before + n_side]
    order = np.sort(start) + first * PHASES
    pieces = cut_pieces(left, interpolation(), order, len(around)) + around
    change = np.median(np.abs(np.diff(pieces, axis=0)), axis=0).sum()
    return float(change / np.abs(around).sum())
