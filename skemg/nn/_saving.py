"""Saving a fitted net as plain arrays, and going on with it."""

import warnings

import torch
from skorch.history import History

from ._context import choose_device, private_seed
from ._state import bare, to_arrays, to_tensors

# What says nothing about how a net is made.
_NOT_OF_THE_NET = {
    "max_epochs",
    "early_stopping",
    "validation_fraction",
    "class_weight",
    "init_from",
    "freeze",
    "warm_start",
    "random_state",
}


class SavingMixin:
    """Pickle a net as arrays; it comes first in the list of bases.

    `_made_with` are the parameters with which the net was made; the user may have set
    others since.
    """

    def _settings(self):
        params = self.get_params(deep=False)
        return {k: v for k, v in params.items() if k not in _NOT_OF_THE_NET}

    def _up_to_date(self, net, architecture):
        """Return a net of the present parameters with the weights of a fitted one."""
        if self._settings() == self._made_with:
            return net
        if self.precision != net.precision:
            raise ValueError(
                f"training goes on in precision={net.precision!r}, in which it began; "
                f"got precision={self.precision!r}. Use fit with warm_start=False"
            )
        new = self._new_net(architecture, net.device).initialize()
        try:
            bare(new.module_).load_state_dict(bare(net.module_).state_dict())
        except RuntimeError as error:
            raise ValueError(
                "training goes on with the weights of the last fit, but the parameters "
                "now ask for another architecture; use fit with warm_start=False"
            ) from error
        if type(new.optimizer_) is type(net.optimizer_):
            state = new.optimizer_.state_dict()  # of the present learning rate
            state["state"] = net.optimizer_.state_dict()["state"]
            new.optimizer_.load_state_dict(state)
        new.history = net.history
        return new

    def _as_made(self):
        """Return an estimator like this with the parameters of the net."""
        made = object.__new__(type(self))
        made.__dict__ = {**self.__dict__, **self._made_with}
        return made

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
        made = self._as_made()
        device = made.device
        if device == "cuda" and not torch.cuda.is_available():
            warnings.warn(
                "CUDA is not available here; the net is loaded on the CPU", stacklevel=2
            )
            device = "cpu"
        device = choose_device(device)
        with private_seed(0, device):
            net = made._new_net(made._architecture(), device).initialize()
        bare(net.module_).load_state_dict(to_tensors(saved["module"]))
        net.optimizer_.load_state_dict(to_tensors(saved["optimizer"]))
        net.history = History(saved["history"])
        self.net_ = net
