"""The systems with nets are what their sources say, and train from end to end."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import cross_validate
from sklearn.pipeline import Pipeline

from skemg import systems
from skemg.datasets import make_needle_emg
from skemg.model_selection import PatientKFold
from skemg.nn import CNNGRUClassifier, ResidualCNNClassifier
from skemg.preprocessing import Resampler
from skemg.signals import Recordings
from skemg.systems._tatlidil2025_models import MODELS

NET = "windowvotingclassifier__estimator__"
CNN_ROWS, RNN_ROWS = MODELS[:3], MODELS[3:]
TINY = {
    "tatlidil2025": {"conv_stride": 32, "rnn_units": (4,)},
    "yoo2022_nemgnet": {"stem_filters": 2, "stage_filters": (4,), "dense_units": (4,)},
    "rahman2023_spectroemgnet": {
        "conv_filters": (4,),
        "reduction": 2,
        "dense_units": 4,
    },
    "yu2025_cnn": {"conv_filters": (2,), "dense_units": 4},
}


def net_of(system):
    return system[-1].estimator


def parameters_of(net, n_times):
    """Return the number of weights of a net that is not fitted, for three classes."""
    module = net._module(
        n_channels=1, n_times=n_times, n_classes=3, **net._architecture()
    )
    return sum(p.numel() for p in module.parameters())


def tiny(name):
    system = getattr(systems, name)(max_epochs=1, device="cpu", random_state=0)
    return system.set_params(
        **{NET + key: value for key, value in TINY[name].items()},
    )


@pytest.fixture(scope="module")
def cohort():
    """Four patients of each class; the rate is none of those of the sources."""
    return make_needle_emg(
        12, n_recordings=1, duration=0.6, sfreq=24_000, random_state=0
    )


# -- the table of Tatlidil 2025 --------------------------------------------------------


@pytest.mark.parametrize("row", RNN_ROWS, ids=lambda row: row.name)
def test_layers_of_the_recurrent_rows_are_those_in_their_names(row):
    parts = re.fullmatch(
        r"(?:(\d) conv \+ )?(\d) (uni|bi) (GRU|LSTM)(?:, (pool|no pool))?", row.name
    )
    n_conv, n_layers, direction, cell, pool = parts.groups()
    net = net_of(systems.tatlidil2025(row.number))
    assert type(net) is CNNGRUClassifier
    assert net.n_conv == int(n_conv or 0)
    assert net.rnn_units == (245, 128, 64, 32)[: int(n_layers)]
    assert net.bidirectional == (direction == "bi")
    assert net.cell == cell.lower()
    assert net.n_conv == 0 or net.pool == (pool != "no pool")


def recurrent_weights(n_conv, n_layers, n_gates, n_directions):
    """Return the sum over the layers, with the two biases of torch's gates."""
    total, width = 0, 1
    for _ in range(n_conv):
        total, width = total + 64 * (5 * width + 1), 64
    for units in (245, 128, 64, 32)[:n_layers]:
        total += n_directions * n_gates * units * (width + units + 2)
        width = n_directions * units
    return total + 3 * (width + 1)


@pytest.mark.parametrize("row", RNN_ROWS, ids=lambda row: row.name)
def test_number_of_weights_of_the_recurrent_rows(row):
    net = net_of(systems.tatlidil2025(row.number))
    expected = recurrent_weights(
        net.n_conv,
        len(net.rnn_units),
        3 if "GRU" in row.name else 4,
        2 if " bi " in row.name else 1,
    )
    assert parameters_of(net, 940) == expected
    if row.number == 9:
        assert expected == 419_724


@pytest.mark.parametrize("number, expected", [(1, 207_235), (2, 726_019), (3, 726_019)])
def test_number_of_weights_of_the_convolutional_rows(number, expected):
    net = net_of(systems.tatlidil2025(number))
    assert type(net) is ResidualCNNClassifier
    assert net.residual == (number != 2)
    assert parameters_of(net, 940) == expected


@pytest.mark.parametrize("row", MODELS, ids=lambda row: row.name)
def test_number_and_name_give_the_same_system_with_the_epochs_of_the_table(row):
    by_number = systems.tatlidil2025(row.number)
    by_name = systems.tatlidil2025(row.name)
    assert list(by_number.named_steps) == list(by_name.named_steps)
    assert net_of(by_number).get_params() == net_of(by_name).get_params()
    net = net_of(by_number)
    assert (net.max_epochs, net.batch_size, net.lr) == (row.epochs, 64, 1e-3)
    assert (net.optimizer, net.early_stopping) == ("adam", False)
    assert net_of(systems.tatlidil2025(row.number, max_epochs=3)).max_epochs == 3


@pytest.mark.parametrize("row", MODELS, ids=lambda row: row.name)
def test_the_documented_table_is_the_one_in_use(row):
    assert re.search(
        rf'^ +{row.number} +"{re.escape(row.name)}" +{row.epochs} '
        rf"+{row.accuracy:.2f} ± {row.spread:.2f}$",
        systems.tatlidil2025.__doc__,
        re.MULTILINE,
    )


def test_there_are_twenty_rows_and_the_default_is_the_best():
    assert [row.number for row in MODELS] == list(range(1, 21))
    best = max(MODELS, key=lambda row: row.accuracy)
    default = net_of(systems.tatlidil2025()).get_params()
    assert default == net_of(systems.tatlidil2025(best.name)).get_params()


@pytest.mark.parametrize("model", [0, 21, True, "6 conv + 1 uni GRU", None])
def test_unknown_model_is_refused_with_the_table(model):
    with pytest.raises(ValueError, match=r"model must be .*9 '1 conv \+ 4 uni GRU"):
        systems.tatlidil2025(model)


