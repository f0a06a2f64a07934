"""Cohorts of noise for the audit: nothing leaks and nothing tells the class."""

import numpy as np

from skemg.signals import Recordings

SFREQ = 1000.0


def patients_of(n_patients, n_each=1):
    """Return the patient of each recording, and its class, by turns."""
    groups = np.repeat([f"p{i:02d}" for i in range(n_patients)], n_each)
    return groups, np.repeat(np.resize(["ill", "well"], n_patients), n_each)


def noise(n_recordings, n_times=3000, *, seed=0, n_channels=1):
    """Return signals of white noise."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(n_channels, n_times)) for _ in range(n_recordings)]


def cohort(n_patients=10, n_each=2, **kwargs):
    """Return recordings that know their patients, and the classes."""
    groups, y = patients_of(n_patients, n_each)
    signals = noise(len(y), **kwargs)
    return Recordings.from_list(signals, sfreq=SFREQ, groups=groups), y


def records_of(audit):
    """Return the records of an audit by the name of the check."""
    return {record["check"]: record for record in audit.records}
