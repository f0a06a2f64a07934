"""Small fitted models for the tests of files."""

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from skemg.datasets import make_needle_emg
from skemg.features import TimeDomainFeatures
from skemg.windowing import Windower, WindowVotingClassifier

EMG = make_needle_emg(n_patients=6, duration=0.5, sfreq=24000, random_state=0)


def fitted(C=1.0):
    """Return a fitted pipeline; another C gives other probabilities."""
    model = make_pipeline(
        Windower(0.1, 0.1),
        TimeDomainFeatures(),
        WindowVotingClassifier(SVC(C=C), voting="hard"),
    )
    return model.fit(EMG.data, EMG.target)


def at_rate(sfreq):
    """Return the recordings with another rate written on them."""
    return EMG.data.with_values(EMG.data.values, sfreq=np.full(len(EMG.data), sfreq))
