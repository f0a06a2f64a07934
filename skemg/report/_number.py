"""Numbers as they are read: three digits, and no powers of ten where none is needed."""

import math

_DIGITS = 3


def shown(value):
    """Return a number as text."""
    value = float(value)
    if not math.isfinite(value):
        return "not known"
    if value == 0:
        return "0"
    n_decimals = _DIGITS - 1 - math.floor(math.log10(abs(value)))
    if n_decimals > 6:
        return f"{value:.1e}"
    text = f"{value:.{max(n_decimals, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
