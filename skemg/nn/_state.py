"""The state of a net as plain arrays, so that pickle, joblib and skops can carry it."""

import numpy as np
import torch


def to_arrays(tree):
    """Return nested dicts, lists and tuples with arrays in place of tensors."""
    return _replace(tree, torch.Tensor, lambda t: t.detach().cpu().numpy())


def to_tensors(tree):
    """Return nested dicts, lists and tuples with tensors in place of arrays."""
    return _replace(tree, np.ndarray, lambda a: torch.from_numpy(np.array(a)))


def bare(module):
    """Return the module inside a compiled one."""
    return getattr(module, "_orig_mod", module)


def parts(names):
    """Return the parts that `freeze` names, as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names or ())


def _replace(tree, kind, make):
    if isinstance(tree, kind):
        return make(tree)
    if isinstance(tree, dict):
        return {key: _replace(value, kind, make) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)(_replace(value, kind, make) for value in tree)
    return tree
