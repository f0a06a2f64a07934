import numpy as np
import pytest
from pages import EMG, Page, trained, voting
from sklearn.pipeline import make_union

from skemg.clinical import InterferencePattern, MUAPFeatures
from skemg.datasets import make_needle_emg
from skemg.report import RecordingReport
from skemg.report._names import INTERFERENCE, MOTOR_UNITS
from skemg.report._number import shown
from skemg.signals import Recordings
from skemg.systems import clinical_features


def beside(report):
    return next(s for s in report.sections if s.title == "Beside the training")


def answer(report):
    return next(s for s in report.sections if s.title.startswith("Answer"))


def test_a_recording_of_the_training_lies_inside_of_it():
    report = RecordingReport.from_recording(voting(), EMG.data[[2]])
    table = beside(report)
    assert table.columns == (
        "Measure",
        "Value",
        "Unit",
        "myopathic",
        "neuropathic",
        "normal",
        "Finding",
    )
    assert table.flagged == frozenset() and answer(report).warnings == ()
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["Sampling rate"] == (24000.0, "Hz", *["24000"] * 3, "")
    assert rows["Duration"] == (0.6, "s", *["0.6"] * 3, "")
    sizes = np.array([x.std() for x in EMG.data])
    value, unit, *cells, finding = rows["Root mean square"]
    assert value == pytest.approx(sizes[2]) and unit == "µV" and finding == ""
    of_normal = sizes[EMG.target == "normal"]
    low, high = shown(of_normal.min()), shown(of_normal.max())
    assert cells[2] == f"{shown(np.median(of_normal))} ({low} to {high})"


def test_what_lies_outside_is_said_beside_the_answer():
    long = np.tile(20 * EMG.data[2], 2)
    long = Recordings.from_list([long], sfreq=24000, unit="uV")
    report = RecordingReport.from_recording(voting(), long)
    table = beside(report)
    found = [row[0] for row in table.rows if row[-1] == "outside"]
    assert found == ["Duration", "Root mean square", "Peak-to-peak amplitude"]
    assert [table.rows[i][0] for i in sorted(table.flagged)] == found
    (said,) = [line for line in answer(report).warnings if "fitted on" in line]
    assert said.endswith("fitted on: " + ", ".join(found) + ".")
    assert said in Page(report.to_html()).text


def test_clinical_measures_stand_beside_those_of_each_class():
    emg = make_needle_emg(n_patients=6, n_recordings=1, duration=1.0, random_state=0)
    system = clinical_features("gradient_boosting", random_state=0)
    system.fit(emg.data, emg.target)
    report = RecordingReport.from_recording(
        trained(system, emg.target, emg.data), emg.data[[1]], n_parts=0
    )
    cleaned = system[:2].transform(emg.data)
    values = InterferencePattern().fit_transform(cleaned)[:, 0]
    (row,) = [row for row in beside(report).rows if row[0] == "Turns"]
    assert row[1] == values[1] and row[2] == "1/s"
    low, high = np.sort(values[emg.target == "myopathic"])
    assert row[3] == f"{shown((low + high) / 2)} ({shown(low)} to {shown(high)})"
    assert beside(report).lines[-1] == (
        "Of 46 more columns of the model, these are outside of its training: none."
    )
    loud = emg.data[[1]].with_values(20 * emg.data[1])
    report = RecordingReport.from_recording(
        trained(system, emg.target, emg.data), loud, n_parts=0
    )
    assert "muap_amplitude_uv_q90" in beside(report).lines[-1]
    assert "Mean amplitude, " in answer(report).warnings[-1]
    assert "muap" not in answer(report).warnings[-1]


def test_many_classes_share_a_column():
    names = {"normal": "b", "myopathic": "c", "neuropathic": "a"}
    model = voting(names)
    ranges = model.record["training"]["ranges"]
    for i, name in enumerate("defg"):
        for of_classes in ranges.values():
            of_classes[name] = [1.0, 2.0, 1e4 + i]
    classes = np.array(list("abcdefg"))

    class Many(type(model)):
        classes_ = classes

        def predict(self, X):
            return classes[:1]

        def predict_proba(self, X):
            return np.full((1, 7), 1 / 7)

    many = Many(model.estimator, model.record)
    table = beside(RecordingReport.from_recording(many, EMG.data[[2]], n_parts=0))
    assert table.columns == ("Measure", "Value", "Unit", "Training", "Finding")
    (row,) = [row for row in table.rows if row[0] == "Root mean square"]
    assert row[3] == "1 to 10003"


def test_a_model_without_a_record_has_nothing_beside_it():
    report = RecordingReport.from_recording(voting().estimator, EMG.data[[2]])
    assert beside(report).lines == ("What the model was fitted on is not known.",)


@pytest.mark.parametrize(
    "value, text",
    [
        (48000.0, "48000"), (1234.5, "1234"), (0.23456, "0.235"), (12.0, "12"),
        (-0.4449, "-0.445"), (0.0, "0"), (np.nan, "not known"), (3.2e-7, "3.2e-07"),
        (-1e9, "-1000000000"), (99.96, "100"),
    ],
)  # fmt: skip
def test_numbers_have_three_digits(value, text):
    assert shown(value) == text


def test_every_measure_with_a_name_is_a_column():
    table = make_union(
        MUAPFeatures(), InterferencePattern(), verbose_feature_names_out=False
    ).fit(EMG.data)
    assert {*MOTOR_UNITS, *INTERFERENCE} <= set(table.get_feature_names_out())
