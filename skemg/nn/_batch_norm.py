"""Batch normalisation in which a row of weight two counts as two rows."""

from contextlib import contextmanager

import torch
from torch import nn
from torch.nn import functional


class _Weighted:
    """Normalise by the weighted moments of a batch, where its rows have weights.

    A batch with a lone value a channel has no variance; it is normalised by the running
    statistics, which stay as they are.
    """

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
        n_values = x.numel() // x.shape[1]
        if self.training and n_values == 1:
            moments = self.running_mean, self.running_var
            return functional.batch_norm(
                x, *moments, self.weight, self.bias, eps=self.eps
            )
        if self.row_weight is None or not self.training:
            return super().forward(x)
        return self._weighted(x, n_values)

    def _weighted(self, x, n_values):
        given = x.dtype
        x = x.to(torch.promote_types(given, torch.float32))
        axes = (0, *range(2, x.ndim))
        weight = self.row_weight.to(x).view(-1, *[1] * (x.ndim - 1))
        total = weight.sum() * (n_values // len(x))
        mean = (x * weight).sum(axes, keepdim=True) / total
        var = ((x - mean).square() * weight).sum(axes, keepdim=True) / total
        with torch.no_grad():
            self.num_batches_tracked += 1
            # weights above one repeat rows; those below one must not make them fewer
            n_values = total.clamp(min=n_values)
            unbiased = var.flatten() * n_values / (n_values - 1)
            self.running_mean.lerp_(mean.flatten().to(self.running_mean), self.momentum)
            self.running_var.lerp_(unbiased.to(self.running_var), self.momentum)
        shape = mean.shape
        x = (x - mean) * torch.rsqrt(var + self.eps)
        return (x * self.weight.view(shape) + self.bias.view(shape)).to(given)


class BatchNorm1d(_Weighted, nn.BatchNorm1d):
    """`torch.nn.BatchNorm1d` that respects `sample_weight`."""

    def forward(self, x):
        """Normalise a batch; see `_Weighted`."""
        if x.ndim == 3 and not x.is_contiguous():  # torch knows that order in 4-D only
            return super().forward(x.unsqueeze(2)).squeeze(2)
        return super().forward(x)

    def _check_input_dim(self, x):
        if x.ndim != 4:
            super()._check_input_dim(x)


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
