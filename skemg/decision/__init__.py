"""Decisions about patients that keep what they promise."""

from ._patient_calibrated import PatientCalibratedClassifier
from ._patient_conformal import PatientConformalClassifier
from ._patient_voting import PatientVotingClassifier
from ._referring import ReferringClassifier
from ._risk_coverage import risk_coverage_curve

__all__ = [
    "PatientCalibratedClassifier",
    "PatientConformalClassifier",
    "PatientVotingClassifier",
    "ReferringClassifier",
    "risk_coverage_curve",
]
