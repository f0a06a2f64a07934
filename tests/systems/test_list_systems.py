"""The list of systems is complete and true."""

from sklearn.pipeline import Pipeline

import skemg.systems
from skemg.systems import list_systems


def test_every_system_is_listed_once_under_its_own_name():
    names = [system.name for system in list_systems()]
    assert names == sorted(set(skemg.systems.__all__) - {"list_systems"})
    for system in list_systems():
        assert system.make is getattr(skemg.systems, system.name)
        assert isinstance(system.make(), Pipeline)


def test_what_is_published_has_a_level_and_a_source():
    for system in list_systems():
        if system.published is None:
            assert system.level is None
            continue
        assert 0.5 < system.published <= 1
        assert system.level in ("window", "recording", "patient", "unknown")
        assert system.source.startswith(("doi:10.", "arXiv:"))


def test_the_figures_are_those_of_the_sources():
    published = {system.name: system.published for system in list_systems()}
    assert published["tatlidil2025"] == 0.9813
    assert published["yu2025_cnn"] == 0.902
    assert published["yu2025_svm"] == 0.785


def test_the_list_is_a_copy():
    list_systems().clear()
    assert list_systems()
