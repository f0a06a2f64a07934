"""How well one number a recording tells the class, under the user's own split."""

import numpy as np
from scipy.stats import rankdata

_WIDTH = 0.1  # of the kernel, in ranks from 0 to 1
_CHUNK = 1 << 21  # scores in memory


def score_measures(measures, y, patients, sides, *, n_permutations, rng):
    """Return the out-of-fold AUC of each measure alone, and what chance reaches.

    The classifier is a kernel smoother on the ranks of the measure: each class has a
    density over the training recordings, and a test recording gets its share. So a
    class in the middle is found as well as one at an end. Scores of a recording are
    averaged over the splits that test it; recordings that no split tests are left out.

    The labels of the patients are drawn anew `n_permutations` times (those of the
    recordings within each patient, where patients have several classes), the same draws
    for all measures. The level of chance is that of the best measure and class of each
    draw, so that many of them raise no false alarm (Westfall and Young).

    Parameters
    ----------
    measures : list of ndarray of shape (n_recordings,)
        The measures.
    y, patients : ndarray of shape (n_recordings,)
        Class and patient of each recording.
    sides : tuple of ndarray of bool of shape (n_splits, n_recordings)
        Whether a recording is in training, and in test.
    n_permutations : int
        Draws.
    rng : RandomState
        Source of the draws.

    Returns
    -------
    auc : ndarray of shape (n_measures, n_classes)
        AUC of each class against the rest.
    highest : ndarray of shape (n_permutations,)
        The highest AUC of any measure and class in each draw.
    """
    codes = np.unique(y, return_inverse=True)[1]
    draws = permuted_labels(codes, patients, n_permutations, rng)
    labels = np.vstack([codes, draws])
    weights = [_weights(values, sides) for values in measures]
    n_classes = codes.max() + 1
    size = max(1, _CHUNK // (len(codes) * n_classes))
    auc = np.hstack(
        [
            [
                _auc(weight, labels[start : start + size], n_classes, sides)
                for weight in weights
            ]
            for start in range(0, len(labels), size)
        ]
    )
    return auc[:, 0], auc[:, 1:].max(axis=(0, 2))


def permuted_labels(codes, patients, n_permutations, rng):
    """Return labels drawn anew, patients kept whole.

    Parameters
    ----------
    codes, patients : ndarray of shape (n_recordings,)
        Class number and patient of each recording.
    n_permutations : int
        Draws.
    rng : RandomState
        Source of the draws.

    Returns
    -------
    labels : ndarray of int of shape (n_permutations, n_recordings)
        Class numbers.
    """
    _, first, index = np.unique(patients, return_index=True, return_inverse=True)
    labels = np.empty((n_permutations, len(codes)), codes.dtype)
    if (codes[first][index] == codes).all():
        for draw in labels:
            draw[:] = rng.permutation(codes[first])[index]
        return labels
    members = [np.flatnonzero(index == i) for i in range(len(first))]
    for draw in labels:
        for rows in members:
            draw[rows] = rng.permutation(codes[rows])
    return labels


def _weights(values, sides):
    """Return, for each split, what each training recording says of each test one."""
    weights = []
    for train, test in zip(*sides, strict=True):
        known = np.sort(values[train])
        distinct, first, counts = np.unique(
            known, return_index=True, return_counts=True
        )
        ranks = (first + (counts - 1) / 2 + 0.5) / len(known)
        of_train, of_test = (
            np.interp(values[side], distinct, ranks) for side in (train, test)
        )
        distance = (of_test[:, np.newaxis] - of_train) / _WIDTH
        weights.append(np.exp(-(distance**2) / 2))
    return weights


def _auc(weights, labels, n_classes, sides):
    """Return the AUC of each class against the rest, for each row of labels."""
    is_class = labels.T[:, :, np.newaxis] == np.arange(n_classes)
    total, n_tests = np.zeros(is_class.shape), np.zeros(len(is_class))
    for weight, train, test in zip(weights, *sides, strict=True):
        known = is_class[train].astype(float)
        known /= np.maximum(known.sum(axis=0), 1)
        share = (weight @ known.reshape(len(known), -1)).reshape(
            -1, *is_class.shape[1:]
        )
        total[test] += share / share.sum(axis=2, keepdims=True)
        n_tests[test] += 1
    tested = n_tests > 0
    score = total[tested] / n_tests[tested, np.newaxis, np.newaxis]
    ranks = rankdata(score.round(9), axis=0)  # equal values stay equal over splits
    is_class = is_class[tested]
    n_in = is_class.sum(axis=0)
    pairs = n_in * (len(score) - n_in)
    above = (ranks * is_class).sum(axis=0) - n_in * (n_in + 1) / 2
    return np.where(pairs > 0, above / np.maximum(pairs, 1), 0.5)
