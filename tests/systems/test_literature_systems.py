"""Systems of the literature learn six simulated patients, with all of their options."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skemg import systems
from skemg.classifiers import LSSVC, MISVC, RotationForestClassifier
from skemg.datasets import make_needle_emg
from skemg.features import DWTFeatures, Scalogram, SmoothedPseudoWignerVille
from skemg.model_selection import PatientKFold
from skemg.nn import DenseClassifier
from skemg.signals import Windows
from skemg.systems._roy2022 import envelopes_of_bands
from skemg.systems._samanta2022 import statistics_over_time

NET = {"device": "cpu", "random_state": 0}
KINDS = ("classifier", "ensemble", "image")
CASES = [  # name, options, parameters that make it small
    ("dubey2022", NET, {}),
    ("gaso2023", NET, {}),
    ("gokgoz2015", {"random_state": 0}, {"n_estimators": 20}),
    ("gokgoz2015", {"classifier": "tree", "random_state": 0}, {}),
    ("gokgoz2015", {"classifier": "svm"}, {}),
    ("kamali2018", {"random_state": 0}, {}),
    ("kamali2018", {"classifier": "mi"}, {}),
    ("kamali2018", {"classifier": "MI"}, {}),
    ("mishra_emd_lssvm", {}, {}),
    ("roy2022", {}, {}),
    ("samanta2022", {"n_frequencies": 8}, {}),
    ("sengur2017", NET, {"conv_filters": (4, 4)}),
    ("sengur2017", {"image": "scalogram", **NET}, {"conv_filters": (4, 4)}),
    ("sengur2017", {"image": "spwvd", **NET}, {"conv_filters": (4, 4), "length": 0.05}),
    ("subasi2013", {}, {}),
    ("vallejo2017", NET, {}),
    ("yaman_subasi_ensembles", {"random_state": 0}, {}),
    ("yaman_subasi_ensembles", {"ensemble": "bagging", "random_state": 0}, {}),
    ("yaman_subasi_ensembles", {"ensemble": "multiboost", "random_state": 0}, {}),
    ("yaman_subasi_ensembles", {"ensemble": "random_forest", "random_state": 0}, {}),
    ("yaman_subasi_ensembles", {"ensemble": "rotation_forest", "random_state": 0}, {}),
]
IDS = [
    "-".join([name, *(options[k] for k in KINDS if k in options)])
    for name, options, _ in CASES
]


def made(name, options, small):
    """Make a system; small values of pixels, trees and layers make it quick."""
    system = getattr(systems, name)(**options)
    small = {"n_frequencies": 16, "n_frames": 16, "batch_size": 16, "lr": 0.01} | small
    if name == "samanta2022":
        small["n_frequencies"] = options["n_frequencies"]
    for key in list(system.get_params()):
        last = key.split("__")[-1]
        if last in small:
            system.set_params(**{key: small[last]})
    return system


@pytest.fixture(scope="module")
def cohorts():
    return [
        make_needle_emg(
            6, n_recordings=2, duration=1.0, sfreq=24_000, random_state=seed
        )
        for seed in (0, 1)
    ]


@pytest.fixture(scope="module")
def unseen():
    return make_needle_emg(
        30, n_recordings=1, duration=1.0, sfreq=24_000, random_state=2
    )


def answers(system, emg):
    """Return probabilities, or decision values where there are none."""
    if hasattr(system, "predict_proba"):
        return system.predict_proba(emg.data)
    return system.decision_function(emg.data)


@pytest.mark.parametrize("name, options, small", CASES, ids=IDS)
def test_a_system_learns_six_patients_and_tells_others_apart(
    name, options, small, cohorts, unseen
):
    system = made(name, options, small)
    assert type(system) is Pipeline
    one, other = (clone(system).fit(emg.data, emg.target) for emg in cohorts)
    emg = cohorts[0]
    predicted = one.predict(emg.data)
    assert predicted.dtype.kind == "U"
    assert balanced_accuracy_score(emg.target, predicted) >= 0.6
    scores = [(unseen.target == s.predict(unseen.data)).mean() for s in (one, other)]
    assert np.mean(scores) > 0.4, scores  # chance is a third
    values = answers(one, emg)
    assert values.shape == (12, 3)
    assert not np.array_equal(values, answers(other, emg))
    if hasattr(one, "predict_proba"):
        assert_allclose(values.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    "name, option, known",
    [
        ("gokgoz2015", "classifier", "'forest', 'tree', 'svm'"),
        ("kamali2018", "classifier", "'vocabulary', 'mi', 'MI'"),
        ("sengur2017", "image", "'spectrogram', 'scalogram', 'spwvd'"),
        ("yaman_subasi_ensembles", "ensemble", "'adaboost', 'bagging', 'multiboost'"),
    ],
)
@pytest.mark.parametrize("value", ["forset", None, ["tree"]])
def test_an_unknown_option_is_refused_with_the_known_ones(name, option, known, value):
    with pytest.raises(ValueError, match=f"{option} must be one of {known}"):
        getattr(systems, name)(**{option: value})


@pytest.mark.parametrize(
    "name, option",
    [
        ("roy2022", "level"),
        ("samanta2022", "n_frequencies"),
        ("mishra_emd_lssvm", "n_imfs"),
    ],
)
def test_a_number_of_things_is_no_bool(name, option):
    with pytest.raises(TypeError, match=f"{option} must be an integer, got True"):
        getattr(systems, name)(**{option: True})
    with pytest.raises(ValueError, match=f"{option} == 0, must be >= 1"):
        getattr(systems, name)(**{option: 0})


def test_options_stand_for_what_their_names_say():
    def last(system):
        return getattr(system[-1], "estimator", system[-1])

    tree = last(systems.gokgoz2015(classifier="tree"))
    assert isinstance(tree, DecisionTreeClassifier) and tree.criterion == "entropy"
    assert isinstance(last(systems.gokgoz2015(classifier="svm"))[-1], SVC)
    assert isinstance(systems.kamali2018(classifier="MI")[-1], MISVC)
    assert systems.kamali2018(classifier="MI")[-1].variant == "MI"
    assert isinstance(systems.sengur2017("scalogram")[2], Scalogram)
    assert isinstance(systems.sengur2017("spwvd")[2], SmoothedPseudoWignerVille)
    rotation = last(systems.yaman_subasi_ensembles(ensemble="rotation_forest"))
    assert isinstance(rotation, RotationForestClassifier)
    assert isinstance(last(systems.mishra_emd_lssvm())[-1], LSSVC)


@pytest.mark.parametrize("name", ["gokgoz2015", "gaso2023", "subasi2013"])
def test_wavelet_features_are_those_of_the_source(name):
    step = next(
        step
        for _, step in getattr(systems, name)().steps
        if isinstance(step, DWTFeatures)
    )
    assert (step.wavelet, step.level) == ("db4", 5)
    assert step.features == ("mav", "power", "std", "ratio")


def test_denoising_stands_where_the_source_has_it():
    for name in ("gokgoz2015", "gaso2023"):
        assert "multiscalepca" in getattr(systems, name)().named_steps
    assert "multiscalepca" not in systems.subasi2013().named_steps


def test_gaso2023_has_the_eight_layers_of_the_source():
    net = systems.gaso2023()[-1].estimator[-1]
    assert isinstance(net, DenseClassifier)
    assert len(net.dense_units) + 1 == 5
    assert net.batch_norm and net.dropout > 0 and net.weight_decay > 0


@pytest.mark.parametrize("variant", ["mi", "MI"])
def test_a_search_for_windows_has_probabilities_once_it_is_calibrated(variant, unseen):
    machine = systems.kamali2018(classifier=variant)
    assert not hasattr(machine, "predict_proba")
    calibrated = CalibratedClassifierCV(machine, cv=PatientKFold(3), ensemble=False)
    proba = calibrated.fit(unseen.data, unseen.target).predict_proba(unseen.data)
    assert_allclose(proba.sum(axis=1), 1)
    found = calibrated.classes_[proba.argmax(axis=1)]
    assert balanced_accuracy_score(unseen.target, found) > 0.6


def test_parameters_of_the_machines_are_handed_on():
    svm = systems.subasi2013(C=3, gamma=0.1)[-1].estimator[-1]
    assert (svm.C, svm.gamma) == (3, 0.1)
    assert systems.mishra_emd_lssvm(n_imfs=2)[2].n_imfs == 2
    assert systems.samanta2022(gamma=2.0)[2].gamma == 2.0


# -- features that stand in the files of the systems -----------------------------------


def test_envelope_of_a_band_grows_with_the_signal_and_is_its_own_scale():
    rng = np.random.default_rng(0)
    windows = rng.normal(0, 20, (70, 2000))  # more than a block
    one = np.expm1(envelopes_of_bands(windows, 4))
    three = np.expm1(envelopes_of_bands(3 * windows, 4))
    assert one.shape == (70, 3 * 5)
    assert_allclose(three, 3 * one, rtol=1e-6)
    assert_allclose(np.expm1(envelopes_of_bands(windows[65:66], 4)), one[65:66])


def test_envelope_of_a_tone_is_largest_in_its_band():
    sfreq = 10_000
    tone = 100 * np.sin(2 * np.pi * 3500 * np.arange(2000) / sfreq)  # D1: 2.5 to 5 kHz
    means = envelopes_of_bands(tone[np.newaxis], 4)[0, ::3]
    assert means.argmax() == 0
    slow = 100 * np.sin(2 * np.pi * 400 * np.arange(2000) / sfreq)  # D4: 313 to 625 Hz
    assert envelopes_of_bands(slow[np.newaxis], 4)[0, ::3].argmax() == 3


def test_envelopes_of_channels_stand_side_by_side():
    windows = np.random.default_rng(0).normal(0, 20, (3, 2, 400))
    both = envelopes_of_bands(windows, 2)
    single = [envelopes_of_bands(windows[:, c], 2) for c in range(2)]
    assert_allclose(both, np.hstack(single))


def test_statistics_over_time_do_not_see_where_a_potential_stands():
    images = np.random.default_rng(0).random((4, 2, 3, 8))
    rows = statistics_over_time(images)
    assert rows.shape == (4, 2 * 2 * 3)
    assert_allclose(rows[0, :3], images[0, 0].mean(axis=1))
    assert_allclose(rows[0, 3:6], images[0, 0].std(axis=1))
    assert_allclose(statistics_over_time(np.roll(images, 3, axis=-1)), rows)


def test_windows_are_200_ms_at_10_khz(cohorts):
    for name in ("subasi2013", "roy2022", "sengur2017", "mishra_emd_lssvm"):
        windows = getattr(systems, name)()[:2].fit_transform(cohorts[0].data)
        assert isinstance(windows, Windows)
        assert (windows.n_times, windows.sfreq) == (2000, 10_000)
