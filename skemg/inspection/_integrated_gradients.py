"""What each sample adds to the score of a class, counted from a baseline."""

import warnings

import numpy as np

from skemg.utils._counts import check_count

from ._doors import explain_net

_FIRST_STEPS = 50
_MOST_STEPS = 1350
_TOLERANCE = 0.01


def integrated_gradients(estimator, X, *, target=None, n_steps=None, baseline=0.0):
    r"""Tell what each sample adds to the score of a class, counted from a baseline.

    .. math:: (x - x') \int_0^1
        \frac{\partial s_c}{\partial x}(x' + \alpha (x - x'))\, d\alpha

    by the midpoint rule [1]_, where :math:`s_c` is what the net gives for class
    :math:`c` before the softmax. The attributions of a window sum to
    :math:`s_c(x) - s_c(x')`, but for the error of the rule. Read more in the
    :ref:`User Guide <explanations>`.

    Parameters
    ----------
    estimator : classifier
        A fitted net of :mod:`skemg.nn`, `WindowVotingClassifier` of a net, or pipeline
        that ends in such a vote.
    X : array-like, Windows or Recordings
        What the estimator predicts: plain windows of shape (n_windows, n_times) or
        (n_windows, n_channels, n_times) for a net, windows for a vote, recordings for a
        pipeline.
    target : label or array-like of shape (n_samples,), default=None
        The class that is explained, one for all or one for each entry of X. None is
        the predicted one; the windows of a recording take the answer of their vote.
    n_steps : int, default=None
        Points of the path. None takes 50 and triples them, up to 1,350, for the windows
        whose attributions do not sum up yet: those on whose path the scores jump.
    baseline : float or array-like, default=0.0
        The window x' from which the path starts, of the shape of a window or one value
        for all samples. Zero is an electrode at rest.

    Returns
    -------
    attribution : ndarray, Windows or Recordings
        In the form and shape of X, in scores; what is negative speaks against the
        class. Recordings are those that the pipeline cuts into windows, at their rate,
        with the mean over the windows that cover a sample and NaN where none does.

    Raises
    ------
    ValueError
        If there is no net with a gradient, `target` is no class, or a parameter is out
        of range.

    Warns
    -----
    UserWarning
        If attributions miss the difference of the scores by more than 1 % of it, or
        0.001 where it is below 0.1 (our choice).

    See Also
    --------
    saliency : How strongly a sample would move the score.
    occlusion : For any classifier.

    References
    ----------
    .. [1] Sundararajan, Taly and Yan (2017). arXiv:1703.01365

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.inspection import integrated_gradients
    >>> from skemg.nn import CNNGRUClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(40, 20))
    >>> X[20:, 8] += 5  # a spike makes the class
    >>> net = CNNGRUClassifier(
    ...     conv_filters=8,
    ...     rnn_units=(8,),
    ...     readout="mean",
    ...     max_epochs=15,
    ...     lr=0.03,
    ...     random_state=0,
    ... )
    >>> net = net.fit(X, ["rest"] * 20 + ["spike"] * 20)
    >>> attribution = integrated_gradients(net, X[20:], target="spike")
    >>> int(attribution.mean(axis=0).argmax())
    8
    """
    if n_steps is not None:
        check_count(n_steps, "n_steps")

    def explain(net, X, codes):
        start = _start(baseline, X)
        path, change = X - start, _change(net, X, start, codes)
        attribution, rest = np.zeros(X.shape), np.arange(len(X))
        for n, points in _rules(n_steps):
            # the points of a rule are the new ones and those of the rule before
            attribution[rest] *= (n - len(points)) / n
            for point in points:
                gradient = net._score_gradient(start + point * path[rest], codes[rest])
                attribution[rest] += path[rest] * gradient / n
            miss = np.abs(attribution.sum(axis=tuple(range(1, X.ndim))) - change)
            rest = np.flatnonzero(miss > _TOLERANCE * np.maximum(np.abs(change), 0.1))
            if len(rest) == 0:
                return attribution
        warnings.warn(
            f"the attributions of {len(rest)} of {len(X)} windows do not sum to the "
            f"difference of the scores, by up to {miss.max():.2g}; raise n_steps={n}",
            UserWarning,
            stacklevel=4,
        )
        return attribution

    return explain_net(estimator, X, target, explain)


def _start(baseline, X):
    start = np.asarray(baseline, dtype=np.float64)
    if start.ndim and start.shape != X.shape[1:]:
        raise ValueError(
            f"baseline must be a number or have the shape {X.shape[1:]} of a window, "
            f"got shape {start.shape}"
        )
    return start


def _change(net, X, start, codes):
    first = np.broadcast_to(start, (1, *X.shape[1:]))
    return (net._class_scores(X) - net._class_scores(first))[range(len(X)), codes]


def _rules(n_steps):
    """Yield midpoint rules: how many points, and which of them are new."""
    n = n_steps or _FIRST_STEPS
    yield n, (np.arange(n) + 0.5) / n
    while n_steps is None and 3 * n <= _MOST_STEPS:
        left = np.arange(n) + 1 / 6  # a midpoint stays one of the middle third
        n *= 3
        yield n, np.concatenate([left, left + 2 / 3]) / (n / 3)
