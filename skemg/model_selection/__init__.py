"""Splits that keep each patient on one side, and what scores are worth."""

from ._audit import SplitAudit
from ._audit_split import audit_split
from ._compare_models import compare_models
from ._corrected_resampled_ttest import corrected_resampled_ttest
from ._cross_validate_levels import cross_validate_levels
from ._friedman_nemenyi import friedman_nemenyi
from ._leakage_gap import leakage_gap
from ._leakage_gap_result import LeakageGapResult
from ._leave_one_patient_out import LeaveOnePatientOut
from ._leave_one_site_out import LeaveOneSiteOut
from ._levels_result import LevelsResult
from ._model_comparison import ModelComparison
from ._nested_cross_validate import nested_cross_validate
from ._patient_kfold import PatientKFold
from ._patient_shuffle_split import PatientShuffleSplit
from ._repeated_patient_kfold import RepeatedPatientKFold
from ._resumable_grid_search_cv import ResumableGridSearchCV
from ._smallest_detectable_difference import smallest_detectable_difference

__all__ = [
    "LeakageGapResult",
    "LeaveOnePatientOut",
    "LeaveOneSiteOut",
    "LevelsResult",
    "ModelComparison",
    "PatientKFold",
    "PatientShuffleSplit",
    "RepeatedPatientKFold",
    "ResumableGridSearchCV",
    "SplitAudit",
    "audit_split",
    "compare_models",
    "corrected_resampled_ttest",
    "cross_validate_levels",
    "friedman_nemenyi",
    "leakage_gap",
    "nested_cross_validate",
    "smallest_detectable_difference",
]
