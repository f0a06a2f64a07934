"""What a classifier loses when a gap in the signal is blanked."""

import numbers

import numpy as np
from sklearn.utils import check_scalar

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.signals._checks import as_rate
from skemg.utils._recordings import is_list_of_signals, like
from skemg.windowing import WindowVotingClassifier

from ._doors import codes_of

_SAMPLES = 1 << 21  # of the copies that are predicted at once


def occlusion(
    estimator,
    X,
    *,
    target=None,
    length=0.005,
    hop=None,
    sfreq=None,
    fill=0.0,
):
    """Tell what a classifier loses when a gap in the signal is blanked.

    A gap is set to zero in all channels, and the drop in the probability of the class
    is what its samples were worth [1]_; a sample under several gaps gets their mean.
    Works for every classifier with `predict_proba`, and for whole pipelines: these get
    the recording with the gap and answer for it from the first filter on. Read more in
    the :ref:`User Guide <explanations>`.

    Parameters
    ----------
    estimator : classifier
        A fitted classifier of plain windows, `WindowVotingClassifier` of signals, or
        pipeline from recordings to classes.
    X : array-like of shape (n_windows, n_times) or (n_windows, n_channels, n_times), \
            Windows, Recordings or list of arrays
        What the estimator predicts.
    target : label or array-like of shape (n_samples,), default=None
        The class that is explained, one for all or one for each entry of X. None is
        the predicted one; the windows of a recording take the answer of their vote.
    length : float, default=0.005
        Length of a gap in seconds: `round(length * sfreq)` samples.
    hop : float, default=None
        From the start of a gap to the start of the next, in seconds. None takes
        `length`. The number of predictions is the number of gaps.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` and `Recordings` carry
        their own.
    fill : float, default=0.0
        What a gap is filled with, in the unit of X.

    Returns
    -------
    attribution : ndarray of shape (n_windows, n_times), Windows or Recordings
        In the form of X, one value for all channels, from -1 to 1. Negative where the
        class gained; NaN where no gap was, which a hop beyond `length` leaves. Windows
        are explained one by one, each by its own probability.

    Raises
    ------
    SignalError
        If the rate is unknown or given twice, or X are windows of features.
    ValueError
        If the estimator has no `predict_proba`, `target` is no class, or a gap is no
        sample long.

    See Also
    --------
    saliency : Faster, for nets.

    References
    ----------
    .. [1] Zeiler and Fergus (2013). arXiv:1311.2901

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skemg.inspection import occlusion
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(40, 20))
    >>> X[20:, 8] += 5  # a spike makes the class
    >>> model = LogisticRegression().fit(X, ["rest"] * 20 + ["spike"] * 20)
    >>> drop = occlusion(model, X[20:], length=0.002, sfreq=1000)
    >>> np.flatnonzero(drop.mean(axis=0) > 0.5)
    array([8, 9])
    """
    check_scalar(fill, "fill", numbers.Real)
    gaps = (length, length if hop is None else hop, fill)
    if not hasattr(estimator, "predict_proba"):
        raise ValueError(
            f"occlusion needs predict_proba, which {type(estimator).__name__} has not; "
            "use a classifier with probabilities or CalibratedClassifierCV around it"
        )
    if isinstance(X, Recordings) or is_list_of_signals(X):
        return _of_recordings(estimator, X, target, gaps, sfreq)
    if isinstance(X, Windows):
        return _of_windows(estimator, X, target, gaps, sfreq)
    X = np.asarray(X)
    codes = codes_of(estimator, target, estimator.predict_proba(X))
    return _drop(estimator.predict_proba, X, codes, _rate(sfreq, None), *gaps)


