"""Options of a system that are chosen by name."""


def choose(name, value, options):
    """Return what the value of a parameter stands for, or name all that it can be."""
    if isinstance(value, str) and value in options:
        return options[value]
    names = ", ".join(map(repr, options))
    raise ValueError(f"{name} must be one of {names}; got {value!r}")
