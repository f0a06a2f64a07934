"""Changes of the training windows that are drawn anew for every batch."""

import numbers

import torch

_STRENGTHS = ("noise", "shift", "amplitude", "polarity")


class Augment:
    """Change windows of shape (n_windows, n_channels, ..., n_times) where they lie.

    Parameters
    ----------
    strengths : dict
        Some of noise, shift, amplitude, polarity; see the parameter `augment`.
    """

    def __init__(self, strengths):
        if not isinstance(strengths, dict):
            raise ValueError(
                f"augment must be a dict such as dict(noise=0.03), got {strengths!r}"
            )
        for name, value in strengths.items():
            if name not in _STRENGTHS:
                raise ValueError(f"augment knows {_STRENGTHS}, got {name!r}")
            if not isinstance(value, numbers.Real) or not 0 <= value <= 1:
                raise ValueError(
                    f"augment={{{name!r}: {value!r}}}: strengths are from 0 to 1"
                )
        self.strengths = strengths

    def __call__(self, X):
        """Return changed windows.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, ..., n_times)
            The windows, or images of windows.

        Returns
        -------
        X : tensor of the same shape
            New windows; the given ones stay as they are.
        """
        get = self.strengths.get
        if shift := get("shift", 0):
            X = _shifted(X, shift)
        one_a_window = X.new_empty(len(X), *[1] * (X.ndim - 1))
        if amplitude := get("amplitude", 0):
            X = X * torch.exp(amplitude * torch.randn_like(one_a_window))
        if polarity := get("polarity", 0):
            X = torch.where(torch.rand_like(one_a_window) < polarity, -X, X)
        if noise := get("noise", 0):
            sd = X.std(dim=tuple(range(2, X.ndim)), keepdim=True, correction=0)
            X = X + noise * sd * torch.randn_like(X)
        return X


def _shifted(X, shift):
    """Roll each window by up to `shift` of its last axis, all its channels alike."""
    n_times = X.shape[-1]
    most = int(shift * n_times)
    one_a_window = (len(X), *[1] * (X.ndim - 1))
    by = torch.randint(-most, most + 1, one_a_window, device=X.device)
    at = (torch.arange(n_times, device=X.device) - by) % n_times
    return X.gather(-1, at.expand(X.shape))