# -- signals ---------------------------------------------------------------------------


def test_steps_of_tatlidil2025_have_the_values_of_the_source():
    parameters = systems.tatlidil2025().get_params()
    assert list(systems.tatlidil2025().named_steps) == [
        "resampler",
        "peakpreservingdownsampler",
        "bandpass",
        "amplitudescaler",
        "windower",
        "windowvotingclassifier",
    ]
    assert parameters["resampler__target_sfreq"] == 48_000
    assert parameters["peakpreservingdownsampler__factor"] == 5
    assert (parameters["bandpass__low"], parameters["bandpass__high"]) == (50, None)
    assert (parameters["windower__length"], parameters["windower__hop"]) == (0.1, 0.05)


@pytest.mark.parametrize(
    "name, n_times, sfreq",
    [
        ("tatlidil2025", 940, 9_600),
        ("yoo2022_nemgnet", 4_000, 10_000),
        ("rahman2023_spectroemgnet", 2_400, 12_000),
    ],
)
@pytest.mark.parametrize("recorded_at", [48_000, 24_000, 23_437.5])
def test_windows_that_reach_the_net(name, n_times, sfreq, recorded_at):
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 50, (2, round(0.5 * recorded_at)))
    emg = Recordings.from_array(noise, sfreq=recorded_at)
    windows = getattr(systems, name)()[:-1].fit_transform(emg)
    assert (windows.n_times, windows.sfreq) == (n_times, sfreq)


def test_recordings_of_different_rates_are_brought_to_one():
    rng = np.random.default_rng(0)
    emg = Recordings.from_list(
        [rng.normal(size=48_000), rng.normal(size=24_000)], sfreq=[48_000, 24_000]
    )
    windows = systems.tatlidil2025()[:-1].fit_transform(emg)
    assert_array_equal(windows.counts, [19, 19])
    scale = np.std(windows.values[:, 100:-100])
    assert scale == pytest.approx(1, abs=0.15)


def test_resampling_leaves_recordings_at_the_rate_of_the_source_as_they_are():
    emg = make_needle_emg(n_patients=1, n_recordings=1, duration=0.2, random_state=0)
    resampled = Resampler(48_000).fit_transform(emg.data)
    assert_array_equal(resampled.values, emg.data.values)
    with_it = systems.tatlidil2025()[:-1].fit_transform(emg.data)
    without = systems.tatlidil2025()[1:-1].fit_transform(emg.data)
    assert_array_equal(with_it.values, without.values)


# -- the other sources -----------------------------------------------------------------


def test_yoo2022_has_the_network_and_training_of_the_source():
    net = net_of(systems.yoo2022_nemgnet())
    assert parameters_of(net, 4_000) == 31_825_923
    assert (net.max_epochs, net.batch_size, net.lr) == (100, 32, 1e-3)
    assert net.class_weight == "balanced" and net.early_stopping
    parameters = systems.yoo2022_nemgnet().get_params()
    assert (parameters["windower__length"], parameters["windower__hop"]) == (0.4, 0.1)
    assert parameters["windowvotingclassifier__voting"] == "soft"


@pytest.mark.parametrize("sfreq", [2000, 4000])
def test_yu2025_brings_all_rates_to_two_kilohertz(sfreq):
    signal = np.random.default_rng(0).normal(size=sfreq)
    emg = Recordings.from_list([signal], sfreq=sfreq)
    windows = systems.yu2025_cnn()[:-1].fit_transform(emg)
    assert (windows.n_times, windows.sfreq) == (400, 2000)


def test_yu2025_has_the_values_of_the_source():
    system = systems.yu2025_cnn()
    parameters, net = system.get_params(), net_of(system)
    assert (parameters["bandpass__low"], parameters["bandpass__high"]) == (20, 450)
    assert parameters["amplitudescaler__method"] == "zscore"
    assert (parameters["windower__length"], parameters["windower__hop"]) == (0.2, 0.1)
    assert (net.max_epochs, net.batch_size, net.lr) == (20, 64, 1e-3)
    assert not net.early_stopping
    # ten channels at 2 kHz: 400 samples, a quarter of them behind two poolings
    module = net._module(n_channels=10, n_times=400, n_classes=4, **net._architecture())
    first, second = 16 * (10 * 3 + 1), 32 * (16 * 3 + 1)
    dense, last = 128 * (32 * 100 + 1), 4 * (128 + 1)
    n_weights = sum(p.numel() for p in module.parameters())
    assert n_weights == first + second + dense + last


# -- end to end ------------------------------------------------------------------------


@pytest.mark.parametrize("name", TINY)
def test_a_system_is_a_plain_pipeline_that_gives_one_answer_a_recording(name, cohort):
    system = tiny(name)
    assert type(system) is Pipeline
    one = clone(system).fit(cohort.data, cohort.target).predict_proba(cohort.data)
    other = clone(system).fit(cohort.data, cohort.target).predict_proba(cohort.data)
    assert one.shape == (12, 3)
    assert_allclose(one.sum(axis=1), 1, rtol=1e-6)
    assert_allclose(one, other, rtol=0, atol=0)


@pytest.mark.parametrize("name", TINY)
def test_a_system_is_validated_with_patients_apart(name, cohort):
    result = cross_validate(
        tiny(name),
        cohort.data,
        cohort.target,
        cv=PatientKFold(2),
        return_estimator=True,
        error_score="raise",
    )
    assert np.all((result["test_score"] >= 0) & (result["test_score"] <= 1))
    for system in result["estimator"]:
        net = system[-1].estimator_
        assert len(net.history_) == 1
        if net.early_stopping:  # two patients of each class are left, one is held out
            assert len(net.validation_groups_) == 3
