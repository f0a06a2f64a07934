"""A few convolutions with pooling, one dense layer and a linear one."""

from torch import nn

from ._convolutions import Conv1d


def shortest_window(n_convs, stride):
    """Return how many samples a window needs for one to be left.

    Parameters
    ----------
    n_convs : int
        Number of convolutions, each of them followed by a pooling.
    stride : int
        Step of the first convolution.

    Returns
    -------
    n_times : int
        Samples of the shortest window.
    """
    return (2**n_convs - 1) * stride + 1


class LightCNNModule(nn.Module):
    """A few convolutions with pooling, one dense layer and a linear one.

    Parameters
    ----------
    n_channels, n_times, n_classes : int
        Shape of the data.
    conv_filters, conv_kernel, conv_stride, dense_units
        As in `LightCNNClassifier`.
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
        dense_units,
    ):
        super().__init__()
        layers, width, stride = [], n_channels, conv_stride
        n_times = -(-n_times // stride)
        for filters in conv_filters:
            layers += [
                Conv1d(width, filters, conv_kernel, stride, conv_kernel // 2),
                nn.ReLU(),
                nn.MaxPool1d(2),
            ]
            width, stride, n_times = filters, 1, n_times // 2
        self.conv = nn.Sequential(*layers)
        self.dense = nn.Sequential(
            nn.Flatten(), nn.Linear(width * n_times, dense_units), nn.ReLU()
        )
        self.head = nn.Linear(dense_units, n_classes)

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
        return self.head(self.dense(self.conv(X)))
