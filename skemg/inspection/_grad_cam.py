"""Which part of a window the last convolution of a net found for a class."""

import numpy as np

from ._doors import explain_net


def grad_cam(estimator, X, *, target=None):
    r"""Tell in which part of a window the last convolution found a class.

    With the output :math:`A^k_t` of the last convolution over time and its gradient
    [1]_,

    .. math:: \alpha_k = \frac{1}{T} \sum_t \frac{\partial s_c}{\partial A^k_t},
        \qquad L_t = \max\Bigl(0, \sum_k \alpha_k A^k_t\Bigr),

    interpolated linearly to the samples of the window and divided by its maximum.
    :math:`s_c` is what the net gives for class :math:`c` before the softmax. Read more
    in the :ref:`User Guide <explanations>`.

    Parameters
    ----------
    estimator : classifier
        A fitted net of :mod:`skemg.nn` with a convolution over time,
        `WindowVotingClassifier` of one, or pipeline that ends in such a vote.
    X : array-like, Windows or Recordings
        What the estimator predicts: plain windows of shape (n_windows, n_times) or
        (n_windows, n_channels, n_times) for a net, windows for a vote, recordings for a
        pipeline.
    target : label or array-like of shape (n_samples,), default=None
        The class that is explained, one for all or one for each entry of X. None is
        the predicted one; the windows of a recording take the answer of their vote.

    Returns
    -------
    attribution : ndarray of shape (n_windows, n_times), Windows or Recordings
        In the form of X, one value for all channels: from 0 to 1 in each window, all 0
        where nothing speaks for the class. Recordings are those that the pipeline cuts
        into windows, at their rate, with the mean over the windows that cover a sample
        and NaN where none does.

    Raises
    ------
    ValueError
        If there is no net with a gradient, it has no convolution over time (a filter of
        one sample is none), or `target` is no class.

    See Also
    --------
    saliency : Finer in time, and for nets without convolutions.

    References
    ----------
    .. [1] Selvaraju et al. (2017). "Grad-CAM: Visual Explanations from Deep Networks
       via Gradient-based Localization." IEEE International Conference on Computer
       Vision. arXiv:1610.02391

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.inspection import grad_cam
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
    >>> attribution = grad_cam(net, X[20:], target="spike")
    >>> peak = int(attribution.mean(axis=0).argmax())
    >>> abs(peak - 8) <= 2  # under a filter of five samples
    True
    """

    def explain(net, X, codes):
        maps, gradient = net._last_convolution(X, codes)
        weight = gradient.mean(axis=2, keepdims=True)
        found = np.maximum((weight * maps).sum(axis=1), 0)
        found = _stretched(found, X.shape[-1])
        largest = found.max(axis=1, keepdims=True)
        return np.divide(found, largest, out=np.zeros_like(found), where=largest > 0)

    return explain_net(estimator, X, target, explain)


def _stretched(rows, n_times):
    """Interpolate linearly between the centres of the steps."""
    n_steps = rows.shape[1]
    place = (np.arange(n_times) + 0.5) * n_steps / n_times - 0.5
    place = np.clip(place, 0, n_steps - 1)
    left = np.minimum(place.astype(int), max(n_steps - 2, 0))
    right = np.minimum(left + 1, n_steps - 1)
    share = (place - left).astype(rows.dtype)
    return (1 - share) * rows[:, left] + share * rows[:, right]
