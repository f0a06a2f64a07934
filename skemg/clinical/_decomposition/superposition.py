"""Which template starts when: greedy pursuit, rhythm, search of superpositions.

The events are those that leave least of the signal unexplained, where every event has
a price (McGill, 2002, poses the same problem for a single superposition). The order is
that of matching pursuit (Mallat & Zhang, 1993), which overlaps of alike potentials
lead astray; what stays badly explained is therefore searched again with several events
at a time. Alike potentials in a crowd are told apart by the rhythm of their units too:
what an event is worth grows where the other discharges of its unit make one likely.

References
----------
McGill, K. C. (2002). "Optimal resolution of superimposed action potentials." IEEE
Transactions on Biomedical Engineering, 49(7), 640-650.

Mallat, S. G. & Zhang, Z. (1993). "Matching pursuits with time-frequency dictionaries."
IEEE Transactions on Signal Processing, 41(12), 3397-3415. doi:10.1109/78.258082
"""

import numpy as np
from scipy import fft

from .detection import moving_mean
from .rhythm import interval_table
from .templates import explain

REST = 0.012  # s, a unit rests at least so long
REACH = 0.0025  # s, events closer than this are searched for together
BEAM = 8  # sets of events that a search keeps
DOUBT = 1.0  # unexplained power in powers of the noise that calls for a search
FASTEST = 100.0  # Hz, of a unit; a bound on the number of events


def find_events(
    x, templates, known_unit, known_start, price, variance, *, rate, n_searches, trust
):
    """Find the discharges of known units.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The detection copy.
    templates : ndarray of shape (n_units, n_times)
        The potentials.
    known_unit, known_start : ndarray of int of shape (n_known,)
        Events to begin with.
    price : ndarray of shape (n_samples,)
        What an event must explain, by the sample in the middle of its template.
    variance : ndarray of shape (n_samples,)
        Power of what stays unexplained at best.
    rate : float
        Sampling frequency in Hz.
    n_searches : int
        How often superpositions are searched for.
    trust : float
        What a unit of log-likelihood of the rhythm is worth, in powers of `variance`.

    Returns
    -------
    unit, start : ndarray of int of shape (n_events,)
        The events.
    """
    from skemg._kernels.pieces import PHASES
    from skemg._kernels.pursuit import place_all, place_known, revise_each
    from skemg._kernels.superposition import resolve

    n_units, n_times = templates.shape
    score = correlate(x, templates)
    n_starts = score.shape[1]
    gram = correlations_of(templates)
    half = 0.5 * np.einsum("ij,ij->i", templates, templates).astype(float)
    middle = slice(n_times // 2, n_times // 2 + n_starts)
    closed = np.zeros(score.shape, np.int8)
    n_most = int(n_units * FASTEST * len(x) / rate) + len(known_unit) + 1
    unit, start = np.empty(n_most, np.int64), np.empty(n_most, np.int64)
    shared = (
        score,
        closed,
        gram,
        half,
        price[middle].astype(np.float32),
        round(REST * rate),
        unit,
        start,
    )
    reach = max(2, round(REACH * rate))
    worth = trust * moving_mean(variance, n_times // 4)[middle].astype(np.float32)
    expectation = np.zeros_like(score)

    inside = (known_start >= 0) & (known_start < (n_starts - 1) * PHASES)
    n_events = np.count_nonzero(inside)
    unit[:n_events], start[:n_events] = known_unit[inside], known_start[inside]
    place_known(score, closed, gram, round(REST * rate), unit, start, n_events)
    n_events = place_all(*shared, n_events)
    for _ in range(n_searches):
        _expect(score, expectation, worth, unit[:n_events], start[:n_events], rate)
        n_events = revise_each(*shared, n_events, max(1, reach // 2))
        n_events = place_all(*shared, n_events)
        left = explain(x, templates, unit[:n_events], start[:n_events])
        doubtful = _doubtful(left, variance, 2 * reach)[middle]
        n_events = resolve(*shared, n_events, doubtful, reach, BEAM)
        n_events = place_all(*shared, n_events)
    return unit[:n_events].copy(), start[:n_events].copy()


def _expect(score, expectation, worth, unit, start, rate):
    """Let the scores lean to where the rhythm of each unit expects it, in place."""
    from skemg._kernels.expectation import expect
    from skemg._kernels.pieces import PHASES

    for k in range(len(score)):
        times = np.sort(start[unit == k]) // PHASES
        table = interval_table(times)
        if table is not None:
            expect(times, table, round(REST * rate), worth, score[k], expectation[k])


def _doubtful(left, variance, n_times):
    return moving_mean(left**2 / variance, n_times) > DOUBT


def correlate(x, templates):
    """Return the correlation of a signal with templates at every start.

    Parameters
    ----------
    x : ndarray of shape (n_samples,)
        The signal.
    templates : ndarray of shape (n_units, n_times)
        The templates.

    Returns
    -------
    score : ndarray of shape (n_units, n_samples - n_times + 1), float32
    """
    n_units, n_times = templates.shape
    n_starts = len(x) - n_times + 1
    n_fft = fft.next_fast_len(8 * n_times, real=True)
    hop = n_fft - n_times + 1
    n_blocks = -(-n_starts // hop)
    padded = np.zeros((n_blocks - 1) * hop + n_fft, np.float32)
    padded[: len(x)] = x
    blocks = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]
    spectra = fft.rfft(blocks, axis=1)
    score = np.empty((n_units, n_starts), np.float32)
    for row, template in zip(score, templates.astype(np.float32), strict=True):
        product = spectra * fft.rfft(template, n_fft).conj()
        row[:] = fft.irfft(product, n_fft, axis=1)[:, :hop].ravel()[:n_starts]
    return score


def correlations_of(templates):
    """Return the correlations of templates, delayed by parts of a sample, with all.

    Parameters
    ----------
    templates : ndarray of shape (n_units, n_times)
        The templates.

    Returns
    -------
    gram : ndarray of shape (n_units, PHASES, n_units, 2 * n_times - 1), float32
        Entry ``[k, p, j, n_times - 1 + lag]`` is that of template `j`, `lag` samples
        later, with template `k` delayed by ``p / PHASES - 1 / 2`` samples.
    """
    from skemg._kernels.pieces import PHASES

    n_units, n_times = templates.shape
    n_fft = fft.next_fast_len(2 * n_times, real=True)
    spectra = fft.rfft(templates.astype(np.float32), n_fft, axis=1)
    frequency = 2j * np.pi * np.arange(spectra.shape[1]) / n_fft
    delays = np.arange(PHASES) / PHASES - 0.5
    delayed = spectra[:, np.newaxis] * np.exp(-np.outer(delays, frequency))
    gram = np.empty((n_units, PHASES, n_units, 2 * n_times - 1), np.float32)
    for k in range(n_units):
        product = (delayed[k][:, np.newaxis] * spectra.conj()).astype(np.complex64)
        full = fft.irfft(product, n_fft, axis=-1)
        gram[k, ..., n_times - 1 :] = full[..., :n_times]
        gram[k, ..., : n_times - 1] = full[..., n_fft - n_times + 1 :]
    return gram
