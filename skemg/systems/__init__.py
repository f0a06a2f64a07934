"""Whole systems as plain pipelines, with the values of their sources."""

from ._forest_dwt import forest_dwt
from ._forest_pooled import forest_pooled
from ._list_systems import list_systems
from ._rahman2023_spectroemgnet import rahman2023_spectroemgnet
from ._svm_log_spectrum import svm_log_spectrum
from ._tatlidil2025 import tatlidil2025
from ._yoo2022_nemgnet import yoo2022_nemgnet
from ._yu2025_cnn import yu2025_cnn
from ._yu2025_svm import yu2025_svm

__all__ = [
    "forest_dwt",
    "forest_pooled",
    "list_systems",
    "rahman2023_spectroemgnet",
    "svm_log_spectrum",
    "tatlidil2025",
    "yoo2022_nemgnet",
    "yu2025_cnn",
    "yu2025_svm",
]
