"""Convolutions with attention over a spectrogram and its slope."""

from torch import nn

from ._attention_blocks import attention_block
from ._batch_norm import BatchNorm2d
from ._log_spectrogram import LogSpectrogram


class SpectroEMGNetModule(nn.Module):
    """Convolutions with attention over a spectrogram and its slope.

    Parameters
    ----------
    n_channels, n_times, n_classes : int
        Shape of the data.
    n_fft, n_hop, conv_filters, attention, reduction, dense_units, dropout
        As in `SpectroEMGNetClassifier`.
    """

    def __init__(
        self,
        n_channels,
        n_times,
        n_classes,
        *,
        n_fft,
        n_hop,
        conv_filters,
        attention,
        reduction,
        dense_units,
        dropout,
    ):
        super().__init__()
        self.spectrogram = LogSpectrogram(n_channels, n_fft, n_hop)
        layers, width = [], 2 * n_channels
        for n_filters in conv_filters:
            layers += [
                nn.Conv2d(width, n_filters, 3, padding=1, bias=False),
                BatchNorm2d(n_filters),
                nn.ReLU(),
                attention_block(attention, n_filters, reduction),
                nn.MaxPool2d(2, ceil_mode=True),
            ]
            width = n_filters
        self.conv = nn.Sequential(*layers)
        self.dense = nn.Sequential(
            nn.Linear(width, dense_units), nn.ReLU(), nn.Dropout(dropout)
        )
        self.head = nn.Linear(dense_units, n_classes)

    def learn(self, X, weight):
        """Take the statistics of the spectrogram; see `LogSpectrogram`."""
        self.spectrogram.learn(X, weight)

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
        image = self.conv(self.spectrogram(X))
        return self.head(self.dense(image.mean((2, 3))))
