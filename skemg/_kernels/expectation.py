"""How likely the discharges before and after make one at each sample."""

import numba
import numpy as np

from .pieces import OPTIONS


@numba.njit(**OPTIONS)
def expect(times, table, rest, worth, score, expectation):
    """Let a score lean to where other discharges make one likely, in place.

    A discharge between two others makes two intervals of one. The log-likelihood ratio
    is that of the two to the one, where others within `rest` are taken as the same
    discharge, misplaced.

    Parameters
    ----------
    times : ndarray of int of shape (n_discharges,)
        In samples, ascending.
    table : ndarray of shape (n_lags,)
        Log-likelihood of an interval of so many samples; longer ones are as likely as
        the last.
    rest : int
        Shortest interval, in samples.
    worth : ndarray of shape (n_times,)
        What a unit of log-likelihood is worth.
    score : ndarray of shape (n_times,)
        The score with `expectation` in it, which becomes that with the new one.
    expectation : ndarray of shape (n_times,)
        The expectation before, which becomes the new one.
    """
    n, n_times, longest = times.size, score.size, table.size - 1
    since = np.full(n_times, table[longest])
    since[: min(n_times, longest)] = table[: min(n_times, longest)]
    until, nothing = since[::-1].copy(), np.zeros_like(since)
    t = n_before = n_until = 0
    while t < n_times:
        while n_before < n and times[n_before] < t - rest:
            n_before += 1
        while n_until < n and times[n_until] <= t + rest:
            n_until += 1
        # Up to the end, the same discharges are the ones before and after.
        end = n_times
        if n_before < n:
            end = min(end, times[n_before] + rest + 1)
        if n_until < n:
            end = min(end, times[n_until] - rest)
        one, after, before = table.dtype.type(0), nothing[t:end], nothing[t:end]
        if n_before > 0:
            after = since[t - times[n_before - 1] : end - times[n_before - 1]]
        if n_until < n:
            before = until[n_times - 1 - times[n_until] + t :][: end - t]
        if n_before > 0 and n_until < n:
            one = table[min(longest, times[n_until] - times[n_before - 1])]
        _replace(expectation[t:end], after, before, one, worth[t:end], score[t:end])
        t = end


@numba.njit(**OPTIONS)
def _replace(expectation, after, before, one, worth, score):
    """Write an expectation and put it into the score in the place of the old one."""
    for u in range(score.size):
        new = worth[u] * (after[u] + before[u] - one)
        score[u] += new - expectation[u]
        expectation[u] = new
