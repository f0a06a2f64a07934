"""Copies of another amplitude."""

import numpy as np

from ._base import Augmenter, document_augmenter, one_a_window


@document_augmenter
class AmplitudeAugmenter(Augmenter):
    """Add copies of the windows that are multiplied by a factor.

    Windows in, windows out: the given ones, followed by changed copies. The factor is
    the same for all samples and channels of a window. In needle EMG the amplitude is
    part of the diagnosis, so keep the changes small. A sampler of imbalanced-learn, for
    its Pipeline inside the vote, where it acts in `fit` only. A net has its own
    `augment=`, which draws new changes for every batch. Read more in the
    :ref:`User Guide <augmentation>`.

    Parameters
    ----------
    strength : float, default=0.1
        Standard deviation of the logarithm of the factor, which is normal with mean 0:
        with 0.1, two of three factors are between 0.9 and 1.1. From 0 to 1; the default
        is our choice. Scaling as augmentation is described in [1]_.
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
    PolarityAugmenter : Turn the window over.

    References
    ----------
    .. [1] Um, T. T. et al. (2017). "Data augmentation of wearable sensor data for
       Parkinson's disease monitoring using convolutional neural networks." Proc. 19th
       ACM Int. Conf. on Multimodal Interaction. doi:10.1145/3136755.3136817

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.augmentation import AmplitudeAugmenter
    >>> X = np.array([[100.0, -100.0, 50.0], [10.0, 20.0, 30.0]])
    >>> X_new, _ = AmplitudeAugmenter(random_state=0).fit_resample(X, [0, 1])
    >>> (X_new[2:] / X).round(3)
    array([[1.193, 1.193, 1.193],
           [1.041, 1.041, 1.041]])
    """

    def __init__(
        self, strength=0.1, *, n_copies=1, sampling_strategy=None, random_state=None
    ):
        super().__init__(
            strength,
            n_copies=n_copies,
            sampling_strategy=sampling_strategy,
            random_state=random_state,
        )

    def _change(self, X, rng):
        factor = np.exp(self.strength * rng.standard_normal(len(X)))
        return X * one_a_window(factor, X)
