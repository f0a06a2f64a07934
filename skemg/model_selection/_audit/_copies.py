"""Signals that stand in a data set twice, and the splits that tear them apart."""

import numpy as np

from ._correlated import changed_copies
from ._exact import exact_copies


def find_copies(cohort, sides, max_pairs):
    """Return the pairs of recordings that hold one signal.

    Parameters
    ----------
    cohort : Cohort
        With signals.
    sides : tuple of ndarray of bool of shape (n_splits, n_recordings)
        Whether a recording is in training, and in test.
    max_pairs : int
        Beyond it only equal samples are looked for.

    Returns
    -------
    copies : list of dict
        As `SplitAudit.copies` says, and `unit` of lag and seconds.
    limits : list of str
        What was not looked for.
    """
    known = not np.isnan(cohort.sfreq).any()
    rates = cohort.sfreq if known else np.ones(cohort.n_recordings)
    exact = exact_copies(cohort.signals)
    found = {
        (i, j): {
            "kind": "equal",
            "lag": lag / rates[i],
            "seconds": n_equal / rates[i],
            "gain": 1.0,
            "correlation": 1.0,
        }
        for (i, j), (lag, n_equal) in exact.items()
    }
    limits = []
    n_pairs = cohort.n_recordings * (cohort.n_recordings - 1) // 2
    if n_pairs > max_pairs:
        limits.append(
            f"changed copies were not looked for: {n_pairs} pairs of recordings are "
            f"more than max_pairs={max_pairs}"
        )
    else:
        changed, short = changed_copies(cohort.signals, rates, known=exact)
        found |= {pair: {"kind": "changed", **copy} for pair, copy in changed.items()}
        if short:
            limits.append(
                f"{len(short)} recordings are too short to look for changed copies"
            )
    in_train, in_test = sides
    patients = cohort.patients.tolist()
    copies = []
    for (i, j), copy in sorted(found.items()):
        apart = (in_train[:, i] & in_test[:, j]) | (in_train[:, j] & in_test[:, i])
        copies.append(
            {
                "recordings": (cohort.names[i], cohort.names[j]),
                "patients": (patients[i], patients[j]),
                **{k: v if k == "kind" else float(v) for k, v in copy.items()},
                "unit": "s" if known else "samples",
                "n_splits": int(apart.sum()),
            }
        )
    copies.sort(key=lambda copy: -copy["n_splits"])  # stable
    return copies, limits
