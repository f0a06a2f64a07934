"""Displays: objects that store numbers, draw them and hand out what they drew."""

from ._risk_coverage_display import RiskCoverageDisplay

__all__ = ["RiskCoverageDisplay"]
