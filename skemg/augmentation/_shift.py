"""Copies moved in time."""

import numpy as np

from ._base import Augmenter, document_augmenter, one_a_window


@document_augmenter
class ShiftAugmenter(Augmenter):
    """Add copies of the windows that are moved in time.

    Windows in, windows out: the given ones, followed by changed copies. All channels of
    a window move alike. A sampler of imbalanced-learn, for its Pipeline inside the
    vote, where it acts in `fit` only. A net has its own `augment=`, which draws new
    changes for every batch. Read more in the :ref:`User Guide <augmentation>`.

    Parameters
    ----------
    strength : float, default=0.1
        Largest shift, in lengths of the window; rounded down to whole samples, so that
        0.1 leaves windows of fewer than 10 samples as they are. Every shift up to it,
        earlier or later, is equally likely. From 0 to 1; the default is our choice.
    {copies}
    circular : bool, default=True
        Whether what leaves the window at one end comes back at the other; else zeros
        come in.

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
    AmplitudeAugmenter : Multiply the window by a factor.
    PolarityAugmenter : Turn the window over.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.augmentation import ShiftAugmenter
    >>> X = np.array([[1, 2, 3, 4, 5, 6], [7, 7, 7, 7, 7, 7]])
    >>> moved = ShiftAugmenter(0.5, random_state=0)
    >>> moved.fit_resample(X, [0, 1])[0][2]
    array([6., 1., 2., 3., 4., 5.])
    >>> moved.set_params(circular=False).fit_resample(X, [0, 1])[0][2]
    array([0., 1., 2., 3., 4., 5.])
    """

    def __init__(
        self,
        strength=0.1,
        *,
        n_copies=1,
        sampling_strategy=None,
        random_state=None,
        circular=True,
    ):
        super().__init__(
            strength,
            n_copies=n_copies,
            sampling_strategy=sampling_strategy,
            random_state=random_state,
        )
        self.circular = circular

    def _change(self, X, rng):
        n_times = X.shape[-1]
        most = int(self.strength * n_times)
        by = one_a_window(rng.randint(-most, most + 1, len(X)), X)
        at = np.arange(n_times) - by
        moved = np.take_along_axis(X, at % n_times, axis=-1)
        if self.circular:
            return moved
        return np.where((at >= 0) & (at < n_times), moved, 0)
