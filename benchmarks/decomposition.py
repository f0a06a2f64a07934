"""Motor units found by MUAPDetector beside those of the simulator.

    OMP_NUM_THREADS=1 python benchmarks/decomposition.py [--seeds 7 8] [--patients 12]

A unit counts where its true potential is larger than 80 µV from peak to peak. True and
found units are paired one to one so that the sum of their agreements is largest;
agreement is the number of discharges in common over the number in either, within 1 ms
after one constant delay. A unit is found when its agreement is 0.5 or more. Sensitivity
and precision of the discharges are means over the units found, the errors of duration,
amplitude and phases too; they are against the true potential before the recorder's
filter, without jitter. A found unit is false when its agreement with all true units is
below 0.3. Seconds are CPU seconds of one core.

The detector was tuned on the seeds 101 to 108 and 201 to 206.
"""

import argparse
import time

import numpy as np
from scipy.optimize import linear_sum_assignment

from skemg.clinical import MUAPDetector, measure_muap
from skemg.datasets import make_needle_emg

TOLERANCE = 0.001  # s
LARGE = 80.0  # µV
DELAYS = -0.03, 0.045  # s from the discharge at the endplate to the peak
COLUMNS = (
    "recordings",
    "units",
    "found",
    "false",
    "sensitivity",
    "precision",
    "duration ms",
    "|duration| ms",
    "amplitude",
    "|amplitude|",
    "phases",
    "|phases|",
    "seconds",
)


def agreement(true, found):
    """Return the largest number of common discharges over all constant delays."""
    delays = np.sort((found - true[:, np.newaxis]).ravel())
    delays = delays[(delays > DELAYS[0]) & (delays < DELAYS[1])]
    if len(delays) == 0:
        return 0
    n_near = np.searchsorted(delays, delays + 2 * TOLERANCE, "right")
    n_near -= np.arange(len(delays))
    densest = n_near.argmax()
    delay = np.median(delays[densest : densest + n_near[densest]])
    return count_common(true + delay, found)


def count_common(one, other):
    """Count pairs of discharges within the tolerance, each in one pair at most."""
    i = j = n_common = 0
    while i < len(one) and j < len(other):
        if abs(one[i] - other[j]) <= TOLERANCE:
            n_common, i, j = n_common + 1, i + 1, j + 1
        elif one[i] < other[j]:
            i += 1
        else:
            j += 1
    return n_common


def compare(trains, templates, units):
    """Return a row for each large true unit, and the number of false ones."""
    common = np.array([[agreement(t, f) for f in units.discharges] for t in trains])
    common = common.reshape(len(trains), units.n_units)
    n_true = np.array([len(train) for train in trains])
    n_found = np.array([len(train) for train in units.discharges])
    share = common / np.maximum(np.add.outer(n_true, n_found) - common, 1)
    pairs = dict(zip(*linear_sum_assignment(-share), strict=True))
    rows = []
    for k, template in enumerate(templates):
        if np.ptp(template) <= LARGE:
            continue
        j = pairs.get(k)
        if j is None or share[k, j] < 0.5:
            rows.append([False] + [np.nan] * 8)
            continue
        truth = measure_muap(template, sfreq=units.sfreq)
        ours = measure_muap(units.templates[j], sfreq=units.sfreq, noise=units.noise[j])
        duration = ours["duration_ms"] - truth["duration_ms"]
        amplitude = ours["amplitude_uv"] / truth["amplitude_uv"] - 1
        phases = ours["phases"] - truth["phases"]
        rows.append(
            [
                True,
                common[k, j] / n_true[k],
                common[k, j] / n_found[j],
                *(duration, abs(duration), amplitude, abs(amplitude)),
                *(phases, abs(phases)),
            ]
        )
    n_false = int(np.sum(share.max(axis=0, initial=0) < 0.3)) if units.n_units else 0
    return np.array(rows, float).reshape(-1, 9), n_false


def evaluate(seed, n_patients, duration):
    """Return class, effort, rows, number of false units and seconds of recordings."""
    emg = make_needle_emg(n_patients, 2, duration, random_state=seed)
    detector = MUAPDetector()
    detector.fit_transform(emg.data[:1])  # compiles
    results = []
    for i, name in enumerate(emg.target):
        start = time.process_time()
        (units,) = detector.transform(emg.data[[i]])
        seconds = time.process_time() - start
        # The first template before the start, the last one that is whole.
        trains = [t[(t > -0.005) & (t < duration - 0.015)] for t in emg.discharges[i]]
        rows, n_false = compare(trains, emg.templates[i], units)
        results.append((name, emg.frame["effort"][i], rows, n_false, seconds))
    return results


def summarise(results):
    """Return the numbers of a line of the table."""
    rows = np.concatenate([rows for _, _, rows, _, _ in results])
    return [
        len(results),
        len(rows),
        rows[:, 0].mean(),
        sum(n_false for _, _, _, n_false, _ in results),
        *np.nanmean(rows[:, 1:], axis=0),
        np.mean([seconds for *_, seconds in results]),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=range(7, 19))
    parser.add_argument("--patients", type=int, default=12)
    parser.add_argument("--duration", type=float, default=10.0)
    arguments = parser.parse_args()
    results = [
        result
        for seed in arguments.seeds
        for result in evaluate(seed, arguments.patients, arguments.duration)
    ]
    lines = {
        "all": results,
        **{
            c: [r for r in results if r[0] == c]
            for c in sorted({r[0] for r in results})
        },
        "effort below 0.10": [r for r in results if r[1] < 0.10],
        "effort from 0.10 on": [r for r in results if r[1] >= 0.10],
        "up to 12 units": [r for r in results if len(r[2]) <= 12],
        "more than 12 units": [r for r in results if len(r[2]) > 12],
    }
    print(f"\nNeedle EMG of {arguments.duration:g} s, seeds {[*arguments.seeds]}\n")
    print("| |", " | ".join(COLUMNS), "|")
    print("|---|" + "---:|" * len(COLUMNS))
    for name, part in lines.items():
        if part:
            numbers = summarise(part)
            texts = [f"{n}" if isinstance(n, int) else f"{n:.3f}" for n in numbers]
            print(f"| {name} |", " | ".join(texts), "|", flush=True)


if __name__ == "__main__":
    main()
