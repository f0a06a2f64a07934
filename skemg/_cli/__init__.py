"""The command line: `skemg classify` and `skemg report`."""

from ._main import main, run

__all__ = ["main", "run"]
