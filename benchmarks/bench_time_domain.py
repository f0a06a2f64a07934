"""TimeDomainFeatures beside the formulas of LibEMG on the same eleven features.

    python benchmarks/bench_time_domain.py

LibEMG needs numpy < 2 and cannot stand in one environment with skemg. What is timed
here are the published formulas of its FeatureExtractor in numpy, in its way: one
expression a feature over the whole batch of shape (n_windows, n_channels, n_times),
skewness and kurtosis from scipy.stats. The thresholds are zero in both.
"""

import numpy as np
from _compare import compare, windows_and_rows
from numpy.testing import assert_allclose
from scipy import stats

from skemg.features import TimeDomainFeatures
from skemg.signals import Windows

# Of windows without a mean, the variance is the same in both definitions.
cut, rows = windows_and_rows()
rows -= rows.mean(axis=1, keepdims=True)
windows = Windows(rows, cut.offsets, sfreq=cut.sfreq)
NAMES = ("mav", "rms", "wl", "zc", "ssc", "wamp", "iemg", "var", "dasdv", "skewness")
NAMES += ("kurtosis",)


def like_libemg():
    x = rows[:, np.newaxis]
    d = np.diff
    rising = d(np.sign(x), axis=2)
    columns = [
        np.mean(np.abs(x), axis=2),
        np.sqrt(np.mean(np.square(x), axis=2)),
        np.sum(np.abs(d(x, axis=2)), axis=2),
        np.sum(rising == -2, axis=2) + np.sum(rising == 2, axis=2),
        np.sum((x[..., 1:-1] - x[..., :-2]) * (x[..., 1:-1] - x[..., 2:]) >= 0, axis=2),
        np.sum(np.abs(d(x, axis=2)) > 0, axis=2),
        np.sum(np.abs(x), axis=2),
        np.var(x, axis=2),
        np.sqrt(np.mean(d(x, axis=2) ** 2, axis=2)),
        stats.skew(x, axis=2),
        stats.kurtosis(x, axis=2, fisher=False),
    ]
    return np.concatenate(columns, axis=1).astype(np.float32)


def agree(result, expected):
    """Bring the definitions together, then compare."""
    assert result.dtype == expected.dtype == np.float32
    n_times, expected = rows.shape[1], expected.copy()
    expected[:, 7] *= n_times / (n_times - 1)  # ours divides by N - 1
    expected[:, 10] -= 3  # ours is the excess
    # A step of exactly zero beside another counts as a change of slope there, not here.
    assert np.mean(result[:, 4] != expected[:, 4]) < 0.01
    result, expected = np.delete(result, 4, axis=1), np.delete(expected, 4, axis=1)
    assert_allclose(result, expected, rtol=1e-4, atol=1e-4)


step = TimeDomainFeatures(NAMES, threshold=0, threshold_unit="signal").fit(rows)
compare(
    "Time domain, 11 features",
    {
        "skemg, rows": lambda: step.transform(rows),
        "skemg, Windows": lambda: step.transform(windows).values,
    },
    {"LibEMG's formulas in numpy": like_libemg},
    agree,
    n_items=len(rows),
)
