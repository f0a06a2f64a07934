"""Noise of known kinds, drawn anew for every batch, as strong as was asked for."""

import math
import numbers

import numpy as np
import torch

_KINDS = ("white", "mains", "motion")
_N_HARMONICS = 10
_HIGHEST_MOTION = 20.0  # Hz
_STEP_OF_MOTION = 0.5  # Hz: drifts repeat after two seconds


class Noise:
    """Add noise to windows of shape (n_windows, n_channels, n_times) where they lie.

    Each window gets a part of the kinds, drawn by chance, each as strong as the others,
    and an SNR of its own.

    Parameters
    ----------
    kinds : tuple of {"white", "mains", "motion"}
        See `noise_like`; empty for none.
    snr : tuple of two floats
        Lowest and highest SNR in dB; drawn uniformly between them.
    sfreq : float or None
        Sampling frequency in Hz, for "mains" and "motion".
    mains_frequency : float, default=50.0
        Frequency of the mains in Hz.
    """

    def __init__(self, kinds, snr, sfreq, mains_frequency=50.0):
        if isinstance(kinds, str) or not set(kinds) <= set(_KINDS):
            raise ValueError(
                f"noise must be a tuple of some of {_KINDS}, got {kinds!r}"
            )
        self.kinds = tuple(dict.fromkeys(kinds))
        self.snr = _as_range(snr)
        self.sfreq = sfreq
        self.mains_frequency = mains_frequency
        if not mains_frequency > 0:
            raise ValueError(f"mains_frequency must be > 0, got {mains_frequency!r}")
        for kind in self.kinds:
            _frequencies(kind, sfreq, mains_frequency)

    def __call__(self, X):
        """Return windows with noise.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The clean windows.

        Returns
        -------
        X : tensor of shape (n_windows, n_channels, n_times)
            New windows; the given ones stay as they are.
        """
        if not self.kinds:
            return X
        n_windows, n_kinds = len(X), len(self.kinds)
        has_kind = torch.rand(n_windows, n_kinds, device=X.device) < 0.5
        one = torch.randint(n_kinds, (n_windows, 1), device=X.device)
        has_kind = has_kind.scatter(1, one, True).to(X.dtype)
        total = torch.zeros_like(X)
        for i, kind in enumerate(self.kinds):
            noise = _draw(X, kind, self.sfreq, self.mains_frequency)
            total += has_kind[:, i, None, None] * _normalised(noise)
        low, high = self.snr
        snr = low + (high - low) * torch.rand(n_windows, device=X.device, dtype=X.dtype)
        return X + _at_snr(total, X, snr)


def noise_like(X, kind, snr, sfreq=None, mains_frequency=50.0):
    """Return noise for clean windows.

    Parameters
    ----------
    X : tensor of shape (n_windows, n_channels, n_times)
        The clean windows.
    kind : {"white", "mains", "motion"}
        "white" is normal and independent from sample to sample. "mains" are waves at
        `mains_frequency` and its multiples up to the tenth, below `sfreq / 2`, with
        random phases and amplitudes that fall as 1 / multiple. "motion" is drift: waves
        from 0.5 to 19.5 Hz whose power falls as 1 / frequency. The shapes of both
        spectra are our choice.
    snr : float or tensor of shape (n_windows,)
        10 log10 of the mean square of the clean window, each channel about its mean,
        over the mean square of the noise.
    sfreq : float, default=None
        Sampling frequency in Hz.
    mains_frequency : float, default=50.0
        Frequency of the mains in Hz.

    Returns
    -------
    noise : tensor of shape (n_windows, n_channels, n_times)
        Other noise in each channel; zero where a window is flat.
    """
    return _at_snr(_draw(X, kind, sfreq, mains_frequency), X, snr)


def power(X):
    """Return the mean square of each window, each channel about its mean.

    Parameters
    ----------
    X : tensor of shape (n_windows, n_channels, n_times)
        The windows.

    Returns
    -------
    power : tensor of shape (n_windows,)
        Exactly zero where a window is flat.
    """
    return (X - X[..., :1]).var(dim=-1, correction=0).mean(dim=-1)


def _at_snr(noise, X, snr):
    ratio = 10 ** (torch.as_tensor(snr, dtype=X.dtype, device=X.device) / 10)
    return _normalised(noise) * (power(X) / ratio).sqrt()[:, None, None]


def _normalised(noise):
    """Return noise whose mean square is one in every window."""
    return noise * torch.rsqrt(noise.square().mean(dim=(1, 2), keepdim=True))


def _draw(X, kind, sfreq, mains_frequency):
    """Return noise of any strength, drawn on the device of X."""
    if kind == "white":
        return torch.randn_like(X)
    frequencies, amplitudes = _frequencies(kind, sfreq, mains_frequency)
    angle = 2 * np.pi * np.outer(frequencies, np.arange(X.shape[-1]) / sfreq)
    waves = np.concatenate([np.cos(angle), np.sin(angle)])
    waves *= np.tile(amplitudes, 2)[:, np.newaxis]
    waves = torch.from_numpy(waves).to(X)
    # a normal cosine and a normal sine are a wave of any phase
    return X.new_empty(*X.shape[:-1], len(waves)).normal_() @ waves


def _frequencies(kind, sfreq, mains_frequency):
    """Return frequencies and amplitudes of the waves of a kind; white has none."""
    if kind == "white":
        return None
    if sfreq is None:
        raise ValueError(
            f"noise of the kind {kind!r} is in Hz, and the sampling rate is unknown: "
            "give sfreq=..., which the vote and recordings bring along, or use "
            'noise=("white",)'
        )
    if kind == "mains":
        multiple = np.arange(1, _N_HARMONICS + 1)
        frequencies, amplitudes = mains_frequency * multiple, 1 / multiple
    else:
        frequencies = np.arange(_STEP_OF_MOTION, _HIGHEST_MOTION, _STEP_OF_MOTION)
        amplitudes = frequencies**-0.5
    inside = frequencies < sfreq / 2
    if not inside[0]:
        raise ValueError(
            f"noise of the kind {kind!r} begins at {frequencies[0]:g} Hz, but signals "
            f"of sfreq={sfreq:g} end at {sfreq / 2:g} Hz; leave it out of noise"
        )
    return frequencies[inside], amplitudes[inside]


def _as_range(snr):
    try:
        low, high = snr
        fine = all(isinstance(v, numbers.Real) and math.isfinite(v) for v in snr)
    except (TypeError, ValueError):
        fine = False
    if not fine or low > high:
        raise ValueError(
            f"snr must be a tuple (lowest, highest) of numbers in dB, got {snr!r}"
        )
    return float(low), float(high)
