"""The CNN of images: numbers of parameters and shapes by hand, images in the vote."""

import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from small_nets import make_windows
from torch import nn

from skemg.nn import ImageCNNClassifier
from skemg.nn._convolutions import Conv2d
from skemg.nn._image_cnn_module import ImageCNNModule
from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier

SMALL = {"conv_filters": (4, 6), "dense_units": 8, "lr": 0.01, "random_state": 0}


def module(n_channels=1, n_frequencies=64, n_frames=64, n_classes=3, **settings):
    architecture = ImageCNNClassifier(**settings)._architecture()
    return ImageCNNModule(
        n_channels, n_frequencies, n_frames, n_classes, **architecture
    )


def n_parameters(module):
    return sum(p.numel() for p in module.parameters())


def make_images(n_channels=1, seed=0):
    """Return 36 images, 9 x 7, with a line in their last channel; classes; patients."""
    rng = np.random.default_rng(seed)
    patients = np.repeat([f"p{i}" for i in range(6)], 6)
    high = np.repeat(np.arange(6) % 2 == 1, 6)
    X = rng.normal(0, 0.3, (36, n_channels, 9, 7))
    X[high, -1, 6] += 1
    X[~high, -1, 2] += 1
    return X, np.where(high, "high", "low"), patients


# -- architecture --------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape, expected",
    [
        # 64 x 64 becomes 32 maps of 16 x 16: convolutions, fully connected layer, head
        ((1, 64, 64), 16 * 10 + 32 * 145 + 64 * 8_193 + 3 * 65),
        ((3, 64, 64), 16 * 28 + 32 * 145 + 64 * 8_193 + 3 * 65),
        # a row of 10 becomes 32 maps of 1 x 3
        ((1, 1, 10), 16 * 10 + 32 * 145 + 64 * 97 + 3 * 65),
    ],
)
def test_the_number_of_parameters_is_that_of_weights_and_biases(shape, expected):
    assert n_parameters(module(*shape)) == expected
    assert n_parameters(module()) == 529_347


def test_there_are_two_convolutions_each_with_a_pooling():
    kinds = [type(layer) for layer in module().conv]
    assert kinds == [Conv2d, nn.ReLU, nn.MaxPool2d] * 2


@pytest.mark.parametrize(
    "shape, settings, expected",
    [
        ((64, 64), {}, (16, 16)),
        ((33, 7), {}, (9, 2)),  # 33, 17, 9 and 7, 4, 2
        ((33, 7), {"pool_size": 3, "conv_kernel": 5}, (4, 1)),  # 33, 11, 4 and 7, 3, 1
        ((33, 7), {"pool_size": 1}, (33, 7)),
        ((1, 10), {}, (1, 3)),
        ((2, 5), {"pool_size": 4}, (1, 1)),
        ((1, 1), {"conv_filters": (2, 3, 4)}, (1, 1)),
    ],
)
def test_each_pooling_shortens_both_axes_and_never_below_one(shape, settings, expected):
    net = module(1, *shape, **settings)
    X = torch.zeros(2, 1, *shape)
    assert net.conv(X).shape[2:] == expected
    assert net(X).shape == (2, 3)


def test_a_filter_of_one_point_leaves_the_maximum_of_each_block():
    net = module(1, 6, 5, conv_filters=(1,))
    with torch.no_grad():
        net.conv[0].weight.zero_()[0, 0, 1, 1] = 1.0
        net.conv[0].bias.zero_()
    image = torch.rand(6, 5)
    padded = np.pad(image.numpy(), [(0, 0), (0, 1)])  # rounded up: a half block
    blocks = padded.reshape(3, 2, 3, 2).max(axis=(1, 3))
    assert_array_equal(net.conv(image[None, None])[0, 0].detach(), blocks)


def test_dropout_stands_behind_the_fully_connected_layer_in_training_only():
    net = module(1, 8, 8, dropout=0.5)
    hidden = net.dense(net.conv(torch.rand(400, 1, 8, 8)))
    kept = net.eval().dense(net.conv(torch.rand(400, 1, 8, 8)))
    share = (hidden == 0).float().mean() - (kept == 0).float().mean()
    assert_allclose(share, 0.5 * (kept > 0).float().mean(), atol=0.03)


# -- images --------------------------------------------------------------------------


def test_images_of_a_line_are_told_apart():
    X, y, _ = make_images()
    net = ImageCNNClassifier(**SMALL, max_epochs=20).fit(X, y)
    new, truth, _ = make_images(seed=1)
    assert net.score(new, truth) == 1.0
    loaded = pickle.loads(pickle.dumps(net))
    assert_array_equal(loaded.predict_proba(new), net.predict_proba(new))


