"""Files of recorders and data sets, read with nothing guessed and no name kept."""

from ._uci_gestures import read_uci_gestures

__all__ = ["read_uci_gestures"]
