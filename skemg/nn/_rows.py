"""Rows that lie on the device, and batches that are slices of them."""

import torch
from torch.utils.data import Dataset


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

    def __init__(self, X, y, weight=None):
        self.X = X
        self.y = y
        self.weight = weight

    def __len__(self):
        return len(self.y)

    def __getitem__(self, key):
        x = {"X": self.X[key]}
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
        return self.X, self.weight

    def to(self, device):
        """Return the rows on a device, or as they are where they do not fit on it.

        Parameters
        ----------
        device : {"cpu", "cuda"}
            Where the net is.

        Returns
        -------
        rows : Rows
            On CUDA where they fill at most half of the free memory; else the batches
            go there one by one.
        """
        if device == "cpu":
            return self
        tensors = [self.X, self.y, self.weight]
        n_bytes = sum(t.nbytes for t in tensors if t is not None)
        if n_bytes > torch.cuda.mem_get_info()[0] // 2:
            return self
        return Rows(*(None if t is None else t.to(device) for t in tensors))


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
        order = None
        if self.shuffle:  # drawn on the CPU: the same order on every device
            order = torch.randperm(len(self.rows)).to(self.rows.y.device)
        start = 0
        for stop in self._stops():
            key = slice(start, stop) if order is None else order[start:stop]
            x, y = self.rows[key]
            if self.augment is not None:
                x["X"] = self.augment(x["X"])
            yield x, y
            start = stop
