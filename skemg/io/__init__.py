"""Files of recorders and data sets, read with nothing guessed and no name kept."""

from ._eaf import Discharges, read_eaf
from ._edf import read_edf
from ._matlab import read_matlab
from ._opensignals import read_opensignals
from ._uci_gestures import read_uci_gestures
from ._wav import read_wav
from ._wfdb import read_wfdb

__all__ = [
    "Discharges",
    "read_eaf",
    "read_edf",
    "read_matlab",
    "read_opensignals",
    "read_uci_gestures",
    "read_wav",
    "read_wfdb",
]
