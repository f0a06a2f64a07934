"""Simulated and public recordings, each with its rate, its unit and its patient."""

from ._algiers import fetch_algiers
from ._emgdb import fetch_emgdb
from ._make_needle_emg import make_needle_emg
from ._make_needle_rest import make_needle_rest
from ._uci_lower_limb import fetch_uci_lower_limb

__all__ = [
    "fetch_algiers",
    "fetch_emgdb",
    "fetch_uci_lower_limb",
    "make_needle_emg",
    "make_needle_rest",
]
