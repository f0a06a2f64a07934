import numpy as np
import pytest
from emg_cohorts import SFREQ, cohort, noise, patients_of, records_of
from sklearn import config_context
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    ShuffleSplit,
    StratifiedKFold,
)

from skemg.datasets import fetch_emgdb, fetch_uci_lower_limb, make_needle_emg
from skemg.exceptions import LeakageError, SignalError
from skemg.model_selection import PatientKFold, audit_split
from skemg.signals import Recordings
from skemg.windowing import Windower, make_windows

LEAKS = ["patients", "recordings", "overlap", "copies"]


def statuses(audit):
    return {record["check"]: record["status"] for record in audit.records}


def flat_windows(n_patients=6, hop=0.1, n_times=1200, **kwargs):
    X, y = cohort(n_patients, n_each=1, n_times=n_times, **kwargs)
    return make_windows(X, y, Windower(length=0.2, hop=hop))


def audit_windows(flat, cv, **kwargs):
    return audit_split(
        flat.data,
        flat.target,
        flat.groups,
        cv,
        recording=flat.recording,
        start=flat.start,
        sfreq=SFREQ,
        **kwargs,
    )


@pytest.mark.parametrize("seed", range(5))
def test_clean_noise_under_patient_folds_passes(seed):
    X, y = cohort(12, n_times=2000, seed=seed)
    audit = audit_split(X, y, n_permutations=200)
    assert audit.passed
    assert audit.n_splits == 5
    assert audit.n_patients == 12
    assert audit.raise_for("all") is audit


@pytest.mark.parametrize("seed", range(3))
def test_simulated_disease_passes_and_only_amplitude_may_be_suspect(seed):
    emg = make_needle_emg(
        n_patients=15, n_recordings=2, duration=1.0, sfreq=8000, random_state=seed
    )
    audit = audit_split(emg.data, emg.target, n_permutations=200)
    assert audit.passed
    suspects = {name for name, status in statuses(audit).items() if status != "ok"}
    assert suspects <= {"amplitude", "overlap"}
    assert records_of(audit)["overlap"]["status"] == "not checked"


def test_simulated_patients_with_labels_drawn_by_lot_raise_no_alarm_at_all():
    emg = make_needle_emg(
        n_patients=16,
        n_recordings=2,
        duration=1.0,
        sfreq=8000,
        classes=("normal",),
        random_state=0,
    )
    codes = np.unique(emg.groups, return_inverse=True)[1]
    y = np.where(codes % 2, "tails", "heads")
    audit_split(emg.data, y, n_permutations=200, raise_on="all")


def test_patients_on_both_sides_are_named():
    X, y = cohort(4)
    folds = [([0, 2, 3, 4, 5, 6], [1, 7])]  # recording 1 is of p00, 7 of p03
    audit = audit_split(X, y, cv=folds, n_permutations=100)
    assert audit.patients == [{"split": 0, "shared": ["p00", "p03"], "n_test": 2}]
    assert audit.recordings == []
    assert statuses(audit)["patients"] == "leak"
    with pytest.raises(LeakageError, match=r"^patients: 2 patients are on both sides"):
        audit.raise_for("patients")


def test_row_on_both_sides_is_a_shared_recording():
    X, y = cohort(4)
    audit = audit_split(X, y, cv=[(np.arange(7), [6, 7])], n_permutations=100)
    assert audit.recordings == [{"split": 0, "shared": [6], "n_test": 2}]


def test_overlapping_seconds_are_those_counted_sample_by_sample():
    flat = flat_windows(hop=0.05)
    cv = ShuffleSplit(3, test_size=0.3, random_state=0)
    audit = audit_windows(flat, cv, n_permutations=100)
    assert len(audit.overlap) == 3
    for found, (train, test) in zip(audit.overlap, cv.split(flat.data), strict=True):
        seen = np.zeros((2, 6, 1200), bool)
        for side, rows in zip(seen, (train, test), strict=True):
            for row in rows:
                start = flat.start[row]
                side[flat.recording[row], start : start + 200] = True
        assert found["seconds"] == pytest.approx(seen.all(axis=0).sum() / SFREQ)
        n_rows = sum(
            seen[0, flat.recording[i], flat.start[i] : flat.start[i] + 200].any()
            for i in test
        )
        assert (found["n_rows"], found["n_test"]) == (n_rows, len(test))


def test_windows_that_only_touch_do_not_overlap():
    flat = flat_windows(hop=0.2)
    cv = KFold(3, shuffle=True, random_state=0)
    audit = audit_windows(flat, cv, n_permutations=100)
    found = statuses(audit)
    assert [found[name] for name in LEAKS] == ["leak", "leak", "ok", "ok"]


def test_features_of_windows_are_audited_by_start_and_length():
    flat = flat_windows()
    cv = KFold(3, shuffle=True, random_state=0)
    reference = audit_windows(flat, cv, n_permutations=100)
    flat.data = flat.data.std(axis=-1, keepdims=True)
    audit = audit_windows(flat, cv, length=0.2)
    assert audit.overlap == reference.overlap != []
    assert statuses(audit)["copies"] == statuses(audit)["length"] == "not checked"


