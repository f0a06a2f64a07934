"""Attention over the channels and the places of an image."""

import torch
from torch import nn


class ChannelAttention(nn.Module):
    """Weight the channels by what is in their mean and in their maximum.

    Parameters
    ----------
    n_channels : int
        Channels of the images.
    reduction : int
        How many times fewer units the layer between has, which has at least one.
    """

    def __init__(self, n_channels, reduction):
        super().__init__()
        n_units = max(1, n_channels // reduction)
        self.mlp = nn.Sequential(
            nn.Linear(n_channels, n_units), nn.ReLU(), nn.Linear(n_units, n_channels)
        )

    def forward(self, x):
        """Return the weighted images.

        Parameters
        ----------
        x : tensor of shape (n_windows, n_channels, height, width)
            The images.

        Returns
        -------
        x : tensor of the same shape
            The images times a weight from 0 to 1 for each channel.
        """
        logits = self.mlp(x.mean((2, 3))) + self.mlp(x.amax((2, 3)))
        return x * torch.sigmoid(logits)[:, :, None, None]


class SpatialAttention(nn.Module):
    """Weight the places by the mean and the maximum of the channels around them.

    Parameters
    ----------
    kernel : int, default=7
        Side of the filter, odd.
    """

    def __init__(self, kernel=7):
        super().__init__()
        self.conv = nn.Conv2d(2, 1, kernel, padding=kernel // 2)

    def forward(self, x):
        """Return the weighted images.

        Parameters
        ----------
        x : tensor of shape (n_windows, n_channels, height, width)
            The images.

        Returns
        -------
        x : tensor of the same shape
            The images times a weight from 0 to 1 for each place.
        """
        summary = torch.stack([x.mean(1), x.amax(1)], dim=1)
        return x * torch.sigmoid(self.conv(summary))


def attention_block(kind, n_channels, reduction):
    """Return the layer that a word stands for.

    Parameters
    ----------
    kind : {"cbam", "se", None}
        Channels then places, channels alone, or neither.
    n_channels : int
        Channels of the images.
    reduction : int
        As in `ChannelAttention`.

    Returns
    -------
    layer : torch.nn.Module
        The layer.
    """
    if kind is None:
        return nn.Identity()
    channels = ChannelAttention(n_channels, reduction)
    if kind == "se":
        return channels
    return nn.Sequential(channels, SpatialAttention())
