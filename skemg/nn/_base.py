"""What all neural classifiers share: training, prediction and saving."""

import copy
from contextlib import contextmanager

import numpy as np
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skemg.utils._groups import resolve_groups
from skemg.utils._sklearn import num_samples

from ._augment import Augment
from ._context import (
    arithmetic,
    choose_device,
    memory_advice,
    one_thread_in_workers,
    prediction,
    private_seed,
)
from ._data import DataMixin, codes_of, where
from ._gradients import GradientMixin
from ._hold_out import hold_out
from ._net import Net
from ._parameters import OPTIMIZERS, check_training
from ._rows import Batches
from ._saving import SavingMixin
from ._transfer import transfer


def holds_nothing_out(estimator):
    """Return whether there is `partial_fit`, which trains on all it gets."""
    if estimator.early_stopping:
        raise AttributeError(
            "partial_fit holds nothing out; use fit, or early_stopping=False"
        )
    return True


class NetClassifier(
    DataMixin, SavingMixin, GradientMixin, ClassifierMixin, BaseEstimator
):
    """A scikit-learn classifier that owns a skorch net.

    A subclass has `_module`, a torch module that takes `n_channels`, `n_times` and
    `n_classes`, and `_architecture`, which checks its own parameters and returns the
    rest of what the module takes. The last layer of the module is its `head`; what else
    `freeze` may name are its other children. A module with a method `learn(X, weight)`
    is shown the training data once, before the first epoch. A subclass may extend
    `_callbacks`, `_net_settings` and `_check_window_shape`.
    """

    _net = Net

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
        warm = self.warm_start is True and hasattr(self, "net_")
        if not warm:  # whatever goes wrong from here on leaves nothing fitted
            self.__dict__.pop("net_", None)
        self.__dict__.pop("validation_groups_", None)
        check_training(self)
        architecture = self._architecture()
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

    @available_if(holds_nothing_out)
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
            self._start(np.unique(y if classes is None else classes), self._shape_of(X))
        elif classes is not None and not np.array_equal(
            np.unique(classes), self.classes_
        ):
            raise ValueError(
                f"classes={classes!r} is not what the first call of partial_fit had: "
                f"{self.classes_.tolist()}"
            )
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
        with prediction(self.net_):
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

    def get_params(self, deep=True):
        """Return the parameters; those of the net in `init_from` are not among them.

        Parameters
        ----------
        deep : bool, default=True
            Kept for scikit-learn; there are no nested parameters.

        Returns
        -------
        params : dict
            Names and values.
        """
        params = super().get_params(deep=deep)
        return {k: v for k, v in params.items() if not k.startswith("init_from__")}

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
        net = self.__dict__.get("net_")
        device = net.device if warm else choose_device(self.device)
        seed = self._rng.randint(np.iinfo(np.int32).max)
        with self._surroundings(seed, device):
            rows = self._rows(*where(data, train)).to(device)
            if held_out is not None:
                held_out = self._rows(*where(data, held_out)).to(device)
            if warm:
                net = self._up_to_date(net, architecture)
                del self.net_
            else:
                net = self._new_net(architecture, device).initialize()
                net.learn(rows)
                if self.init_from is not None:
                    transfer(self.init_from, self, net)
            self._made_with = self._settings()
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
            memory_advice(self.batch_size),
        ):
            yield

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
        more = self.net_params or {}
        if owned := sorted({*params, "max_epochs"} & {*more} - {"optimizer"}):
            raise ValueError(
                f"net_params sets {owned}, which the parameters of "
                f"{type(self).__name__} do already"
            )
        if device == "cuda" and "optimizer" not in more:
            params["optimizer__fused"] = True
        return self._net(**{**params, **more})

    def _net_settings(self):
        """Return more parameters of the skorch net."""
        return {}

    def _callbacks(self):
        # skorch changes callbacks, and fit must not change a parameter
        return copy.deepcopy(list(self.callbacks or []))
