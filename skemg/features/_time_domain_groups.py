"""Time-domain features, in groups that share a pass over the samples.

A function of a group takes rows `(n, n_times)` and the settings of the step, and gives
a dict of name and values, `(n,)` or `(n, n_columns)`.
"""

import numpy as np

_EPS = 1e-12  # keeps the logarithms of zeros finite; our choice


def _sums(rows, settings):
    from skemg._kernels.time_domain import signal_sums

    sums = signal_sums(rows, settings.threshold, *settings.wanted).T
    magnitudes, squares, above, steps, steps_squared, large, crossings, peaks = sums[:8]
    n_times = rows.shape[1]
    return {
        "mav": magnitudes / n_times,
        "rms": np.sqrt(squares / n_times),
        "iemg": magnitudes,
        "ssi": squares,
        "var": squares / (n_times - 1),
        "myop": above / n_times,
        "wl": steps,
        "aac": steps / n_times,
        "dasdv": np.sqrt(steps_squared / (n_times - 1)),
        "mfl": np.log10(np.sqrt(steps_squared) + _EPS),
        "zc": crossings,
        "ssc": peaks,
        "wamp": large,
        "skewness": sums[8],
        "kurtosis": sums[9],
    }


def _logarithm(rows, settings):
    logarithms = np.log(np.abs(rows) + rows.dtype.type(_EPS))
    return {"log": np.exp(logarithms.mean(axis=1, dtype=np.float64))}


def _thirds(rows, settings):
    n_third = rows.shape[1] // 3  # up to two samples at the end are left out
    thirds = rows[:, : 3 * n_third].reshape(len(rows), 3, n_third)
    mav = np.abs(thirds).mean(axis=2, dtype=np.float64)
    return {"mavs": np.diff(mav, axis=1)}


def _hjorth(rows, settings):
    from skemg._kernels.time_domain import hjorth

    return {"hjorth": hjorth(rows)}


def _autoregression(rows, settings):
    from skemg._kernels.time_domain import burg

    a = burg(rows, settings.ar_order)
    cepstrum = -a
    for k in range(settings.ar_order):
        for lag in range(k):
            weight = 1 - (lag + 1) / (k + 1)
            cepstrum[:, k] -= weight * a[:, lag] * cepstrum[:, k - lag - 1]
    return {"ar": a, "cepstrum": cepstrum + 0.0}  # no -0.0


def _turns(rows, settings):
    from skemg._kernels.time_domain import turn_sums

    n_turns, changes = turn_sums(rows, settings.turn_threshold).T
    seconds = rows.shape[1] / (settings.sfreq or 1.0)
    return {
        "turns": n_turns / seconds,
        "turn_amplitude": changes / np.maximum(n_turns - 1, 1),
    }


# The columns of one kernel, which leaves out what is not wanted.
PASSES = (
    ("mav", "rms", "iemg", "ssi", "var", "myop"),
    ("wl", "aac", "dasdv", "mfl", "zc", "ssc", "wamp"),
    ("skewness", "kurtosis"),
)
GROUPS = {
    _sums: sum(PASSES, ()),
    _logarithm: ("log",),
    _thirds: ("mavs",),
    _hjorth: ("hjorth",),
    _autoregression: ("ar", "cepstrum"),
    _turns: ("turns", "turn_amplitude"),
}
COUNTS = ("zc", "ssc", "wamp", "myop")  # these use the threshold
TURNS = ("turns", "turn_amplitude")  # these use the threshold of the turns
SHORTEST = {"mavs": 3, "hjorth": 3}  # samples that a window needs; else two


def columns_of(feature, ar_order):
    """Name the columns of a feature of one channel."""
    orders = range(1, ar_order + 1)
    columns = {
        "mavs": ["mavs1", "mavs2"],
        "hjorth": [f"hjorth_{name}" for name in ("activity", "mobility", "complexity")],
        "ar": [f"ar{order}" for order in orders],
        "cepstrum": [f"cepstrum{order}" for order in orders],
        "turns": ["turns_per_s"],
        "turn_amplitude": ["mean_turn_amplitude"],
    }
    return columns.get(feature, [feature])
