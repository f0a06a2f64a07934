"""What a clinician measures on one motor unit action potential."""

import numpy as np
from scipy import signal

from skemg.exceptions import SignalError
from skemg.utils._number import check_number

MEASURES = (
    "duration_ms",
    "amplitude_uv",
    "area_uv_ms",
    "thickness_ms",
    "size_index",
    "phases",
    "turns",
    "spike_duration_ms",
    "rise_time_ms",
    "satellites",
    "irregularity",
)
# Level in µV outside of which a potential has begun, for each rule.
ONSET_RULES = {"level": 15.0, "slope": 20.0, "fast": 40.0}
_QUIET = 0.003  # s within the level that end a potential
_SLOPE = 10.0  # µV/ms, the rule "slope" follows the flanks down to it
_FAST = 250.0  # Hz, the rule "fast" looks at what is above
PHASE = 20.0  # µV that a phase exceeds
_TURN = 25.0  # µV between neighbouring turns
_SATELLITE = 25.0  # µV that a satellite exceeds


def measure_muap(template, *, sfreq, onset="level", noise=0.0):
    r"""Measure one motor unit action potential.

    Parameters
    ----------
    template : array-like of shape (n_times,)
        The potential in µV, with a baseline of 0 around it.
    sfreq : float
        Sampling frequency in Hz.
    onset : {"level", "slope", "fast"}, default="level"
        Where the potential begins and ends. All rules walk from the largest peak to
        both sides until the signal stays within a level for 3 ms:

        - "level": within ±15 µV;
        - "slope": within ±20 µV, and then on as long as the flank is steeper than
          10 µV/ms (our choice of the slope);
        - "fast": within ±40 µV, of the signal above 250 Hz [1]_.
    noise : float, default=0.0
        Standard error of the samples in µV, for the mean of few discharges. No level
        is below three times that, our choice.

    Returns
    -------
    measures : dict of {str: float}
        Within onset and end:

        ===================== =======================================================
        name                  value
        ===================== =======================================================
        `duration_ms`         end - onset
        `amplitude_uv`        largest minus smallest value
        `area_uv_ms`          integral of the magnitude
        `thickness_ms`        area / amplitude
        `size_index`          2 log10(amplitude in mV) + thickness in ms [2]_
        `phases`              excursions of more than 20 µV to alternating sides
        `turns`               changes of direction, 25 µV or more from turn to turn
        `spike_duration_ms`   from the first positive turn to the last [1]_; NaN with
                              fewer than two
        `rise_time_ms`        from the turn before the largest negative peak to that
                              peak; from the onset where there is none
        `satellites`          potentials of more than 25 µV outside, 3 ms apart or more
        `irregularity`        sum of the magnitudes of differences / amplitude
        ===================== =======================================================

        Where nothing exceeds the level, phases, turns and satellites are 0 and all
        others NaN.

    Raises
    ------
    SignalError
        If the template is not one row of finite numbers.
    ValueError
        If the rule is unknown.

    References
    ----------
    .. [1] Pattichis, C. S., Schizas, C. N. & Middleton, L. T. (1995). "Neural network
       models in EMG diagnosis." IEEE Transactions on Biomedical Engineering, 42(5),
       486-496.
    .. [2] Sonoo, M. & Stålberg, E. (1993). "The ability of MUP parameters to
       discriminate between normal and neurogenic MUPs in concentric EMG: analysis of
       the MUP 'thickness' and the proposal of 'size index'."
       Electroencephalography and Clinical Neurophysiology, 89(5), 291-303.

    Examples
    --------
    A triphasic potential, 400 µV from peak to peak:

    >>> import numpy as np
    >>> from skemg.clinical import measure_muap
    >>> wave = np.repeat([100.0, -300.0, 100.0], 96) * np.tile(np.hanning(96), 3)
    >>> muap = measure_muap(np.pad(wave, 480), sfreq=48000)
    >>> muap["phases"], muap["turns"], round(muap["amplitude_uv"])
    (3.0, 3.0, 400)
    >>> round(muap["spike_duration_ms"], 1), round(muap["rise_time_ms"], 1)
    (4.0, 2.0)
    """
    x = np.asarray(template, dtype=float)
    if x.ndim != 1 or len(x) < 3 or not np.isfinite(x).all():
        raise SignalError(
            "template must be one row of at least three finite numbers, got shape "
            f"{x.shape}"
        )
    check_number(sfreq, "sfreq", min_val=0, include_boundaries="neither")
    if onset not in ONSET_RULES:
        raise ValueError(f"onset must be one of {list(ONSET_RULES)}, got {onset!r}")
    check_number(noise, "noise", min_val=0)
    span = find_span(x, sfreq, onset, 3 * noise)
    measures = dict.fromkeys(MEASURES, np.nan)
    measures |= {"phases": 0.0, "turns": 0.0, "satellites": 0.0}
    if span is None:
        return measures
    first, last = span
    inside = x[first : last + 1]
    amplitude = np.ptp(inside)
    area = 1e3 * np.trapezoid(np.abs(inside)) / sfreq
    measures["duration_ms"] = 1e3 * (last - first) / sfreq
    measures["amplitude_uv"] = float(amplitude)
    measures["area_uv_ms"] = float(area)
    measures["thickness_ms"] = float(area / amplitude)
    measures["size_index"] = float(2 * np.log10(amplitude / 1e3) + area / amplitude)
    measures["phases"] = float(_count_phases(inside, max(PHASE, 3 * noise)))
    measures["irregularity"] = float(np.abs(np.diff(inside)).sum() / amplitude)
    turns = _turns(np.pad(inside, 1)) - 1
    measures["turns"] = float(len(turns))
    positive = turns[_is_top(inside, turns)]
    if len(positive) > 1:
        measures["spike_duration_ms"] = 1e3 * float(np.ptp(positive)) / sfreq
    bottom = inside.argmin()
    before = turns[turns < bottom]
    rise = bottom - before[-1] if len(before) else bottom
    measures["rise_time_ms"] = 1e3 * float(rise) / sfreq
    measures["satellites"] = float(_count_satellites(x, first, last, sfreq, noise))
    return measures


