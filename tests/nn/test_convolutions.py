"""Convolutions of ours beside those of torch."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from skemg.nn._batch_norm import BatchNorm1d
from skemg.nn._convolutions import Conv1d, Conv2d

LAYERS = [
    (Conv1d, (1, 8, 5), {"padding": 2}, (4, 1, 30)),
    (Conv1d, (3, 8, 5), {"padding": 2, "stride": 4}, (4, 3, 30)),
    (Conv1d, (4, 8, 3), {"dilation": 3, "groups": 2}, (4, 4, 30)),
    (Conv2d, (3, 8, 3), {"padding": 1}, (4, 3, 9, 7)),
]
every_layer = pytest.mark.parametrize("kind, args, settings, shape", LAYERS)


def both(kind, args, settings, shape, *, bfloat16):
    """Return results, and gradients of weights and of X, of our layer and torch's."""
    parts = []
    for cls in (kind, kind.__base__):
        with torch.random.fork_rng():
            torch.manual_seed(0)
            layer, X = cls(*args, **settings), torch.randn(shape, requires_grad=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            result = layer(X)
        result.float().square().sum().backward()
        parts.append([result, layer.weight.grad, layer.bias.grad, X.grad])
    return zip(*parts, strict=True)


@every_layer
def test_float32_is_that_of_torch_bit_by_bit(kind, args, settings, shape):
    for ours, theirs in both(kind, args, settings, shape, bfloat16=False):
        assert torch.equal(ours, theirs) and ours.stride() == theirs.stride()


@every_layer
def test_bfloat16_is_that_of_torch_but_for_its_rounding(kind, args, settings, shape):
    for ours, theirs in both(kind, args, settings, shape, bfloat16=True):
        assert ours.dtype == theirs.dtype
        atol = 0.01 * float(theirs.detach().abs().max())
        assert_close(ours, theirs, rtol=0.016, atol=atol)


@pytest.mark.parametrize("n_channels", [1, 3])
def test_channels_stay_last_in_memory_through_all_layers(n_channels):
    layers = [
        Conv1d(n_channels, 8, 5, padding=2),
        BatchNorm1d(8),
        nn.ReLU(),
        nn.MaxPool1d(2),
        Conv1d(8, 16, 5, padding=2),
        BatchNorm1d(16),
        nn.ReLU(),
        nn.MaxPool1d(2),
    ]
    x = torch.randn(4, n_channels, 32)
    with torch.autocast("cpu", torch.bfloat16):
        for layer in layers:
            x = layer(x)
            assert x.dtype == torch.bfloat16
            assert x.transpose(1, 2).is_contiguous()
