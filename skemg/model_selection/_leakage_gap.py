"""One model under folds of windows, of recordings and of patients."""

import numbers

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.utils import Bunch, check_random_state, get_tags

from skemg.metrics._vote import label_by_group
from skemg.signals import Windows

from ._cross_validate_levels import make_result
from ._evaluation_input import check_input, check_two_patients, with_patients
from ._fold_runner import fit_and_answer, run_all, run_fold, seeded
from ._leakage_gap_result import LeakageGapResult
from ._patient_kfold import PatientKFold


def leakage_gap(
    estimator,
    X,
    y,
    *,
    groups=None,
    n_splits=5,
    levels=None,
    n_shuffles=0,
    confidence=0.95,
    n_jobs=None,
    verbose=0,
    random_state=0,
):
    """Score one model under folds of windows, of recordings and of patients.

    Only the folds of patients tell how the model does on the next patient. How far the
    others are above them is what knowing the patients gives. Read more in the
    :ref:`User Guide <leakage>`.

    - "by window": windows are dealt at random, classes spread evenly, as in most
      papers. It needs a pipeline that ends in `WindowVotingClassifier`.
    - "by recording": recordings are dealt at random, so that other recordings of a
      tested patient are in training.
    - "by patient": `PatientKFold`.

    Parameters
    ----------
    estimator : classifier
        Recordings in, a class a recording out. What is no such pipeline, as one with
        `WindowPooling`, is scored by recording and by patient.
    X : Recordings, Windows or array-like of shape (n_recordings, ...)
        The data, which may carry the patients.
    y : array-like of shape (n_recordings,)
        The class of each recording.
    groups : array-like of shape (n_recordings,), default=None
        The patient of each recording, where X does not carry them.
    n_splits : int, default=5
        Folds of every split.
    levels : list of str, default=None
        Some of "window", "recording", "patient"; None is all that there are.
    n_shuffles : int, default=0
        How many times to do all of it again with the classes shuffled among the
        patients. There is then nothing to learn, and what is above chance is leakage
        alone. One shuffle scatters with few patients, since drawn and true classes
        agree a little by chance; five are a start.
    confidence : float, default=0.95
        Confidence of the intervals, which are by patient in every split.
    n_jobs : int, default=None
        Folds at a time. The result is the same for any number.
    verbose : int, default=0
        1 shows a progress bar.
    random_state : int, RandomState instance or None, default=0
        Seed of the folds, of the control, and of every nested `random_state` of the
        estimator that is None.

    Returns
    -------
    gap : LeakageGapResult
        Scores of each split at each level, with intervals.

    Raises
    ------
    ValueError
        If the patients are unknown, or a class has fewer patients than `n_splits`.
    SignalError
        If a patient has two classes, or `groups` contradicts X.

    See Also
    --------
    cross_validate_levels : The honest figures alone, with any splitter.
    skemg.plot.LeakageGapDisplay : The same as a picture.

    Notes
    -----
    The answer about a recording is the mean over all its windows, and about a patient
    over all recordings, whatever fold they were tested in; so all splits have as many
    answers.

    Steps that learn nothing (scikit-learn's tag `requires_fit=False`) work once for all
    folds; that changes no answer. A step before the vote that learns, such as a global
    scale, is fitted on the training recordings alone by recording and by patient. By
    window nearly every recording has windows in training, so the step is fitted on all
    recordings, as in the papers that split so; `notes` names it.

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.model_selection import leakage_gap
    >>> from skemg.systems import svm_log_spectrum
    >>> emg = make_needle_emg(n_patients=9, duration=1.0, random_state=0)
    >>> gap = leakage_gap(svm_log_spectrum(), emg.data, emg.target, n_splits=3)
    >>> print(f"{gap.gap('balanced_accuracy', 'patient'):.2f}")
    0.44
    """
    data = check_input(estimator, X, y, groups, levels=levels, confidence=confidence)
    check_two_patients(data.y, data.patients)
    if not isinstance(n_shuffles, numbers.Integral) or n_shuffles < 0:
        raise ValueError(
            f"n_shuffles must be an integer of at least 0, got {n_shuffles!r}"
        )
    rng = check_random_state(random_state)
    estimator = seeded(estimator, rng)
    folds_seed = rng.randint(np.iinfo(np.int32).max)
    all_y = [data.y]
    if n_shuffles:
        classes = label_by_group(data.y, data.patients)
        patient = np.unique(data.patients, return_inverse=True)[1]
        all_y += [rng.permutation(classes)[patient] for _ in range(n_shuffles)]
    all_sides = [_sides(y, data.patients, n_splits, folds_seed) for y in all_y]
    head, estimator = _split_off_stateless(estimator)
    if head is not None:
        data.X = with_patients(head.fit_transform(data.X), data.patients)
    all_plans = [
        _plans(estimator, data, y, sides, n_splits, folds_seed)
        for y, sides in zip(all_y, all_sides, strict=True)
    ]
    tasks = [t for plans in all_plans for plan in plans.values() for t in plan.tasks]
    done = iter(run_all(tasks, n_jobs=n_jobs, verbose=verbose))
    results = []
    for y, plans in zip(all_y, all_plans, strict=True):
        known = Bunch(**data | {"y": y})
        results.append({})
        for split, plan in plans.items():
            folds = [next(done) for _ in plan.tasks]
            for fold in folds:
                fold.round = np.zeros(len(fold.recording), dtype=int)
            results[-1][split] = make_result(
                folds, plan.sides, known, confidence=confidence, notes=plan.notes
            )
    true, *shuffled = results
    control = {split: [result[split] for result in shuffled] for split in true}
    return LeakageGapResult(true, control if shuffled else None)


