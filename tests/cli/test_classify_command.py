import csv
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from commands import EMG, SFREQ, proba_of, write_record
from sklearn.svm import LinearSVC

from skemg._cli import _classify, main
from skemg._cli._table import CsvTable
from skemg.persistence import TrainedModel, save
from skemg.signals import Recordings

CLASSES = ["myopathic", "neuropathic", "normal"]


def table_of(text):
    return list(csv.DictReader(text.splitlines()))


def test_the_table_has_the_classes_and_the_very_probabilities_of_the_model(
    model, model_file, records, capsys
):
    assert main(["classify", *records, "--model", model_file]) == 0
    out, err = capsys.readouterr()
    rows = table_of(out)
    assert err == ""
    assert [row["file"] for row in rows] == records
    for row, record in zip(rows, records, strict=True):
        proba = proba_of(model, record)
        assert {name: float(row[f"p_{name}"]) for name in CLASSES} == proba
        assert row["class"] == max(proba, key=proba.get)
        assert (row["sweep"], row["error"]) == ("1", "")


def test_json_says_the_same_as_csv(model_file, records, tmp_path):
    for name in ("t.csv", "t.json"):
        command = ["classify", *records, "--model", model_file, "--output"]
        assert main([*command, str(tmp_path / name)]) == 0
    listed = json.loads((tmp_path / "t.json").read_text())
    rows = table_of((tmp_path / "t.csv").read_text())
    assert [row["class"] for row in listed] == [row["class"] for row in rows]
    for a, b in zip(listed, rows, strict=True):
        assert a["probabilities"] == {c: float(b[f"p_{c}"]) for c in CLASSES}
    assert sorted(p.name for p in tmp_path.glob("t.*")) == ["t.csv", "t.json"]


def test_two_processes_write_the_table_of_one(model_file, records, capsys):
    tables = []
    for jobs in ("1", "2"):
        assert main(["classify", *records, "--model", model_file, "--jobs", jobs]) == 0
        tables.append(capsys.readouterr().out)
    assert tables[0] == tables[1]


def test_files_that_fail_do_not_stop_the_others(model_file, records, tmp_path, capsys):
    other = write_record(tmp_path, EMG.data[0], "other", sfreq=10000)
    lost = tmp_path / "lost.hea"
    files = [str(lost), records[0], str(other), records[1]]
    assert main(["classify", *files, "--model", model_file]) == 1
    out, err = capsys.readouterr()
    rows = table_of(out)
    assert [bool(row["error"]) for row in rows] == [True, False, True, False]
    assert "No such file" in rows[0]["error"]
    assert "10000 Hz, the model was fitted at 24000 Hz" in rows[2]["error"]
    assert [row["sweep"] for row in rows] == ["", "1", "1", "1"]
    assert rows[2]["class"] == rows[2]["p_normal"] == ""
    assert "skemg: 2 of 4 files failed" in err.splitlines()
    assert str(lost) in err and "Traceback" not in err


def test_a_sweep_that_fails_does_not_stop_the_others_of_its_file(
    model_file, capsys, monkeypatch
):
    sweeps = Recordings.from_list(
        [EMG.data[0], np.zeros(1000), EMG.data[2]], sfreq=SFREQ, unit="uV"
    )
    monkeypatch.setattr(_classify, "read_file", lambda path, **how: sweeps)
    assert main(["classify", "sweeps", "--model", model_file]) == 1
    out, err = capsys.readouterr()
    rows = table_of(out)
    assert [row["sweep"] for row in rows] == ["1", "2", "3"]
    assert [bool(row["error"]) for row in rows] == [False, True, False]
    assert "skemg: sweeps, sweep 2: recording 0" in err
    assert "root mean square of 0" in rows[1]["error"]


def test_a_file_without_recordings_fails(model_file, capsys, monkeypatch):
    none = EMG.data[[]]
    monkeypatch.setattr(_classify, "read_file", lambda path, **how: none)
    assert main(["classify", "empty", "--model", model_file]) == 1
    (row,) = table_of(capsys.readouterr().out)
    assert row["error"] == "the file holds no recording"


