"""Dense layers with batch normalisation and dropout."""

from torch import nn

from ._batch_norm import BatchNorm1d


class DenseModule(nn.Module):
    """Dense layers with batch normalisation and dropout.

    Parameters
    ----------
    n_channels, n_times, n_classes : int
        Shape of the data; a row of features is one channel.
    dense_units, batch_norm, dropout
        As in `DenseClassifier`.
    """

    def __init__(
        self, n_channels, n_times, n_classes, *, dense_units, batch_norm, dropout
    ):
        super().__init__()
        layers, width = [], n_channels * n_times
        for i, n_units in enumerate(dense_units):
            layers.append(nn.Linear(width, n_units))
            if batch_norm and i < 2:
                layers.append(BatchNorm1d(n_units))
            layers.append(nn.ReLU())
            if i == min(2, len(dense_units) - 1):
                layers.append(nn.Dropout(dropout))
            width = n_units
        self.dense = nn.Sequential(*layers)
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
        return self.head(self.dense(X.flatten(1)))
