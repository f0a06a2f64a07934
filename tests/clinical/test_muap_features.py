"""The table of clinical measures, from units that are known."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skemg.clinical import MotorUnits, MUAPDetector, MUAPFeatures, measure_muap
from skemg.clinical._motor_units import MotorUnitsList
from skemg.datasets import make_needle_emg
from skemg.exceptions import SignalError
from skemg.model_selection import PatientKFold
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


def units_of(trains, templates=None, **known):
    templates = [triphasic(500)] * len(trains) if templates is None else templates
    known = {"sfreq": SFREQ, "seconds": 4, "unit": "uV", **known}
    return MotorUnits(templates, trains, **known)


def test_firing_of_trains_by_hand():
    """Of 8 intervals one is a miss of 240 ms; the others have a known mean and SD."""
    usual = np.array([90, 110, 100, 120, 80, 105, 95])
    times = np.cumsum([500, *usual[:4], 240, *usual[4:]]) / 1e3
    first = np.cumsum([10, 100, 100, 100, 104, 96, 50, 50, 50]) / 1e3
    second = np.array([0.52, 0.58, 0.64, 0.70])
    table = row(units_of([times]))
    assert_allclose(table["firing_rate_hz_mean"], 10)
    assert_allclose(table["isi_variability_share"], np.std(usual) / 100)
    assert np.isnan(table["recruitment_interval_ms"])
    assert_allclose(table["recruitment_ratio_hz"], 10)
    table = row(units_of([second, first]))
    # The second unit starts at 520 ms; before, the last interval ended at 510 ms.
    assert_allclose(table["recruitment_interval_ms"], 100)
    assert_allclose(table["firing_rate_hz_max"], 1 / 0.06)
    assert_allclose(table["recruitment_ratio_hz"], 1 / 0.06 / 2)


@pytest.mark.parametrize(
    "trains, rate, variability, interval",
    [
        ([[1.0]], np.nan, np.nan, np.nan),
        ([[1.0], [2.0]], np.nan, np.nan, np.nan),
        ([[1.0, 1.2]], 5, np.nan, np.nan),
        ([[1.0, 1.2, 1.4]], 5, 0, np.nan),
        ([[0.1], [0.3, 0.5, 0.7]], 5, 0, 200),  # the first unit has no interval
        ([[0.1, 0.3, 3.0], [0.4]], np.nan, np.nan, 200),  # 0.2 and 2.7 s are no rate
    ],
)
def test_too_few_discharges_give_nan(trains, rate, variability, interval):
    table = row(units_of(trains))
    assert table["n_units"] == len(trains)
    assert_allclose(table["firing_rate_hz_mean"], rate)
    assert_allclose(table["firing_rate_hz_max"], rate)
    assert_allclose(table["recruitment_ratio_hz"], rate / len(trains))
    assert_allclose(table["isi_variability_share"], variability, atol=1e-9)
    assert_allclose(table["recruitment_interval_ms"], interval)


def test_a_unit_that_is_too_small_to_be_measured_changes_no_mean():
    trains = [np.arange(0.1, 4, 0.1)] * 2
    large, small = triphasic(800, 7), triphasic(12)
    both, alone = (
        row(units_of(trains, [large, small])),
        row(units_of(trains[:1], [large])),
    )
    assert both["n_units"] == 2
    assert both["polyphasia_share"] == 1
    for name in ("muap_phases_mean", "muap_turns_mean", "muap_satellites_mean"):
        assert both[name] == alone[name]


def test_names_hold_every_measure_with_its_unit():
    features = MUAPFeatures(statistics=("mean", "std", "q25", "median"))
    names = features.fit([units_of([[1.0]])]).get_feature_names_out()
    measures = [
        *("duration_ms", "amplitude_uv", "area_uv_ms", "thickness_ms", "size_index"),
        *("phases", "turns", "spike_duration_ms", "rise_time_ms", "satellites"),
        *("irregularity", "jiggle"),
    ]
    of_units = [
        f"muap_{measure}_{statistic}"
        for measure in measures
        for statistic in ("mean", "std", "q25", "median")
    ]
    assert list(names) == [
        *of_units,
        "polyphasia_share",
        "n_units",
        "firing_rate_hz_mean",
        "firing_rate_hz_max",
        "isi_variability_share",
        "recruitment_ratio_hz",
        "recruitment_interval_ms",
    ]


def test_plain_arrays_in_millivolts_are_those_in_microvolts():
    emg = make_needle_emg(3, 1, 2.0, random_state=4)
    signals = emg.data.to_list()
    table = MUAPFeatures(unit="uV", sfreq=SFREQ).fit_transform(signals)
    scaled = [1e-3 * signal for signal in signals]
    other = MUAPFeatures(unit="mV", sfreq=SFREQ).fit_transform(scaled)
    assert_allclose(other, table, rtol=1e-2)


def test_units_of_several_recordings_are_searched_by_folds_of_patients():
    """Found once, measured in each fold; the table has the names of the columns."""
    pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    found, y = [], np.arange(12) % 2
    for ill in y:
        size = rng.uniform(0.8, 1.2) * (2000 if ill else 500)
        found.append(
            units_of(
                [np.arange(0.1, 4, 0.1), np.arange(1, 4, 0.12)],
                [triphasic(size), triphasic(0.7 * size)],
                jiggle=rng.uniform(size=2),
            )
        )
    model = make_pipeline(
        MUAPFeatures(), HistGradientBoostingClassifier(min_samples_leaf=1)
    ).set_output(transform="pandas")
    grid = {"muapfeatures__onset": ["level", "slope"]}
    search = GridSearchCV(model, grid, cv=PatientKFold(3), n_jobs=2)
    search.fit(MotorUnitsList(found), y, groups=np.arange(12))
    assert search.best_score_ == 1
    frame = search.best_estimator_[0].transform(found)
    assert list(frame) == list(model[0].fit(found).get_feature_names_out())
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    assert_array_equal(again.predict_proba(found), search.predict_proba(found))


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
    emg = make_needle_emg(36, 1, 4.0, random_state=12)
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
        of("muap_duration_ms_mean"), [(8, 11), (11, 16), (5, 8)], strict=True
    ):
        assert low < value < high
    for value, (low, high) in zip(
        of("muap_amplitude_uv_mean"), [(300, 800), (600, 2000), (120, 430)], strict=True
    ):
        assert low < value < high
    normal, neuropathic, myopathic = of("muap_size_index_mean")
    assert neuropathic > normal > myopathic
    normal, neuropathic, myopathic = of("polyphasia_share")
    assert normal <= 0.2 < min(neuropathic, myopathic)
    normal, neuropathic, _ = of("firing_rate_hz_mean")
    assert neuropathic > normal
    normal, neuropathic, myopathic = of("n_units")
    assert myopathic > normal > neuropathic


def test_a_classifier_that_takes_nan_takes_the_table():
    emg = make_needle_emg(6, 1, 2.0, random_state=0)
    silent = Recordings.from_list([np.zeros(9600)], sfreq=SFREQ, unit="uV")
    data = Recordings.concatenate([emg.data.with_groups(None), silent])
    model = make_pipeline(MUAPFeatures(), HistGradientBoostingClassifier())
    model.fit(data, [*emg.target, "normal"])
    assert len(model.predict(data)) == 7


@pytest.mark.parametrize("n_units", [0, 1])
@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(5, random_state=0),
        make_pipeline(SimpleImputer(keep_empty_features=True), LogisticRegression()),
    ],
    ids=["forest", "imputer"],
)
def test_columns_without_any_number_stop_no_classifier(model, n_units):
    """No recording has two units, so that no measure has an SD."""
    found = [
        units_of(
            [np.arange(0.1, 4, 0.1)] * n_units,
            np.reshape([triphasic(500 + 10 * i)] * n_units, (n_units, 1440)),
        )
        for i in range(10)
    ]
    pipe = make_pipeline(MUAPFeatures(), clone(model)).fit(found, np.arange(10) % 2)
    assert np.isfinite(pipe.predict_proba(found)).all()


@pytest.mark.parametrize(
    "features, X, message",
    [
        (MUAPFeatures(sfreq=SFREQ), [np.zeros(99)], "uncalibrated"),
        (MUAPFeatures(onset="eye"), [np.zeros(99)], "onset must be one of"),
        (MUAPFeatures(statistics=("mode",)), [np.zeros(99)], "unknown statistic"),
        (MUAPFeatures(statistics="mean"), [np.zeros(99)], "list of names"),
        (MUAPFeatures(statistics=("q9", "q9")), [np.zeros(99)], "each name once"),
        (MUAPFeatures(), MotorUnitsList(), "there is no recording"),
        (MUAPFeatures(), [units_of([[1.0]]), np.zeros(99)], "entry 1 is ndarray"),
    ],
)
def test_bad_input_is_refused(features, X, message):
    with pytest.raises((SignalError, ValueError), match=message):
        features.fit(X)


def test_uncalibrated_units_are_refused(two_units):
    two_units.unit = None
    with pytest.raises(SignalError, match="uncalibrated"):
        MUAPFeatures().fit([two_units])


@pytest.mark.parametrize(
    "trains, known, message",
    [
        ([[]], {}, r"discharges\[0\] must be a row of one or more"),
        ([[1.0], [1.0, np.nan]], {}, r"discharges\[1\] .* finite"),
        ([[2.0, 1.0]], {}, "ascending"),
        ([[1.0, 1.0]], {}, "without repeats"),
        ([[1.0]], {"unit": "mV"}, 'unit must be "uV" or None'),
        ([[1.0]], {"sfreq": 0}, "sfreq"),
        ([[1.0]], {"seconds": np.nan}, "seconds"),
        ([[1.0]], {"jiggle": [0.1, 0.2]}, r"jiggle must have shape \(1,\)"),
        ([[1.0]], {"noise": 3.0}, r"noise must have shape \(1,\)"),
        ([[1.0]], {"templates": [[np.inf] * 99]}, "templates must be finite"),
        ([[1.0]], {"templates": np.zeros((2, 99))}, "templates must have shape"),
    ],
)
def test_what_is_no_motor_unit_is_refused(trains, known, message):
    with pytest.raises(ValueError, match=message):
        units_of(trains, **known)
