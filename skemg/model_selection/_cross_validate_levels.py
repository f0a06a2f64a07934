"""Cross-validation at the levels of windows, recordings, muscles and patients."""

import numpy as np

from ._evaluation_input import check_input, patient_splits
from ._fold_runner import run_all, run_fold, seeded
from ._level_answers import answers_of_levels
from ._levels_result import LevelsResult


def cross_validate_levels(
    estimator,
    X,
    y,
    *,
    groups=None,
    cv=None,
    muscles=None,
    levels=None,
    allow_shared_patients=False,
    confidence=0.95,
    n_jobs=None,
    verbose=0,
    random_state=None,
):
    """Score a classifier on patients that it has not seen, at all levels in one run.

    Each fold is fitted once. Windows, recordings, muscles and patients are scored from
    the same answers, each score with an interval by patient. Nothing is chosen on the
    reported folds. Read more in the :ref:`User Guide <leakage>`.

    Parameters
    ----------
    estimator : classifier
        Recordings in, a class a recording out. Windows are scored where it is a
        pipeline that ends in `WindowVotingClassifier`.
    X : Recordings, Windows or array-like of shape (n_recordings, ...)
        The data, which may carry the patients.
    y : array-like of shape (n_recordings,)
        The class of each recording.
    groups : array-like of shape (n_recordings,), default=None
        The patient of each recording, where X does not carry them.
    cv : int, splitter, iterable of (train, test) or None, default=None
        The folds. None is `PatientKFold(5)`, an integer that many patient folds. Every
        splitter gets the patients.
    muscles : array-like of shape (n_recordings,), default=None
        The muscle of each recording. They are scored, and each muscle of a patient then
        counts the same in the patient's vote.
    levels : list of str, default=None
        Some of "window", "recording", "muscle", "patient"; None is all that there are.
    allow_shared_patients : bool, default=False
        Whether a patient may be in training and in test. The result then says so. An
        answer joins all folds in which there is something of its recording or patient.
    confidence : float, default=0.95
        Confidence of the intervals.
    n_jobs : int, default=None
        Folds at a time, as in scikit-learn. The result is the same for any number.
    verbose : int, default=0
        1 shows a progress bar.
    random_state : int, RandomState instance or None, default=None
        Seed for every nested `random_state` of the estimator that is None. None leaves
        the estimator as it is.

    Returns
    -------
    result : LevelsResult
        Scores, answers of the patients, confusion matrices, folds.

    Raises
    ------
    LeakageError
        If a patient is on both sides and `allow_shared_patients` is not set.
    ValueError
        If the patients are unknown, a class has one patient or is not in a training
        set, or a parameter is not known.
    SignalError
        If a patient has two classes, or `groups` contradicts X.

    See Also
    --------
    nested_cross_validate : The same for a search.
    leakage_gap : What other splits would have shown.

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.model_selection import cross_validate_levels
    >>> from skemg.systems import svm_log_spectrum
    >>> emg = make_needle_emg(n_patients=9, duration=1.0, random_state=0)
    >>> result = cross_validate_levels(svm_log_spectrum(), emg.data, emg.target, cv=3)
    >>> result.levels
    ['window', 'recording', 'patient']
    >>> for record in result.scores:
    ...     if record["metric"] == "balanced_accuracy":
    ...         print("{level} {score:.2f} [{low:.2f}, {high:.2f}]".format(**record))
    window 0.57 [0.23, 0.85]
    recording 0.61 [0.25, 0.88]
    patient 0.56 [0.19, 0.87]
    """
    return evaluate(
        estimator,
        check_input(
            estimator,
            X,
            y,
            groups,
            muscles=muscles,
            levels=levels,
            confidence=confidence,
        ),
        cv,
        allow_shared_patients=allow_shared_patients,
        confidence=confidence,
        n_jobs=n_jobs,
        verbose=verbose,
        random_state=random_state,
    )


def evaluate(
    estimator,
    data,
    cv,
    *,
    allow_shared_patients=False,
    confidence,
    n_jobs,
    verbose,
    random_state,
    check_splits=None,
):
    """Return the result; `check_splits` sees the folds, and patients go to `fit`."""
    splits, notes = patient_splits(
        cv, data, allow_shared_patients=allow_shared_patients
    )
    if check_splits is not None:
        check_splits(splits)
    estimator = seeded(estimator, random_state)
    groups = None if check_splits is None else data.patients
    folds = run_all(
        ((run_fold, estimator, data.X, data.y, *sides, groups) for sides in splits),
        n_jobs=n_jobs,
        verbose=verbose,
    )
    n_tested = np.zeros(len(data.y), dtype=int)
    for fold, (_, test) in zip(folds, splits, strict=True):
        fold.round = n_tested[fold.recording]
        n_tested[test] += 1
    return make_result(folds, splits, data, confidence=confidence, notes=notes)


def make_result(folds, splits, data, *, confidence, notes):
    """Return the result of finished folds, each with its two sides."""
    records = []
    for number, (fold, sides) in enumerate(zip(folds, splits, strict=True)):
        record = {"fold": number}
        for side, recordings in zip(("train", "test"), sides, strict=True):
            record[f"n_{side}_recordings"] = len(recordings)
            record[f"n_{side}_patients"] = len(np.unique(data.patients[recordings]))
        record["fit_seconds"] = fold.fit_seconds
        record["predict_seconds"] = fold.predict_seconds
        if fold.best_params is not None:
            record["best_params"] = fold.best_params
            record["best_score"] = float(fold.best_score)
        records.append(record)
    answers = answers_of_levels(folds, data.y, data.patients, data.muscles, data.levels)
    hard = [level for level in answers if not answers[level].has_proba]
    if hard:
        notes = [
            *notes,
            f"no probabilities of {', '.join(hard)}: roc_auc_ovr, brier and "
            "calibration_error are NaN there",
        ]
    return LevelsResult(
        answers, records, classes=data.classes, confidence=confidence, notes=notes
    )
