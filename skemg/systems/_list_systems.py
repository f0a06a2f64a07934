"""Which systems there are, and what was published of them."""

from typing import NamedTuple

from ._forest_dwt import forest_dwt
from ._forest_pooled import forest_pooled
from ._rahman2023_spectroemgnet import rahman2023_spectroemgnet
from ._svm_log_spectrum import svm_log_spectrum
from ._tatlidil2025 import tatlidil2025
from ._tatlidil2025_models import MODELS
from ._yoo2022_nemgnet import yoo2022_nemgnet
from ._yu2025_cnn import yu2025_cnn
from ._yu2025_svm import yu2025_svm


class System(NamedTuple):
    """A system and what was published of it."""

    name: str
    make: object
    source: str
    task: str
    published: float | None
    level: str | None


_NEEDLE = "needle: normal, neuropathic, myopathic"
_SURFACE = "surface: states of gait"
_OURS = "our choice"

_SYSTEMS = [
    System("forest_dwt", forest_dwt, _OURS, _NEEDLE, None, None),
    System("forest_pooled", forest_pooled, _OURS, _NEEDLE, None, None),
    System(
        "rahman2023_spectroemgnet",
        rahman2023_spectroemgnet,
        "arXiv:2309.10483",
        _NEEDLE,
        0.92,
        "unknown",
    ),
    System("svm_log_spectrum", svm_log_spectrum, _OURS, _NEEDLE, None, None),
    System(
        "tatlidil2025",
        tatlidil2025,
        "doi:10.20883/medical.e1391",
        _NEEDLE,
        MODELS[8].accuracy / 100,
        "window",
    ),
    System(
        "yoo2022_nemgnet",
        yoo2022_nemgnet,
        "doi:10.1016/j.cmpb.2022.107079",
        _NEEDLE,
        0.83,
        "patient",
    ),
    System(
        "yu2025_cnn", yu2025_cnn, "doi:10.13026/grdj-qx06", _SURFACE, 0.902, "window"
    ),
    System(
        "yu2025_svm", yu2025_svm, "doi:10.13026/grdj-qx06", _SURFACE, 0.785, "window"
    ),
]


def list_systems():
    """List the systems, with what was published of each.

    Returns
    -------
    systems : list of System
        A named tuple a system, by name: `name`; `make`, the function that returns the
        pipeline; `source`, a DOI or arXiv number, or "our choice"; `task`;
        `published`, the accuracy of the source with its default setting, or None;
        `level`, of what that is a share: "window", "recording", "patient" or
        "unknown". A share of windows split at random says nothing about patients.

    Examples
    --------
    >>> from skemg.systems import list_systems
    >>> for system in list_systems():
    ...     if system.level == "patient":
    ...         print(system.name, system.published, system.source)
    yoo2022_nemgnet 0.83 doi:10.1016/j.cmpb.2022.107079
    >>> systems = {system.name: system for system in list_systems()}
    >>> len(systems["forest_dwt"].make(random_state=0))
    6
    """
    return list(_SYSTEMS)
