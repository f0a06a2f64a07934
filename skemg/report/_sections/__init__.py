"""The sections of a report, in their order: functions from a case to a section."""

from ._answer import answer
from ._asked import asked
from ._beside import beside
from ._interference import interference
from ._limits import limits
from ._motor_units import motor_units
from ._provenance import provenance
from ._quality import quality
from ._signal import signal
from ._windows import windows

SECTIONS = (
    asked,
    answer,
    beside,
    windows,
    motor_units,
    interference,
    signal,
    quality,
    limits,
    provenance,
)
