"""Systems on tracks of labels: the steps before the vote cut, what is inside votes."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import balanced_accuracy_score

from skemg.datasets import fetch_uci_gestures
from skemg.model_selection import LeaveOnePatientOut
from skemg.signals import Recordings
from skemg.systems import yu2025_cnn, yu2025_svm
from skemg.windowing import make_windows


def make(name, max_epochs):
    if name == "svm":
        return yu2025_svm()
    return yu2025_cnn(max_epochs=max_epochs, device="cpu", random_state=0)


def scores_of_unseen_people(system, X, tracks):
    windows = make_windows(X, tracks, system[:-1], drop_mixed=True, drop_labels=[0])
    scores = []
    cv = LeaveOnePatientOut()
    for train, test in cv.split(windows.target, windows.target, windows.groups):
        classifier = clone(system[-1].estimator)
        classifier.fit(windows.data[train], windows.target[train])
        answer = classifier.predict(windows.data[test])
        scores.append(balanced_accuracy_score(windows.target[test], answer))
    return scores


@pytest.mark.parametrize("name", ["cnn", "svm"])
def test_states_that_differ_in_channel_are_told_apart_in_unseen_people(name):
    rng = np.random.default_rng(0)
    state = np.repeat([0, 1, 0, 2, 0, 3], 1500).astype(np.uint8)
    effort = np.array([[5, 2, 60, 10], [5, 2, 10, 60]])[:, state]
    X = Recordings.from_list(
        [effort * rng.normal(size=effort.shape) for _ in range(3)],
        sfreq=1000,
        groups=["anna", "ben", "cleo"],
    )
    tracks = Recordings.from_list([state] * 3, sfreq=1000)
    assert min(scores_of_unseen_people(make(name, 10), X, tracks)) > 0.9


@pytest.mark.parametrize("name", ["cnn", "svm"])
def test_real_gestures_of_unseen_people_are_far_above_chance(name, skemg_data):
    emg = fetch_uci_gestures(skemg_data, subjects=["01", "03", "05"])
    scores = scores_of_unseen_people(make(name, 3), emg.data, emg.tracks)
    assert np.mean(scores) > 0.5  # six gestures, so chance is 1/6
