"""The list of what a model file may hold is frozen and harmless."""

import importlib
import inspect

import pytest

from skemg.persistence._trusted import OF_LIBRARIES, PARTS, TRUSTED


def find(name):
    module, name = name.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_our_own(name):
    assert find(name).__module__.startswith("skemg.")


@pytest.mark.parametrize("name", OF_LIBRARIES)
def test_what_is_of_a_library_exists_and_computes_only(name):
    assert name.split(".")[0] in ("numpy", "scipy", "sklearn")
    member = find(name)
    functions = ("f_classif", "mutual_info_classif")
    assert inspect.isclass(member) or member.__name__ in functions


def test_nothing_on_the_list_can_run_a_program():
    dangerous = ("os", "subprocess", "builtins", "operator", "importlib", "functools")
    assert not {name.split(".")[0] for name in TRUSTED} & set(dangerous)
    assert not any("Pickle" in name or "joblib" in name for name in TRUSTED)


def test_no_name_stands_there_twice():
    assert len(set(TRUSTED)) == len(TRUSTED)
