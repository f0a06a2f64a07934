"""One encoder, a decoder that takes noise out, and a head that classifies."""

from torch import nn

from ._denoising_module import DenoisingModule


class JointDenoisingModule(DenoisingModule):
    """One encoder, a decoder that takes noise out, and a head that classifies.

    Parameters
    ----------
    n_channels, n_times, n_classes : int
        Shape of the data.
    conv_filters, conv_kernel, dense_units
        As in `JointDenoisingClassifier`.
    """

    def __init__(
        self, n_channels, n_times, n_classes, *, conv_filters, conv_kernel, dense_units
    ):
        super().__init__(n_channels, conv_filters, conv_kernel)
        width = conv_filters[-1]
        self.dense = nn.Identity()
        if dense_units is not None:
            self.dense = nn.Sequential(nn.Linear(width, dense_units), nn.ReLU())
            width = dense_units
        self.head = nn.Linear(width, n_classes)

    def forward(self, X, rebuild=False):
        """Return the logits, and the rebuilt windows where they are asked for.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The windows.
        rebuild : bool, default=False
            Whether the decoder works too.

        Returns
        -------
        logits : tensor of shape (n_windows, n_classes)
            Not normalised.
        rebuilt : tensor of shape (n_windows, n_channels, n_times)
            If `rebuild`.
        """
        levels = self.encode(X)
        logits = self.head(self.dense(levels[-1].mean(dim=-1)))
        return (logits, self.rebuild(X, levels)) if rebuild else logits
