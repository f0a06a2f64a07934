"""What a trained net makes of each sample, for `skemg.inspection`."""

import numpy as np
import torch

from ._context import prediction
from ._rows import Batches
from ._state import bare


class GradientMixin:
    """Scores of the classes and their gradients, as plain arrays.

    A score is what the net gives before the softmax. Weights, their gradients and the
    generators of random numbers stay as they are. X was checked by the caller, `codes`
    are the places of the explained classes in `classes_`.
    """

    def _class_scores(self, X):
        """Return the scores, an array of shape (n_windows, n_classes)."""
        codes = np.zeros(len(X), dtype=np.int64)
        return self._per_batch(_scores, X, codes)[0]

    def _score_gradient(self, X, codes):
        """Return the gradient of one score of each window, in the shape of X."""
        return self._per_batch(_input_gradient, X, codes)[0].reshape(np.shape(X))

    def _last_convolution(self, X, codes):
        """Return the output of the last convolution, and the gradient there.

        Both have the shape (n_windows, n_filters, n_steps).
        """
        return self._per_batch(_maps_and_gradient, X, codes)

    def _per_batch(self, function, X, codes):
        """Join what a function gives of each batch."""
        net = self.net_
        net._set_training(False)
        module = bare(net.module_)  # hooks do not reach into a compiled one
        X = np.array(X, self._array_rules()["dtype"], order="C")
        rows = self._rows(X, codes, None)
        parts = []
        # The recurrent layers of cuDNN have no gradient outside training.
        with (
            prediction(net),
            torch.backends.cudnn.flags(enabled=False),
            torch.enable_grad(),
        ):
            for x, y in Batches(rows, self.batch_size):
                inputs = x["X"].to(net.device).detach().requires_grad_()
                results = function(module, inputs, y.to(net.device))
                parts.append([part.detach().cpu().numpy() for part in results])
        return [np.concatenate(part) for part in zip(*parts, strict=True)]


def _scores(module, inputs, codes):
    with torch.no_grad():
        return (module(inputs),)


def _input_gradient(module, inputs, codes):
    return torch.autograd.grad(_sum_of(module(inputs), codes), inputs)


def _maps_and_gradient(module, inputs, codes):
    seen = []

    def keep(layer, given, maps):
        if len(maps) == len(inputs):
            seen.append(maps)
        return maps.clone()  # an activation in place would change what was kept

    hooks = [
        layer.register_forward_hook(keep)
        for layer in module.modules()
        if isinstance(layer, torch.nn.Conv1d) and layer.kernel_size[0] > 1
    ]
    try:
        scores = module(inputs)
    finally:
        for hook in hooks:
            hook.remove()
    if not seen:
        raise ValueError(
            "this net has no convolution over time; use saliency, "
            "integrated_gradients or occlusion"
        )
    return seen[-1], *torch.autograd.grad(_sum_of(scores, codes), seen[-1])


def _sum_of(scores, codes):
    """Add the scores up: in eval mode, each depends on its own window alone."""
    return scores.gather(1, codes[:, None]).sum()
