import re
import tomllib
from pathlib import Path

import pytest
from commands import EMG, SFREQ, proba_of, write_record

from skemg._cli import _report, main, run
from skemg.signals import Recordings


@pytest.fixture
def page(tmp_path):
    return tmp_path / "page.html"


def test_the_page_has_the_probabilities_of_the_model(model, model_file, records, page):
    command = ["report", records[0], "--model", model_file, "--output", str(page)]
    assert main(command) == 0
    text = page.read_text(encoding="utf-8")
    for name, value in proba_of(model, records[0]).items():
        assert f'<span class="value">{value:.3f}</span>' in text
        assert f"<span>{name}</span>" in text
    assert "<h1>r0.hea</h1>" in text
    assert str(Path(records[0]).parent) not in text


def test_no_name_from_a_header_comes_into_page_or_table(
    model_file, tmp_path, page, capsys
):
    comments = "# Name: CANARY John\n# Patient ID: CANARY-17\n# <muscle>: biceps\n"
    record = str(write_record(tmp_path, EMG.data[0], "r", comments=comments))
    assert main(["report", record, "--model", model_file, "--output", str(page)]) == 0
    assert main(["classify", record, "--model", model_file]) == 0
    text = page.read_text(encoding="utf-8")
    assert "biceps" in text
    for said in (text, *capsys.readouterr()):
        assert "canary" not in said.lower()


def test_a_name_stands_in_the_place_of_the_name_of_the_file(model_file, tmp_path, page):
    record = str(write_record(tmp_path, EMG.data[0], "john_smith"))
    command = ["report", record, "--model", model_file, "--output", str(page)]
    assert main([*command, "--name", "case <7>"]) == 0
    text = page.read_text(encoding="utf-8")
    assert "<h1>case &lt;7&gt;</h1>" in text and "john" not in text


def test_a_recording_that_cannot_be_used_ends_with_1(
    model_file, tmp_path, page, capsys
):
    page.write_text("old")
    other = write_record(tmp_path, EMG.data[0], "other", sfreq=10000)
    for path, text in [(tmp_path / "no.hea", "No such file"), (other, "10000 Hz")]:
        assert (
            main(["report", str(path), "--model", model_file, "--output", str(page)])
            == 1
        )
        err = capsys.readouterr().err
        assert text in err and err.count("\n") == 1
    assert page.read_text() == "old"


@pytest.mark.parametrize(
    "output, text", [("p.pdf", ".html or .htm"), ("no/p.html", "No such file")]
)
def test_an_output_that_cannot_be_ends_with_2(
    output, text, model_file, records, tmp_path, capsys
):
    command = ["report", records[0], "--model", model_file, "--output"]
    assert main([*command, str(tmp_path / output)]) == 2
    assert text in capsys.readouterr().err


def test_of_several_sweeps_one_is_asked_for(model_file, page, monkeypatch, capsys):
    sweeps = Recordings.from_list([EMG.data[0], EMG.data[2]], sfreq=SFREQ, unit="uV")
    monkeypatch.setattr(_report, "read_file", lambda path, **how: sweeps)
    command = ["report", "r", "--model", model_file, "--output", str(page)]
    assert main(command) == 1
    assert "there are 2 recordings; choose one, --sweep N" in capsys.readouterr().err
    assert main([*command, "--sweep", "0"]) == 1
    assert main([*command, "--sweep", "3"]) == 1
    assert main([*command, "--sweep", "2"]) == 0


def test_the_entry_point_of_the_package_is_the_command_line():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["scripts"] == {
        "skemg": f"{run.__module__.removesuffix('._main')}:{run.__name__}"
    }


def test_the_version_is_said(capsys):
    with pytest.raises(SystemExit) as info:
        main(["--version"])
    assert info.value.code == 0
    assert re.fullmatch(r"\d+\.\d+.*\n", capsys.readouterr().out)