def _split_off_stateless(estimator):
    """Return the first steps that learn nothing, and what follows them."""
    if not isinstance(estimator, Pipeline):
        return None, estimator
    n_stateless = 0
    for _, step in estimator.steps[:-1]:
        if step not in (None, "passthrough") and get_tags(step).requires_fit:
            break
        n_stateless += 1
    if n_stateless == 0:
        return None, estimator
    return estimator[:n_stateless], estimator[n_stateless:]


def _sides(y, patients, n_splits, seed):
    """Return the folds of recordings; too few patients raise before anything runs."""
    rows = np.zeros(len(y))
    apart = PatientKFold(n_splits, shuffle=True, random_state=seed)
    by_patient = list(apart.split(rows, y, patients))
    at_random = StratifiedKFold(n_splits, shuffle=True, random_state=seed)
    return {"by recording": list(at_random.split(rows, y)), "by patient": by_patient}


def _plans(estimator, data, y, sides, n_splits, seed):
    """Return tasks, sides and notes of each split."""
    plans = {"by window": _window_plan(estimator, data, y, n_splits, seed)}
    for split, folds in sides.items():
        tasks = [(run_fold, estimator, data.X, y, *fold) for fold in folds]
        plans[split] = Bunch(tasks=tasks, sides=folds, notes=[])
    return {split: plan for split, plan in plans.items() if plan is not None}


def _window_plan(estimator, data, y, n_splits, seed):
    """Return the folds of windows, or None where no windows vote."""
    steps = estimator.steps if isinstance(estimator, Pipeline) else [("", estimator)]
    vote, windows, notes = steps[-1][1], data.X, []
    if not hasattr(vote, "predict_proba_windows"):
        return None
    if len(steps) > 1:
        windows = clone(estimator[:-1]).fit_transform(data.X, y)
        windows = with_patients(windows, data.patients)
        names = ", ".join(type(step).__name__ for _, step in steps[:-1])
        notes = [f"by window: before the vote, fitted on all recordings: {names}"]
    if not isinstance(windows, Windows):
        return None
    labels, recording = windows.repeat(y), _number(windows)
    cv = StratifiedKFold(n_splits, shuffle=True, random_state=seed)
    tasks, both = [], []
    for _, test in cv.split(labels, labels):
        in_test = np.isin(np.arange(len(labels)), test)
        tasks.append((_window_fold, vote, windows, y, in_test))
        both.append([np.unique(recording[keep]) for keep in (~in_test, in_test)])
    return Bunch(tasks=tasks, sides=both, notes=notes)


def _window_fold(vote, windows, y, in_test):
    """Fit the vote on some windows and return its answers about the others."""
    known, train = _picked(windows, ~in_test)
    asked, test = _picked(windows, in_test)
    return fit_and_answer(vote, known, y[train], asked, test)


def _picked(windows, keep):
    """Return some windows, and which recordings they are of: those that have any."""
    recording = _number(windows)
    held = np.unique(recording[keep])
    return windows[held].select(keep[np.isin(recording, held)]), held


def _number(windows):
    """Return the number of the recording of each window."""
    return np.repeat(np.arange(len(windows)), windows.counts)
