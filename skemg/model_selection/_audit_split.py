"""Look for what makes a score too good before a model is fitted."""

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skemg.utils._number import check_share

from ._audit import (
    SplitAudit,
    copies_record,
    find_copies,
    find_shortcuts,
    list_splits,
    on_both_sides,
    overlap_record,
    overlapping_seconds,
    read_cohort,
    shared_record,
    sides_of_recordings,
    why_no_overlap,
)


def audit_split(
    X,
    y,
    groups=None,
    cv=None,
    *,
    recording=None,
    start=None,
    length=None,
    sfreq=None,
    raise_on=None,
    alpha=0.01,
    n_permutations=1000,
    max_pairs=200_000,
    random_state=0,
):
    """Report what a split leaks, and what else than the disease tells the class.

    No model is fitted. Leaks are patients, recordings or samples on both sides, and
    signals that stand in the set twice: equal in a stretch, at any shift, or changed
    (shifted, scaled, turned over, filtered, with noise added). Shortcuts are numbers
    that have nothing to do with disease, such as the length of a recording or the hum
    of the mains; each is given alone to a small classifier under the same split, or,
    where that shares patients, under one that does not. Read more in the
    :ref:`User Guide <audit>`.

    Parameters
    ----------
    X : Recordings, Windows, list of arrays, or array-like of shape (n_rows, n_times) \
            or (n_rows, n_channels, n_times)
        What `cv` splits: a row is a recording, or a window where `recording` says so.
    y : array-like of shape (n_rows,)
        The class of each row.
    groups : array-like of shape (n_rows,), default=None
        The patient of each row, where X does not carry them.
    cv : int, splitter or iterable of (train, test), default=None
        The split that is looked at; an integer means what it means in scikit-learn,
        which is no split by patients. None is ``PatientKFold(5)``.
    recording : array-like of shape (n_rows,), default=None
        The recording that each row was cut from, as `make_windows` gives it, or names
        of the recordings for the report. By default every row is a recording.
    start : array-like of int of shape (n_rows,), default=None
        First sample of each row in its recording, as `make_windows` gives it.
    length : float, default=None
        Length of a window in seconds where the rows of X are features. Patients,
        recordings and overlap are then looked at; copies and shortcuts need a signal.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.
    raise_on : {"leaks", "shortcuts", "all"}, str or list of str, default=None
        Raise where one of these checks fails, see :meth:`SplitAudit.raise_for`.
    alpha : float, default=0.01
        Share of sets without any shortcut in which one is reported all the same, and
        the same again for suspects; the number of measures is accounted for.
    n_permutations : int, default=1000
        Draws of labels behind the level of chance, at least ``1 / alpha``.
    max_pairs : int, default=200_000
        With more pairs of recordings only equal samples are looked for, and the report
        says so.
    random_state : int, RandomState instance or None, default=0
        Seed of the draws.

    Returns
    -------
    audit : SplitAudit
        The report: `print(audit)`, its HTML in a notebook, `audit.records`, and
        `audit.raise_for()`.

    Raises
    ------
    LeakageError
        If `raise_on` is given and a check fails.
    ValueError
        If the patients are unknown, there is no split or one that tests nobody, or a
        split trains without a class, because a class has too few patients for the
        split; the message then has the table of counts.
    SignalError
        If X, y, `groups`, `recording` or `start` do not fit.

    See Also
    --------
    PatientKFold : A split that passes.

    Notes
    -----
    The measure is classified through its ranks by a kernel smoother, so its scale and
    outliers do not matter and a class in the middle is found too. AUC is the mean of
    one-vs-rest AUCs over recordings, out of fold. The alarm looks at the class that is
    told best, as one of three may come from another room. The level of chance comes
    from labels that are drawn anew, patient by patient, and is that of the best measure
    and class of each draw [1]_. Measures of several channels are averaged.

    Equal samples are found by hashes of stretches of 32 samples, of which a share is
    kept by their own value [2]_; changed copies by cross-correlation of the phases [3]_
    of up to 8192 frequencies and a check of the phases block by block. Two recordings
    of which less than about a third is a changed copy can be missed. Width of the
    kernel, thresholds and lengths are our choice.

    References
    ----------
    .. [1] Westfall, P. H. and Young, S. S. (1993). "Resampling-Based Multiple Testing."
       Wiley.
    .. [2] Schleimer, S., Wilkerson, D. S. and Aiken, A. (2003). "Winnowing: local
       algorithms for document fingerprinting." SIGMOD 2003.
    .. [3] Knapp, C. H. and Carter, G. C. (1976). "The generalized correlation method
       for estimation of time delay." IEEE Transactions on Acoustics, Speech, and Signal
       Processing, 24(4), 320-327.

    Examples
    --------
    Windows of five patients a class, split at random:

    >>> import numpy as np
    >>> from sklearn.model_selection import KFold
    >>> from skemg.model_selection import audit_split
    >>> from skemg.signals import Recordings
    >>> from skemg.windowing import Windower, make_windows
    >>> noise = np.random.default_rng(0).normal(size=(10, 1000))
    >>> patients = [f"p{i}" for i in range(10)]
    >>> emg = Recordings.from_array(noise, sfreq=1000, groups=patients)
    >>> y = np.repeat(["normal", "myopathic"], 5)
    >>> flat = make_windows(emg, y, Windower(length=0.2, hop=0.1))
    >>> at_random = KFold(5, shuffle=True, random_state=0)
    >>> audit_split(
    ...     flat.data, flat.target, flat.groups, at_random, sfreq=1000,
    ...     recording=flat.recording, start=flat.start,
    ... )
    <SplitAudit: patients (leak), recordings (leak), overlap (leak)>

    With the patients apart nothing is found:

    >>> audit_split(emg, y)
    <SplitAudit: nothing found>
    """
    check_share(alpha, "alpha")
    check_scalar(n_permutations, "n_permutations", (int, np.integer), min_val=1)
    check_scalar(max_pairs, "max_pairs", (int, np.integer), min_val=0)
    if n_permutations < 1 / alpha - 1:
        raise ValueError(
            f"n_permutations={n_permutations} cannot show p <= alpha={alpha:g}; draw "
            f"at least {int(np.ceil(1 / alpha))}"
        )
    cohort = read_cohort(
        X,
        y,
        groups=groups,
        recording=recording,
        start=start,
        length=length,
        sfreq=sfreq,
    )
    splits = list_splits(X, cohort, cv)
    sides = sides_of_recordings(cohort, splits)
    patients = on_both_sides(cohort.groups, splits)
    recordings = on_both_sides(np.array(cohort.names)[cohort.recording], splits)
    overlap, reason = [], why_no_overlap(cohort)
    if reason is None:
        overlap = overlapping_seconds(cohort, splits)
    copies, limits = [], [cohort.no_signal]
    if cohort.signals is not None:
        copies, limits = find_copies(cohort, sides, max_pairs)
    shortcuts, values = find_shortcuts(
        cohort,
        None if patients else sides,
        alpha,
        n_permutations,
        check_random_state(random_state),
    )
    audit = SplitAudit(
        records=[
            shared_record("patients", patients, len(splits)),
            shared_record("recordings", recordings, len(splits)),
            overlap_record(overlap, len(splits), reason),
            copies_record(copies, len(splits), limits, cohort.signals is not None),
            *shortcuts,
        ],
        patients=patients,
        recordings=recordings,
        overlap=overlap,
        copies=copies,
        measures=values,
        names=cohort.names,
        n_splits=len(splits),
        n_patients=len(np.unique(cohort.groups)),
    )
    return audit if raise_on is None else audit.raise_for(raise_on)
