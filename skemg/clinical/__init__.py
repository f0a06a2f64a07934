"""Quantities of clinical needle EMG."""
__all__ = []
