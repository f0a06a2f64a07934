"""The joint net: numbers of parameters by hand, its loss, and windows without noise."""

import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import clone
from small_nets import make_windows

from skemg.nn import JointDenoisingClassifier
from skemg.nn._denoising_module import relative_error
from skemg.nn._joint_denoising_module import JointDenoisingModule
from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier

SMALL = {"conv_filters": (4, 6), "conv_kernel": 5, "max_epochs": 2, "random_state": 0}
X, Y, _ = make_windows()


def module(n_channels=1, n_times=100, n_classes=3, **settings):
    settings = {"noise": (), **settings}
    architecture = JointDenoisingClassifier(**settings)._architecture()
    return JointDenoisingModule(n_channels, n_times, n_classes, **architecture)


def by_hand(filters, kernel, dense, *, n_channels=1, n_classes=3):
    """Count weights: encoder, three dilated layers, mirror, dense layer, head."""
    count, width = 0, n_channels
    for n in filters:
        count, width = count + n * (width * kernel + 1), n
    count += 3 * width * (width * kernel + 1)
    for n in filters[-2::-1]:  # grows without a bias, then merges two halves
        count += width * n * kernel + n * (2 * n * kernel + 1)
        width = n
    count += width * 2 * n_channels * kernel  # a share of the sample, and the rest
    if dense is None:
        return count + n_classes * (filters[-1] + 1)
    return count + dense * (filters[-1] + 1) + n_classes * (dense + 1)


@pytest.mark.parametrize(
    "filters, kernel, dense, n_channels",
    [((16, 32), 9, 32, 1), ((8,), 3, None, 2), ((2, 3, 4), 5, 6, 3)],
)
def test_the_net_has_the_parameters_that_the_formula_counts(
    filters, kernel, dense, n_channels
):
    net = module(
        n_channels, conv_filters=filters, conv_kernel=kernel, dense_units=dense
    )
    n_parameters = sum(p.numel() for p in net.parameters())
    assert n_parameters == by_hand(filters, kernel, dense, n_channels=n_channels)


def test_the_default_has_43_219_parameters():
    n_parameters = sum(p.numel() for p in module().parameters())
    encoder = 16 * 10 + 32 * (16 * 9 + 1) + 3 * 32 * (32 * 9 + 1)
    decoder = 32 * 16 * 9 + 16 * (32 * 9 + 1) + 16 * 2 * 9
    assert n_parameters == encoder + decoder + 32 * 33 + 3 * 33 == 43_219


@pytest.mark.parametrize("n_times", [1, 2, 3, 15, 16, 17, 100])
def test_windows_of_any_length_come_back_whole(n_times):
    net, X = module(2), torch.randn(3, 2, n_times)
    logits, rebuilt = net(X, rebuild=True)
    assert logits.shape == (3, 3)
    assert torch.equal(rebuilt, X)  # a new decoder takes nothing for noise
    torch.nn.init.normal_(net.decoder.last.weight)
    assert not torch.equal(net(X, rebuild=True)[1], X)


def test_the_decoder_gives_the_share_of_each_sample_that_is_noise_and_the_rest():
    net, X = module(2), torch.randn(3, 2, 40)
    net.scale.fill_(2.0)
    half, one = torch.full((3, 2, 40), 0.5), torch.ones(3, 2, 40)
    net.decoder.forward = lambda levels, n_times: torch.cat([half.atanh(), one], dim=1)
    assert_allclose(net(X, rebuild=True)[1].detach(), X / 2 - 2, rtol=1e-5, atol=1e-6)


def test_the_scale_is_the_weighted_standard_deviation_of_the_training_windows():
    rng = np.random.default_rng(0)
    X = rng.normal(3.0, 2.0, size=(5, 2, 7))
    weight = np.array([1.0, 2.0, 0.5, 1.0, 3.0])
    net = module(2).double()
    net.learn(torch.from_numpy(X), None)
    assert_allclose(net.scale, X.std())
    net.learn(torch.from_numpy(X), torch.from_numpy(weight))
    share = np.broadcast_to(weight[:, None, None], X.shape)
    mean = np.average(X, weights=share)
    expected = np.sqrt(np.average((X - mean) ** 2, weights=share))
    assert_allclose(net.scale, expected)


def test_the_error_is_relative_to_the_variance_of_the_clean_window():
    clean = torch.tensor([[[0.0, 2.0, 0.0, 2.0]], [[7.0, 7.0, 7.0, 7.0]]])
    rebuilt = clean + torch.tensor([[[1.0, -1.0, 1.0, 0.0]]])
    # the mean square of the error is 3/4, the variance 1; a flat window has none
    assert_allclose(relative_error(rebuilt, clean), [0.75, 0.0])


@pytest.mark.parametrize("weighted", [False, True])
def test_the_loss_is_cross_entropy_plus_the_weighted_error_to_the_clean_windows(
    weighted,
):
    noise = {"noise": ("white",), "snr": (0.0, 0.0)}  # its error is the power
    net = JointDenoisingClassifier(
        **SMALL, **noise, reconstruction_weight=2.5, precision="float64"
    ).set_params(max_epochs=1, batch_size=36)
    weight = np.linspace(0.5, 1.5, 36) if weighted else np.ones(36)
    sample_weight = weight if weighted else None
    joint = clone(net).fit(X, Y, sample_weight).history_[0, "train_loss"]
    alone = clone(net).set_params(reconstruction_weight=0.0)
    cross_entropy = alone.fit(X, Y, sample_weight).history_[0, "train_loss"]
    # before its first step the decoder gives back what it gets: the error is 1
    assert_allclose(joint, cross_entropy + 2.5, rtol=1e-6)


