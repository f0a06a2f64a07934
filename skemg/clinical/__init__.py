"""What clinical neurophysiologists measure in needle EMG."""

from ._interference_pattern import InterferencePattern
from ._measure_muap import measure_muap
from ._motor_units import MotorUnits
from ._muap_detector import MUAPDetector
from ._muap_features import MUAPFeatures

__all__ = [
    "InterferencePattern",
    "MUAPDetector",
    "MUAPFeatures",
    "MotorUnits",
    "measure_muap",
]
