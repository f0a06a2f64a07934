"""Files of recorders and data sets, read with nothing guessed and no name kept."""

from ._eaf import Discharges, read_eaf
from ._uci_gestures import read_uci_gestures
from ._wfdb import read_wfdb

__all__ = [
    "Discharges",
    "read_eaf",
    "read_uci_gestures",
    "read_wfdb",
]