def test_weight_zero_leaves_the_decoder_as_it_was():
    net = JointDenoisingClassifier(
        **SMALL, noise=("white",), reconstruction_weight=0.0
    ).fit(X, Y)
    assert not net.net_.module_.decoder.last.weight.any()
    assert_allclose(net.denoise(X), X, rtol=1e-6)


def test_noise_is_drawn_anew_for_every_batch_and_never_at_prediction():
    seen = []

    class Watched(JointDenoisingModule):
        def forward(self, X, rebuild=False):
            seen.append((self.training, X.clone()))
            return super().forward(X, rebuild)

    net = JointDenoisingClassifier(
        **SMALL, noise=("white",), snr=(0.0, 0.0), lr=1e-9, batch_size=36
    )
    net._module = Watched
    net.fit(X, Y).predict(X)
    (_, first), (_, second), (training, at_prediction) = seen
    assert not training
    assert_array_equal(at_prediction[:, 0], X.astype(np.float32))
    assert_allclose(first.var(), 2 * X.var(), rtol=0.1)
    assert not torch.equal(first.sum(dim=(1, 2)).sort()[0],
                           second.sum(dim=(1, 2)).sort()[0])  # fmt: skip


# -- noise ----------------------------------------------------------------------------


def tones(n_windows, seed, n_times=96):
    """Return tones of two frequencies and the classes."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_windows) % 2
    phase = rng.uniform(0, 2 * np.pi, (n_windows, 1))
    return np.sin(np.where(y, 0.5, 0.2)[:, None] * np.arange(n_times) + phase), y


def test_noise_that_was_not_seen_is_taken_out_and_classes_are_told():
    clean, y = tones(120, seed=0)
    net = JointDenoisingClassifier(
        conv_filters=(8, 8), noise=("white",), snr=(-5, 15), lr=0.01, random_state=0
    ).fit(clean, y)
    held_out, y = tones(200, seed=1)
    noisy = held_out + np.random.default_rng(2).normal(0, 0.7, held_out.shape)  # 0 dB
    error = np.square(net.denoise(noisy) - held_out).mean()
    gain = 10 * np.log10(np.square(noisy - held_out).mean() / error)
    assert gain > 8
    assert net.score(noisy, y) > 0.95
    # without noise the tones stay what they are
    error = np.square(net.denoise(held_out) - held_out).mean()
    assert error < 0.03 * held_out.var()


def test_denoised_windows_have_the_shape_and_type_of_the_net():
    channels = np.stack([X, 2 * X], axis=1)
    net = JointDenoisingClassifier(**SMALL, noise=()).fit(channels, Y)
    assert net.denoise(channels[:5]).shape == (5, 2, 32)
    assert net.denoise(channels).dtype == np.float32
    double = JointDenoisingClassifier(**SMALL, noise=(), precision="float64").fit(X, Y)
    assert double.denoise(X).shape == X.shape
    assert double.denoise(X).dtype == np.float64
    with pytest.raises(ValueError, match="expecting 32 features"):
        double.denoise(X[:, :31])


def test_a_saved_net_denoises_as_before():
    net = JointDenoisingClassifier(**SMALL, noise=("white",)).fit(X, Y)
    loaded = pickle.loads(pickle.dumps(net))
    assert_array_equal(loaded.denoise(X), net.denoise(X))


@pytest.mark.parametrize("precision", ["bf16", "tf32"])
def test_every_precision_denoises(precision):
    params = {**SMALL, "noise": ("white",)}
    net = JointDenoisingClassifier(**params, precision=precision).fit(X, Y)
    exact = JointDenoisingClassifier(**params).fit(X, Y)
    assert_allclose(net.denoise(X), exact.denoise(X), atol=0.1)


def test_the_vote_brings_the_rate_and_an_unknown_rate_is_refused_with_the_cure():
    net = JointDenoisingClassifier(**SMALL)
    with pytest.raises(ValueError, match=r"unknown: give sfreq=\.\.\., which the vote"):
        net.fit(X, Y)
    bags = Windows(X, np.arange(0, 37, 3), sfreq=1000, groups=np.arange(12))
    vote = WindowVotingClassifier(net).fit(bags, Y[::3])
    assert vote.estimator_.net_.noise.sfreq == vote.estimator_.sfreq == 1000
    given = clone(net).set_params(sfreq=1000).fit(X, Y)
    assert given.denoise(X).shape == X.shape


@pytest.mark.parametrize(
    "params, message",
    [
        ({"conv_filters": ()}, "conv_filters must be a tuple with a width a layer"),
        ({"conv_filters": (4, 0)}, r"conv_filters\[1\] == 0, must be >= 1"),
        ({"conv_kernel": 4}, "conv_kernel must be odd, got 4"),
        ({"dense_units": 0}, "dense_units == 0, must be >= 1"),
        (
            {"reconstruction_weight": -1.0},
            "reconstruction_weight == -1.0, must be >= 0",
        ),
        ({"noise": ("pink",)}, "noise must be a tuple of some of"),
        ({"snr": (1.0, 0.0)}, "snr must be a tuple"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(params, message):
    with pytest.raises(ValueError, match=message):
        JointDenoisingClassifier(**{"noise": (), **params}).fit(X, Y)
