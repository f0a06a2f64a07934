"""The work of a cell: scikit-learn fits a candidate on one fold and scores it."""

import contextlib
import re
import signal
import threading
from dataclasses import dataclass

from sklearn.base import clone

from ._sklearn import MultimetricScorer, fit_and_score

# The type at the head of a traceback's last part, or what torch says without one.
_LACK_OF_MEMORY = re.compile(r"^[\w.]*MemoryError\b|can't allocate memory", re.M)


@dataclass(eq=False)
class Bench:
    """What all cells share."""

    X: object
    y: object
    folds: list
    scorer: object
    fit_params: dict
    score_params: dict
    return_train_score: bool
    error_score: object


def run_cell(bench, estimator, cell):
    """Return the cell and its result, a dict of plain numbers and texts.

    A lack of memory is the machine's, not the candidate's: it is raised and never
    becomes a score.
    """
    train, test = bench.folds[cell[1]]
    try:
        with _keep_interrupt():
            result = fit_and_score(
                clone(estimator),
                bench.X,
                bench.y,
                scorer=_careful(bench.scorer),
                train=train,
                test=test,
                verbose=0,
                parameters=None,
                fit_params=bench.fit_params,
                score_params=bench.score_params,
                return_train_score=bench.return_train_score,
                return_n_test_samples=True,
                return_times=True,
                error_score=bench.error_score,
            )
        _refuse_lack_of_memory(result["fit_error"])
    except _LackOfMemoryError as error:
        raise MemoryError(
            f"candidate {cell[0]} ran out of memory in fold {cell[1]}, so the search "
            "stopped; use fewer jobs or a larger machine and run it again: with a "
            f"journal it goes on where it stopped.\n\n{error}"
        ) from None
    return cell, result


def dead_cell(bench, cell):
    """Return the result of a cell whose worker died twice."""
    error = "worker died: the system killed it twice, most often for want of memory"
    if bench.error_score == "raise":
        raise RuntimeError(f"candidate {cell[0]}, fold {cell[1]}: {error}")
    scores = bench.error_score
    if isinstance(bench.scorer, MultimetricScorer):
        scores = dict.fromkeys(bench.scorer._scorers, bench.error_score)
    result = {
        "fit_error": error,
        "test_scores": scores,
        "n_test_samples": len(bench.folds[cell[1]][1]),
        "fit_time": 0.0,
        "score_time": 0.0,
    }
    return result | ({"train_scores": scores} if bench.return_train_score else {})


class _LackOfMemoryError(BaseException):
    """Passes by every `except Exception` of scikit-learn."""


def _refuse_lack_of_memory(text):
    if text is not None and _LACK_OF_MEMORY.search(text):
        raise _LackOfMemoryError(text)


def _careful(scorer):
    if isinstance(scorer, MultimetricScorer):
        return _CarefulScorers(scorers=scorer._scorers, raise_exc=scorer._raise_exc)
    return _CarefulScorer(scorer)


@dataclass(repr=False)
class _CarefulScorer:
    scorer: object

    def __call__(self, *args, **params):
        try:
            return self.scorer(*args, **params)
        except Exception as error:
            _refuse_lack_of_memory(f"{type(error).__name__}: {error}")
            raise

    def __repr__(self):
        return repr(self.scorer)


class _CarefulScorers(MultimetricScorer):
    def __call__(self, *args, **params):
        scores = super().__call__(*args, **params)
        for score in scores.values():  # a text is the traceback of a scorer that failed
            _refuse_lack_of_memory(score if isinstance(score, str) else None)
        return scores


@contextlib.contextmanager
def _keep_interrupt():
    """Raise Ctrl-C in the end where a fit swallowed it and handed back half a model."""
    before = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not callable(before):
        yield
        return
    seen = []

    def note(*args):
        seen.append(args)
        before(*args)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if seen:
        raise KeyboardInterrupt
