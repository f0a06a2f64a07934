"""Attention pooling: Ilse's formula on ragged bags, and what it says of windows."""

import functools
import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from skorch.callbacks import Callback

from skemg.datasets import make_needle_emg
from skemg.exceptions import SignalError
from skemg.features import TimeDomainFeatures
from skemg.model_selection import PatientKFold
from skemg.nn import AttentionPoolingClassifier
from skemg.nn._attention_pooling_module import AttentionPoolingModule, Standardize
from skemg.nn._bag_rows import BagRows
from skemg.nn._rows import Batches
from skemg.preprocessing import AmplitudeScaler, PeakPreservingDownsampler
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower

NAMES = ["rms", "wl", "zc"]
NET = AttentionPoolingClassifier(
    encoder_units=16,
    attention_units=6,
    conv_filters=(8, 8),
    max_epochs=3,
    lr=0.01,
    random_state=0,
)


def bags(shape=(3,), counts=(3, 1, 5, 2, 4, 6), *, seed=0, scale=1.0, **params):
    """Return windows of noise with mean 0 or 1 by turns, and their classes."""
    rng = np.random.default_rng(seed)
    counts = np.asarray(counts)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    label = np.arange(len(counts)) % 2
    values = rng.normal(0, 0.3, (offsets[-1], *shape))
    values += np.repeat(label, counts).reshape(-1, *[1] * len(shape))
    params = {"sfreq": 1000, "start": np.arange(offsets[-1]) * 10, **params}
    if len(shape) == 1 and shape[0] == len(NAMES):
        params.setdefault("feature_names", NAMES)
    return Windows(scale * values, offsets, **params), np.where(label, "b", "a")


def made(**params):
    return clone(NET).set_params(**params)


def module(n_channels=1, n_times=200, n_classes=3, encoder="conv", **settings):
    architecture = AttentionPoolingClassifier(**settings)._architecture()
    return AttentionPoolingModule(
        n_channels, n_times, n_classes, encoder=encoder, **architecture
    )


def places(*counts):
    return torch.arange(max(counts)) < torch.tensor(counts).unsqueeze(1)


def n_parameters(module):
    return sum(p.numel() for p in module.parameters())


# -- the formula -----------------------------------------------------------------------


def ilse(codes, V, U, w):
    """Return the weights and the weighted mean of one bag, formulas (7) and (9)."""
    gated = np.tanh(codes @ V.T) / (1 + np.exp(-codes @ U.T))
    score = np.exp(gated @ w)
    weights = score / score.sum()
    return weights, weights @ codes


@pytest.mark.parametrize("encoder", ["dense", "conv"])
def test_ragged_bags_follow_the_formula_of_the_source(encoder):
    torch.manual_seed(0)
    net = module(2, 30, encoder=encoder).double().eval()
    counts = [3, 1, 7, 2]
    X = 3 * torch.randn(13, 2, 30, dtype=torch.float64)
    with torch.no_grad():
        logits = net(X, places(*counts)).numpy()
        weights = net.window_weights(X, places(*counts)).numpy()
        codes = np.split(net.encoder(X).numpy(), np.cumsum(counts)[:-1])
    V, U, w = (p.detach().numpy() for p in net.attention.parameters())
    expected = [ilse(bag, V, U, w[0]) for bag in codes]
    assert_allclose(weights, np.concatenate([a for a, _ in expected]), rtol=1e-12)
    head, bias = net.head.weight.detach().numpy(), net.head.bias.detach().numpy()
    pooled = np.stack([z for _, z in expected])
    assert_allclose(logits, pooled @ head.T + bias, rtol=1e-10)


def test_windows_of_one_recording_do_not_feel_the_other_recordings():
    net = module(1, 16, encoder="dense").double()
    X = torch.randn(6, 1, 16, dtype=torch.float64, requires_grad=True)
    net(X, places(2, 4))[0].sum().backward()
    assert X.grad[:2].abs().min() > 0
    assert_array_equal(X.grad[2:], 0)


def test_the_convolutions_take_the_mean_over_time():
    net = module(2, 33)
    X = torch.randn(4, 2, 33)
    conv = torch.nn.functional.conv1d
    first, second, dense = net.encoder[0], net.encoder[2], net.encoder[5]
    step = conv(X, first.weight, first.bias, stride=4, padding=2).relu()
    step = conv(step, second.weight, second.bias, stride=4, padding=2).relu()
    assert step.shape == (4, 32, 3)  # 33 -> 9 -> 3
    assert_allclose(
        net.encoder(X).detach(),
        dense(step.mean(dim=2)).relu().detach(),
        rtol=1e-5,
        atol=1e-6,
    )


