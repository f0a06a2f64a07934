"""Patients, recordings and seconds that lie on both sides of a split."""

import numpy as np


def on_both_sides(labels, splits):
    """Return, for each split, which labels are in training and in test.

    Parameters
    ----------
    labels : ndarray of shape (n_rows,)
        Patient or recording of each row.
    splits : list of tuple of ndarray of int
        Rows of training and of test.

    Returns
    -------
    findings : list of dict
        One for each split that shares something: `split`, `shared` (the labels) and
        `n_test` (labels in the test).
    """
    findings = []
    for k, (train, test) in enumerate(splits):
        shared = np.intersect1d(labels[train], labels[test])
        if len(shared):
            n_test = len(np.unique(labels[test]))
            findings.append({"split": k, "shared": shared.tolist(), "n_test": n_test})
    return findings


def overlapping_seconds(cohort, splits):
    """Return, for each split, how much of its test is in training too.

    Parameters
    ----------
    cohort : Cohort
        With `start` and `n_times`.
    splits : list of tuple of ndarray of int
        Rows of training and of test.

    Returns
    -------
    findings : list of dict
        One for each split with an overlap: `split`, `seconds` of the test that are in
        training too, their `unit` ("samples" where the rate is unknown), `n_rows` of
        the test that share a sample with training, and `n_test`, the rows of the test.
    """
    findings = []
    unit = "samples" if np.isnan(cohort.sfreq).any() else "s"
    rates = np.where(np.isnan(cohort.sfreq), 1.0, cohort.sfreq)
    for k, (train, test) in enumerate(splits):
        seconds, n_rows = 0.0, 0
        in_both = np.intersect1d(cohort.recording[train], cohort.recording[test])
        for r in in_both:
            n_samples, n_sharing = _overlap(
                _intervals(cohort, train[cohort.recording[train] == r]),
                _intervals(cohort, test[cohort.recording[test] == r]),
            )
            seconds += n_samples / rates[r]
            n_rows += n_sharing
        if n_rows:
            findings.append(
                {
                    "split": k,
                    "seconds": float(seconds),
                    "unit": unit,
                    "n_rows": n_rows,
                    "n_test": len(test),
                }
            )
    return findings


def why_no_overlap(cohort):
    """Return why overlapping samples cannot be looked for, or None."""
    if len(cohort.recording) == cohort.n_recordings:
        return "a row is a recording; pass recording= and start= of windows"
    if cohort.start is None:
        return "where the windows begin is unknown; pass start="
    if cohort.n_times is None:
        return "how long the windows are is unknown; pass length="
    return None


def _intervals(cohort, rows):
    return cohort.start[rows], cohort.start[rows] + cohort.n_times[rows]


def _overlap(train, test):
    """Return how many samples are in both, and how many test intervals touch."""
    points = np.unique(np.concatenate([*train, *test]))
    in_train = _covered(train, points)
    in_both = in_train & _covered(test, points)
    known = np.concatenate([[0], np.cumsum(np.diff(points) * in_train)])
    start, stop = (known[np.searchsorted(points, ends)] for ends in test)
    return int((np.diff(points) * in_both).sum()), int((stop > start).sum())


def _covered(intervals, points):
    """Whether an interval covers what lies between a point and the next one."""
    n_begun, n_ended = (
        np.searchsorted(np.sort(ends), points[:-1], "right") for ends in intervals
    )
    return n_begun > n_ended
