"""Batch normalisation in which a row of weight two counts as two rows."""

from contextlib import contextmanager

import torch
from torch import nn


class _Weighted:
    """Normalise by the weighted moments of a batch, where its rows have weights."""

    row_weight = None

    def forward(self, x):
        """Normalise a batch.

        Parameters
        ----------
        x : tensor of shape (n_windows, n_channels, ...)
            The batch.

        Returns
        -------
        x : tensor of the same shape
            Normalised, scaled and shifted.
        """
        if self.training and x[:, 0].numel() == 1:  # one value has no variance
            return nn.functional.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias
            )
        if self.row_weight is None or not self.training:
            return super().forward(x)
        axes = (0, *range(2, x.ndim))
        weight = self.row_weight.to(x.dtype).view(-1, *[1] * (x.ndim - 1))
        n_each = x[0, 0].numel()
        total = weight.sum() * n_each
        mean = (x * weight).sum(axes, keepdim=True) / total
        var = ((x - mean).square() * weight).sum(axes, keepdim=True) / total
        with torch.no_grad():
            self.num_batches_tracked += 1
            unbiased = var.flatten() * total / (total - 1).clamp(min=1)
            self.running_mean.lerp_(mean.flatten().to(self.running_mean), self.momentum)
            self.running_var.lerp_(unbiased.to(self.running_var), self.momentum)
        shape = mean.shape
        x = (x - mean) * torch.rsqrt(var + self.eps)
        return x * self.weight.view(shape) + self.bias.view(shape)


class BatchNorm1d(_Weighted, nn.BatchNorm1d):
    """`torch.nn.BatchNorm1d` that respects `sample_weight`."""


class BatchNorm2d(_Weighted, nn.BatchNorm2d):
    """`torch.nn.BatchNorm2d` that respects `sample_weight`."""


@contextmanager
def weighted_batches(module, row_weight):
    """Let the batch normalisation inside a module know the weights of the rows."""
    if row_weight is None:
        yield
        return
    layers = [layer for layer in module.modules() if isinstance(layer, _Weighted)]
    for layer in layers:
        layer.row_weight = row_weight
    try:
        yield
    finally:
        for layer in layers:
            layer.row_weight = None
