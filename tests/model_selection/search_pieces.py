"""Estimators and searches of the tests that other processes import too."""

import os
import signal
import time
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from skemg.model_selection import ResumableGridSearchCV

TABLE = np.random.default_rng(0).normal(size=(40, 3))
LABELS = (TABLE[:, 0] + 0.7 * np.sin(9 * TABLE[:, 1]) > 0).astype(int)
CELLS = 30


class Logged(LogisticRegression):
    """Adds a byte to a file with each fit, and takes its time where it is told to."""

    def __init__(self, log=None, C=1.0):
        super().__init__(C=C)
        self.log = log

    def fit(self, X, y):
        time.sleep(float(os.environ.get("SKEMG_TEST_PAUSE", "0")))
        with open(self.log, "ab") as file:
            file.write(b".")
        return super().fit(X, y)


class Killer(LogisticRegression):
    """Kills its process in the fits with C=1 on one fold, some times."""

    def __init__(self, folder=None, times=0, C=1.0):
        super().__init__(C=C)
        self.folder = folder
        self.times = times

    def fit(self, X, y):
        n_before = len(list(Path(self.folder).iterdir()))
        if self.C == 1.0 and (X[0] == TABLE[0]).all() and n_before < self.times:
            (Path(self.folder) / str(n_before)).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().fit(X, y)


class Greedy(LogisticRegression):
    """Runs out of memory where C is 1, or is interrupted and says nothing of it."""

    def __init__(self, fault="memory", C=1.0):
        super().__init__(C=C)
        self.fault = fault

    def fit(self, X, y):
        if self.C == 1.0 and self.fault == "memory":
            np.empty(1 << 57)
        if self.C == 1.0 and self.fault == "interrupt":
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                return super().fit(X[::2], y[::2])
        return super().fit(X, y)


class Doubled(TransformerMixin, BaseEstimator):
    """A stateless step that counts its calls."""

    calls = []

    def __init__(self, factor=2.0, fails=False):
        self.factor = factor
        self.fails = fails

    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        if self.fails:
            raise ValueError("this step was told to fail")
        self.calls.append((self.factor, len(X)))
        return self.factor * X

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags


def logged_search(journal, log, **params):
    """Return a search of 30 cells that is not fitted."""
    return ResumableGridSearchCV(
        Logged(str(log)),
        {"C": np.logspace(-3, 2, 6)},
        journal=journal,
        cv=KFold(5),
        **params,
    )


def fit_slowly(journal, log, seconds, n_jobs, ready):
    os.environ["SKEMG_TEST_PAUSE"] = str(seconds)
    # where tests run in the background, the shell has told them to ignore Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ready.set()
    logged_search(journal, log, n_jobs=n_jobs).fit(TABLE, LABELS)


def fit_with_little_room(journal, log, n_bytes):
    """Fit where no file may be longer, as on a full disk; exit with the errno."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        logged_search(journal, log).fit(TABLE, LABELS)
    except OSError as error:
        named = error.filename == str(journal) and "run it again" in error.strerror
        os._exit(error.errno if named else 1)


def same_results(search, other):
    """Whether two searches have the same tables, bit by bit, times aside."""
    tables = [
        {k: v for k, v in s.cv_results_.items() if not k.endswith("_time")}
        for s in (search, other)
    ]
    assert list(tables[0]) == list(tables[1])
    for key, column in tables[0].items():
        np.testing.assert_array_equal(column, tables[1][key], err_msg=key, strict=True)
    return True


class Loop:
    """Holds itself."""

    def __init__(self):
        self.me = [self]