def test_the_last_of_three_channels_is_used():
    X, y, _ = make_images(n_channels=3)
    net = ImageCNNClassifier(**SMALL, max_epochs=20).fit(X, y)
    new, truth, _ = make_images(n_channels=3, seed=1)
    assert net.score(new, truth) == 1.0
    assert net.n_features_in_ == 3
    assert net.score(new[:, [2, 2, 0]], truth) < 1.0


def test_a_row_is_an_image_of_one_channel_and_one_frequency():
    X, y, _ = make_windows()
    net = ImageCNNClassifier(**SMALL, max_epochs=2)
    rows = net.fit(X, y).predict_proba(X)
    images = X[:, np.newaxis, np.newaxis]
    assert_array_equal(net.fit(images, y).predict_proba(images), rows)


def test_images_without_an_axis_of_channels_are_refused_with_the_cure():
    X, y, _ = make_images()
    with pytest.raises(ValueError, match=r"dim 3: .* axis by X\[:, np.newaxis\]"):
        ImageCNNClassifier(**SMALL).fit(X[:, 0], y)


@pytest.mark.parametrize("shape", [(4, 1, 9, 8), (4, 1, 7, 9), (4, 2, 9, 7), (4, 9, 7)])
def test_images_of_another_shape_are_refused_after_fit(shape):
    X, y, _ = make_images()
    net = ImageCNNClassifier(**SMALL, max_epochs=1).fit(X, y)
    with pytest.raises(ValueError, match=r"expecting|fitted on windows of shape"):
        net.predict(np.zeros(shape))


def test_images_in_windows_vote_for_their_recording():
    X, y, patients = make_images()
    offsets = [0, 4, 6, 12, 17, 18, 24, 30, 36]  # bags of one patient each
    windows = Windows(X, offsets, sfreq=None, groups=patients[offsets[:-1]])
    net = ImageCNNClassifier(**SMALL, max_epochs=20, early_stopping=True)
    vote = WindowVotingClassifier(net).fit(windows, y[offsets[:-1]])
    assert_array_equal(vote.predict(windows), y[offsets[:-1]])
    proba = vote.estimator_.predict_proba(X)
    means = [part.mean(axis=0) for part in np.split(proba, offsets[1:-1])]
    assert_allclose(vote.predict_proba(windows), means, rtol=1e-6)
    assert len(vote.estimator_.validation_groups_) == 2
    assert set(vote.estimator_.validation_groups_) < set(patients)


def test_augmented_images_are_learned():
    X, y, _ = make_images()
    strengths = {"noise": 0.1, "shift": 0.2, "amplitude": 0.1}
    net = ImageCNNClassifier(**SMALL, max_epochs=20, augment=strengths).fit(X, y)
    assert net.score(X, y) == 1.0


# -- other nets ----------------------------------------------------------------------


def test_a_net_of_one_channel_starts_one_of_three():
    X, y, _ = make_images()
    source = ImageCNNClassifier(**SMALL, max_epochs=1).fit(X, y)
    frozen = ("dense", "head")
    net = ImageCNNClassifier(**SMALL, max_epochs=1, init_from=source, freeze=frozen)
    with pytest.warns(UserWarning, match=r"conv\.0\.weight start anew"):
        net.fit(make_images(n_channels=3)[0], y)
    for part in frozen:
        for a, b in zip(
            getattr(source.net_.module_, part).parameters(),
            getattr(net.net_.module_, part).parameters(),
            strict=True,
        ):
            assert torch.equal(a, b)


def test_a_net_of_images_of_another_size_is_no_start():
    X, y, _ = make_images()
    source = ImageCNNClassifier(**SMALL, max_epochs=1).fit(X, y)
    net = ImageCNNClassifier(**SMALL, init_from=source)
    with pytest.raises(ValueError, match=r"dense\.1\.weight is \(8, 36\) there"):
        net.fit(np.zeros((36, 1, 16, 16)), y)


@pytest.mark.parametrize(
    "params, message",
    [
        ({"conv_filters": ()}, "conv_filters must be a tuple with a width a layer"),
        ({"conv_filters": (4, 0)}, r"conv_filters\[1\] == 0, must be >= 1"),
        ({"conv_kernel": 4}, "conv_kernel must be odd, got 4"),
        ({"pool_size": 0}, "pool_size == 0, must be >= 1"),
        ({"dense_units": 0}, "dense_units == 0, must be >= 1"),
        ({"dropout": 1.0}, "dropout == 1.0, must be < 1"),
    ],
)
def test_impossible_architectures_are_refused_at_fit(params, message):
    X, y, _ = make_images()
    with pytest.raises(ValueError, match=message):
        ImageCNNClassifier(**params).fit(X, y)
