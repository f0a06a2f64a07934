"""Every system fits simulated patients, and is what its source says."""

import inspect

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from skemg import systems
from skemg.datasets import make_needle_emg
from skemg.exceptions import SignalError
from skemg.metrics import patient_accuracy_score
from skemg.model_selection import PatientKFold
from skemg.signals import Recordings
from skemg.windowing import WindowVotingClassifier

EVERY = [system.make for system in systems.list_systems()]
SLOW = {systems.clinical_features}  # see test_clinical_features
ALL = [  # nets take too long, see test_net_systems and test_literature_systems
    make
    for make in EVERY
    if "device" not in inspect.signature(make).parameters and make not in SLOW
]


def small(make):
    """Make a system that gives the same answer every time, with a small forest."""
    seeded = "random_state" in inspect.signature(make).parameters
    system = make(random_state=0) if seeded else make()
    for name, value in system.get_params().items():
        if isinstance(value, RandomForestClassifier):
            system.set_params(**{f"{name}__n_estimators": 50})
    return system


@pytest.fixture(scope="module", params=[0, 1])
def cohort(request):
    counts = dict.fromkeys(["normal", "neuropathic", "myopathic"], 14)
    return make_needle_emg(
        counts, n_recordings=2, duration=1.5, sfreq=24_000, random_state=request.param
    )


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_unseen_patients_are_told_apart_better_than_by_chance(make, cohort):
    system = small(make)
    predicted = cross_val_predict(
        system, cohort.data, cohort.target, groups=cohort.groups, cv=PatientKFold(3)
    )
    assert set(predicted) <= {"normal", "neuropathic", "myopathic"}
    accuracy = patient_accuracy_score(cohort.target, predicted, groups=cohort.groups)
    assert accuracy > 0.33 + 2 * 0.073, accuracy  # chance and its SD of 42 patients
    assert_allclose(
        clone(system).fit(cohort.data, cohort.target).predict_proba(cohort.data).sum(1),
        1,
    )


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_a_system_is_a_plain_pipeline_that_gives_one_answer_a_recording(make, cohort):
    system = small(make)
    assert type(system) is Pipeline
    one = clone(system).fit(cohort.data, cohort.target).predict_proba(cohort.data)
    other = clone(system).fit(cohort.data, cohort.target).predict_proba(cohort.data)
    assert one.shape == (len(cohort.data), 3)
    assert_allclose(one, other, rtol=0, atol=0)


@pytest.mark.parametrize("make", [systems.svm_log_spectrum, systems.yu2025_svm])
def test_the_support_vector_machines_vote_hard_and_are_calibrated_outside(make, cohort):
    vote = make()[-1]
    assert isinstance(vote, WindowVotingClassifier) and vote.voting == "hard"
    machine = vote.estimator[-1]
    assert isinstance(machine, SVC) and machine.kernel == "rbf"
    calibrated = make(calibrated=True)
    assert isinstance(calibrated, CalibratedClassifierCV)
    assert isinstance(calibrated.cv, PatientKFold) and calibrated.ensemble is False
    assert type(calibrated.estimator) is Pipeline
    calibrated.set_params(cv=PatientKFold(3)).fit(cohort.data, cohort.target)
    assert_allclose(calibrated.predict_proba(cohort.data).sum(axis=1), 1)


def test_calibration_needs_the_patients(cohort):
    unknown = cohort.data.with_groups(None)
    with pytest.raises(ValueError, match="does not know the patients"):
        systems.svm_log_spectrum(calibrated=True).fit(unknown, cohort.target)


@pytest.mark.parametrize("make", [systems.svm_log_spectrum, systems.yu2025_svm])
def test_calibration_is_on_or_off(make):
    with pytest.raises(ValueError, match="calibrated must be True or False, got 'no'"):
        make(calibrated="no")


def test_yu2025_has_the_values_of_the_source():
    parameters = systems.yu2025_svm().get_params()
    assert (parameters["bandpass__low"], parameters["bandpass__high"]) == (20, 450)
    assert parameters["windower__length"] == 0.2
    assert parameters["windower__hop"] == 0.1  # half of it
    assert parameters["amplitudescaler__method"] == "zscore"
    union = parameters["windowvotingclassifier__estimator"][0]
    features = [step.features for _, step in union.transformer_list]
    assert features == [("rms", "wl", "zc"), ("wamp",)]


def test_forest_dwt_has_the_wavelet_features_of_the_source(cohort):
    system = small(systems.forest_dwt)
    names = system[:-1].fit_transform(cohort.data[:1]).feature_names
    bands = ["d1", "d2", "d3", "d4", "d5", "a5"]
    assert names[:3] == ["dwt_d1_mav", "dwt_d1_power", "dwt_d1_std"]
    assert {name.split("_")[1] for name in names} == set(bands)
    assert len(names) == 3 * 6 + 5


def test_forest_pooled_refuses_recordings_without_a_unit():
    X = Recordings.from_array(
        np.random.default_rng(0).normal(size=(4, 20_000)), sfreq=20_000
    )
    with pytest.raises(SignalError, match="calibrated"):
        systems.forest_pooled().fit(X, [0, 1, 0, 1])
