"""What clinical neurophysiologists measure in needle EMG."""

from ._find_spontaneous_activity import find_spontaneous_activity
from ._spontaneous_activity import SpontaneousActivity

__all__ = ["SpontaneousActivity", "find_spontaneous_activity"]
