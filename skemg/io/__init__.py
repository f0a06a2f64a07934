"""Files of recorders and data sets, read with nothing guessed and no name kept."""

from ._clinical_text import read_clinical_text
from ._columns import read_columns
from ._eaf import Discharges, read_eaf
from ._edf import read_edf
from ._matlab import read_matlab
from ._matrix import read_matrix
from ._opensignals import read_opensignals
from ._read import read
from ._read_folder import read_folder
from ._uci_gestures import read_uci_gestures
from ._uci_lower_limb import read_uci_lower_limb
from ._wav import read_wav
from ._wfdb import read_wfdb

__all__ = [
    "Discharges",
    "read",
    "read_clinical_text",
    "read_columns",
    "read_eaf",
    "read_edf",
    "read_folder",
    "read_matlab",
    "read_matrix",
    "read_opensignals",
    "read_uci_gestures",
    "read_uci_lower_limb",
    "read_wav",
    "read_wfdb",
]
