"""Interval of any score, by patient."""

import numbers

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student
from sklearn.utils import (
    check_random_state,
    check_scalar,
    column_or_1d,
)

from skemg.exceptions import SignalError
from skemg.signals._checks import as_groups
from skemg.utils._number import check_share

from ._patient_scores import get_score
from ._probabilities import as_scores
from ._wilson_interval import score_interval

METHODS = ("wilson", "bca", "percentile")


def patient_interval(
    metric,
    y_true,
    proba,
    *,
    groups,
    classes,
    confidence=0.95,
    method="wilson",
    n_resamples=2000,
    random_state=None,
):
    """Interval of a score of windows, recordings or patients, by patient.

    It answers how far the score of another cohort of as many patients may be off. Rows
    of one patient never count as independent. Read more in the
    :ref:`User Guide <statistics>`, with the measured coverage.

    Parameters
    ----------
    metric : str
        "accuracy", "balanced_accuracy", "f1_macro", "roc_auc_ovr", "brier", and for a
        class with the name normal "sensitivity_normal", "specificity_normal" and
        "f1_normal". Values are those of scikit-learn; classes without rows are left out
        of means. The calibration error has no interval: it is too high where patients
        are few, so no interval around it keeps its promise.
    y_true : array-like of shape (n_rows,)
        The class of each row.
    proba : array-like of shape (n_rows, n_classes)
        Probabilities of each row; the highest is the answer, a tie goes to the first.
    groups : array-like of shape (n_rows,)
        The patient of each row.
    classes : array-like of shape (n_classes,)
        The class of each column of `proba`.
    confidence : float, default=0.95
        Share of the cohorts whose interval holds the true score.
    method : {"wilson", "bca", "percentile"}, default="wilson"
        "wilson" is Wilson's interval with the effective number of patients, from the
        jackknife by patient. The others resample patients within their classes; they
        are known and too narrow for few patients.
    n_resamples : int, default=2000
        Number of resampled cohorts of "bca" and "percentile".
    random_state : int, RandomState instance or None, default=None
        Seed of the resampling. "wilson" draws nothing.

    Returns
    -------
    low, high : float
        Ends of the interval. Both are nan where the score is, and, for balanced
        accuracy, F1 and AUC, where a class has one patient only: how patients of
        that class differ is then unknown.

    Raises
    ------
    ValueError
        If a parameter is not known, `y_true` holds another class, the patients are
        unknown, or "brier" is asked of what is no probability.

    See Also
    --------
    wilson_interval : The same for a number of right patients.

    Notes
    -----
    With the score s between 0 and 1 and its variance v of the jackknife, the effective
    number is s (1 - s) / v, reduced by (z / t)². The degrees of freedom of t are the
    effective number of patients behind v: with u the influence of each patient, the
    square of the sum of u² over the sum of u⁴. With one row a patient the interval of
    the accuracy is Wilson's. The idea is that of Korn and Graubard [1]_; the degrees of
    freedom are our choice.

    References
    ----------
    .. [1] Korn, E. L. and Graubard, B. I. (1998). "Confidence intervals for proportions
       with small expected number of positive counts estimated from survey data." Survey
       Methodology, 24(2).
    .. [2] Efron, B. (1987). "Better bootstrap confidence intervals." Journal of the
       American Statistical Association, 82(397). doi:10.1080/01621459.1987.10478410

    Examples
    --------
    Twelve recordings of six patients, ten of them right:

    >>> import numpy as np
    >>> from skemg.metrics import patient_interval
    >>> groups = np.repeat(["a", "b", "c", "d", "e", "f"], 2)
    >>> y = np.repeat(["normal", "myopathic"], 6)
    >>> right = np.array([1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1], dtype=bool)
    >>> myopathic = (y == "myopathic") == right
    >>> proba = np.column_stack([myopathic, ~myopathic]).astype(float)
    >>> low, high = patient_interval(
    ...     "accuracy", y, proba, groups=groups, classes=["myopathic", "normal"]
    ... )
    >>> print(f"{low:.2f} to {high:.2f}")
    0.44 to 0.97
    """
    check_share(confidence, "confidence")
    if metric == "calibration_error":
        raise ValueError(
            'metric="calibration_error" has no interval that holds: with few patients '
            "it is too high even where nothing is wrong; see ReliabilityDisplay"
        )
    check_scalar(n_resamples, "n_resamples", numbers.Integral, min_val=1)
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}, got {method!r}")
    classes = column_or_1d(classes)
    proba = as_scores(proba)
    truth = _class_numbers(column_or_1d(y_true), classes, proba)
    patients = as_groups(groups, len(proba))
    if patients is None:
        raise ValueError(
            "patient_interval does not know the patients: pass groups, the patient of "
            "each row; it never takes a row for a patient"
        )
    patient = np.unique(patients, return_inverse=True)[1]
    score = get_score(metric, classes).fit(truth, proba, patient)
    lowest, highest = score.bounds
    estimate = score(np.ones((1, len(score.strata_))))[0]
    estimate = (estimate - lowest) / (highest - lowest)
    influence = _influence(score) / (highest - lowest)
    if np.isnan(estimate) or np.isnan(influence).any():
        return np.nan, np.nan
    if method == "wilson":
        ends = _wilson(score, estimate, influence, confidence)
    else:
        cohorts = _resample(truth, patient, n_resamples, random_state)
        resampled = (score(cohorts) - lowest) / (highest - lowest)
        shares = np.array([1 - confidence, 1 + confidence]) / 2
        if method == "bca":
            shares = _bca_shares(shares, resampled, estimate, influence)
        ends = np.nanquantile(resampled, shares)
    return tuple(float(lowest + end * (highest - lowest)) for end in ends)


