"""How well is spontaneous activity found? Simulated patients, and real recordings.

    python benchmarks/spontaneous_activity.py [n_patients]

The thresholds of `SpontaneousActivity` were set on other seeds of the simulator. Where
`SKEMG_DATA` names the folder of the public recordings, all of them are read too: they
are contractions, so that any discharge found there is a wrong one. The speed is in
seconds of recording a CPU second; set OMP_NUM_THREADS=1 for that of one core.
"""

import os
import sys
import time
from collections import Counter

import numpy as np

from skemg.clinical import find_spontaneous_activity
from skemg.datasets import (
    fetch_algiers,
    fetch_emgdb,
    make_needle_emg,
    make_needle_rest,
)

SEED = 11
WITHIN = 0.002  # s, between a discharge and the time that is found
KINDS = (
    "fibrillation",
    "positive sharp wave",
    "fasciculation",
    "complex repetitive",
    "myotonic",
)
MIXED = (
    "fibrillation+positive sharp wave",
    "fibrillation+fasciculation",
    "fasciculation+myotonic",
)


def times_of(trains, kind, real=None):
    """Return the times of all discharges of a kind.

    The peaks of a complex repetitive discharge are much alike, and the largest may be
    another one in noise: what all of a train are off `real` is taken out.
    """
    times = [train["times"] for train in trains or () if train["kind"] == kind]
    if kind == "complex repetitive" and real is not None and len(real):
        times = [train + np.median(offsets(train, real)) for train in times]
    return np.sort(np.concatenate([np.empty(0), *times]))


def offsets(times, others):
    """Return how far the nearest other time is after each time."""
    nearest = np.abs(times[:, np.newaxis] - others).argmin(axis=1)
    return others[nearest] - times


def count_hits(times, others):
    """Count the times with another one within `WITHIN`."""
    if len(times) == 0 or len(others) == 0:
        return 0
    return int((np.abs(offsets(times, others)) <= WITHIN).sum())


def score_events(rest, found):
    """Return true discharges, found ones, and hits of both, for each kind."""
    scores = {kind: np.zeros(4, int) for kind in KINDS}
    for truth, trains in zip(rest.trains, found, strict=True):
        for kind in KINDS:
            real = times_of(truth, kind)
            claimed = times_of(trains, kind, real)
            scores[kind] += (
                len(real),
                count_hits(real, claimed),
                len(claimed),
                count_hits(claimed, real),
            )
    return scores


def print_measures(rest, found):
    """Print how far times, amplitudes and rates are from those of the discharges meant.

    The rate of fasciculations counts all there are, which is no measure of a train.
    """
    print("\nOf trains with the right name: time, and measures over true ones")
    for kind in KINDS:
        errors, amplitudes, rates = [], [], []
        for truth, trains in zip(rest.trains, found, strict=True):
            sources = [source for source in truth if source["kind"] == kind]
            for train in trains or ():
                if train["kind"] != kind or not sources:
                    continue
                real, height = (
                    np.concatenate([source[key] for source in sources])
                    for key in ("times", "amplitude_uv")
                )
                times = train["times"]
                meant = np.abs(times[:, np.newaxis] - real).argmin(axis=1)
                errors.extend(np.abs(real[meant] - times))
                amplitudes.append(train["amplitude_uv"] / np.median(height[meant]))
                if kind != "fasciculation":
                    rates.append(train["rate_hz"] * np.median(np.diff(real[meant])))
        spread = "  ".join(
            f"{name} {np.quantile(values, 0.05):.2f} to {np.quantile(values, 0.95):.2f}"
            for name, values in (("amplitude", amplitudes), ("rate", rates))
            if values
        )
        within = np.mean(np.array(errors) <= 0.001)
        print(f"  {kind:20} within 1 ms {within:.3f}  {spread}")


