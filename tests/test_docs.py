"""The user guide runs, and the API page is complete."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

DOC = Path(__file__).parents[1] / "doc"


@pytest.mark.parametrize(
    "page", sorted((DOC / "user_guide").glob("*.rst")), ids=lambda page: page.stem
)
def test_every_example_of_the_guide_gives_what_it_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the first page writes a folder of files
    failed, _ = doctest.testfile(
        str(page),
        module_relative=False,
        optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS,
        encoding="utf-8",
    )
    assert failed == 0


def test_the_api_page_lists_every_public_name():
    text = (DOC / "api.rst").read_text(encoding="utf-8")
    sections = re.split(r"\.\. currentmodule:: (\S+)\n", text)[1:]
    listed = {
        module: set(re.findall(r"^   (\w+)$", body, re.MULTILINE))
        for module, body in zip(sections[::2], sections[1::2], strict=True)
    }
    skemg = importlib.import_module("skemg")
    public = [name for name in skemg.__all__ if name != "__version__"]
    assert listed == {
        f"skemg.{name}": set(importlib.import_module(f"skemg.{name}").__all__)
        for name in public
    }
