"""Convolutions and poolings in two dimensions, then dense layers."""

from torch import nn

from ._convolutions import Conv2d


class ImageCNNModule(nn.Module):
    """Convolutions and poolings in two dimensions, then dense layers.

    Parameters
    ----------
    n_channels, n_frequencies, n_frames, n_classes : int
        Shape of the data.
    conv_filters, conv_kernel, pool_size, dense_units, dropout
        As in `ImageCNNClassifier`.
    """

    def __init__(
        self,
        n_channels,
        n_frequencies,
        n_frames,
        n_classes,
        *,
        conv_filters,
        conv_kernel,
        pool_size,
        dense_units,
        dropout,
    ):
        super().__init__()
        layers, width, height, length = [], n_channels, n_frequencies, n_frames
        for filters in conv_filters:
            by = (min(pool_size, height), min(pool_size, length))
            layers += [
                Conv2d(width, filters, conv_kernel, padding=conv_kernel // 2),
                nn.ReLU(),
                nn.MaxPool2d(by, ceil_mode=True),
            ]
            width, height, length = filters, -(-height // by[0]), -(-length // by[1])
        self.conv = nn.Sequential(*layers)
        self.dense = nn.Sequential(
            nn.Flatten(),
            nn.Linear(width * height * length, dense_units),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.head = nn.Linear(dense_units, n_classes)

    def forward(self, X):
        """Return the logits.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_frequencies, n_frames)
            The images.

        Returns
        -------
        logits : tensor of shape (n_windows, n_classes)
            Not normalised.
        """
        return self.head(self.dense(self.conv(X)))
