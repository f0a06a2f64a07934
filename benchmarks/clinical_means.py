"""Class means of the clinical measures, on simulated and on real recordings.

    python benchmarks/clinical_means.py [--algiers DIR] [--emgdb DIR] [--jobs 2]

Every recording is high-passed at 20 Hz without a shift, and decomposed; given are means
over patients of their recordings' values, their number and how many recordings held no
unit. DIR is the folder of
doi:10.17632/543xpjycj9.1 (Algiers) and of doi:10.13026/C24S3D (emgdb, one person a
class, so no statement about patients).
"""

import argparse
import warnings

import numpy as np

from skemg.clinical import MUAPDetector, MUAPFeatures
from skemg.datasets import fetch_algiers, fetch_emgdb, make_needle_emg
from skemg.preprocessing import Bandpass

SHOWN = (
    "muap_duration_ms_mean",
    "muap_amplitude_uv_mean",
    "muap_area_uv_ms_mean",
    "muap_thickness_ms_mean",
    "muap_size_index_mean",
    "muap_phases_mean",
    "muap_turns_mean",
    "muap_spike_duration_ms_mean",
    "muap_rise_time_ms_mean",
    "muap_irregularity_mean",
    "muap_jiggle_mean",
    "polyphasia_share",
    "n_units",
    "firing_rate_hz_mean",
    "firing_rate_hz_max",
    "isi_variability_share",
    "recruitment_ratio_hz",
)
CLASSES = ("normal", "neuropathic", "myopathic")


def report(title, emg, n_jobs):
    """Print the class means of one data set."""
    data = Bandpass(20, None, order=2, zero_phase=True).fit_transform(emg.data)
    features = MUAPFeatures(MUAPDetector(n_jobs=n_jobs))
    table = features.fit_transform(data)
    names = list(features.get_feature_names_out())
    target, groups = np.asarray(emg.target), np.asarray(emg.groups)
    present = [name for name in CLASSES if np.any(target == name)]
    means = []
    for name in present:
        own = target == name
        patients = [
            np.nanmean(table[own & (groups == patient)], axis=0)
            for patient in np.unique(groups[own])
        ]
        means.append(np.nanmean(patients, axis=0))
    print(f"\n{title}\n\n| |", " | ".join(present), "|")
    print("|---|" + "---:|" * len(present))
    for kind, counts in (
        ("patients", [len(np.unique(groups[target == c])) for c in present]),
        ("recordings", [np.sum(target == c) for c in present]),
        (
            "recordings without a unit",
            [np.sum(table[target == c, names.index("n_units")] == 0) for c in present],
        ),
    ):
        print(f"| {kind} |", " | ".join(map(str, counts)), "|")
    for shown in SHOWN:
        values = [f"{mean[names.index(shown)]:.2f}" for mean in means]
        print(f"| {shown} |", " | ".join(values), "|", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--algiers", metavar="DIR")
    parser.add_argument("--emgdb", metavar="DIR")
    parser.add_argument("--patients", type=int, default=36, help="simulated; 0: none")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=None)
    arguments = parser.parse_args()
    # A recording without units has NaN everywhere, and so may a patient.
    warnings.simplefilter("ignore", RuntimeWarning)
    if arguments.patients:
        emg = make_needle_emg(arguments.patients, 2, 10.0, random_state=arguments.seed)
        report(f"Simulated, seed {arguments.seed}, 10 s", emg, arguments.jobs)
    if arguments.algiers:
        report("Algiers", fetch_algiers(arguments.algiers), arguments.jobs)
    if arguments.emgdb:
        report("emgdb", fetch_emgdb(arguments.emgdb), arguments.jobs)


if __name__ == "__main__":
    main()
