"""The checks of `SignalQuality`: what is compared with which limit, and the words."""

import numbers
from typing import NamedTuple

import numpy as np

PLAUSIBLE = {"needle": (1.0, 20_000.0), "surface": (0.1, 10_000.0)}  # RMS in µV
_DISCONNECTED = 0.9  # share of hum
_SLIPS = {
    1e3: "1,000 times too small, as mV read as µV, or V as mV",
    1e6: "1,000,000 times too small, as V read as µV",
    1e-3: "1,000 times too large, as µV read as mV, or mV as V",
    1e-6: "1,000,000 times too large, as µV read as V",
}


class Check(NamedTuple):
    """One check: its limit, and whether it is of a channel or of the recording."""

    limit: float
    of_channel: bool = True


CHECKS = {
    "missing": Check(0.0),
    "flat": Check(0.01),
    "clipped": Check(0.01),
    "wrapped": Check(0.0),
    "mains": Check(0.1),
    "drift": Check(0.2),
    "offset": Check(1.0),
    "amplitude": Check(1.0),
    "repeated_rows": Check(0.5, of_channel=False),
    "repeated": Check(0.5),
    "copy": Check(0.0, of_channel=False),
    "rate": Check(0.01, of_channel=False),
    "gaps": Check(0.0, of_channel=False),
    "jitter": Check(0.01, of_channel=False),
    "backwards": Check(0.0, of_channel=False),
    "axes": Check(1.0, of_channel=False),
}


def check_limits(thresholds):
    """Return the limit of each check; None is a check that is left out."""
    limits = {name: check.limit for name, check in CHECKS.items()}
    for name, limit in (thresholds or {}).items():
        if name not in CHECKS:
            raise ValueError(
                f"thresholds has {name!r}; the checks are {', '.join(CHECKS)}"
            )
        is_number = isinstance(limit, numbers.Real) and not isinstance(limit, bool)
        if limit is not None and not (is_number and limit >= 0):
            raise ValueError(
                f"the threshold of {name!r} must be a number of at least 0 or None, "
                f"got {limit!r}"
            )
        limits[name] = limit
    return limits


def compute_values(table, kind):
    """Return what each check compares with its limit, an entry a row of the table."""
    with np.errstate(divide="ignore", invalid="ignore"):
        offset = np.abs(table["mean"]) / table["rms"]
        offset[table["mean"] == 0] = 0
        return {name: table[name] for name in ("missing", "flat", "clipped")} | {
            "wrapped": table["wrapped"],
            "mains": table["mains"],
            "drift": table["drift"],
            "offset": offset,
            "amplitude": _outside(table, *PLAUSIBLE[kind]),
            "repeated_rows": table["repeated_rows"] - table["flat"],
            "repeated": table["repeated"]
            - np.fmax(table["repeated_rows"], table["flat"]),
            "copy": (table["copy_of"] >= 0).astype(float),
            "rate": np.abs(table["clock_rate"] / table["sfreq"] - 1),
            "gaps": table["n_gaps"],
            "jitter": table["jitter"],
            "backwards": table["n_backwards"],
            "axes": table["n_channels"] / table["n_times"],
        }


def _outside(table, low, high):
    """Return how many times the RMS lies outside the range; below 1 is inside."""
    rms = np.where(table["calibrated"] & (table["flat"] < 1), table["rms"], np.nan)
    return np.maximum(low / rms, rms / high)


def sentence(name, row, kind):
    """Say in plain words what a check has found.

    Parameters
    ----------
    name : str
        The check.
    row : dict
        A row of the table.
    kind : str
        A key of `PLAUSIBLE`.

    Returns
    -------
    text : str
        Finding and cure.
    """
    unit = " µV" if row["calibrated"] else ""
    if name == "amplitude":
        return _amplitude_sentence(row["rms"], *PLAUSIBLE[kind], kind)
    text = {
        "missing": "{n_missing} of {n_times} samples are NaN or infinite; cut them out",
        "flat": (
            "{flat:.1%} of the samples lie on flat lines, the longest of "
            "{longest_flat:.3g} s; the electrode or the amplifier was off"
        ),
        "clipped": (
            "{clipped:.1%} of the samples are at an end of the range, {min:.4g} to "
            "{max:.4g}{unit}; the amplifier was at its end"
        ),
        "wrapped": (
            "{wrapped:.0f} steps are larger than half of a range of 16 bits, {min:.6g} "
            "to {max:.6g}{unit}: samples beyond it came in at the other end; read the "
            "recording from another copy"
        ),
        "mains": (
            "{mains:.0%} of the power above 10 Hz is hum of {mains_frequency:.0f} Hz"
            + (
                "; the electrode may be off"
                if row["mains"] > _DISCONNECTED
                else "; put Notch before the features"
            )
        ),
        "drift": (
            "{drift:.0%} of the power lies below 10 Hz, which is drift or movement; "
            "put Bandpass before the features"
        ),
        "offset": (
            "the level is {mean:.4g}{unit} at an RMS of {rms:.4g}{unit} around it; "
            "take the mean out"
        ),
        "repeated": (
            "{repeated:.0%} of the samples repeat the one before; the channel is "
            "slower than {sfreq:g} Hz, or its resolution is coarse"
        ),
        "repeated_rows": (
            "{repeated_rows:.0%} of the samples repeat the one before in all channels: "
            "{distinct_rate:.4g} new ones a second, not {sfreq:g}"
        ),
        "copy": (
            "all samples equal those of recording {copy_of}; give both one patient, or "
            "leave one out"
        ),
        "rate": "the time stamps run at {clock_rate:.4g} Hz, not at {sfreq:g}",
        "gaps": (
            "{n_gaps:.0f} gaps between time stamps, the longest of {longest_gap:.3g} s"
        ),
        "jitter": "the time stamps jitter by {jitter:.0%} of an interval",
        "backwards": "{n_backwards:.0f} time stamps stand still or run back",
        "axes": (
            "{n_channels} channels of {n_times} samples each; were the axes swapped? "
            "A recording is (n_channels, n_times)"
        ),
    }[name]
    n_missing = round(row["missing"] * row["n_times"])
    return text.format(**row, unit=unit, n_missing=n_missing)


def _amplitude_sentence(rms, low, high, kind):
    text = (
        f"an RMS of {rms:.3g} µV is outside {low:g} to {high:g} µV, where {kind} EMG "
        "lies"
    )
    middle = np.sqrt(low * high)
    fitting = {f: abs(np.log(rms * f / middle)) for f in _SLIPS if rms > 0}
    fitting = {f: d for f, d in fitting.items() if low <= rms * f <= high}
    if not fitting:
        return f"{text}; check unit and gain"
    return f"{text}; the values look {_SLIPS[min(fitting, key=fitting.get)]}"
