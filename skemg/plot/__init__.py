"""Displays: objects that store numbers, draw them and hand out what they drew."""

from ._confusion_display import ConfusionDisplay
from ._critical_difference_display import CriticalDifferenceDisplay
from ._importance_display import ImportanceDisplay
from ._leakage_gap_display import LeakageGapDisplay
from ._loss_curve_display import LossCurveDisplay
from ._reliability_display import ReliabilityDisplay
from ._risk_coverage_display import RiskCoverageDisplay
from ._roc_display import RocDisplay
from ._signal_quality_display import SignalQualityDisplay
from ._window_vote_display import WindowVoteDisplay

__all__ = [
    "ConfusionDisplay",
    "CriticalDifferenceDisplay",
    "ImportanceDisplay",
    "LeakageGapDisplay",
    "LossCurveDisplay",
    "ReliabilityDisplay",
    "RiskCoverageDisplay",
    "RocDisplay",
    "SignalQualityDisplay",
    "WindowVoteDisplay",
]
