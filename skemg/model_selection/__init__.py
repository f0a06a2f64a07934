"""Splits that keep each patient on one side, and what they leak when they do not."""

from ._audit import SplitAudit
from ._audit_split import audit_split
from ._compare_models import compare_models
from ._corrected_resampled_ttest import corrected_resampled_ttest
from ._friedman_nemenyi import friedman_nemenyi
from ._leave_one_patient_out import LeaveOnePatientOut
from ._leave_one_site_out import LeaveOneSiteOut
from ._model_comparison import ModelComparison
from ._patient_kfold import PatientKFold
from ._patient_shuffle_split import PatientShuffleSplit
from ._repeated_patient_kfold import RepeatedPatientKFold
from ._resumable_grid_search_cv import ResumableGridSearchCV
from ._smallest_detectable_difference import smallest_detectable_difference

__all__ = [
    "LeaveOnePatientOut",
    "LeaveOneSiteOut",
    "ModelComparison",
    "PatientKFold",
    "PatientShuffleSplit",
    "RepeatedPatientKFold",
    "ResumableGridSearchCV",
    "SplitAudit",
    "audit_split",
    "compare_models",
    "corrected_resampled_ttest",
    "friedman_nemenyi",
    "smallest_detectable_difference",
]
