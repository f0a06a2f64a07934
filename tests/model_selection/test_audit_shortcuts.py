"""Planted shortcuts are found, with the AUC that is due; chance is no shortcut."""

import numpy as np
import pytest
from emg_cohorts import SFREQ, cohort, noise, patients_of, records_of
from numpy.testing import assert_allclose
from scipy import signal
from scipy.stats import norm
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, KFold

from skemg.model_selection import PatientKFold, audit_split
from skemg.model_selection._audit._alone import permuted_labels, score_measures
from skemg.signals import Recordings

T = np.arange(3000) / SFREQ
PLANTS = {
    "length": lambda x: x[:, :2500],
    "resolution": lambda x: np.round(x * 20) / 20,
    "offset": lambda x: x + 0.5,
    "hum": lambda x: x + 0.5 * np.sin(2 * np.pi * 50 * T),
    "amplitude": lambda x: 1.5 * x,
    "roll-off low": lambda x: x + 3 * np.sin(2 * np.pi * T),
    "roll-off high": lambda x: signal.sosfilt(
        signal.butter(2, 280, fs=SFREQ, output="sos"), x
    ),
}
OF_MUSCLE = ("amplitude", "roll-off low", "roll-off high")


def audit_alone(signals, y, groups, sfreq=SFREQ, **kwargs):
    X = Recordings.from_list(signals, sfreq=sfreq, groups=groups)
    return records_of(audit_split(X, y, n_permutations=200, **kwargs))


@pytest.mark.parametrize("name", PLANTS)
def test_planted_shortcut_is_found_and_reaches_an_auc_of_one(name):
    groups, y = patients_of(12, 2)
    signals = [
        PLANTS[name](x) if label == "ill" else x
        for x, label in zip(noise(24), y, strict=True)
    ]
    record = audit_alone(signals, y, groups)[name]
    assert record["auc"] > 0.99
    assert record["p_value"] == pytest.approx(1 / 201)
    assert record["chance"] < 0.95
    assert record["status"] == ("suspect" if name in OF_MUSCLE else "shortcut")


def test_hum_of_60_hz_is_found_in_one_of_three_channels():
    groups, y = patients_of(12)
    signals = noise(12, n_channels=3)
    for x, label in zip(signals, y, strict=True):
        x[1] += (label == "ill") * np.sin(2 * np.pi * 60 * T)
    assert audit_alone(signals, y, groups)["hum"]["auc"] == 1


def test_noise_floor_is_that_between_the_bursts():
    groups, y = patients_of(12)
    rng = np.random.default_rng(0)
    loud = np.zeros(3000)
    loud[::300] = 50  # sparse spikes, ten times the noise
    signals = [
        (1.3 if label == "ill" else 1) * x + loud * rng.uniform(0.5, 2)
        for x, label in zip(noise(12), y, strict=True)
    ]
    found = audit_alone(signals, y, groups)
    assert found["noise floor"]["auc"] == 1
    assert found["amplitude"]["status"] == "ok"


def test_shortcut_of_one_class_of_three_is_found():
    groups, _ = patients_of(15, 2)
    y = np.repeat(np.resize(["a", "b", "c"], 15), 2)
    signals = [
        PLANTS["hum"](x) if label == "b" else x
        for x, label in zip(noise(30), y, strict=True)
    ]
    hum = audit_alone(signals, y, groups)["hum"]
    assert (hum["status"], hum["best_class"], hum["best_auc"]) == ("shortcut", "b", 1)
    assert 0.6 < hum["auc"] < 0.9
    assert "b against the rest 1.00" in hum["text"]


def test_sampling_rate_is_found():
    groups, y = patients_of(12)
    rates = np.where(y == "ill", 1000.0, 2000.0)
    signals = [x[:, : int(rate)] for x, rate in zip(noise(12), rates, strict=True)]
    assert audit_alone(signals, y, groups, sfreq=rates)["rate"]["auc"] == 1


def test_louder_recordings_have_no_offset():
    groups, y = patients_of(20, 2)
    signals = [
        (10 if label == "ill" else 1) * x for x, label in zip(noise(40), y, strict=True)
    ]
    assert audit_alone(signals, y, groups)["offset"]["status"] == "ok"


def test_grid_is_the_same_for_quiet_and_for_loud_recordings():
    groups, y = patients_of(12)
    signals = [
        np.round((10 if label == "ill" else 0.5) * x) * 0.1
        for x, label in zip(noise(12), y, strict=True)
    ]
    found = audit_alone(signals, y, groups)["resolution"]
    assert found["text"] == "step of the values: the same everywhere"


def test_shortcuts_are_told_with_patients_apart_where_the_split_shares_them():
    X, y = cohort(10, n_each=3, n_times=1000)
    audit = audit_split(X, y, cv=KFold(5, shuffle=True, random_state=0))
    hum = records_of(audit)["hum"]
    assert "alone with patients apart" in hum["text"]
    apart = audit_split(X, y, cv=PatientKFold(5))
    assert hum["auc"] == records_of(apart)["hum"]["auc"]


