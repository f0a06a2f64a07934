"""Fit on one side, answer on the other, for all folds."""

import time

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils import Bunch, check_random_state
from sklearn.utils.parallel import Parallel, delayed
from tqdm import tqdm

from skemg.metrics._scorers import _vote_and_windows as vote_and_windows
from skemg.utils._sklearn import safe_indexing


def last_step(estimator):
    """Return what decides in the end, inside pipelines and searches."""
    while True:
        if isinstance(estimator, Pipeline):
            estimator = estimator.steps[-1][1]
        elif hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        elif hasattr(estimator, "param_grid") or hasattr(
            estimator, "param_distributions"
        ):
            estimator = estimator.estimator
        else:
            return estimator


def votes(estimator):
    """Return whether windows vote, so that there is an answer for each."""
    return hasattr(last_step(estimator), "predict_proba_windows")


def seeded(estimator, random_state):
    """Return a clone with every nested `random_state` set that is None."""
    estimator = clone(estimator)
    if random_state is None:
        return estimator
    seed = check_random_state(random_state).randint(np.iinfo(np.int32).max)
    unset = {
        name: seed
        for name, value in estimator.get_params(deep=True).items()
        if name.split("__")[-1] == "random_state" and value is None
    }
    return estimator.set_params(**unset)


def run_all(tasks, *, n_jobs, verbose):
    """Return the results of `(function, *arguments)` tasks, in their order."""
    tasks = list(tasks)
    results = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(function)(*arguments) for function, *arguments in tasks
    )
    return list(tqdm(results, total=len(tasks), desc="folds", disable=not verbose))


def run_fold(estimator, X, y, train, test, groups=None):
    """Fit a clone on `train` and return its answers on `test`."""
    given = {} if groups is None else {"groups": groups[train]}
    known, asked = safe_indexing(X, train), safe_indexing(X, test)
    return fit_and_answer(estimator, known, y[train], asked, test, **given)


def fit_and_answer(estimator, X, y, asked, recordings, **fit_params):
    """Fit a clone on X and y and return its answers about `asked`, with the times."""
    start = time.perf_counter()
    fitted = clone(estimator).fit(X, y, **fit_params)
    end_of_fit = time.perf_counter()
    rows = read_rows(fitted, asked, recordings)
    return Bunch(
        **rows,
        fit_seconds=end_of_fit - start,
        predict_seconds=time.perf_counter() - end_of_fit,
        best_params=getattr(fitted, "best_params_", None),
        best_score=getattr(fitted, "best_score_", None),
    )


def read_rows(fitted, X, recordings):
    """Return the answers of a fitted classifier, a row a window where windows vote.

    Parameters
    ----------
    fitted : classifier
        The estimator.
    X : Recordings, Windows or array-like
        What is asked.
    recordings : ndarray of int
        Numbers of the recordings in X.

    Returns
    -------
    rows : Bunch
        `proba` and the number `recording` of each row; `window_proba` and
        `recording_proba`, whether they are probabilities or hard answers.
    """
    if votes(fitted):
        vote, windows = vote_and_windows(fitted, X)
        proba = vote.predict_proba_windows(windows)
        soft = getattr(vote, "voting", "soft") != "hard" and hasattr(
            vote.estimator_, "predict_proba"
        )
        recordings = np.repeat(recordings, proba.counts)
        return Bunch(
            recording=recordings,
            proba=proba.values,
            window_proba=soft,
            recording_proba=True,
        )
    soft = hasattr(fitted, "predict_proba")
    if soft:
        proba = fitted.predict_proba(X)
    else:
        proba = (fitted.predict(X)[:, np.newaxis] == fitted.classes_).astype(float)
    return Bunch(
        recording=recordings, proba=proba, window_proba=soft, recording_proba=soft
    )