def test_the_defaults_have_the_parameters_counted_by_hand():
    conv = 16 * (5 + 1) + 32 * (5 * 16 + 1)
    pooling = 2 * 64 * 64 + 64  # V, U and w have no bias
    assert n_parameters(module()) == conv + 64 * 33 + pooling + 3 * 65 == 13_251
    dense = module(1, 10, encoder="dense")
    assert n_parameters(dense) == 64 * 11 + pooling + 3 * 65 == 9_155


def test_columns_are_standardised_by_weighted_moments_and_flat_ones_centred():
    X = torch.tensor([[0.0, 7.0], [4.0, 7.0], [8.0, 7.0]]).unsqueeze(1)
    layer = Standardize(2)
    layer.learn(X, torch.tensor([1.0, 2.0, 1.0]))
    assert_allclose(layer.mean, [4, 7])
    assert_allclose(layer.scale, [np.sqrt(8), 1])
    assert_allclose(layer(X)[:, 0], [-np.sqrt(2), 0, np.sqrt(2)], rtol=1e-6)
    assert_array_equal(layer(X)[:, 1], 0)


def test_a_recording_of_weight_two_counts_twice_in_the_moments():
    X, y = bags(counts=[2, 3, 1, 2])
    weight = np.array([2.0, 1.0, 1.0, 1.0])
    weighted = made(precision="float64").fit(X, y, sample_weight=weight)
    twice = [0, 0, 1, 2, 3]
    repeated = made(precision="float64").fit(X[twice], y[twice])
    assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-9)


# -- batches ---------------------------------------------------------------------------


def test_a_batch_has_the_windows_of_its_recordings_in_their_order():
    counts = torch.tensor([2, 1, 3])
    rows = BagRows(
        torch.arange(6.0).reshape(6, 1, 1), counts, torch.arange(3), torch.ones(3)
    )
    x, y = rows[torch.tensor([2, 0])]
    assert x["X"].flatten().tolist() == [3, 4, 5, 0, 1]
    assert x["inside"].tolist() == [[True] * 3, [True, True, False]]
    assert y.tolist() == [2, 0] and len(x["sample_weight"]) == 2
    assert [x["inside"].shape for x, _ in Batches(rows, 1)] == [(1, 2), (1, 1), (1, 3)]


@pytest.mark.parametrize("shape", [(3,), (40,), (2, 40)])
def test_the_size_of_batches_does_not_change_predictions(shape):
    X, y = bags(shape)
    net = clone(NET).fit(X, y)
    together = net.predict_proba(X), net.attention_weights(X).values
    net.net_.set_params(batch_size=1)
    alone = net.predict_proba(X), net.attention_weights(X).values
    assert_allclose(alone[0], together[0], rtol=1e-5)
    assert_allclose(alone[1], together[1], rtol=1e-5)


def test_augmentation_changes_windows_of_any_encoder():
    for shape in [(3,), (40,), (2, 40)]:
        X, y = bags(shape)
        losses = [
            made(augment=augment).fit(X, y).history_[:, "train_loss"]
            for augment in (None, {"noise": 0.1, "shift": 0.1, "amplitude": 0.1})
        ]
        assert losses[0] != losses[1]


# -- what it learns --------------------------------------------------------------------


def needles(n_recordings, seed, **params):
    """Return bags of ten windows of noise; in every other bag one window is a wave."""
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 0.5, (n_recordings, 10, 64))
    key = rng.integers(0, 10, n_recordings)
    wave = np.sin(0.4 * np.arange(64))
    y = np.array(["noise", "wave"])[np.arange(n_recordings) % 2]
    for i in np.flatnonzero(y == "wave"):
        values[i, key[i]] += 2 * wave
    values = values.reshape(-1, 64)
    start = np.tile(np.arange(10) * 64, n_recordings)
    offsets = np.arange(0, len(values) + 1, 10)
    return Windows(values, offsets, sfreq=640, start=start, **params), y, key


@functools.cache
def trained():
    X, y, _ = needles(60, seed=0)
    return made(max_epochs=40).fit(X, y)


def test_one_window_in_ten_is_enough_and_is_found():
    X, y, key = needles(40, seed=1)
    assert trained().score(X, y) >= 0.95
    weights = trained().attention_weights(X)
    wave = y == "wave"
    assert (weights.values.reshape(-1, 10).argmax(axis=1) == key)[wave].all()
    first = weights[:2]
    seconds = first.start[10 + first.values[10:].argmax()] / first.sfreq
    assert_allclose(seconds, key[1] * 0.1)


