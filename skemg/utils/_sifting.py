"""What ends the sifting of an IMF, for the steps that decompose signals."""

import numbers

from sklearn.utils import check_scalar

from ._number import check_number

_USUAL = {"fixed": 10, "ratio": 0.05, "s_number": 4}  # in the order of the kernel


def sifting_rule(stop, stop_at):
    """Return rule and limit for `skemg._kernels.emd`, after a check of both."""
    if stop not in tuple(_USUAL):
        names = ", ".join(map(repr, _USUAL))
        raise ValueError(f"stop must be one of {names}, got {stop!r}")
    limit = _USUAL[stop] if stop_at is None else stop_at
    if stop == "ratio":
        check_number(limit, "stop_at", min_val=0, include_boundaries="neither")
    else:
        check_scalar(limit, "stop_at", numbers.Integral, min_val=1)
    return list(_USUAL).index(stop), float(limit)
