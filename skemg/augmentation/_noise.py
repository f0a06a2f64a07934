"""Copies with noise."""

from ._base import Augmenter, document_augmenter


@document_augmenter
class NoiseAugmenter(Augmenter):
    """Add copies of the windows with Gaussian noise.

    Windows in, windows out: the given ones, followed by changed copies. A sampler of
    imbalanced-learn, for its Pipeline inside the vote, where it acts in `fit` only. A
    net has its own `augment=`, which draws new changes for every batch. Read more in
    the :ref:`User Guide <augmentation>`.

    Parameters
    ----------
    strength : float, default=0.03
        Standard deviation of the noise, in that of the window, channel by channel.
        From 0 to 1; the default is our choice. Noise as augmentation is described in
        [1]_.
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
    ShiftAugmenter : Move the window in time.
    AmplitudeAugmenter : Multiply the window by a factor.
    PolarityAugmenter : Turn the window over.

    References
    ----------
    .. [1] Um, T. T. et al. (2017). "Data augmentation of wearable sensor data for
       Parkinson's disease monitoring using convolutional neural networks." Proc. 19th
       ACM Int. Conf. on Multimodal Interaction. doi:10.1145/3136755.3136817

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.augmentation import NoiseAugmenter
    >>> X = np.tile([200.0, -200.0], (2, 5000))
    >>> X_new, y_new = NoiseAugmenter(random_state=0).fit_resample(X, ["a", "b"])
    >>> X_new.shape, y_new
    ((4, 10000), ['a', 'b', 'a', 'b'])
    >>> (X_new - X[[0, 1, 0, 1]]).std(axis=1).round()
    array([0., 0., 6., 6.])
    """

    def __init__(
        self, strength=0.03, *, n_copies=1, sampling_strategy=None, random_state=None
    ):
        super().__init__(
            strength,
            n_copies=n_copies,
            sampling_strategy=sampling_strategy,
            random_state=random_state,
        )

    def _change(self, X, rng):
        sd = X.std(axis=-1, keepdims=True)
        return X + self.strength * sd * rng.standard_normal(X.shape)
