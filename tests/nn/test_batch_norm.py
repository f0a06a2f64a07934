"""Batch normalisation with weights, against torch's own on repeated rows."""

import pytest
import torch
from torch.testing import assert_close

from skemg.nn._batch_norm import BatchNorm1d, BatchNorm2d, weighted_batches

SHAPES = [(BatchNorm1d, (6, 3)), (BatchNorm1d, (6, 3, 5)), (BatchNorm2d, (6, 3, 4, 5))]
every_shape = pytest.mark.parametrize("kind, shape", SHAPES)


def pair(kind, shape):
    """Return our layer, torch's with the same scale and shift, and a batch."""
    generator = torch.Generator().manual_seed(0)
    ours, theirs = kind(3).double(), kind.__mro__[2](3).double()
    assert type(theirs).__module__ == "torch.nn.modules.batchnorm"
    with torch.no_grad():
        for layer in (ours, theirs):
            layer.weight.copy_(torch.tensor([0.5, 1.0, 2.0]))
            layer.bias.copy_(torch.tensor([-1.0, 0.0, 3.0]))
    X = 3 + 2 * torch.randn(shape, generator=generator, dtype=torch.float64)
    return ours, theirs, X


@every_shape
@pytest.mark.parametrize("weight", [None, torch.ones(6)])
def test_without_weights_or_with_ones_it_is_that_of_torch(kind, shape, weight):
    ours, theirs, X = pair(kind, shape)
    for _ in range(2):
        with weighted_batches(ours, weight):
            assert_close(ours(X), theirs(X))
    assert_close(ours.state_dict(), theirs.state_dict())
    assert ours.num_batches_tracked == 2
    assert_close(ours.eval()(X), theirs.eval()(X))


@every_shape
def test_a_row_of_weight_two_is_that_row_repeated(kind, shape):
    ours, theirs, X = pair(kind, shape)
    X.requires_grad_()
    repeats = torch.tensor([1, 2, 1, 3, 1, 2])
    rows = torch.arange(6).repeat_interleave(repeats)
    with weighted_batches(ours, repeats.double()):
        weighted = ours(X)
    repeated = theirs(X[rows])
    assert_close(weighted[rows], repeated)
    assert_close(ours.state_dict(), theirs.state_dict())  # running moments included

    per_row = repeats.double().view(-1, *[1] * (X.ndim - 1))
    slope, *of_ours = torch.autograd.grad(
        (weighted.sin() * per_row).sum(), [X, ours.weight, ours.bias]
    )
    expected, *of_theirs = torch.autograd.grad(
        repeated.sin().sum(), [X, theirs.weight, theirs.bias]
    )
    assert_close(slope, expected)
    assert_close(of_ours, of_theirs)


@pytest.mark.parametrize("scale", [1e-6, 0.1])
def test_small_weights_that_are_all_equal_change_nothing(scale):
    ours, theirs, X = pair(BatchNorm1d, (6, 3, 5))
    with weighted_batches(ours, torch.full((6,), scale)):
        assert_close(ours(X), theirs(X))
    assert_close(ours.state_dict(), theirs.state_dict())


def test_weighted_moments_by_hand():
    layer, X = BatchNorm1d(1, eps=0.0), torch.tensor([[0.0], [4.0]])
    with weighted_batches(layer, torch.tensor([3.0, 1.0])):
        normalised = layer(X)
    # mean 1, variance (3 * 1 + 9) / 4 = 3, of four values unbiased 4
    assert_close(normalised, torch.tensor([[-1.0], [3.0]]) / 3**0.5)
    assert_close(layer.running_mean, torch.tensor([0.1]))
    assert_close(layer.running_var, torch.tensor([0.9 + 0.1 * 4.0]))


@every_shape
def test_the_weights_are_forgotten_and_play_no_part_in_prediction(kind, shape):
    ours, theirs, X = pair(kind, shape)
    with weighted_batches(ours.eval(), torch.arange(6.0)):
        assert_close(ours(X), theirs.eval()(X))
    assert ours.row_weight is None


@pytest.mark.parametrize("weight", [None, torch.tensor([2.0])])
def test_a_lone_value_is_normalised_by_the_running_moments(weight):
    layer = BatchNorm1d(2)
    layer.running_mean.copy_(torch.tensor([1.0, 2.0]))
    layer.running_var.copy_(torch.tensor([4.0, 9.0]))
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    with weighted_batches(layer, weight):
        normalised = layer(torch.tensor([[[3.0], [8.0]]]))
    assert_close(normalised, torch.tensor([[[1.0], [2.0]]]), rtol=1e-5, atol=0)
    assert_close(layer.state_dict(), before)
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        torch.nn.BatchNorm1d(2)(torch.ones(1, 2, 1))


def test_half_precision_keeps_its_type_and_the_digits_of_the_moments():
    layer, X = BatchNorm1d(1), torch.linspace(100, 101, 256).view(-1, 1).bfloat16()
    with weighted_batches(layer, torch.ones(256)):
        normalised = layer(X)
    expected = torch.nn.BatchNorm1d(1)(X.float())
    assert normalised.dtype is torch.bfloat16
    assert_close(normalised, expected.bfloat16(), rtol=0.016, atol=1e-3)


def test_the_order_of_the_axes_in_memory_changes_nothing():
    ours, theirs, X = pair(BatchNorm1d, (6, 3, 5))
    turned = X.transpose(1, 2).contiguous().transpose(1, 2)
    assert not turned.is_contiguous()
    result = ours(turned)
    assert result.transpose(1, 2).is_contiguous()  # as it came
    assert_close(result, theirs(X))
    assert_close(ours.running_var, theirs.running_var)
