"""The table of clinical measures, from units that are known."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline

from skemg.clinical import MotorUnits, MUAPDetector, MUAPFeatures, measure_muap
from skemg.datasets import make_needle_emg
from skemg.exceptions import SignalError
from skemg.signals import Recordings

SFREQ = 48000


def triphasic(amplitude, n_phases=3):
    signs = np.resize([0.25, -0.75], n_phases)
    wave = np.concatenate([amplitude * s * np.bartlett(97) for s in signs])
    return np.pad(wave, (480, 1440 - 480 - len(wave)))


def row(units, **parameters):
    features = MUAPFeatures(**parameters)
    table = features.fit_transform([units])
    return dict(zip(features.get_feature_names_out(), table[0], strict=True))


@pytest.fixture
def two_units():
    """A unit of 10 Hz from the start, a polyphasic one of 20 Hz after one second."""
    first, second = np.arange(0.05, 4, 0.1), np.arange(1.0, 4, 0.05)
    templates = [triphasic(800), triphasic(400, 7)]
    return MotorUnits(templates, [first, second], sfreq=SFREQ, seconds=4, unit="uV")


def test_statistics_are_those_of_the_measures_of_the_units(two_units):
    table = row(two_units, statistics=("mean", "std", "median", "q0"))
    measured = [measure_muap(t, sfreq=SFREQ) for t in two_units.templates]
    for name in ("duration_ms", "amplitude_uv", "area_uv_ms", "size_index", "turns"):
        values = [measures[name] for measures in measured]
        assert_allclose(table[f"muap_{name}_mean"], np.mean(values))
        assert_allclose(table[f"muap_{name}_std"], np.std(values))
        assert_allclose(table[f"muap_{name}_median"], np.median(values))
        assert_allclose(table[f"muap_{name}_q0"], np.min(values))
    assert table["muap_amplitude_uv_mean"] == 600
    assert table["muap_phases_mean"] == 5


def test_firing_is_that_of_the_trains(two_units):
    table = row(two_units)
    assert table["n_units"] == 2
    assert table["polyphasia_share"] == 0.5
    assert_allclose(table["firing_rate_hz_mean"], 15)
    assert_allclose(table["firing_rate_hz_max"], 20)
    assert_allclose(table["recruitment_ratio_hz"], 10)
    assert_allclose(table["recruitment_interval_ms"], 100)
    assert_allclose(table["isi_variability_share"], 0, atol=1e-9)


def test_a_missed_discharge_changes_no_rate(two_units):
    two_units.discharges[1] = np.delete(two_units.discharges[1], [10, 20, 21])
    table = row(two_units)
    assert_allclose(table["firing_rate_hz_max"], 20)
    assert_allclose(table["isi_variability_share"], 0, atol=1e-9)


def test_variability_of_drawn_intervals_is_that_of_their_distribution():
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.normal(0.1, 0.015, 3000))
    units = MotorUnits([triphasic(500)], [times], sfreq=SFREQ, seconds=300, unit="uV")
    assert_allclose(row(units)["isi_variability_share"], 0.15, atol=0.01)


def test_recruitment_that_was_not_seen_has_the_lower_limit(two_units):
    two_units.discharges[1] = two_units.discharges[1] - 0.99
    assert_allclose(row(two_units)["recruitment_interval_ms"], 50)


def test_one_unit_has_no_spread(two_units):
    one = MotorUnits(
        two_units.templates[:1],
        two_units.discharges[:1],
        sfreq=SFREQ,
        seconds=4,
        unit="uV",
        jiggle=[0.2],
    )
    table = row(one)
    assert np.isnan(table["muap_duration_ms_std"])
    assert table["muap_jiggle_mean"] == 0.2
    assert table["muap_duration_ms_q10"] == table["muap_duration_ms_mean"]


@pytest.mark.parametrize("kind", ["flat", "noise", "clipped"])
def test_a_recording_without_units_has_no_measures(kind):
    rng = np.random.default_rng(0)
    signal = {
        "flat": np.zeros(SFREQ * 2),
        "noise": rng.normal(0, 5, SFREQ * 2),
        "clipped": np.clip(rng.normal(0, 3e3, SFREQ * 2), -3e3, 3e3),
    }[kind]
    features = MUAPFeatures()
    table = features.fit_transform(
        Recordings.from_list([signal], sfreq=SFREQ, unit="uV")
    )
    names = features.get_feature_names_out()
    assert table[0, names == "n_units"] == 0
    assert np.isnan(table[0, names != "n_units"]).all()


def test_recordings_and_their_units_give_the_same_table():
    emg = make_needle_emg(3, 1, 3.0, random_state=4)
    units = MUAPDetector().fit_transform(emg.data)
    of_units = MUAPFeatures(onset="slope").fit_transform(units)
    assert_array_equal(MUAPFeatures(onset="slope").fit_transform(emg.data), of_units)
    chained = make_pipeline(MUAPDetector(), MUAPFeatures(onset="slope"))
    assert_array_equal(chained.fit_transform(emg.data), of_units)


def test_class_means_of_simulated_patients_are_in_the_clinical_order():
    emg = make_needle_emg(18, 1, 4.0, random_state=12)
    features = MUAPFeatures()
    table = features.fit_transform(emg.data)
    names = list(features.get_feature_names_out())
    means = {
        name: table[emg.target == name].mean(axis=0)
        for name in ("normal", "neuropathic", "myopathic")
    }

    def of(name):
        return [float(mean[names.index(name)]) for mean in means.values()]

    # Bands of Pattichis et al. (1995), wide as those of the simulator itself.
    for value, (low, high) in zip(
        of("muap_duration_ms_mean"), [(8, 11), (11, 16), (5, 9)], strict=True
    ):
        assert low < value < high
    for value, (low, high) in zip(
        of("muap_amplitude_uv_mean"), [(300, 900), (600, 2000), (120, 450)], strict=True
    ):
        assert low < value < high
    normal, neuropathic, myopathic = of("muap_size_index_mean")
    assert neuropathic > normal > myopathic
    normal, neuropathic, myopathic = of("polyphasia_share")
    assert normal <= 0.2 < neuropathic
    normal, neuropathic, _ = of("firing_rate_hz_mean")
    assert neuropathic > normal
    normal, neuropathic, myopathic = of("n_units")
    assert min(normal, myopathic) > neuropathic


def test_a_classifier_that_takes_nan_takes_the_table():
    emg = make_needle_emg(6, 1, 2.0, random_state=0)
    silent = Recordings.from_list([np.zeros(9600)], sfreq=SFREQ, unit="uV")
    data = Recordings.concatenate([emg.data.with_groups(None), silent])
    model = make_pipeline(MUAPFeatures(), HistGradientBoostingClassifier())
    model.fit(data, [*emg.target, "normal"])
    assert len(model.predict(data)) == 7


@pytest.mark.parametrize(
    "features, X, message",
    [
        (MUAPFeatures(sfreq=SFREQ), [np.zeros(99)], "uncalibrated"),
        (MUAPFeatures(onset="eye"), [np.zeros(99)], "onset must be one of"),
        (MUAPFeatures(statistics=("mode",)), [np.zeros(99)], "unknown statistic"),
        (MUAPFeatures(statistics="mean"), [np.zeros(99)], "list of names"),
    ],
)
def test_bad_input_is_refused(features, X, message):
    with pytest.raises((SignalError, ValueError), match=message):
        features.fit(X)


def test_uncalibrated_units_are_refused(two_units):
    two_units.unit = None
    with pytest.raises(SignalError, match="uncalibrated"):
        MUAPFeatures().fit_transform([two_units])
