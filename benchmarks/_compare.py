"""What every benchmark shares: signals, and a fair comparison in one run.

All implementations get the same float32 signals. Their outputs are compared before
anything is timed. They are then timed in turns (A B C, A B C, ...), so that a machine
that slows down slows all of them alike: quote the ratios, not the seconds.
"""

import statistics
import time
import tracemalloc

import numpy as np

from skemg.signals import Recordings
from skemg.utils._windowwise import number_of_threads
from skemg.windowing import Windower

ROUNDS = 5
SFREQ = 9600.0
N_TIMES = 960


def needle_like(n_recordings=20, n_times=480_480, seed=0):
    """Return float32 recordings: coloured noise whose strength comes in bursts."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((n_recordings, n_times), dtype=np.float32)
    noise[:, 1:] += noise[:, :-1]
    burst = np.sin(2 * np.pi * 0.4 * np.arange(n_times) / SFREQ) > 0
    noise *= np.where(burst, np.float32(60), np.float32(8))
    return Recordings.from_array(noise, sfreq=SFREQ, unit="uV")


def windows_and_rows():
    """Return 20,000 windows of 960 samples as `Windows`, and the same as plain rows."""
    hop = N_TIMES / 2 / SFREQ
    windows = Windower(length=N_TIMES / SFREQ, hop=hop).fit_transform(needle_like())
    return windows, np.ascontiguousarray(windows.values)


def compare(title, ours, peers, agree, *, n_items, unit="windows"):
    """Print speeds, peaks of memory and ratios.

    Parameters
    ----------
    title : str
        Headline of the table.
    ours, peers : dict of str and callable
        Implementations by name; called without arguments.
    agree : callable
        Called as `agree(result, expected)` with the output of each implementation and
        that of the first peer; raises where they differ.
    n_items : int
        Number of items that one call works on.
    unit : str
        What the items are.
    """
    every = {**ours, **peers}
    reference, *others = peers.values()
    expected = reference()
    for function in [*ours.values(), *others]:
        agree(function(), expected)
    del expected
    peaks = {name: _peak(function) for name, function in every.items()}
    times = {name: [] for name in every}
    for _ in range(ROUNDS):
        for name, function in every.items():
            times[name].append(_seconds(function))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"\n{title} ({n_items:,} {unit}, {number_of_threads()} threads)\n")
    header = " | ".join(f"{name}, x faster" for name in ours)
    print(f"| implementation | {unit}/s | peak MB | {header} |")
    print("|---|---:|---:|" + "---:|" * len(ours))
    for name, median in medians.items():
        ratios = " | ".join(f"{median / medians[our]:.2f}" for our in ours)
        speed, peak = n_items / median, peaks[name] / 1e6
        print(f"| {name} | {speed:,.0f} | {peak:.1f} | {ratios} |")


def _seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _peak(function):
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
