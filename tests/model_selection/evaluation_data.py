"""Data and classifiers whose scores are known, for the tests of whole evaluations."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.neighbors import KNeighborsClassifier

from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier


class Oracle(ClassifierMixin, BaseEstimator):
    """Probabilities of the classes are what stands in X."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        return np.asarray(X)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class HardOracle(ClassifierMixin, BaseEstimator):
    """The class is what stands in X; there are no probabilities."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return self.classes_[np.asarray(X, dtype=int)[:, 0]]


class Learning(TransformerMixin, BaseEstimator):
    """Change nothing, and remember who was seen in `fit`."""

    seen = []

    def fit(self, X, y=None):
        self.seen.append(X.groups)
        self.fitted_ = True
        return self

    def transform(self, X):
        return X


def known_patients(n_patients=40, n_recordings=2, n_windows=4, random_state=0):
    """Return windows by which patients are known, and classes drawn by lot."""
    rng = np.random.default_rng(random_state)
    patients = np.repeat(np.arange(n_patients), n_recordings)
    who = np.repeat(rng.normal(size=(n_patients, 5)), n_recordings, axis=0)
    rows = np.repeat(who, n_windows, axis=0)
    rows = rows + 0.05 * rng.normal(size=rows.shape)
    offsets = np.arange(len(patients) + 1) * n_windows
    lot = rng.permutation(np.repeat(["a", "b"], n_patients // 2))
    return Windows(rows, offsets, sfreq=1000, groups=patients), lot[patients]


def nearest_window():
    """Return a vote of windows that knows a patient again."""
    return WindowVotingClassifier(KNeighborsClassifier(n_neighbors=1))


def without_times(result):
    """Return the records of the folds but for what the clock says."""
    return [
        {name: v for name, v in fold.items() if not name.endswith("seconds")}
        for fold in result.folds
    ]
