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
_PHASE = 20.0  # µV that a phase exceeds
_QUIET = 0.003  # s within the level that end a potential
_SLOPE = 10.0  # µV/ms, the rule "slope" follows the flanks down to it
_FLANK = 0.0005  # s over which the slope is measured, or noise would end it
_FAST = 250.0  # Hz, the rule "fast" looks at what is above
_TURN = 25.0  # µV between neighbouring turns
_SATELLITE = 25.0  # µV that a satellite exceeds
_OF_NOISE = 3.0, 4.0  # standard errors below which no onset and no other level is


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
          10 µV/ms over 0.5 ms (our choice of the slope);
        - "fast": within ±40 µV, of the signal above 250 Hz [1]_.
    noise : float, default=0.0
        Standard error of the samples in µV, for the mean of few discharges. The level
        of the onset is not below three times that, all others not below four standard
        errors of what they compare, which for turns is two samples; our choice.

    Returns
    -------
    measures : dict of {str: float}
        Within onset and end:

        ===================== =======================================================
        name                  value
        ===================== =======================================================
        `duration_ms`         end - onset; each sample lasts 1 / `sfreq`
        `amplitude_uv`        largest minus smallest value, the baseline among them
        `area_uv_ms`          integral of the magnitude
        `thickness_ms`        area / amplitude
        `size_index`          2 log10(amplitude in mV) + thickness in ms [2]_
        `phases`              excursions of more than 20 µV to alternating sides
        `turns`               changes of direction, 25 µV or more from turn to turn
        `spike_duration_ms`   from the first positive peak to the last [1]_, which are
                              turns above the baseline; NaN with fewer than two
        `rise_time_ms`        from the positive peak before the largest negative peak to
                              that peak; from the onset where there is none before; NaN
                              without a negative peak
        `satellites`          potentials of more than 25 µV outside, 3 ms apart or more
        `irregularity`        length of the way up and down, from the baseline and back
                              to it, / amplitude
        ===================== =======================================================

        Where nothing exceeds the level of the onset, all are NaN. What the template
        cuts off is in none of them. Noise makes the irregularity larger.

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
    from skemg._kernels.turns import find_turns

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
    span = find_span(x, sfreq, onset, noise)
    if span is None:
        return dict.fromkeys(MEASURES, np.nan)
    first, last = span
    ms = 1e3 / sfreq
    lowest = _OF_NOISE[1] * noise
    inside = x[first : last + 1]
    way = np.pad(inside, 1)  # from the baseline and back to it
    amplitude = np.ptp(way)
    area = np.abs(inside).sum() * ms
    turns = find_turns(np.pad(x, 1), max(_TURN, np.sqrt(2) * lowest)) - 1
    turns = turns[(turns >= first) & (turns <= last)]
    values = (
        len(inside) * ms,
        amplitude,
        area,
        area / amplitude,
        2 * np.log10(amplitude / 1e3) + area / amplitude,
        len(find_phases(x, span, noise)),
        len(turns),
        _spike_duration(x, turns) * ms,
        _rise_time(x, turns, first) * ms,
        _count_satellites(x, span, _QUIET * sfreq, max(_SATELLITE, lowest)),
        np.abs(np.diff(way)).sum() / amplitude,
    )
    return dict(zip(MEASURES, map(float, values), strict=True))


def find_span(x, sfreq, onset, noise):
    """Return the first and the last sample of a potential, or None."""
    level = max(ONSET_RULES[onset], _OF_NOISE[0] * noise)
    seen = _above(x, sfreq) if onset == "fast" else x
    if np.abs(seen).max() <= level:
        return None
    outside = np.flatnonzero(np.abs(seen) > level)
    gaps = np.diff(outside) > _QUIET * sfreq
    component = np.concatenate([[0], np.cumsum(gaps)])
    main = component[np.searchsorted(outside, np.abs(seen).argmax())]
    first, last = outside[component == main][[0, -1]]
    if onset == "slope":
        n = max(1, round(_FLANK * sfreq / 2))
        around = np.pad(x, n, mode="edge")
        slope = (around[2 * n :] - around[: -2 * n]) * sfreq / (2e3 * n)
        steep = np.abs(slope) > _SLOPE
        while first > 0 and steep[first - 1]:
            first -= 1
        while last < len(x) - 1 and steep[last + 1]:
            last += 1
    return (first, last) if x[first : last + 1].any() else None  # ringing


def find_phases(x, span, noise):
    """Return first and last sample above the level of a phase, of each phase."""
    first, last = span
    inside = x[first : last + 1]
    above = np.flatnonzero(np.abs(inside) > max(_PHASE, _OF_NOISE[1] * noise))
    turned = np.flatnonzero(np.diff(np.sign(inside[above]))) + 1
    return [
        (first + run[0], first + run[-1]) for run in np.split(above, turned) if len(run)
    ]


def _above(x, sfreq):
    """Return the signal above 250 Hz, without a shift."""
    low = min(_FAST, 0.4 * sfreq)
    b, a = signal.butter(2, low, "high", fs=sfreq)
    return signal.filtfilt(b, a, x, padlen=min(len(x) - 1, round(0.01 * sfreq)))


def _spike_duration(x, turns):
    """Return the samples from the first to the last turn above the baseline."""
    positive = turns[x[turns] > 0]  # the first and the last of them are peaks
    return np.ptp(positive) if len(positive) > 1 else np.nan


def _rise_time(x, turns, first):
    """Return the samples from the positive peak before the largest negative one."""
    if len(turns) == 0 or x[turns].min() >= 0:
        return np.nan
    bottom = turns[x[turns].argmin()]
    before = turns[(turns < bottom) & (x[turns] > 0)]
    return bottom - (before[-1] if len(before) else first)


def _count_satellites(x, span, far, level):
    """Count potentials that are apart from the main one."""
    outside = np.flatnonzero(np.abs(x) > level)
    pieces = np.split(outside, np.flatnonzero(np.diff(outside) > far) + 1)
    first, last = span
    return sum(
        piece[-1] < first - far or piece[0] > last + far
        for piece in pieces
        if len(piece)
    )
