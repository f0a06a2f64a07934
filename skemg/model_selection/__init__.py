"""Splits that keep each patient on one side, and what a score is worth."""

from ._cross_validate_levels import cross_validate_levels
from ._leakage_gap import leakage_gap
from ._leakage_gap_result import LeakageGapResult
from ._levels_result import LevelsResult
from ._nested_cross_validate import nested_cross_validate
from ._patient_kfold import PatientKFold

__all__ = [
    "LeakageGapResult",
    "LevelsResult",
    "PatientKFold",
    "cross_validate_levels",
    "leakage_gap",
    "nested_cross_validate",
]
