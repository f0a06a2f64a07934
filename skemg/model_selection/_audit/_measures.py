"""Numbers of a recording that tell how it was made, and need not tell of disease.

Spectra are medians over segments (Welch), so that sparse spikes of muscle reach them
less. Only the order of the values matters later, so no measure needs a logarithm.
"""

from typing import NamedTuple

import numpy as np
from scipy import signal

_SEGMENT = 1.0  # s
_BETWEEN_BURSTS = 0.05  # s, of a segment that may fall between two spikes
_SHORTEST = 0.1  # s, for a spectrum that shows hum
_GRID = 0.5  # share of different values under which there is a grid
_BLOCKS, _OFFSET_SD = 10, 3.0
_DIGITS = 5  # significant; what differs less is the same


class Measure(NamedTuple):
    """What is measured, and what an alarm of it means.

    `of_apparatus` is False where the disease may change it as well as the amplifier.
    `values` has a number a recording; None where it could not be measured, for the
    `reason`.
    """

    name: str
    text: str
    of_apparatus: bool
    values: np.ndarray | None = None
    reason: str | None = None


MEASURES = (
    Measure("length", "length of the recording", True),
    Measure("rate", "sampling rate", True),
    Measure("resolution", "step of the values", True),
    Measure("offset", "DC offset", True),
    Measure("hum", "mains hum of 50 or 60 Hz over what is beside it", True),
    Measure("amplitude", "amplitude scale (RMS)", False),
    Measure("noise floor", "power between bursts near the end of the band", False),
    Measure("roll-off low", "power of 0.5 to 8 Hz over that of 60 to 200 Hz", False),
    Measure("roll-off high", "fall of the power to the end of the band", False),
)


def measure_recordings(cohort):
    """Return the measures of all recordings.

    Parameters
    ----------
    cohort : Cohort
        With signals.

    Returns
    -------
    measures : list of Measure
        In the order of the report.
    """
    signals = cohort.signals
    rate_known = not np.isnan(cohort.sfreq).any()
    rates = cohort.sfreq if rate_known else np.ones(len(signals))
    seconds = np.array([x.shape[1] for x in signals]) / rates
    values = {
        "length": seconds,
        "rate": rates,
        "resolution": _mean(_step, signals),
        "offset": _offsets(signals),
        "amplitude": _mean(np.std, signals),
    }
    reason = None
    if not rate_known:
        reason = "the sampling rate is unknown; pass sfreq="
    elif seconds.min() < _SHORTEST:
        reason = f"a recording of {seconds.min():g} s is too short for a spectrum"
    else:
        segment = min(_SEGMENT, seconds.min())
        found = [
            _of_spectrum(x, rate, rates.min(), segment)
            for x, rate in zip(signals, rates, strict=True)
        ]
        for name in found[0]:
            values[name] = np.array([of_one[name] for of_one in found])
    measures = []
    for measure in MEASURES:
        known = values.get(measure.name)
        if known is not None and measure.name not in ("length", "rate"):
            known = _rounded(known)
        why = reason
        if known is not None and np.isnan(known).any():
            least = f"{seconds.min():g} s at {rates.min():g} Hz"
            known, why = None, f"the least recording, {least}, does not show it"
        measures.append(measure._replace(values=known, reason=why))
    return measures


def _rounded(values):
    """Return values without the last digits, where equal ones differ by rounding."""
    size = np.abs(values)
    exponent = np.floor(np.log10(np.where(size > 0, size, 1)))
    scale = 10.0 ** (_DIGITS - 1 - exponent)
    return np.round(values * scale) / scale


def _mean(measure, signals):
    """Return the mean of a measure over the channels of each recording."""
    return np.array([np.mean([measure(row) for row in x]) for x in signals])


def _step(x):
    """Return the least distance between values, 0 where they lie on no grid."""
    values = np.unique(x)
    if len(values) < 2 or len(values) > _GRID * len(x):
        return 0.0
    steps = np.diff(values.astype(np.float64))
    return float(steps[steps > 1e-3 * np.median(steps)].min())


def _offsets(signals):
    """Return the mean of each recording, on a grid as fine as the means are sure.

    Without the grid, means that differ by chance alone would still be larger in louder
    recordings, and loudness would pass for an offset.
    """
    n_blocks = min(_BLOCKS, *(x.shape[1] for x in signals))
    blocks = [
        [block.mean() for block in np.array_split(x.mean(axis=0), n_blocks)]
        for x in signals
    ]
    means, errors = np.mean(blocks, axis=1), np.std(blocks, axis=1)
    grid = _OFFSET_SD * np.quantile(errors, 0.95) / np.sqrt(n_blocks)
    centre = np.median(means)
    return means if grid == 0 else centre + grid * np.round((means - centre) / grid)


def _of_spectrum(x, rate, lowest_rate, segment):
    """Return the measures of the spectrum, in bands that all the rates have."""
    f, power = _welch(x, rate, min(_BETWEEN_BURSTS, segment))
    top = _power(f, power, 0.3 * lowest_rate, 0.45 * lowest_rate)
    middle = _power(f, power, 0.1 * lowest_rate, 0.2 * lowest_rate)
    f, power = _welch(x, rate, segment)
    muscle = _power(f, power, 60, min(200, 0.45 * lowest_rate))
    slow = _power(f, power, 0.5, 8)
    highest = min(1000, 0.45 * lowest_rate)
    hum = np.fmax(*(_hum(f, power, line, highest, segment) for line in (50, 60)))
    return {
        "hum": hum.mean(),
        "noise floor": top.mean(),
        "roll-off low": _over(slow, muscle).mean(),
        "roll-off high": _over(top, middle).mean(),
    }


def _welch(x, rate, segment):
    n_times = min(max(int(segment * rate), 16), x.shape[1])
    return signal.welch(x, rate, nperseg=n_times, average="median", axis=-1)


def _power(f, power, low, high):
    inside = (f >= low) & (f <= high)
    return power[:, inside].mean(axis=1) if inside.any() else np.array([np.nan])


def _hum(f, power, line, highest, segment):
    """Return the power at the line and its harmonics over that beside them."""
    width = 2 / segment  # half of the main lobe of the window
    if 4 * width >= line or highest <= line:
        return np.array([np.nan])
    ratios = []
    for harmonic in np.arange(line, highest, line):
        away = np.abs(f - harmonic)
        beside = (away > width) & (away <= max(4 * width, 8))
        at_line = power[:, away <= width / 2].mean(axis=1)
        ratios.append(_over(at_line, power[:, beside].mean(axis=1)))
    return np.mean(ratios, axis=0)


def _over(power, reference):
    return power / np.where(reference > 0, reference, np.finfo(float).tiny)
