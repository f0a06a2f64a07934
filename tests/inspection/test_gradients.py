"""Saliency, integrated gradients and Grad-CAM of nets against closed forms."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from planted import N_TIMES, SPIKE, spike_net, spiky_windows
from sklearn.base import clone
from torch import nn

from skemg.inspection import grad_cam, integrated_gradients, saliency
from skemg.nn import CNNGRUClassifier

X, Y = spiky_windows()
METHODS = [saliency, integrated_gradients, grad_cam]
EXACT = [saliency, integrated_gradients]


class Linear(nn.Module):
    """One linear layer, whose weights are the gradient of its scores."""

    def __init__(self, n_channels, n_times, n_classes, **architecture):
        super().__init__()
        self.head = nn.Linear(n_channels * n_times, n_classes)

    def forward(self, X):
        return self.head(X.flatten(1))


class LinearNet(CNNGRUClassifier):
    _module = Linear


class Quadratic(Linear):
    """Squares of the samples, then one linear layer."""

    def forward(self, X):
        return super().forward(X**2)


class QuadraticNet(CNNGRUClassifier):
    _module = Quadratic


QUICK = {"max_epochs": 2, "lr": 0.03, "device": "cpu", "random_state": 0}


def weights(net):
    return net.net_.module_.head.weight.detach().numpy()


# -- saliency --------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{}, {"n_samples": 0}, {"noise": 0.0}])
def test_saliency_of_a_linear_net_is_the_size_of_its_weights(settings):
    net = LinearNet(**QUICK).fit(X, Y)
    map_ = saliency(net, X[:5], target="spike", **settings)
    assert_allclose(map_, np.tile(np.abs(weights(net)[1]), (5, 1)), rtol=1e-5)


def test_saliency_of_the_predicted_class_is_the_default():
    net = LinearNet(**QUICK).fit(X, Y)
    rows = np.searchsorted(net.classes_, net.predict(X))
    assert len(np.unique(rows)) == 2
    assert_allclose(saliency(net, X), np.abs(weights(net))[rows], rtol=1e-5)


def test_a_class_can_be_named_for_each_window():
    net = LinearNet(**QUICK).fit(X, Y)
    map_ = saliency(net, X[:2], target=["spike", "rest"])
    assert_allclose(map_, np.abs(weights(net))[[1, 0]], rtol=1e-5)


def test_noise_has_a_tenth_of_the_range_and_is_averaged_before_the_absolute_value():
    net = QuadraticNet(**QUICK).fit(X, Y)
    rng = np.random.RandomState(3)
    sd = 0.1 * (X.max(axis=1) - X.min(axis=1))[:, np.newaxis]
    noisy = [X + sd * rng.normal(size=X.shape) for _ in range(7)]
    expected = np.abs(np.mean([2 * weights(net)[0] * x for x in noisy], axis=0))
    map_ = saliency(net, X, target="rest", n_samples=7, random_state=3)
    assert_allclose(map_, expected, rtol=1e-4, atol=1e-6)


def test_one_sample_is_the_plain_gradient():
    net = QuadraticNet(**QUICK).fit(X, Y)
    expected = np.abs(2 * weights(net)[0] * X)
    for n_samples in (0, 1):
        map_ = saliency(net, X, target="rest", n_samples=n_samples)
        assert_allclose(map_, expected, rtol=1e-4, atol=1e-6)


def test_a_seed_gives_one_map_and_none_leaves_numpys_generator_alone():
    net = spike_net()
    first, second = (saliency(net, X[:3], random_state=1) for _ in range(2))
    assert_array_equal(first, second)
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    assert not np.array_equal(saliency(net, X[:3]), first)
    assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


# -- integrated gradients --------------------------------------------------------------


def test_integrated_gradients_of_a_linear_net_are_weight_times_distance():
    net = LinearNet(**QUICK).fit(X, Y)
    given = integrated_gradients(net, X, target="spike", n_steps=3, baseline=0.5)
    assert_allclose(given, weights(net)[1] * (X - 0.5), rtol=1e-4, atol=1e-6)


def test_the_midpoint_rule_is_exact_for_squares():
    net = QuadraticNet(**QUICK).fit(X, Y)
    given = integrated_gradients(net, X, target="spike", n_steps=1)
    assert_allclose(given, weights(net)[1] * X**2, rtol=1e-4, atol=1e-6)


def waves(n_each=18):
    """Return slow and fast waves in noise, and their classes."""
    rng = np.random.default_rng(0)
    angle = np.repeat([0.2, 1.2], n_each)[:, np.newaxis] * np.arange(N_TIMES)
    angle += rng.uniform(0, 2 * np.pi, (2 * n_each, 1))
    return np.sin(angle) + rng.normal(0, 0.2, angle.shape), np.repeat([0, 1], n_each)


def sums_and_changes(net, X, baseline, **settings):
    codes = np.searchsorted(net.classes_, net.predict(X))
    start = np.broadcast_to(baseline, X.shape)
    change = (net._class_scores(X) - net._class_scores(start))[range(len(X)), codes]
    attribution = integrated_gradients(net, X, baseline=baseline, **settings)
    return attribution.sum(axis=1), change


@pytest.mark.parametrize("baseline", [0.0, np.linspace(-1, 1, N_TIMES)])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_attributions_sum_to_the_difference_of_the_scores(baseline, precision):
    X, y = waves()
    net = CNNGRUClassifier(conv_filters=4, rnn_units=(6, 5), precision=precision)
    net.set_params(max_epochs=25, lr=0.01, device="cpu", random_state=1).fit(X, y)
    assert net.score(X, y) == 1.0  # it has learned something
    total, change = sums_and_changes(net, X, baseline)
    assert np.abs(change).max() > 1
    assert (np.abs(total - change) <= 0.01 * np.maximum(np.abs(change), 0.1)).all()


def test_only_windows_whose_scores_jump_get_more_steps(monkeypatch):
    net, seen = spike_net(), []
    gradient = type(net)._score_gradient

    def counting(self, X, codes):
        seen.append(len(X))
        return gradient(self, X, codes)

    monkeypatch.setattr(type(net), "_score_gradient", counting)
    total, change = sums_and_changes(net, X, 0.0)
    assert (np.abs(total - change) <= 0.01 * np.maximum(np.abs(change), 0.1)).all()
    assert seen[:50] == [len(X)] * 50
    assert 0 < seen[50] < len(X) / 2
    assert seen[50:150] == [seen[50]] * 100  # two new points beside each of the old
    with pytest.warns(UserWarning, match=rf"of {seen[50]} of 60 .* raise n_steps=50"):
        integrated_gradients(net, X, n_steps=50)


@pytest.mark.filterwarnings("ignore:the attributions of")
def test_the_steps_that_are_added_make_a_midpoint_rule(monkeypatch):
    expected = integrated_gradients(spike_net(), X[:2], n_steps=27)
    for name, value in [("FIRST_STEPS", 3), ("MOST_STEPS", 27), ("TOLERANCE", 0.0)]:
        monkeypatch.setattr(f"skemg.inspection._integrated_gradients._{name}", value)
    given = integrated_gradients(spike_net(), X[:2])
    assert_allclose(given, expected, atol=1e-6)


def test_too_few_steps_warn():
    with pytest.warns(UserWarning, match=r"windows do not sum to .* raise n_steps=2"):
        integrated_gradients(spike_net(), X[::6], n_steps=2)


def test_a_window_that_is_the_baseline_gets_nothing():
    net = spike_net()
    given = integrated_gradients(net, X[:1], baseline=X[0])
    assert_array_equal(given, np.zeros((1, N_TIMES)))


# -- Grad-CAM --------------------------------------------------------------------------


@pytest.mark.parametrize("stride, n_steps", [(1, 32), (4, 8)])
def test_grad_cam_is_its_formula(stride, n_steps):
    net = clone(spike_net()).set_params(max_epochs=3, conv_stride=stride).fit(X, Y)
    module = net.net_.module_.eval()
    x = torch.tensor(X[:, np.newaxis], dtype=torch.float32)
    maps = module.conv[0](x).detach().requires_grad_()
    states, _ = module.rnn[0](torch.relu(maps).transpose(1, 2))
    module.head(states.mean(dim=1))[:, 1].sum().backward()
    A, G = maps.detach().numpy(), maps.grad.numpy()
    assert A.shape == (len(X), 8, n_steps)
    L = np.maximum(np.einsum("nk,nkt->nt", G.mean(axis=2), A), 0)
    L = nn.functional.interpolate(
        torch.tensor(L)[:, None], size=N_TIMES, mode="linear"
    ).numpy()[:, 0]
    largest = L.max(axis=1, keepdims=True)
    expected = np.where(largest > 0, L / np.where(largest > 0, largest, 1), 0)
    given = grad_cam(net, X, target="spike")
    assert_allclose(given, expected, rtol=1e-4, atol=1e-5)
    assert given.max() == 1.0


def test_grad_cam_is_zero_where_nothing_speaks_for_the_class():
    net = clone(spike_net()).set_params(max_epochs=1).fit(X, Y)
    with torch.no_grad():
        net.net_.module_.head.weight.zero_()
    assert_array_equal(grad_cam(net, X), np.zeros(X.shape))


def test_grad_cam_takes_the_last_convolution():
    net = CNNGRUClassifier(
        n_conv=2, pool=True, conv_filters=4, rnn_units=(5,), **QUICK
    ).fit(X, Y)
    maps, gradient = net._last_convolution(X, np.zeros(len(X), dtype=int))
    assert maps.shape == gradient.shape == (len(X), 4, N_TIMES // 2)
    assert grad_cam(net, X).shape == X.shape


@pytest.mark.parametrize("settings", [{"n_conv": 0}, {"conv_kernel": 1}])
def test_grad_cam_needs_a_convolution_over_time(settings):
    net = CNNGRUClassifier(conv_filters=4, rnn_units=(4,), **settings, **QUICK)
    with pytest.raises(ValueError, match=r"no convolution over time; use saliency"):
        grad_cam(net.fit(X, Y), X)


# -- all three -------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_the_planted_spike_is_found(method):
    fresh, y = spiky_windows(seed=7)
    attribution = method(spike_net(), fresh[y == "spike"], target="spike").mean(axis=0)
    near = attribution[SPIKE - 2 : SPIKE + 3]  # under the filter of five samples
    assert abs(attribution.argmax() - SPIKE) <= (2 if method is grad_cam else 0)
    assert near.sum() > 0.35 * np.abs(attribution).sum()


@pytest.mark.filterwarnings("ignore:the attributions of")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_several_channels_and_batches_change_no_window(method, cell):
    channels = np.stack([np.zeros_like(X), X], axis=1)
    net = CNNGRUClassifier(
        conv_filters=4, rnn_units=(4, 3), cell=cell, batch_size=7, **QUICK
    ).fit(channels, Y)
    settings = {saliency: {"n_samples": 0}, integrated_gradients: {"n_steps": 3}}
    settings = settings.get(method, {})
    given = method(net, channels, **settings)
    assert given.shape == (X.shape if method is grad_cam else channels.shape)
    for i in (0, 40):
        assert_allclose(given[i], method(net, channels[[i]], **settings)[0], atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_weights_gradients_and_seeds_stay_as_they_are(method):
    net = spike_net()
    before = {k: v.clone() for k, v in net.net_.module_.state_dict().items()}
    state = torch.get_rng_state()
    net.net_.optimizer_.zero_grad()
    method(net, X[:4])
    assert torch.equal(torch.get_rng_state(), state)
    for name, value in net.net_.module_.state_dict().items():
        assert torch.equal(value, before[name])
    assert all(p.grad is None for p in net.net_.module_.parameters())
    assert not any(m._forward_hooks for m in net.net_.module_.modules())


@pytest.mark.parametrize("method", EXACT)
def test_dropout_rests_also_right_after_fit(method):
    net = CNNGRUClassifier(
        conv_filters=4, rnn_units=(6, 5), dropout=0.9, precision="float64", **QUICK
    ).fit(X, Y)
    settings = {"random_state": 0} if method is saliency else {}
    first = method(net, X[:4], target="rest", **settings)
    assert_array_equal(first, method(net, X[:4], target="rest", **settings))
