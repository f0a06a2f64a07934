import warnings

import numpy as np
import pytest
from models import EMG, at_rate, fitted
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted

from skemg.clinical import InterferencePattern, MUAPFeatures
from skemg.datasets import make_needle_emg
from skemg.decision import PatientConformalClassifier, PatientVotingClassifier
from skemg.exceptions import ModelFileError, SignalError
from skemg.model_selection import PatientKFold
from skemg.persistence import _file, _load, load, read_record, save
from skemg.preprocessing import Bandpass
from skemg.signals import Recordings
from skemg.systems import clinical_features


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.skemg"


def saved(model, path, data=EMG.data, target=EMG.target):
    save(model, path, X=data, y=target)
    return load(path)


def test_a_model_from_a_file_is_fitted_and_is_not_fitted_again(path):
    model = saved(fitted(), path)
    check_is_fitted(model)
    with pytest.raises(ValueError, match="FrozenEstimator"):
        model.fit(EMG.data, EMG.target)
    with pytest.raises(NotFittedError):
        check_is_fitted(clone(model))


def test_a_model_from_a_file_can_be_calibrated(path):
    model = saved(fitted(), path)
    calibrated = CalibratedClassifierCV(
        FrozenEstimator(model), method="temperature", cv=2
    )
    proba = calibrated.fit(EMG.data, EMG.target).predict_proba(EMG.data)
    assert_array_equal(proba.argmax(axis=1), model.predict_proba(EMG.data).argmax(1))
    with pytest.raises(SignalError, match="has 10000 Hz"):
        calibrated.predict(at_rate(10_000.0))


