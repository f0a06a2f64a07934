"""Cross-validation of a search."""

import numbers

import numpy as np

from skemg.exceptions import LeakageError
from skemg.utils._sklearn import safe_indexing

from ._cross_validate_levels import evaluate
from ._evaluation_input import check_input, folds_of
from ._resumable_grid_search_cv import ResumableGridSearchCV


def nested_cross_validate(
    search,
    X,
    y,
    *,
    groups=None,
    cv=None,
    muscles=None,
    levels=None,
    confidence=0.95,
    n_jobs=None,
    verbose=0,
    random_state=None,
):
    """Score a search, choice included, on patients by whom nothing was chosen.

    In every outer fold the search chooses by inner folds of the training patients and
    is refitted on them; the others are then scored. So the best score of a search,
    which is too good because the best of several was taken, is never reported. Read
    more in the :ref:`User Guide <leakage>`.

    Parameters
    ----------
    search : GridSearchCV, RandomizedSearchCV, HalvingGridSearchCV or alike
        With `refit`, and with a patient splitter in its `cv`, such as
        `PatientKFold(3)`. An integer or None is refused, since scikit-learn would
        choose by recordings of known patients; a `ResumableGridSearchCV` takes it for
        patient folds, and may keep no journal here.
    X : Recordings, Windows or array-like of shape (n_recordings, ...)
        The data, which may carry the patients.
    y : array-like of shape (n_recordings,)
        The class of each recording.
    groups : array-like of shape (n_recordings,), default=None
        The patient of each recording, where X does not carry them.
    cv : int, splitter, iterable of (train, test) or None, default=None
        The outer folds. None is `PatientKFold(5)`, an integer that many patient folds.
    muscles : array-like of shape (n_recordings,), default=None
        The muscle of each recording.
    levels : list of str, default=None
        Some of "window", "recording", "muscle", "patient"; None is all that there are.
    confidence : float, default=0.95
        Confidence of the intervals.
    n_jobs : int, default=None
        Outer folds at a time; the search has an `n_jobs` of its own.
    verbose : int, default=0
        1 shows a progress bar over the outer folds.
    random_state : int, RandomState instance or None, default=None
        Seed for every nested `random_state` of the search that is None.

    Returns
    -------
    result : LevelsResult
        `folds` holds `best_params` and the inner `best_score` of each outer fold.

    Raises
    ------
    LeakageError
        If an inner or outer fold has a patient on both sides.
    ValueError
        If the search is none, has no `refit` or no splitter in its `cv`, or as in
        `cross_validate_levels`.
    SignalError
        If a patient has two classes, or `groups` contradicts X.

    See Also
    --------
    cross_validate_levels : The same for settings that are chosen beforehand.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skemg.model_selection import PatientKFold, nested_cross_validate
    >>> X = [[0.0], [1.0], [2.0], [3.0], [6.0], [7.0], [8.0], [9.0]]
    >>> y = ["normal"] * 4 + ["myopathic"] * 4
    >>> search = GridSearchCV(
    ...     LogisticRegression(), {"C": [0.1, 1.0]}, cv=PatientKFold(2)
    ... )
    >>> result = nested_cross_validate(search, X, y, groups=list("abcdefgh"), cv=2)
    >>> [fold["best_params"] for fold in result.folds]
    [{'C': 0.1}, {'C': 0.1}]
    >>> result.score("accuracy", "patient")
    1.0
    """
    data = check_input(
        search, X, y, groups, muscles=muscles, levels=levels, confidence=confidence
    )
    inner = _inner_splitter(search)
    return evaluate(
        search,
        data,
        cv,
        confidence=confidence,
        n_jobs=n_jobs,
        verbose=verbose,
        random_state=random_state,
        check_splits=lambda splits: _check_inner(inner, data, splits),
    )


def _inner_splitter(search):
    missing = [
        name for name in ("cv", "estimator", "refit") if not hasattr(search, name)
    ]
    if missing:
        raise ValueError(
            f"nested_cross_validate needs a search such as GridSearchCV, got "
            f"{search!r}; score a single estimator with cross_validate_levels"
        )
    if search.refit is False:
        raise ValueError("refit=False leaves nothing to test; set refit=True")
    if isinstance(search, ResumableGridSearchCV):
        if search.journal is not None:
            raise ValueError(
                f"journal={search.journal!r} is of one search, and every outer fold "
                "runs another; set journal=None"
            )
        return search._splitter()
    cv = search.cv
    if cv is None or isinstance(cv, numbers.Integral):
        raise ValueError(
            f"the search has cv={cv!r}, which chooses by recordings of known patients; "
            f"give it cv=PatientKFold({3 if cv is None else cv})"
        )
    if not hasattr(cv, "split"):
        raise ValueError(
            "the search has fixed folds in its cv, and every outer fold needs others; "
            "give it cv=PatientKFold(3)"
        )
    return cv


def _check_inner(cv, data, splits):
    """Raise where an inner fold of any outer one has a patient on both sides."""
    for outer, (train, _) in enumerate(splits):
        X, y, patients = (
            safe_indexing(data.X, train),
            data.y[train],
            data.patients[train],
        )
        for inner, sides in enumerate(folds_of(cv, X, y, patients)):
            shared = np.intersect1d(*(patients[side] for side in sides))
            if len(shared):
                raise LeakageError(
                    f"inner fold {inner} of outer fold {outer} has patient "
                    f"{shared.tolist()[0]!r} in training and in test; give the search "
                    "cv=PatientKFold(3)"
                )
