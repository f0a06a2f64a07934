"""Which patients early stopping looks at."""

import numpy as np


def hold_out(codes, classes, groups, fraction, rng):
    """Hold out whole patients, the same share of the patients of each class.

    Parameters
    ----------
    codes : ndarray of int of shape (n_windows,)
        The class of each window, as its number in `classes`.
    classes : ndarray of shape (n_classes,)
        Their names, for the message.
    groups : ndarray of shape (n_windows,) or None
        The patient of each window; None makes every window its own.
    fraction : float
        Share of the patients of a class; at least one is held out.
    rng : RandomState
        Draws the patients.

    Returns
    -------
    held_out : ndarray of bool of shape (n_windows,)
        The windows that are not trained on.

    Raises
    ------
    ValueError
        If a class cannot be on both sides.
    """
    unit = "patients"
    if groups is None:
        unit, groups = "windows", np.arange(len(codes))
    patient = np.unique(groups, return_inverse=True)[1]
    has_class = np.zeros((patient.max() + 1, codes.max() + 1), dtype=bool)
    has_class[patient, codes] = True
    n_patients = has_class.sum(axis=0)
    wanted = np.clip(np.round(fraction * n_patients), 1, np.maximum(n_patients - 1, 0))
    held = np.zeros(len(n_patients), dtype=int)
    chosen = np.zeros(len(has_class), dtype=bool)
    for i in rng.permutation(len(has_class)):
        after = held + has_class[i]
        if np.all(after[has_class[i]] <= wanted[has_class[i]]):
            held, chosen[i] = after, True
    present = n_patients > 0
    if np.any(held[present] == 0):
        counts = dict(zip(classes.tolist(), n_patients.tolist(), strict=False))
        raise ValueError(
            f"early_stopping=True holds out {unit} of each class and trains on others, "
            f"but there are too few; {unit} a class: {counts}. Add {unit} or use "
            "early_stopping=False"
        )
    return chosen[patient]
