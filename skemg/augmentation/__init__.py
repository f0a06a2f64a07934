"""Augmentation: changed copies of windows, for training only."""

from ._amplitude import AmplitudeAugmenter
from ._noise import NoiseAugmenter
from ._polarity import PolarityAugmenter
from ._shift import ShiftAugmenter

__all__ = [
    "AmplitudeAugmenter",
    "NoiseAugmenter",
    "PolarityAugmenter",
    "ShiftAugmenter",
]
