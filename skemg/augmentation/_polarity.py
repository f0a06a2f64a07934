"""Copies turned over."""

import numpy as np

from ._base import Augmenter, document_augmenter, one_a_window


@document_augmenter
class PolarityAugmenter(Augmenter):
    """Add copies of the windows with the sign changed.

    Windows in, windows out: the given ones, followed by changed copies. All channels of
    a window change together. Only for a classifier that must not depend on the
    polarity, as where electrodes may be exchanged: the shape of a needle potential
    knows up from down. A sampler of imbalanced-learn, for its Pipeline inside the vote,
    where it acts in `fit` only. A net has its own `augment=`, which draws new changes
    for every batch. Read more in the :ref:`User Guide <augmentation>`.

    Parameters
    ----------
    strength : float, default=1.0
        Probability that a copy is turned over; below 1 the others are plain copies.
    {copies}

    Attributes
    ----------
    {fitted}

    Raises
    ------
    SignalError
        If X is no plain array: this step stands inside the vote.

    See Also
    --------
    NoiseAugmenter : Add noise.
    ShiftAugmenter : Move the window in time.
    AmplitudeAugmenter : Multiply the window by a factor.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.augmentation import PolarityAugmenter
    >>> X = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
    >>> PolarityAugmenter().fit_resample(X, [0, 1])[0]
    array([[ 1., -2.,  3.],
           [ 4.,  5., -6.],
           [-1.,  2., -3.],
           [-4., -5.,  6.]])
    """

    def __init__(
        self, strength=1.0, *, n_copies=1, sampling_strategy=None, random_state=None
    ):
        super().__init__(
            strength,
            n_copies=n_copies,
            sampling_strategy=sampling_strategy,
            random_state=random_state,
        )

    def _change(self, X, rng):
        turned = rng.random_sample(len(X)) < self.strength
        return np.where(one_a_window(turned, X), -X, X)
