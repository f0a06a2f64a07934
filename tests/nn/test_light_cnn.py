"""The light CNN: numbers of parameters and lengths by hand."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from small_nets import make_windows

from skemg.nn import LightCNNClassifier
from skemg.nn._light_cnn_module import LightCNNModule


def module(n_channels=10, n_times=400, n_classes=4, **settings):
    architecture = LightCNNClassifier(**settings)._architecture()
    return LightCNNModule(n_channels, n_times, n_classes, **architecture)


def test_200_ms_of_ten_leg_muscles_at_2_khz_make_412_308_parameters():
    net = module()
    conv = 16 * (10 * 3 + 1) + 32 * (16 * 3 + 1)
    dense = 128 * (32 * 100 + 1) + 4 * (128 + 1)
    assert sum(p.numel() for p in net.parameters()) == 412_308 == conv + dense
    assert [name for name, _ in net.named_children()] == ["conv", "dense", "head"]


@pytest.mark.parametrize(
    "n_times, settings, lengths",
    [
        (400, {}, [400, 200, 200, 100]),
        (401, {"conv_stride": 4}, [101, 50, 50, 25]),
        (9, {"conv_stride": 3, "conv_filters": (5,)}, [3, 1]),
        (8, {"conv_filters": (2, 3, 4), "conv_kernel": 5}, [8, 4, 4, 2, 2, 1]),
    ],
)
def test_the_time_axis_is_halved_after_each_convolution(n_times, settings, lengths):
    net, x, seen = module(n_times=n_times, **settings), torch.zeros(2, 10, n_times), []
    for layer in net.conv:
        x = layer(x)
        if not isinstance(layer, torch.nn.ReLU):
            seen.append(x.shape[-1])
    assert seen == lengths
    assert net(torch.zeros(2, 10, n_times)).shape == (2, 4)


def test_the_forward_pass_is_that_of_the_formula():
    net = module(1, 4, 2, conv_filters=(1,), dense_units=1)
    state = {
        "conv.0.weight": [[[1.0, 0.0, -1.0]]],
        "conv.0.bias": [0.5],
        "dense.1.weight": [[2.0, 3.0]],
        "dense.1.bias": [-1.0],
        "head.weight": [[1.0], [-1.0]],
        "head.bias": [0.0, 10.0],
    }
    net.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    # x[n - 1] - x[n + 1] + 0.5 of 1, 4, 2, 8: -3.5, -0.5, -3.5, 2.5; pooled 0, 2.5
    logits = net(torch.tensor([[[1.0, 4.0, 2.0, 8.0]]]))
    assert_allclose(logits.detach(), [[6.5, 3.5]])


@pytest.mark.parametrize(
    "settings, shortest",
    [
        ({}, 4),
        ({"conv_filters": (4,)}, 2),
        ({"conv_stride": 5}, 16),
        ({"conv_filters": (4, 4, 4), "conv_stride": 2}, 15),
    ],
)
def test_windows_that_vanish_are_refused_with_the_shortest_length(settings, shortest):
    rng, y = np.random.default_rng(0), [0, 1] * 4
    net = LightCNNClassifier(**settings, max_epochs=1, random_state=0)
    net.fit(rng.normal(size=(8, shortest)), y)
    last = net.net_.module_.conv(torch.zeros(1, 1, shortest))
    assert last.shape[-1] == 1
    with pytest.raises(ValueError, match=f"= {shortest - 1}: .* least {shortest} samp"):
        net.fit(rng.normal(size=(8, 3, shortest - 1)), y)


@pytest.mark.parametrize(
    "params, message",
    [
        ({"conv_filters": 16}, "conv_filters must be a tuple with a width a layer"),
        ({"conv_filters": (16, 0)}, r"conv_filters\[1\] == 0, must be >= 1"),
        ({"conv_kernel": 2}, "conv_kernel must be odd, got 2"),
        ({"conv_stride": 0}, "conv_stride == 0, must be >= 1"),
        ({"dense_units": 0}, "dense_units == 0, must be >= 1"),
    ],
)
def test_impossible_architectures_are_refused_at_fit(params, message):
    X, y, _ = make_windows()
    with pytest.raises(ValueError, match=message):
        LightCNNClassifier(**params).fit(X, y)
