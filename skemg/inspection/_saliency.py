"""How strongly each sample moves the score of a class."""

import numbers

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skemg.utils._counts import check_count

from ._doors import explain_net


def saliency(estimator, X, *, target=None, n_samples=25, noise=0.1, random_state=None):
    r"""Tell how strongly each sample moves the score of a class.

    The absolute value of the mean gradient :math:`\partial s_c / \partial x` over noisy
    copies of the window [2]_; :math:`s_c` is what the net gives for class :math:`c`
    before the softmax. Without noise it is the map of [1]_. Read more in the
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
    n_samples : int, default=25
        Noisy copies of each window; 0 or 1 takes the window itself, without noise.
    noise : float, default=0.1
        Standard deviation of the noise, as a share of the range of the window (largest
        minus smallest value).
    random_state : int, RandomState instance or None, default=None
        Seed of the noise.

    Returns
    -------
    attribution : ndarray, Windows or Recordings
        In the form and shape of X, in scores per unit of X. Recordings are those that
        the pipeline cuts into windows, at their rate, with the mean over the windows
        that cover a sample and NaN where none does.

    Raises
    ------
    ValueError
        If there is no net with a gradient, `target` is no class, or a parameter is out
        of range.

    See Also
    --------
    integrated_gradients : Attributions that sum to the difference of two scores.
    occlusion : For any classifier.

    References
    ----------
    .. [1] Simonyan, Vedaldi and Zisserman (2013). arXiv:1312.6034
    .. [2] Smilkov et al. (2017). arXiv:1706.03825

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.inspection import saliency
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
    >>> attribution = saliency(net, X[20:], target="spike", random_state=0)
    >>> int(attribution.mean(axis=0).argmax())
    8
    """
    check_count(n_samples, "n_samples", min_val=0)
    check_scalar(noise, "noise", numbers.Real, min_val=0)
    if random_state is None:  # fresh entropy, not numpy's global generator
        random_state = np.random.RandomState()
    rng = check_random_state(random_state)

    def explain(net, X, codes):
        if n_samples < 2:
            return np.abs(net._score_gradient(X, codes))
        axes = tuple(range(1, X.ndim))
        sd = noise * np.ptp(X, axis=axes, keepdims=True)
        total = np.zeros(X.shape)
        for _ in range(n_samples):
            total += net._score_gradient(X + sd * rng.normal(size=X.shape), codes)
        return np.abs(total / n_samples)

    return explain_net(estimator, X, target, explain)
