"""Bags of windows that lie on the device, a bag a row."""

import torch

from ._rows import Rows


class BagRows(Rows):
    """The windows of recordings, with a code and a weight a recording.

    Only the windows go to the device. What is small stays on the CPU, where it is
    known without waiting for CUDA which windows a batch has.

    Parameters
    ----------
    X : tensor of shape (n_windows, n_channels, n_times)
        The windows, those of a recording together.
    counts : tensor of int of shape (n_recordings,)
        Windows of each recording.
    y : tensor of int of shape (n_recordings,)
        Codes of the classes.
    weight : tensor of shape (n_recordings,), default=None
        Weights; None where all are one.
    """

    def __init__(self, X, counts, y, weight=None):
        super().__init__(X, y, weight)
        self.counts = counts
        self._first = counts.cumsum(0) - counts

    def __getitem__(self, key):
        counts = self.counts[key]
        shift = self._first[key] - (counts.cumsum(0) - counts)
        index = shift.repeat_interleave(counts)
        index += torch.arange(len(index))
        x = {
            "X": self.values[index.to(self.values.device)],
            "inside": torch.arange(int(counts.max())) < counts.unsqueeze(1),
        }
        if self.weight is not None:
            x["sample_weight"] = self.weight[key]
        return x, self.y[key]

    def windows(self):
        """Return all windows, and the weight of each; see `Rows`."""
        if self.weight is None:
            return self.values, None
        return self.values, self.weight.repeat_interleave(self.counts)

    def to(self, device):
        """Return the rows with their windows on a device; see `Rows`."""
        values = super().to(device).values
        return BagRows(values, self.counts, self.y, self.weight)
