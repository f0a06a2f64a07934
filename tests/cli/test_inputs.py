import argparse
import csv
import os
import subprocess
import sys
import wave

import numpy as np
import pytest
from commands import EMG, write_record

from skemg._cli import main
from skemg._cli._options import add_options


def table_of(text):
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for i, name in enumerate("ab"):
        write_record(tmp_path, EMG.data[i], name)
    return tmp_path


def test_wildcards_that_no_shell_resolved_are_resolved(folder, model_file, capsys):
    assert main(["classify", "*.hea", "--model", model_file]) == 0
    rows = table_of(capsys.readouterr().out)
    assert [row["file"] for row in rows] == ["a.hea", "b.hea"]
    assert main(["classify", "x*.hea", "--model", model_file]) == 1
    assert "x*.hea cannot be read" in capsys.readouterr().out


def test_a_name_with_brackets_is_a_name(folder, model_file, capsys):
    write_record(folder, EMG.data[2], "[a]")
    assert main(["classify", "[a].hea", "--model", model_file]) == 0
    assert table_of(capsys.readouterr().out)[0]["file"] == "[a].hea"


def test_a_header_and_its_samples_are_one_recording(folder, model_file, capsys):
    files = ["a.dat", "a.hea", "b.dat", "b.hea"]
    assert main(["classify", *files, "--model", model_file]) == 0
    out, err = capsys.readouterr()
    assert [row["file"] for row in table_of(out)] == ["a.hea", "b.hea"]
    assert "2 files are read with their headers" in err
    assert main(["classify", "a.dat", "--model", model_file]) == 0


def test_one_recording_does_not_count_twice(folder, model_file, capsys):
    write_record(folder, EMG.data[0], "copy")
    files = ["a.hea", "b.hea", "copy.hea"]
    assert main(["classify", *files, "--model", model_file]) == 1
    out, err = capsys.readouterr()
    rows = table_of(out)
    assert [bool(row["class"]) for row in rows] == [True, True, False]
    assert rows[2]["error"] == "the same samples as a.hea; leave one out"
    assert "skemg: copy.hea: the same samples" in err
    assert main(["classify", "a.hea", "b.hea", "a.hea", "--model", model_file]) == 2
    assert "a.hea is given 2 times" in capsys.readouterr().err


def test_a_file_that_contradicts_itself_is_read_if_that_is_asked_for(
    folder, model_file, capsys
):
    header = (folder / "a.hea").read_text()
    checksum = header.split()[-6]
    (folder / "a.hea").write_text(header.replace(f" {checksum} 0 EMG", " 77 0 EMG"))
    command = ["classify", "a.hea", "--model", model_file]
    assert main(command) == 1
    assert "pass --on-mismatch" in capsys.readouterr().err
    assert main([*command, "--on-mismatch", "warn"]) == 0
    assert "skemg: warning: a.hea" in capsys.readouterr().err


def test_without_a_name_the_page_has_that_of_the_recording(folder, model_file, capsys):
    command = ["report", "a.hea", "--model", model_file, "--parts", "0"]
    assert main(command) == 0
    assert capsys.readouterr().err == "skemg: wrote a.html\n"
    assert "<title>a.hea" in (folder / "a.html").read_text("utf-8")
    assert main(command) == 2
    assert "a.html is there already" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="no shell that closes streams")
@pytest.mark.parametrize(
    "streams, code, text",
    [
        ("<&- >&- 2>&- --output t.csv --jobs 2", 0, ""),
        (">/dev/full", 1, "skemg: stdout: No space left on device"),
    ],
)
def test_closed_and_full_streams_give_no_traceback(
    streams, code, text, folder, model_file
):
    command = (
        f'"{sys.executable}" -W ignore -m skemg classify a.hea --model {model_file}'
    )
    run = subprocess.run(
        f"{command} {streams}", shell=True, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr.strip()) == (code, text)
    if code == 0:
        (row,) = table_of((folder / "t.csv").read_text())
        assert row["class"] and not row["error"]


def test_text_with_a_column_of_times_is_read_by_options(folder, model_file, capsys):
    lines = [f"{i / 24000:.9f} {x:.3f}" for i, x in enumerate(EMG.data[0])]
    (folder / "times.txt").write_text("\n".join(lines))
    command = ["classify", "times.txt", "--model", model_file, "--unit", "uV"]
    assert main([*command, "--sfreq", "24000"]) == 1
    assert "pass --option time=0" in capsys.readouterr().err
    options = ["--option", "time=0", "--option", "time_unit=s"]
    assert main([*command, *options]) == 0
    (row,) = table_of(capsys.readouterr().out)
    assert row["class"]
    assert main([*command, "--option", "nonsense=1"]) == 1
    assert "has no meaning in the format" in capsys.readouterr().err


def test_a_folder_is_no_file(folder, model_file, capsys):
    for files in (["."], ["a.hea", str(folder)], [""]):
        assert main(["classify", *files, "--model", model_file]) == 2
        assert "is no file; name files, as in FOLDER/*.edf" in capsys.readouterr().err
    assert main(["report", ".", "--model", model_file]) == 2
    assert "'.' is no file" in capsys.readouterr().err


def test_an_option_may_be_any_number(folder, model_file, capsys):
    pcm = np.clip(np.round(10 * EMG.data[0]), -32768, 32767).astype("<i2")
    with wave.open(str(folder / "a.wav"), "wb") as file:
        file.setparams((1, 2, 24000, 0, "NONE", ""))
        file.writeframes(pcm.tobytes())
    command = ["classify", "a.wav", "--model", model_file]
    assert main(command) == 1
    assert "pass --unit and --option scale=," in capsys.readouterr().err
    assert main([*command, "--unit", "uV", "--option", "scale=0.1"]) == 0
    of_wav = table_of(capsys.readouterr().out)[0]
    assert main(["classify", "a.hea", "--model", model_file]) == 0
    of_record = table_of(capsys.readouterr().out)[0]
    for name in ("p_myopathic", "p_neuropathic", "p_normal"):
        assert float(of_wav[name]) == pytest.approx(float(of_record[name]), abs=1e-6)


@pytest.mark.parametrize(
    "text, value",
    [
        ("0.61", 0.61),
        ("-1", -1),
        ("[0, 2]", [0, 2]),
        ("False", False),
        ("utf-8", "utf-8"),
        (",", ","),
        ("raw emg", "raw emg"),
    ],
)
def test_the_value_of_an_option_is_as_python_has_it_or_text(text, value):
    parser = argparse.ArgumentParser()
    add_options(parser)
    args = parser.parse_args(["--model", "m", "--option", f"name={text}"])
    assert args.option == [("name", value)]


def test_cures_are_named_as_options(folder, model_file, capsys):
    (folder / "sfreq=2.txt").write_text("0.1\n-0.2\n0.3\n")
    command = ["classify", "sfreq=2.txt", "--model", model_file]
    assert main(command) == 1
    err = capsys.readouterr().err
    assert "sfreq=2.txt does not state its sampling rate; pass --sfreq ... in Hz" in err
    assert main([*command, "--sfreq", "24000"]) == 1
    err = capsys.readouterr().err
    assert 'pass --unit "uV", "mV" or "V", or --unit "uncalibrated"' in err
