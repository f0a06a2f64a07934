"""Checks of parameters that several decisions share."""

import numbers


def check_share(value, name):
    """Refuse what is no number strictly between 0 and 1."""
    if not isinstance(value, numbers.Real) or not 0 < value < 1:
        raise ValueError(f"{name} must be between 0 and 1, got {value!r}")


def check_choice(value, name, choices):
    """Refuse what is none of the choices."""
    if value not in choices:
        known = " or ".join(f'"{choice}"' for choice in choices)
        raise ValueError(f"{name} must be {known}, got {value!r}")
