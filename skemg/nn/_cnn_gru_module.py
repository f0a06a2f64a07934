"""Convolutions over time, then recurrent layers, then one linear layer."""

import torch
from torch import nn

from ._convolutions import Conv1d

_CELLS = {"gru": nn.GRU, "lstm": nn.LSTM}


class CNNGRUModule(nn.Module):
    """Convolutions over time, then recurrent layers, then one linear layer.

    Parameters
    ----------
    n_channels, n_times, n_classes : int
        Shape of the data.
    conv_filters : tuple of int
        Filters of each convolution; empty for none.
    conv_kernel, conv_stride, pool, rnn_units, cell, bidirectional, dropout, readout
        As in `CNNGRUClassifier`.
    """

    def __init__(
        self,
        n_channels,
        n_times,
        n_classes,
        *,
        conv_filters,
        conv_kernel,
        conv_stride,
        pool,
        rnn_units,
        cell,
        bidirectional,
        dropout,
        readout,
    ):
        super().__init__()
        self.readout = readout
        layers, width, stride = [], n_channels, conv_stride
        for filters in conv_filters:
            layers.append(
                Conv1d(width, filters, conv_kernel, stride, padding=conv_kernel // 2)
            )
            layers.append(nn.ReLU())
            if pool:
                layers.append(nn.MaxPool1d(2, ceil_mode=True))
            width, stride = filters, 1
        self.conv = nn.Sequential(*layers)
        self.rnn = nn.ModuleList()
        for units in rnn_units:
            layer = _CELLS[cell](
                width, units, batch_first=True, bidirectional=bidirectional
            )
            self.rnn.append(layer)
            width = units * (1 + bidirectional)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, n_classes)

    def forward(self, X):
        """Return the logits.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        logits : tensor of shape (n_windows, n_classes)
            Not normalised.
        """
        sequence = self.conv(X).transpose(1, 2)
        for i, layer in enumerate(self.rnn):
            if i > 0:
                sequence = self.dropout(sequence)
            sequence, state = layer(sequence)
        if self.readout == "mean":
            return self.head(sequence.mean(dim=1))
        if isinstance(state, tuple):  # the hidden state of an LSTM, not its cell
            state = state[0]
        # each direction where it has seen the whole window
        return self.head(torch.cat(list(state), dim=-1))
