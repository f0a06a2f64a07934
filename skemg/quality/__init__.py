"""Quality of signals: what is wrong with recordings, and which windows show activity."""

from ._signal_quality import SignalQuality

__all__ = ["SignalQuality"]
