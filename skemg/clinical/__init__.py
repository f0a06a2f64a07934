"""Quantities of clinical needle EMG: motor units and what is measured on them."""

from ._measure_muap import measure_muap
from ._motor_units import MotorUnits
from ._muap_detector import MUAPDetector
from ._muap_features import MUAPFeatures

__all__ = ["MUAPDetector", "MUAPFeatures", "MotorUnits", "measure_muap"]
