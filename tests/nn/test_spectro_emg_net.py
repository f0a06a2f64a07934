"""The SpectroEMG-Net: its images, their statistics, attention and the smoothed loss."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import clone
from small_nets import SMALL, make_windows

from skemg.nn import SpectroEMGNetClassifier
from skemg.nn._attention_blocks import attention_block
from skemg.nn._batch_norm import weighted_batches
from skemg.nn._log_spectrogram import LogSpectrogram
from skemg.nn._spectro_emg_net_module import SpectroEMGNetModule

X, Y, PATIENTS = make_windows()
NET = SpectroEMGNetClassifier(
    n_fft=8, n_hop=4, conv_filters=(4, 6), dense_units=8, dropout=0.0, **SMALL
)
DOUBLE = clone(NET).set_params(precision="float64")
BUFFERS = ("eps", "mean", "sd")


def statistics(net):
    """Return copies of the learned buffers."""
    spectrogram = net.net_.module_.spectrogram
    return {name: getattr(spectrogram, name).clone() for name in BUFFERS}


# -- reference in numpy --------------------------------------------------------------


def power_of(windows, n_fft, n_hop):
    """Return |X|^2 of shape (n_windows, n_channels, n_frequencies, n_frames)."""
    n = np.arange(n_fft)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * n / n_fft)
    fourier = np.exp(-2j * np.pi * np.outer(np.arange(n_fft // 2 + 1), n) / n_fft)
    starts = range(0, windows.shape[-1] - n_fft + 1, n_hop)
    frames = [windows[..., m : m + n_fft] * hann @ fourier.T for m in starts]
    return np.abs(np.stack(frames, axis=-1)) ** 2


def slopes_of(log):
    """Return the regression over two frames on each side, ends repeated."""
    last = log.shape[-1] - 1
    out = np.zeros_like(log)
    for m in range(last + 1):
        for n in (1, 2):
            ahead, behind = log[..., min(m + n, last)], log[..., max(m - n, 0)]
            out[..., m] += n * (ahead - behind) / 10
    return out


def images_of(windows, train, n_fft, n_hop):
    """Return the images of windows, standardised by the training windows."""
    eps = 1e-10 * power_of(train, n_fft, n_hop).max()
    parts = []
    for make in (lambda log: log, slopes_of):
        known, new = (
            make(np.log(power_of(w, n_fft, n_hop) + eps)) for w in (train, windows)
        )
        mean = known.mean(axis=(0, 3), keepdims=True)
        parts.append((new - mean) / known.std(axis=(0, 3), keepdims=True))
    return np.concatenate(parts, axis=1)


# -- images --------------------------------------------------------------------------


@pytest.mark.parametrize("n_fft, n_hop, n_times", [(8, 4, 34), (7, 3, 20), (16, 5, 40)])
def test_images_are_those_of_numpy(n_fft, n_hop, n_times):
    rng = np.random.default_rng(0)
    train, windows = rng.normal(0, 50, (2, 20, 3, n_times))
    spectrogram = LogSpectrogram(3, n_fft, n_hop).double()
    spectrogram.learn(torch.from_numpy(train), None)
    assert_allclose(
        spectrogram(torch.from_numpy(windows)),
        images_of(windows, train, n_fft, n_hop),
        rtol=1e-9,
        atol=1e-9,
    )


def test_float32_is_near_to_double_precision():
    windows = torch.from_numpy(np.random.default_rng(0).normal(0, 50, (9, 1, 200)))
    images = []
    for spectrogram in (LogSpectrogram(1, 32, 8), LogSpectrogram(1, 32, 8).double()):
        given = windows.to(spectrogram.mean.dtype)
        spectrogram.learn(given, None)
        images.append(spectrogram(given))
    assert images[0].dtype == torch.float32 and images[1].dtype == torch.float64
    assert_allclose(images[0], images[1], atol=1e-3)


def test_100_ms_are_129_frequencies_in_11_frames():
    images = LogSpectrogram(2, 256, 64)(torch.zeros(5, 2, 940))
    assert images.shape == (5, 4, 129, 11)


def test_a_tone_stands_in_its_bin_and_has_no_slope():
    time = torch.arange(940, dtype=torch.float64)
    tone = torch.cos(2 * torch.pi * 20 / 256 * time).view(1, 1, -1)
    images = LogSpectrogram(1, 256, 64).double()(tone)  # eps is one before learning
    assert_array_equal(images[0, 0].argmax(dim=0), [20] * 11)
    assert_allclose(images[0, 0, 20], np.log(64**2 + 1))  # (sum of the Hann / 2)^2
    assert_allclose(images[0, 1], 0, atol=1e-9)


def test_a_growing_tone_has_the_slope_of_its_logarithm():
    time = torch.arange(940, dtype=torch.float64)
    tone = torch.cos(2 * torch.pi * 20 / 256 * time) * 1e6 * torch.exp(time / 640)
    images = LogSpectrogram(1, 256, 64).double()(tone.view(1, 1, -1))
    # the logarithm of a power grows by 2 * 64 / 640 a frame; the ends are repeated
    expected = [0.1, 0.16] + [0.2] * 7 + [0.16, 0.1]
    assert_allclose(images[0, 1, 20], expected, rtol=1e-5)


def test_bf16_leaves_the_spectrogram_in_float32():
    spectrogram, windows = LogSpectrogram(1, 16, 8), torch.randn(6, 1, 64)
    spectrogram.learn(windows, None)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = spectrogram(windows)
    assert mixed.dtype == torch.float32
    assert torch.equal(mixed, spectrogram(windows))
    expected = clone(NET).fit(X, Y).predict_proba(X)
    proba = clone(NET).set_params(precision="bf16").fit(X, Y).predict_proba(X)
    assert_allclose(proba, expected, atol=0.1)
    assert not np.array_equal(proba, expected)


def test_gradients_reach_the_windows():
    windows = torch.randn(2, 1, 64, dtype=torch.float64)
    windows[1] = 0
    spectrogram = LogSpectrogram(1, 16, 8).double()
    gradient = torch.autograd.functional.jacobian(
        lambda w: spectrogram(w).sum((1, 2, 3)), windows
    )
    assert gradient.isfinite().all()
    assert gradient[0, 0].abs().max() > 0 and not gradient[0, 1].any()


# -- statistics ----------------------------------------------------------------------


def test_the_training_data_have_mean_zero_and_spread_one():
    net = clone(DOUBLE).fit(X, Y)
    images = net.net_.module_.spectrogram(torch.from_numpy(X[:, np.newaxis]))
    assert_allclose(images.mean((0, 3)), np.zeros((2, 5)), atol=1e-12)
    assert_allclose(images.std((0, 3), correction=0), np.ones((2, 5)))


def test_chunks_give_the_statistics_of_the_whole():
    rng = np.random.default_rng(0)
    train = rng.normal(0, 50, (600, 2, 12)) * np.linspace(0.1, 10, 600)[:, None, None]
    spectrogram = LogSpectrogram(2, 8, 4).double()
    spectrogram.learn(torch.from_numpy(train), None)
    expected = images_of(train, train, 8, 4)
    assert_allclose(spectrogram(torch.from_numpy(train)), expected, atol=1e-9)


def test_other_windows_do_not_change_the_statistics():
    net = clone(NET).fit(X, Y)
    before = statistics(net)
    net.predict_proba(100 * X)
    net.partial_fit(100 * X, Y)
    for name, value in statistics(net).items():
        assert torch.equal(value, before[name])
    loud = statistics(clone(NET).fit(100 * X, Y))
    assert_allclose(loud["eps"], 1e4 * before["eps"], rtol=1e-5)
    assert_allclose(loud["mean"][0], before["mean"][0] + np.log(1e4), rtol=1e-4)


def test_held_out_patients_are_not_in_the_statistics():
    net = clone(NET).set_params(early_stopping=True, max_epochs=1)
    net.fit(X, Y, groups=PATIENTS)
    train = ~np.isin(PATIENTS, net.validation_groups_)
    expected = statistics(clone(NET).fit(X[train], Y[train]))
    for name, value in statistics(net).items():
        assert torch.equal(value, expected[name])
    everything = statistics(clone(NET).fit(X, Y))
    assert not torch.allclose(everything["mean"], expected["mean"])


def test_a_window_of_weight_two_is_two_windows():
    weight = np.resize([1.0, 2.0, 3.0], len(X))
    net = clone(DOUBLE).set_params(batch_size=100)
    weighted = clone(net).fit(X, Y, sample_weight=weight)
    n_each = weight.astype(int)
    repeated = clone(net).fit(X.repeat(n_each, axis=0), Y.repeat(n_each))
    expected = statistics(repeated)
    for name, value in statistics(weighted).items():
        assert_allclose(value, expected[name], rtol=1e-12)
    assert not torch.allclose(statistics(clone(net).fit(X, Y))["sd"], expected["sd"])
    assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-7)


@pytest.mark.parametrize("value", [0.0, 7.0])
@pytest.mark.parametrize("net", [NET, DOUBLE], ids=["float32", "float64"])
def test_constant_windows_give_finite_probabilities(net, value):
    constant = np.full_like(X, value)
    trained = clone(net).fit(X, Y).predict_proba(constant)
    flat = clone(net).fit(constant, Y).predict_proba(constant)
    assert np.isfinite(trained).all() and np.isfinite(flat).all()


def test_a_frequency_without_spread_is_only_centred():
    windows = torch.randn(9, 2, 40, dtype=torch.float64)
    windows[:, 1] = 0
    spectrogram = LogSpectrogram(2, 8, 4).double()
    spectrogram.learn(windows, None)
    assert_array_equal(spectrogram.sd[:, 1], np.ones((2, 5, 1)))
    assert_allclose(spectrogram(windows)[:, [1, 3]], 0, atol=1e-12)


def test_statistics_of_the_source_are_taken_over_unless_the_channels_differ():
    source = clone(NET).fit(100 * X, Y)
    tuned = clone(NET).set_params(init_from=source).fit(X, Y)
    for name, value in statistics(source).items():
        assert torch.equal(statistics(tuned)[name], value)
    pairs = np.stack([X, X], axis=1)
    with pytest.warns(UserWarning, match=r"spectrogram.sd, conv.0.weight start anew"):
        tuned.fit(pairs, Y)
    for name, value in statistics(clone(NET).fit(pairs, Y)).items():
        assert torch.equal(statistics(tuned)[name], value)


# -- architecture --------------------------------------------------------------------


def module(n_channels=1, n_times=940, n_classes=3, **settings):
    architecture = SpectroEMGNetClassifier(**settings)._architecture()
    return SpectroEMGNetModule(n_channels, n_times, n_classes, **architecture)


def by_hand(channel, spatial, n_channels=1):
    """Count 3 x 3 filters, scale and shift, attention, dense layer and head."""
    count, width = 0, 2 * n_channels
    for filters in (32, 64, 128):
        count, width = count + 9 * width * filters + 2 * filters, filters
        units = filters // 8
        count += channel * (filters * units + units + units * filters + filters)
        count += spatial * (2 * 7 * 7 + 1)
    return count + 128 * 129 + 3 * 129


@pytest.mark.parametrize(
    "attention, total, parts",
    [
        ("cbam", 116_008, (True, True)),
        ("se", 115_711, (True, False)),
        (None, 110_083, (False, False)),
    ],
)
def test_the_number_of_parameters_is_that_by_hand(attention, total, parts):
    net = module(attention=attention)
    assert sum(p.numel() for p in net.parameters()) == total == by_hand(*parts)
    two = module(attention=attention, n_channels=2)
    assert sum(p.numel() for p in two.parameters()) == by_hand(*parts, n_channels=2)


def test_blocks_halve_both_axes_but_not_an_axis_of_one():
    net = module()
    image = net.spectrogram(torch.zeros(2, 1, 940))
    sizes = []
    for layer in net.conv:
        image = layer(image)
        if isinstance(layer, torch.nn.MaxPool2d):
            sizes.append(tuple(image.shape[1:]))
    assert sizes == [(32, 65, 6), (64, 33, 3), (128, 17, 2)]
    one_frame = module(n_times=256)(torch.randn(2, 1, 256))
    assert one_frame.shape == (2, 3)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def channel_weights(layer, x):
    """Return the weights of the channels by the formula of the source."""
    w1, b1, w2, b2 = (p.detach().numpy() for p in layer.mlp.parameters())

    def mlp(pooled):
        return np.maximum(pooled @ w1.T + b1, 0) @ w2.T + b2

    return sigmoid(mlp(x.mean(axis=(2, 3))) + mlp(x.max(axis=(2, 3))))[:, :, None, None]


def place_weights(layer, x):
    """Return the weights of the places: 7 x 7 sums over mean and maximum."""
    filters = layer.conv.weight.detach().numpy()[0]
    _, _, height, width = x.shape
    maps = np.stack([x.mean(axis=1), x.max(axis=1)], axis=1)
    maps = np.pad(maps, [(0, 0), (0, 0), (3, 3), (3, 3)])
    out = np.full((len(x), 1, height, width), layer.conv.bias.item())
    for i in range(height):
        for j in range(width):
            patch = maps[:, :, i : i + 7, j : j + 7]
            out[:, 0, i, j] += (patch * filters).sum(axis=(1, 2, 3))
    return sigmoid(out)


@pytest.mark.parametrize("reduction, n_units", [(4, 2), (8, 1), (16, 1)])
def test_attention_is_that_of_the_formula(reduction, n_units):
    x = np.random.default_rng(0).normal(size=(3, 8, 9, 5))
    given = torch.from_numpy(x)
    cbam = attention_block("cbam", 8, reduction).double()
    channels, places = cbam
    assert channels.mlp[0].out_features == n_units
    refined = x * channel_weights(channels, x)
    with torch.no_grad():
        assert_allclose(cbam(given), refined * place_weights(places, refined))
        assert_allclose(channels(given), refined)
    assert type(attention_block("se", 8, reduction)) is type(channels)
    assert torch.equal(attention_block(None, 8, reduction)(given), given)


# -- loss ----------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_is_that_of_smoothed_targets(smoothing, weighted):
    weight = np.linspace(0.5, 2, len(X)) if weighted else np.ones(len(X))
    net = clone(DOUBLE).set_params(label_smoothing=smoothing, batch_size=len(X))
    net.set_params(optimizer="sgd", lr=1e-30, max_epochs=1)  # one step of no size
    net.fit(X, Y, sample_weight=weight if weighted else None)
    module, given = net.net_.module_.train(), torch.from_numpy(X[:, np.newaxis])
    with torch.no_grad(), weighted_batches(module, torch.from_numpy(weight)):
        logits = module(given).numpy()
    log_proba = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    targets = (1 - smoothing) * (Y[:, np.newaxis] == net.classes_) + smoothing / 2
    expected = np.average(-(targets * log_proba).sum(axis=1), weights=weight)
    assert_allclose(net.history_[0, "train_loss"], expected, rtol=1e-9)


def test_probabilities_are_the_softmax_however_the_targets_are_smoothed():
    net = clone(DOUBLE).set_params(label_smoothing=0.3).fit(X, Y)
    with torch.no_grad():
        logits = net.net_.module_.eval()(torch.from_numpy(X[:, np.newaxis])).numpy()
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert_allclose(net.predict_proba(X), expected, rtol=1e-7)


def test_smoothed_targets_keep_the_net_from_certainty():
    longer = {"max_epochs": 60, "lr": 0.02}
    sure, smooth = (
        clone(NET).set_params(label_smoothing=s, **longer).fit(X, Y) for s in (0.0, 0.2)
    )
    assert sure.predict_proba(X).max(axis=1).mean() > 0.98
    # the best answer to targets of 0.9 and 0.1
    assert_allclose(smooth.predict_proba(X).max(axis=1).mean(), 0.9, atol=0.03)


# -- errors --------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(36, 31), (36, 2, 31)])
def test_windows_shorter_than_a_frame_are_refused_with_the_cure(shape):
    net = clone(NET).set_params(n_fft=32)
    with pytest.raises(ValueError, match=r"windows of 31 .* n_fft=32; use n_fft=31 or"):
        net.fit(np.zeros(shape), Y)
    net.fit(X, Y)  # 32 samples are one frame


@pytest.mark.parametrize(
    "params, message",
    [
        ({"n_fft": 0}, "n_fft == 0, must be >= 1"),
        ({"n_hop": 0}, "n_hop == 0, must be >= 1"),
        (
            {"conv_filters": ()},
            r"filters must be a tuple with a width a layer, got \(\)",
        ),
        ({"conv_filters": (8, 0)}, r"filters\[1\] == 0, must be >= 1"),
        ({"attention": "self"}, "attention must be one of .* got 'self'"),
        ({"reduction": 0}, "reduction == 0, must be >= 1"),
        ({"dense_units": 0}, "dense_units == 0, must be >= 1"),
        ({"dropout": 1.0}, "dropout == 1.0, must be < 1"),
        ({"label_smoothing": 1.0}, "label_smoothing == 1.0, must be < 1"),
    ],
)
def test_impossible_architectures_are_refused_at_fit(params, message):
    with pytest.raises(ValueError, match=message):
        SpectroEMGNetClassifier(**params).fit(X, Y)
