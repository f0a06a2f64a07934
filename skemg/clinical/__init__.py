"""What clinical neurophysiologists measure in needle EMG."""

from ._interference_pattern import InterferencePattern

__all__ = ["InterferencePattern"]
