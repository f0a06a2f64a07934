"""What each sample adds to the score of a class, counted from a baseline."""

import warnings

import numpy as np

from skemg.utils._counts import check_count

from ._doors import explain_net


def integrated_gradients(estimator, X, *, target=None, n_steps=50, baseline=0.0):
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
    n_steps : int, default=50
        Points of the path. A net whose scores jump needs more.
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
        If attributions miss the difference of the scores by more than 5 % of it, or
        0.05 where it is below 1 (our choice).

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
    check_count(n_steps, "n_steps")

    def explain(net, X, codes):
        start = _start(baseline, X)
        path = X - start
        total = np.zeros(X.shape)
        for step in range(n_steps):
            total += net._score_gradient(start + (step + 0.5) / n_steps * path, codes)
        attribution = path * total / n_steps
        _warn_of_misses(net, X, start, codes, attribution)
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


def _warn_of_misses(net, X, start, codes, attribution):
    first = np.broadcast_to(start, (1, *X.shape[1:]))
    change = (net._class_scores(X) - net._class_scores(first))[range(len(X)), codes]
    miss = np.abs(attribution.sum(axis=tuple(range(1, X.ndim))) - change)
    n_misses = (miss > 0.05 * np.maximum(np.abs(change), 1)).sum()
    if n_misses:
        warnings.warn(
            f"the attributions of {n_misses} of {len(X)} windows do not sum to the "
            f"difference of the scores, by up to {miss.max():.2g}; raise n_steps",
            UserWarning,
            stacklevel=4,
        )
