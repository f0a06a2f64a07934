"""Files of recorders and data sets, read with nothing guessed and no name kept."""

__all__ = []
