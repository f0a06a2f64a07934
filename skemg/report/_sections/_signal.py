"""The signal itself, with its scales."""

import numpy as np

from skemg.report._figures import TraceFigure
from skemg.report._section import Section

_N_SHOWN = 8  # channels
_DETAIL = 0.1  # seconds


def signal(case):
    """Return the whole signal, and a detail of it around its largest value."""
    x, sfreq = case.signal, case.sfreq
    n_detail = min(x.shape[1], max(2, round(_DETAIL * sfreq)))
    peak = int(np.abs(x[0] - np.median(x[0])).argmax())
    first = min(max(0, peak - n_detail // 2), x.shape[1] - n_detail)
    shown = slice(first, first + n_detail)
    lines = [
        f"Above all of it, below {n_detail / sfreq:.3g} s around its largest value"
        f"{' in ' + case.channels[0] if len(x) > 1 else ''}."
    ]
    if len(x) > _N_SHOWN:
        lines.append(f"The first {_N_SHOWN} of {len(x)} channels are shown.")
    return Section(
        "Signal",
        lines=tuple(lines),
        figures=tuple(
            TraceFigure(part, sfreq, case.unit, case.channels[:_N_SHOWN], start, alt)
            for part, start, alt in (
                (x[:_N_SHOWN], 0.0, "The whole signal"),
                (x[:_N_SHOWN, shown], first / sfreq, "A detail of the signal"),
            )
        ),
    )
