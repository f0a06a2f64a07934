"""A stem, stages of convolutions with residual blocks, and dense layers."""

import math

from torch import nn

from ._batch_norm import BatchNorm1d
from ._convolutions import Conv1d


def n_times_of_stages(n_times, n_stem, n_stages, pool_stride):
    """Return the samples that are left after the stem and after each stage.

    Parameters
    ----------
    n_times : int
        Samples of a window.
    n_stem, n_stages : int
        Convolutions of the stem, and stages behind it.
    pool_stride : int
        Step of the pooling, which looks at two samples.

    Returns
    -------
    left : list of int
        One number for the stem and one for each stage; zero where nothing is left.
    """

    def pooled(n_times):
        return max(0, (n_times - 2) // pool_stride + 1)

    for _ in range(n_stem):
        n_times = pooled(math.ceil(n_times / 2))
    left = [n_times]
    for _ in range(n_stages):
        left.append(pooled(left[-1]))
    return left


def shortest_window(n_stem, pool_stride):
    """Return how many samples a window needs for one to be left after the stem.

    Parameters
    ----------
    n_stem : int
        Convolutions of the stem.
    pool_stride : int
        Step of the pooling.

    Returns
    -------
    n_times : int
        Samples of the shortest window.
    """
    n_times = 1
    for _ in range(n_stem):
        n_times = 2 * ((n_times - 1) * pool_stride + 1) + 1
    return n_times


class ResidualBlock(nn.Module):
    """Two convolutions whose result is added to what they were given.

    Parameters
    ----------
    width, kernel : int
        Channels in and out, and samples of a filter.
    residual : bool
        Whether to add.
    batch_norm : bool
        Whether to normalise after each convolution.
    """

    def __init__(self, width, kernel, residual, batch_norm):
        super().__init__()
        self.residual = residual
        self.layers = nn.Sequential(
            *_convolution(width, width, kernel, 1, batch_norm),
            nn.ReLU(),
            *_convolution(width, width, kernel, 1, batch_norm),
        )

    def forward(self, x):
        """Return a tensor of the shape of `x`.

        Parameters
        ----------
        x : tensor of shape (n_windows, width, n_times)
            From the layer before.

        Returns
        -------
        x : tensor of shape (n_windows, width, n_times)
            For the layer behind.
        """
        return x + self.layers(x) if self.residual else self.layers(x)


class ResidualCNNModule(nn.Module):
    """A stem, stages of convolutions with residual blocks, and dense layers.

    Stages that would leave no sample of a window are not made.

    Parameters
    ----------
    n_channels, n_times, n_classes : int
        Shape of the data.
    stem_filters, stem_kernels, n_blocks, stage_filters, block_kernel, residual, \
            pool_stride, batch_norm, dense_units, negative_slope
        As in `ResidualCNNClassifier`.
    """

    def __init__(
        self,
        n_channels,
        n_times,
        n_classes,
        *,
        stem_filters,
        stem_kernels,
        n_blocks,
        stage_filters,
        block_kernel,
        residual,
        pool_stride,
        batch_norm,
        dense_units,
        negative_slope,
    ):
        super().__init__()

        def pooled(n_in, n_out, kernel, stride):
            return (
                *_convolution(n_in, n_out, kernel, stride, batch_norm),
                nn.ReLU(),
                nn.MaxPool1d(2, pool_stride),
            )

        def blocks(width):
            return (
                ResidualBlock(width, block_kernel, residual, batch_norm)
                for _ in range(n_blocks)
            )

        left = n_times_of_stages(
            n_times, len(stem_kernels), len(stage_filters), pool_stride
        )
        n_stages = sum(n > 0 for n in left) - 1
        layers, width = [], n_channels
        for kernel in stem_kernels:
            layers += pooled(width, stem_filters, kernel, 2)
            width = stem_filters
        layers += blocks(width)
        for filters in stage_filters[:n_stages]:
            layers += [*pooled(width, filters, 3, 1), *blocks(filters)]
            width = filters
        self.conv = nn.Sequential(*layers)

        layers, width = [nn.Flatten()], width * left[n_stages]
        for units in dense_units:
            layers += [nn.Linear(width, units), nn.LeakyReLU(negative_slope)]
            width = units
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
        return self.head(self.dense(self.conv(X)))


def _convolution(n_in, n_out, kernel, stride, batch_norm):
    convolution = Conv1d(n_in, n_out, kernel, stride, kernel // 2)
    return (convolution, BatchNorm1d(n_out)) if batch_norm else (convolution,)
