"""Splits that keep each patient on one side, and what they leak when they do not."""

from ._audit import SplitAudit
from ._audit_split import audit_split
from ._patient_kfold import PatientKFold

__all__ = ["PatientKFold", "SplitAudit", "audit_split"]
