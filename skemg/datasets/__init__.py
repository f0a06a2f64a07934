"""Simulated and public recordings, each with its rate, its unit and its patient."""

from ._algiers import load_algiers
from ._emgdb import load_emgdb
from ._make_needle_emg import make_needle_emg

__all__ = ["load_algiers", "load_emgdb", "make_needle_emg"]