def test_windows_in_their_container_are_audited_as_recordings():
    X, y = cohort(6)
    windows = Windower(0.2, 0.1).fit_transform(X)
    cv = ShuffleSplit(3, random_state=0)
    audit = audit_split(windows, y, cv=cv, n_permutations=100)
    assert str(audit) == str(audit_split(X, y, cv=cv, n_permutations=100))
    rms = windows.values.std(axis=-1).reshape(-1, 1)
    rms = windows.with_values(rms, feature_names=["rms"])
    of_features = audit_split(rms, y, cv=cv)
    assert of_features.patients == audit.patients != []
    assert statuses(of_features)["copies"] == "not checked"


def test_lists_and_arrays_are_audited_as_containers_are():
    groups, y = patients_of(6, 2)
    signals = noise(12, 1000)
    X = Recordings.from_list(signals, sfreq=SFREQ, groups=groups)
    expected = str(audit_split(X, y, cv=PatientKFold(3), n_permutations=100))
    for form in (signals, np.array(signals), np.array(signals)[:, 0]):
        audit = audit_split(
            form, y, groups, PatientKFold(3), sfreq=SFREQ, n_permutations=100
        )
        assert str(audit) == expected


def test_integer_cv_means_what_it_means_in_scikit_learn():
    X, y = cohort(4, n_each=4, n_times=400)
    order = np.random.default_rng(0).permutation(len(y))
    X, y = X[order], y[order]
    audit = audit_split(X, y, cv=4, n_permutations=100)
    other = audit_split(X, y, cv=StratifiedKFold(4), n_permutations=100)
    assert audit.patients == other.patients != []


@pytest.mark.parametrize("routing", [False, True])
def test_metadata_routing_changes_nothing(routing):
    X, y = cohort(6, n_times=1000)
    with config_context(enable_metadata_routing=routing):
        for cv in (PatientKFold(3), GroupKFold(3)):
            audit = audit_split(X, y, cv=cv, n_permutations=100)
            assert audit.n_splits == 3
            assert audit.patients == []


def test_same_seed_gives_the_same_report_and_the_global_generator_is_untouched():
    X, y = cohort(6, n_times=1000)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, other = (
        audit_split(X, y, cv=PatientKFold(3), n_permutations=100) for _ in range(2)
    )
    assert one.records == other.records
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_unknown_patients_are_refused():
    with pytest.raises(ValueError, match=r"does not know the patients: pass Record"):
        audit_split(noise(4), ["a", "b"] * 2, sfreq=SFREQ)


def test_recording_of_two_patients_is_refused():
    groups, y = patients_of(4)
    with pytest.raises(SignalError, match="'r' has two patients, p00 and p01"):
        audit_split(noise(4), y, groups, recording=["r", "r", "s", "t"], sfreq=SFREQ)


def test_start_without_recording_is_refused():
    X, y = cohort(4, n_each=1)
    with pytest.raises(ValueError, match="pass recording= too"):
        audit_split(X, y, start=[0, 1, 2, 3])


def test_rates_that_contradict_are_refused():
    X, y = cohort(4)
    with pytest.raises(SignalError, match="the data carry their rate"):
        audit_split(X, y, sfreq=2000)


def test_recording_with_nan_is_refused_by_name():
    X, y = cohort(4)
    X.values[3 * 3000 + 5] = np.nan
    with pytest.raises(SignalError, match="recording 3, sample 5 is nan"):
        audit_split(X, y)


def test_draws_that_cannot_show_alpha_are_refused():
    X, y = cohort(4)
    with pytest.raises(ValueError, match=r"n_permutations=50 cannot show .*least 100"):
        audit_split(X, y, n_permutations=50)


def test_labels_may_be_an_array_of_objects():
    X, y = cohort(10)
    strings, objects = (audit_split(X, labels) for labels in (y, y.astype(object)))
    assert objects.records == strings.records


def test_names_that_may_be_one_patient_are_suspect():
    X, y = cohort(12)
    groups = np.where(X.groups == "p11", " P01", X.groups)
    audit = audit_split(X.with_groups(groups), y, n_permutations=200)
    record = records_of(audit)["patients"]
    assert record["status"] == "suspect"
    assert record["text"].endswith("these may be one: ' P01' and 'p01'")
    assert audit.raise_for("leaks") is audit
    with pytest.raises(LeakageError, match=r"^patients: .* may be one"):
        audit.raise_for("patients")


def test_what_shows_nothing_does_not_pass():
    X, y = cohort(4)
    rows = np.arange(len(y))
    with pytest.raises(ValueError, match="cv gives no split"):
        audit_split(X, y, cv=[])
    with pytest.raises(ValueError, match="split 1 tests nobody"):
        audit_split(X, y, cv=[(rows[2:], rows[:2]), (rows, [])])
    with pytest.raises(SignalError, match="X holds no recording"):
        audit_split(np.zeros((0, 5)), [], [])