def _of_recordings(estimator, X, target, gaps, sfreq):
    recordings = X
    if not isinstance(X, Recordings):
        recordings = Recordings.from_list(X, sfreq=None)
    codes = codes_of(estimator, target, estimator.predict_proba(X))
    rates = recordings.sfreq
    rows = []
    for i, signal in enumerate(recordings):
        own = None if rates is None else rates[i]

        def proba_of(signals, own=own):
            return estimator.predict_proba(
                Recordings.from_array(
                    signals,
                    sfreq=own,
                    unit=recordings.unit,
                    channel_names=recordings.channel_names,
                )
            )

        rate = _rate(sfreq, own)
        rows.append(_drop(proba_of, signal[np.newaxis], codes[[i]], rate, *gaps)[0])
    drops = Recordings(
        np.concatenate(rows),
        recordings.offsets,
        sfreq=recordings.sfreq,
        groups=recordings.groups,
    )
    return like(drops, X)


def _of_windows(estimator, X, target, gaps, sfreq):
    if not isinstance(estimator, WindowVotingClassifier):
        raise SignalError(
            f"{type(estimator).__name__} is no vote over windows; pass "
            "WindowVotingClassifier, or the whole pipeline with its recordings"
        )
    if X.n_times is None or X.feature_names is not None:
        raise SignalError(
            "these windows are features, which have no gaps in time; pass the whole "
            "pipeline with its recordings: occlusion(pipeline, recordings)"
        )
    codes = codes_of(estimator, target, estimator.predict_proba(X))

    def proba_of(rows):
        bags = Windows(rows, np.arange(len(rows) + 1), sfreq=X.sfreq)
        return estimator.predict_proba_windows(bags).values

    rate = _rate(sfreq, X.sfreq)
    return X.with_values(_drop(proba_of, X.values, X.repeat(codes), rate, *gaps))


def _drop(proba_of, signals, codes, sfreq, length, hop, fill):
    """Return the drop of one probability a row, of shape (n_rows, n_times)."""
    n_gap, n_hop = _n_samples("length", length, sfreq), _n_samples("hop", hop, sfreq)
    if signals.dtype.kind != "f":
        signals = signals.astype(np.float64)
    n_rows, n_times = len(signals), signals.shape[-1]
    before = proba_of(signals)[np.arange(n_rows), codes]
    total, n_gaps = np.zeros((n_rows, n_times)), np.zeros(n_times)
    starts = np.arange(0, n_times, n_hop)
    n_copies = max(1, _SAMPLES // signals.size)
    for first in range(0, len(starts), n_copies):
        gaps = [slice(s, s + n_gap) for s in starts[first : first + n_copies]]
        copies = np.repeat(signals[np.newaxis], len(gaps), axis=0)
        for copy, gap in zip(copies, gaps, strict=True):
            copy[..., gap] = fill
        proba = proba_of(copies.reshape(-1, *signals.shape[1:]))
        after = proba[np.arange(len(proba)), np.tile(codes, len(gaps))]
        drops = before - after.reshape(len(gaps), n_rows)
        for drop, gap in zip(drops, gaps, strict=True):
            total[:, gap] += drop[:, np.newaxis]
            n_gaps[gap] += 1
    with np.errstate(invalid="ignore"):  # 0 / 0 where no gap was
        return total / n_gaps


def _rate(given, carried):
    given = as_rate(given)
    if given is None and carried is None:
        raise SignalError(
            "the sampling rate is unknown: use occlusion(..., sfreq=...); sfreq=1 "
            "means that length and hop are in samples"
        )
    if None not in (given, carried) and given != carried:
        raise SignalError(
            f"occlusion(sfreq={given:g}) but the data have {carried:g} Hz; leave sfreq "
            "out, the data carry their rate"
        )
    return given if carried is None else carried


def _n_samples(name, seconds, sfreq):
    check_scalar(seconds, name, numbers.Real)
    n_samples = round(seconds * sfreq) if np.isfinite(seconds) else 0
    if n_samples < 1:
        raise ValueError(
            f"{name}={seconds!r} s is no sample at {sfreq:g} Hz; {name} must be at "
            f"least {1 / sfreq:g} s"
        )
    return n_samples
