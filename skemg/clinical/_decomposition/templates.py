"""Mean potential of each unit, with the potentials of the others taken out."""

from functools import lru_cache

import numpy as np

N_TYPICAL = 25  # discharges that tell what is usual


def explain(x, templates, unit, start):
    """Return what events leave unexplained of a signal.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The signal.
    templates : ndarray of shape (n_units, n_times)
        The potentials.
    unit, start : ndarray of int of shape (n_events,)
        The events.

    Returns
    -------
    left : ndarray of shape (n_samples,)
    """
    from skemg._kernels.pieces import add_pieces

    left = x.copy()
    add_pieces(left, interpolation(), templates, unit, start, -1.0)
    return left


def refine(x, templates, unit, start, n_rounds):
    """Estimate each template from what the others leave of the signal, in turns.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The signal.
    templates : ndarray of shape (n_units, n_times)
        First estimates.
    unit, start : ndarray of int of shape (n_events,)
        The events.
    n_rounds : int
        How often each template is estimated.

    Returns
    -------
    templates : ndarray of shape (n_units, n_times)
        Means over the events of each unit, which is their least-squares estimate.
    left : ndarray of shape (n_samples,)
        What they leave unexplained.
    """
    from skemg._kernels.pieces import add_pieces, cut_pieces

    templates = templates.copy()
    taps = interpolation()
    left = explain(x, templates, unit, start)
    events = [start[unit == k] for k in range(len(templates))]
    for _ in range(n_rounds):
        for k, own in enumerate(events):
            if len(own) == 0:
                continue
            change = cut_pieces(left, taps, own, templates.shape[1]).mean(axis=0)
            templates[k] += change
            which = np.zeros(len(own), np.int64)
            add_pieces(left, taps, change[np.newaxis], which, own, -1.0)
    return templates, left


def recentre(templates, unit, start):
    """Move templates so that the centre of their energy is in the middle.

    Parameters
    ----------
    templates : ndarray of shape (n_units, n_times)
        The potentials.
    unit, start : ndarray of int of shape (n_events,)
        The events.

    Returns
    -------
    templates, start
        The same potentials at the same times, but for what was cut off.
    """
    from skemg._kernels.pieces import PHASES

    n_times = templates.shape[1]
    energy = templates.astype(float) ** 2
    total = np.maximum(energy.sum(axis=1), np.finfo(float).tiny)
    shift = np.round(energy @ np.arange(n_times) / total).astype(int) - n_times // 2
    shift[energy.sum(axis=1) == 0] = 0
    padded = np.pad(templates, ((0, 0), (n_times, n_times)))
    index = shift[:, np.newaxis] + np.arange(n_times, 2 * n_times)
    return np.take_along_axis(padded, index, axis=1), start + PHASES * shift[unit]


def unexplained_power(left, templates, unit, start, noise):
    """Return the power that templates leave where they were placed, beside the noise.

    No two discharges of a unit are quite equal, the less so the larger they are.

    Parameters
    ----------
    left : ndarray of shape (n_samples,)
        What events leave unexplained.
    templates : ndarray of shape (n_units, n_times)
        The potentials.
    unit, start : ndarray of int of shape (n_events,)
        The events.
    noise : float
        Standard deviation of the noise.

    Returns
    -------
    power : ndarray of shape (n_samples,)
    """
    from skemg._kernels.pieces import PHASES, add_pieces, cut_pieces

    taps, whole = interpolation(), start // PHASES * PHASES
    profiles = np.zeros_like(templates)
    for k in range(len(templates)):
        own = whole[unit == k]
        if len(own):
            squares = cut_pieces(left, taps, own, templates.shape[1]) ** 2
            # An event that was missed there is no property of the unit.
            some = squares[:: max(1, len(squares) // N_TYPICAL)]
            usual = 9 * np.median(some, axis=0)
            profiles[k] = np.minimum(squares, usual).mean(axis=0) - noise**2
    power = np.zeros_like(left)
    np.maximum(profiles, 0, out=profiles)
    add_pieces(power, taps, profiles, unit, whole, 1.0)
    return power


@lru_cache(maxsize=1)
def interpolation():
    """Return the taps of a windowed sinc for each phase, of sum one."""
    from skemg._kernels.pieces import N_TAPS, PHASES

    phase = np.arange(PHASES)[:, np.newaxis] / PHASES
    distance = np.arange(N_TAPS) - N_TAPS // 2 + 1 - phase
    taps = np.sinc(distance) * np.cos(np.pi * distance / (N_TAPS + 1)) ** 2
    taps[np.abs(taps) < 1e-12] = 0
    return (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
