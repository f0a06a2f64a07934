"""From recordings to patients: votes, scores and scorers at three levels."""

from ._patient_accuracy import patient_accuracy_score
from ._scorers import patient_scorer, window_scorer
from ._vote import vote_by_group

__all__ = [
    "patient_accuracy_score",
    "patient_scorer",
    "vote_by_group",
    "window_scorer",
]
