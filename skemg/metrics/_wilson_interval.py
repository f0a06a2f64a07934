"""Interval of a proportion."""

import numpy as np
from scipy.stats import norm

from skemg.utils._number import check_share


def wilson_interval(n_right, n_total, *, confidence=0.95):
    """Interval of a proportion: which accuracies fit to 24 right answers of 26.

    Count patients, not windows: answers about one patient resemble each other, and the
    interval holds for independent ones. Read more in the
    :ref:`User Guide <statistics>`.

    Parameters
    ----------
    n_right : float or array-like
        Number of right answers. A fraction is allowed, such as an effective number.
    n_total : float or array-like
        Number of answers. Of none, the interval is 0 to 1.
    confidence : float, default=0.95
        Share of the cohorts whose interval holds the true proportion.

    Returns
    -------
    low, high : float or ndarray
        Ends of the interval, between 0 and 1.

    Raises
    ------
    ValueError
        If not 0 <= n_right <= n_total, or `confidence` is not between 0 and 1.

    See Also
    --------
    patient_interval : Interval of any score, rows of one patient kept together.

    References
    ----------
    .. [1] Wilson, E. B. (1927). "Probable inference, the law of succession, and
       statistical inference." Journal of the American Statistical Association, 22(158).
       doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> from skemg.metrics import wilson_interval
    >>> low, high = wilson_interval(24, 26)
    >>> print(f"{low:.2f} to {high:.2f}")
    0.76 to 0.98
    >>> low, high = wilson_interval(26, 26)
    >>> print(f"{low:.2f} to {high:.2f}")
    0.87 to 1.00
    """
    check_share(confidence, "confidence")
    right, total = np.broadcast_arrays(
        np.asarray(n_right, dtype=float), np.asarray(n_total, dtype=float)
    )
    if not (np.isfinite(total) & (right >= 0) & (right <= total)).all():
        raise ValueError(
            f"expected 0 <= n_right <= n_total, got {n_right!r} right of {n_total!r}"
        )
    z = norm.ppf((1 + confidence) / 2)
    p = np.divide(right, total, out=np.full(total.shape, 0.5), where=total > 0)
    low, high = score_interval(p, total, z)
    return (float(low), float(high)) if low.ndim == 0 else (low, high)


def score_interval(p, n, z):
    """Return the ends of Wilson's interval of a proportion `p` of `n` answers."""
    center = (n * p + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(n * p * (1 - p) + z**2 / 4) / (n + z**2)
    low = np.where(p <= 0, 0.0, np.maximum(center - half, 0))
    return low, np.where((p >= 1) & (n > 0), 1.0, np.minimum(center + half, 1))
