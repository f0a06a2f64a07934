"""What all neural classifiers share: training, prediction and saving."""

import copy
from contextlib import contextmanager

import numpy as np
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from skemg.utils._groups import resolve_groups
from skemg.utils._sklearn import check_sample_weight, num_samples

from ._augment import Augment
from ._context import arithmetic, choose_device, one_thread_in_workers, private_seed
from ._data import codes_of, plain, where
from ._gradients import GradientMixin
from ._hold_out import hold_out
from ._net import Net
from ._parameters import OPTIMIZERS, check_training
from ._rows import Batches, Rows
from ._saving import SavingMixin
from ._transfer import transfer


class NetClassifier(SavingMixin, GradientMixin, ClassifierMixin, BaseEstimator):
    """A scikit-learn classifier that owns a skorch net.

    A subclass has `_module`, a torch module that takes `n_channels`, `n_times` and
    `n_classes`, and `_architecture`, which checks its own parameters and returns the
    rest of what the module takes. The last layer of the module is its `head`; what else
    `freeze` may name are its other children. A module with a method `learn(X, weight)`
    is shown the training data once, before the first epoch. A subclass may extend
    `_callbacks`, `_net_settings` and `_check_window_shape`.
    """

    _net = Net
    _n_dims = (2, 3)  # of X
    _expected = (
        "windows of shape (n_windows, n_times) or (n_windows, n_channels, n_times)"
    )

    # scikit-learn's marker that `fit` asks for `groups` without the user's request
    __metadata_request__fit = {"groups": True}

    def __init__(
        self,
        *,
        max_epochs,
        batch_size,
        lr,
        optimizer,
        weight_decay,
        early_stopping,
        validation_fraction,
        patience,
        class_weight,
        augment,
        precision,
        compile,
        device,
        callbacks,
        net_params,
        init_from,
        freeze,
        warm_start,
        verbose,
        random_state,
    ):
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.lr = lr
        self.optimizer = optimizer
        self.weight_decay = weight_decay
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.class_weight = class_weight
        self.augment = augment
        self.precision = precision
        self.compile = compile
        self.device = device
        self.callbacks = callbacks
        self.net_params = net_params
        self.init_from = init_from
        self.freeze = freeze
        self.warm_start = warm_start
        self.verbose = verbose
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, groups=None):
        """Train the net.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows, a sample each. Nets of images take images of them, of shape
            (n_windows, n_channels, n_frequencies, n_frames).
        y : array-like of shape (n_windows,)
            The class of each window.
        sample_weight : array-like of shape (n_windows,), default=None
            Weight of each window in the loss.
        groups : array-like of shape (n_windows,), default=None
            The patient of each window. Early stopping holds out whole patients.

        Returns
        -------
        self : NetClassifier
            The fitted classifier.
        """
        check_training(self)
        architecture = self._architecture()
        warm = self.warm_start and hasattr(self, "net_")
        groups = resolve_groups(groups, X, num_samples(X))
        X, y, weight, groups = self._check_training_data(
            X, y, sample_weight, groups, reset=not warm
        )
        classes = self.classes_ if warm else np.unique(y)
        if len(classes) < 2:
            raise ValueError(
                f"{type(self).__name__} needs at least two classes, got one class: "
                f"{classes[0]!r}"
            )
        codes = codes_of(y, classes)
        if not warm:
            self._start(classes, self._shape_of(X))
        train, held_out = np.ones(len(codes), dtype=bool), None
        if self.early_stopping:
            held_out = hold_out(
                codes,
                classes,
                groups,
                self.validation_fraction,
                np.random.RandomState(self._split_seed),
            )
            train = ~held_out
            self.validation_groups_ = None
            if groups is not None:
                self.validation_groups_ = np.unique(groups[held_out])
        data = (X, codes, weight)
        return self._train(architecture, data, train, held_out, self.max_epochs, warm)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train for one more epoch.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows, or images of them, as in `fit`.
        y : array-like of shape (n_windows,)
            The class of each window.
        classes : array-like of shape (n_classes,), default=None
            All classes; needed in the first call where y lacks one.
        sample_weight : array-like of shape (n_windows,), default=None
            Weight of each window in the loss.

        Returns
        -------
        self : NetClassifier
            The classifier.
        """
        check_training(self)
        architecture = self._architecture()
        if isinstance(self.class_weight, str):
            raise ValueError(
                f"class_weight={self.class_weight!r} needs all windows at once; in "
                "partial_fit give a dict or sample_weight"
            )
        warm = hasattr(self, "net_")
        X, y, weight, _ = self._check_training_data(
            X, y, sample_weight, None, reset=not warm
        )
        if not warm:
            classes = np.unique(y if classes is None else classes)
            self._start(classes, self._shape_of(X))
        data = (X, codes_of(y, self.classes_), weight)
        train = np.ones(len(y), dtype=bool)
        return self._train(architecture, data, train, None, 1, warm)

    def predict_proba(self, X):
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows, or images of them, as in `fit`.

        Returns
        -------
        proba : ndarray of shape (n_windows, n_classes)
            Probabilities, in the order of `classes_`.
        """
        check_is_fitted(self)
        X = self._check_X(X)
        self._check_shape(X)
        rows = self._rows(X, np.zeros(len(X), dtype=np.int64), None)
        with one_thread_in_workers(), arithmetic(self.net_.device, self.precision):
            return self.net_.predict_proba(rows)

    def predict(self, X):
        """Return the most probable class.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows, or images of them, as in `fit`.

        Returns
        -------
        y : ndarray of shape (n_windows,)
            The classes.
        """
        proba = self.predict_proba(X)
        return self.classes_[proba.argmax(axis=1)]

    @property
    def history_(self):
        """Losses of each epoch."""
        check_is_fitted(self)
        return self.net_.history

    def __sklearn_is_fitted__(self):
        return hasattr(self, "net_")

    def __sklearn_clone__(self):
        # what training starts from is data: a clone of it would have lost its weights
        clone = super().__sklearn_clone__()
        clone.init_from = self.init_from
        return clone

    # -- data --------------------------------------------------------------------------

    def _array_rules(self):
        dtype = np.float64 if self.precision == "float64" else np.float32
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
        return validate_data(self, plain(self, X), reset=False, **self._array_rules())

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

    # -- training ----------------------------------------------------------------------

    def _start(self, classes, shape):
        """Remember what a new net depends on."""
        if self.random_state is None:  # fresh entropy, not numpy's global generator
            self._rng = np.random.RandomState()
        else:
            self._rng = check_random_state(self.random_state)
        self._split_seed = self._rng.randint(np.iinfo(np.int32).max)
        self.classes_ = classes
        self._shape = tuple(shape)
        self._check_window_shape()

    def _train(self, architecture, data, train, held_out, max_epochs, warm):
        """Train, and be unfitted should anything go wrong on the way."""
        net = self.__dict__.pop("net_", None)
        device = net.device if warm else choose_device(self.device)
        seed = self._rng.randint(np.iinfo(np.int32).max)
        with self._surroundings(seed, device):
            rows = self._rows(*where(data, train)).to(device)
            if held_out is not None:
                held_out = self._rows(*where(data, held_out)).to(device)
            if not warm:
                net = self._new_net(architecture, device).initialize()
                net.learn(rows)
                if self.init_from is not None:
                    transfer(self.init_from, self, net)
            net.freeze(self.freeze)
            net.max_epochs = max_epochs
            net.partial_fit(rows, held_out)
        self.net_ = net
        return self

    @contextmanager
    def _surroundings(self, seed, device):
        with (
            private_seed(seed, device),
            one_thread_in_workers(),
            arithmetic(device, self.precision),
        ):
            try:
                yield
            except torch.OutOfMemoryError as error:
                raise MemoryError(
                    f"the GPU has too little memory for batch_size={self.batch_size}; "
                    'lower it, or use precision="bf16"'
                ) from error

    def _new_net(self, architecture, device):
        module = {
            **self._module_shape(),
            "n_classes": len(self.classes_),
            **architecture,
        }
        params = {
            "module": self._module,
            **{f"module__{name}": value for name, value in module.items()},
            "criterion": torch.nn.CrossEntropyLoss,
            "criterion__reduction": "none",
            "optimizer": OPTIMIZERS[self.optimizer],
            "optimizer__weight_decay": self.weight_decay,
            "optimizer__fused": True if device == "cuda" else None,
            "lr": self.lr,
            "batch_size": self.batch_size,
            "iterator_train": Batches,
            "iterator_train__shuffle": True,
            "iterator_train__augment": self.augment and Augment(self.augment),
            "iterator_valid": Batches,
            "train_split": None,
            "classes": np.arange(len(self.classes_)),
            "precision": self.precision,
            "patience": self.patience,
            "compile": self.compile,
            "device": device,
            "verbose": self.verbose,
            "callbacks": self._callbacks(),
            **self._net_settings(),
        }
        return self._net(**{**params, **(self.net_params or {})})

    def _net_settings(self):
        """Return more parameters of the skorch net."""
        return {}

    def _callbacks(self):
        # skorch changes callbacks, and fit must not change a parameter
        return copy.deepcopy(list(self.callbacks or []))
