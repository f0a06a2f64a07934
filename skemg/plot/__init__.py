"""Displays of scores and answers."""

from ._leakage_gap_display import LeakageGapDisplay

__all__ = ["LeakageGapDisplay"]
