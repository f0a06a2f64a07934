"""The parts of an audit: what is shared, what is there twice, what tells the class."""

from ._cohort import read_cohort
from ._copies import find_copies
from ._report import SplitAudit
from ._shared import on_both_sides, overlapping_seconds, why_no_overlap
from ._shortcuts import find_shortcuts
from ._splits import list_splits, sides_of_recordings
from ._texts import copies_record, overlap_record, shared_record

__all__ = [
    "SplitAudit",
    "copies_record",
    "find_copies",
    "find_shortcuts",
    "list_splits",
    "on_both_sides",
    "overlap_record",
    "overlapping_seconds",
    "read_cohort",
    "shared_record",
    "sides_of_recordings",
    "why_no_overlap",
]