def find_span(x, sfreq, onset, lowest):
    """Return the first and the last sample of a potential, or None."""
    level = max(ONSET_RULES[onset], lowest)
    seen = _above(x, sfreq) if onset == "fast" else x
    if np.abs(seen).max() <= level:
        return None
    outside = np.flatnonzero(np.abs(seen) > level)
    gaps = np.diff(outside) > _QUIET * sfreq
    component = np.concatenate([[0], np.cumsum(gaps)])
    main = component[np.searchsorted(outside, np.abs(seen).argmax())]
    first, last = outside[component == main][[0, -1]]
    if onset == "slope":
        steep = np.abs(np.gradient(x)) * sfreq / 1e3 > _SLOPE
        while first > 0 and steep[first - 1]:
            first -= 1
        while last < len(x) - 1 and steep[last + 1]:
            last += 1
    return first, last


def _above(x, sfreq):
    """Return the signal above 250 Hz, without a shift."""
    low = min(_FAST, 0.4 * sfreq)
    b, a = signal.butter(2, low, "high", fs=sfreq)
    return signal.filtfilt(b, a, x, padlen=min(len(x) - 1, round(0.01 * sfreq)))


def _count_phases(x, level):
    """Count runs of one sign among the samples that exceed the level of a phase."""
    signs = np.sign(x[np.abs(x) > level])
    return int(len(signs) > 0) + np.count_nonzero(np.diff(signs))


def _turns(x):
    """Return the samples of the peaks that both sides leave by the level of a turn."""
    turns = []
    low = high = 0
    direction = 0
    for i, value in enumerate(x):
        high = i if value > x[high] else high
        low = i if value < x[low] else low
        if direction >= 0 and x[high] - value >= _TURN:
            if direction or high > 0:
                turns.append(high)
            direction, low, high = -1, i, i
        elif direction <= 0 and value - x[low] >= _TURN:
            if direction or low > 0:
                turns.append(low)
            direction, low, high = 1, i, i
    return np.array(turns, int)


def _is_top(x, turns):
    """Whether each turn is a peak to the positive side; they take turns."""
    values = x[turns]
    if len(values) == 0:
        return np.zeros(0, bool)
    if len(values) == 1:
        return values > 0
    first = values[0] > values[1]
    return (np.arange(len(values)) % 2 == 0) == first


def _count_satellites(x, first, last, sfreq, noise):
    """Count potentials outside of the main one."""
    level = max(_SATELLITE, 5 * noise)  # far outside there is much room for chance
    outside = np.flatnonzero(np.abs(x) > level)
    far = _QUIET * sfreq
    outside = outside[(outside < first - far) | (outside > last + far)]
    return int(len(outside) > 0) + np.count_nonzero(np.diff(outside) > far)
