"""Classifiers that the EMG literature names and scikit-learn lacks."""

from ._bag_vocabulary import BagVocabularyClassifier
from ._lssvc import LSSVC
from ._mi_svc import MISVC
from ._rotation_forest import RotationForestClassifier

__all__ = [  # noqa: RUF022
    "BagVocabularyClassifier",
    "LSSVC",
    "MISVC",
    "RotationForestClassifier",
]
