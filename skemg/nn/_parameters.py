"""The parameters of training, which all nets share: their words and their checks."""

import inspect
import numbers

import torch
from sklearn.utils import check_scalar
from skorch.callbacks import BatchScoring, EarlyStopping

from ._augment import Augment
from ._checks import check_choice, check_counts, check_flags
from ._context import choose_device

OPTIMIZERS = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "sgd": torch.optim.SGD,
}

_PARAMETERS = """max_epochs : int, default={max_epochs}
        Passes over the training data.
    batch_size : int, default={batch_size}
        Windows of a step. A last batch of one window joins the one before.
    lr : float, default={lr}
        Learning rate.
    optimizer : {{"adam", "adamw", "sgd"}}, default={optimizer!r}
        The optimizer of torch. "sgd" has no momentum, unless
        `net_params={{"optimizer__momentum": 0.9}}`.
    weight_decay : float, default={weight_decay}
        L2 penalty of the optimizer.
    early_stopping : bool, default={early_stopping}
        Hold out part of the data, stop when its loss no longer falls, and restore the
        weights of the best epoch. Where the patients are known, whole patients are held
        out, and at least one of each class.
    validation_fraction : float, default={validation_fraction}
        Share of the patients of each class that is held out, or of its windows where
        nobody knows the patients.
    patience : int, default={patience}
        Epochs without a lower validation loss before training stops.
    class_weight : dict, "balanced" or None, default={class_weight}
        Weights of the classes, as elsewhere in scikit-learn.
    augment : dict or None, default={augment}
        Changes of the training windows, drawn anew for every batch. "noise": standard
        deviation of added noise, in that of the window; "shift": largest circular
        shift, in lengths of the window; "amplitude": standard deviation of the
        logarithm of a factor; "polarity": probability of a change of sign.
        `dict(noise=0.03, shift=0.1, amplitude=0.1)` is our choice of strengths.
    precision : {{"float32", "bf16", "tf32", "float64"}}, default={precision!r}
        Arithmetic of the net. "bf16" computes layers in bfloat16 and keeps weights in
        float32: for GPUs and processors that have bfloat16, where convolutional and
        recurrent nets are up to twice as fast; small dense ones are slower. "tf32"
        rounds products on CUDA and is float32 elsewhere. "float64" is slow and for
        comparisons.
    compile : bool, default={compile}
        Whether `torch.compile` compiles the module. It takes its time at the start, so
        it is for long trainings; on a processor it needs a C++ compiler.
    device : {{"auto", "cpu", "cuda"}}, default={device!r}
        "auto" is CUDA where there is one.
    callbacks : list of skorch callbacks or None, default={callbacks}
        Learning rate schedulers, checkpoints, scores and the like, but no
        `EarlyStopping`: use `early_stopping`. Copies of them are used, which are
        `net_.callbacks_`.
    net_params : dict or None, default={net_params}
        More parameters of the skorch net, such as `{{"optimizer__amsgrad": True}}`.
    init_from : fitted net of the same class or None, default={init_from}
        Start from its weights, not from random ones. With other classes the last layer
        starts anew, with another number of channels the first; a warning names them.
    freeze : str, tuple of str or None, default={freeze}
        Parts of `net_.module_` whose weights training leaves as they are, such as
        `("conv",)`.
    warm_start : bool, default={warm_start}
        Whether a further `fit` goes on with the weights of the last one.
    verbose : int, default={verbose}
        1 shows a progress bar with losses and the time left.
    random_state : int, RandomState instance or None, default={random_state}
        Seed of weights, order, dropout and held-out patients."""

_ATTRIBUTES = """classes_ : ndarray of shape (n_classes,)
        The classes.
    net_ : skorch.NeuralNetClassifier
        The fitted net; `net_.module_` is the torch module.
    history_ : skorch.history.History
        Losses of each epoch: `history_[:, "train_loss"]`, and with early stopping
        "valid_loss" and "valid_acc".
    validation_groups_ : ndarray or None
        The patients that early stopping held out; None where nobody knows the patients.
        Only with early stopping.
    n_features_in_ : int
        Samples of a window; number of channels where X has three axes or four."""


def document_training(cls):
    """Write the shared parameters, with their defaults, into the docstring of a net."""
    if cls.__doc__:  # python -OO has none
        signature = inspect.signature(cls)
        defaults = {name: p.default for name, p in signature.parameters.items()}
        parameters = _PARAMETERS.format(**defaults)
        cls.__doc__ = cls.__doc__.replace("{training}", parameters)
        cls.__doc__ = cls.__doc__.replace("{fitted}", _ATTRIBUTES)
    return cls


def check_training(estimator):
    """Raise where a parameter of training is out of range.

    Parameters
    ----------
    estimator : NetClassifier
        Whose parameters they are.
    """
    check_counts(estimator, "max_epochs", "batch_size", "patience")
    check_scalar(
        estimator.lr, "lr", numbers.Real, min_val=0, include_boundaries="neither"
    )
    check_scalar(estimator.weight_decay, "weight_decay", numbers.Real, min_val=0)
    check_scalar(
        estimator.validation_fraction,
        "validation_fraction",
        numbers.Real,
        min_val=0,
        max_val=1,
        include_boundaries="neither",
    )
    check_choice(estimator, "optimizer", tuple(OPTIMIZERS))
    check_choice(estimator, "precision", ("float32", "bf16", "tf32", "float64"))
    choose_device(estimator.device)
    check_flags(estimator, "early_stopping", "warm_start", "compile")
    if estimator.augment is not None:
        Augment(estimator.augment)
    callbacks = estimator.callbacks or []
    if not isinstance(callbacks, list | tuple):
        raise ValueError(f"callbacks must be a list of callbacks, got {callbacks!r}")
    named = [c[1] if isinstance(c, tuple) else c for c in callbacks]
    if any(isinstance(c, EarlyStopping) for c in named):
        raise ValueError(
            "callbacks holds skorch's EarlyStopping, which stops by KeyboardInterrupt; "
            "use early_stopping=True instead"
        )
    if any(isinstance(c, BatchScoring) and not c.use_caching for c in named):
        raise ValueError(
            "callbacks holds BatchScoring(use_caching=False), which predicts batches "
            "twice; leave use_caching=True, or use EpochScoring"
        )
