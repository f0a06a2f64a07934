"""Saving: the state of a fitted net is plain arrays, not objects of torch."""

import warnings

import torch
from skorch.history import History

from ._context import choose_device, private_seed
from ._state import bare, to_arrays, to_tensors


class SavingMixin:
    """Pickle a net as arrays; it comes first in the list of bases."""

    def __getstate__(self):
        state = dict(super().__getstate__())
        net = state.pop("net_", None)
        if net is not None:
            state["_net_state"] = {
                "module": to_arrays(dict(bare(net.module_).state_dict())),
                "optimizer": to_arrays(net.optimizer_.state_dict()),
                "history": net.history.to_list(),
            }
        return state

    def __setstate__(self, state):
        state = dict(state)
        saved = state.pop("_net_state", None)
        super().__setstate__(state)
        if saved is None:
            return
        device = self.device
        if device == "cuda" and not torch.cuda.is_available():
            warnings.warn(
                "CUDA is not available here; the net is loaded on the CPU", stacklevel=2
            )
            device = "cpu"
        device = choose_device(device)
        with private_seed(0, device):
            net = self._new_net(self._architecture(), device).initialize()
        bare(net.module_).load_state_dict(to_tensors(saved["module"]))
        net.optimizer_.load_state_dict(to_tensors(saved["optimizer"]))
        net.history = History(saved["history"])
        self.net_ = net
