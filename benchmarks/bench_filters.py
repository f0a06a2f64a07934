"""Bandpass and Notch beside scipy, in a loop over recordings and on the whole batch.

python benchmarks/bench_filters.py
"""

import numpy as np
from _compare import compare, needle_like
from numpy.testing import assert_allclose
from scipy import signal

from skemg.preprocessing import Bandpass, Notch
from skemg.signals import Recordings

SFREQ = 48_000
X = np.asarray(needle_like(n_recordings=16, n_times=480_000))
band = signal.butter(4, (20, 500), "bandpass", fs=SFREQ, output="sos")
notches = [signal.iirnotch(50 * k, 30, fs=SFREQ) for k in range(1, 21)]
comb = np.array([np.concatenate(notch) for notch in notches])


def agree(result, expected):
    """Compare in float64 to 1e-12 of the largest value, in float32 to its rounding."""
    result, expected = np.asarray(result), np.asarray(expected)
    share = 1e-12 if result.dtype == np.float64 else 1e-6
    assert_allclose(result, expected, rtol=0, atol=share * np.abs(expected).max())


for dtype in (np.float64, np.float32):
    rows = X.astype(dtype)
    emg = Recordings.from_array(rows, sfreq=SFREQ)
    for zero_phase in (False, True):
        run = signal.sosfiltfilt if zero_phase else signal.sosfilt
        for step, sos in [
            (Bandpass(20, 500, zero_phase=zero_phase), band),
            (Notch(zero_phase=zero_phase), comb),
        ]:
            step.fit(emg)
            compare(
                f"{step}, {np.dtype(dtype)}",
                {"skemg": lambda step=step, emg=emg: step.transform(emg)},
                {
                    f"scipy {run.__name__}, loop": (
                        lambda run=run, sos=sos, rows=rows: [run(sos, x) for x in rows]
                    ),
                    f"scipy {run.__name__}, whole batch": (
                        lambda run=run, sos=sos, rows=rows: run(sos, rows)
                    ),
                },
                agree,
                n_items=rows.size,
                unit="samples",
            )
            print(
                f"\nresult: {rows.nbytes / 1e6:.1f} MB, a recording: "
                f"{rows.nbytes / 16e6:.1f} MB"
            )
