"""The parts of `ResumableGridSearchCV`; a cell is one candidate in one fold."""
