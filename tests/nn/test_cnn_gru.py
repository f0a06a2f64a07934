"""The CNN-GRU: numbers of parameters by hand, and what its settings do."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from small_nets import make_windows

from skemg.nn import CNNGRUClassifier
from skemg.nn._cnn_gru_module import CNNGRUModule


def module(n_channels=1, n_times=940, n_classes=3, **settings):
    architecture = CNNGRUClassifier(**settings)._architecture()
    return CNNGRUModule(n_channels, n_times, n_classes, **architecture)


def n_parameters(module):
    return sum(p.numel() for p in module.parameters())


def by_hand(n_conv, units, *, gates=3, directions=1, n_channels=1, n_classes=3):
    """Count weights and biases: convolutions of 64 x 5, gates with two biases, head."""
    width, count = n_channels, 0
    for _ in range(n_conv):
        count, width = count + 64 * (5 * width + 1), 64
    for n in units:
        count += directions * gates * n * (width + n + 2)
        width = directions * n
    return count + n_classes * (width + 1)


UNITS = (245, 128, 64, 32)


def test_model_9_of_the_source_has_its_number_of_parameters():
    assert n_parameters(module()) == 419_724 == by_hand(1, UNITS)


# n_conv, pooling, cell, both directions and recurrent layers of rows 4 to 20
ROWS = {
    4: (0, False, "lstm", False, 4),
    5: (0, False, "lstm", True, 4),
    6: (0, False, "gru", False, 4),
    7: (0, False, "gru", True, 4),
    8: (1, True, "gru", False, 4),
    9: (1, False, "gru", False, 4),
    10: (1, False, "lstm", False, 4),
    11: (1, False, "gru", True, 4),
    12: (1, True, "gru", False, 3),
    13: (2, True, "gru", False, 2),
    14: (2, True, "gru", False, 3),
    15: (3, True, "gru", False, 3),
    16: (3, True, "gru", False, 2),
    17: (1, True, "gru", False, 2),
    18: (2, True, "gru", False, 1),
    19: (2, True, "gru", True, 1),
    20: (2, True, "lstm", False, 1),
}


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_table_is_a_setting(row):
    n_conv, pool, cell, bidirectional, n_rnn = ROWS[row]
    net = module(
        n_conv=n_conv,
        pool=pool,
        cell=cell,
        bidirectional=bidirectional,
        rnn_units=UNITS[:n_rnn],
    )
    assert n_parameters(net) == by_hand(
        n_conv,
        UNITS[:n_rnn],
        gates={"gru": 3, "lstm": 4}[cell],
        directions=1 + bidirectional,
    )
    n_steps = net.conv(torch.zeros(1, 1, 940)).shape[-1]
    assert n_steps == int(np.ceil(940 / 2 ** (n_conv * pool)))


@pytest.mark.parametrize(
    "settings, n_steps",
    [
        ({}, 940),
        ({"conv_stride": 4}, 235),
        ({"conv_stride": 4, "n_conv": 2, "pool": True}, 59),
        ({"n_conv": 3, "pool": True}, 118),
    ],
)
def test_stride_and_pooling_shorten_the_sequence(settings, n_steps):
    assert module(**settings).conv(torch.zeros(1, 1, 940)).shape[-1] == n_steps


def sequence_and_logits(net, X):
    """Return the output of the last layer, computed apart, and the logits."""
    net.eval()
    sequence = net.conv(X).transpose(1, 2)
    for layer in net.rnn:
        sequence, _ = layer(sequence)
    return sequence, net(X)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_the_last_state_of_each_direction_has_seen_the_whole_window(cell):
    net = module(rnn_units=(6, 5), conv_filters=4, cell=cell, bidirectional=True)
    with torch.no_grad():
        sequence, logits = sequence_and_logits(net, torch.randn(3, 1, 40))
    last = torch.cat([sequence[:, -1, :5], sequence[:, 0, 5:]], dim=1)
    assert_allclose(logits, net.head(last).detach(), rtol=1e-5, atol=1e-6)


def test_the_mean_reads_all_states():
    net = module(rnn_units=(6,), conv_filters=4, readout="mean")
    with torch.no_grad():
        sequence, logits = sequence_and_logits(net, torch.randn(3, 1, 40))
    expected = net.head(sequence.mean(dim=1)).detach()
    assert_allclose(logits, expected, rtol=1e-5, atol=1e-6)


def test_a_net_of_one_direction_is_causal_until_its_last_state():
    net = module(n_conv=0, rnn_units=(6,))
    X = torch.randn(1, 1, 30)
    changed = X.clone()
    changed[..., -1] += 1
    with torch.no_grad():
        first, second = (sequence_and_logits(net, x)[0] for x in (X, changed))
    assert_array_equal(first[:, :-1], second[:, :-1])
    assert not torch.equal(first[:, -1], second[:, -1])


def test_gradients_are_clipped_to_the_given_norm():
    X, y, _ = make_windows()
    params = {"conv_filters": 4, "rnn_units": (6,), "optimizer": "sgd"}
    params |= {"lr": 1.0, "max_epochs": 1, "random_state": 0}
    start = CNNGRUClassifier(**params, clip=1e-9).fit(X, y)
    clipped = CNNGRUClassifier(**params, clip=1e-3).fit(X, y)
    step = [
        (a - b).detach().square().sum()
        for a, b in zip(
            start.net_.module_.parameters(),
            clipped.net_.module_.parameters(),
            strict=True,
        )
    ]
    assert_allclose(float(sum(step)) ** 0.5, 1e-3, rtol=1e-3)  # one batch, lr 1


@pytest.mark.parametrize(
    "params, message",
    [
        ({"n_conv": -1}, "n_conv == -1, must be >= 0"),
        ({"conv_filters": 0}, "conv_filters == 0, must be >= 1"),
        ({"conv_kernel": 4}, "conv_kernel must be odd, got 4"),
        (
            {"rnn_units": ()},
            r"rnn_units must be a tuple with a width a layer, got \(\)",
        ),
        ({"rnn_units": 64}, "rnn_units must be a tuple with a width a layer, got 64"),
        ({"rnn_units": (8, 0)}, r"rnn_units\[1\] == 0, must be >= 1"),
        ({"cell": "rnn"}, "cell must be one of"),
        ({"readout": "max"}, "readout must be one of"),
        ({"clip": 0}, "clip == 0, must be > 0"),
        ({"pool": "no"}, "pool must be True or False, got 'no'"),
        ({"dropout": 1.0}, "dropout == 1.0, must be < 1"),
        ({"clip": -1.0}, "clip == -1.0, must be > 0"),
    ],
)
def test_impossible_architectures_are_refused_at_fit(params, message):
    X, y, _ = make_windows()
    with pytest.raises(ValueError, match=message):
        CNNGRUClassifier(**params).fit(X, y)