def test_weights_sum_to_one_and_keep_rate_start_and_patients():
    X, _, _ = needles(6, seed=1, groups=list("aabbcc"))
    ragged = X.select(np.random.default_rng(0).random(60) < 0.7)
    weights = trained().attention_weights(ragged)
    assert_allclose(weights.mean(weights.values) * weights.counts, 1, rtol=1e-6)
    assert weights.values.min() > 0
    assert_array_equal(weights.offsets, ragged.offsets)
    assert_array_equal(weights.start, ragged.start)
    assert_array_equal(weights.groups, ragged.groups)
    assert weights.sfreq == 640


def test_the_order_of_the_windows_plays_no_role():
    X, _, _ = needles(4, seed=2)
    order = np.random.default_rng(0).permutation(10)
    mixed = Windows(
        X.values.reshape(4, 10, 64)[:, order].reshape(40, 64), X.offsets, sfreq=640
    )
    assert_allclose(
        trained().predict_proba(mixed), trained().predict_proba(X), rtol=1e-5
    )
    assert_allclose(
        trained().attention_weights(mixed).values.reshape(4, 10),
        trained().attention_weights(X).values.reshape(4, 10)[:, order],
        rtol=1e-4,
    )


def test_a_recording_of_one_window_gives_it_all_the_weight():
    table, y = bags(counts=[1] * 8)
    net = clone(NET).fit(table.values, y)
    assert_array_equal(net.attention_weights(table.values).values, 1)
    assert net.n_features_in_ == 3


# -- kinds of windows ------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3,), (40,), (2, 40)])
@pytest.mark.parametrize("encoder", ["auto", "dense", "conv"])
def test_ragged_windows_of_features_and_signals_are_learned(shape, encoder):
    X, y = bags(shape, counts=[3, 1, 5, 2, 4, 6] * 2)
    net = made(encoder=encoder, max_epochs=30).fit(X, y)
    assert_array_equal(net.predict(X), y)
    assert net.predict_proba(X).shape == (12, 2)
    assert not hasattr(net, "n_features_in_")


@pytest.mark.parametrize(
    "X, kind",
    [
        (bags((3,))[0], "dense"),
        (bags((40,))[0], "conv"),
        (bags((2, 40))[0], "conv"),
        (bags((3,))[0].values[:6], "dense"),
        (bags((2, 40))[0].values[:6], "conv"),
    ],
)
def test_auto_is_dense_for_features_and_tables_and_conv_for_signals(X, kind):
    net = clone(NET).fit(X, list("ababab"))
    has_conv = isinstance(net.net_.module_.encoder[0], torch.nn.Conv1d)
    assert has_conv == (kind == "conv")


def test_the_unit_of_a_feature_plays_no_role():
    X, y = bags()
    small, _ = bags(scale=1e-3)
    expected = clone(NET).fit(X, y).predict_proba(X)
    assert_allclose(clone(NET).fit(small, y).predict_proba(small), expected, rtol=1e-3)


def test_integers_and_windows_that_are_only_described_give_the_same():
    X, y = bags((40,))
    signals = [row.astype(np.int16) for row in 100 * X.values[:6]]
    emg = Recordings.from_list(signals, sfreq=1000)
    described = Windower(length=0.02, hop=0.01).fit_transform(emg)
    stored = Windows(described.values.astype(float), described.offsets, sfreq=1000)
    assert_array_equal(
        clone(NET).fit(described, y).predict_proba(described),
        clone(NET).fit(stored, y).predict_proba(stored),
    )


# -- patients and pipelines ------------------------------------------------------------


class Watch(Callback):
    """Keeps the rows that training sees."""

    seen = []

    def on_epoch_begin(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        self.seen[:] = [dataset_train, dataset_valid]


@pytest.mark.parametrize("carried", [True, False])
def test_early_stopping_holds_out_whole_patients(carried):
    patients = np.repeat(["p0", "p1", "p2", "p3", "p4", "p5"], 2)
    X, _ = bags(counts=[3, 1, 5, 2, 4, 6] * 2, groups=patients if carried else None)
    y = np.where(np.isin(patients, ["p0", "p2", "p4"]), "a", "b")
    net = made(early_stopping=True, callbacks=[Watch()])
    net.fit(X, y, groups=None if carried else patients)
    held_out = np.isin(patients, net.validation_groups_)
    assert held_out.sum() == 4 and len(set(y[held_out])) == 2
    for rows, mask in zip(Watch.seen, [~held_out, held_out], strict=True):
        assert_array_equal(rows.values[:, 0].numpy(), X[mask].values.astype(np.float32))
        assert_array_equal(rows.counts, X[mask].counts)


@pytest.mark.parametrize("with_features", [False, True])
def test_it_ends_a_pipeline_whose_folds_are_patients(with_features):
    emg = make_needle_emg(n_patients=9, duration=0.5, random_state=0)
    steps = [PeakPreservingDownsampler(factor=5), AmplitudeScaler(), Windower(0.1, 0.1)]
    if with_features:
        steps.append(TimeDomainFeatures(("rms", "wl")))
    pipeline = make_pipeline(*steps, made(max_epochs=2, early_stopping=True))
    proba = cross_val_predict(
        pipeline,
        emg.data,
        emg.target,
        groups=emg.data.groups,
        cv=PatientKFold(3, shuffle=True, random_state=0),
        method="predict_proba",
    )
    assert proba.shape == (len(emg.data), 3)
    assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)


