"""Windower beside a numpy view and what LibEMG and seglearn do.

python benchmarks/bench_windows.py

LibEMG 2.0.3 needs numpy < 2 and seglearn 1.2.5 comes with a Pipeline of its own. Both
are written here the way they cut one channel: LibEMG collects slices in a list and
makes an array of it, seglearn stacks the windows sample by sample in Fortran order.
"""

import tracemalloc

import numpy as np
from _compare import N_TIMES, SFREQ, compare, needle_like
from numpy.lib.stride_tricks import sliding_window_view
from numpy.testing import assert_array_equal

from skemg.windowing import Windower

emg = needle_like()
signals = np.asarray(emg)
hop = N_TIMES // 2
step = Windower(length=N_TIMES / SFREQ, hop=hop / SFREQ).fit(emg)
windows = step.transform(emg)


def with_numpy():
    view = sliding_window_view(signals, N_TIMES, axis=-1)[:, ::hop]
    return np.ascontiguousarray(view).reshape(-1, N_TIMES)


def as_libemg():
    bags = []
    for signal in signals:
        starts = range(0, len(signal) - N_TIMES + 1, hop)
        bags.append(np.array([[signal[s : s + N_TIMES]] for s in starts]))
    return np.concatenate(bags)[:, 0]


def as_seglearn():
    bags = []
    for signal in signals:
        samples = [signal[i : i + 1 - N_TIMES or None : hop] for i in range(N_TIMES)]
        bags.append(np.hstack(samples).reshape(-1, N_TIMES, order="F"))
    return np.ascontiguousarray(np.concatenate(bags))


compare(
    "Windows of 960 samples, half overlapping, gathered",
    {"skemg": lambda: windows.values},
    {
        "numpy view and copy": with_numpy,
        "as LibEMG": as_libemg,
        "as seglearn": as_seglearn,
    },
    assert_array_equal,
    n_items=windows.n_windows,
)

tracemalloc.start()
step.transform(emg)
peak = tracemalloc.get_traced_memory()[1]
tracemalloc.stop()
print(
    f"\ntransform alone: {peak / 1e3:.0f} kB for the starts, 0 B of the "
    f"{signals.nbytes / 1e6:.0f} MB of signal"
)
assert peak < 1e6
