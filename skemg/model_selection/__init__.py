"""Splits that keep each patient on one side, and what they leak when they do not."""

from ._audit import SplitAudit
from ._audit_split import audit_split
from ._leave_one_patient_out import LeaveOnePatientOut
from ._leave_one_site_out import LeaveOneSiteOut
from ._patient_kfold import PatientKFold
from ._patient_shuffle_split import PatientShuffleSplit
from ._repeated_patient_kfold import RepeatedPatientKFold

__all__ = [
    "LeaveOnePatientOut",
    "LeaveOneSiteOut",
    "PatientKFold",
    "PatientShuffleSplit",
    "RepeatedPatientKFold",
    "SplitAudit",
    "audit_split",
]
