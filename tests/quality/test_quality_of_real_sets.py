"""The known faults of the public sets, found in the files themselves."""

import gzip

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import roc_auc_score

from skemg.datasets import fetch_algiers, fetch_emgdb, fetch_uci_lower_limb
from skemg.quality import SignalQuality
from skemg.signals import Recordings


@pytest.fixture(scope="module")
def algiers(skemg_data):
    emg = fetch_algiers(skemg_data)
    return emg, SignalQuality.from_recordings(emg.data)


def test_the_neuropathy_of_emgdb_wraps_round_in_its_dat_file_only(skemg_data):
    counts = np.fromfile(skemg_data / "physionet-emgdb" / "emg_neuropathy.dat", "<i2")
    X = Recordings.from_list([counts / 10], sfreq=4000, unit="uV")
    quality = SignalQuality.from_recordings(X)
    assert [flag["check"] for flag in quality.flags] == ["wrapped"]
    assert quality.table["wrapped"] == [390]  # steps; 410 samples are beyond the range
    truth = fetch_emgdb(skemg_data, np.float64).data
    assert_array_equal(SignalQuality.from_recordings(truth).table["wrapped"], 0)
    # The same record behind an amplifier that saturates where the file wraps:
    limits = (-3276.8, 3276.7)
    clipped = SignalQuality.from_recordings(
        [np.clip(truth[2], *limits)], sfreq=4000, limits=limits
    )
    assert clipped.table["wrapped"] == [0]
    assert_allclose(clipped.table["clipped"] * len(counts), 410)


def test_the_healthy_record_of_emgdb_drifts(skemg_data):
    quality = SignalQuality.from_recordings(fetch_emgdb(skemg_data).data)
    assert_allclose(quality.table["drift"][0], 0.3, atol=0.05)
    assert [(f["recording"], f["check"]) for f in quality.flags] == [(0, "drift")]


@pytest.mark.parametrize("subject", ["01", "05", "36"])
def test_the_armband_repeats_nine_rows_of_ten(skemg_data, subject):
    path = sorted((skemg_data / "uci-emg-gestures" / subject).glob("1_*"))[0]
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt(file, skiprows=1)
    X = Recordings.from_list([rows[:, 1:9].T], sfreq=1000, unit="V")
    quality = SignalQuality.from_recordings(
        X, kind="surface", timestamps=[rows[:, 0] / 1000]
    )
    distinct = 1 + np.any(rows[1:, 1:9] != rows[:-1, 1:9], axis=1).sum()
    assert_allclose(quality.table["distinct_rate"], distinct / len(rows) * 1000)
    assert 90 < quality.table["distinct_rate"][0] < 115
    assert 950 < quality.table["clock_rate"][0] < 970
    checks = {flag["check"] for flag in quality.flags}
    assert {"repeated_rows", "rate", "gaps"} <= checks
    assert not checks & {"amplitude", "flat", "clipped", "copy"}


def test_two_subjects_of_the_lower_limb_set_share_recordings(skemg_data):
    emg = fetch_uci_lower_limb(skemg_data)
    quality = SignalQuality.from_recordings(emg.data, kind="surface")
    copies = [f["recording"] for f in quality.flags if f["check"] == "copy"]
    assert len(copies) == 2
    for i in copies:
        first = quality.table["copy_of"][quality.table["recording"] == i][0]
        assert_array_equal(emg.data[i], emg.data[int(first)])
    hum = {f["recording"] for f in quality.flags if f["check"] == "mains"}
    assert set(copies) <= hum
    assert not {f["check"] for f in quality.flags} & {"amplitude", "clipped", "flat"}


def test_hum_of_algiers_is_linked_to_class(algiers):
    emg, quality = algiers
    healthy = emg.target == "normal"
    auc = roc_auc_score(healthy, quality.table["mains"])
    assert_allclose(auc, 0.76, atol=0.02)  # 0.76 is known of the whole set
    flagged = {f["recording"] for f in quality.flags if f["check"] == "mains"}
    strong = quality.table["mains"] > 0.5
    assert set(np.flatnonzero(strong)) <= flagged
    assert_array_equal(quality.table["mains_frequency"][strong], 50)


def test_drift_of_algiers_is_linked_to_class(algiers):
    emg, quality = algiers
    assert roc_auc_score(emg.target != "normal", quality.table["drift"]) > 0.9


def test_level_and_rest_of_algiers_stand_in_the_table(algiers):
    emg, quality = algiers
    assert_allclose(np.median(quality.table["mean"]), -52, atol=5)
    quietest = quality.table["rms"].argmin()
    assert emg.frame["recording"][quietest] == 133
    assert_allclose(quality.table["rms"][quietest], 8.4, atol=0.1)
    assert not {f["check"] for f in quality.flags} - {"mains", "drift", "offset"}
