"""The table of all systems in the documentation is that of the results."""

import importlib.util
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx")

ROOT = Path(__file__).parents[1]
HEAD = "system,data,split,fold,patients,epochs,hop,seed,window,recording,patient,"
HEAD += "seconds,megabytes"
DWT = "forest_dwt,simulated"


@pytest.fixture
def table(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    spec = importlib.util.spec_from_file_location("t", ROOT / "doc/systems_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cells(text, name):
    """Return the cells of the row of a system."""
    _, row = text.split(f":func:`~skemg.systems.{name}`")
    lines = row.split("   * - ")[0].splitlines()
    return [lines[0].removeprefix(", ")] + [
        line.removeprefix("     - ") for line in lines[1:] if line
    ]


def write(folder, *rows):
    (folder / "all_systems.csv").write_text("\n".join([HEAD, *rows]) + "\n")


def test_a_cell_has_the_pooled_balanced_accuracy_at_random_and_apart(table, tmp_path):
    setting = "30,1000,0,0"
    write(
        tmp_path,
        f"{DWT},random,0,{setting},9/10 9/10 9/10,2/2 2/2 1/2,1/1 1/1 1/1,8.0,390",
        f"{DWT},apart,0,{setting},5/10 4/10 6/10,1/2 1/2 1/2,1/1 0/1 0/1,2.5,410",
        f"{DWT},apart,1,{setting},7/10 6/10 2/10,2/2 2/2 2/2,1/1 1/1 0/1,3.5,430",
        f"kamali2018,simulated,apart,0,{setting},,1/2 1/2 0/2,1/1 0/1 0/1,12.4,420",
        "forest_dwt,algiers,apart,0,0,1000,0,0,1/1 1/1 1/1,1/1 1/1 1/1,1/1 1/1 1/1,1,1",
    )
    text = table.page(tmp_path, "simulated", tmp_path)
    assert cells(text, "forest_dwt") == [
        "our choice",
        "–",
        "0.90 | 0.50",
        "0.83 | 0.75",  # (1 + 1 + 1/2) / 3, (3/4 + 3/4 + 3/4) / 3
        "1.00 | 0.50",
        "1 | 2",
        "8.0 | 3.0",
        "390 | 420",
    ]
    assert cells(text, "kamali2018") == [
        "`doi <https://doi.org/10.1109/TBME.2018.2802200>`__",
        "1.0 of recordings",
        "– | –",
        "– | 0.33",
        "– | 0.33",
        "0 | 1",
        "– | 12",
        "– | 420",
    ]
    assert text.index("forest_dwt") < text.index("kamali2018")  # the better one first
    assert "apart: 0.40 over windows (n = 1), 0.08 over recordings (n = 1)" in text
    assert "figure" not in text  # there is no file


def test_both_splits_of_a_system_are_of_one_setting_and_cuts_are_named(table, tmp_path):
    of_all = "1/2 1/2 1/2,1/2 1/2 1/2,1/2 1/2 1/2,5,600"
    write(
        tmp_path,
        f"dubey2022,algiers,random,0,0,5,0.4,0,{of_all}",
        f"dubey2022,algiers,apart,0,0,5,0.4,0,{of_all}",
        "dubey2022,algiers,apart,0,0,1000,0,0,2/2 2/2 2/2,2/2 2/2 2/2,2/2 2/2 2/2,9,9",
        "dubey2022,algiers,apart,1,0,1000,0,0,2/2 2/2 2/2,2/2 2/2 2/2,2/2 2/2 2/2,9,9",
        f"subasi2013,algiers,apart,0,0,5,0.4,0,{of_all}",
    )
    text = table.page(tmp_path, "algiers", tmp_path)
    source, published, windows, *_ = cells(text, "dubey2022")
    assert source.endswith(" (5 of 100 epochs, hop of 0.4 s)")
    assert published == "0.995, level unknown"
    assert windows == "0.50 | 0.50"
    assert "epochs" not in cells(text, "subasi2013")[0]  # it has no net


def test_without_results_there_is_a_sentence(table, tmp_path):
    assert table.page(tmp_path, "simulated", tmp_path).startswith(
        "There are no results"
    )
    write(tmp_path)
    assert table.page(tmp_path, "algiers", tmp_path).startswith("There are no results")


def test_the_figure_is_there_where_its_file_is(table, tmp_path):
    of_all = "1/2 1/2 1/2,1/2 1/2 1/2,1/2 1/2 1/2,5,600"
    write(tmp_path, f"roy2022,algiers,apart,0,0,1000,0,0,{of_all}")
    (tmp_path / "all_systems_algiers.png").touch()
    text = table.page(tmp_path, "algiers", tmp_path / "doc")
    assert text.startswith(".. figure:: ../all_systems_algiers.png")
    assert "Only one of the two splits is done." in text
    assert cells(text, "roy2022")[1] == "1.0, level unknown, two classes"


def test_the_page_has_a_table_for_each_data_set_of_the_benchmark():
    text = (ROOT / "doc/user_guide/systems.rst").read_text(encoding="utf-8")
    assert ".. systems-table:: simulated" in text
    assert ".. systems-table:: algiers" in text
