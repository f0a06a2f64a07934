"""The two containers: signals of their own lengths, and bags of windows."""

from ._recordings import Recordings
from ._windows import Windows

__all__ = ["Recordings", "Windows"]
