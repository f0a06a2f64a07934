"""Checks of parameters that several decisions share."""


def check_choice(value, name, choices):
    """Refuse what is none of the choices."""
    if value not in choices:
        known = " or ".join(f'"{choice}"' for choice in choices)
        raise ValueError(f"{name} must be {known}, got {value!r}")
