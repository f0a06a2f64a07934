"""Rows that lie on the device, and batches that are slices of them."""

import math

import torch
from skorch.dataset import Dataset

_CHUNK = 1 << 30  # bytes; the CPU gathers the rows of a chunk before they leave


def free_bytes(device):
    """Return how many bytes are free on a device; the CPU holds the rows anyway."""
    return torch.cuda.mem_get_info()[0] if device == "cuda" else math.inf


class Rows(Dataset):
    """Windows with their codes and weights, as tensors.

    Parameters
    ----------
    X : tensor of shape (n_windows, n_channels, n_times)
        The windows.
    y : tensor of int of shape (n_windows,)
        Codes of the classes.
    weight : tensor of shape (n_windows,), default=None
        Weights; None where all are one.
    """

    device = None  # where the batches go, if the rows do not lie there themselves
    n_at_once = None  # rows that may lie there at once

    def __init__(self, X, y, weight=None):
        self.values = X
        self.y = y
        self.weight = weight

    @property
    def X(self):
        """The rows themselves: what callbacks of skorch hand to `net.predict`."""
        return self

    def __len__(self):
        return len(self.y)

    def __getitem__(self, key):
        x = {"X": self.values[key]}
        if self.weight is not None:
            x["sample_weight"] = self.weight[key]
        return x, self.y[key]

    def windows(self):
        """Return all windows, and the weight of each.

        Returns
        -------
        X : tensor of shape (n_windows, n_channels, n_times)
            The windows.
        weight : tensor of shape (n_windows,) or None
            Their weights.
        """
        return self.values, self.weight

    def to(self, device):
        """Return the rows on a device, or as they are where they do not fit on it.

        Parameters
        ----------
        device : {"cpu", "cuda"}
            Where the net is.

        Returns
        -------
        rows : Rows
            On CUDA where they fill at most half of the free memory. Else these, whose
            batches go there in chunks of at most a quarter of it.
        """
        free, n_bytes = free_bytes(device), sum(t.nbytes for t in self._tensors())
        if 2 * n_bytes > free:
            self.device = device
            self.n_at_once = min(free // 4, _CHUNK) * len(self) // n_bytes
            return self
        return self if device == "cpu" else self._taken(slice(None), device)

    def chunk(self, key):
        """Return some of the rows, on the device."""
        return self._taken(key, self.device)

    def _tensors(self):
        return [t for t in (self.values, self.y, self.weight) if t is not None]

    def _taken(self, key, device):
        return Rows(*(t[key].to(device) for t in self._tensors()))


class Batches:
    """Iterate over rows in slices; takes the place of torch's DataLoader.

    A last batch of one row joins the one before it: batch normalisation cannot learn
    from a single row.

    Parameters
    ----------
    rows : Rows
        The rows.
    batch_size : int
        Rows of a batch.
    shuffle : bool, default=False
        Whether to draw a new order for each pass.
    augment : callable, default=None
        Called with the windows of each batch; returns changed ones.
    """

    def __init__(self, rows, batch_size, shuffle=False, augment=None):
        self.rows = rows
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.augment = augment

    def _stops(self):
        n_rows = len(self.rows)
        last = n_rows - 1 if self.batch_size > 1 else n_rows
        return [*range(self.batch_size, last, self.batch_size), n_rows]

    def __len__(self):
        return len(self._stops())

    def __iter__(self):
        for rows, order, stops in self._chunks():
            start = 0
            for stop in stops:
                key = slice(start, stop) if order is None else order[start:stop]
                x, y = rows[key]
                if self.augment is not None:
                    x["X"] = self.augment(x["X"])
                yield x, y
                start = stop
            del rows, x, y  # room for the next chunk

    def _chunks(self):
        """Yield rows on the device, their order, and where each batch of them ends."""
        rows, stops, order = self.rows, self._stops(), None
        if self.shuffle:  # drawn on the CPU: the same order on every device
            order = torch.randperm(len(rows)).to(rows.y.device)
        if rows.device is None:
            yield rows, order, stops
            return
        # The last batch may have a row more. By index, because a batch that is a view
        # would hold its whole chunk until the next one is there.
        n_batches = max(1, (rows.n_at_once - 1) // self.batch_size)
        start = 0
        for i in range(0, len(stops), n_batches):
            ends = stops[i : i + n_batches]
            here = slice(start, ends[-1])
            index = torch.arange(ends[-1] - start, device=rows.device)
            ends = [end - start for end in ends]
            yield rows.chunk(here if order is None else order[here]), index, ends
            start = here.stop
