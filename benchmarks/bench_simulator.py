"""make_needle_emg's recordings beside a loop over the fibres in numpy.

    OMP_NUM_THREADS=1 python benchmarks/bench_simulator.py

Both draw the same muscles and noise; only the potentials are computed differently. The
loop takes the literal model of the tests: double precision, 48 kHz for every fibre, one
FFT for each shift. It errs by 2 to 4 % of a recording, as the model needs 192 kHz to be
exact for remote fibres (with those, the tests hold skemg's potentials to 1 %).
"""

import statistics
import sys
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np

from skemg.datasets._simulator import DISEASES, draw_patient, simulate_recording

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "datasets"))
from needle_emg_reference import delay, fibre_potential

N_RECORDINGS = 20
SFREQ = 48000
DURATION = 4.0


def render_each_fibre(sources, unit, n_units, shifts, fires, *, sfreq):
    muaps = np.zeros((n_units, shifts.shape[1], 2048))
    fibres = zip(
        *(sources.x, sources.y, sources.diameter, sources.endplate, sources.weight),
        *(unit, shifts, fires),
        strict=True,
    )
    for *place, weight, index, own_shifts, own_fires in fibres:
        potential = weight * fibre_potential(*place, sfreq=sfreq)
        for variant in np.flatnonzero(own_fires):
            muaps[index, variant] += delay(potential, own_shifts[variant], sfreq)
    return muaps.astype(np.float32)


def record(number):
    """Return the CPU seconds that a recording takes, and its signal."""
    name = list(DISEASES)[number % len(DISEASES)]
    patient = draw_patient(name, (4.0, 2.5), np.random.default_rng([number, 0]))
    rng = np.random.default_rng([number, 1])
    start = time.process_time()
    recording = simulate_recording(patient, DURATION, SFREQ, rng)
    return time.process_time() - start, recording.signal


def record_each_fibre(number):
    module = "skemg.datasets._simulator.recording.render_muaps"
    with patch(module, render_each_fibre):
        return record(number)


record(0)
times = {"skemg": [], "loop over fibres": []}
for number in range(N_RECORDINGS):
    ours, ours_signal = record(number)
    loop, loop_signal = record_each_fibre(number)
    assert np.std(ours_signal - loop_signal) < 0.05 * np.std(loop_signal)
    times["skemg"].append(ours)
    times["loop over fibres"].append(loop)

print(f"\nNeedle EMG, {DURATION:g} s at {SFREQ} Hz, {N_RECORDINGS} recordings\n")
print("| implementation | mean ms | median ms | skemg, x faster |")
print("|---|---:|---:|---:|")
for name, taken in times.items():
    mean, median = statistics.mean(taken), statistics.median(taken)
    ratio = mean / statistics.mean(times["skemg"])
    print(f"| {name} | {1e3 * mean:.1f} | {1e3 * median:.1f} | {ratio:.0f} |")
