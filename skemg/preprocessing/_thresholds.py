"""Thresholds of wavelet coefficients; each row of the last axis has its own."""

import numpy as np

_MEDIAN_OF_NORMAL = 0.6745  # median of the magnitudes of standard normal noise
_ROUNDING = 1e-12
_LEAST = 1e-140  # less noise than this share of a coefficient would overflow its square


def noise_level(details):
    """Return the standard deviation of the noise, by the median magnitude."""
    return np.median(np.abs(details), axis=-1, keepdims=True) / _MEDIAN_OF_NORMAL


def universal(details, noise):
    """Return what the largest of so many coefficients of noise hardly exceeds."""
    return noise * np.sqrt(2 * np.log(details.shape[-1]))


def sure(details, noise):
    """Return the minimiser of Stein's unbiased estimate of the risk."""
    n = details.shape[-1]
    magnitudes = np.abs(details)
    unit = np.maximum(noise, _LEAST * magnitudes.max(axis=-1, keepdims=True))
    squares = np.sort(magnitudes / np.where(unit > 0, unit, 1), axis=-1) ** 2
    kept = np.arange(n - 1, -1, -1)  # coefficients above the candidate
    risk = 2 * kept - n + np.cumsum(squares, axis=-1) + kept * squares
    largest = 2 * np.log(n)
    risk = np.where(squares <= largest, risk, np.inf)
    best = np.take_along_axis(squares, risk.argmin(axis=-1, keepdims=True), axis=-1)
    best = np.where(risk.min(axis=-1, keepdims=True) < n, best, 0)  # n: threshold zero
    # Where few coefficients are signal, the estimate is too noisy to be minimised.
    excess = squares.mean(axis=-1, keepdims=True) - 1
    sparse = excess <= np.log2(n) ** 1.5 / np.sqrt(n)
    return noise * np.sqrt(np.where(sparse, largest, best))


def bayes(details, noise):
    """Return the ratio of the power of the noise to the deviation of the signal."""
    power = np.mean(details**2, axis=-1, keepdims=True)
    signal = np.sqrt(np.maximum(power - noise**2, 0))
    everything = np.abs(details).max(axis=-1, keepdims=True)
    return np.divide(noise**2, signal, out=everything, where=signal > 0)


def soft(details, threshold):
    """Bring each coefficient nearer to zero by the threshold."""
    return details - np.clip(details, -threshold, threshold)


def hard(details, threshold):
    """Keep the coefficients above the threshold as they are.

    The threshold of `sure` is one of them but for rounding, and that one is not above.
    """
    return np.where(np.abs(details) > threshold * (1 + _ROUNDING), details, 0)