def test_warnings_of_a_file_are_on_stderr(model_file, tmp_path, capsys):
    x = EMG.data[0].copy()
    x[100] = -1e9  # clipped to -32768, which marks what is not there
    path = str(write_record(tmp_path, x, "hole"))
    assert main(["classify", path, "--model", model_file]) == 1
    out, err = capsys.readouterr()
    assert f"skemg: warning: {path}, channel 'EMG', has 1 invalid samples" in err
    assert "invalid samples" not in out


class Referring:
    """Answers what no probability says."""

    classes_ = np.array(["a", "b"])

    def predict(self, X):
        return np.array(["refer"] * len(X))

    def predict_proba(self, X):
        return np.full((len(X), 2), self.value)

    value = 0.5


def test_the_class_is_what_the_model_predicts(records, capsys, monkeypatch):
    monkeypatch.setattr(_classify, "load_model", lambda path: Referring())
    assert main(["classify", records[0], "--model", "m"]) == 0
    (row,) = table_of(capsys.readouterr().out)
    assert (row["class"], row["p_a"], row["p_b"]) == ("refer", "0.5", "0.5")


def test_a_probability_that_is_no_number_is_an_error(records, capsys, monkeypatch):
    model = Referring()
    model.value = np.nan
    monkeypatch.setattr(_classify, "load_model", lambda path: model)
    assert main(["classify", records[0], "--model", "m"]) == 1
    (row,) = table_of(capsys.readouterr().out)
    assert row["error"] == "the model gives no finite probability"
    assert row["p_a"] == ""


@pytest.mark.parametrize(
    "cell, written",
    [
        ("=1+1", "'=1+1"),
        ("+A1", "'+A1"),
        ("-cmd", "'-cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-1.5e-3", "-1.5e-3"),
        ("+2", "+2"),
        ("normal", "normal"),
        ("a=1", "a=1"),
    ],
)
def test_no_cell_is_a_formula(cell, written, tmp_path):
    with (tmp_path / "t.csv").open("w+", newline="") as file:
        table = CsvTable(file, ["f", "s"], [cell])
        table.write(
            {"f": cell, "s": 0, "c": cell, "p": {cell: -0.0}, "error": f"{cell}"}
        )
        file.seek(0)
        _, row = csv.reader(file)
    assert row == [written, "0", written, "-0.0", written]


def test_a_file_with_the_name_of_a_formula_is_no_formula(
    model_file, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    write_record(tmp_path, EMG.data[0], "=HYPERLINK(1)")
    assert main(["classify", "=HYPERLINK(1).hea", "--model", model_file]) in (0, 1)
    assert capsys.readouterr().out.splitlines()[1].startswith("'=HYPERLINK(1).hea,")


def test_a_file_name_does_not_steer_the_terminal(model_file, capsys):
    assert main(["classify", "\x1b[2J\n.hea", "--model", model_file]) == 1
    err = capsys.readouterr().err
    assert "\x1b" not in err and "\\x1b[2J\\n.hea" in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["classify"],
        ["classify", "r.hea"],
        ["classify", "r.hea", "--model", "m", "--sfreq", "-1"],
        ["classify", "r.hea", "--model", "m", "--sfreq", "nan"],
        ["classify", "r.hea", "--model", "m", "--sfreq", "fast"],
        ["classify", "r.hea", "--model", "m", "--unit", "volt"],
        ["classify", "r.hea", "--model", "m", "--option", "time"],
        ["classify", "r.hea", "--model", "m", "--option", "sfreq=2"],
        ["classify", "r.hea", "--model", "m", "--jobs", "0"],
        ["nonsense"],
    ],
)
def test_wrong_usage_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as info:
        main(arguments)
    assert info.value.code == 2
    err = capsys.readouterr().err
    assert "usage: skemg" in err and "_rate" not in err


def test_a_model_that_cannot_be_used_ends_with_2(records, tmp_path, capsys):
    damaged = tmp_path / "damaged.skemg"
    damaged.write_bytes(b"\x80\x04nonsense")
    for path, text in [(tmp_path / "no", "No such file"), (damaged, "a pickle")]:
        assert main(["classify", records[0], "--model", str(path)]) == 2
        out, err = capsys.readouterr()
        assert out == "" and text in err and err.count("\n") == 1


