"""Damaged files by the thousand: what a reader makes of each of them.

Every format has its own `sample_<format>.py` with a list `SAMPLES`. The files are read
in a child process of their own, with little memory and a clock, so that a crash or a
hang is seen and does no harm.
"""

import dataclasses
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SECONDS = 2
MARGIN = 64 << 20


@dataclasses.dataclass
class Sample:
    """A valid file of a format, and how it is read.

    `write(folder)` makes it and gives its path; all files of the folder are damaged in
    turn. `free_text(folder)` gives (file name, start, stop) of the bytes that may hold
    anything, for damage that must not matter. `states_length` says that a file cut
    short can be told from a shorter one.
    """

    name: str
    write: Callable
    read: Callable
    free_text: Callable = lambda folder: []
    states_length: bool = True


def all_samples():
    """Return the samples of all formats by name."""
    modules = sorted(path.stem for path in HERE.glob("sample_*.py"))
    samples = [s for name in modules for s in importlib.import_module(name).SAMPLES]
    return {sample.name: sample for sample in samples}


def damage(content, rng):
    """Return bytes with one kind of damage, and its name."""
    kind = rng.choice(["cut", "bits", "digit", "extreme", "byte", "grow", "blank"])
    damaged = bytearray(content)
    if kind == "cut":
        del damaged[rng.integers(len(damaged)) :]
    elif kind == "bits":
        for place in rng.integers(len(damaged), size=rng.integers(1, 17)):
            damaged[place] ^= 1 << rng.integers(8)
    elif kind == "digit":
        digits = [i for i, byte in enumerate(content[:4096]) if 48 <= byte < 58]
        for place in rng.choice(digits or [0], size=rng.integers(1, 4)):
            damaged[place] = 48 + rng.integers(10)
    elif kind == "extreme":
        place = rng.integers(max(1, min(len(damaged), 1024) - 4))
        value = rng.choice([0, 1, 2**31 - 1, 2**31, 2**32 - 1])
        damaged[place : place + 4] = int(value).to_bytes(4, "little")
    elif kind == "byte":
        damaged[rng.integers(min(len(damaged), 1024))] = rng.integers(256)
    elif kind == "grow":
        place = rng.integers(len(damaged) + 1)
        damaged[place:place] = rng.bytes(rng.integers(1, 64))
    else:
        place = rng.integers(len(damaged))
        damaged[place : place + 8] = b" " * len(damaged[place : place + 8])
    return bytes(damaged), str(kind)


def fuzz(name, n_files, seed=0):
    """Read damaged files of one format; return counts and what went wrong.

    Parameters
    ----------
    name : str
        Of the sample.
    n_files : int
        Damaged files.
    seed : int, default=0
        Of the damage.

    Returns
    -------
    report : dict
        `n_files`, `n_read`, `n_refused` and `faults`, a list of texts: another
        exception than SignalError, a signal, more than 2 s, too much memory, fewer
        samples without a warning.
    """
    report = {"n_files": n_files, "n_read": 0, "n_refused": 0, "faults": []}
    first = 0
    while first < n_files:
        command = [sys.executable, __file__, name, str(first), str(n_files), str(seed)]
        run = subprocess.run(command, capture_output=True, text=True)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        for line in lines:
            report["n_read"] += line["end"] == "read"
            report["n_refused"] += line["end"] == "refused"
            if line["end"] not in ("read", "refused"):
                report["faults"].append(f"{line['file']}: {line['end']}")
        first += len(lines)
        if run.returncode < 0:
            report["faults"].append(f"{first}: died of signal {-run.returncode}")
            first += 1
        elif run.returncode:
            raise RuntimeError(run.stderr)
    return report


def _read_damaged_files(sample, first, stop, seed):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        path = sample.write(folder)
        originals = {file: file.read_bytes() for file in sorted(folder.iterdir())}
        whole = sample.read(path)
        n_times = int(whole.n_times.sum())
        _limit_memory(MARGIN + 4 * whole.values.nbytes)
        signal.signal(signal.SIGALRM, _time_is_up)
        for number in range(first, stop):
            rng = np.random.default_rng([seed, number])
            file = list(originals)[rng.integers(len(originals))]
            content, kind = damage(originals[file], rng)
            file.write_bytes(content)
            end = _outcome(sample, path, n_times)
            file.write_bytes(originals[file])
            print(json.dumps({"file": f"{number} ({file.name}, {kind})", "end": end}))
            sys.stdout.flush()


def _outcome(sample, path, n_times):
    from skemg.exceptions import SignalError

    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            recordings = sample.read(path)
    except SignalError:
        return "refused"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:300]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    fewer = recordings.n_times.sum() < n_times
    if sample.states_length and fewer and not caught:
        return f"{recordings.n_times.sum()} samples instead of {n_times}, silently"
    return "read"


def _time_is_up(*_):
    raise TimeoutError(f"more than {SECONDS} s")


def _limit_memory(n_bytes):
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + n_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    _name, *_numbers = sys.argv[1:]
    _read_damaged_files(all_samples()[_name], *map(int, _numbers))