def test_a_saved_net_gives_the_same_and_learns_on():
    X, y = bags()
    net = clone(NET).fit(X, y)
    loaded = pickle.loads(pickle.dumps(net))
    assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))
    assert loaded.attention_weights(X) == net.attention_weights(X)
    assert_array_equal(
        loaded.partial_fit(X, y).predict_proba(X),
        net.partial_fit(X, y).predict_proba(X),
    )


def test_a_frozen_encoder_of_another_net_stays():
    X, y = bags()
    first = clone(NET).fit(X, y)
    second = made(init_from=first, freeze=("encoder",), random_state=1).fit(X, y)
    one, two = (net.net_.module_ for net in (first, second))
    assert all(map(torch.equal, one.encoder.parameters(), two.encoder.parameters()))
    assert not torch.equal(one.head.weight, two.head.weight)


# -- refusals --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fitted, given, message",
    [
        (bags((40,)), bags((41,)), r"shape \(41,\), but .* shape \(40,\)"),
        (bags((40,)), bags((2, 40)), r"shape \(2, 40\), but .* shape \(40,\)"),
        (bags((40,)), bags((40,), sfreq=500), "at 1000 Hz and got 500 Hz"),
        (bags(), bags(feature_names=["a", "b", "c"]), "features of the windows differ"),
        (bags((40,)), bags((40,), feature_names=list(map(str, range(40)))), "differ"),
    ],
)
def test_windows_unlike_those_of_fit_are_refused(fitted, given, message):
    net = made(max_epochs=1).fit(*fitted)
    for use in (net.predict, net.attention_weights):
        with pytest.raises(ValueError, match=message):
            use(given[0])
    with pytest.raises(ValueError, match=message):
        net.partial_fit(*given)


def test_what_are_no_windows_is_refused():
    X, y = bags((40,))
    nan = X.values.copy()
    nan[4, 7] = np.nan
    labels = Windows(X.values[:, 0], X.offsets, sfreq=None)
    images = Windows(np.zeros((21, 1, 4, 4)), X.offsets, sfreq=None)
    recordings = Recordings.from_array(X.values[:6], sfreq=1000)
    for given, message in [
        (recordings, "put Windower before it"),
        (Windows(nan, X.offsets, sfreq=1000), "window 4, sample 7, of recording 2"),
        (labels, "X must be signals or features"),
        (images, "Found array with dim 4: .* expects Windows"),
        (X[:0], "there is no recording"),
    ]:
        with pytest.raises(SignalError if given is not images else ValueError) as error:
            clone(NET).fit(given, y[: len(given)])
        error.match(message)


def test_labels_are_one_a_recording():
    X, y = bags()
    with pytest.raises(ValueError, match="X has 6 recordings, y has 21 labels"):
        clone(NET).fit(X, X.repeat(y))


def test_a_fit_on_windows_forgets_the_columns_of_a_table():
    X, y = bags()
    net = clone(NET).fit(X.values[:6], y).fit(X, y)
    assert not hasattr(net, "n_features_in_")


@pytest.mark.parametrize(
    "params, message",
    [
        ({"encoder": "rnn"}, "encoder must be one of"),
        ({"conv_filters": 16}, "conv_filters must be a tuple"),
        ({"conv_kernel": 4}, "conv_kernel must be odd, got 4"),
        ({"conv_stride": 0}, "conv_stride == 0, must be >= 1"),
        ({"encoder_units": 0}, "encoder_units == 0, must be >= 1"),
        ({"attention_units": 0}, "attention_units == 0, must be >= 1"),
        ({"dropout": 1.0}, "dropout == 1.0, must be < 1"),
    ],
)
def test_impossible_architectures_are_refused_at_fit(params, message):
    X, y = bags()
    with pytest.raises(ValueError, match=message):
        made(**params).fit(X, y)
