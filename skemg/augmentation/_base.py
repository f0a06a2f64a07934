"""What all augmenters share: which windows are copied, and what goes in and out."""

import numbers

import numpy as np
from imblearn.base import BaseSampler
from imblearn.utils import check_sampling_strategy, check_target_type
from sklearn.utils import check_random_state, check_scalar
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.signals._values import as_native, refuse_masked
from skemg.utils._counts import check_count
from skemg.utils._recordings import FLOATS

_ROWS = 64  # windows of a block: they stay in the L2 cache

_PARAMETERS = """n_copies : int, default=1
        Changed copies of every window.
    sampling_strategy : str, dict, float or callable, default=None
        Further copies for some classes, in the words of imbalanced-learn's
        over-samplers: "not majority" draws copies until all classes are as large as the
        largest, "minority" until the smallest is, a dict tells how many windows a class
        has in the end, a float the ratio of two classes. The `n_copies` copies of every
        window count as windows here: by default "not majority" ends with twice the
        windows of the largest class, with `n_copies=0` with just as many. Within a
        class the windows take turns in random order. None draws no further copies.
    random_state : int, RandomState instance or None, default=None
        Seed of the changes and of the further copies."""

_ATTRIBUTES = """sampling_strategy_ : dict
        Number of copies of each class.
    sample_indices_ : ndarray of int of shape (n_windows_new,)
        The row of X from which each returned window comes.
    n_features_in_ : int
        Samples of a window; number of channels where X has three dimensions."""


def document_augmenter(cls):
    """Write the shared parameters and attributes into the docstring."""
    if cls.__doc__:  # python -OO has none
        cls.__doc__ = cls.__doc__.replace("{copies}", _PARAMETERS)
        cls.__doc__ = cls.__doc__.replace("{fitted}", _ATTRIBUTES)
    return cls


class Augmenter(BaseSampler):
    """A sampler of imbalanced-learn that adds changed copies of windows.

    A subclass has `_change(X, rng)`, which returns a changed copy of each window of a
    block.
    """

    _sampling_type = "bypass"  # we read the strategy ourselves: it counts copies too
    _parameter_constraints = {}  # imbalanced-learn reads it; our checks are below

    def __init__(self, strength, *, n_copies, sampling_strategy, random_state):
        super().__init__(sampling_strategy=sampling_strategy)
        self.strength = strength
        self.n_copies = n_copies
        self.random_state = random_state

    def fit(self, X, y):
        """Check the windows and count the copies; `fit_resample` makes them.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.
        y : array-like of shape (n_windows,)
            The class of each window.

        Returns
        -------
        self : estimator
            The sampler itself.
        """
        check_classification_targets(y)
        _, y, _ = self._check_X_y(X, y)
        self.sampling_strategy_ = self._count_copies(y)
        return self

    def fit_resample(self, X, y):
        """Return the windows, followed by their changed copies.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.
        y : array-like of shape (n_windows,)
            The class of each window.

        Returns
        -------
        X : ndarray of shape (n_windows_new, n_times) or \
                (n_windows_new, n_channels, n_times)
            The windows as they were, then the copies. float32 stays float32, integers
            become float64. A list gives lists, a DataFrame a DataFrame of its dtypes.
        y : ndarray of shape (n_windows_new,)
            The class of each.
        """
        return super().fit_resample(X, y)

    def _check_X_y(self, X, y):
        name = type(self).__name__
        check_scalar(self.strength, "strength", numbers.Real, min_val=0, max_val=1)
        check_count(self.n_copies, "n_copies", min_val=0)
        if isinstance(X, Recordings | Windows):
            raise SignalError(
                f"{name} changes the number of windows, so that recordings lose track "
                "of theirs; put it inside the vote: WindowVotingClassifier("
                f"imblearn.pipeline.make_pipeline({name}(), ...))"
            )
        refuse_masked(X, "X")
        y, binarized = check_target_type(y, indicate_one_vs_all=True)
        X, y = validate_data(
            self, as_native(X), y, reset=True, dtype=FLOATS, order="C", allow_nd=True
        )
        if X.ndim > 3:
            raise SignalError(
                f"Found array with dim {X.ndim}: {name} expects windows of shape "
                "(n_windows, n_times) or (n_windows, n_channels, n_times)"
            )
        return X, y, binarized

    def _count_copies(self, y):
        """Return the number of copies of each class."""
        classes, counts = np.unique(y, return_counts=True)
        strategy = self.sampling_strategy
        further = check_sampling_strategy(
            strategy, np.tile(y, 1 + self.n_copies), "over-sampling"
        )
        if strategy is not None and further is None:
            raise ValueError(
                "sampling_strategy must be None, a word of imbalanced-learn, a dict, a "
                f"float or a callable, got {strategy!r}"
            )
        return {
            klass: self.n_copies * n_windows + (further or {}).get(klass, 0)
            for klass, n_windows in zip(classes.tolist(), counts.tolist(), strict=True)
        }

    def _fit_resample(self, X, y):
        rng = check_random_state(self.random_state)
        self.sampling_strategy_ = self._count_copies(y)
        source = self._draw_rows(y, rng)
        out = np.empty((len(X) + len(source), *X.shape[1:]), X.dtype)
        out[: len(X)] = X
        copies = out[len(X) :]
        for first in range(0, len(source), _ROWS):
            block = slice(first, first + _ROWS)
            copies[block] = self._change(X[source[block]], rng)
        self.sample_indices_ = np.append(np.arange(len(X)), source)
        return out, y[self.sample_indices_]

    def _draw_rows(self, y, rng):
        """Return the row of X that each copy is made of."""
        rows = [np.tile(np.arange(len(y)), self.n_copies)]
        for klass, n_copies in self.sampling_strategy_.items():
            of_class = np.flatnonzero(y == klass)
            further = n_copies - self.n_copies * len(of_class)
            n_rounds, rest = divmod(further, len(of_class))
            rows.append(np.tile(of_class, n_rounds))
            rows.append(rng.choice(of_class, rest, replace=False))
        return np.concatenate(rows)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        tags.input_tags.three_d_array = True
        tags.sampler_tags.sample_indices = True
        return tags


def one_a_window(values, X):
    """Return a value a window in the shape that spreads over its channels and time."""
    return values.reshape(-1, *[1] * (X.ndim - 1))
