"""Doors and helpers that several folders share; nothing here is public."""
