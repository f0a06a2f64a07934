"""Weights of a fitted net as the start of another."""

import warnings

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator

from ._state import bare, parts


def transfer(source, target, net):
    """Copy the weights of a fitted net into a new one.

    Parameters
    ----------
    source : NetClassifier
        The fitted net.
    target : NetClassifier
        The estimator that is being fitted; its classes and shape are known.
    net : Net
        Its new net, whose module is changed.

    Raises
    ------
    ValueError
        If the architectures differ in more than classes and channels, or a part that
        must start anew is frozen.
    NotFittedError
        If `source` is not fitted.
    """
    if isinstance(source, FrozenEstimator):
        source = source.estimator
    if type(source) is not type(target):
        raise ValueError(
            f"init_from must be a fitted {type(target).__name__}, got {source!r}; of a "
            "vote pass vote.estimator_, of a pipeline with a vote "
            "pipeline[-1].estimator_"
        )
    if not hasattr(source, "net_"):
        raise NotFittedError(
            "the net in init_from is not fitted. A search clones the values of its "
            "grid: wrap fitted nets there in sklearn.frozen.FrozenEstimator"
        )
    known = bare(source.net_.module_).state_dict()
    module = bare(net.module_)
    same_classes = np.array_equal(source.classes_, target.classes_)
    same_channels = source._input_shape()[0] == target._input_shape()[0]
    new = []
    for name, value in module.state_dict().items():
        if name.startswith("head.") and not same_classes:
            new.append(name)
        elif name in known and known[name].shape == value.shape:
            value.copy_(known[name])
        elif (
            name in known
            and not same_channels
            and _fits_but_for_channels(known[name], value)
        ):
            new.append(name)
        else:
            there = tuple(known[name].shape) if name in known else "missing"
            raise ValueError(
                f"init_from has another architecture: {name} is {there} there and "
                f"{tuple(value.shape)} here (windows of shape {source._shape} there, "
                f"{target._shape} here)"
            )
    frozen = [name for name in new if name.partition(".")[0] in parts(target.freeze)]
    if frozen:
        raise ValueError(
            f"{', '.join(frozen)} must start anew, as classes or channels are not "
            f"those of init_from, but freeze={target.freeze!r} would never train it"
        )
    if new:
        warnings.warn(
            f"{', '.join(new)} start anew: init_from knows the classes "
            f"{source.classes_.tolist()} of {source._input_shape()[0]} channels, these "
            f"are {target.classes_.tolist()} of {target._input_shape()[0]}",
            UserWarning,
            stacklevel=5,
        )


def _fits_but_for_channels(a, b):
    """Return whether two weights of a first layer differ in their input alone."""
    return (
        a.ndim == b.ndim > 1 and a.shape[0] == b.shape[0] and a.shape[2:] == b.shape[2:]
    )
