"""What becomes of X and y before they are tensors."""

import numpy as np
import torch
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.utils._ragged import CUT_BY_WINDOWER, refuse_ragged
from skemg.utils._sklearn import check_sample_weight

from ._rows import Rows


class DataMixin:
    """What a net demands of its data, and their way to tensors.

    `_n_dims` are the numbers of dimensions that X may have, `_expected` says so.
    """

    _n_dims = (2, 3)
    _expected = (
        "windows of shape (n_windows, n_times) or (n_windows, n_channels, n_times)"
    )
    _cure_of_ragged = CUT_BY_WINDOWER

    def _array_rules(self):
        net = self.__dict__.get("net_")
        precision = self.precision if net is None else net.precision
        dtype = np.float64 if precision == "float64" else np.float32
        # torch warns of the read-only arrays that joblib hands to workers
        return {"dtype": dtype, "order": "C", "allow_nd": True, "force_writeable": True}

    def _check_training_data(self, X, y, sample_weight, groups, *, reset):
        """Return arrays without the rows of weight zero."""
        X, y = self._check_X_y(X, y, reset=reset)
        check_classification_targets(y)
        if not reset:
            self._check_shape(X)
        n_dims = 1 + len(self._shape_of(X))
        if n_dims not in self._n_dims:
            raise ValueError(
                f"Found array with dim {n_dims}: {type(self).__name__} expects "
                f"{self._expected}"
            )
        if sample_weight is None and self.class_weight is None:
            return X, y, None, groups
        weight = check_sample_weight(sample_weight, X, ensure_non_negative=True)
        if self.class_weight is not None:
            weight = weight * compute_sample_weight(self.class_weight, y)
        kept = weight > 0
        if not kept.any():
            raise ValueError("sample_weight is zero everywhere; no window is left")
        groups = None if groups is None else groups[kept]
        return X[kept], y[kept], weight[kept].astype(X.dtype), groups

    def _check_X(self, X):
        X = plain(self, X)
        n_dims = getattr(X, "ndim", 0)
        if n_dims in self._n_dims and n_dims != 1 + len(self._shape):
            self._check_shape(X)
        return validate_data(self, X, reset=False, **self._array_rules())

    def _check_X_y(self, X, y, *, reset):
        return validate_data(
            self, plain(self, X), y, reset=reset, **self._array_rules()
        )

    def _shape_of(self, X):
        """Return the shape of one window."""
        return X.shape[1:]

    def _check_shape(self, X):
        shape = self._shape_of(X)
        if shape != self._shape:
            raise ValueError(
                f"X has windows of shape {shape}, but {type(self).__name__} was fitted "
                f"on windows of shape {self._shape}"
            )

    def _input_shape(self):
        """Return the shape in which the module gets a window."""
        return self._shape if len(self._shape) > 1 else (1, *self._shape)

    def _module_shape(self):
        """Return the shape of a window by the words of the module."""
        n_channels, n_times = self._input_shape()
        return {"n_channels": n_channels, "n_times": n_times}

    def _check_window_shape(self):
        """Raise, or warn, where the net and the length of the windows do not fit."""

    def _rows(self, X, codes, weight):
        return Rows(
            torch.from_numpy(X.reshape(len(X), *self._input_shape())),
            torch.from_numpy(codes),
            None if weight is None else torch.from_numpy(weight),
        )


def codes_of(y, classes):
    """Return the place of each label among the classes, or raise."""
    codes = np.searchsorted(classes, y)
    codes[codes == len(classes)] = 0
    if not np.array_equal(classes[codes], y):
        new = np.setdiff1d(y, classes).tolist()
        raise ValueError(f"y has labels {new} that are not among the classes {classes}")
    return codes


def where(data, chosen):
    """Return the chosen rows, without a copy where they are all."""
    if chosen.all():
        return data
    return tuple(None if array is None else array[chosen] for array in data)


def plain(estimator, X):
    """Return what may be a table of windows; containers belong inside the vote."""
    name = type(estimator).__name__
    if isinstance(X, Windows):
        raise SignalError(
            f"{name} works on a plain array of windows; put it inside the vote: "
            f"WindowVotingClassifier({name}())"
        )
    if isinstance(X, Recordings):
        raise SignalError(
            f"{name} works on windows; cut the recordings and let the windows vote: "
            f"make_pipeline(Windower(length=...), WindowVotingClassifier({name}()))"
        )
    refuse_ragged(name, X, estimator._cure_of_ragged)
    return X
