"""LogSpectrum beside what one writes with scipy.fft or numpy on the whole batch.

python benchmarks/bench_log_spectrum.py
"""

import numpy as np
from _compare import N_TIMES, compare, windows_and_rows
from numpy.testing import assert_allclose
from scipy import fft, signal

from skemg.features import LogSpectrum

windows, rows = windows_and_rows()
weights = signal.get_window("hann", N_TIMES).astype(np.float32)
scale = np.float32(2 / weights.sum() ** 2)
eps = np.float32(1e-20)


def with_scipy(workers):
    power = np.abs(fft.rfft(rows * weights, workers=workers)) ** 2
    return one_sided(power)


def with_numpy():
    return one_sided(np.abs(np.fft.rfft(rows * weights)) ** 2)


def one_sided(power):
    power *= scale
    power[:, [0, -1]] /= 2
    return np.log10(power + eps)


def agree(result, expected):
    """Compare powers: near zero, a logarithm shows the rounding of float32."""
    assert result.dtype == expected.dtype == np.float32
    powers = [10.0 ** table[::20].astype(np.float64) for table in (result, expected)]
    assert_allclose(*powers, rtol=1e-3, atol=1e-6 * powers[1].max())


step = LogSpectrum().fit(rows)
compare(
    "Log-spectrum, 481 bins",
    {
        "skemg, rows": lambda: step.transform(rows),
        "skemg, Windows": lambda: step.transform(windows).values,
    },
    {
        "scipy.fft, whole batch, 2 workers": lambda: with_scipy(2),
        "scipy.fft, whole batch, 1 worker": lambda: with_scipy(1),
        "numpy, whole batch": with_numpy,
    },
    agree,
    n_items=len(rows),
)
print(f"\noutput: {len(rows) * (N_TIMES // 2 + 1) * 4 / 1e6:.1f} MB")
