"""PeakPreservingDownsampler beside numpy on the whole batch, and beside resampling.

python benchmarks/bench_downsample.py
"""

import numpy as np
from _compare import compare, needle_like
from numpy.testing import assert_array_equal
from scipy import signal

from skemg.preprocessing import PeakPreservingDownsampler
from skemg.signals import Recordings

FACTOR = 5
X = np.asarray(needle_like(n_recordings=16, n_times=480_000))
emg = Recordings.from_array(X, sfreq=48_000)


def whole_batch(dtype):
    """Take the second difference of everything at once, in the given type."""
    padded = np.pad(X.astype(dtype, copy=False), [(0, 0), (1, 1)], mode="edge")
    bend = np.abs(np.diff(padded, 2)).reshape(len(X), -1, FACTOR)
    at = bend.argmax(axis=-1)[..., np.newaxis]
    return np.take_along_axis(X.reshape(len(X), -1, FACTOR), at, axis=-1)[..., 0]


def agree(result, expected):
    """Compare sample by sample; float32 differences round and may choose another."""
    result, expected = np.asarray(result), np.asarray(expected)
    assert result.dtype == expected.dtype == np.float32
    assert np.mean(result != expected) < 1e-4


def agree_in_shape(result, expected):
    """Compare lengths: resampling gives other values by design."""
    assert_array_equal(np.shape(result), np.shape(expected))


step = PeakPreservingDownsampler(FACTOR).fit(emg)
assert_array_equal(np.asarray(step.transform(emg)), whole_batch(np.float64))
compare(
    "Peak-preserving down-sampling, 5 to 1",
    {"skemg": lambda: step.transform(emg)},
    {
        "numpy, whole batch, float64 differences": lambda: whole_batch(np.float64),
        "numpy, whole batch, float32 differences": lambda: whole_batch(np.float32),
    },
    agree,
    n_items=X.size,
    unit="samples",
)
compare(
    "The same beside what loses the peaks",
    {"skemg": lambda: np.asarray(step.transform(emg))},
    {
        "scipy resample_poly": lambda: signal.resample_poly(X, 1, FACTOR, axis=-1),
        "scipy decimate, fir": lambda: signal.decimate(X, FACTOR, ftype="fir"),
    },
    agree_in_shape,
    n_items=X.size,
    unit="samples",
)
print(f"\noutput: {X.nbytes / FACTOR / 1e6:.1f} MB")
