"""The list of what a model file may hold is frozen, complete and harmless."""

import importlib
import inspect

import pytest
from sklearn.base import BaseEstimator

import skemg
from skemg.persistence._trusted import ESTIMATORS, OF_LIBRARIES, PARTS, TRUSTED

SEARCHES = {"ResumableGridSearchCV"}  # hold scorers and splitters of any kind


def public_estimators():
    for name in skemg._SUBPACKAGES:
        module = importlib.import_module(f"skemg.{name}")
        for member in getattr(module, "__all__", []):
            member = getattr(module, member)
            if (
                inspect.isclass(member)
                and issubclass(member, BaseEstimator)
                and hasattr(member, "fit")
                and member.__name__ not in SEARCHES
            ):
                yield f"{member.__module__}.{member.__qualname__}"


def find(name):
    module, name = name.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


def test_the_estimators_are_the_public_ones():
    assert list(ESTIMATORS) == sorted(public_estimators())


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
