"""The dense net: its eight layers, numbers of parameters by hand, single windows."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from small_nets import make_windows
from torch import nn

from skemg.nn import DenseClassifier
from skemg.nn._dense_module import DenseModule
from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier

TINY = {"dense_units": (8, 6, 5, 4), "max_epochs": 2, "random_state": 0}


def module(n_channels=1, n_times=23, n_classes=3, **settings):
    architecture = DenseClassifier(**settings)._architecture()
    return DenseModule(n_channels, n_times, n_classes, **architecture)


def n_parameters(module):
    return sum(p.numel() for p in module.parameters())


def kinds(layers):
    return [type(layer).__name__ for layer in layers]


def test_the_default_has_the_eight_layers_of_the_source():
    kinds_of_all = kinds(module().modules())
    assert kinds_of_all.count("Linear") == 5
    assert kinds_of_all.count("BatchNorm1d") == 2
    assert kinds_of_all.count("Dropout") == 1
    X, y, _ = make_windows()
    net = DenseClassifier(max_epochs=1).fit(X, y).net_
    assert net.optimizer_.param_groups[0]["weight_decay"] == 1e-4  # its L2 penalty


def test_the_number_of_parameters_is_that_of_weights_biases_and_normalisation():
    # 23 wavelet features: 23 128 + 128, 128 64 + 64, 64 32 + 32, 32 16 + 16, 16 3 + 3
    dense = 3_072 + 8_256 + 2_080 + 528 + 51
    assert n_parameters(module(batch_norm=False)) == dense == 13_987
    assert n_parameters(module()) == dense + 2 * 128 + 2 * 64 == 14_371
    two_channels = module(n_channels=2, batch_norm=False)
    assert n_parameters(two_channels) == dense + 23 * 128


@pytest.mark.parametrize(
    "settings, expected",
    [
        ({}, "Linear BatchNorm1d ReLU " * 2 + "Linear ReLU Dropout Linear ReLU"),
        (
            {"batch_norm": False, "dense_units": (4, 3)},
            "Linear ReLU Linear ReLU Dropout",
        ),
        ({"dense_units": (4,)}, "Linear BatchNorm1d ReLU Dropout"),
    ],
)
def test_normalisation_and_dropout_stand_where_the_docstring_says(settings, expected):
    assert kinds(module(**settings).dense) == expected.split()


def test_the_logits_are_those_of_the_formula():
    net = module(n_times=6, dense_units=(5, 4, 3)).eval()
    for layer in net.dense:
        if isinstance(layer, nn.BatchNorm1d):
            for value in (layer.running_mean, layer.running_var, layer.weight):
                value.data.uniform_(0.5, 2)
    X = torch.randn(7, 1, 6)
    x = X.flatten(1).numpy()
    for layer in [*net.dense, net.head]:
        p = {name: value.numpy() for name, value in layer.state_dict().items()}
        if isinstance(layer, nn.Linear):
            x = x @ p["weight"].T + p["bias"]
        elif isinstance(layer, nn.BatchNorm1d):
            x = (x - p["running_mean"]) / np.sqrt(p["running_var"] + 1e-5)
            x = x * p["weight"] + p["bias"]
        elif isinstance(layer, nn.ReLU):
            x = np.maximum(x, 0)
    assert_allclose(net(X).detach(), x, rtol=1e-4, atol=1e-6)


def test_several_channels_are_one_long_row():
    X, y, _ = make_windows()
    rows = DenseClassifier(**TINY).fit(X, y).predict_proba(X)
    channels = X.reshape(36, 4, 8)
    cut = DenseClassifier(**TINY).fit(channels, y).predict_proba(channels)
    assert_array_equal(cut, rows)


def test_a_single_window_is_normalised_by_what_the_net_has_seen():
    X, y, _ = make_windows()
    fitted = DenseClassifier(**TINY, dropout=0.0, lr=0.01).fit(X, y)
    layer = fitted.net_.module_.dense[1]
    mean, var = layer.running_mean.clone(), layer.running_var.clone()
    before = fitted.predict_proba(X[:1])[0]
    fitted.partial_fit(X[:1], y[:1])
    column = list(fitted.classes_).index(y[0])
    assert_allclose(fitted.history_[-1, "train_loss"], -np.log(before[column]), 1e-5)
    assert torch.equal(layer.running_mean, mean) and torch.equal(layer.running_var, var)
    assert fitted.predict_proba(X[:1])[0, column] > before[column]


def test_a_table_of_features_reaches_it_through_the_vote():
    X, y, patients = make_windows()
    table = np.stack([X.std(axis=1), np.diff(X).std(axis=1)], axis=1)
    offsets, names = np.arange(0, 37, 3), ["sd", "sd_of_steps"]
    windows = Windows(
        table, offsets, sfreq=1000, feature_names=names, groups=patients[::3]
    )
    net = DenseClassifier(dense_units=(16, 8), max_epochs=30, lr=0.02, random_state=0)
    vote = WindowVotingClassifier(net).fit(windows, y[::3])
    assert_array_equal(vote.predict(windows), y[::3])


@pytest.mark.parametrize(
    "params, message",
    [
        ({"dense_units": ()}, r"units must be a tuple with a width a layer, got \(\)"),
        ({"dense_units": 64}, "units must be a tuple with a width a layer, got 64"),
        ({"dense_units": (8, 0)}, r"units\[1\] == 0, must be >= 1"),
        ({"dropout": 1.0}, "dropout == 1.0, must be < 1"),
    ],
)
def test_impossible_architectures_are_refused_at_fit(params, message):
    X, y, _ = make_windows()
    with pytest.raises(ValueError, match=message):
        DenseClassifier(**params).fit(X, y)


def test_batch_norm_is_yes_or_no():
    X, y, _ = make_windows()
    with pytest.raises(TypeError, match="batch_norm must be an instance of"):
        DenseClassifier(batch_norm=2).fit(X, y)


def test_images_are_refused_with_the_shapes_it_takes():
    with pytest.raises(ValueError, match=r"dim 4: DenseClassifier expects features"):
        DenseClassifier().fit(np.zeros((4, 2, 3, 5)), [0, 1, 0, 1])
