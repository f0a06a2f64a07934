"""Files of recorders and data sets, read with nothing guessed and no name kept."""

from ._wfdb import read_wfdb

__all__ = ["read_wfdb"]
