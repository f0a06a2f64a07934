"""What may be wrong with recordings, and which windows show activity of a muscle."""

from ._activity_classifier import ActivityClassifier
from ._signal_quality import SignalQuality

__all__ = ["ActivityClassifier", "SignalQuality"]