def test_what_else_a_model_takes_reaches_it(path):
    muscles = np.where(np.arange(len(EMG.data)) % 2, "proximal", "distal")
    inner = fitted().set_params(windowvotingclassifier__voting="soft")
    inner.set_params(windowvotingclassifier__estimator=LogisticRegression())
    vote = PatientVotingClassifier(inner, cv=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lbfgs on features that are not scaled
        vote.fit(EMG.data, EMG.target, muscle_type=muscles)
    model = saved(vote, path)
    for method in ("predict", "predict_proba"):
        assert_array_equal(
            getattr(model, method)(EMG.data, muscle_type=muscles),
            getattr(vote, method)(EMG.data, muscle_type=muscles),
        )


@pytest.mark.filterwarnings("ignore")
def test_sets_of_classes_are_refused_for_another_rate_too(path):
    conformal = PatientConformalClassifier(fitted(), confidence=0.5, cv=2)
    conformal.fit(EMG.data, EMG.target)
    model = saved(conformal, path)
    assert_array_equal(model.predict_set(EMG.data), conformal.predict_set(EMG.data))
    with pytest.raises(
        SignalError, match="has 10000 Hz, the model was fitted at 24000"
    ):
        model.predict_set(at_rate(10_000.0))
    assert not hasattr(saved(fitted(), path), "predict_set")


def test_a_model_without_probabilities_says_so(path):
    model = fitted().set_params(windowvotingclassifier__estimator=LinearSVC())
    model = saved(model.fit(EMG.data, EMG.target), path)
    assert model.predict_proba(EMG.data[:1]).max() == 1  # windows have one vote each
    model.estimator = LinearSVC()
    assert not hasattr(model, "predict_proba")


def test_recordings_a_little_larger_or_smaller_than_the_training_are_answered(path):
    model = saved(fitted(), path)
    for factor in (0.04, 25):
        X = EMG.data.with_values(factor * EMG.data.values)
        assert_array_equal(model.predict(X), model.estimator.predict(X))


def test_the_record_has_the_range_of_each_class(path):
    save(fitted(), path, X=EMG.data, y=EMG.target)
    found = read_record(path)["training"]["ranges"]
    assert set(found) == {"sfreq_hz", "duration_s", "rms", "peak_to_peak"}
    for name in np.unique(EMG.target):
        signals = [
            x for x, label in zip(EMG.data, EMG.target, strict=True) if label == name
        ]
        for measure, of_one in [("rms", np.std), ("peak_to_peak", np.ptp)]:
            values = [of_one(x) for x in signals]
            expected = [min(values), np.median(values), max(values)]
            assert_allclose(found[measure][name], expected, rtol=1e-5)
        assert found["duration_s"][name] == [0.5, 0.5, 0.5]
        assert found["sfreq_hz"][name] == [24000.0] * 3


def test_clinical_measures_of_the_training_are_those_that_the_model_sees(path):
    emg = make_needle_emg(n_patients=6, n_recordings=1, duration=1.0, random_state=0)
    system = clinical_features("svm").fit(emg.data, emg.target)
    calibrated = CalibratedClassifierCV(system, cv=PatientKFold(2), ensemble=False)
    calibrated.fit(emg.data, emg.target)
    for model in (system, calibrated):
        save(model, path, X=emg.data, y=emg.target)
        found = read_record(path)["training"]["ranges"]
        assert {"muap_duration_ms_mean", "n_units", "ip_turns_per_s"} <= set(found)
        cleaned = system[:2].transform(emg.data)
        table = MUAPFeatures().fit(cleaned)
        column = table.get_feature_names_out().tolist().index("n_units")
        n_units = table.transform(cleaned)[emg.target == "normal", column]
        assert found["n_units"]["normal"] == [
            n_units.min(),
            np.median(n_units),
            n_units.max(),
        ]


def test_clinical_measures_are_found_beside_others_and_in_a_nest(path):
    emg = make_needle_emg(
        n_patients=6, n_recordings=1, duration=1.0, sfreq=12_000, random_state=0
    )
    joined = clinical_features("svm", join_dwt=True)
    nested = make_pipeline(
        make_pipeline(Bandpass(20), make_union(InterferencePattern(), "drop")),
        "passthrough",
        LinearDiscriminantAnalysis(),
    )
    for model, n_measures in [(joined, 62), (nested, 7)]:
        model.fit(emg.data, emg.target)
        save(model, path, X=emg.data, y=emg.target)
        found = set(read_record(path)["training"]["ranges"])
        assert "ip_turns_per_s" in found and len(found) == 4 + n_measures


def test_a_union_that_holds_pandas_is_refused_with_the_cure(path):
    model = make_pipeline(make_union(InterferencePattern()), LinearSVC())
    model.set_output(transform="pandas").fit(EMG.data, EMG.target)
    with pytest.raises(ModelFileError, match=r"set_output\(transform=\"pandas\"\)"):
        save(model, path)


def test_a_measure_that_no_recording_has_is_none(path):
    quiet = make_needle_emg(n_patients=6, n_recordings=1, duration=1.0, random_state=0)
    noise = np.random.default_rng(0).normal(scale=20, size=quiet.data.values.shape)
    data = quiet.data.with_values(noise)
    model = clinical_features("svm").fit(data, quiet.target)
    save(model, path, X=data, y=quiet.target)
    found = read_record(path)["training"]["ranges"]
    assert found["muap_duration_ms_mean"]["normal"] is None
    assert found["n_units"]["normal"] == [0.0, 0.0, 0.0]
    load(path)


@pytest.mark.parametrize(
    "ranges",
    [
        {},
        {"rms": {}},
        {"rms": []},
        {"rms": {"a": ["1", "2", "3"]}},
        {"rms": {"a": None}},
        {"rms": {"a": [1.0, 2.0]}},
    ],
)
def test_ranges_that_cannot_be_are_refused(ranges, path):
    save(fitted(), path, X=EMG.data, y=EMG.target)
    record, model = _load._read(path)
    record["training"]["ranges"] = ranges
    path.write_bytes(_file.pack(record, bytes(model)))
    with pytest.raises(ModelFileError, match="no record of a model"):
        load(path)


def test_what_is_no_classifier_is_not_saved(path):
    scaler = StandardScaler().fit([[0.0], [1.0]])
    with pytest.raises(ModelFileError, match="StandardScaler is no classifier"):
        save(scaler, path)
    with pytest.raises(ModelFileError, match="copy that file"):
        save(saved(fitted(), path), path)


def test_classes_that_the_model_has_not_are_no_training(path):
    with pytest.raises(ValueError, match="y has the class 'healthy', the model has"):
        save(fitted(), path, X=EMG.data, y=["healthy"] * len(EMG.data))
    assert not path.exists()


def test_the_longest_name_that_a_file_can_have_is_written(tmp_path):
    path = tmp_path / ("ä" * 124 + ".skemg")
    assert len(path.name.encode()) == 254
    save(fitted(), path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_an_error_names_the_file_and_not_its_draft(tmp_path):
    path = tmp_path / "nowhere" / "model.skemg"
    with pytest.raises(FileNotFoundError) as caught:
        save(fitted(), path)
    assert caught.value.filename == str(path)
    with pytest.raises(OSError, match="Is a directory") as caught:
        save(fitted(), tmp_path)
    assert "bytes" not in str(caught.value)


def test_a_drive_that_cannot_flush_a_folder_keeps_the_file(path, monkeypatch):
    fsync = _file.os.fsync

    def of_files_only(handle):
        if _file.os.path.isdir(f"/proc/self/fd/{handle}"):
            raise OSError(22, "Invalid argument")
        fsync(handle)

    monkeypatch.setattr(_file.os, "fsync", of_files_only)
    save(fitted(), path)
    assert path.exists()


def test_channels_in_another_order_are_refused(path):
    def named(names):
        pairs = [np.stack([x, x[::-1]]) for x in EMG.data]
        return Recordings.from_list(
            pairs, sfreq=24000, unit="uV", groups=EMG.groups, channel_names=names
        )

    X = named(["biceps", "triceps"])
    model = saved(fitted().fit(X, EMG.target), path, X)
    assert len(model.predict(named(["biceps", "triceps"]))) == len(X)
    with pytest.raises(SignalError, match=r"fitted on \['biceps', 'triceps'\]"):
        model.predict(named(["triceps", "biceps"]))


def test_a_rate_that_is_nearly_the_same_is_told_from_it(path):
    model = saved(fitted(), path)
    with pytest.raises(SignalError, match=r"24000\.0001 Hz, the .* at 24000 Hz"):
        model.predict(at_rate(24_000.0001))


def test_a_model_that_is_not_that_of_its_record_is_refused(path):
    import skops.io

    save(fitted(), path, X=EMG.data, y=EMG.target)
    record, _ = _load._read(path)
    others = [StandardScaler().fit(np.eye(2)), LinearSVC().fit(np.eye(3), [0, 1, 2])]
    for other in others:
        path.write_bytes(_file.pack(record, skops.io.dumps(other)))
        with pytest.raises(ModelFileError, match="another model than its record"):
            load(path)
