"""Simulated and public recordings, each with its rate, its unit and its patient."""

from ._algiers import fetch_algiers
from ._concatenate import concatenate
from ._emg4 import fetch_emg4
from ._emgdb import fetch_emgdb
from ._emglab_n2001 import fetch_emglab_n2001
from ._make_activity_windows import make_activity_windows
from ._make_needle_emg import make_needle_emg
from ._make_needle_rest import make_needle_rest
from ._semg_gait import fetch_semg_gait
from ._uci_gestures import fetch_uci_gestures
from ._uci_lower_limb import fetch_uci_lower_limb

__all__ = [
    "concatenate",
    "fetch_algiers",
    "fetch_emg4",
    "fetch_emgdb",
    "fetch_emglab_n2001",
    "fetch_semg_gait",
    "fetch_uci_gestures",
    "fetch_uci_lower_limb",
    "make_activity_windows",
    "make_needle_emg",
    "make_needle_rest",
]