def test_a_model_without_probabilities_ends_with_2(records, monkeypatch, capsys):
    model = TrainedModel(LinearSVC(), {})
    monkeypatch.setattr("skemg.persistence.load", lambda path: model)
    assert main(["classify", records[0], "--model", "m"]) == 2
    assert "CalibratedClassifierCV" in capsys.readouterr().err


def test_a_model_without_its_training_is_warned_of(records, model, tmp_path, capsys):
    path = str(tmp_path / "bare.skemg")
    save(model, path)
    assert main(["classify", records[0], "--model", path]) == 0
    assert "skemg: warning: " in capsys.readouterr().err


def test_an_output_must_be_csv_or_json_and_no_input(model_file, tmp_path, capsys):
    recording = tmp_path / "signal.csv"
    recording.write_text("1\n2\n")
    start = ["classify", str(recording), "--model", model_file, "--output"]
    assert main([*start, str(tmp_path / "t.xlsx")]) == 2
    assert "must end in .csv or .json" in capsys.readouterr().err
    assert main([*start, str(recording)]) == 2
    assert "would replace what is read" in capsys.readouterr().err
    assert main([*start, str(tmp_path / "no" / "t.csv")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert recording.read_text() == "1\n2\n"


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_an_interrupted_run_keeps_its_rows_and_the_old_table(
    suffix, model_file, records, tmp_path, capsys, monkeypatch
):
    table = tmp_path / f"t{suffix}"
    table.write_text("old")
    command = ["classify", *records, "--model", model_file, "--output", str(table)]

    def interrupted(model, path, *others, run=_classify.rows_of_file):
        if path == records[1]:
            raise KeyboardInterrupt
        return run(model, path, *others)

    with monkeypatch.context() as context:
        context.setattr(_classify, "rows_of_file", interrupted)
        assert main(command) == 130
    part = tmp_path / f"t{suffix}.part"
    assert f"finished rows are in {part}" in capsys.readouterr().err
    assert table.read_text() == "old"
    kept = part.read_text()
    rows = json.loads(kept) if suffix == ".json" else table_of(kept)
    assert [row["file"] for row in rows] == records[:1]

    assert main(command) == 2  # what was computed is not written over
    assert "move or delete it" in capsys.readouterr().err
    assert part.read_text() == kept

    part.unlink()
    assert main(command) == 0
    assert table.read_text().startswith(kept[:-3] if suffix == ".json" else kept)


SLOW = """
import signal, sys, time
from skemg._cli import _classify, run
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs of a shell ignore it
read_file = _classify.read_file
def slowly(path, **how):
    if path == "slow":
        time.sleep(60)
    return read_file(path, **how)
_classify.read_file = slowly
run()
"""


def test_rows_are_there_while_it_runs_and_after_an_interrupt(
    model_file, records, tmp_path
):
    table, part = tmp_path / "t.json", tmp_path / "t.json.part"
    files = [records[0], "slow", "--model", model_file, "--output", str(table)]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SLOW, "classify", *files],
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 120
    while not (part.exists() and len(part.read_text()) > 10):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.05)
    running = part.read_text()  # what a kill by force leaves
    assert [row["file"] for row in json.loads(running)] == records[:1]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert part.read_text() == running and not table.exists()
    assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="a pipe of Windows tells nothing")
def test_a_reader_that_leaves_early_gets_no_traceback(model_file, records):
    run = subprocess.run(
        f'"{sys.executable}" -W ignore -m skemg classify "{records[0]}" '
        f'--model "{model_file}" | true',
        shell=True,
        capture_output=True,
        text=True,
    )
    assert run.stderr == ""


def test_channels_are_names_or_numbers(tmp_path, monkeypatch):
    seen = {}

    def read(path, **how):
        seen.update(how)
        raise ValueError("seen")

    monkeypatch.setattr(_classify, "read_file", read)
    monkeypatch.setattr(_classify, "load_model", lambda path: Referring())
    line = "classify r --model m --channels 1,EMG --sfreq 1e4 --unit mV --format wav"
    assert main(line.split()) == 1
    assert seen == {
        "channels": [1, "EMG"],
        "on_mismatch": "raise",
        "sfreq": 10000.0,
        "unit": "mV",
        "format": "wav",
    }