def speed(title, recordings):
    """Print how many times faster than real time recordings are read."""
    find_spontaneous_activity(recordings[:1])  # compiled
    ratios = []
    for i, seconds in enumerate(recordings.seconds):
        start = time.process_time()
        find_spontaneous_activity(recordings[[i]])
        ratios.append(seconds / (time.process_time() - start))
    print(
        f"\nSpeed, {title}: {min(ratios):.0f} to {max(ratios):.0f} times real time, "
        f"median {np.median(ratios):.0f}"
    )


def name_recording(trains):
    """Return the kind with most discharges."""
    if trains is None:
        return "no rest"
    counts = {kind: len(times_of(trains, kind)) for kind in KINDS}
    best = max(counts, key=counts.get)
    return best if counts[best] else "quiet"


def print_scores(title, scores):
    """Print sensitivity and precision of each kind."""
    print(f"\n{title}: discharges within {1e3 * WITHIN:g} ms and of the right kind")
    for kind, (n_real, n_hit, n_found, n_right) in scores.items():
        if n_real or n_found:
            print(
                f"  {kind:20} {n_real:6} real  sensitivity {n_hit / max(n_real, 1):.3f}"
                f"  {n_found:6} found  precision {n_right / max(n_found, 1):.3f}"
            )


def one_kind(n_patients):
    """Score recordings of one kind each, and print which kind was seen."""
    rest = make_needle_rest(n_patients, random_state=SEED)
    found = find_spontaneous_activity(rest.data)
    print_scores("One kind a recording", score_events(rest, found))
    print_measures(rest, found)
    speed("muscles at rest", rest.data[:36])
    seen = Counter(zip(rest.target, map(name_recording, found), strict=True))
    print("\nKind with most discharges, by what was simulated")
    for (real, claimed), count in sorted(seen.items()):
        print(f"  {real:20} {claimed:20} {count:4}")
    wrong = Counter(
        kind
        for real, trains in zip(rest.target, found, strict=True)
        for kind in {train["kind"] for train in trains or ()} - {real}
    )
    print(f"  recordings with a wrong kind beside it: {dict(wrong)}")


def several_kinds(n_patients):
    """Score recordings of two kinds each, without and with an insertion before."""
    for insertion in (False, True):
        rest = make_needle_rest(
            n_patients, kinds=MIXED, insertion=insertion, random_state=SEED
        )
        found = find_spontaneous_activity(rest.data)
        title = "Two kinds a recording" + insertion * ", behind an insertion"
        print_scores(title, score_events(rest, found))


def noise_alone(n_patients):
    """Print how often something is found where there is nothing."""
    rest = make_needle_rest(n_patients, kinds=("quiet",), random_state=SEED)
    found = find_spontaneous_activity(rest.data)
    minutes = rest.data.seconds.sum() / 60
    n_wrong = sum(len(train["times"]) for trains in found for train in trains)
    print(f"\nNoise alone: {n_wrong} discharges in {minutes:.0f} minutes")


def contractions(title, recordings):
    """Print how many recordings of a contraction are taken for rest."""
    found = find_spontaneous_activity(recordings)
    wrong = [i for i, trains in enumerate(found) if trains is not None]
    print(f"\n{title}: {len(wrong)} of {len(found)} taken for rest {wrong}")


if __name__ == "__main__":
    n_patients = int(sys.argv[1]) if len(sys.argv) > 1 else 240
    one_kind(n_patients)
    several_kinds(n_patients // 4)
    noise_alone(n_patients // 2)
    emg = make_needle_emg(n_patients // 2, 1, random_state=SEED)
    contractions("Simulated contractions", emg.data)
    long = make_needle_emg(30, 1, duration=10.0, random_state=SEED)
    speed("contractions", long.data)
    if "SKEMG_DATA" in os.environ:
        contractions("PhysioNet emgdb", fetch_emgdb().data)
        real = fetch_algiers().data
        contractions("Algiers", real)
        speed("Algiers", real)
