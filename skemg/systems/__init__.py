"""Whole systems as plain pipelines, with the values of their sources."""

from ._forest_dwt import forest_dwt
from ._forest_pooled import forest_pooled
from ._svm_log_spectrum import svm_log_spectrum
from ._yu2025_svm import yu2025_svm

__all__ = ["forest_dwt", "forest_pooled", "svm_log_spectrum", "yu2025_svm"]
