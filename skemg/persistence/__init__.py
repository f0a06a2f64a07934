"""Fitted models in files that run no program, with a record of their training."""

from ._load import load, read_record
from ._save import save
from ._trained_model import TrainedModel

__all__ = ["TrainedModel", "load", "read_record", "save"]
