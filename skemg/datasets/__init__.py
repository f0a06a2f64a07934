"""Simulated and public recordings, each with its rate, its unit and its patient."""

from ._algiers import load_algiers
from ._emgdb import load_emgdb
from ._make_needle_emg import make_needle_emg
from ._uci_lower_limb import load_uci_lower_limb

__all__ = ["load_algiers", "load_emgdb", "load_uci_lower_limb", "make_needle_emg"]
