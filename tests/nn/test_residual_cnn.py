"""The residual CNN: the nets of two sources by their numbers, and short windows."""

import pickle
import warnings

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from small_nets import make_windows
from torch import nn
from torch.testing import assert_close

from skemg.nn import ResidualCNNClassifier
from skemg.nn._batch_norm import BatchNorm1d
from skemg.nn._residual_cnn_module import ResidualBlock, ResidualCNNModule

NEMGNET = {
    "stem_kernels": (11, 7, 5),
    "stage_filters": (128, 256, 512, 1024),
    "n_blocks": 2,
    "block_kernel": 5,
    "dense_units": (512, 256, 64, 16),
    "negative_slope": 0.01,
}
# as deep, but thin
THIN = {"stem_filters": 1, "stage_filters": (1, 1), "dense_units": (2,)}
THIN_NEMGNET = {**NEMGNET, **THIN, "stage_filters": (1, 1, 1, 1)}


def module(n_times=940, n_channels=1, n_classes=3, **settings):
    architecture = ResidualCNNClassifier(**settings)._architecture()
    return ResidualCNNModule(n_channels, n_times, n_classes, **architecture)


def of_kind(net, kind):
    return [layer for layer in net.modules() if isinstance(layer, kind)]


# -- the nets of the sources -----------------------------------------------------------


@pytest.mark.parametrize(
    "n_times, settings, n_convolutions, n_parameters",
    [
        (940, {"n_blocks": 0}, 5, 207_235),
        (940, {"residual": False}, 11, 726_019),
        (940, {}, 11, 726_019),
        (4000, NEMGNET, 27, 31_825_923),
        (4000, {**NEMGNET, "pool_stride": 1}, 27, 289_775_619),
    ],
    ids=["row 1", "row 2", "row 3", "nEMGNet", "nEMGNet as coded"],
)
def test_the_nets_of_the_sources_are_settings(
    n_times, settings, n_convolutions, n_parameters
):
    with torch.device("meta"):  # a billion bytes are counted, not filled
        net = module(n_times, **settings)
    assert sum(p.numel() for p in net.parameters()) == n_parameters
    assert len(of_kind(net, nn.Conv1d)) == n_convolutions
    assert len(of_kind(net, BatchNorm1d)) == n_convolutions
    assert [name for name, _ in net.named_children()] == ["conv", "dense", "head"]


def test_the_parameters_of_row_3_counted_by_hand():
    def conv(n_in, n_out, kernel):
        return n_out * (n_in * kernel + 1) + 2 * n_out  # bias; scale and shift

    stem = conv(1, 64, 7) + conv(64, 64, 5) + conv(64, 64, 3)
    stages = conv(64, 128, 3) + conv(128, 256, 3)
    blocks = sum(2 * conv(width, width, 3) for width in (64, 128, 256))
    dense = 64 * (256 * 3 + 1) + 3 * (64 + 1)
    assert stem + stages + dense == 207_235
    assert stem + stages + blocks + dense == 726_019


@pytest.mark.parametrize(
    "n_times, settings, lengths",
    [
        (940, {}, [470, 235, 118, 59, 30, 15, 7, 3]),
        (
            4000,
            THIN_NEMGNET,
            [2000, 1000, 500, 250, 125, 62, 31, 15, 7, 3],
        ),
        (
            4000,
            {**THIN_NEMGNET, "pool_stride": 1},
            [2000, 1999, 1000, 999, 500, 499, 498, 497, 496, 495],
        ),
    ],
)
def test_lengths_after_each_stride_and_pooling(n_times, settings, lengths):
    net, seen = module(n_times, **settings).eval(), []
    for layer in of_kind(net, nn.Conv1d) + of_kind(net, nn.MaxPool1d):
        if layer.stride != (1,):
            layer.register_forward_hook(lambda *call: seen.append(call[2].shape[-1]))
    with torch.no_grad():
        assert net(torch.zeros(1, 1, n_times)).shape == (1, 3)
    assert seen == lengths


@pytest.mark.parametrize(
    "settings, n_seen",
    [({**THIN, "n_blocks": 0}, 673), (THIN, 2465), (THIN_NEMGNET, 34_765)],
    ids=["row 1", "row 3", "nEMGNet"],
)
def test_the_receptive_field_is_that_of_the_formula(settings, n_seen):
    seen, jump = 1, 1  # one unit sees (kernel - 1) more steps of the layer before
    blocks = [(settings.get("block_kernel", 3), 1)] * 2 * settings.get("n_blocks", 1)
    layers = [(k, 2) for k in settings.get("stem_kernels", (7, 5, 3))]
    layers = [layer for conv in layers for layer in (conv, (2, 2))] + blocks
    for _ in settings["stage_filters"]:
        layers += [(3, 1), (2, 2), *blocks]
    for kernel, stride in layers:
        seen, jump = seen + (kernel - 1) * jump, jump * stride
    assert seen == n_seen

    # a unit amid long windows, in a net that lets all gradients pass
    net = module(100 * jump, **settings).double().eval()
    for name, layer in list(net.conv.named_modules()):
        if isinstance(layer, nn.MaxPool1d):
            net.conv.set_submodule(name, nn.AvgPool1d(2))
    for conv in of_kind(net, nn.Conv1d):
        nn.init.ones_(conv.weight)
    X = torch.ones(1, 1, 100 * jump, dtype=torch.float64, requires_grad=True)
    net.conv(X)[0, 0, 50].backward()
    assert int((X.grad > 0).sum()) == n_seen


# -- blocks ----------------------------------------------------------------------------


