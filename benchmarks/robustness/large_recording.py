"""A recording larger than memory through filter, windows and features.

python benchmarks/robustness/large_recording.py [--gigabytes 4] [--dtype float32]
    [--compare]

A file is filled with simulated needle EMG, each block of it at another gain. Each
pipeline runs in a process of its own, which tells

- the peak of its resident memory (VmHWM of /proc/self/status), which counts the pages
  of mapped files too, and
- the peak of what no file stands behind (RssAnon, looked at every 10 ms), and its
  growth: what it was when the imports were done is subtracted.

`--compare` runs the same on arrays in memory and compares the features bit by bit. It
needs about four times the memory of the file.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from sklearn.pipeline import make_pipeline

from skemg.datasets import make_needle_emg
from skemg.features import DWTFeatures, LogSpectrum, TimeDomainFeatures
from skemg.preprocessing import Bandpass, Notch
from skemg.signals import Recordings
from skemg.windowing import Windower

SFREQ = 24_000.0
PIPELINES = {
    "time_domain": (Bandpass(20, 10_000), Windower(), TimeDomainFeatures()),
    "dwt": (Bandpass(20, 10_000), Windower(), DWTFeatures()),
    "log_spectrum": (Bandpass(20, 10_000), Windower(), LogSpectrum(n_bands=20)),
    "zero_phase": (Notch(zero_phase=True), Windower(), TimeDomainFeatures(("rms",))),
}


def write_recording(path, n_bytes, dtype):
    """Fill a file with blocks of EMG in µV, each at another gain."""
    emg = make_needle_emg(n_patients=1, duration=4.0, sfreq=SFREQ, random_state=0)
    block = np.concatenate(emg.data.to_list())
    n_left = n_bytes // np.dtype(dtype).itemsize
    rng = np.random.default_rng(0)
    with path.open("wb") as file:
        while n_left:
            part = (block[:n_left] * rng.uniform(0.5, 2)).astype(dtype)
            file.write(part.data)
            n_left -= len(part)


def run(name, path, dtype, mapped):
    """Compute the features of one recording; return what that took."""
    steps = make_pipeline(*PIPELINES[name])
    values = np.memmap(path, dtype, mode="r")
    if not mapped:
        values = np.array(values)
    emg = Recordings(values, [0, len(values)], sfreq=SFREQ, unit="uV")
    _warm_up(steps)
    with _PeakOfAnonymous() as anonymous:
        started = time.perf_counter()
        features = steps.fit_transform(emg).values
        seconds = time.perf_counter() - started
    return {
        "peak_mb": _status("VmHWM"),
        "anonymous_mb": anonymous.peak,
        "growth_mb": anonymous.peak - anonymous.before,
        "seconds": seconds,
        "n_windows": len(features),
        "sha256": hashlib.sha256(features.data).hexdigest(),
    }


def _warm_up(steps):
    """Import and compile what the steps need."""
    second = np.random.default_rng(0).normal(size=24_000).astype(np.float32)
    emg = Recordings(second, [0, len(second)], sfreq=SFREQ, unit="uV")
    steps.fit_transform(emg)


def _status(key):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    raise KeyError(key)


class _PeakOfAnonymous:
    """The largest RssAnon, in MiB, while the block runs."""

    def __enter__(self):
        self.before = self.peak = _status("RssAnon")
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self):
        while not self._done.wait(0.01):
            self.peak = max(self.peak, _status("RssAnon"))

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()


def in_a_process(name, path, dtype, *, mapped):
    """Return what `run` returns in a process of its own."""
    command = [sys.executable, __file__, "--run", name, "--path", str(path)]
    command += ["--dtype", dtype] + ["--mapped"] * mapped
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--gigabytes", type=float, default=4.0)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--pipelines", default=",".join(PIPELINES))
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--path", help=argparse.SUPPRESS)
    parser.add_argument("--mapped", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        print(json.dumps(run(args.run, args.path, args.dtype, args.mapped)))
        return
    print("| pipeline | windows | peak MB | of it without file | growth | s | equal |")
    print("|---|---:|---:|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.dat"
        write_recording(path, int(args.gigabytes * 1e9), args.dtype)
        for name in args.pipelines.split(","):
            found = in_a_process(name, path, args.dtype, mapped=True)
            equal = "not compared"
            if args.compare:
                expected = in_a_process(name, path, args.dtype, mapped=False)
                equal = str(found["sha256"] == expected["sha256"])
            print(
                f"| {name} | {found['n_windows']:,} | {found['peak_mb']:.0f} | "
                f"{found['anonymous_mb']:.0f} | {found['growth_mb']:.0f} | "
                f"{found['seconds']:.0f} | {equal} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
