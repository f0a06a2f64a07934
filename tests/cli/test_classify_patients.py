import csv
import json

import numpy as np
import pytest
from commands import EMG, fitted, write_record
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

from skemg._cli import main
from skemg.clinical import RecordingMetadata
from skemg.decision import PatientVotingClassifier
from skemg.io import read
from skemg.persistence import save
from skemg.signals import Recordings

CLASSES = ["myopathic", "neuropathic", "normal"]
WHOSE = {"a": "P 2", "b": "P 1", "c": "P 2"}


@pytest.fixture
def clinic(tmp_path):
    """Three records of two patients, and the table that says so."""
    folder = tmp_path / "emg"
    folder.mkdir()
    for i, name in enumerate(WHOSE):
        write_record(folder, EMG.data[2 * i], name)
    rows = [f"{name}.hea,{patient}," for name, patient in WHOSE.items()]
    rows.append("of another day.hea,P 3,")
    (tmp_path / "patients.csv").write_text("\n".join(["file,patient,label", *rows]))
    return tmp_path


def classify(clinic, model_file, *more, files=None):
    files = files or [str(clinic / "emg" / f"{name}.hea") for name in WHOSE]
    table = ["--patients", str(clinic / "patients.csv")]
    return main(["classify", *files, "--model", str(model_file), *table, *more])


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def proba_of(row):
    return [float(row[f"p_{name}"]) for name in CLASSES]


def test_a_patient_is_the_mean_of_its_recordings(clinic, model_file):
    recordings, patients = clinic / "r.csv", clinic / "p.csv"
    where = ["--output", str(recordings), "--patient-output", str(patients)]
    assert classify(clinic, model_file, *where) == 0
    of_recording = rows_of(recordings)
    assert [row["patient"] for row in of_recording] == list(WHOSE.values())
    first, second = rows_of(patients)
    assert [first["patient"], second["patient"]] == ["P 1", "P 2"]
    assert [first["n_recordings"], second["n_recordings"]] == ["1", "2"]
    assert proba_of(first) == proba_of(of_recording[1])
    mean = np.mean([proba_of(of_recording[0]), proba_of(of_recording[2])], axis=0)
    np.testing.assert_allclose(proba_of(second), mean, rtol=1e-15)
    assert second["class"] == CLASSES[mean.argmax()] and second["error"] == ""


def test_a_recording_that_fails_is_said_beside_its_patient(clinic, model_file):
    write_record(clinic / "emg", 0 * EMG.data[0], "c")
    write_record(clinic / "emg", EMG.data[2], "b", sfreq=1000)
    recordings, patients = clinic / "r.csv", clinic / "p.json"
    where = ["--output", str(recordings), "--patient-output", str(patients)]
    assert classify(clinic, model_file, *where) == 1
    first, second = json.loads(patients.read_text())
    assert first["error"] == "1 of 1 recordings failed"
    assert first["class"] is None and first["n_recordings"] == 0
    assert set(first["probabilities"].values()) == {None}
    assert second["error"] == "1 of 2 recordings failed"
    assert list(second["probabilities"].values()) == proba_of(rows_of(recordings)[0])


@pytest.fixture
def patient_model_file(clinic):
    vote = PatientVotingClassifier(fitted(), cv=2).fit(EMG.data, EMG.target)
    save(vote, clinic / "vote.skemg", X=EMG.data, y=EMG.target)
    return vote, clinic / "vote.skemg"


def test_a_model_of_patients_gets_all_recordings_of_one(clinic, patient_model_file):
    vote, path = patient_model_file
    where = ["--output", str(clinic / "r.csv"), "--patient-output"]
    assert classify(clinic, path, *where, str(clinic / "p.csv")) == 0
    files = [read(clinic / "emg" / f"{name}.hea") for name in ("a", "c")]
    together = Recordings.concatenate(files).with_groups(["x", "x"])
    row = rows_of(clinic / "p.csv")[1]
    assert proba_of(row) == vote.predict_proba(together)[0].tolist()
    alone = files[0].with_groups(["x"])
    assert (
        proba_of(rows_of(clinic / "r.csv")[0]) == vote.predict_proba(alone)[0].tolist()
    )


