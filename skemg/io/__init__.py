"""Files of recorders and data sets, read with nothing guessed and no name kept."""

from ._clinical_text import read_clinical_text
from ._columns import read_columns
from ._matrix import read_matrix
from ._uci_lower_limb import read_uci_lower_limb

__all__ = [
    "read_clinical_text",
    "read_columns",
    "read_matrix",
    "read_uci_lower_limb",
]
