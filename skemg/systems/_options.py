"""Options of a system that are chosen by name, or are on or off."""


def choose(name, value, options):
    """Return what the value of a parameter stands for, or name all that it can be."""
    if isinstance(value, str) and value in options:
        return options[value]
    names = ", ".join(map(repr, options))
    raise ValueError(f"{name} must be one of {names}; got {value!r}")


def check_flag(name, value):
    """Raise where an option is neither True nor False."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be True or False, got {value!r}")
