"""Convolutions that gain by bfloat16 on a CPU.

With the channels first in memory, pooling of bfloat16 is half of a training step there:
torch does it value by value. With the channels last it is vectorised, and so are the
layers before and behind. float32 is left alone: another order is another rounding.
"""

import torch
from torch import nn
from torch.nn import functional


class Conv1d(nn.Conv1d):
    """`torch.nn.Conv1d`, with the channels last in memory in bfloat16 on a CPU."""

    def forward(self, x):
        """Convolve a batch.

        Parameters
        ----------
        x : tensor of shape (n_windows, n_channels, n_times)
            The batch.

        Returns
        -------
        x : tensor of shape (n_windows, n_filters, n_steps)
            The result.
        """
        if not _is_bfloat16_on_cpu(x):
            return super().forward(x)
        # over one axis, torch puts the channels first whatever it gets
        x = x.unsqueeze(2).to(memory_format=torch.channels_last)
        weight = self.weight.unsqueeze(2)
        settings = (1, *self.stride), (0, *self.padding), (1, *self.dilation)
        x = functional.conv2d(x, weight, self.bias, *settings, self.groups)
        return x.squeeze(2)


class Conv2d(nn.Conv2d):
    """`torch.nn.Conv2d`, with the channels last in memory in bfloat16 on a CPU."""

    def forward(self, x):
        """Convolve a batch.

        Parameters
        ----------
        x : tensor of shape (n_windows, n_channels, n_frequencies, n_frames)
            The batch.

        Returns
        -------
        x : tensor of shape (n_windows, n_filters, n_rows, n_steps)
            The result.
        """
        if _is_bfloat16_on_cpu(x):
            x = x.to(memory_format=torch.channels_last)
        return super().forward(x)


def _is_bfloat16_on_cpu(x):
    return x.device.type == "cpu" and torch.is_autocast_enabled("cpu")
