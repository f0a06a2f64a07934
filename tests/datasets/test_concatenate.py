import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.utils import Bunch

from skemg.datasets import (
    concatenate,
    fetch_algiers,
    fetch_emgdb,
    make_needle_emg,
)
from skemg.exceptions import SignalError
from skemg.model_selection import LeaveOneSiteOut, PatientKFold
from skemg.preprocessing import Resampler
from skemg.signals import Recordings


def site(seed, *, n=4, n_times=50, sfreq=100, unit="uV", names=None, **bunch):
    """Return n recordings of n / 2 patients, of the classes a and b."""
    shape = (n, n_times) if names is None else (n, len(names), n_times)
    return Bunch(
        data=Recordings.from_array(
            np.random.default_rng(seed).standard_normal(shape),
            sfreq=sfreq,
            groups=np.arange(n) // 2,
            unit=unit,
            channel_names=names,
        ),
        target=np.array(["a", "a", "b", "b"] * (n // 4)),
        **bunch,
    )


def test_recordings_follow_each_other_under_prefixed_patients():
    oslo, rome = site(0), site(1, n=8, n_times=70, sfreq=200)
    emg = concatenate({"Oslo": oslo, "Rome": rome})
    for i, signal in enumerate([*oslo.data, *rome.data]):
        assert_array_equal(emg.data[i], signal)
    assert emg.groups[[0, 3, 4, 11]].tolist() == [
        "Oslo:0",
        "Oslo:1",
        "Rome:0",
        "Rome:3",
    ]
    assert_array_equal(emg.frame["patient"], emg.groups)
    assert_array_equal(emg.frame["site"], ["Oslo"] * 4 + ["Rome"] * 8)
    assert_array_equal(emg.target, [*"aabb"] * 3)
    assert_array_equal(emg.data.sfreq, [100] * 4 + [200] * 8)
    assert emg.data.unit == "uV"
    assert oslo.data.groups.tolist() == [0, 0, 1, 1]


def test_rates_change_only_where_one_is_asked_for():
    sets = {"Oslo": site(0), "Rome": site(1, sfreq=200)}
    emg = concatenate(sets, sfreq=100)
    assert_array_equal(emg.data.sfreq, 100)
    assert_array_equal(emg.data.n_times, [50] * 4 + [25] * 4)
    assert_array_equal(emg.data[0], sets["Oslo"].data[0])
    alone = Resampler(target_sfreq=100).fit_transform(sets["Rome"].data)
    assert_array_equal(emg.data[5], alone[1])


def test_splitters_keep_patients_and_sites_together():
    sets = {name: site(i, n=8) for i, name in enumerate(["Oslo", "Rome", "Bonn"])}
    X, y = concatenate(sets, return_X_y=True)
    emg = concatenate(sets)
    for train, test in PatientKFold(3).split(X, y):
        assert not set(X.groups[train]) & set(X.groups[test])
    splits = list(LeaveOneSiteOut(emg.frame["site"]).split(X, y))
    assert len(splits) == 3
    for _, test in splits:
        assert len(set(emg.frame["site"][test])) == 1 and len(test) == 8
    by_patient = dict(zip(emg.groups, emg.frame["site"], strict=True))
    for one, other in zip(splits, LeaveOneSiteOut(by_patient).split(X, y), strict=True):
        assert_array_equal(one[1], other[1])


def test_columns_are_joined_and_what_is_missing_is_nan_or_none():
    whole = {
        "age": np.array([30, 40, 50, 60]),
        "side": np.array([*"lrlr"]),
        "is_rest": np.array([True, False, True, False]),
        "recording": np.array([1, 2, 3, 4]),
        "patient": np.array([*"0011"]),
    }
    part = {"recording": np.array([*"wxyz"]), "depth": np.array([1.5, 2, 3, 4])}
    frame = concatenate(
        {"Oslo": site(0, frame=whole), "Rome": site(1, frame=part), "Bonn": site(2)}
    ).frame
    assert [*frame] == [
        "site", "patient", "age", "side", "is_rest", "recording", "depth"
    ]  # fmt: skip
    assert_array_equal(frame["age"], [30, 40, 50, 60] + [np.nan] * 8)
    assert frame["side"].tolist() == [*"lrlr"] + [None] * 8
    assert frame["is_rest"].tolist() == [True, False, True, False] + [None] * 8
    assert frame["recording"].tolist() == [1, 2, 3, 4, *"wxyz"] + [None] * 4
    assert_array_equal(frame["depth"], [np.nan] * 4 + [1.5, 2, 3, 4] + [np.nan] * 4)
    assert frame["patient"][0] == "Oslo:0"


def test_columns_that_all_have_keep_their_type():
    frames = [{"n": np.array([1, 2, 3, 4]), "word": np.array([*"abcd"])}] * 2
    frame = concatenate(
        {name: site(i, frame=frames[i]) for i, name in enumerate("AB")}
    ).frame
    assert frame["n"].dtype.kind == "i" and frame["word"].dtype.kind == "U"


def test_tables_of_pandas_are_joined_too():
    pandas = pytest.importorskip("pandas")
    sets = {
        "Oslo": site(0, frame=pandas.DataFrame({"age": [1, 2, 3, 4]})),
        "B": site(1),
    }
    frame = concatenate(sets, as_frame=True).frame
    assert frame["age"].isna().sum() == 4 and frame.loc[3, "age"] == 4
    assert frame.loc[7, "site"] == "B"


def test_cards_are_joined():
    emg = concatenate({"Oslo": site(0, DESCR="Licence: CC0"), "Rome": site(1)})
    assert emg.DESCR == "Oslo\n====\n\nLicence: CC0\nRome\n====\n\nNo card."


def test_metadata_travel_along():
    oslo = site(0)
    oslo.data.metadata = [{"muscle": "biceps"}] * 4
    emg = concatenate({"Oslo": oslo, "Rome": site(1)}, sfreq=50)
    assert emg.data.metadata == [{"muscle": "biceps"}] * 4 + [{}] * 4


@pytest.mark.parametrize(
    "other, message",
    [
        ({"unit": None}, "differ in unit, {'Oslo': 'uV', 'Rome': None}"),
        ({"names": ["x", "y"]}, r"differ in n_channels, .*channels=\{site"),
        ({"names": ["x"]}, r"differ in their channels, .*channels=\{site"),
    ],
)
def test_other_units_and_channels_are_refused(other, message):
    with pytest.raises(SignalError, match=message):
        concatenate({"Oslo": site(0), "Rome": site(1, **other)})


def test_channels_are_chosen_by_name_or_position():
    oslo, rome = site(0, names=["x", "y", "z"]), site(1, names=["z", "x"])
    sets = {"Oslo": oslo, "Rome": rome}
    both = concatenate(sets, channels=["z", "x"]).data
    assert both.channel_names == ["z", "x"]
    assert_array_equal(both[0], oslo.data[0][[2, 0]])
    assert_array_equal(both[4], rome.data[0])
    one = concatenate(sets | {"Bonn": site(2)}, channels={"Oslo": ["y"], "Rome": [1]})
    assert one.data.channel_names is None and one.data.n_channels == 1
    assert_array_equal(one.data[0], oslo.data[0][1])
    assert_array_equal(one.data[4], rome.data[0][1])
    assert oslo.data.channel_names == ["x", "y", "z"]


@pytest.mark.parametrize(
    "channels, message",
    [
        (["y"], "'Rome' has no channel 'y'; it has 2, ['z', 'x']"),
        ({"Rome": [2]}, "'Rome' has no channel 2; it has 2"),
        ({"Rome": ["x", 1]}, "at least one and none twice"),
        ({"Rome": []}, "at least one and none twice"),
        ({"Rome": ["x"]}, "differ in n_channels"),
    ],
)
def test_channels_that_do_not_fit_are_refused(channels, message):
    sets = {"Oslo": site(0, names=["x", "y"]), "Rome": site(1, names=["z", "x"])}
    with pytest.raises(SignalError, match=re.escape(message)):
        concatenate(sets, channels=channels)


def test_words_of_a_site_are_translated():
    rome = site(1)
    rome.target = np.array([1, 1, 2, 2])
    sets = {"Oslo": site(0), "Rome": rome}
    with pytest.raises(SignalError, match=r"classes at one site only: \{'a': 'Oslo'"):
        concatenate(sets)
    emg = concatenate(sets, classes={"Rome": {1: "a", 2: "b"}})
    assert_array_equal(emg.target, [*"aabbaabb"])
    with pytest.raises(SignalError, match=r"classes\['Rome'\] has no word for 2"):
        concatenate(sets, classes={"Rome": {1: "a"}})


def test_a_class_may_be_missing_at_one_of_three_sites():
    bonn = site(2)
    bonn.target = np.array([*"aaaa"])
    emg = concatenate({"Oslo": site(0), "Rome": site(1), "Bonn": bonn})
    assert_array_equal(emg.target[-4:], "a")


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_one_recording_at_two_sites_is_refused(dtype):
    oslo, rome = site(0), site(1, names=["x", "y"])
    rome.data.values[1, 50:100] = oslo.data[2]
    oslo.data = oslo.data.with_values(oslo.data.values.astype(dtype))
    with pytest.raises(
        SignalError,
        match="recording 2 of 'Oslo' and recording 1 of 'Rome' hold the same",
    ):
        concatenate({"Oslo": oslo, "Rome": rome}, channels={"Oslo": [0], "Rome": [1]})


def test_an_electrode_that_was_off_at_two_sites_is_no_copy():
    oslo, rome = site(0), site(1)
    for emg in (oslo, rome):
        emg.data.values[:50] = 0
    assert len(concatenate({"Oslo": oslo, "Rome": rome}).data) == 8


def test_unknown_patients_rates_and_containers_are_refused():
    rome = site(1)
    for data, message in (
        (rome.data.with_groups(None), r"'Rome' does not know its patients; pass Rec"),
        (
            Recordings.from_array(np.eye(4), sfreq=None, groups=[*"0011"]),
            "its sampling",
        ),
        (np.eye(4), "the data of 'Rome' are ndarray, expected Recordings"),
    ):
        with pytest.raises(SignalError, match=message):
            concatenate({"Oslo": site(0), "Rome": Bunch(data=data, target=rome.target)})


def test_what_is_no_data_set_is_refused():
    with pytest.raises(SignalError, match="the data of 'Rome' are NoneType, expected"):
        concatenate({"Oslo": site(0), "Rome": (site(1).data, site(1).target)})


def test_a_target_of_another_length_is_refused():
    rome = site(1)
    rome.target = rome.target[:3]
    with pytest.raises(SignalError, match=r"'Rome' has 4 recordings, .*shape \(3,\)"):
        concatenate({"Oslo": site(0), "Rome": rome})


def test_a_column_called_site_is_refused():
    oslo = site(0, frame={"site": np.array([*"1122"])})
    with pytest.raises(SignalError, match="has a column 'site' already"):
        concatenate({"Oslo": oslo, "Rome": site(1)})


@pytest.mark.parametrize(
    "change, message",
    [
        ({"data_sets": {"Oslo": None}}, "two data sets at least"),
        ({"data_sets": [None, None]}, "two data sets at least, .* got list"),
        ({"data_sets": {"a:b": None, "c": None}}, "without a colon, got 'a:b'"),
        ({"data_sets": {1: None, "c": None}}, "without a colon, got 1"),
        ({"channels": {"Rom": [0]}}, "channels names the site 'Rom'; the sites are"),
        ({"classes": {"Rom": {}}}, "classes names the site 'Rom'"),
        ({"classes": ["a"]}, r"classes must be a dict of dicts by site, got \['a'\]"),
        ({"sfreq": -1}, "target_sfreq must be positive"),
    ],
)
def test_impossible_parameters_are_refused(change, message):
    given = {"data_sets": {"Oslo": site(0), "Rome": site(1)}} | change
    with pytest.raises(ValueError, match=message):
        concatenate(given.pop("data_sets"), **given)


def test_simulated_sites_join_at_one_rate():
    sets = {
        f"site {i}": make_needle_emg(3, duration=0.2, sfreq=rate, random_state=i)
        for i, rate in enumerate([8000, 10_000])
    }
    emg = concatenate(sets, sfreq=8000)
    assert_array_equal(emg.data.sfreq, 8000)
    assert_array_equal(emg.data.n_times, 1600)
    assert len(set(emg.groups)) == 6 and "severity" in emg.frame


def test_real_sites_join(skemg_data):
    sets = {
        "algiers": fetch_algiers(skemg_data),
        "boston": fetch_emgdb(skemg_data, download=False),
    }
    emg = concatenate(sets)
    assert len(emg.data) == len(sets["algiers"].data) + 3
    assert {"algiers:Myo04", "boston:emg_myopathy"} <= set(emg.groups)
    assert_array_equal(emg.data[-1], sets["boston"].data[2])
    assert emg.frame["notes"][0] is None and emg.frame["muscle"][-1].startswith("tib")
    splits = [*LeaveOneSiteOut(emg.frame["site"]).split(emg.data, emg.target)]
    assert [len(test) for _, test in splits] == [len(sets["algiers"].data), 3]
    with pytest.raises(
        SignalError, match=r"recording 0 of 'here' and .* of 'there' hold"
    ):
        concatenate({"here": sets["boston"], "there": sets["boston"]})
