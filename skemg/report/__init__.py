"""One page about one recording: the answer of a model, and what speaks for it."""

from ._recording_report import RecordingReport

__all__ = ["RecordingReport"]
