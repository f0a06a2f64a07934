"""Every data set says what it is, where it comes from and what is wrong with it."""

import inspect
import re
import sys

import pytest

from skemg import datasets

FETCHERS = [
    getattr(datasets, name) for name in datasets.__all__ if name.startswith("fetch_")
]
each_set = pytest.mark.parametrize("fetch", FETCHERS, ids=lambda f: f.__name__)


@each_set
def test_a_card_names_source_licence_citation_and_traps(fetch):
    card = sys.modules[fetch.__module__]._DESCR
    title, line, *_ = card.splitlines()
    assert len(title) == len(line) and set(line) == {"="}
    for part in ("\nSource: ", "\nLicence: ", "\nCite: ", "\nTraps\n-----\n- "):
        assert card.count(part) == 1
    assert max(map(len, card.splitlines())) <= 88


@each_set
def test_an_absent_set_is_told_with_the_address_of_its_card(fetch, tmp_path):
    parameters = inspect.signature(fetch).parameters
    offline = {"download": False} if "download" in parameters else {}
    with pytest.raises(FileNotFoundError) as caught:
        fetch(tmp_path, **offline)
    (address,) = re.findall(r"https?://[\w./-]+\w", str(caught.value))
    card = sys.modules[fetch.__module__]._DESCR
    assert address.removeprefix("https://doi.org/") in card
    assert "data_home" in str(caught.value) and "SKEMG_DATA" in str(caught.value)


@each_set
def test_all_fetchers_are_called_in_one_way(fetch):
    parameters = inspect.signature(fetch).parameters
    assert next(iter(parameters)) == "data_home"
    assert parameters["data_home"].default is None
    for name in ("return_X_y", "as_frame"):
        assert parameters[name].default is False
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
    for section in ("Parameters", "Returns", "Raises", "References", "Examples"):
        assert f"\n    {section}\n    {'-' * len(section)}\n" in fetch.__doc__
    assert "FileNotFoundError" in fetch.__doc__ and "DESCR : str" in fetch.__doc__
