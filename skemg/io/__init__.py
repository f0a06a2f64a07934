"""Files of recorders and data sets, read with nothing guessed and no name kept."""

from ._edf import read_edf
from ._matlab import read_matlab
from ._opensignals import read_opensignals
from ._wav import read_wav

__all__ = ["read_edf", "read_matlab", "read_opensignals", "read_wav"]
