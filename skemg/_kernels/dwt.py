"""Periodized wavelet transform fused with the statistics of each sub-band.

Loops count an index instead of walking a row: so LLVM vectorises them. Sums run in the
precision of the signal over blocks, which keeps float32 fast and exact enough, and the
blocks are added up in float64.
"""

import math

import numba
import numpy as np

BLOCK = 512
TAPS = 8
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
    """Filter and keep every second sample; each pass applies `TAPS` taps of both."""
    for k in range(n_out):
        approximation[k] = 0
        detail[k] = 0
    for first in range(0, low.size, TAPS):
        low_taps, high_taps = low[first:], high[first:]
        even_part, odd_part = even[first // 2 :], odd[first // 2 :]
        for k in range(n_out):
            low_sum, high_sum = approximation[k], detail[k]
            for pair in range(TAPS // 2):
                low_sum += low_taps[2 * pair] * even_part[k + pair]
                low_sum += low_taps[2 * pair + 1] * odd_part[k + pair]
                high_sum += high_taps[2 * pair] * even_part[k + pair]
                high_sum += high_taps[2 * pair + 1] * odd_part[k + pair]
            approximation[k] = low_sum
            detail[k] = high_sum


@numba.njit(**OPTIONS)
def _band_statistics(band, n_times, out):
    """Write the mean magnitude, the mean power and the deviation of a band."""
    zero = band.dtype.type(0)
    magnitude, square, total = 0.0, 0.0, 0.0
    for start in range(0, n_times, BLOCK):
        block = band[start : min(start + BLOCK, n_times)]
        part, part_square, part_total = zero, zero, zero
        for i in range(block.size):
            part += abs(block[i])
            part_square += block[i] * block[i]
            part_total += block[i]
        magnitude += part
        square += part_square
        total += part_total
    mean, power = total / n_times, square / n_times
    variance = power - mean**2
    if variance < 0.1 * power:  # little is left of the digits
        variance = _variance(band[:n_times], band.dtype.type(mean))
    out[0] = magnitude / n_times
    out[1] = power
    out[2] = math.sqrt(variance)


@numba.njit(**OPTIONS)
def _variance(band, mean):
    total = 0.0
    for start in range(0, band.size, BLOCK):
        block = band[start : start + BLOCK]
        part = band.dtype.type(0)
        for i in range(block.size):
            part += (block[i] - mean) * (block[i] - mean)
        total += part
    return total / band.size


@numba.njit(**OPTIONS)
def _reversed(taps, dtype):
    """Return the taps in reversed order, with zeros up to a multiple of `TAPS`."""
    reversed_taps = np.zeros((taps.size + TAPS - 1) // TAPS * TAPS, dtype)
    reversed_taps[: taps.size] = taps[::-1]
    return reversed_taps


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
    low, high = _reversed(dec_lo, x.dtype), _reversed(dec_hi, x.dtype)
    approximation = np.empty(n_padded, x.dtype)
    detail = np.empty(n_padded // 2, x.dtype)
    even = np.zeros(n_padded // 2 + low.size // 2, x.dtype)
    odd = np.zeros_like(even)
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
