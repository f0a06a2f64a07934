"""What clinical neurophysiologists measure in needle EMG."""

from ._find_spontaneous_activity import find_spontaneous_activity
from ._interference_pattern import InterferencePattern
from ._spontaneous_activity import SpontaneousActivity

__all__ = ["InterferencePattern", "SpontaneousActivity", "find_spontaneous_activity"]
