"""Splits that keep each patient on one side, and a search that can be resumed."""

from ._patient_kfold import PatientKFold
from ._resumable_grid_search_cv import ResumableGridSearchCV

__all__ = ["PatientKFold", "ResumableGridSearchCV"]
