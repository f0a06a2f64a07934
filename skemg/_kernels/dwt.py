"""Periodized wavelet transform fused with the statistics of each sub-band."""

import math

import numba
import numpy as np

OPTIONS = {"nogil": True, "cache": True, "fastmath": {"reassoc", "contract"}}


@numba.njit(**OPTIONS)
def _split(signal, n_times, half, even, odd):
    """Part even from odd samples of a signal that is wrapped by `half - 1` samples."""
    n_pairs = n_times // 2
    first, lag = (half - 1) // 2, (half - 1) % 2
    if lag:
        even[first] = signal[n_times - 1]
        odd[first] = signal[0]
    inner, even_inner, odd_inner = signal[lag:], even[first + lag :], odd[first + lag :]
    for k in range(n_pairs - lag):
        even_inner[k] = inner[2 * k]
        odd_inner[k] = inner[2 * k + 1]
    for k in range(first - 1, -1, -1):
        even[k] = even[k + n_pairs]
        odd[k] = odd[k + n_pairs]
    for k in range(first + n_pairs, n_pairs + half - 1):
        even[k] = even[k - n_pairs]
        odd[k] = odd[k - n_pairs]


@numba.njit(**OPTIONS)
def _convolve(even, odd, low, high, n_out, approximation, detail):
    """Filter and keep every second sample; two taps of both filters in each pass."""
    for k in range(n_out):
        approximation[k] = low[0] * even[k] + low[1] * odd[k]
        detail[k] = high[0] * even[k] + high[1] * odd[k]
    for tap in range(1, low.size // 2):
        even_tap, odd_tap = even[tap:], odd[tap:]
        low_even, low_odd = low[2 * tap], low[2 * tap + 1]
        high_even, high_odd = high[2 * tap], high[2 * tap + 1]
        for k in range(n_out):
            approximation[k] += low_even * even_tap[k] + low_odd * odd_tap[k]
            detail[k] += high_even * even_tap[k] + high_odd * odd_tap[k]


@numba.njit(**OPTIONS)
def _band_statistics(band, n_times, out):
    """Write the mean magnitude, the mean power and the deviation of a band."""
    magnitudes, squares, total = 0.0, 0.0, 0.0
    for i in range(n_times):
        value = np.float64(band[i])
        magnitudes += abs(value)
        squares += value * value
        total += value
    mean = total / n_times
    deviations = 0.0
    for i in range(n_times):
        deviations += (band[i] - mean) * (band[i] - mean)
    out[0] = magnitudes / n_times
    out[1] = squares / n_times
    out[2] = math.sqrt(deviations / n_times)


@numba.njit(**OPTIONS)
def dwt_statistics(x, dec_lo, dec_hi, level):
    """Return statistics of the sub-bands D1, ..., DJ, AJ of each row.

    The coefficients are those of `pywt.wavedec(mode="periodization")` of the rows,
    padded with zeros to a multiple of `2**level`; they never leave the cache.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_times)
        The signals.
    dec_lo, dec_hi : ndarray of shape (n_taps,)
        Decomposition filters, as many taps in both, an even number.
    level : int
        Number of times that the signal is split.

    Returns
    -------
    statistics : ndarray of shape (n_rows, level + 1, 3)
        Mean magnitude, mean power and population standard deviation, in float64.
    """
    n_rows, n_times = x.shape
    factor = 2**level
    n_padded = (n_times + factor - 1) // factor * factor
    half = dec_lo.size // 2
    low, high = dec_lo[::-1].astype(x.dtype), dec_hi[::-1].astype(x.dtype)
    approximation = np.empty(n_padded, x.dtype)
    detail = np.empty(n_padded // 2, x.dtype)
    even = np.empty(n_padded // 2 + half - 1, x.dtype)
    odd = np.empty_like(even)
    statistics = np.empty((n_rows, level + 1, 3))
    for row in range(n_rows):
        for i in range(n_times):
            approximation[i] = x[row, i]
        for i in range(n_times, n_padded):
            approximation[i] = 0
        n_band = n_padded
        for j in range(level):
            _split(approximation, n_band, half, even, odd)
            n_band //= 2
            _convolve(even, odd, low, high, n_band, approximation, detail)
            _band_statistics(detail, n_band, statistics[row, j])
        _band_statistics(approximation, n_band, statistics[row, level])
    return statistics
