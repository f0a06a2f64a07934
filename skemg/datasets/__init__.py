"""Public recordings, each with its rate, its unit and its patient."""

from ._algiers import load_algiers
from ._emgdb import load_emgdb

__all__ = ["load_algiers", "load_emgdb"]
