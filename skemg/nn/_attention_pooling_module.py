"""An encoder of windows, and attention that pools those of a recording."""

import torch
from torch import nn

from ._convolutions import Conv1d


class AttentionPoolingModule(nn.Module):
    """An encoder of windows, and attention that pools those of a recording.

    Parameters
    ----------
    n_channels, n_times, n_classes : int
        Shape of the data; features are one channel with a time a feature.
    encoder : {"dense", "conv"}
        Kind of the encoder.
    conv_filters : tuple of int
        Filters of each convolution.
    conv_kernel, conv_stride, encoder_units, attention_units, dropout
        As in `AttentionPoolingClassifier`.
    """

    def __init__(
        self,
        n_channels,
        n_times,
        n_classes,
        *,
        encoder,
        conv_filters,
        conv_kernel,
        conv_stride,
        encoder_units,
        attention_units,
        dropout,
    ):
        super().__init__()
        if encoder == "dense":
            width = n_channels * n_times
            layers = [Standardize(width)]
        else:
            width, layers = n_channels, []
            for filters in conv_filters:
                layers += [
                    Conv1d(
                        width,
                        filters,
                        conv_kernel,
                        conv_stride,
                        padding=conv_kernel // 2,
                    ),
                    nn.ReLU(),
                ]
                width = filters
            layers.append(TimeMean())
        self.encoder = nn.Sequential(
            *layers, nn.Linear(width, encoder_units), nn.ReLU()
        )
        self.attention = GatedAttention(encoder_units, attention_units)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(encoder_units, n_classes)

    def learn(self, X, weight):
        """Learn mean and standard deviation of the columns that a dense encoder reads.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The windows.
        weight : tensor of shape (n_windows,) or None
            Their weights.
        """
        if isinstance(self.encoder[0], Standardize):
            self.encoder[0].learn(X, weight)

    def forward(self, X, inside=None):
        """Return the logits.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The windows, those of a recording together.
        inside : tensor of bool of shape (n_recordings, n_places), default=None
            True for as many places of a row as the recording has windows, then False.
            None for one window a recording.

        Returns
        -------
        logits : tensor of shape (n_recordings, n_classes)
            Not normalised.
        """
        if inside is None:
            inside = torch.ones(len(X), 1, dtype=torch.bool, device=X.device)
        codes = _padded(self.encoder(X), inside)
        weights = self.attention(codes, inside)
        pooled = (weights.unsqueeze(-1) * codes).sum(dim=1)
        return self.head(self.dropout(pooled))

    def window_weights(self, X, inside):
        """Return the weight of each window in its recording.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The windows, those of a recording together.
        inside : tensor of bool of shape (n_recordings, n_places)
            As for `forward`.

        Returns
        -------
        weights : tensor of shape (n_windows,)
            They sum to one in each recording.
        """
        return self.attention(_padded(self.encoder(X), inside), inside)[inside]


class GatedAttention(nn.Module):
    """The gated attention of Ilse 2018: softmax of w'(tanh(V h) * sigmoid(U h)).

    Parameters
    ----------
    n_inputs : int
        Length of an encoded window h.
    n_units : int
        Rows of V and U.
    """

    def __init__(self, n_inputs, n_units):
        super().__init__()
        self.value = nn.Linear(n_inputs, n_units, bias=False)
        self.gate = nn.Linear(n_inputs, n_units, bias=False)
        self.score = nn.Linear(n_units, 1, bias=False)

    def forward(self, codes, inside):
        """Return the weights.

        Parameters
        ----------
        codes : tensor of shape (n_recordings, n_places, n_inputs)
            The encoded windows.
        inside : tensor of bool of shape (n_recordings, n_places)
            Where there is a window.

        Returns
        -------
        weights : tensor of shape (n_recordings, n_places)
            They sum to one over the windows and are zero elsewhere.
        """
        gated = torch.tanh(self.value(codes)) * torch.sigmoid(self.gate(codes))
        score = self.score(gated).squeeze(-1)
        return score.masked_fill(~inside, -torch.inf).softmax(dim=1)


class Standardize(nn.Module):
    """Flatten windows and scale the columns by what was learned of them.

    Parameters
    ----------
    n_columns : int
        Values of a window.
    """

    def __init__(self, n_columns):
        super().__init__()
        self.register_buffer("mean", torch.zeros(n_columns))
        self.register_buffer("scale", torch.ones(n_columns))

    def learn(self, X, weight):
        """Learn mean and standard deviation.

        Parameters
        ----------
        X : tensor of shape (n_windows, ...)
            The windows.
        weight : tensor of shape (n_windows,) or None
            Their weights.
        """
        X = X.flatten(1).double()
        share = X.new_ones(len(X)) if weight is None else weight.to(X)
        share = (share / share.sum()).unsqueeze(1)
        mean = (share * X).sum(dim=0)
        sd = (share * (X - mean).square()).sum(dim=0).sqrt()
        is_flat = sd <= 1e-12 * mean.abs()  # but for rounding
        self.mean.copy_(mean)
        self.scale.copy_(sd.masked_fill(is_flat, 1))

    def forward(self, X):
        """Return the scaled columns.

        Parameters
        ----------
        X : tensor of shape (n_windows, ...)
            The windows.

        Returns
        -------
        X : tensor of shape (n_windows, n_columns)
            Scaled.
        """
        return (X.flatten(1) - self.mean) / self.scale


class TimeMean(nn.Module):
    """The mean over the time axis."""

    def forward(self, X):
        """Return the means.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The sequences.

        Returns
        -------
        X : tensor of shape (n_windows, n_channels)
            Their means.
        """
        return X.mean(dim=-1)


def _padded(codes, inside):
    """Return encoded windows with a row a recording, and zeros where none is."""
    counts = inside.sum(dim=1)
    bag = torch.arange(len(counts), device=codes.device)
    bag = bag.repeat_interleave(counts, output_size=len(codes))
    first = counts.cumsum(0) - counts
    place = torch.arange(len(codes), device=codes.device) - first[bag]
    # no place is written twice, so CUDA repeats its results bit by bit
    padded = codes.new_zeros(*inside.shape, codes.shape[1])
    padded[bag, place] = codes
    return padded
