"""The analytic signal: envelope and instantaneous frequency of rows."""

import numpy as np
from scipy import fft


def half_spectrum(rows):
    """Return the half-sided spectrum of the analytic signals of real rows.

    Its bins from 0 to half of the sampling frequency are twice those of the rows; the
    first one, and the last one of an even number of samples, are as in the rows.
    """
    half = fft.rfft(rows)
    half[..., 1 : (rows.shape[-1] + 1) // 2] *= 2
    return half


def complex_signal(half, n_times):
    """Return the complex signal of `n_times` samples with this half-sided spectrum."""
    full = np.zeros((*half.shape[:-1], n_times), complex)
    full[..., : half.shape[-1]] = half
    return fft.ifft(full, overwrite_x=True)


def instantaneous_frequency(z, sfreq):
    """Return the phase by which each sample is ahead of the one before, in Hz."""
    ahead = np.angle(z[..., 1:] * z[..., :-1].conj()) + 0.0  # no -0.0
    return ahead * (sfreq / (2 * np.pi))


def ratio(part, whole):
    """Divide; what would divide by zero is zero."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