def test_a_model_of_patients_asks_whose_the_files_are(
    clinic, patient_model_file, capsys
):
    command = ["classify", str(clinic / "emg" / "a.hea"), "--model"]
    assert main([*command, str(patient_model_file[1])]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "--patients" in err


def test_a_page_of_a_model_of_patients_knows_one_recording(clinic, patient_model_file):
    vote, path = patient_model_file
    page = clinic / "a.html"
    command = ["report", str(clinic / "emg" / "a.hea"), "--model", str(path)]
    assert main([*command, "--output", str(page), "--parts", "0"]) == 0
    alone = read(clinic / "emg" / "a.hea").with_groups(["x"])
    text = page.read_text("utf-8")
    assert f"{vote.predict_proba(alone).max():.3f}" in text
    assert "It answers for a patient" in text


@pytest.mark.parametrize(
    "table, text",
    [
        ("file,patient\na.hea,P 1\n", "does not name"),
        ("file,name\na.hea,P 1\n", "no column 'patient'"),
        ("file,patient\na.hea,\nb.hea,x\nc.hea,x\n", "has no patient"),
        ("file,patient\na.hea,x\na.hea,y\nb.hea,x\nc.hea,x\n", "twice"),
        ("", "is empty"),
        (None, "cannot be read"),
    ],
)
def test_a_table_that_leaves_a_patient_open_ends_with_2(
    table, text, clinic, model_file, capsys
):
    path = clinic / "patients.csv"
    path.unlink() if table is None else path.write_text(table)
    assert classify(clinic, model_file, "--output", str(clinic / "t.csv")) == 2
    err = capsys.readouterr().err
    assert err.startswith("skemg: --patients: ") and text in err
    assert not list(clinic.glob("t.csv*"))


def test_one_name_in_two_folders_is_told_apart_by_its_path(clinic, model_file, capsys):
    (clinic / "more").mkdir()
    write_record(clinic / "more", EMG.data[6], "a")
    files = [str(clinic / folder / "a.hea") for folder in ("emg", "more")]
    table = clinic / "patients.csv"
    table.write_text("file,patient\na.hea,x\n")
    assert classify(clinic, model_file, files=files) == 2
    assert "write the path in full" in capsys.readouterr().err
    table.write_text("file;patient\nmore/a.hea;x\nemg/a.hea;y\n")
    assert classify(clinic, model_file, files=files) == 0
    rows = csv.DictReader(capsys.readouterr().out.splitlines())
    assert [row["patient"] for row in rows] == ["y", "x"]


def test_a_table_of_patients_is_another_file_and_knows_them(clinic, model_file, capsys):
    out = str(clinic / "t.csv")
    both = ["--output", out, "--patient-output", out]
    assert classify(clinic, model_file, *both) == 2
    assert "another file" in capsys.readouterr().err
    own = ["--patient-output", str(clinic / "patients.csv")]
    assert classify(clinic, model_file, *own) == 2
    assert "would replace what is read" in capsys.readouterr().err
    command = ["classify", str(clinic / "emg" / "a.hea"), "--model", str(model_file)]
    assert main([*command, "--patient-output", out]) == 2
    assert "needs --patients" in capsys.readouterr().err
    for name, text in [("no/t.csv", "No such file"), ("t.txt", "must end in")]:
        assert classify(clinic, model_file, "--patient-output", str(clinic / name)) == 2
        err = capsys.readouterr().err
        assert err.startswith("skemg: --patient-output: ") and text in err


def test_no_patient_is_computed_for_a_table_that_cannot_be_written(
    clinic, model_file, capsys
):
    (clinic / "p.csv.part").write_text("rows")
    assert classify(clinic, model_file, "--patient-output", str(clinic / "p.csv")) == 2
    out, err = capsys.readouterr()
    assert out == "" and "--patient-output: " in err and "move or delete it" in err


@pytest.fixture
def muscle_model_file(clinic):
    """A model that sees the muscle alone: biceps is normal, deltoid is not."""
    muscles = np.resize(["biceps", "deltoid"], len(EMG.data))
    known = [{"muscle": muscle, "age": 50.0} for muscle in muscles.tolist()]
    model = make_pipeline(
        RecordingMetadata(["muscle", "age"]),
        OneHotEncoder(handle_unknown="ignore"),
        DecisionTreeClassifier(random_state=0),
    )
    X, y = EMG.data.with_metadata(known), np.resize(["normal", "myopathic"], len(known))
    save(model.fit(X, y), clinic / "muscle.skemg", X=X, y=y)
    return clinic / "muscle.skemg"


def test_the_table_says_the_muscle_that_a_header_does_not(clinic, muscle_model_file):
    table = "file,age,patient,muscle,who\na.hea,44,x,biceps,1\nb.hea,,y,deltoid,2\n"
    (clinic / "patients.csv").write_text(f"{table}c.hea,,x,,3\n")
    recordings, patients = clinic / "r.csv", clinic / "p.csv"
    where = ["--output", str(recordings), "--patient-output", str(patients)]
    assert classify(clinic, muscle_model_file, *where) == 1
    rows = rows_of(recordings)
    assert [row["class"] for row in rows] == ["normal", "myopathic", ""]
    assert "no 'muscle'" in rows[2]["error"]
    assert [row["class"] for row in rows_of(patients)] == ["normal", "myopathic"]


def test_a_table_that_contradicts_a_header_is_an_error_of_the_file(
    clinic, muscle_model_file, capsys
):
    table = "file,patient,muscle,age\na.hea,x,biceps,45\nb.hea,y,biceps,44\n"
    (clinic / "patients.csv").write_text(f"{table}c.hea,x,biceps,\n")
    assert classify(clinic, muscle_model_file) == 1
    out, err = capsys.readouterr()
    assert "a.hea: the file says age 44.0, --patients says 45.0; correct one" in err
    assert out.count("normal,") == 3  # two rows and the line of names
    (clinic / "patients.csv").write_text(f"{table}c.hea,x,biceps,old\n")
    assert classify(clinic, muscle_model_file) == 2
    assert "c.hea has age 'old', which is none" in capsys.readouterr().err
