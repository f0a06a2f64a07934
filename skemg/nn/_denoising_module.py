"""An encoder and a decoder that tell the noise in a signal."""

import torch
from torch import nn

from ._noise import power

STRIDE = 4  # of every convolution of the encoder
_DILATIONS = (1, 2, 4)


class DenoisingModule(nn.Module):
    """Subtract from a signal the noise that an encoder and a decoder see in it.

    The encoder shortens the signal fourfold with each convolution; dilated convolutions
    then look around. The decoder is its mirror and sees what each layer of the encoder
    gave. It tells which share of each sample is noise, and what noise there is besides:
    the share mutes what is all noise, the rest is drift and hum. Every layer slides
    along time, so that any length goes in and comes out.

    Parameters
    ----------
    n_channels : int
        Channels of the signal.
    conv_filters : tuple of int
        Filters of each convolution of the encoder.
    conv_kernel : int
        Samples of every filter, odd.

    Attributes
    ----------
    radius : int
        How many samples before and behind a sample have a say in it.
    """

    def __init__(self, n_channels, conv_filters, conv_kernel):
        super().__init__()
        self.register_buffer("scale", torch.ones(()))
        self.encoder = _Encoder(n_channels, conv_filters, conv_kernel)
        self.decoder = _Decoder(n_channels, conv_filters, conv_kernel)
        n_layers = len(conv_filters)
        steps = sum(STRIDE**i for i in range(n_layers))  # of one filter at each level
        deepest = STRIDE**n_layers * sum(_DILATIONS)
        self.radius = conv_kernel // 2 * (3 * steps - 1 + deepest)

    def learn(self, X, weight):
        """Remember the standard deviation of the training data.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The clean windows.
        weight : tensor of shape (n_windows,) or None
            Weights of the windows.
        """
        weight = X.new_ones(len(X)) if weight is None else weight
        share = weight / weight.sum()
        mean = X.mean(dim=(1, 2))
        var = X.var(dim=(1, 2), correction=0)
        var = (share * (var + (mean - (share * mean).sum()).square())).sum()
        if var > 0:
            self.scale.copy_(var.sqrt())

    def forward(self, X):
        """Return the signals without their noise.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        X : tensor of the same shape
            The rebuilt windows.
        """
        return self.rebuild(X, self.encode(X))

    def encode(self, X):
        """Return what each layer of the encoder sees, the shortest last."""
        return self.encoder(X / self.scale)

    def rebuild(self, X, levels):
        """Return the signals without the noise that the decoder finds in `levels`."""
        share, rest = self.decoder(levels, X.shape[-1]).chunk(2, dim=1)
        return X - torch.tanh(share) * X - self.scale * rest


class _Encoder(nn.Module):
    def __init__(self, n_channels, conv_filters, kernel):
        super().__init__()
        self.conv = nn.ModuleList()
        width = n_channels
        for filters in conv_filters:
            self.conv.append(
                nn.Conv1d(width, filters, kernel, STRIDE, padding=kernel // 2)
            )
            width = filters
        self.context = nn.ModuleList(
            nn.Conv1d(width, width, kernel, padding="same", dilation=dilation)
            for dilation in _DILATIONS
        )

    def forward(self, x):
        levels = []
        for layer in self.conv:
            x = torch.relu(layer(x))
            levels.append(x)
        for layer in self.context:
            x = x + torch.relu(layer(x))
        levels[-1] = x
        return levels


class _Decoder(nn.Module):
    def __init__(self, n_channels, conv_filters, kernel):
        super().__init__()
        self.grow, self.merge = nn.ModuleList(), nn.ModuleList()
        *shallow, width = conv_filters
        for filters in reversed(shallow):
            self.grow.append(_growing(width, filters, kernel))
            self.merge.append(nn.Conv1d(2 * filters, filters, kernel, padding="same"))
            width = filters
        self.last = _growing(width, 2 * n_channels, kernel)
        nn.init.zeros_(self.last.weight)  # at first nothing is taken for noise

    def forward(self, levels, n_times):
        *shallow, x = levels
        for grow, merge, level in zip(
            self.grow, self.merge, reversed(shallow), strict=True
        ):
            x = grow(x)[..., : level.shape[-1]]
            x = torch.relu(merge(torch.cat([x, level], dim=1)))
        return self.last(x)[..., :n_times]


def _growing(width, filters, kernel):
    """Return a layer that turns a sample into `STRIDE` of them."""
    # without a bias the number of channels is in one axis of one weight alone
    return nn.ConvTranspose1d(
        width,
        filters,
        kernel,
        STRIDE,
        padding=kernel // 2,
        output_padding=STRIDE - 1,
        bias=False,
    )


def relative_error(rebuilt, clean):
    """Return the mean square of the error of each window over the power of the window.

    Parameters
    ----------
    rebuilt, clean : tensor of shape (n_windows, n_channels, n_times)
        The windows.

    Returns
    -------
    error : tensor of shape (n_windows,)
        0 where a clean window is flat: it has no power.
    """
    error = (rebuilt - clean).square().mean(dim=(1, 2))
    reference = power(clean)
    has_power = reference > 0
    return error / torch.where(has_power, reference, 1.0) * has_power
