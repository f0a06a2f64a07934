"""What clinical neurophysiologists measure in needle EMG."""

from ._interference_pattern import InterferencePattern
from ._interference_points import interference_points
from ._measure_muap import measure_muap
from ._motor_units import MotorUnits
from ._muap_detector import MUAPDetector
from ._muap_features import MUAPFeatures
from ._normal_z_score import NormalZScore
from ._recording_metadata import RecordingMetadata

__all__ = [
    "InterferencePattern",
    "MUAPDetector",
    "MUAPFeatures",
    "MotorUnits",
    "NormalZScore",
    "RecordingMetadata",
    "interference_points",
    "measure_muap",
]