@pytest.mark.parametrize("residual", [True, False])
def test_a_block_is_two_convolutions_and_without_residual_no_sum(residual):
    torch.manual_seed(0)
    block, x = ResidualBlock(2, 3, residual, batch_norm=True), torch.randn(4, 2, 9)
    first, second = of_kind(block, nn.Conv1d)
    norms = [nn.BatchNorm1d(2), nn.BatchNorm1d(2)]
    inside = torch.relu(norms[0](first(x)))
    expected = norms[1](second(inside)) + (x if residual else 0)
    assert_close(block(x), expected)
    assert (expected < 0).any()  # no activation after the sum


def test_a_stage_is_convolution_norm_relu_pooling_blocks():
    kinds = [type(layer).__name__ for layer in module(n_blocks=2, **THIN).conv]
    block = ["Conv1d", "BatchNorm1d", "ReLU", "MaxPool1d"]
    blocks = ["ResidualBlock"] * 2
    assert kinds == block * 3 + blocks + (block + blocks) * 2
    assert not of_kind(module(batch_norm=False, **THIN), BatchNorm1d)


@pytest.mark.parametrize("slope", [0.0, 0.01])
def test_the_slope_is_that_of_the_dense_layers(slope):
    net = module(**{**THIN, "dense_units": (4, 3)}, negative_slope=slope)
    x = torch.randn(5, 1, 3)
    _, first, _, second, _ = net.dense
    hidden = nn.functional.leaky_relu(first(x.flatten(1)), slope)
    expected = nn.functional.leaky_relu(second(hidden), slope)
    assert_close(net.dense(x), expected)
    assert len(of_kind(net.conv, nn.LeakyReLU)) == 0


# -- short windows ---------------------------------------------------------------------


def fit(n_times, **settings):
    rng = np.random.default_rng(0)
    net = ResidualCNNClassifier(**{"max_epochs": 1, "random_state": 0, **settings})
    return net.fit(rng.normal(size=(4, n_times)), [0, 1, 0, 1])


def test_short_windows_drop_the_last_stages_with_a_warning():
    with pytest.warns(UserWarning) as caught:
        net = fit(940, **THIN_NEMGNET)
    (warning,) = caught
    assert "3 of 4 stages remain: windows of 940 samples" in str(warning.message)
    assert warning.filename == __file__
    assert net.n_stages_ == 3
    # 940 -> 15 -> 7 -> 3 -> 1
    assert net.net_.module_.conv(torch.zeros(2, 1, 940)).shape == (2, 1, 1)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        X = np.random.default_rng(1).normal(size=(2, 940))
        loaded = pickle.loads(pickle.dumps(net))
        assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))
        assert loaded.partial_fit(X, [0, 1]).n_stages_ == 3


# 235 -> 118, 59, 30, 15, 8, 4 | 2 | 1 and 107 -> 54, 27, 14, 7, 4, 2 | 1
@pytest.mark.parametrize("n_times, n_stages", [(235, 2), (234, 1), (107, 1), (106, 0)])
def test_stages_remain_as_long_as_a_sample_is_left(n_times, n_stages):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net = fit(n_times, **THIN)
    assert len(caught) == (n_stages < 2)
    assert net.n_stages_ == n_stages
    assert net.net_.module_.conv(torch.zeros(2, 1, n_times)).shape[-1] == 1


@pytest.mark.parametrize(
    "settings, shortest",
    [({}, 43), ({"pool_stride": 1}, 15), ({"stem_kernels": (9,)}, 3)],
)
def test_windows_too_short_for_the_stem_are_refused(settings, shortest):
    settings = {**THIN, "stage_filters": (), **settings}
    assert fit(shortest, **settings).n_stages_ == 0
    with pytest.raises(ValueError, match=f"the stem, which needs at least {shortest};"):
        fit(shortest - 1, **settings)


def test_a_single_window_with_one_sample_left_can_be_learned_on():
    X, y, _ = make_windows()
    settings = {**THIN, "stem_kernels": (5,), "stage_filters": (1, 1, 1)}
    net = ResidualCNNClassifier(**settings, batch_size=1, max_epochs=1, random_state=0)
    net.fit(X, y)
    assert net.net_.module_.conv(torch.zeros(2, 1, 32)).shape[-1] == 1
    before = net.predict_proba(X)
    assert np.isfinite(net.partial_fit(X[:1], y[:1]).predict_proba(X)).all()
    assert not np.array_equal(net.predict_proba(X), before)


@pytest.mark.parametrize(
    "params, message",
    [
        ({"stem_filters": 0}, "stem_filters == 0, must be >= 1"),
        ({"stem_kernels": (7, 4)}, r"stem_kernels must hold odd numbers, got \(7, 4\)"),
        ({"stem_kernels": 7}, "stem_kernels must be a tuple"),
        ({"n_blocks": -1}, "n_blocks == -1, must be >= 0"),
        ({"stage_filters": (8, 0)}, r"stage_filters\[1\] == 0, must be >= 1"),
        ({"block_kernel": 2}, "block_kernel must be odd, got 2"),
        ({"pool_stride": 0}, "pool_stride == 0, must be >= 1"),
        ({"dense_units": (0,)}, r"dense_units\[0\] == 0, must be >= 1"),
        ({"negative_slope": -0.1}, "negative_slope == -0.1, must be >= 0"),
    ],
)
def test_impossible_architectures_are_refused_at_fit(params, message):
    X, y, _ = make_windows()
    with pytest.raises(ValueError, match=message):
        ResidualCNNClassifier(**params).fit(X, y)
