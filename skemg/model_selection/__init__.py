"""Splits that keep each patient on one side, and what scores are worth."""

from ._audit import SplitAudit
from ._audit_split import audit_split
from ._cross_validate_levels import cross_validate_levels
from ._leakage_gap import leakage_gap
from ._leakage_gap_result import LeakageGapResult
from ._leave_one_patient_out import LeaveOnePatientOut
from ._leave_one_site_out import LeaveOneSiteOut
from ._levels_result import LevelsResult
from ._nested_cross_validate import nested_cross_validate
from ._patient_kfold import PatientKFold
from ._patient_shuffle_split import PatientShuffleSplit
from ._repeated_patient_kfold import RepeatedPatientKFold

__all__ = [
    "LeakageGapResult",
    "LeaveOnePatientOut",
    "LeaveOneSiteOut",
    "LevelsResult",
    "PatientKFold",
    "PatientShuffleSplit",
    "RepeatedPatientKFold",
    "SplitAudit",
    "audit_split",
    "cross_validate_levels",
    "leakage_gap",
    "nested_cross_validate",
]
