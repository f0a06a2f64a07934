"""The sections of a report, in their order: functions from a case to a section."""

from ._answer import answer
from ._asked import asked
from ._interference import interference
from ._limits import limits
from ._provenance import provenance
from ._quality import quality
from ._signal import signal
from ._windows import windows

SECTIONS = (
    asked,
    answer,
    windows,
    interference,
    signal,
    quality,
    limits,
    provenance,
)