def test_what_cannot_be_measured_says_why():
    groups, y = patients_of(10)
    no_rate = records_of(audit_split(noise(10, 500), y, groups, n_permutations=100))
    assert no_rate["hum"]["text"] == "the sampling rate is unknown; pass sfreq="
    assert no_rate["amplitude"]["status"] == "ok"
    short = audit_alone(noise(10, 50), y, groups)
    assert short["hum"]["text"] == "a recording of 0.05 s is too short for a spectrum"
    slow = audit_alone(noise(10, 300), y, groups, sfreq=100)
    assert slow["hum"]["text"] == "the least recording, 3 s at 100 Hz, does not show it"


def test_class_that_changes_within_a_recording_has_no_shortcut_of_recordings():
    X, _ = cohort(4, n_each=2, n_times=1000)
    audit = audit_split(X, ["rest", "fist"] * 4, cv=GroupKFold(2), recording=X.groups)
    length = records_of(audit)["length"]
    assert length["text"] == "the class changes within a recording"


def sides_of(n, n_splits=5):
    test = np.arange(n) % n_splits == np.arange(n_splits)[:, np.newaxis]
    return ~test, test


def score(values, y, *, patients=None, n_permutations=200, seed=0):
    n = len(y)
    patients = np.arange(n) if patients is None else patients
    auc, highest = score_measures(
        values,
        y,
        patients,
        sides_of(n),
        n_permutations=n_permutations,
        rng=np.random.RandomState(seed),
    )
    return auc.mean(axis=1), highest


def test_auc_of_two_normal_classes_is_the_one_of_theory():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 3000)
    values = rng.normal(size=3000) + y
    auc, _ = score([values], y, n_permutations=1)
    assert auc[0] == pytest.approx(norm.cdf(1 / np.sqrt(2)), abs=0.02)


def test_middle_class_is_told_by_a_measure_that_is_neither_high_nor_low():
    rng = np.random.default_rng(0)
    y = np.arange(300) % 3
    auc, _ = score([y + rng.uniform(-0.4, 0.4, 300)], y, n_permutations=1)
    assert auc[0] == pytest.approx(1, abs=0.01)


def test_auc_agrees_with_a_kernel_smoother_written_out_in_loops():
    rng = np.random.default_rng(0)
    y = np.arange(40) % 3
    values = np.round(rng.normal(size=40) + y / 2, 1)  # with ties
    proba = np.zeros((40, 3))
    for train, test in zip(*sides_of(40), strict=True):
        known = values[train]
        rank = {
            v: ((known < v).sum() + ((known == v).sum() - 1) / 2 + 0.5) / len(known)
            for v in known
        }
        grid = sorted(rank)
        for i in np.flatnonzero(test):
            r = np.interp(values[i], grid, [rank[v] for v in grid])
            for c in range(3):
                members = known[y[train] == c]
                near = [np.exp(-((r - rank[v]) ** 2) / 0.02) for v in members]
                proba[i, c] = np.mean(near)
            proba[i] /= proba[i].sum()
    expected = roc_auc_score(y, proba, multi_class="ovr", average="macro")
    assert_allclose(score([values], y, n_permutations=1)[0], [expected])


@pytest.mark.parametrize("n_measures", [1, 6])
def test_alarms_of_measures_that_say_nothing_are_as_rare_as_alpha_says(n_measures):
    alarms = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        y = rng.permutation(np.arange(20) % 2)
        values = list(rng.normal(size=(n_measures, 20)))
        auc, highest = score(values, y, n_permutations=99, seed=seed)
        alarms += (1 + (highest >= auc.max()).sum()) / 100 <= 0.1
    # at most 10 % of 60 expected; 12 and more have a chance of 2 %
    assert alarms < 12


def test_labels_are_drawn_patient_by_patient():
    patients = np.array([3, 1, 1, 2, 2, 2, 0])
    codes = np.array([0, 1, 1, 0, 0, 0, 1])
    draws = permuted_labels(codes, patients, 50, np.random.RandomState(0))
    assert (draws[:, 1] == draws[:, 2]).all()
    assert (draws[:, 3:6] == draws[:, 3:4]).all()
    assert (draws[:, [0, 1, 3, 6]].sum(axis=1) == 2).all()
    assert len(np.unique(draws, axis=0)) == 6  # 4 patients, 2 of each class


def test_labels_of_patients_with_several_are_drawn_within_each():
    patients = np.repeat([0, 1], 4)
    codes = np.array([0, 0, 1, 1, 0, 1, 1, 1])
    draws = permuted_labels(codes, patients, 50, np.random.RandomState(0))
    assert (draws[:, :4].sum(axis=1) == 2).all()
    assert (draws[:, 4:].sum(axis=1) == 3).all()
    assert len(np.unique(draws, axis=0)) > 10
