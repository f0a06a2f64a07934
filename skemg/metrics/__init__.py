"""From recordings to patients: votes, scores and scorers at three levels."""

from ._patient_accuracy import patient_accuracy_score
from ._patient_interval import patient_interval
from ._scorers import patient_scorer, window_scorer
from ._vote import vote_by_group
from ._wilson_interval import wilson_interval

__all__ = [
    "patient_accuracy_score",
    "patient_interval",
    "patient_scorer",
    "vote_by_group",
    "wilson_interval",
    "window_scorer",
]