@pytest.mark.parametrize("alpha", [0, 1, np.nan])
def test_an_impossible_level_is_refused(alpha):
    X, y = cohort(4)
    with pytest.raises(ValueError, match="alpha must be a number between 0 and 1"):
        audit_split(X, y, alpha=alpha)


def test_one_class_has_nothing_to_tell():
    X, y = cohort(4)
    with pytest.raises(ValueError, match="y has one class, 'same'"):
        audit_split(X, ["same"] * len(y))


def test_too_few_patients_for_the_folds_are_refused_with_counts():
    X, y = cohort(6)
    with pytest.raises(ValueError, match=r"fewer patients than n_splits=5.*'ill': 3"):
        audit_split(X, y)


def test_one_patient_a_class_is_refused_with_the_reason(skemg_data):
    emg = fetch_emgdb(skemg_data)
    reason = r"class and patient are the same thing .*'normal': 1"
    with pytest.raises(ValueError, match=reason):
        audit_split(emg.data, emg.target)
    with pytest.raises(ValueError, match=r"split 0 trains without the class .*: 1"):
        audit_split(emg.data, emg.target, cv=LeaveOneGroupOut())


def test_windows_of_one_patient_a_class_leak_and_tell_nothing_of_shortcuts(skemg_data):
    emg = fetch_emgdb(skemg_data)
    flat = make_windows(emg.data, emg.target, Windower(0.2, 0.1))
    cv = KFold(5, shuffle=True, random_state=0)
    audit = audit_split(
        flat.data,
        flat.target,
        flat.groups,
        cv,
        recording=flat.recording,
        start=flat.start,
        sfreq=4000,
    )
    found = statuses(audit)
    assert [found[name] for name in LEAKS] == ["leak", "leak", "leak", "ok"]
    assert found["length"] == "not checked"
    assert "a class has one patient" in records_of(audit)["length"]["text"]


def test_subjects_1n_and_2n_of_the_lower_limb_set_share_two_recordings(skemg_data):
    limb = fetch_uci_lower_limb(skemg_data)
    naive = limb.data.with_groups(limb.frame["subject"])
    audit = audit_split(
        naive,
        limb.target,
        cv=LeaveOneGroupOut(),
        recording=limb.frame["recording"],
        n_permutations=100,
    )
    assert [
        (copy["recordings"], copy["patients"], copy["kind"], copy["lag"])
        for copy in audit.copies
    ] == [
        (("1Npie", "2Npie"), ("1N", "2N"), "equal", 0.0),
        (("1Nsen", "2Nsen"), ("1N", "2N"), "equal", 0.0),
    ]
    assert [copy["seconds"] for copy in audit.copies] == [14.52, 15.3]
    assert [copy["n_splits"] for copy in audit.copies] == [2, 2]
    with pytest.raises(LeakageError, match=r"1Npie of 1N and 2Npie of 2N: 14\.52 s"):
        audit.raise_for("copies")
    joined = audit_split(limb.data, limb.target, n_permutations=100)
    assert len(joined.copies) == 2
    assert statuses(joined)["copies"] == "ok"


def test_length_gives_the_class_away_in_gait(skemg_data):
    gait = fetch_uci_lower_limb(skemg_data, task="gait")
    audit = audit_split(gait.data, gait.target)
    length = records_of(audit)["length"]
    assert length["auc"] == 1.0
    assert length["status"] == "shortcut"
    assert repr(audit) == "<SplitAudit: length (shortcut)>"
    with pytest.raises(LeakageError, match=r"^length: .*AUC 1\.00 alone"):
        audit_split(gait.data, gait.target, raise_on="shortcuts")


def test_report_has_a_text_a_table_and_records():
    X, y = cohort(4, n_times=1000)
    X = X.with_groups(np.char.add("<", X.groups))
    names = [f"<b>{i}" for i in range(8)]
    X.values[7000:] = X.values[:1000]
    cv = KFold(4, shuffle=True, random_state=0)
    audit = audit_split(X, y, cv=cv, recording=names, n_permutations=100)
    text = str(audit)
    assert text.splitlines()[0] == "Audit of 4 splits of 8 recordings of 4 patients"
    assert "<b>0 of <p00 and <b>7 of <p03: 1 s equal, in" in text
    page = audit._repr_html_()
    assert "<b>" not in page and "&lt;b&gt;0 of &lt;p00" in page
    assert page.count("<tr>") == len(audit.records) == 13
    frame = audit.to_frame()
    assert frame.set_index("check").loc["copies", "status"] == "leak"
    assert list(audit.measures["length"]) == [1.0] * 8
    assert audit.names == names


def test_what_is_raised_for_can_be_chosen():
    X, y = cohort(4, n_times=1000)
    audit = audit_split(X, y, cv=KFold(4, shuffle=True, random_state=1))
    assert statuses(audit)["patients"] == "leak"
    assert audit.raise_for(["copies", "length"]) is audit
    with pytest.raises(LeakageError):
        audit.raise_for(["copies", "patients"])
    with pytest.raises(ValueError, match="'patient' is no check; choose from"):
        audit.raise_for("patient")
