"""What clinical neurophysiologists measure in needle EMG."""

from ._find_spontaneous_activity import find_spontaneous_activity
from ._interference_pattern import InterferencePattern
from ._interference_points import interference_points
from ._measure_muap import measure_muap
from ._motor_units import MotorUnits
from ._muap_detector import MUAPDetector
from ._muap_features import MUAPFeatures
from ._normal_z_score import NormalZScore
from ._recording_metadata import RecordingMetadata
from ._spontaneous_activity import SpontaneousActivity

__all__ = [
    "InterferencePattern",
    "MUAPDetector",
    "MUAPFeatures",
    "MotorUnits",
    "NormalZScore",
    "RecordingMetadata",
    "SpontaneousActivity",
    "find_spontaneous_activity",
    "interference_points",
    "measure_muap",
]