def _class_numbers(y_true, classes, proba):
    if proba.shape[1] != len(classes):
        raise ValueError(
            f"proba has {proba.shape[1]} columns for {len(classes)} classes"
        )
    if len(y_true) != len(proba):
        raise SignalError(f"y_true has {len(y_true)} labels for {len(proba)} rows")
    same = y_true[:, np.newaxis] == classes
    unknown = np.flatnonzero(~same.any(axis=1))
    if len(unknown):
        raise ValueError(
            f"y_true holds {y_true[unknown].tolist()[0]!r}, which is not in classes "
            f"{classes.tolist()}"
        )
    return same.argmax(axis=1)


def _influence(score):
    """Return each patient's part u of the error: its variance is the sum of u**2."""
    n_patients = len(score.strata_)
    without = score(1 - np.eye(n_patients))
    influence = np.zeros(n_patients)
    for stratum in np.unique(score.strata_[score.strata_ >= 0]):
        of_it = score.strata_ == stratum
        n = of_it.sum()
        if n == 1 and score.is_mean:
            continue  # the interval of one answer
        change = without[of_it].mean() - without[of_it]
        influence[of_it] = np.sqrt((n - 1) / n) * change if n > 1 else np.nan
    return influence


def _wilson(score, estimate, influence, confidence):
    """Return Wilson's interval with the effective number of patients."""
    z = norm.ppf((1 + confidence) / 2)
    squares = influence**2
    variance, spread = squares.sum(), estimate * (1 - estimate)
    known = variance > 0 and spread > 0
    strata = score.strata_[score.strata_ >= 0]
    most_df = max(len(strata) - len(np.unique(strata)), 1)
    if score.is_mean:  # nothing between 0 and 1 varies more than yes and no
        least = score.n_patients_
    else:
        least = min(spread / variance if known else np.inf, score.n_patients_)
        least *= _worth(z, confidence, most_df)
    if not known:
        return score_interval(estimate, least, z)
    df = min(variance**2 / (squares**2).sum(), most_df)
    n_effective = spread / variance * _worth(z, confidence, df)
    return score_interval(estimate, max(min(n_effective, score.n_most_), least), z)


def _worth(z, confidence, df):
    """Return what an answer is worth where the variance is estimated: less than 1."""
    return (z / student.ppf((1 + confidence) / 2, df)) ** 2


def _resample(truth, patient, n_resamples, random_state):
    """Return how often each patient is in each cohort, drawn within the classes."""
    rng = check_random_state(random_state)
    has_class = np.zeros((patient.max() + 1, truth.max() + 1), dtype=bool)
    has_class[patient, truth] = True
    strata = np.unique(has_class, axis=0, return_inverse=True)[1].reshape(-1)
    cohorts = np.zeros((n_resamples, len(strata)))
    for stratum in np.unique(strata):
        of_it = np.flatnonzero(strata == stratum)
        n = len(of_it)
        cohorts[:, of_it] = rng.multinomial(n, np.full(n, 1 / n), size=n_resamples)
    return cohorts


def _bca_shares(shares, resampled, estimate, influence):
    """Return the shares of the resampled scores at the ends of the BCa interval."""
    below = (resampled < estimate).mean() + (resampled == estimate).mean() / 2
    least = 1 / len(resampled)
    bias = norm.ppf(np.clip(below, least, 1 - least))
    cubes, squares = (influence**3).sum(), (influence**2).sum()
    bent = cubes / (6 * squares**1.5) if squares > 0 else 0.0
    ends = bias + norm.ppf(shares)
    return norm.cdf(bias + ends / np.maximum(1 - bent * ends, least))
