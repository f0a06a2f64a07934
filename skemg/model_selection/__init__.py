"""Splits that keep each patient on one side, and tests that count patients."""

from ._compare_models import compare_models
from ._corrected_resampled_ttest import corrected_resampled_ttest
from ._friedman_nemenyi import friedman_nemenyi
from ._model_comparison import ModelComparison
from ._patient_kfold import PatientKFold
from ._smallest_detectable_difference import smallest_detectable_difference

__all__ = [
    "ModelComparison",
    "PatientKFold",
    "compare_models",
    "corrected_resampled_ttest",
    "friedman_nemenyi",
    "smallest_detectable_difference",
]
