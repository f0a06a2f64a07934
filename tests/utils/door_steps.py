"""Steps that do nothing of their own, so that the tests see the doors alone."""

from sklearn.base import BaseEstimator, TransformerMixin

from skemg.utils._recordings import check_recordings, like, map_recordings
from skemg.utils._windowwise import check_windows


class Twice(TransformerMixin, BaseEstimator):
    """Double each recording."""

    def __init__(self, *, sfreq=None):
        self.sfreq = sfreq

    def fit(self, X, y=None):
        check_recordings(self, X, reset=True)
        return self

    def transform(self, X):
        recordings = check_recordings(self, X, reset=False)
        doubled = map_recordings(lambda signal, _: 2 * signal, recordings, given=X)
        return like(doubled, X)


class Look(BaseEstimator):
    """Give back what the two doors let in."""

    def __init__(self, *, sfreq=None):
        self.sfreq = sfreq

    def recordings(self, X):
        return check_recordings(self, X, reset=True)

    def windows(self, X):
        return check_windows(self, X, reset=True)
