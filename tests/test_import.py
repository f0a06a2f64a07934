"""`import skemg` costs next to nothing; the heavy libraries come when they are used."""

import subprocess
import sys

import pytest

import skemg

HEAVY = ["torch", "skorch", "pywt", "numba", "imblearn", "matplotlib", "pandas"]


def modules_after(statement):
    """Return which heavy libraries a fresh interpreter has loaded."""
    script = f"import sys; {statement}; print(*sorted(set({HEAVY}) & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return run.stdout.split()


def test_import_of_the_package_loads_no_heavy_library():
    assert modules_after("import skemg") == []


def test_import_of_the_package_loads_neither_numpy_nor_scikit_learn():
    script = (
        "import sys, skemg; print({'numpy', 'sklearn', 'scipy'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"


def test_import_of_subpackages_but_two_loads_nothing_beyond_scikit_learn():
    of_sklearn = modules_after("import sklearn.datasets, sklearn.model_selection")
    subpackages = ", ".join(
        f"skemg.{name}"
        for name in skemg._SUBPACKAGES
        if name not in ("augmentation", "nn")
    )
    assert set(modules_after(f"import {subpackages}")) <= set(of_sklearn)


def test_import_of_the_nets_loads_what_torch_and_skorch_load_and_no_more():
    of_skorch = modules_after("import skorch.callbacks, sklearn.model_selection")
    assert set(modules_after("import skemg.nn")) <= set(of_skorch)
    assert {"torch", "skorch"} <= set(of_skorch)


def test_import_of_the_augmenters_loads_what_imbalanced_learn_loads_and_no_more():
    of_imblearn = modules_after("import imblearn.base, sklearn.model_selection")
    assert set(modules_after("import skemg.augmentation")) <= set(of_imblearn)
    assert "torch" not in of_imblearn


@pytest.mark.parametrize("name", skemg._SUBPACKAGES)
def test_a_subpackage_is_imported_when_it_is_first_used(name):
    assert getattr(skemg, name).__name__ == f"skemg.{name}"


def test_unknown_attribute_raises_as_python_does():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        skemg.nonsense  # noqa: B018


def test_dir_lists_the_subpackages():
    assert set(skemg._SUBPACKAGES) <= set(dir(skemg))
