"""Splits that keep each patient on one side."""

from ._patient_kfold import PatientKFold

__all__ = ["PatientKFold"]
