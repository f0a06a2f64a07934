"""The skorch net inside every estimator of this folder."""

import copy
import math

import torch
from skorch import NeuralNetClassifier
from skorch.callbacks import EpochTimer

from ._batch_norm import weighted_batches
from ._progress import Progress
from ._state import bare, parts


class Net(NeuralNetClassifier):
    """A skorch classifier of `Rows` that is weighted, stops early and can fail.

    Unlike skorch's own it takes the weighted mean of the losses, reads the loss once an
    epoch from the device, raises where the loss is not finite, lets KeyboardInterrupt
    through, and ends with the weights of the epoch with the lowest validation loss.

    Parameters
    ----------
    *args, **kwargs : object
        As skorch takes them.
    precision : str, default="float32"
        The parameter of the estimator.
    patience : int, default=10
        The parameter of the estimator.
    """

    frozen_ = ()

    def __init__(self, *args, precision="float32", patience=10, **kwargs):
        super().__init__(*args, **kwargs)
        self.precision = precision
        self.patience = patience

    @property
    def _default_callbacks(self):
        progress = [("progress", Progress())] if self.verbose else []
        return [("epoch_timer", EpochTimer()), *progress]

    def initialize_module(self):
        """Make the module, in double precision where it was asked for."""
        super().initialize_module()
        if self.precision == "float64":
            self.module_.double()
        return self

    def learn(self, rows):
        """Let the module see the training data, where it learns more than weights.

        Parameters
        ----------
        rows : Rows
            The training data.
        """
        module = bare(self.module_)
        if hasattr(module, "learn"):
            with torch.no_grad():
                module.learn(*rows.windows())

    def freeze(self, names):
        """Keep some children of the module as they are; the others learn.

        Parameters
        ----------
        names : tuple of str, str or None
            Names of children of the module.
        """
        module = bare(self.module_)
        children = dict(module.named_children())
        self.frozen_ = parts(names)
        for name in self.frozen_:
            if name not in children:
                raise ValueError(
                    f"freeze={names!r}: this net has the parts {tuple(children)}"
                )
        for name, child in children.items():
            child.requires_grad_(name not in self.frozen_)
        if not any(p.requires_grad for p in module.parameters()):
            raise ValueError(f"freeze={names!r} leaves nothing to train")

    def _set_training(self, training=True):
        super()._set_training(training)
        for name in self.frozen_:  # their batch normalisation and dropout rest too
            getattr(bare(self.module_), name).eval()

    def torch_compile(self, module, name):
        """Compile the module; the loss gains nothing by it."""
        return super().torch_compile(module, name) if name == "module" else module

    def infer(self, x, **fit_params):
        """Return the logits of a batch."""
        weight = x.get("sample_weight")
        x = {
            name: value.to(self.device)
            for name, value in x.items()
            if name != "sample_weight"
        }
        with weighted_batches(self.module_, weight):
            if self.precision != "bf16":
                return self.module_(**x)
            with torch.autocast(self.device, dtype=torch.bfloat16):
                return self.module_(**x).to(x["X"].dtype)

    def get_loss(self, y_pred, y_true, X=None, training=False):
        """Return the mean loss of a batch, weighted where the rows have weights."""
        loss = self.criterion_(y_pred, y_true.to(self.device))
        weight = X.get("sample_weight")
        if weight is None:
            return loss.mean()
        weight = weight.to(self.device)
        return (loss * weight).sum() / weight.sum()

    def partial_fit(self, rows, held_out=None):
        """Train for `max_epochs` on `rows`; KeyboardInterrupt leaves.

        Parameters
        ----------
        rows : Rows
            The training data.
        held_out : Rows, default=None
            What early stopping looks at.

        Returns
        -------
        self : Net
            The net.
        """
        self.notify("on_train_begin", X=rows, y=held_out)
        self.fit_loop(rows, held_out)
        self.notify("on_train_end", X=rows, y=held_out)
        if not all(p.isfinite().all() for p in self.module_.parameters()):
            self._raise_diverged("weights", math.nan)
        return self

    def fit_loop(self, rows, held_out=None):
        """Train epoch by epoch and keep the best weights; see `partial_fit`."""
        train = self.get_iterator(rows, training=True)
        valid = None if held_out is None else self.get_iterator(held_out)
        best_loss, best_state, n_misses = math.inf, None, 0
        datasets = {"dataset_train": rows, "dataset_valid": held_out}
        for _ in range(self.max_epochs):
            self.notify("on_epoch_begin", **datasets)
            self.run_single_epoch(train, True, "train", self.train_step)
            if valid is not None:
                self.run_single_epoch(valid, False, "valid", self.validation_step)
            self.notify("on_epoch_end", **datasets)
            if valid is None:
                continue
            loss, n_misses = self.history[-1, "valid_loss"], n_misses + 1
            if loss < best_loss:
                best_loss, n_misses = loss, 0
                best_state = copy.deepcopy(self.module_.state_dict())
            if n_misses == self.patience:
                break
        if best_state is not None:
            self.module_.load_state_dict(best_state)

    def run_single_epoch(self, iterator, training, prefix, step_fn):
        """Pass once over the batches and record loss and, of held-out rows, accuracy.

        Parameters
        ----------
        iterator : Batches
            The batches.
        training : bool
            Whether the weights change.
        prefix : {"train", "valid"}
            Begin of the names in the history.
        step_fn : callable
            What to do with a batch.
        """
        total = weight = correct = 0
        for x, y in iterator:
            self.notify("on_batch_begin", batch=(x, y), training=training)
            step = step_fn((x, y))
            share = x["sample_weight"].sum() if "sample_weight" in x else len(y)
            total = total + step["loss"].detach() * share
            weight = weight + share
            if not training:
                correct = (
                    correct + (step["y_pred"].argmax(1) == y.to(self.device)).sum()
                )
            self.history.record_batch(prefix + "_batch_size", len(y))
            self.notify("on_batch_end", batch=(x, y), training=training, **step)
        loss = float(total / weight)
        if not math.isfinite(loss):
            self._raise_diverged(prefix + " loss", loss)
        self._record(prefix + "_loss", loss, sign=1)
        if not training:
            self._record("valid_acc", float(correct) / len(iterator.rows), sign=-1)

    def _record(self, name, value, sign):
        earlier = [row[name] for row in self.history[:-1] if name in row]
        self.history.record(name, value)
        is_best = all(sign * value < sign * other for other in earlier)
        self.history.record(name + "_best", is_best)

    def _raise_diverged(self, what, value):
        raise ValueError(
            f"training diverged: the {what} became {value} in epoch "
            f"{len(self.history)}; lower lr={self.lr:g} or scale X"
        )
